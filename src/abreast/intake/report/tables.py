"""Tables of a report: a line of heads, and rows whose cells stand under them.

A table is told from its layout alone: cells are divided by bars, tabs or two and more spaces. A cell belongs to the
head above it, by number when rows and heads are equally long, else by its place in the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from abreast.intake.report.text import ReportText

_BETWEEN = re.compile(r"\s*\|\s*|\t+|\s{2,}")
_FRAMED = re.compile(r"\s*\|[^\n]*\|\s*$")
"""A row between two bars, of which the last cells may be empty."""
_GAPS = re.compile(r"\t+|\s{2,}")
_TOKEN = re.compile(r"\S+(?:\s*\([^)\n]{1,30}\))?")
_RULE = re.compile(r"[\s=_+|*-]+")
_MOST_ROWS = 14


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of one cell, their place in the report, and the place of their first sign in the line."""

    text: str
    start: int
    end: int
    column: int


@dataclass(frozen=True)
class Line:
    """One line of the report as the page has it, in plain words."""

    text: str
    raw: str
    start: int

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells; those between two bars may be empty."""
        return tuple(self._cells())

    @property
    def unbarred(self) -> tuple[Cell, ...]:
        """The cells of a table without bars, in which a bar is a sign like any other ("Positive | 2+, 70%")."""
        return tuple(self._cells(_GAPS))

    def _cells(self, between: re.Pattern[str] = _BETWEEN) -> Iterator[Cell]:
        low = len(self.raw) - len(self.raw.lstrip(" \t|"))
        stripped = self.raw.rstrip(" \t\r|+")
        if _FRAMED.match(self.raw):
            stripped = self.raw.rstrip()[:-1].rstrip()
        for match in between.finditer(stripped, low):
            yield self._cell(low, match.start())
            low = match.end()
        if low < len(stripped) or _FRAMED.match(self.raw):
            yield self._cell(low, max(low, len(stripped)))

    def _cell(self, low: int, high: int) -> Cell:
        return Cell(self.text[low:high], self.start + low, self.start + high, low)

    def between(self, first: Cell, last: Cell) -> Cell:
        """Return one cell that reaches from one to another."""
        return self._cell(first.column, last.column + len(last.text))

    @property
    def tokens(self) -> tuple[Cell, ...]:
        """The words one by one, each with the brackets that follow it: for tables that lost their spaces."""
        return tuple(self._cell(*match.span()) for match in _TOKEN.finditer(self.text))


@dataclass(frozen=True)
class Row:
    """A row of a table: its line, the cells before the first head, and the cell under each head (None when empty)."""

    line: Line
    label: str
    under: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Table:
    """A line of heads and the rows under it."""

    heads: tuple[Cell, ...]
    rows: tuple[Row, ...]


def lines_of(words: ReportText) -> tuple[Line, ...]:
    """Return the lines of a report."""
    return tuple(Line(words.norm[start:end], words.text[start:end], start) for start, end in words.lines())


def tables(lines: Sequence[Line], is_head: Callable[[tuple[Cell, ...]], bool]) -> Iterator[Table]:
    """Yield the tables whose line of heads fits; a table ends at an empty line or at a line of one cell."""
    index = 0
    while index < len(lines):
        packed = False
        heads = lines[index].cells
        if not is_head(heads):
            heads, packed = lines[index].tokens if len(lines[index].text) < 80 else (), True
        if len(heads) < 2 or not is_head(heads):
            index += 1
            continue
        rows: list[Row] = []
        barred = "|" in lines[index].raw
        index += 1
        while index < len(lines) and len(rows) < _MOST_ROWS:
            line = lines[index]
            if _RULE.fullmatch(line.text):
                if not line.text.strip() and rows:
                    break
                index += 1
                continue
            cells = line.tokens if packed else line.cells if barred else line.unbarred
            row = _row(line, cells, heads, packed, barred)
            if row is None:
                break
            rows.append(row)
            index += 1
        if rows:
            yield Table(heads, tuple(rows))


def _row(line: Line, cells: tuple[Cell, ...], heads: tuple[Cell, ...], packed: bool, barred: bool) -> Row | None:
    if len(cells) < 2 or (packed and len(cells) != len(heads)):
        return None
    if len(cells) == len(heads):
        return Row(line, _label(cells[:1]), cells)
    if len(cells) == len(heads) + 1 and (barred or packed or cells[0].column < heads[0].column - 1):
        return Row(line, _label(cells[:1]), cells[1:])
    if barred and "|" in line.raw:
        return None
    under: list[Cell | None] = [None] * len(heads)
    before = []
    for cell in cells:
        nearest = min(range(len(heads)), key=lambda number: abs(heads[number].column - cell.column))
        if cell.column + len(cell.text) < heads[0].column - 1:
            before.append(cell)
        elif under[nearest] is None:
            under[nearest] = cell
        else:
            first = under[nearest] or cell
            under[nearest] = line.between(first, cell)
    return Row(line, _label(before or cells[:1]), tuple(under))


def _label(cells: Sequence[Cell]) -> str:
    return " ".join(cell.text for cell in cells)


__all__ = ["Cell", "Line", "Row", "Table", "lines_of", "tables"]
