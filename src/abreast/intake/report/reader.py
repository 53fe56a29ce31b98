"""From the text of a report to findings, in reading order, each once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from abreast.intake.report.families import function, health, receptors, spread, treatment, tumor, variants
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.text import ReportText

FAMILIES = (receptors.read, tumor.read, spread.read, variants.read, treatment.read, function.read, health.read)
_AMENDED = re.compile(r"\b(?:amend|correct|revis|supersed|in error|should read|changed (?:from|to))", re.IGNORECASE)
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
    found = [finding for family in FAMILIES for finding in family(report)]
    return ReportReading(report, tuple(sorted(_once(_overruled(report, found)), key=lambda one: (one.start, one.end))))


def _once(found: list[Finding]) -> list[Finding]:
    """Return the findings without those that say again what an earlier one says."""
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
        kept.setdefault(key, one)
    return list(kept.values())


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
    """Mark as superseded what an amended part of the report says anew, with another value, about the same side."""
    amending: dict[str, list[Finding]] = {}
    by_start = {statement.start: statement for statement in report.statements if statement.amends}
    if not by_start:
        return found
    spans = sorted((statement.start, statement.end) for statement in by_start.values())
    text = report.norm
    if not any(_AMENDED.search(text[max(0, start - 200) : end]) for start, end in spans):
        return found

    def amended(one: Finding) -> bool:
        return any(start <= one.start < end for start, end in spans)

    for one in found:
        if one.attribute in _ONE_VALUE and one.asserted and amended(one):
            amending.setdefault(one.attribute, []).append(one)
    result = []
    for one in found:
        news = amending.get(one.attribute, ())
        same_side = [new for new in news if new.side == one.side or not new.side or not one.side]
        if same_side and one.asserted and not amended(one) and all(new.value != one.value for new in same_side):
            result.append(replace(one, qualifier="superseded"))
        else:
            result.append(one)
    return result


__all__ = ["FAMILIES", "ReportReading", "read_text"]
