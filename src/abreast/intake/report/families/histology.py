# ruff: noqa: E501 - a pattern is read best in one line
"""The kind of the tumour under the microscope, and the grade of its part in situ."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import ROMAN, within
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_HISTOLOGY: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE))
    for name, pattern in (
        ("mixed ductal and lobular carcinoma", r"\bmixed (?:invasive )?(?:ductal and lobular|lobular and ductal|ductal/lobular)[\w\s]{0,20}|\binvasive (?:mammary )?carcinoma (?:with|w/) (?:mixed )?ductal (?:and|&) lobular features"),
        ("DCIS", r"\bductal carcinoma[\s-]+in[\s-]+situ\b|\bDCIS\b(?! score)|\bintraductal carcinoma\b"),
        ("LCIS", r"\blobular carcinoma[\s-]+in[\s-]+situ\b|\bLCIS\b"),
        ("invasive lobular carcinoma", r"\bcarcinoma\b[^.;]{0,30},? (?:lobular (?:infiltrating|invasive)|(?:infiltrating|invasive) lobular)\b|\b(?:invasive|infiltrating|inv\.?)\s+(?:pleomorphic\s+|mammary\s+)?lobular\s+(?:carcinoma|ca\b|cancer)|\bILC\b|\blobular breast (?:carcinoma|cancer)|\b(?:invasive|infiltrating) (?:mammary )?carcinoma,?\s*\(?lobular(?: type)?|\binvasive lobular\b|\b(?:grade |gr |G)[1-3] lobular\b|\bknown lobular (?:breast )?(?:carcinoma|ca\b|cancer)|\blobular (?:carcinoma|ca|cancer) of (?:the )?(?:left |right )?breast"),
        ("invasive ductal carcinoma", r"\bcarcinoma ductal (?:infiltrante|invasor|invasivo)|\bcarcinoma\b[^.;]{0,30},? (?:ductal (?:infiltrating|invasive)|(?:infiltrating|invasive) ductal)\b|\b(?:invasive|infiltrating|inv\.?)\s+(?:mammary\s+)?duct(?:al)?\s+(?:adeno)?(?:carcinoma|ca\b|cancer)(?!\s+in\s+situ)|\bIDC\b|\bductal breast (?:carcinoma|cancer)|\bno special type\b|\b(?:IBC[- ])?NST\b|\b(?:invasive|infiltrating) (?:mammary |breast )?carcinoma,?\s*\(?(?:of\s+)?(?:ductal|NOS|no special)(?: type)?|\binvasive ductal\b|\b(?:grade |gr |G)[1-3] ductal\b|\b(?:known|breast) ductal (?:breast )?(?:carcinoma|ca\b|cancer)(?!\s+in\s+situ)"),
        ("mucinous carcinoma", r"\b(?:invasive )?(?:mucinous|colloid) (?:carcinoma|cancer)"),
        ("metaplastic carcinoma", r"\bmetaplastic (?:breast )?(?:carcinoma|cancer)"),
        ("tubular carcinoma", r"\btubular carcinoma|\b(?:grade |gr |G)[1-3] tubular\b"),
        ("invasive micropapillary carcinoma", r"\b(?:invasive )?micropapillary carcinoma"),
        ("papillary carcinoma", r"\b(?:encapsulated|encysted|intracystic|solid|invasive) papillary carcinoma"),
        ("apocrine carcinoma", r"\b(?:invasive )?apocrine carcinoma"),
        ("inflammatory carcinoma", r"\binflammatory (?:breast )?(?:carcinoma|cancer)"),
    )
)  # fmt: skip
_BENIGN_FOCUS = re.compile(r"differential|radial scar|adenosis|atypical|\bfocus of (?:LCIS|atyp)", re.IGNORECASE)
_ONLY_CONSIDERED = re.compile(
    r"\s*(?:was|were|is|had been)\s+(?:also\s+)?(?:considered|excluded|ruled out|raised)", re.IGNORECASE
)
_DCIS_GRADE = re.compile(
    r"\bgrade\s*[:=]?\s*(?P<n>[1-3]|I{1,3})\b|\b(?P<w>high|intermediate|low)[\s-]+(?:nuclear\s+)?grade|\bnuclear grade\s*[:=]?\s*(?P<m>[1-3]|high|intermediate|low)",
    re.IGNORECASE,
)


_NOT_PRESENT = re.compile(
    r"[\s:,.-]*(?:\w+\s+){0,2}(?:margin|component[^.;]{0,10}(?:absent|not)|extent|absent|not\b|none|negative|grade\s*:?\s*(?:n/a|not))|.{0,20}uninvolved",
    re.IGNORECASE,
)
"""Behind a carcinoma in situ: its margin, or that there is none."""
_NO_KIND = re.compile(
    r"\bmargins?,?\s*$|\bincl(?:uding|udes?|\.)?\s*$|\bfrom\s+(?:the\s+)?$|\bonly\s+$|\b(?:over|rather than|than)\s+$|\bmargin\b[^.;]{0,24}$",
    re.IGNORECASE,
)
"""Before a kind that is named for a distance or a size only."""
_IN_SITU = ("DCIS", "LCIS")


def read_kinds(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the kinds of tumour that a statement names, each once, and the grade of DCIS."""
    if statement.section in ("gross", "plan", "comparison"):
        return
    taken: list[tuple[int, int]] = []
    for name, pattern in _HISTOLOGY:
        for match in pattern.finditer(text):
            low, high = match.span()
            if any(a < high and low < b for a, b in taken):
                continue
            taken.append((low, high))
            if not _is_found(report, statement, text, name, (low, high)):
                continue
            doubt = context.doubt(text, low, high, 45)
            if doubt == "question" or (statement.section == "indication" and doubt):
                continue
            yield within(report, statement, "histology", name, (low, high), doubt)
            if name == "DCIS":
                yield from _dcis_grade(report, statement, text, low, high)
            break


def _is_found(report: Report, statement: Statement, text: str, name: str, span: tuple[int, int]) -> bool:
    """Whether a kind that is named between two places of a statement is one that this person's tumour is of."""
    low, high = span
    return not (
        context.is_other_person(report, statement, statement.start + low)
        or context.is_negated(text, low, high)
        or _BENIGN_FOCUS.search(text[max(0, low - 60) : low])
        or _ONLY_CONSIDERED.match(text, high)
        or (name in _IN_SITU and _NOT_PRESENT.match(text[high:]))
        or _NO_KIND.search(text[max(0, low - 20) : low])
    )


_GRADE_BEFORE = re.compile(r"\b(?P<w>high|intermediate|low)[\s-]+(?:nuclear\s+)?grade\s*$", re.IGNORECASE)


def _dcis_grade(report: Report, statement: Statement, text: str, low: int, high: int) -> Iterator[Finding]:
    match = _DCIS_GRADE.search(text[high : high + 90]) or _GRADE_BEFORE.search(text[max(0, low - 28) : low])
    if not match:
        return
    groups = match.groupdict()
    value = next((groups[name] for name in ("n", "m", "w") if groups.get(name)), "").casefold()
    value = f"{ROMAN[value]:g}" if value in ROMAN else value
    yield within(report, statement, "dcis_grade", value, (low, min(len(text), high + 60)))


__all__ = ["read_kinds"]
