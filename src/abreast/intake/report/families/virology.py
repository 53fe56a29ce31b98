"""Tests whose result is a word: hepatitis B and C, HIV, pregnancy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from abreast.intake.report import context
from abreast.intake.report.families.common import make, skip
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.words import named

_RESULT = re.compile(
    r"[\s:=|,.()-]*(?:(?:is|was|were|are|result|today|status|screen|test)\b[\s:=]*){0,3}(?:\([^()]{0,24}\)\s*)?"
    r"(?:(?P<negative>neg(?:ative)?\b|non-? ?reactive\b|not? ?reactive\b|not detected\b|NR\b)"
    r"|(?P<positive>pos(?:itive)?\b|reactive\b|detected\b)|(?P<pending>pending\b|awaited\b|sent\b|to follow\b))",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,|/|;|&|\+|and)\s*(?:and\s+)?", re.IGNORECASE)


@lru_cache(maxsize=1)
def _tests() -> re.Pattern[str]:
    parts = named("virology.yaml")
    return re.compile(rf"(?<![A-Za-z0-9])(?:{parts})(?![A-Za-z0-9])", re.IGNORECASE)


def read_virology(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the results of tests for hepatitis B and C, HIV and pregnancy; a list has one result for all."""
    waiting: list[re.Match[str]] = []
    for match in _tests().finditer(text):
        if waiting and not _AND.fullmatch(text[waiting[-1].end() : match.start()]):
            waiting = []
        waiting.append(match)
        result = _RESULT.match(text, match.end())
        if not result:
            continue
        if not _is_asked(report, statement, text, waiting[0].start()):
            yield from (_found(report, statement, one, result) for one in waiting)
        waiting = []


def _found(report: Report, statement: Statement, test: re.Match[str], result: re.Match[str]) -> Finding:
    value = result.lastgroup or ""
    start, end = statement.start + test.start(), statement.start + result.end()
    base = "pending" if value == "pending" else ""
    return make(report, statement, f"lab:{test.lastgroup}", value, start, end, base=base, breast=False)


def _is_asked(report: Report, statement: Statement, text: str, at: int) -> bool:
    """Whether a test is a condition, somebody else's, or general."""
    low, _ = context.clause(text, at)
    return skip(report, statement, statement.start + at) or bool(
        context.cues().conditional.search(text, low, at) or statement.section == "plan"
    )


__all__ = ["read_virology"]
