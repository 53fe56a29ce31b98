# ruff: noqa: PLR0917 - a finding is made of report, statement, value and place
"""What the families share: making a finding with the date, side and qualifier that its words have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.model import Finding, Value
from abreast.intake.report.statements import Report, Statement, side_near

_HEADS = re.compile(r"\s*\)?(?:\s*\([^)\n]{0,30}\))?\s*:\s")
"""What follows a date that heads a statement: "core of 04/24/2024): ER positive"."""

_OF_PAPER = re.compile(
    r"\b(?:addend\w+|amend\w+|issued|report\w*|signed|F?ISH|result\w*)\b[^.;:]{0,24}$", re.IGNORECASE
)
"""What comes before the date of a later test or of a paper; the tissue has its own."""


def skip(report: Report, statement: Statement, start: int) -> bool:
    """Return whether nothing may be read here: people in general, or somebody else."""
    return context.is_general(report, statement) or context.is_other_person(report, statement, start)


def qualifier(report: Report, statement: Statement, start: int, base: str = "") -> str:
    """Return ``base``, or "superseded" or "historical" when the words say so."""
    if context.is_superseded(report, statement, start) or _is_aside(report, statement, start):
        return "superseded"
    if not base and context.is_historical(report, statement, start):
        return "historical"
    return base


_ASIDE = re.compile(
    r"[\[(]\s*(?:first report(?:ed)?|previously|formerly|originally|initially|earlier report)\b[^\])\n]{0,60}$",
    re.IGNORECASE,
)
"""Before a value that a corrected report gives in brackets: "pT2 [first report: pT1c]"."""


def _is_aside(report: Report, statement: Statement, start: int) -> bool:
    return report.is_amended and bool(_ASIDE.search(report.norm, statement.start, start))


def date_of(report: Report, statement: Statement, at: int) -> PartialDate | None:
    """Return the day of which the words at ``at`` speak.

    A date that heads the statement comes first, then any in it when it is told as of earlier; then the sample's,
    then the report's.
    """
    headed = [
        one
        for one in report.dates_in(statement.start, at)
        if _HEADS.match(report.norm, one.end) and not _OF_PAPER.search(report.norm, max(0, one.start - 34), one.start)
    ]
    if headed:
        return headed[-1].date
    if statement.section in ("history", "past", "comparison") or context.is_historical(report, statement, at):
        near = report.dates_in(statement.start, statement.end)
        if near:
            return min(near, key=lambda one: abs(one.start - at)).date
        return None
    return statement.date or report.date


def side_of(report: Report, statement: Statement, at: int) -> str:
    """Return the side of the breast that the words are about, or ""."""
    text = report.of(statement)
    return side_near(text, at - statement.start) or statement.side or report.side


def make(
    report: Report,
    statement: Statement,
    attribute: str,
    value: Value,
    start: int,
    end: int,
    *,
    base: str = "",
    unit: str = "",
    date: PartialDate | None = None,
    breast: bool = True,
    extra: Mapping[str, Value] | None = None,
    at: int | None = None,
) -> Finding:
    """Return a finding of these words; ``at`` is the place of the value, when the words begin before it."""
    return Finding(
        attribute,
        value,
        start,
        end,
        qualifier(report, statement, start if at is None else at, base),
        unit,
        date or date_of(report, statement, start if at is None else at),
        side_of(report, statement, start) if breast else "",
        statement.specimen,
        MappingProxyType(dict(extra or {})),
    )


def within(
    report: Report, statement: Statement, attribute: str, value: Value, span: tuple[int, int], base: str = ""
) -> Finding:
    """Return a finding of the words between two places of a statement."""
    return make(report, statement, attribute, value, statement.start + span[0], statement.start + span[1], base=base)


def number(text: str) -> Value:
    """Return a number as a number, a range or bound as text without spaces."""
    plain = re.sub(r"\s+", "", text).replace(",", "").replace("≥", ">=").replace("≤", "<=").replace("to", "-")
    try:
        return float(plain)
    except ValueError:
        return plain


ROMAN: Mapping[str, float] = MappingProxyType({"i": 1.0, "ii": 2.0, "iii": 3.0})
"""Grades in Roman numbers, as some reports have them."""

__all__ = ["ROMAN", "date_of", "make", "number", "qualifier", "side_of", "skip", "within"]
