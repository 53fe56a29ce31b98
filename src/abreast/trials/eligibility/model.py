"""What reading a study's eligibility text yields: criteria, each with its rule and the words it was read from.

A criterion's rule is what it says *as written*: an exclusion criterion is not negated here. Words that no
pattern read stay visible twice: as ``Residue`` nodes in the rule, which keep it from ever being called met, and as
spans in :attr:`Criterion.residue`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from abreast.rules import Expression

READER_VERSION = "6"
"""Rises when the same text may be read differently; what was compiled by another version is compiled anew."""

Section = Literal["inclusion", "exclusion"]


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stretch of the study's eligibility text, as offsets; ``end`` is the first character after it."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words that the span marks in ``text``."""
        return text[self.start : self.end]


class Read(msgspec.Struct, frozen=True, gc=False):
    """Words that were read, and the lexicon entry or pattern that read them."""

    span: Span
    by: str


class Criterion(msgspec.Struct, frozen=True, gc=False):
    """One criterion of a study.

    ``cohort`` holds the words that restrict it to a part of the study ("Cohort B only"), or is empty.
    ``text`` is verbatim, ``span`` is where it stands. ``family`` says what it is mostly about. ``heading`` is the
    bullet above it, when it stands in a nested list.
    """

    section: Section
    cohort: str
    text: str
    span: Span
    rule: Expression
    reads: tuple[Read, ...] = ()
    residue: tuple[Span, ...] = ()
    family: str = "unread"
    heading: str = ""

    @property
    def fully_read(self) -> bool:
        """Whether every word was read."""
        return not self.residue

    @property
    def unread(self) -> tuple[str, ...]:
        """The words that no rule read, verbatim."""
        start = self.span.start
        pieces = (self.text[span.start - start : span.end - start].strip() for span in self.residue)
        return tuple(words for words in pieces if words)

    @property
    def partly_read(self) -> bool:
        """Whether at least one part was read."""
        return bool(self.reads)


class CompiledStudy(msgspec.Struct, frozen=True):
    """All criteria of one study, and the version of the reader that compiled them.

    ``cohorts`` are the names of its parts, each with what the words of the name ask for. They are read here, because
    reading needs the whole lexicon, which takes longer to load than all compiled studies.
    """

    nct: str
    reader: str
    criteria: tuple[Criterion, ...]
    cohorts: tuple[tuple[str, Expression], ...] = ()
