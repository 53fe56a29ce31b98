# ruff: noqa: E501 - a pattern is read best in one line
"""Tables of target lesions: one row a lesion, one column a scan, of which the newest holds.

The lesions that a trial follows were taken for cancer when it began: their places are places of spread. Nodes of the armpit
are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report.families.columns import Dated, ReadLines, dated_heads, rows_under, statement_at, under
from abreast.intake.report.families.common import make
from abreast.intake.report.families.measures import words
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report
from abreast.intake.report.tables import Cell, Line, lines_of

_OF_LESIONS = re.compile(r"\btarget|\blesions?\b|\blocation\b|\bsites?\b|\bmeasure", re.IGNORECASE)
_TARGET = re.compile(r"(?<!non-)(?<!non )\btarget\b", re.IGNORECASE)
_SUM = re.compile(r"\bsums?\b|\btotal\b|\bchange\b|\bSLD\b|\bSOD\b|\bdiff\w*|%", re.IGNORECASE)
_LENGTH = re.compile(
    r"\s*(?P<a>\d{1,3}(?:\.\d)?)\s*(?P<unit>mm|cm)?\b(?:\s*x\s*\d{1,3}(?:\.\d)?\s*(?:mm|cm)?)*\s*(?:\([^()]*\))?\s*$",
    re.IGNORECASE,
)
_REGIONAL = re.compile(r"\baxill|\binternal mammary|\bintramammary|\bIMN\b|\bbreast\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^[\s|]*(?:(?:TL?|target(?: lesion)?|lesion|#)\s*\d{1,2}\b|\d{1,2}(?=[.):\s|]))", re.IGNORECASE)
"""The number of a lesion before its place: "T1" is no vertebra here."""
_PER_CM = 10


def read_lesion_tables(report: Report) -> ReadLines:
    """Read the tables of lesions with a column for each scan."""
    if report.kind not in ("imaging", "letter"):
        return ReadLines((), ())
    lines = lines_of(report.words)
    found: list[Finding] = []
    spans: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        table = dated_heads(report, line)
        if table is None or not _is_of_lesions(table, lines[max(0, number - 2) : number]):
            continue
        target = bool(
            _TARGET.search(line.text) or any(_TARGET.search(one.text) for one in lines[max(0, number - 2) : number])
        )
        unit = "cm" if re.search(r"\bcm\b", line.text) else "mm"
        for row in rows_under(lines, number + 1):
            cells = under(table, row)
            if cells is None or not any(
                _LENGTH.match(cell.text) for number, cell in cells[1].items() if number in table.times
            ):
                break
            spans.append((row.start, row.start + len(row.text) + 1))
            if not _SUM.search(row.text.replace("<", " ")):
                found += _row(report, table, row, cells[1], unit, target)
    return ReadLines(tuple(found), tuple(spans))


def _is_of_lesions(table: Dated, before: tuple[Line, ...]) -> bool:
    others = " ".join(cell.text for number, cell in enumerate(table.heads) if number not in table.times)
    return bool(_OF_LESIONS.search(others) or any(_OF_LESIONS.search(line.text) for line in before))


def _row(  # noqa: PLR0917 - one row with all that its table tells
    report: Report, table: Dated, row: Line, cells: dict[int, Cell], unit: str, target: bool
) -> Iterator[Finding]:
    """Yield the lengths of one lesion, now and before, and its place."""
    lengths = {
        number: match for number, cell in cells.items() if number in table.times and (match := _LENGTH.match(cell.text))
    }
    first = min((cells[number].start for number in lengths), default=row.start)
    label = _NUMBERED.sub(_blank, report.norm[row.start : first])
    places = [name for name, *_ in sites_in(label)]
    if not lengths or not (places or words("lesion").search(label)) or words("benign").search(label):
        return
    site = places[0] if places else ""
    statement = statement_at(report, first)
    for number, match in lengths.items():
        column, cell = table.times[number], cells[number]
        scale = _PER_CM if (match["unit"] or unit).casefold() == "cm" else 1
        value = round(float(match["a"]) * scale, 1)
        if value == 0:
            continue
        yield make(
            report, statement, "measurable_lesion_mm", value, cell.start, cell.end, base="" if column.now else "prior",
            unit="mm", date=column.date, breast=False, extra={"site": site} if site else {},
        )  # fmt: skip
    now = lengths.get(table.now)
    if target and site and now and float(now["a"]) > 0 and not _REGIONAL.search(label):
        start = row.start + len(row.text) - len(row.text.lstrip())
        yield make(
            report,
            statement,
            "metastasis_site",
            site,
            start,
            cells[table.now].end,
            breast=False,
            date=table.times[table.now].date,
        )


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


__all__ = ["read_lesion_tables"]
