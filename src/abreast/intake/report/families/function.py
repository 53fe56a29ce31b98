"""Performance status, and what else a report measures: the heart, the blood, scores of other tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.blood import read_blood, read_labelled_results
from abreast.intake.report.families.blood_tables import read_blood_tables
from abreast.intake.report.families.common import make, number
from abreast.intake.report.families.heart import read_heart
from abreast.intake.report.families.scores import is_of_another, read_scores
from abreast.intake.report.families.virology import read_virology
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_ECOG = re.compile(
    r"\b(?:ECOG|WHO|Zubrod)\b(?:\s*+[/-]?\s*+(?:ECOG|WHO|performance|status|score|PS|grade|is|of|was))*\s*[:=(-]{0,2}\s*(?P<a>[0-4](?:\s*(?:-|to)\s*[0-4])?)(?!\d|\.\d|[%+/]|\s*(?:mm|cm|criteria))|(?<!\()\b(?:performance\s+status|PS)\s*(?:\((?:ECOG|WHO)\))?\s*(?:is|of|was|remains|:|=)?\s*(?P<b>[0-4](?:\s*(?:-|to)\s*[0-4])?)(?!\d|\.\d|[%+/]|\s*(?:mm|cm))"
)
_KPS = re.compile(
    r"\b(?:KPS|Karnofsky)\b(?:\s+(?:performance|status|score|index|PS|is|of))*\s*[:=]?\s*(?P<a>\d{2,3})\s*%?",
    re.IGNORECASE,
)


def read(report: Report) -> Iterator[Finding]:
    """Yield measurements of function, blood results and test scores."""
    tables = read_blood_tables(report)
    yield from tables.findings
    yield from (one for one in _in_lines(report) if not tables.covers(one.start))


def _in_lines(report: Report) -> Iterator[Finding]:
    yield from read_labelled_results(report)
    for statement in report.statements:
        text = report.of(statement)
        if statement.section in ("general", "family"):
            continue
        yield from read_blood(report, statement, text)
        if context.is_general(report, statement):
            continue
        yield from _status(report, statement, text)
        yield from read_heart(report, statement, text)
        yield from read_virology(report, statement, text)
        yield from read_scores(report, statement, text)


def _status(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield how active the person is, by ECOG and by Karnofsky."""
    for name, pattern, unit in (("ecog", _ECOG, ""), ("karnofsky", _KPS, "%")):
        for match in pattern.finditer(text):
            if not is_of_another(report, statement, match, text):
                raw = next(one for one in match.groups() if one)
                start, end = statement.start + match.start(), statement.start + match.end()
                yield make(report, statement, name, number(raw), start, end, unit=unit, breast=False)


__all__ = ["read"]
