"""Documents to print and hand over: PDF set by typst, and the packet for a second opinion."""

from abreast.outputs.documents.papers import Press
from abreast.outputs.documents.typeset import PAPERS, Paper

__all__ = ["PAPERS", "Paper", "Press"]
