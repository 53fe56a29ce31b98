# ruff: noqa: E501 - a pattern is read best in one line
"""Columns of a table by what their heads tell of time: this visit, an earlier one, the baseline.

Tables of lesions, gene findings, blood results and heart measurements are alike in this: one column a date. The newest is
what holds; the others are printed for comparison.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from abreast.foundation.dates import PartialDate
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.tables import Cell, Line

_NOW = re.compile(
    r"\b(?:now|current|today|this (?:study|scan|visit|exam|draw|sample|report)|present|latest|most recent)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:baseline|nadir|prior|previous(?:ly)?|prev|last|earlier|old|first|screening|pre-?(?:treatment|tx)|original)\b",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\s=_+|*:-]+")


@dataclass(frozen=True, slots=True)
class ReadLines:
    """What was read by the form of lines, and the lines that it came from; nothing else is to be read in them."""

    findings: tuple[Finding, ...]
    spans: tuple[tuple[int, int], ...]

    def covers(self, place: int) -> bool:
        """Return whether a place of the report lies in a line that was read."""
        index = bisect.bisect_right(self.spans, (place, 1 << 60)) - 1
        return index >= 0 and place < self.spans[index][1]


def statement_at(report: Report, place: int) -> Statement:
    """Return the statement that a place of the report lies in."""
    index = bisect.bisect_right(report.statements, place, key=lambda one: one.start) - 1
    return report.statements[max(index, 0)] if report.statements else Statement(place, place)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values at one time. ``date`` is None when its head gives none ("BASELINE")."""

    head: Cell
    now: bool
    date: PartialDate | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A line of heads of which some are times; ``times`` holds the columns by the number of their head."""

    line: Line
    heads: tuple[Cell, ...]
    times: dict[int, Column]

    @property
    def now(self) -> int:
        """The number of the column that holds what is so now."""
        return next(number for number, column in self.times.items() if column.now)


def dated_heads(report: Report, line: Line, fewest: int = 2) -> Dated | None:
    """Return the columns of a line of heads that tells of several times, or None when the line is none."""
    cells = [cell for cell in line.cells if cell.text.strip()]
    if len(cells) < fewest or len(line.text) > _LONGEST_HEAD:
        return None
    times = [(number, cell, *_time(report, cell)) for number, cell in enumerate(cells)]
    told = [one for one in times if one[2] or one[3]]
    if len(told) < fewest or any(_VALUE.search(cell.text) for _, cell, when, date in times if not (when or date)):
        return None
    years = [date.year for *_, date in told if date]
    if years and max(years) - min(years) > _MOST_YEARS:
        return None
    newest = _newest([(number, when, date) for number, _, when, date in told])
    if newest is None:
        return None
    columns = {
        number: Column(cell, number == newest, date or _date_of(report, cell.text)) for number, cell, when, date in told
    }
    return Dated(line, tuple(cells), columns)


_LABELLED = re.compile(r":(?!\d\d\b)")
"""A colon that is no time of day: "Drawn: 12/03/2024" is no head of a column."""
_LONGEST_HEAD = 200
_MOST_YEARS = 15
"""Dates that lie further apart are those of a birth and a visit."""
_VALUE = re.compile(r"^\s*[<>]?\d+(?:\.\d+)?\s*(?:%|mm|cm)?\s*(?:[HL*]\s*)?$")


def _time(report: Report, cell: Cell) -> tuple[str, PartialDate | None]:
    """Return "now" or "before" when a head says so, and its date; a date must be the greater part of the head."""
    dates = report.dates_in(cell.start, cell.end)
    when = "now" if _NOW.search(cell.text) else "before" if _BEFORE.search(cell.text) else ""
    if not dates:
        return (when, None) if len(cell.text) < _LONGEST_WORD_OF_TIME else ("", None)
    one = dates[-1]
    if len(dates) > 1 or _LABELLED.search(cell.text):
        return "", None
    rest = _NOW.sub("", _BEFORE.sub("", cell.text.replace(report.norm[one.start : one.end], "")))
    letters = re.sub(r"[^A-Za-z]", "", rest)
    return (when, one.date) if len(letters) <= _MOST_LETTERS_BESIDE else ("", None)


_LONGEST_WORD_OF_TIME = 24
_MOST_LETTERS_BESIDE = 8


def _newest(told: Sequence[tuple[int, str, PartialDate | None]]) -> int | None:
    """Return the number of the column that is of now: the one that says so, else the one of the latest date."""
    said = [number for number, when, _ in told if when == "now"]
    if len(said) == 1:
        return said[0]
    dated = [(date.latest, number) for number, when, date in told if date and when != "before"]
    if not dated:
        dated = [(date.latest, number) for number, _, date in told if date]
    if not dated or (len(dated) > 1 and sorted(dated)[-1][0] == sorted(dated)[-2][0]):
        return None
    return max(dated)[1]


def _date_of(report: Report, head: str) -> PartialDate | None:
    """Return the date that the report gives for "baseline" or "nadir" elsewhere: "Baseline scan: 05 MAR 2024"."""
    named = _BEFORE.search(head)
    if not named:
        return report.date if _NOW.search(head) else None
    for match in re.finditer(rf"\b{named[0]}\b[^\n:]{{0,24}}:?\s*", report.norm, re.IGNORECASE):
        near = report.dates_in(match.end(), match.end() + 6)
        if near:
            return near[0].date
    return None


def under(dated: Dated, line: Line) -> tuple[str, dict[int, Cell]] | None:
    """Return the label of a row and its cells by the number of their head, or None when the line is no row.

    A row that has a cell for every head is read by number, any other by the place of its cells in the line.
    """
    cells = [cell for cell in line.cells if cell.text.strip() or "|" in line.raw]
    if len(cells) < _FEWEST_CELLS:
        return None
    label_has_head = 0 not in dated.times
    if len(cells) == len(dated.heads) and label_has_head:
        return cells[0].text, dict(enumerate(cells[1:], 1))
    if len(cells) == len(dated.heads) + 1 and not label_has_head:
        return cells[0].text, dict(enumerate(cells[1:]))
    return _by_place(dated, cells)


_FEWEST_CELLS = 2


def _by_place(dated: Dated, cells: Sequence[Cell]) -> tuple[str, dict[int, Cell]] | None:
    first_time = dated.heads[min(dated.times)]
    label = [cell for cell in cells if _end(cell) < first_time.column]
    values: dict[int, Cell] = {}
    for cell in cells[len(label) :]:
        nearest = min(range(len(dated.heads)), key=lambda number: _distance(dated.heads[number], cell))
        values.setdefault(nearest, cell)
    return (" ".join(cell.text for cell in label), values) if label and values else None


def _end(cell: Cell) -> int:
    return cell.column + len(cell.text)


def _distance(head: Cell, cell: Cell) -> tuple[int, int]:
    """Return how far a cell stands from a head: the gap between them, then that of their middles."""
    gap = max(cell.column - _end(head), head.column - _end(cell), 0)
    return gap, abs(head.column + _end(head) - cell.column - _end(cell))


def rows_under(lines: Sequence[Line], first: int, most_blank: int = 1) -> Iterator[Line]:
    """Yield the lines after a line of heads up to so many empty ones at a stretch; rules drawn of signs are passed over."""
    blank = 0
    for line in lines[first:]:
        if not line.text.strip():
            blank += 1
            if blank > most_blank:
                return
            continue
        blank = 0
        if not _RULE.fullmatch(line.text):
            yield line


__all__ = ["Column", "Dated", "ReadLines", "dated_heads", "rows_under", "statement_at", "under"]
