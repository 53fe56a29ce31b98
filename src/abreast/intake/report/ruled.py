"""Tables with ruled lines on a page of a PDF, whose cells hold several lines each: pdfplumber tells the cells apart.

Only pages on which lines are drawn come here: a report without such tables costs neither the import nor the time.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

MOST_PAGES = 40
_FEWEST_LINES, _MOST_LINES = 5, 3000
_LONGEST_CELL = 300
_APART = "   "


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table: its edges in points from the lower left corner of the page, its rows as lines with aligned columns."""

    left: float
    bottom: float
    right: float
    top: float
    lines: tuple[str, ...]

    def holds(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Return whether the middle of a word lies inside."""
        across, up = (left + right) / 2, (bottom + top) / 2
        return self.left <= across <= self.right and self.bottom <= up <= self.top

    def has_all_of(self, words: Sequence[str]) -> bool:
        """Return whether the rows hold as many signs as the words that stand inside, so that none is lost."""
        held = sum(len(line.replace(" ", "")) for line in self.lines)
        return held >= sum(map(len, words))


def may_hold_tables(drawn: int) -> bool:
    """Return whether a page with so many drawn things can hold a ruled table that is worth a look."""
    return _FEWEST_LINES <= drawn <= _MOST_LINES


def ruled_tables(content: bytes, number: int, height: float) -> tuple[RuledTable, ...]:
    """Return the ruled tables of one page, from the top down; ``number`` counts from 0, ``height`` is in points.

    A page that pdfplumber cannot take gives none: its words have been read without it.
    """
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(content), pages=[number + 1]) as document:
            found = [
                _table(table.bbox, table.extract(), height) for page in document.pages for table in page.find_tables()
            ]
    except Exception:  # a damaged page makes pdfminer raise whatever comes; what is read without it stands
        return ()
    return tuple(sorted((one for one in found if one), key=lambda one: -one.top))


def _table(
    box: tuple[float, float, float, float], rows: Sequence[Sequence[str | None]], height: float
) -> RuledTable | None:
    """Return a table of two rows and columns or more with short cells; frames around text are none."""
    cells = [[" ".join((cell or "").split()) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if len(cells) < 2 or len(cells[0]) < 2 or any(len(cell) > _LONGEST_CELL for row in cells for cell in row):
        return None
    widths = [max(len(row[column]) if column < len(row) else 0 for row in cells) for column in range(len(cells[0]))]
    lines = (_APART.join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in cells)
    left, top, right, bottom = box
    return RuledTable(left, height - bottom, right, height - top, tuple(lines))


__all__ = ["MOST_PAGES", "RuledTable", "may_hold_tables", "ruled_tables"]
