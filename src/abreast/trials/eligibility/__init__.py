"""Free-text eligibility criteria, read into rules."""

from abreast.trials.eligibility.model import READER_VERSION, CompiledStudy, Criterion, Read, Span
from abreast.trials.eligibility.reader import compile_study, read_criteria, read_criterion

__all__ = [
    "READER_VERSION",
    "CompiledStudy",
    "Criterion",
    "Read",
    "Span",
    "compile_study",
    "read_criteria",
    "read_criterion",
]
