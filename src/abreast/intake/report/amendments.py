"""What a later version of a report, or the review of another laboratory, makes of what was said before.

A part that amends rules over the first report and over the parts before it; parts that are numbered are in the order of
their numbers, however they are printed. What a first report says and no later part says anew still holds.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from abreast.intake.report import context
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_AMENDED = re.compile(
    r"\b(?:amend|correct|revis|supersed|in error|should read|changed (?:from|to)|withdrawn|replaces)", re.IGNORECASE
)
_PARTS = ("addend", "amend", "correct", "revis", "supplement")
_ONE_VALUE = frozenset(
    {
        "er_status",
        "er_percent",
        "er_allred",
        "pr_status",
        "pr_percent",
        "pr_allred",
        "her2_ihc",
        "her2_ish",
        "her2_status",
        "ki67_percent",
        "grade",
        "t_category",
        "n_category",
        "stage",
        "tumor_size_mm",
        "lvi",
        "margins",
        "nodes_positive",
        "histology",
    }
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a report that amends: its head in small letters, its number when it has one, and where it stands."""

    name: str
    number: int
    start: int
    end: int

    def is_newer(self, other: _Part) -> bool:
        """Whether this part came after another, by their numbers when both have one, else by their place."""
        if self.number and other.number and self.name[:_STEM] == other.name[:_STEM]:
            return self.number > other.number
        return self.start > other.start


_STEM = 6
_NUMBER = re.compile(r"^[a-z ]+(?:no\.?\s*|#\s*)?(\d{1,2})\b(?![/.-]\d)")
"""The number of a part: "supplementary report 2 (09/07/2024)"."""


def _parts(report: Report) -> list[_Part]:
    """Return the parts that amend, in order; a head inside such a part begins a new one."""
    found: list[_Part] = []
    for one in report.statements:
        if not one.amends:
            continue
        name = one.title if one.title.startswith(_PARTS) else (found[-1].name if found else "amended")
        if found and found[-1].name == name:
            found[-1] = replace(found[-1], end=one.end)
        else:
            number = _NUMBER.match(name)
            found.append(_Part(name, int(number[1]) if number else 0, one.start, one.end))
    return found


def overruled(report: Report, found: list[Finding]) -> list[Finding]:
    """Mark as superseded what a later, amending part says anew about the same side, with another value."""
    parts = _parts(report)
    if not any(_AMENDED.search(report.norm[max(0, one.start - 200) : one.end]) for one in parts):
        return found
    placed = [(one, _part_of(parts, one)) for one in found]
    news = [(one, part) for one, part in placed if one.attribute in _ONE_VALUE and one.asserted and part]

    def is_overruled(one: Finding, mine: _Part | None) -> bool:
        if not one.asserted or one.attribute not in _ONE_VALUE:
            return False
        later = [
            new
            for new, part in news
            if new.attribute == one.attribute
            and part != mine
            and (mine is None or part.is_newer(mine))
            and (new.side == one.side or not new.side or not one.side)
        ]
        return bool(later) and all(new.value != one.value for new in later)

    return [replace(one, qualifier="superseded") if is_overruled(one, mine) else one for one, mine in placed]


def _part_of(parts: list[_Part], one: Finding) -> _Part | None:
    index = bisect.bisect_right([part.start for part in parts], one.start) - 1
    return parts[index] if index >= 0 and one.start < parts[index].end else None


_TOGETHER: tuple[tuple[str, ...], ...] = (
    ("er_", "pr_", "hr_", "androgen"),
    ("her2_",),
    ("ki67",),
    ("nodes_", "extranodal", "tumor_size", "t_category", "n_category", "m_category", "stage"),
    ("histology", "grade", "dcis"),
    ("lvi", "perineural"),
    ("margins",),
    ("focality",),
)
"""Attributes of which none of the first report holds once a later part says one of them anew."""
_VOID = re.compile(
    r"no longer valid|superseded|\bvoid|withdrawn|replaced|incorrect|in error|do not use|wrong|disregard", re.IGNORECASE
)
_HEAD = 160


def restored(report: Report, found: list[Finding]) -> list[Finding]:
    """Return the findings, with what only the first report says, and no later part takes back, as it was stated."""
    if not any(one.qualifier == "superseded" for one in found) or not _parts(report):
        return found
    spans = list(_first_reports(report))
    said = {_group(one) for one in found if one.qualifier != "superseded"}

    def still_holds(one: Finding) -> bool:
        group = _group(one)
        return (
            one.qualifier == "superseded"
            and group >= 0
            and group not in said
            and any(low <= one.start < high for low, high in spans)
        )

    return [replace(one, qualifier="") if still_holds(one) else one for one in found]


def _group(one: Finding) -> int:
    return next((number for number, names in enumerate(_TOGETHER) if one.attribute.startswith(names)), -1)


def _first_reports(report: Report) -> Iterator[tuple[int, int]]:
    """Yield where a first report is printed again below what amends it, unless its head says that it is void."""
    run: list[Statement] = []
    for one in (*report.statements, None):
        if one is not None and one.section == "superseded":
            run.append(one)
            continue
        if run and not _VOID.search(report.norm[max(0, run[0].start - _HEAD) : run[0].start]):
            yield run[0].start, run[-1].end
        run = []


def reviewed(report: Report, found: list[Finding]) -> list[Finding]:
    """Mark as superseded what another laboratory said, where the review says the same thing anew with another value."""
    if report.kind != "pathology":
        return found
    spans = sorted((start, end) for start, end in _told_elsewhere(report))
    if not spans:
        return found

    def is_elsewhere(one: Finding) -> bool:
        index = bisect.bisect_right(spans, (one.start, 1 << 60)) - 1
        return index >= 0 and spans[index][0] <= one.start < spans[index][1]

    own = [one for one in found if one.attribute in _ONE_VALUE and one.asserted and not is_elsewhere(one)]

    def is_corrected(one: Finding) -> bool:
        anew = [
            new.value for new in own if new.attribute == one.attribute and (not one.side or new.side in (one.side, ""))
        ]
        return (
            one.attribute in _ONE_VALUE
            and one.qualifier != "historical"
            and is_elsewhere(one)
            and bool(anew)
            and one.value not in anew
        )

    return [replace(one, qualifier="superseded") if is_corrected(one) else one for one in found]


def _told_elsewhere(report: Report) -> Iterator[tuple[int, int]]:
    """Yield what another laboratory said: sentences that begin so, parts of such a title, clauses that name it."""
    elsewhere = context.cues().elsewhere
    for statement in report.statements:
        text = report.of(statement)
        if elsewhere.match(statement.title):
            yield statement.start, statement.end
        for match in elsewhere.finditer(text):
            low, high = (0, len(text)) if match.start() <= _LEAD else context.clause(text, match.start())
            yield statement.start + low, statement.start + high


_LEAD = 8
"""So many signs may stand before the words that open a sentence ("In the ...")."""


__all__ = ["overruled", "restored", "reviewed"]
