# ruff: noqa: E501, PLR0917 - a pattern is read best in one line; a course is made of its parts
"""Radiation: where to, how much, when; given, planned, talked about, declined.

A course is told by a word for it ("RT", "SRS", "PMRT") or by a dose in gray beside a place. Without a dose, a date or words
for what was done it is only a word, and not read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.model import Finding, Value
from abreast.intake.report.statements import Report, Statement, side_near

_WORD = re.compile(
    r"\b(?:radiotherapy|radiation(?: therapy| treatments?)?|XRT|SBRT|SABR|SRS|radio-?surgery|stereotactic radio(?:surgery|therapy)|WBRT|PMRT|irradiation|EBRT|gamma\s?knife|cyberknife|DXT"
    r"|RT\b(?=[^.;]{0,50}Gy|\s+to\b)|(?-i:(?<=[Bb]reast )|(?<=[Cc]hest wall )|(?<=whole brain ))RT\b"
    r"|(?-i:(?<=[+&/;,] )|(?<=[+&/])|(?<=adj )|(?<=adjuvant )|(?<=then )|(?<=and )|(?<=[Dd]eclined )|(?<=no )|(?<=RNI )|(?<=post ))(?-i:RT)(?!\s+(?:breast|axill|mast|lump|arm|side|chest|ovar|hip)))\b",
    re.IGNORECASE,
)
_TO_THE_HEAD = re.compile(r"srs|radio-?surgery|stereotactic radiosurgery|gamma\s?knife|cyberknife")
_HEAD = re.compile(
    r"\bbrain\b|\bcerebr|\bintracranial|\b(?:R|L|right|left)?\s?(?:frontal|parietal|temporal|occipital) (?:lobe|lesion|met)",
    re.IGNORECASE,
)
_FRACTIONS = r"\s*(?:in|/|,|x)?\s*(?P<{}>\d{{1,2}})\s*(?:#|fractions?|fx|f\b|(?=\s*[,.;)]|\s*$))"
_GY = re.compile(
    r"(?P<v>\d{1,2}(?:\.\d{1,2})?)\s*(?:Gy|gray)\b(?:" + _FRACTIONS.format("f") + r")?|(?P<c>\d{3,4})\s*cGy(?:" + _FRACTIONS.format("f2") + r")?",
    re.IGNORECASE,
)  # fmt: skip
_SITE = re.compile(
    r"\b(?P<s>(?:(?:left|right)\s+)?(?:(?:chest wall|(?-i:CW))(?:\s*(?:\+|and|&|,)\s*(?:\w+\s+)?(?:SCF|supraclavicular(?: fossa| nodes)?|regional nodes|nodes|nodal regions?|RNI))?|whole breast|breast(?! (?:cancer|ca\b|carcinoma|tumou?r|primary|conserv))|T\d{1,2}(?:-[TL]?\d{1,2})?(?![a-dN])|L\d(?:-L?\d)?|spine|thoracic spine|lumbar spine|hip|femur|pelvis|sacrum|iliac|brain|whole brain|rib|sternum|humerus|scapula|axilla|supraclavicular|SCV|SCF|cervical spine|liver|lung|bone|acetabulum))\b",
    re.IGNORECASE,
)
_BREAST_SURGERY = re.compile(
    r"\b(?:lumpectomy|lumpx|WLE|BCS|partial mastectomy|breast[- ]conserv\w+|segmental mastectomy|quadrantectomy)\b",
    re.IGNORECASE,
)
_MASTECTOMY = re.compile(r"\b(?:mastectomy|MRM|mast)\b", re.IGNORECASE)
_BARE = re.compile(r"radiotherapy|radiation(?: therapy| treatments?)?|xrt|rt|irradiation|ebrt|dxt")
_NO_TREATMENT = re.compile(
    r"\bpost[- ]?$|\bchanges?\b|oncolog|pneumonitis|recall|necrosis|dermatitis|\bdose\b$|\bfibrosis\b|\bfield\b",
    re.IGNORECASE,
)
"""Words around radiation that name a harm, a department or a trace of it."""
_MORE_THAN_BRAIN = re.compile(r"\W{0,3}(?:4[2-9]|5\d|6\d)(?:\.\d{1,2})?\s*Gy", re.IGNORECASE)
"""A dose of WBRT that the whole breast gets and the whole brain does not."""
_IN_BREAST = re.compile(
    r"whole breast|breast(?! (?:ca\b|cancer|mets|metasta))|lumpectomy|\blumpx|\bBCS\b|\bWLE\b|SLNB", re.IGNORECASE
)
_DONE = re.compile(
    r"\b(?:s/p|status post|underwent|had|received|completed|finished|treated|given|got|after|post|following|previous|prior|history of|adjuvant|adj|then)\b|[+&]\s*$",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:in progress|ongoing|under way|day \d+ of|fraction \d+ of|currently)\b", re.IGNORECASE)
_BOOST = re.compile(r"\bboost\b", re.IGNORECASE)
_NOT_GIVEN = re.compile(r"\bnot (?:treated|delivered|irradiated)\b|\bno\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class _Course:
    """A place of a statement where a course of radiation is told: a word for it, or a dose."""

    report: Report
    statement: Statement
    text: str
    start: int
    end: int
    word: str
    """The word in small letters; "" when only a dose tells it."""

    @property
    def at(self) -> int:
        """The place in the report."""
        return self.statement.start + self.start

    @cached_property
    def before(self) -> str:
        """The words of the clause before it."""
        low, _ = context.clause(self.text, self.start)
        return self.text[max(low, self.start - 70) : self.start]

    @cached_property
    def after(self) -> str:
        """The words of the clause behind it."""
        _, high = context.clause(self.text, self.start)
        return self.text[self.end : max(self.end, min(high, self.end + 80))]

    @cached_property
    def date(self) -> PartialDate | None:
        """The nearest date of the statement."""
        near = self.report.dates_in(self.statement.start, self.statement.end)
        return min(near, key=lambda one: abs(one.start - self.at)).date if near else None


def read_radiation(report: Report, statement: Statement, text: str) -> Iterator[Finding]:
    """Yield the courses of radiation of a statement, each place once."""
    doses = _doses(text)
    told: set[str] = set()
    used: set[int] = set()
    for match in _WORD.finditer(text):
        dose = min(doses, key=lambda one: abs(one.start() - match.start())) if doses else None
        course = _Course(report, statement, text, *match.span(), match[0].casefold())
        for one in _read(course, dose, told):
            used |= {dose.start()} if dose else set()
            yield one
    for number, dose in enumerate(doses):
        if dose.start() not in used:
            low = doses[number - 1].end() if number else 0
            yield from _read_dose(_Course(report, statement, text, *dose.span(), ""), dose, low, told)


def _doses(text: str) -> list[re.Match[str]]:
    """Return the doses of courses: neither what an organ beside got, nor the dose of one fraction before the total."""
    found = [dose for dose in _GY.finditer(text) if not _BESIDE.search(text, max(0, dose.start() - 24), dose.start())]
    return [
        dose
        for dose, following in itertools.zip_longest(found, found[1:])
        if not (following and _gray(dose) <= _ONE_FRACTION < _gray(following) and following.start() - dose.end() < _ROW)
    ]


_BESIDE = re.compile(r"\b(?:mean|max\w*|V\d+|heart|constraint|tolerance|limit|<)\b[^.;]{0,12}$", re.IGNORECASE)
_ONE_FRACTION = 5
_ROW = 60


def _gray(dose: re.Match[str]) -> float:
    return float(dose["v"]) if dose["v"] else float(dose["c"]) / 100


def _read(course: _Course, dose: re.Match[str] | None, told: set[str]) -> Iterator[Finding]:
    """Yield what a word for radiation tells."""
    if _is_of_nobody(course) or _NO_TREATMENT.search(course.before[-8:] + course.after[:14]):
        return
    low, _ = context.clause(course.text, course.start)
    site = _SITE.search(course.text[max(low, course.start - 50) : course.end]) or _SITE.search(course.after)
    named = _place(course, site["s"] if site else "")
    status = _status(course, bool(dose))
    if not named or status is None or named.casefold() in told:
        return
    told.add(named.casefold())
    spans = [(course.start, course.end), *([dose.span()] if dose else [])]
    yield _finding(course, named, status, dose, min(a for a, _ in spans), max(b for _, b in spans))


def _read_dose(course: _Course, dose: re.Match[str], low: int, told: set[str]) -> Iterator[Finding]:
    """Yield what a dose beside a place tells, where no word for radiation stands."""
    if _is_of_nobody(course):
        return
    lead = course.text[max(low, course.start - 110) : course.start]
    sites = list(_SITE.finditer(lead))
    boost = _BOOST.search(lead[-40:]) or _BOOST.match(course.after.lstrip())
    site = _first_of_list(lead, sites) if sites else _SITE.search(course.after[:40])
    named = "breast boost" if boost else site["s"] if site else ""
    status = _status(course, given=True)
    if not named or status is None or named.casefold() in told:
        return
    told.add(named.casefold())
    begin = course.start - len(lead) + site.start() if site and sites and not boost else course.start
    yield _finding(course, named, status, dose, begin, course.end)


def _first_of_list(text: str, sites: list[re.Match[str]]) -> re.Match[str]:
    """Return the first of the last places that stand together ("left breast + low axilla")."""
    first = sites[-1]
    for one in reversed(sites[:-1]):
        if not re.fullmatch(r"\s*(?:[+&/,]|and)\s*(?:low |upper )?(?:left |right )?", text[one.end() : first.start()]):
            break
        first = one
    return first


def _finding(course: _Course, named: str, status: str, dose: re.Match[str] | None, start: int, end: int) -> Finding:
    base = course.statement.start
    place = re.sub(r"^(?:left|right)\s+", "", " ".join(named.split()), flags=re.IGNORECASE)
    place = "supraclavicular" if place in ("SCV", "SCF") else re.sub(r"^CW\b", "chest wall", place)
    return Finding(
        "radiation",
        place,
        base + start,
        base + end,
        status,
        date=course.date,
        side=side_near(course.text, course.start) or course.report.side,
        extra=_dose(dose) if dose else {},
    )


def _is_of_nobody(course: _Course) -> bool:
    return context.is_other_person(course.report, course.statement, course.at) or context.is_general(
        course.report, course.statement
    )


def _place(course: _Course, named: str) -> str:
    """Return the place that radiation was given to: ``named``, or the one that its short form or operation tells of."""
    word, text, norm = course.word, course.text, course.report.norm
    if word == "wbrt":
        lead = norm[max(0, course.at - 60) : course.at]
        is_breast = _IN_BREAST.search(text) or _IN_BREAST.search(lead) or _MORE_THAN_BRAIN.match(text, course.end)
        return "whole breast" if is_breast else "whole brain"
    if word == "pmrt" and not re.match(r"chest|axilla|supracl", named, re.IGNORECASE):
        return "chest wall"
    if _TO_THE_HEAD.fullmatch(word):
        near_head = _HEAD.search(norm, max(0, course.at - 260), course.at + 90)
        return "brain" if near_head and (not named or "breast" in named.casefold()) else named
    if named or not _BARE.fullmatch(word):
        return named
    if _BREAST_SURGERY.search(text):
        return "breast"
    return "breast" if course.date and _BREAST_SURGERY.search(norm) and not _MASTECTOMY.search(norm) else ""


def _status(course: _Course, given: bool) -> str | None:
    """Return what the words make of radiation: given ("historical"), now (""), planned, declined ...; None: only named."""
    if context.is_superseded(course.report, course.statement, course.at):
        return "superseded"
    cues, before, after = context.cues(), course.before, course.after
    if cues.declined.search(before) or cues.declined.search(after[:40]) or _NOT_GIVEN.search(after[:60]):
        return "declined" if re.search(r"declin|refus", before + after, re.IGNORECASE) else "absent"
    if context.is_negated(course.text, course.start, course.end, 40):
        return "absent"
    if cues.conditional.search(course.text[slice(*context.clause(course.text, course.start))]):
        return "conditional"
    if cues.planned.search(before) or cues.planned.search(after[:50]) or course.statement.section == "plan":
        return "planned"
    if cues.considered.search(before) or cues.considered.search(after[:40]):
        return "considered"
    if _NOW.search(after[:40]):
        return ""
    told = given or course.date or course.statement.section in ("history", "past", "treatment")
    return "historical" if told or _DONE.search(before[-40:]) or _TO_THE_HEAD.fullmatch(course.word) else None


def _dose(dose: re.Match[str]) -> dict[str, Value]:
    """Return the dose in gray and the number of fractions, where told."""
    fractions = dose["f"] or dose["f2"]
    return {"dose_gy": _gray(dose), **({"fractions": float(fractions)} if fractions else {})}


__all__ = ["read_radiation"]
