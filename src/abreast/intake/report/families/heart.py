# ruff: noqa: E501 - a pattern is read best in one line
"""What echo and ECG measure: the ejection fraction, now and before, and the QT interval after Fridericia."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abreast.foundation.dates import PartialDate
from abreast.intake.report.families.common import make, number
from abreast.intake.report.families.scores import is_of_another
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_DAY = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}[/-](?:19|20)\d\d|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}|[A-Z][a-z]{2,8}\.?,? (?:19|20)\d\d|(?:19|20)\d\d-\d\d(?:-\d\d)?|\d{1,2}/\d{1,2})"
_SHARE = r"(?P<a>[<>≥≤]?\s*\d{2}(?:\.\d)?(?:\s*(?:-|to)\s*\d{2})?)\s*(?:\+/-\s*\d+\s*)?%"
_FIRST = re.compile(
    rf"(?:\b(?:LVEF|(?:LV|left ventricular)?\s?ejection fraction|\bEF\b)(?:\s*\((?:LVEF|EF)\))?(?:\s*\([^)]{{0,28}}\))?|\b(?i:(?:2D )?echo(?:cardiogram)?|MUGA)\b(?=[\s:]*(?:{_DAY})?[\s:,]*\d\d(?:\.\d)?\s?%))"
    rf"(?:\s*(?:on |of )?\(?{_DAY}\)?)?[\s:=,.]*(?:(?:is|was|of|by|the|estimated|calculated|measured|at|visually|biplane|simpson'?s?|3D|2D|approximately|about|normal|preserved|method|echo\w*|MUGA)[\s:=,(]*){{0,6}}{_SHARE}",
    re.IGNORECASE,
)
_NEXT = re.compile(
    rf"[\s,;(/.]*(?:\b(?:(?P<prior>previously|previous|prior(?:ly)?|was|were|from|baseline|earlier|last(?: time)?|vs\.?|versus)|and|then|on|in|3D|2D|biplane|echo)\b[\s:,(]*){{0,3}}(?P<day>{_DAY})?\s*[:)=]?\s*{_SHARE}(?:\s*(?:in|on)\s+(?P<late>{_DAY}))?",
    re.IGNORECASE,
)
"""One more value behind the first: "(was 61% in 07/2024)", "08/2024 60%"."""
_NOT_NOW = re.compile(r"normal\s*(?:range)?\s*[>≥:]*\s*$|GLS|previous|prior|baseline", re.IGNORECASE)
_QTCF = re.compile(
    r"\bQTc\s?\(?F(?:ridericia)?\)?(?![A-Za-z])[\s:=]*(?:\([^)]{0,20}\))?\s*(?:(?:interval|is|was|of|baseline|today|now|mean|average|(?:3|three|triplicate)|on|the|last|ECGs?|day \d{1,2})\b[\s:=,]*){0,7}(?:\([^)]{0,20}\))?\s*(?P<a>[3-6]\d\d)(?!\d|\.\d|\s?%)(?:\s*(?:ms|msec|milliseconds))?|\bQTc\s*\(\s*(?:Fridericia|F)\s*\)\s*[:=]?\s*(?P<b>\d{3})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Fraction:
    """An ejection fraction in a sentence; ``date`` when its own is given."""

    text: str
    start: int
    end: int
    prior: bool
    date: PartialDate | None


def read_heart(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the ejection fraction in per cent, now and before, and the QT interval in milliseconds."""
    for match in _FIRST.finditer(text):
        if not is_of_another(report, statement, match, text):
            yield from _fractions(report, statement, text, match)
    for match in _QTCF.finditer(text):
        if not is_of_another(report, statement, match, text):
            start, end = statement.start + match.start(), statement.start + match.end()
            value = number(match["a"] or match["b"])
            yield make(report, statement, "qtcf_ms", value, start, end, unit="ms", breast=False)


def _fractions(report: Report, statement: Statement, text: str, match: re.Match[str]) -> Iterator[Finding]:
    found = list(_values(report, statement, text, match))
    newest = max((one.date.latest for one in found if one.date), default=None)
    several = sum(one.date is not None for one in found) > 1
    for one in found:
        older = bool(several and one.date and newest and one.date.latest < newest)
        start, end = statement.start + one.start, statement.start + one.end
        base = "prior" if one.prior or older else ""
        yield make(
            report,
            statement,
            "lvef_percent",
            number(one.text),
            start,
            end,
            unit="%",
            date=one.date,
            base=base,
            breast=False,
        )


def _values(report: Report, statement: Statement, text: str, match: re.Match[str]) -> Iterator[_Fraction]:
    prior = bool(_NOT_NOW.search(text[max(0, match.start() - 16) : match.start()]))
    yield _Fraction(
        match["a"], match.start(), match.end(), prior, _date(report, statement, match.start(), match.start("a"))
    )
    end = match.end()
    while (following := _NEXT.match(text, end)) and following["a"].strip()[:1] not in ("<", ">", "≥", "≤"):
        told = "day" if following["day"] else "late"
        date = _date(report, statement, *following.span(told)) if following[told] else None
        yield _Fraction(following["a"], following.start("a"), following.end(), bool(following["prior"]), date)
        end = following.end()


def _date(report: Report, statement: Statement, low: int, high: int) -> PartialDate | None:
    found = report.dates_in(statement.start + low, statement.start + high)
    return found[-1].date if found else None


__all__ = ["read_heart"]
