"""abreast: from a record of advanced breast cancer to a plan of attack."""

from importlib.metadata import version

__version__ = version("abreast")
