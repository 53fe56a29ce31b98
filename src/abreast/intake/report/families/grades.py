# ruff: noqa: E501 - a pattern is read best in one line
"""The grade of the invasive tumour, 1 to 3 (Nottingham), told apart from parts of a grade and from grades of other things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import ROMAN, within
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_GRADE = re.compile(
    r"\b(?:(?:overall|histolog\w*+|nottingham|combined|tumou?r|SBR|MBR|bloom[\s-]richardson|elston[\s-]ellis|final|modified|scarff\S*+|Nottingham histologic)[\s(:,-]*+){0,5}(?:grade|gr\.?|gd\.?)\s*(?:group|path)?\s*(?:\([^)]{0,40}\))?\s*(?:is|:|=|-|of|\.{2,}+)?\s*(?P<n>[1-3]|I{1,3})(?:\s?/\s?(?:3|III)\b)?(?!\w|\.\d|[+%/]|\s*[-x]\s*\d|\s*(?:mm|cm))|"
    r"\bgrade\s+(?P<said>one|two|three)\b|(?<![A-Za-z0-9])G(?P<g>[1-3])(?![A-Za-z0-9])|\bgrade\s+(?P<of>[1-3]|I{1,3})\s*(?:of|/|out of)\s*(?:3|III)\b|\b(?:nottingham|bloom[\s-]+richardson|MBR|SBR|elston(?:[\s/-]+ellis)?)(?:\s+grading)?\W{1,3}(?P<x>[1-3]|I{1,3})(?=\s*(?:$|[,;)]|\.(?!\d)|\([^)]{0,12}[+,]))",
    re.IGNORECASE,
)
_GRADED = re.compile(
    r"carcinoma|nottingham|bloom|overall|histolog|tumou?r|\bIDC\b|\bILC\b|\bNST\b|elston|SBR|differentiat|invasive|cancer|\bductal\b|\blobular\b|\bca\b|\bpT\d|^\s*grade\s*[:\s]",
    re.IGNORECASE,
)
"""Words of a statement in which a bare "grade 2" is that of the tumour."""
_NOT_GRADED = re.compile(
    r"nuclear|toxicit|neuropath|CTCAE|diarrh|fatigue|erythema|palmar|hand|mucositis|nausea|rash|neutropen|anaemi|anemi|steato|varices|encephalopath|prolapse|stomatitis|pneumonitis|colitis|hepatitis|arthralgia|alopecia|hypertens|gleason|adverse|"
    r"cytotoxic|reaction|sprain|murmur|oedema|edema|lymphedema|reflux|esophagitis|glioma|mening|fever|dyspn|diastolic|dysfunction|regurgit|stenosis|spondylo|AV block|anaphyl|insufficien|high grade|\bALT\b|\bAST\b|transamin|\bpain\b|thrombocyt|laxity",
    re.IGNORECASE,
)
"""Beside a grade: what else than a tumour has one."""
_METHOD = re.compile(r"nottingham|combined|histolog|bloom", re.IGNORECASE)
_OF_TUMOR = re.compile(r"nottingham|overall|histolog|combined|bloom|sbr|mbr|elston|tumou?r", re.IGNORECASE)
_TUMOR_BESIDE_G = re.compile(
    r"\b(?:left|right|IDC|ILC|NST|y?[cp]?T\d|carcinoma|ductal|lobular|invasive|glandular|tub(?:ules?|ular)|mitos[ei]s)\b",
    re.IGNORECASE,
)
"""In a statement where "G2" is a grade of the tumour."""
_IN_SITU = re.compile(r"in situ|DCIS|LCIS", re.IGNORECASE)
_INVASIVE = re.compile(r"invasive|IDC|\bwith\b", re.IGNORECASE)
_THEN_IN_SITU = re.compile(r"\s*DCIS|\s*ductal carcinoma in situ", re.IGNORECASE)
_ROW_OF_GRADE = re.compile(r"\s*(?:histologic )?grade\b", re.IGNORECASE)


_SPOKEN = {"one": 1.0, "two": 2.0, "three": 3.0}


def read_grades(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the grades of the invasive tumour that a statement names, each once."""
    if statement.section == "gross":
        return
    seen: set[float] = set()
    for match in _GRADE.finditer(text):
        low, high = match.span()
        if (
            _is_in_situ(text, low, high)
            or _is_of_another_thing(text, match)
            or not _is_of_tumor(statement, text, match)
            or context.is_other_person(report, statement, statement.start + low)
            or _is_doubted(text, low, high)
        ):
            continue
        raw = (match["n"] or match["g"] or match["of"] or match["x"] or match["said"]).casefold()
        value = ROMAN.get(raw) or _SPOKEN.get(raw) or float(raw)
        if value not in seen:
            seen.add(value)
            yield within(report, statement, "grade", value, (low, high))


def _is_in_situ(text: str, low: int, high: int) -> bool:
    """Whether the grade is that of the part in situ."""
    before = text[max(0, low - 34) : low]
    return bool(
        "nuclear" in before[-12:].casefold()
        or (_IN_SITU.search(before) and not _INVASIVE.search(before))
        or _THEN_IN_SITU.match(text[high : high + 40])
    )


def _is_doubted(text: str, low: int, high: int) -> bool:
    """Whether the grade is that of a tumour that is only suspected: "cannot exclude IDC grade 2"."""
    comma = max(text.rfind(",", 0, low), text.rfind(";", 0, low)) + 1
    return bool(context.doubt(text[comma:], low - comma, high - comma, 40))


def _is_of_another_thing(text: str, match: re.Match[str]) -> bool:
    """Whether the grade is that of a side effect, of another disease or of a part of the grade."""
    low, high = match.span()
    if match["x"]:
        return False
    after = not _METHOD.search(match[0]) and _NOT_GRADED.search(text, high, high + 34)
    return bool(after or _NOT_GRADED.search(text, max(0, low - 26), low))


def _is_of_tumor(statement: Statement, text: str, match: re.Match[str]) -> bool:
    """Whether the words themselves, the statement or its title say that the grade is the tumour's."""
    if match["g"] and not _TUMOR_BESIDE_G.search(text):
        return False
    return bool(
        _OF_TUMOR.search(match[0])
        or _GRADED.search(text)
        or "invasive" in statement.title
        or (statement.section == "diagnosis" and _ROW_OF_GRADE.match(text))
    )


__all__ = ["read_grades"]
