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
    rf"\b{_NAME}(?:[\s:,=(-]|class|score|index|\d\.\d{{1,3}}){{1,12}}?(?P<n>I{{1,3}}|[0-3])(?!\w|\.\d)", re.IGNORECASE
)
_KEY_AFTER = re.compile(r"\s*(?:begins?|starts?|is defined|means?|=|from|if|would)\b", re.IGNORECASE)
_ROMAN_OF = {"1": "I", "2": "II", "3": "III"}
_BEFORE_SURGERY = r"(?:neo-?\s?adj(?:uvant)?\.?|pre-?surgical|pre-?operative|pre-?op|prior|previous|NACT?)"
_TREATMENT = r"(?:systemic\s+|endocrine\s+|hormonal?\s+)?(?:therapy|treatment|chemo\w*|rx|tx)"
_UNTREATED = re.compile(
    rf"\bno\s+(?:NACT?|neo-?adj\w*)\s+given|\bno\s+(?:known\s+)?{_BEFORE_SURGERY}\s+{_TREATMENT}|\b{_BEFORE_SURGERY}\s+{_TREATMENT}\s*[:|.\s-]{{1,40}}(?:no\b(?!t)|none\b|nil\b|not given\b)",
    re.IGNORECASE,
)


_NEO = r"(?:neo-?\s?adj(?:uvant)?\.?|NACT?\b)"
_TREATED = re.compile(
    rf"\b(?:s/p|status post|post|after|following|completed|received|finished|had|underwent)[\s-]+(?:\w+\s+){{0,2}}{_NEO}|\b{_NEO}[:\s(]{{1,3}}(?:\w+[\s+/-]+){{1,5}}?(?:x\s?\d|\d\s+cycles|then\b|completed)|\({_NEO}\)|\b(?:prior|previous)\s+(?:systemic\s+)?(?:therapy|treatment)\s*[:|]+\s*(?:yes\b|[A-Z][\w/-]{{1,12}}\s+x\s?\d)",
    re.IGNORECASE,
)
"""Treatment before the operation that was given: "s/p neoadjuvant TCHP x6", "Neoadjuvant: AC x 4"."""
_ASIDE = re.compile(r"\bpre-?\s*$|\bbefore\s+(?:\w+\s+)?$", re.IGNORECASE)


def _is_given(statement: Statement, text: str, match: re.Match[str]) -> bool:
    """Whether the words tell of treatment that was given, not of a plan or an option."""
    low, high = context.clause(text, match.start())
    clause, cues = text[low:high], context.cues()
    return not (
        statement.section in ("plan", "indication")
        or any(one.search(clause) for one in (cues.planned, cues.considered, cues.conditional, cues.declined))
        or context.is_negated(text, *match.span(), 30)
        or _ASIDE.search(text[: match.start()])
    )


def read_residual(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the residual cancer burden, and whether treatment was given before the operation."""
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
    treated = _TREATED.search(text)
    if treated and _is_given(statement, text, treated):
        yield within(report, statement, "neoadjuvant_therapy", "present", treated.span())
    untreated = _UNTREATED.search(text) if report.kind == "pathology" else None
    if untreated:
        yield within(report, statement, "neoadjuvant_therapy", "absent", untreated.span())


__all__ = ["read_residual"]
