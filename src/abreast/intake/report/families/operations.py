# ruff: noqa: E501 - a pattern is read best in one line
"""Operations: done, planned, declined, of earlier; radiation beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.radiation import read_radiation
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement, side_near

_PROCEDURES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("modified radical mastectomy", r"\bmodified radical mastectomy|\bMRM\b"),
        ("bilateral mastectomy", r"(?:\bbilateral|\bbilat\.?|\bb/l) (?:\w+[\s-]){0,3}mastectom(?:y|ies)|\bdouble mastectomy"),
        ("lumpectomy", r"\blumpectomy|\bpartial mastectomy|\bsegmental mastectomy|\bsegmentectomy\b|\bwide local excision|\bWLE\b|\bquadrantectomy|\bbreast[- ]conserv\w+ (?:surgery|operation|treatment)|\bconservative surgery\b|\bexcision \(less than total mastectomy\)|\bBCS\b|\blumpx\b"),
        ("mastectomy", r"\bmastectom(?:y|ies)\b"),
        ("axillary clearance", r"(?<!targeted )\baxillary (?:lymph )?(?:node )?(?:clearance|dissection)|\bALND\b|\bAND\b(?-i:(?<=AND))(?=\s*(?:levels?|\())|\baxillary lymphadenectomy|\bANC\b(?=[^.;]{0,12}(?:level|\(?\d{1,2}/\d{1,2}\b(?![/\d])))|(?:(?<=& )|(?<=\+ )|(?<=and )|(?<=/))ANC\b(?!\s*[\d:=<>])"),
        ("sentinel lymph node biopsy", r"\bsentinel (?:lymph )?node (?:biopsy|excision|sampling|procedure)|\bSLN(?:B|s)?\b(?: biopsy)?|\bSNB\b|\bsentinel (?:lymph )?nodes?\b(?=[ #,:(]*(?:#?\d|x\s?\d|$|excis|left|right|date|removed))"),
        ("hysterectomy and BSO", r"\bhysterectomy (?:and|with|\+|&) (?:BSO|bilateral salpingo-?\s?oophorectomy)|\bTAH[\s/-]*BSO"),
        ("oophorectomy", r"\b(?:bilateral (?:salpingo-?\s?)?)oophorectomy|\bBSO\b|\bRRB?SO\b|\b(?:salpingo-?\s?)?oophorectomy"),
        ("hysterectomy", r"\bhysterectomy\b"),
        ("craniotomy", r"\bcraniotomy"),
        ("breast reconstruction", r"\bDIEP(?: flap)?(?: reconstruction)?|\bbreast reconstruction|\b(?:implant|immediate|delayed) reconstruction|\bLD flap"),
        ("re-excision", r"\bre-?excision\b(?= of| specimen|,|\.|:|$)"),
        ("prostatectomy", r"\b(?:radical )?prostatectomy"),
        ("vertebroplasty", r"\bvertebroplasty|\bkyphoplasty"),
        ("intramedullary nail", r"\bintramedullary nail\w*|\bIM nail\w*"),
    )
)  # fmt: skip
_DONE = re.compile(
    r"\bs/p\b|status[- ]post|\bpost\b|\bunderwent|\bhad\b|\bprevious|\bprior\b|\bhistory of|\bperformed|\bfollowing|\bafter\b|\bsurgery\s*:|\bprocedure\s*:|\btreated (?:with|by)|\bsince\b|\bscar\b|\babsent breast|\bdate of|\bwas\b",
    re.IGNORECASE,
)
_THEREAFTER = re.compile(r"\b(?:after|post|prior|following)\b", re.IGNORECASE)
"""Behind an operation these tell what comes when, not that it was done: "MRM + ALND after"."""
_PERFORMED = re.compile(r"(?:procedures?|operations?|surgery)(?: performed| done)?$")
"""The head of a list of what was done, in the note of an operation."""


def _operations(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    if statement.section in ("gross",):
        return
    taken: list[tuple[int, int]] = []
    for name, pattern in _PROCEDURES:
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            at = statement.start + match.start()
            if context.is_other_person(report, statement, at) or context.is_general(report, statement):
                continue
            label = _operation_status(report, statement, text, match)
            if label is None:
                continue
            near = report.dates_in(statement.start, statement.end)
            date = min(near, key=lambda one: abs(one.start - at)).date if near and report.kind != "pathology" else None
            if label in ("", "historical") and date and _is_to_come(report, date):
                label = "planned"
            made = make(
                report, statement, "surgery", name, at, statement.start + match.end(), base=label or "done", date=date
            )
            final = label if made.qualifier == "done" else made.qualifier
            side = (
                side_near(text, match.start())
                if name not in ("hysterectomy", "oophorectomy", "hysterectomy and BSO")
                else ""
            )
            yield Finding(
                "surgery",
                name,
                at,
                statement.start + match.end(),
                final,
                date=date or (made.date if not label else None),
                side=side
                or (
                    made.side
                    if name in ("mastectomy", "lumpectomy", "sentinel lymph node biopsy", "axillary clearance")
                    else ""
                ),
                specimen=statement.specimen,
            )


def _is_to_come(report: Report, date: PartialDate) -> bool:
    """Whether a month or year lies behind every day that a report names ("mastectomy in 2025", in a note of 2024)."""
    days = [one.date for one in report.dates if one.date.day]
    return not date.day and bool(days) and all(date.earliest > day.latest for day in days)


def _operation_status(report: Report, statement: Statement, text: str, match: re.Match[str]) -> str | None:
    cues = context.cues()
    low, high = context.clause(text, match.start())
    before, after = text[max(low, match.start() - 70) : match.start()], text[match.end() : min(high, match.end() + 60)]
    if cues.declined.search(before) or cues.declined.search(after[:40]):
        return "declined" if re.search(r"declin|refus|wish", before + after, re.IGNORECASE) else "absent"
    if context.is_negated(text, *match.span(), 40) or re.search(r"\bless than (?:a )?(?:total )?$", before):
        return "absent"
    if cues.conditional.search(text[low:high]) or re.search(r"\bor\b\s*$", before):
        return "conditional"
    if cues.planned.search(before) or cues.planned.search(after[:40]) or statement.section == "plan":
        return "planned"
    if cues.considered.search(before) or cues.considered.search(after[:60]):
        return "considered"
    if report.kind == "pathology" and statement.section not in ("history", "past", "indication"):
        if report.dates_in(statement.start, statement.end) and context.is_historical(
            report, statement, statement.start + match.start()
        ):
            return "historical"
        return "historical" if re.search(r"previous|prior|history|status post|s/p", before, re.IGNORECASE) else ""
    if _PERFORMED.match(statement.title):
        return ""
    if (
        statement.section in ("history", "past", "diagnosis", "treatment")
        or _DONE.search(before)
        or _DONE.search(_THEREAFTER.sub(" ", after[:20]))
        or report.dates_in(statement.start, statement.end)
        or (report.kind == "imaging" and statement.section not in ("impression", "plan", "indication", "comparison"))
    ):
        return "historical"
    return None


def read(report: Report) -> Iterator[Finding]:
    """Yield operations and radiation."""
    if report.kind == "laboratory":
        return
    for statement in report.statements:
        if statement.section not in ("family", "general"):
            text = report.of(statement)
            yield from _operations(report, statement, text)
            yield from read_radiation(report, statement, text)


__all__ = ["read"]
