# ruff: noqa: E501 - a pattern is read best in one line
"""What a scan measures: lesions with their length now and before, the tumour of the breast, and fluid.

A length becomes that of a lesion only with a word for one and a place in the same clause, or in a row that bears the place
as its label ("Seg 6: 9 mm"). A mass of the breast has a size (``tumor_size_mm``, "imaging") and is no place of spread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.measures import Measure, measures_in, words
from abreast.intake.report.families.scans import as_of_scan
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

BENIGN = words("benign")
_CANCER = re.compile(r"metasta|malignan|carcinoma|cancer|\bmets?\b|\bMBC\b|\bTNBC\b|\bca\b", re.IGNORECASE)
_STOP = re.compile(r"[.;]\s|(?<=\w)\s-\s(?=[A-Z])")
_LISTED = re.compile(
    r",\s+(?=(?:and\s+)?(?:left|right|[LR]\b|\d|new|second|another|one|two|seg|L[LU]L|R[LMU]L|lingula|central|cysts?\b|simple\b|h(?:a)?emangioma|I?V?I{0,3}\b\s+\d))",
    re.IGNORECASE,
)
"""A comma before the next lesion of a list."""
_PLACE_WITHIN = re.compile(
    r"(?P<liver>\bseg(?:ment)?s?\.?\s?(?:\d|[IV]{1,4})[ab]?(?:/\d)?\b|\b[IVX]{2,4}\b(?=\s*\d))|(?P<lung>\b(?:(?:[LR]|left|right|rt\.?|lt\.?)\s+(?:upper|lower|middle|mid)\s+lobe|RUL|RML|RLL|LUL|LLL|lingula)\b)|(?P<brain>\b(?:frontal|parietal|occipital|temporal|cerebell\w+|thalam\w+)\b)|(?P<adrenal>\b[LR] adrenal)|(?P<nodes>\bstation\s?\d)",
    re.IGNORECASE,
)
"""A part of an organ, which needs no word for a lesion beside its measure."""
_NODE = re.compile(r"\bnod(?:e|al)|\bLNs?\b|adenopathy|\baxilla", re.IGNORECASE)
_NEW = re.compile(r"\bnew(?:ly)?\b", re.IGNORECASE)
_NOT_NEW = re.compile(r"\bno new\b|\bknown\b", re.IGNORECASE)
_OF_CARE = re.compile(
    r"\b(?:incision|scar|resect\w+|excis\w+|flap|drain|biopsy (?:needle|gauge)|implant)\b", re.IGNORECASE
)
_NEAR = 70


@dataclass(frozen=True, slots=True)
class _Seen:
    """A length with the clause that it stands in, from ``low`` to ``high`` of the text of its statement."""

    report: Report
    statement: Statement
    text: str
    measure: Measure
    low: int
    high: int

    @property
    def clause(self) -> str:
        """The words of the clause."""
        return self.text[self.low : self.high]

    @property
    def lead(self) -> str:
        """The words of the clause before the length."""
        return self.text[self.low : self.measure.start]

    def made(self, attribute: str, base: str, site: str = "", date: PartialDate | None = None) -> Finding:
        """Return a finding of this length."""
        found = make(
            self.report, self.statement, attribute, self.measure.value,
            self.statement.start + self.measure.start, self.statement.start + self.measure.end,
            base=base, unit="mm", breast=attribute == "tumor_size_mm", date=date, extra={"site": site} if site else {},
        )  # fmt: skip
        return as_of_scan(self.report, self.statement, found) if not base else found


def read_lesions(report: Report, statement: Statement, text: str, comparison: PartialDate | None) -> Iterator[Finding]:
    """Yield the lengths of lesions, now and on the scan compared with."""
    if statement.section in ("indication", "comparison", "gross", "plan", "family") or not _CANCER.search(report.norm):
        return
    site = ""
    for seen in _seen(report, statement, text):
        if context.is_other_person(report, statement, statement.start + seen.measure.start) or _OF_CARE.search(
            seen.lead
        ):
            continue
        if report.kind == "imaging" and _is_of_breast(seen):
            if not seen.measure.prior and _is_cancer_of_breast(seen):
                yield seen.made("tumor_size_mm", "suspected" if words("suspected").search(seen.clause) else "imaging")
            continue
        place = _site(seen, site)
        site = place or ""
        if place is None or not _is_lesion(seen, site):
            continue
        if seen.measure.prior:
            yield seen.made("measurable_lesion_mm", "prior", site, comparison)
        else:
            yield seen.made("measurable_lesion_mm", _qualifier(seen), site)


def _seen(report: Report, statement: Statement, text: str) -> Iterator[_Seen]:
    """Yield the lengths of a statement with their clauses; a list of lesions is cut before each of them."""
    found = list(measures_in(text))
    stops = [match.start() + 1 for match in _STOP.finditer(text)]
    for number, measure in enumerate(found):
        low = max((stop for stop in stops if stop <= measure.start), default=0)
        high = min((stop for stop in stops if stop >= measure.end), default=len(text))
        if number and found[number - 1].end > low and not measure.prior:
            cut = _LISTED.search(text, found[number - 1].end, measure.start)
            low = cut.start() if cut else low
        following = next((one for one in found[number + 1 :] if not one.prior), None)
        if following and following.start < high:
            cut = _LISTED.search(text, measure.end, following.start)
            high = cut.start() if cut else high
        yield _Seen(report, statement, text, measure, low, high)


def _site(seen: _Seen, before: str) -> str | None:
    """Return the place of a lesion: named before or behind it, by the label of its row, or as that of the one before."""
    lead = [one for one in sites_in(seen.lead) if not _is_direction(seen.lead, one)]
    if lead:
        return lead[-1][0]
    behind = sites_in(seen.text[seen.measure.end : min(seen.high, seen.measure.end + _NEAR)])
    if behind:
        return behind[0][0]
    earlier = sites_in(seen.text[: seen.low])
    if before and not earlier:
        return before
    titled = sites_in(seen.statement.title)
    if titled:
        return titled[0][0]
    part = _PLACE_WITHIN.search(seen.clause)
    if part:
        return "mediastinal nodes" if part.lastgroup == "nodes" else part.lastgroup
    if earlier:
        return before or earlier[-1][0]
    return "" if _NODE.search(seen.clause) or seen.report.kind == "imaging" else None


def _is_direction(text: str, place: tuple[str, int, int]) -> bool:
    return bool(re.match(r"\s*(?:window|protocol|phase)", text[place[2] :]))


def _is_lesion(seen: _Seen, site: str) -> bool:
    """Whether a length is that of something that may be cancer, and of nothing harmless or denied."""
    text, measure = seen.text, seen.measure
    if _is_benign(seen.clause) or _benign_behind(seen):
        return False
    if not measure.prior and context.is_negated(text, measure.start, measure.end, _NEAR):
        return False
    if site == "thyroid" or words("of_surgery").search(seen.clause):
        return False
    if seen.report.kind == "letter" and not (site and _scanned(seen)):
        return False
    if site == "adrenal" and _ADENOMA.search(seen.report.norm):
        return False
    if words("too_small").search(_behind(seen)) and not words("suspected").search(_behind(seen)):
        return False
    if words("lesion").search(seen.clause) or _PLACE_WITHIN.search(seen.clause):
        return True
    carried = words("lesion").search(text, 0, seen.low) if measure.prior or site else None
    return bool(carried or (site and words("lesion").search(seen.statement.title)))


_ADENOMA = re.compile(r"\badrenal\b[^.;]{0,80}\badenoma", re.IGNORECASE)
"""What a report says at its end of the one thing in an adrenal gland that it measured before."""


def _is_benign(text: str) -> bool:
    """Whether words name something harmless, and do not deny it ("no fracture")."""
    return any(not _DENIED.search(text, 0, match.start()) for match in BENIGN.finditer(text))


_DENIED = re.compile(r"\b(?:no|not an?|without|rather than)\s+(?:\w+\s+)?$", re.IGNORECASE)


def _benign_behind(seen: _Seen) -> bool:
    """Whether the sentence behind says that this very thing is harmless: "14 mm nodule. It is typical of an adenoma"."""
    behind = seen.text[seen.high : seen.high + 90]
    return bool(
        re.match(
            r"[.;,\s]*(?:this|it|these|appearances?|which|,)?\s*(?:is|are)?\s*(?:\w+\s+){0,2}(?:typical|consistent|compatible|characteristic|in keeping)\b",
            behind,
            re.IGNORECASE,
        )
        and BENIGN.search(behind.split(". ")[0])
    )


def _behind(seen: _Seen) -> str:
    """Return the rest of the sentence behind a length."""
    return re.split(r"[.;]\s", seen.text[seen.measure.end :])[0]


def _scanned(seen: _Seen) -> bool:
    """Whether a letter speaks of a lesion outside the breast here: by its own word, or a part of an organ."""
    around = seen.text[max(seen.low, seen.measure.start - _NEAR) : min(seen.high, seen.measure.end + _NEAR)]
    told = words("lesion").search(around) or _PLACE_WITHIN.search(around)
    return bool(told and not words("breast").search(around) and not words("of_pathology").search(around))


def _qualifier(seen: _Seen) -> str:
    """Return "suspected", "indeterminate", "new" or "" for a length of now."""
    clause = seen.clause
    if words("indeterminate").search(clause):
        return "indeterminate"
    if words("suspected").search(clause) or words("suspected").search(_behind(seen)):
        return "suspected"
    return "new" if _NEW.search(clause) and not _NOT_NEW.search(clause) else ""


def _is_of_breast(seen: _Seen) -> bool:
    """Whether a length is of something in the breast: by its words, or because the scan is one of the breast alone."""
    if _NODE.search(seen.clause) and not re.search(r"\bintramammary", seen.clause, re.IGNORECASE):
        return False
    if words("breast").search(seen.clause) or re.search(r"\bbreasts?\b", seen.statement.title):
        return not [one for one in sites_in(seen.clause) if one[0] not in _AROUND_THE_BREAST]
    return bool(words("scan_of_breast").search(seen.report.norm, 0, 400)) and not sites_in(seen.clause)


_AROUND_THE_BREAST = frozenset({"skin", "chest wall", "contralateral breast", "soft tissue"})


def _is_cancer_of_breast(seen: _Seen) -> bool:
    return bool(
        words("of_breast").search(seen.clause)
        and not words("not_suspicious").search(seen.clause)
        and not _is_benign(seen.clause)
        and not context.is_negated(seen.text, seen.measure.start, seen.measure.end, _NEAR)
    )


__all__ = ["BENIGN", "read_lesions"]
