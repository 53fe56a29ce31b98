# ruff: noqa: E501 - a pattern is read best in one line
"""Treatment before the operation, and what it left: the residual cancer burden as number and class."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import within
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_NAME = r"(?:RCB|residual cancer burden(?:\s*\(RCB\))?)"
_INDEX = re.compile(
    rf"\b{_NAME}(?:\s+(?:score|index))*\s*[:=,|]?\s*(?P<a>\d\.\d{{1,3}})|\b{_NAME}[\s:-]{{0,3}}(?:class\s+)?I{{1,3}}\b\s*[,(]?\s*(?:index|score)?\s*[:=]?\s*(?P<b>\d\.\d{{1,3}})",
    re.IGNORECASE,
)
_CLASS = re.compile(
    rf"\b{_NAME}(?:[\s:,=-]|class|score|index|\d\.\d{{1,3}}){{1,12}}?(?P<n>I{{1,3}}|[0-3])(?!\w|\.\d)", re.IGNORECASE
)
_KEY_AFTER = re.compile(r"\s*(?:begins?|starts?|is defined|means?|=|from|if|would)\b", re.IGNORECASE)
_ROMAN_OF = {"1": "I", "2": "II", "3": "III"}
_BEFORE_SURGERY = r"(?:neo-?\s?adj(?:uvant)?\.?|pre-?surgical|pre-?operative|pre-?op|prior|previous|NACT?)"
_TREATMENT = r"(?:systemic\s+|endocrine\s+|hormonal?\s+)?(?:therapy|treatment|chemo\w*|rx|tx)"
_UNTREATED = re.compile(
    rf"\bno\s+(?:known\s+)?{_BEFORE_SURGERY}\s+{_TREATMENT}|\b{_BEFORE_SURGERY}\s+{_TREATMENT}\s*[:|.\s-]{{1,40}}(?:no\b(?!t)|none\b|nil\b|not given\b)",
    re.IGNORECASE,
)


def read_residual(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the residual cancer burden, and that no treatment was given before the operation."""
    if context.is_other_person(report, statement, statement.start):
        return
    index = _INDEX.search(text)
    if index and not _KEY_AFTER.match(text, index.end()):
        yield within(report, statement, "rcb", float(index["a"] or index["b"]), index.span())
    for match in _CLASS.finditer(text):
        if not _KEY_AFTER.match(text, match.end()):
            name = match["n"].upper()
            yield within(report, statement, "rcb_class", f"RCB-{_ROMAN_OF.get(name, name)}", match.span())
            break
    untreated = _UNTREATED.search(text) if report.kind == "pathology" else None
    if untreated:
        yield within(report, statement, "neoadjuvant_therapy", "absent", untreated.span())


__all__ = ["read_residual"]
