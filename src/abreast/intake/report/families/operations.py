# ruff: noqa: E501 - a pattern is read best in one line
"""Operations and radiation: done, planned, declined, of earlier."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.model import Finding, Value
from abreast.intake.report.statements import Report, Statement, side_near

_PROCEDURES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("modified radical mastectomy", r"\bmodified radical mastectomy|\bMRM\b"),
        ("bilateral mastectomy", r"\bbilateral (?:\w+[\s-]){0,3}mastectom(?:y|ies)|\bdouble mastectomy"),
        ("lumpectomy", r"\blumpectomy|\bpartial mastectomy|\bsegmental mastectomy|\bsegmentectomy\b|\bwide local excision|\bWLE\b|\bquadrantectomy|\bbreast[- ]conserv\w+ (?:surgery|operation|treatment)|\bconservative surgery\b|\bexcision \(less than total mastectomy\)|\bBCS\b|\blumpx\b"),
        ("mastectomy", r"\bmastectomy\b"),
        ("axillary clearance", r"(?<!targeted )\baxillary (?:lymph )?(?:node )?(?:clearance|dissection)|\bALND\b|\bAND\b(?-i:(?<=AND))(?=\s*(?:levels?|\())|\baxillary lymphadenectomy|\bANC\b(?=[^.;]{0,12}(?:level|\(?\d{1,2}/\d{1,2}\b(?![/\d])))|(?:(?<=& )|(?<=\+ )|(?<=and )|(?<=/))ANC\b(?!\s*[\d:=<>])"),
        ("sentinel lymph node biopsy", r"\bsentinel (?:lymph )?node (?:biopsy|excision|sampling|procedure)|\bSLNB?\b(?: biopsy)?|\bSNB\b|\bsentinel (?:lymph )?nodes?\b(?=[ #,:]*(?:#?\d|$|excis))"),
        ("hysterectomy and BSO", r"\bhysterectomy (?:and|with|\+|&) (?:BSO|bilateral salpingo-?\s?oophorectomy)|\bTAH[\s/-]*BSO"),
        ("oophorectomy", r"\b(?:bilateral (?:salpingo-?\s?)?)oophorectomy|\bBSO\b|\boophorectomy"),
        ("hysterectomy", r"\bhysterectomy\b"),
        ("craniotomy", r"\bcraniotomy"),
        ("breast reconstruction", r"\bDIEP(?: flap)?(?: reconstruction)?|\bbreast reconstruction|\bimplant reconstruction|\bLD flap"),
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
_RADIATION = re.compile(
    r"\b(?:radiotherapy|radiation(?: therapy)?|XRT|SBRT|SABR|SRS|radio-?surgery|stereotactic radio(?:surgery|therapy)|WBRT|PMRT|irradiation|EBRT|gamma\s?knife|cyberknife|RT\b(?=[^.;]{0,50}Gy|\s+to\b)|(?-i:(?<=[Bb]reast )|(?<=[Cc]hest wall )|(?<=whole brain ))RT\b|DXT)\b",
    re.IGNORECASE,
)
_TO_THE_HEAD = re.compile(r"srs|radio-?surgery|stereotactic radiosurgery|gamma\s?knife|cyberknife")
_HEAD = re.compile(
    r"\bbrain\b|\bcerebr|\bintracranial|\b(?:frontal|parietal|temporal|occipital) (?:lobe|lesion|metasta)",
    re.IGNORECASE,
)
_GY = re.compile(
    r"(?P<v>\d{1,2}(?:\.\d{1,2})?)\s*Gy\b(?:\s*(?:in|/|,)?\s*(?P<f>\d{1,2})\s*(?:#|fractions?|fx|f\b))?|(?P<c>\d{3,4})\s*cGy(?:\s*(?:in|/|,)?\s*(?P<f2>\d{1,2})\s*(?:#|fractions?|fx|f\b))?",
    re.IGNORECASE,
)
_RT_SITE = re.compile(
    r"\b(?P<s>(?:(?:left|right)\s+)?(?:chest wall(?:\s*(?:\+|and|&|,)\s*(?:\w+\s+)?(?:SCF|supraclavicular(?: fossa| nodes)?|regional nodes|nodes|nodal regions?|RNI))?|whole breast|breast(?! (?:cancer|ca\b|carcinoma|tumou?r|primary))|T\d{1,2}(?:-[TL]?\d{1,2})?|L\d(?:-L?\d)?|spine|thoracic spine|lumbar spine|hip|femur|pelvis|sacrum|iliac|brain|whole brain|rib|sternum|humerus|scapula|axilla|supraclavicular|cervical spine|liver|lung|bone|acetabulum))\b",
    re.IGNORECASE,
)


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
        or (report.kind == "imaging" and re.search(r"post|prior|surgical", text, re.IGNORECASE))
    ):
        return "historical"
    return None


def _radiated(report: Report, text: str, match: re.Match[str], named: str, at: int) -> str:
    """Return the place that radiation was given to: ``named``, or the one that its short form tells of."""
    word = match[0].casefold()
    if word == "wbrt":
        lead = report.norm[max(0, at - 60) : at]
        is_breast = _IN_BREAST.search(text) or _IN_BREAST.search(lead) or _MORE_THAN_BRAIN.match(text, match.end())
        return "whole breast" if is_breast else "whole brain"
    if word == "pmrt" and not re.match(r"chest|axilla|supracl", named, re.IGNORECASE):
        return "chest wall"
    to_head = _TO_THE_HEAD.fullmatch(word) and (not named or "breast" in named.casefold())
    return "brain" if to_head and _HEAD.search(report.norm, max(0, at - 260), at + 90) else named


_MORE_THAN_BRAIN = re.compile(r"\W{0,3}(?:4[2-9]|5\d|6\d)(?:\.\d{1,2})?\s*Gy", re.IGNORECASE)
"""A dose of WBRT that the whole breast gets and the whole brain does not."""
_IN_BREAST = re.compile(
    r"whole breast|breast(?! (?:ca\b|cancer|mets|metasta))|lumpectomy|\blumpx|\bBCS\b|\bWLE\b|SLNB", re.IGNORECASE
)


_NO_TREATMENT = re.compile(
    r"\bpost[- ]?$|\bchanges?\b|oncolog|pneumonitis|recall|necrosis|dermatitis|\bdose\b$", re.IGNORECASE
)
"""Words around radiation that name a harm, a department or a trace of it."""


def _radiation(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    doses = list(_GY.finditer(text))
    near = report.dates_in(statement.start, statement.end)
    told: set[str] = set()
    for match in _RADIATION.finditer(text):
        at = statement.start + match.start()
        if context.is_other_person(report, statement, at) or context.is_general(report, statement):
            continue
        before, after = _around(text, match)
        if _NO_TREATMENT.search(before[-8:] + after[:14]):
            continue
        dose = min(doses, key=lambda one: abs(one.start() - match.start())) if doses else None
        low, _ = context.clause(text, match.start())
        site = _RT_SITE.search(text[max(low, match.start() - 50) : match.end()]) or _RT_SITE.search(after)
        if not site and not dose and not near and not _TO_THE_HEAD.fullmatch(match[0].casefold()):
            continue
        named = _radiated(report, text, match, site["s"] if site else "", at)
        if not named or named.casefold() in told:
            continue
        told.add(named.casefold())
        label = _radiation_status(report, statement, text, match)
        spans = [match.span(), *([dose.span()] if dose else [])]
        yield Finding(
            "radiation",
            _without_side(named),
            statement.start + min(start for start, _ in spans),
            statement.start + max(end for _, end in spans),
            label,
            date=min(near, key=lambda one: abs(one.start - at)).date if near else None,
            side=side_near(text, match.start()) or report.side,
            extra=_dose(dose) if dose else {},
        )
        if label == "historical" and len(doses) > 1:
            yield from _more_doses(report, statement, text, doses, told)


def _around(text: str, match: re.Match[str]) -> tuple[str, str]:
    """Return the words of the clause before and behind a mention of radiation."""
    low, high = context.clause(text, match.start())
    return text[max(low, match.start() - 70) : match.start()], text[match.end() : min(high, match.end() + 80)]


def _radiation_status(report: Report, statement: Statement, text: str, match: re.Match[str]) -> str:
    """Return what the words make of radiation: given ("historical"), planned, considered, declined ..."""
    if context.is_superseded(report, statement, statement.start + match.start()):
        return "superseded"
    cues = context.cues()
    before, after = _around(text, match)
    if cues.declined.search(before) or cues.declined.search(after[:40]):
        return "declined" if re.search(r"declin|refus", before + after, re.IGNORECASE) else "absent"
    if context.is_negated(text, *match.span(), 40):
        return "absent"
    if cues.conditional.search(text[slice(*context.clause(text, match.start()))]):
        return "conditional"
    if cues.planned.search(before) or cues.planned.search(after[:50]) or statement.section == "plan":
        return "planned"
    if cues.considered.search(before) or cues.considered.search(after[:40]):
        return "considered"
    return "historical"


def _dose(dose: re.Match[str]) -> dict[str, Value]:
    """Return the dose in gray and the number of fractions, where told."""
    fractions = dose["f"] or dose["f2"]
    gray = float(dose["v"]) if dose["v"] else float(dose["c"]) / 100
    return {"dose_gy": gray, **({"fractions": float(fractions)} if fractions else {})}


def _without_side(place: str) -> str:
    return re.sub(r"^(?:left|right)\s+", "", " ".join(place.split()), flags=re.IGNORECASE)


def _more_doses(
    report: Report, statement: Statement, text: str, doses: list[re.Match[str]], told: set[str]
) -> Iterator[Finding]:
    """Yield the further courses of a list: "left breast 40 Gy/15# 2013; L4 8 Gy/1# 2022; left hip 20 Gy/5# 2023"."""
    for before, dose in itertools.pairwise(doses):
        sites = list(_RT_SITE.finditer(text, before.end(), dose.start()))
        if not sites or sites[-1]["s"].casefold() in told:
            continue
        told.add(sites[-1]["s"].casefold())
        start, end = statement.start + sites[-1].start(), statement.start + dose.end()
        near = report.dates_in(end, end + 14)
        yield Finding(
            "radiation",
            _without_side(sites[-1]["s"]),
            start,
            end,
            "historical",
            date=near[0].date if near else None,
            side=side_near(text, sites[-1].start()),
            extra={"dose_gy": float(dose["v"]) if dose["v"] else float(dose["c"]) / 100},
        )


def read(report: Report) -> Iterator[Finding]:
    """Yield operations and radiation."""
    if report.kind == "laboratory":
        return
    for statement in report.statements:
        if statement.section not in ("family", "general"):
            text = report.of(statement)
            yield from _operations(report, statement, text)
            yield from _radiation(report, statement, text)


__all__ = ["read"]
