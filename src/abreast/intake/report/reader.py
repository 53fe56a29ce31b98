"""From the text of a report to findings, in reading order, each once."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from abreast.intake.report import context
from abreast.intake.report.affirmation import affirmed
from abreast.intake.report.families import function, health, operations, receptors, spread, therapies, tumor, variants
from abreast.intake.report.model import DOUBTED, Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.text import ReportText

FAMILIES = (
    receptors.read, tumor.read, spread.read, variants.read, therapies.read, operations.read, function.read, health.read,
)  # fmt: skip
_AMENDED = re.compile(
    r"\b(?:amend|correct|revis|supersed|in error|should read|changed (?:from|to)|withdrawn|replaces)", re.IGNORECASE
)
_PARTS = ("addend", "amend", "correct", "revis", "supplement")
_SAYS_SOMETHING = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True)
class ReportReading:
    """What was read from one report, and the statements from which nothing was."""

    report: Report
    findings: tuple[Finding, ...]

    @property
    def unread(self) -> tuple[Statement, ...]:
        """The statements that no finding rests on, in order."""
        spans = sorted((one.start, one.end) for one in self.findings)
        result, index = [], 0
        for statement in sorted(self.report.statements, key=lambda one: one.start):
            while index < len(spans) and spans[index][1] <= statement.start:
                index += 1
            used = any(start < statement.end and statement.start < end for start, end in spans[index : index + 40])
            if not used and _SAYS_SOMETHING.search(self.report.of(statement)):
                result.append(statement)
        return tuple(result)


def read_text(text: str, file: str = "") -> ReportReading:
    """Read the text of one report. Never raises: what is not understood is not read. Time is linear in the length."""
    report = Report(ReportText(text, file))
    found = affirmed(report, [finding for family in FAMILIES for finding in family(report)])
    kept = _once(_without_doubles(_overruled(report, _reviewed(report, found))))
    return ReportReading(report, tuple(sorted(kept, key=lambda one: (one.start, one.end))))


def _once(found: list[Finding]) -> list[Finding]:
    """Return the findings without those that say again what an earlier one says, or only mention what one states."""
    kept: dict[tuple[object, ...], Finding] = {}
    for one in found:
        if one.attribute in ("therapy", "radiation", "surgery"):
            key: tuple[object, ...] = (
                one.attribute,
                one.value,
                one.qualifier,
                one.get("start"),
                one.get("stop"),
                one.date if one.attribute != "therapy" else None,
                one.side,
            )
        else:
            key = (
                one.attribute,
                one.value,
                one.qualifier,
                one.date,
                one.side if one.attribute != "laterality" else "",
                one.get("site"),
            )
        kept.setdefault((*key, bool(one.unclear)), one)
    stated = {(one.attribute, one.value) for one in kept.values() if one.asserted}
    return [one for one in kept.values() if not one.unclear or (one.attribute, one.value) not in stated]


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


def _overruled(report: Report, found: list[Finding]) -> list[Finding]:
    """Mark as superseded what a later, amending part says anew about the same side, with another value."""
    amending = [statement for statement in report.statements if statement.amends]
    if not any(_AMENDED.search(report.norm[max(0, one.start - 200) : one.end]) for one in amending):
        return found
    parts = {one.start: (one.title if one.title.startswith(_PARTS) else "amended") for one in amending}
    starts = sorted(parts)
    ends = {one.start: one.end for one in amending}

    def part(one: Finding) -> str:
        """Return the amending part in which a finding stands, or ""."""
        index = bisect.bisect_right(starts, one.start) - 1
        return parts[starts[index]] if index >= 0 and one.start < ends[starts[index]] else ""

    news = [one for one in found if one.attribute in _ONE_VALUE and one.asserted and part(one)]

    def is_overruled(one: Finding) -> bool:
        if not one.asserted or one.attribute not in _ONE_VALUE:
            return False
        mine = part(one)
        later = [
            new
            for new in news
            if new.attribute == one.attribute
            and part(new) != mine
            and (not mine or new.start > one.start)
            and (new.side == one.side or not new.side or not one.side)
        ]
        return bool(later) and all(new.value != one.value for new in later)

    return [replace(one, qualifier="superseded") if is_overruled(one) else one for one in found]


def _reviewed(report: Report, found: list[Finding]) -> list[Finding]:
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


def _without_doubles(found: list[Finding]) -> list[Finding]:
    """Return the findings without what a clearer one of the same thing makes needless.

    A doubt about one lesion is no doubt about a place that the report states; a status told from a figure gives way to
    the word that the report itself has for it.
    """
    stated = {one.value for one in found if one.attribute == "metastasis_site" and one.asserted}
    words = {
        (one.attribute, one.side, one.date)
        for one in found
        if one.attribute in ("er_status", "pr_status") and one.asserted and not one.get("derived")
    }
    classed = {str(one.value) for one in found if one.attribute == "variant" and "vus" in one.qualifier}
    told = {
        (str(one.value).split()[0], one.qualifier)
        for one in found
        if one.attribute == "variant" and " " in str(one.value)
    }
    return [
        one
        for one in found
        if not (one.attribute == "variant" and (one.value, one.qualifier) in told)
        and not (one.attribute == "variant" and one.qualifier == "somatic" and one.value in classed)
        and not (one.attribute == "metastasis_site" and one.qualifier in DOUBTED and one.value in stated)
        and not (one.get("derived") and (one.attribute, one.side, one.date) in words)
    ]


__all__ = ["FAMILIES", "ReportReading", "read_text"]
