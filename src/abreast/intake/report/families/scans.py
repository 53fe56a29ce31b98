# ruff: noqa: E501 - a pattern is read best in one line
"""A scan and the one that it is compared with: which words of earlier are only words of comparison."""

from __future__ import annotations

import re
from dataclasses import replace

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_COMPARES = re.compile(
    r"\b(?:since|from|on|than|with|to|compared (?:with|to)|as on|unlike)?\s*(?:the\s+)?(?:prior|previous|earlier|initial)(?:\s+(?:study|studies|scans?|exam\w*|CT|MRI|PET\S*|imaging|date))?\b|\bpreviously\b|\bin (?:19|20)\d\d\b|\bformerly\b",
    re.IGNORECASE,
)
"""Words of earlier that a scan uses to compare: "new since the prior study", "previously 22 mm"."""


def compared_with(report: Report) -> PartialDate | None:
    """Return the date of the scan that this one is compared with."""
    match = re.search(
        r"\bcompar(?:ison|ed (?:with|to))\b|(?:^|\n)\s*(?:comp|prior)\b[^\n:]{0,12}:", report.norm, re.IGNORECASE
    )
    if not match:
        return None
    near = report.dates_in(match.end(), match.end() + 90)
    return max((one.date for one in near), key=lambda date: date.latest) if near else None


def as_of_scan(report: Report, statement: Statement, found: Finding) -> Finding:
    """Return what a scan shows as of its day, when only words of comparison made it look like something of earlier."""
    if found.qualifier != "historical" or report.kind != "imaging" or statement.section in _OF_EARLIER:
        return found
    if context.cues().historical.search(_COMPARES.sub(" ", report.of(statement))):
        return found
    return replace(found, qualifier="", date=statement.date or report.date)


_OF_EARLIER = frozenset({"history", "past", "comparison", "indication"})

__all__ = ["as_of_scan", "compared_with"]
