"""From a study's eligibility text to its criteria."""

from __future__ import annotations

from abreast.rules import Residue
from abreast.trials.eligibility.model import READER_VERSION, CompiledStudy, Criterion, Section, Span


def read_criteria(text: str, section: Section = "inclusion") -> tuple[Criterion, ...]:
    """Return the criteria of an eligibility text in the order in which they stand.

    ``section`` says what stands before the first heading. Never raises: what cannot be read is residue.
    """
    whole = Span(0, len(text))
    if not text.strip():
        return ()
    return (Criterion(section, "", text, whole, Residue(text), residue=(whole,)),)


def compile_study(nct: str, text: str) -> CompiledStudy:
    """Return the criteria of one study, ready to be kept and matched."""
    return CompiledStudy(nct, READER_VERSION, read_criteria(text))
