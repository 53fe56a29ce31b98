"""abreast: from a record of advanced breast cancer to a plan of attack."""

__version__ = "0.1.0"
