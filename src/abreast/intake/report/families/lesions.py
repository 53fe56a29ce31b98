# ruff: noqa: E501 - a pattern is read best in one line
"""What a scan measures: lesions with their length now and before, and fluid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

BENIGN = re.compile(
    r"\bcysts?\b|\bbenign\b|degenerative|h(?:a)?emangioma|fibroid|granuloma|\bunchanged since (?:19|20)\d\d|arthr|osteophyt|fracture(?! patholog)|bone island|atelecta|scarr?|post[- ]?(?:radiation|treatment|surgical) change|adenoma\b|lipoma|steatosis|fatty(?! hil)|reactive|fibroadenoma|seroma|infect|inflammatory|calcified granul|angiomyolipoma|\bFNH\b|focal nodular hyperplasia|hamartoma|enostosis|schmorl|fibrous dysplasia|\bpaget(?!'?s? disease of the (?:breast|nipple))|bosniak|diverticul|gallstone|cholelith|meningioma",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?<![\d.x])(?P<a>\d{1,3}(?:\.\d)?)\s*(?P<u1>mm|cm)?\s*(?:x\s*\d{1,3}(?:\.\d)?\s*(?P<u2>mm|cm)?\s*){0,2}(?P<u3>mm|cm)?(?![\w/])"
)
_PRIOR_AFTER = re.compile(
    r"\s*(?:previously|prior(?:ly)?|before|earlier|on (?:the )?(?:prior|previous))\b", re.IGNORECASE
)
_PRIOR = re.compile(
    r"(?:\bpreviously|\bprior(?:ly)?|\bwas|\bformerly|\bfrom|\bcompared (?:with|to)|\bprev\.?|\bearlier|\bbaseline|\bnadir)\s*(?:measur\w+\s*)?[:=]?\s*$",
    re.IGNORECASE,
)
_LESION = re.compile(
    r"\blesions?\b|\bnodules?\b|\bmass(?:es)?\b|metasta\w+|\bdeposits?\b|\bnodes?\b|\bsegment\b|\btarget\b",
    re.IGNORECASE,
)
_NOT_LESION = re.compile(
    r"\bnon-?specific|below (?:PET|the) resolution|too small (?:to|for)|\bslice|\baxial|\bthick|\bspacing|\bmargin|\bcollimation|\bintervals?\b|\brecon|\bdose|\bdistance|\bmL\b|\bport\b|\bduct\b|\baort|\bspleen|shift|\bvoxel|\bFOV",
    re.IGNORECASE,
)
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


def _piece_end(text: str, at: int) -> int:
    stop = re.search(r"[.;]\s|,\s+(?=(?:left|right|and)\b)", text[at:])
    return at + stop.start() if stop else len(text)


def compared_with(report: Report) -> PartialDate | None:
    """Return the date of the scan that this one is compared with."""
    match = re.search(r"\bcompar(?:ison|ed (?:with|to))\b", report.norm, re.IGNORECASE)
    if not match:
        return None
    near = report.dates_in(match.end(), match.end() + 90)
    return max((one.date for one in near), key=lambda date: date.latest) if near else None


_TOO_SMALL = re.compile(r"[^.;]{0,60}\btoo small for\b", re.IGNORECASE)
_DOUBTED = re.compile(
    r"[^.;]{0,110}\b(?:suspicious for|suspected|worrisome for|concerning for|possible|probable|likely)\s+(?:a\s+)?(?:metasta|deposit|malignan)",
    re.IGNORECASE,
)


def _doubted(text: str, low: int, high: int) -> str:
    """Return "suspected" when the sentence doubts whether the lesion is cancer, else ""."""
    before = text[max(0, low - 60) : low]
    return "suspected" if _DOUBTED.match(text, high) or _DOUBTED.match(before.rpartition(". ")[2]) else ""


_BENIGN_AFTER_ALL = re.compile(
    r"\b(?:typical (?:of|for)|consistent with|compatible with|in keeping with|represents?|characteristic of)\s+(?:an?\s+)?(?:benign\s+|simple\s+|known\s+)?(?:adenoma|cyst|h(?:a)?emangioma|lipoma|fibroid|granuloma|meningioma|focal nodular hyperplasia|FNH|hamartoma|bone island)",
    re.IGNORECASE,
)


def read_lesions(report: Report, statement: Statement, text: str, comparison: PartialDate | None) -> Iterator[Finding]:
    """Yield the lengths of lesions, now and on the scan compared with."""
    if statement.section in ("indication", "comparison", "gross") or not re.search(
        r"metasta|malignan|carcinoma|cancer", report.norm, re.IGNORECASE
    ):
        return
    title_sites = sites_in(statement.title)
    for match in _SIZE.finditer(text):
        unit = match["u3"] or match["u2"] or match["u1"]
        if not unit:
            continue
        low = max((found.end() for found in re.finditer(r"[.;]\s|\)\s*,", text[: match.start()])), default=0)
        piece = text[low : _piece_end(text, match.end())]
        around = text[max(low, match.start() - 60) : match.end() + 34]
        if (
            BENIGN.search(piece)
            or _BENIGN_AFTER_ALL.search(text, match.end())
            or _NOT_LESION.search(around)
            or _TOO_SMALL.match(text, match.end())
            or not (_LESION.search(text) or title_sites)
        ):
            continue
        if (
            not _LESION.search(text)
            or context.is_negated(text, match.start(), match.end(), 70)
            or re.match(r"\s*(?:from|away|deep|above|below|long)", text[match.end() :])
        ):
            continue
        prior = bool(_PRIOR.search(text[: match.start()]) or _PRIOR_AFTER.match(text, match.end()))
        value = round(float(match["a"]) * (10 if unit.casefold() == "cm" else 1), 1)
        found = sites_in(text[low : match.end()]) or title_sites or sites_in(text[match.end() : match.end() + 60])
        new = bool(re.search(r"\bnew\b", text[low : match.start()], re.IGNORECASE))
        yield make(
            report, statement, "measurable_lesion_mm", value, statement.start + max(low, match.start() - 14 if prior else low), statement.start + match.end(),
            base="prior" if prior else ("new" if new else _doubted(text, match.start(), match.end())), unit="mm", breast=False, date=comparison if prior else None, extra={"site": found[0][0]} if found else {},
        )  # fmt: skip


__all__ = ["BENIGN", "compared_with", "read_fluids", "read_lesions"]
