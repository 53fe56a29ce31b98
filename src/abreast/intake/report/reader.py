"""From the text of a report to findings, in reading order, each once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from abreast.intake.report.affirmation import affirmed
from abreast.intake.report.amendments import overruled, restored, reviewed
from abreast.intake.report.families import function, health, operations, receptors, spread, therapies, tumor, variants
from abreast.intake.report.model import DOUBTED, Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.text import ReportText

FAMILIES = (
    receptors.read, tumor.read, spread.read, variants.read, therapies.read, operations.read, function.read, health.read,
)  # fmt: skip
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
    kept = _once(_without_doubles(overruled(report, reviewed(report, restored(report, found)))))
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
