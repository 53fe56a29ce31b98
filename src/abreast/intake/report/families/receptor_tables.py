"""Markers in tables: their names as heads over the values, or one row for each marker and one column for each sample.

Specimen        ER     PR    HER2          Marker   Core 03/2021   Liver 05/2024
Liver 05/2024   90%    0%    1+            ER       95%            10%
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.marker_heads import (
    EARLIER,
    TOGETHER,
    column_kinds,
    marker_name,
    names_markers,
    names_observers,
    names_samples,
    ratio_name,
)
from abreast.intake.report.families.marker_values import BARE, cell_findings, value_below
from abreast.intake.report.families.markers import Mention
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement, side_near
from abreast.intake.report.tables import Cell, Row, Table, lines_of, tables

_PART = re.compile(r"\s*([A-H]|[1-9])\b")
_IHC_SCORE = re.compile(r"\s*(?:0|[1-3]\+)\s*")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a row or a column is about."""

    date: PartialDate | None = None
    side: str = ""
    specimen: str = ""
    earlier: bool = False
    """An older sample, or one that another laboratory read before."""


@dataclass(frozen=True)
class ReceptorTables:
    """The findings of the tables of a report, and the spans of the lines that they were read from."""

    cells: tuple[tuple[str, Cell, str, Sample], ...]
    spans: tuple[tuple[int, int], ...]

    def covers(self, statement: Statement) -> bool:
        """Return whether a statement lies in such a table, which then speaks for it."""
        index = bisect.bisect_right(self.spans, (statement.start, 1 << 60)) - 1
        return index >= 0 and self.spans[index][0] <= statement.start < self.spans[index][1]


def receptor_tables(report: Report) -> ReceptorTables:
    """Return the markers found in tables."""
    lines = lines_of(report.words)
    cells: list[tuple[str, Cell, str, Sample]] = []
    spans: list[tuple[int, int]] = []
    for read, is_head in ((_under_markers, names_markers), (_beside_markers, names_samples)):
        for table in tables(lines, is_head):
            found = list(read(report, table))
            cells += found
            spans += [_span(row) for row in table.rows if found and _used(row, found)]
    return ReceptorTables(tuple(cells), tuple(sorted(spans)))


def _used(row: Row, found: list[tuple[str, Cell, str, Sample]]) -> bool:
    return any(row.line.start <= cell.start < row.line.start + len(row.line.raw) for _, cell, _, _ in found)


def _under_markers(report: Report, table: Table) -> Iterator[tuple[str, Cell, str, Sample]]:
    names = [marker_name(cell.text) for cell in table.heads]
    shares = _shares(table, names)
    for row in table.rows:
        if marker_name(row.label):
            continue
        sample = _of_row(report, row)
        for name, head, cell in zip(names, table.heads, row.under, strict=True):
            if name and cell and cell.text.strip():
                yield name, cell, f"{head.text} {row.label}{' percent' if name in shares else ''}", sample


def _shares(table: Table, names: list[str]) -> set[str]:
    """Return the markers whose bare numbers can only be per cent, since one of them is more than a score of 8."""
    most: dict[str, int] = {}
    for row in table.rows:
        for name, cell in zip(names, row.under, strict=True):
            bare = BARE.fullmatch(cell.text) if cell and name in ("er", "pr") else None
            if bare and bare[1].isdigit():
                most[name] = max(most.get(name, 0), int(bare[1]))
    return set(most) if max(most.values(), default=0) > _HIGHEST_SCORE else set()


_HIGHEST_SCORE = 8


