# ruff: noqa: E501 - a pattern is read best in one line
"""Fluid around lungs and in the belly, and clots in the lungs, as a scan tells of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_FLUID: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "pleural_effusion",
        re.compile(
            r"\bpleural (?:(?:or|and|/) ?pericardial )?effusions?\b|(?<!pericardial )(?<!joint )(?<!knee )\beffusions?\b",
            re.IGNORECASE,
        ),
    ),
    ("ascites", re.compile(r"\bascites\b|(?<=no )free (?:intraperitoneal )?fluid\b", re.IGNORECASE)),
    (
        "pulmonary_embolism",
        re.compile(
            r"\bpulmonary embol\w+|(?:(?<=no )|(?<=no central )|(?<=for )|(?<=acute ))(?-i:PE)\b(?! tube)",
            re.IGNORECASE,
        ),
    ),
)
_GONE = re.compile(r"[\s,:>-]*(?:is |has |have |now |fully |completely ){0,3}resolved\b", re.IGNORECASE)


def read_fluids(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield fluid around lungs and in the belly, and clots in the lungs, as scans and letters tell of them."""
    if statement.section in ("indication", "plan"):
        return
    for name, pattern in _FLUID:
        match = pattern.search(text)
        if match and not context.is_other_person(report, statement, statement.start + match.start()):
            yield from _fluid(report, statement, text, name, match)


def _fluid(report: Report, statement: Statement, text: str, name: str, match: re.Match[str]) -> Iterator[Finding]:
    low, _ = context.clause(text, match.start())
    if context.cues().conditional.search(text, low, match.start()):
        return
    denied = context.is_negated(text, *match.span()) or _GONE.match(text, match.end())
    doubt = "" if denied else context.doubt(text, *match.span())
    if doubt != "question":
        start, end = statement.start + match.start(), statement.start + match.end()
        value = "absent" if denied else "present"
        yield make(report, statement, name, value, start, end, base=doubt, breast=False)


__all__ = ["read_fluids"]
