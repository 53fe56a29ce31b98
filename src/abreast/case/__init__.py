"""A case: dated facts, each with its source; what is declared complete; what was settled by the person."""

from abreast.case.model import (
    Case,
    Certainty,
    Declaration,
    Fact,
    Reading,
    Settlement,
    Source,
    SourceKind,
    Value,
)

__all__ = [
    "Case",
    "Certainty",
    "Declaration",
    "Fact",
    "Reading",
    "Settlement",
    "Source",
    "SourceKind",
    "Value",
]