def _beside_markers(report: Report, table: Table) -> Iterator[tuple[str, Cell, str, Sample]]:
    rows = [row for row in table.rows if marker_name(row.label)]
    if len(rows) < 2:
        return
    kinds = column_kinds(table.heads)
    for row in rows:
        for kind, cell, head in zip(kinds, row.under, table.heads, strict=True):
            if kind == "intensity" and not (
                cell and marker_name(row.label) == "her2" and _IHC_SCORE.fullmatch(cell.text)
            ):
                continue  # a strength of staining is a result for HER2 only
            if kind in ("", "skip") or not cell or not cell.text.strip() or cell.text == row.label:
                continue
            about = _of_text(report, head.text, head.start, head.end) if kind in ("sample", "earlier") else Sample()
            label = row.label if kind == "result" else f"{row.label} {'allred' if kind == 'allred' else 'percent'}"
            yield marker_name(row.label), cell, label, replace(about, earlier=kind == "earlier")


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of a table with one column for each sample: where it stands, and its cells with their samples."""

    start: int
    end: int
    cells: tuple[tuple[Cell, Sample], ...]

    def alone(self, text: str, start: int, kept: Cell) -> str:
        """Return the words of a statement that begins at ``start`` with the cells of the other samples blank."""
        for cell, _ in self.cells:
            if cell is not kept:
                low, high = max(0, cell.start - start), max(0, cell.end - start)
                text = text[:low] + " " * len(text[low:high]) + text[high:]
        return text


def sample_rows(report: Report) -> tuple[SampleRow, ...]:
    """Return the rows of the tables that set samples side by side: what they say is of one sample each."""
    found = []
    for table in tables(lines_of(report.words), names_samples):
        kinds = column_kinds(table.heads)
        markers = sum(bool(marker_name(row.label)) for row in table.rows)
        samples = sum(kind in ("sample", "earlier") for kind in kinds)
        if min(markers, samples) < _SIDE_BY_SIDE or any(":" in head.text for head in table.heads):
            continue
        about = [
            replace(_of_text(report, head.text, head.start, head.end), earlier=kind == "earlier")
            for kind, head in zip(kinds, table.heads, strict=True)
        ]
        for row in table.rows:
            cells = tuple(
                (cell, sample)
                for kind, cell, sample in zip(kinds, row.under, about, strict=True)
                if kind in ("sample", "earlier") and cell and cell.text.strip() and cell.text != row.label
            )
            if cells:
                found.append(SampleRow(*_span(row), cells))
    return tuple(found)


_SIDE_BY_SIDE = 2


def _of_row(report: Report, row: Row) -> Sample:
    line = row.line
    first = next(
        (cell.start for cell in row.under if cell and re.search(r"\d|pos|neg", cell.text, re.IGNORECASE)), line.start
    )
    sample = _of_text(report, line.raw, line.start, line.start + len(line.raw))
    part = _PART.match(row.label)
    if sample.side or not part:
        return sample
    named = re.search(
        rf"(?:^|[\s(]){part[1]}[.):]\s*([^\n]*?)(?=\s{{2,}}[A-H1-9][.):]|\n|$)", report.norm[: max(first, 1)]
    )
    side = side_near(named[1], 0) if named else ""
    return replace(sample, side=side, specimen=named[1].strip()[:80] if named else "")


def _of_text(report: Report, text: str, start: int, end: int) -> Sample:
    dates = report.dates_in(start, end)
    side = side_near(text, 0)
    return Sample(
        dates[0].date if dates else None,
        side if side != "bilateral" else "",
        " ".join(text.split())[:80],
        bool(EARLIER.search(text)),
    )


def table_findings(report: Report, found: ReceptorTables) -> Iterator[Finding]:
    """Yield what the cells of the tables say."""
    statements = report.statements
    starts = [one.start for one in statements]
    for name, cell, label, sample in found.cells:
        index = bisect.bisect_right(starts, cell.start) - 1
        if index < 0:
            continue
        statement = statements[index]
        if statement.section in ("general", "superseded", "family") or context.cues().general.search(cell.text):
            continue
        mention = Mention(name, cell.start, cell.start, cell.end)
        for one in cell_findings(report, statement, mention, cell, label):
            qualifier = one.qualifier or ("prior" if sample.earlier else "")
            yield replace(
                one,
                date=sample.date or one.date,
                side=sample.side or one.side,
                specimen=sample.specimen,
                qualifier=qualifier,
            )


def counts_together(report: Report) -> Iterator[tuple[tuple[int, int], Finding | None]]:
    """Yield the rows of counts by several observers, with ratio and mean copies from the column of all together."""
    starts = [one.start for one in report.statements]
    for table in tables(lines_of(report.words), names_observers):
        column = next(number for number, cell in enumerate(table.heads) if TOGETHER.fullmatch(cell.text.strip()))
        for row in table.rows:
            span, cell, name = _span(row), row.under[column], ratio_name(row.label)
            index = bisect.bisect_right(starts, row.line.start + len(row.line.raw)) - 1
            if not name or not cell or index < 0:
                yield span, None
                continue
            for one in value_below(report, report.statements[index], name, cell):
                yield span, one


def _span(row: Row) -> tuple[int, int]:
    return row.line.start, row.line.start + len(row.line.raw)


__all__ = [
    "ReceptorTables", "Sample", "SampleRow", "counts_together", "receptor_tables", "sample_rows", "table_findings",
]  # fmt: skip
