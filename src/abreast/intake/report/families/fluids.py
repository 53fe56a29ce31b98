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
    ("ascites", re.compile(r"\bascites\b", re.IGNORECASE)),
    ("pulmonary_embolism", re.compile(r"\bpulmonary embol\w+", re.IGNORECASE)),
)


def read_fluids(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield fluid around lungs and in the belly, and clots in the lungs."""
    for name, pattern in _FLUID:
        match = pattern.search(text)
        if (
            match
            and statement.section != "indication"
            and not context.is_other_person(report, statement, statement.start + match.start())
        ):
            negated = context.is_negated(text, *match.span())
            doubt = "" if negated else context.doubt(text, *match.span())
            if doubt == "question":
                continue
            yield make(
                report,
                statement,
                name,
                "absent" if negated else "present",
                statement.start + match.start(),
                statement.start + match.end(),
                base=doubt,
                breast=False,
            )


__all__ = ["read_fluids"]
