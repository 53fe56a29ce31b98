"""Cumulative tables: blood results and heart measurements with a column for each date, of which the newest holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from abreast.intake.report.families.blood import labs, value_of
from abreast.intake.report.families.columns import Column, Dated, ReadLines, dated_heads, statement_at, under
from abreast.intake.report.families.common import make, number
from abreast.intake.report.model import Finding, Value
from abreast.intake.report.statements import Report
from abreast.intake.report.tables import Cell, Line, lines_of

_RULE = re.compile(r"[\s=_+|*:-]+")
_FRACTION = re.compile(r"\W*(?:LV ?EF|(?:left ventricular )?ejection fraction|EF)\b", re.IGNORECASE)
_SHARE = re.compile(r"\s*(?P<a>\d{2}(?:\.\d)?(?:\s*-\s*\d{2})?)\s*%?\s*(?:[LH*]|\(.{0,12}\))?\s*$")
_PERCENT = re.compile(r"%|\bper ?cent", re.IGNORECASE)
_UNIT_IN_LABEL = re.compile(r"\(\s*(?P<unit>[^()]{1,16})\s*\)\s*$")
_MOST_BLANK = 2


def read_blood_tables(report: Report) -> ReadLines:
    """Read the tables with a column for each date: blood results, and the ejection fraction."""
    found: list[Finding] = []
    spans: list[tuple[int, int]] = []
    table: Dated | None = None
    blank = 0
    for line in lines_of(report.words):
        if not line.text.strip():
            blank += 1
            table = table if blank < _MOST_BLANK else None
            continue
        blank = 0
        heads = dated_heads(report, line)
        if heads:
            table = heads
        elif table and not _RULE.fullmatch(line.text):
            row = list(_row(report, table, line))
            if row:
                found += row
                spans.append((line.start, line.start + len(line.text) + 1))
    return ReadLines(tuple(found), tuple(spans))


def _row(report: Report, table: Dated, line: Line) -> Iterator[Finding]:
    cells = under(table, line)
    if cells is None:
        return
    label = cells[0].strip(" *-|")
    if _FRACTION.match(label):
        yield from _fractions(report, table, line, cells[1])
        return
    match = labs().match(label)
    name = match.lastgroup or "" if match else ""
    if (
        not match
        or _PERCENT.search(label[match.end() :])
        or not re.fullmatch(r"[\s,*]*(?:\([^()]*\)|total|serum|,? ?abs\w*)*\s*", label[match.end() :])
    ):
        return
    unit = _unit(label, table, cells[1])
    for number_, column in table.times.items():
        cell = cells[1].get(number_)
        value = value_of(cell.text, name, is_table=True) if cell else None
        if cell is None or value is None or re.search(r"[A-Za-z]{4}", cell.text):
            continue
        said, own, _, extra = value
        yield _made(report, line, (f"lab:{name}", said, own or unit), cell, column, extra)


def _fractions(report: Report, table: Dated, line: Line, cells: Mapping[int, Cell]) -> Iterator[Finding]:
    for number_, column in table.times.items():
        match = _SHARE.match(cells[number_].text) if number_ in cells else None
        if match:
            yield _made(report, line, ("lvef_percent", number(match["a"]), "%"), cells[number_], column, {})


def _made(  # noqa: PLR0917 - one cell with all that its row and column tell
    report: Report, line: Line, told: tuple[str, Value, str], cell: Cell, column: Column, extra: Mapping[str, Value]
) -> Finding:
    """Return a finding of one cell; ``told`` is its attribute, value and unit."""
    attribute, value, unit = told
    statement = statement_at(report, cell.start)
    start = line.start + len(line.text) - len(line.text.lstrip()) if column.now else cell.start
    return make(
        report, statement, attribute, value, start, cell.end, base="" if column.now else "prior", unit=unit,
        date=column.date, breast=False, extra=extra,
    )  # fmt: skip


def _unit(label: str, table: Dated, cells: Mapping[int, Cell]) -> str:
    """Return the unit of a row: in brackets behind its name, or in the column of units."""
    named = _UNIT_IN_LABEL.search(label)
    if named and re.search(r"/|%|fL|pg", named["unit"]):
        return named["unit"].strip()
    for number_, head in enumerate(table.heads):
        if re.search(r"\bunits?\b", head.text, re.IGNORECASE) and number_ in cells:
            return cells[number_].text.strip()
    return ""


__all__ = ["read_blood_tables"]
