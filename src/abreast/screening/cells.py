"""What the items of a list say in one field, and what other fields imply where they do not say it.

The rules of what is implied are those of :mod:`abreast.case.implied` and of dates in :mod:`abreast.rules.evaluate`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from abreast.rules import DateTest, FlagTest, Test
from abreast.screening.contents import Contents
from abreast.screening.table import NOTHING, Positions
from abreast.screening.vectors import (
    Days,
    Flags,
    Ints,
    Signs,
    begins,
    date_signs,
    days_between,
    decided,
    gather,
    months,
    numbered,
    numbers_signs,
)
from abreast.vocabulary import Vocabulary

NO, YES = 0, 1
"""Columns of :func:`flags_table`."""

TableOf = Callable[[Sequence[Test]], Signs]


@dataclass(frozen=True)
class Cells:
    """Which row of a table each item has in a field.

    ``table`` gives what tests (rows) say of each distinct thing that an item may say or imply (columns): of the
    ``contents`` first, of nothing last. ``codes`` is the column of each item: of its first value, of what is implied,
    or -1. Items with several values are ``several``; the columns of their values are ``which``, item by item from
    ``starts`` on.
    """

    contents: Contents
    codes: Positions
    table: TableOf
    several: Positions
    starts: Positions
    which: Positions

    @classmethod
    def of(cls, contents: Contents, items: Ints, which: Positions, size: int, today: dt.date) -> Cells:
        """Gather the values of ``size`` items: the item and the content of each, item by item."""
        codes = np.full(size, NOTHING, dtype=np.int64)
        new = begins(items)
        starts = np.flatnonzero(new)
        number = np.diff(starts, append=len(items))
        more = number > 1
        codes[items] = which
        if more.any():
            codes[items[starts]] = which[starts]
        return cls(
            contents,
            codes,
            lambda tests: contents.table(tests, today),
            items[starts[more]].astype(np.int64),
            np.cumsum(number[more]) - number[more],
            which[np.repeat(more, number)],
        )

    def signs(self, test: Test) -> Signs:
        """Return for each item whether one of its values passes; 0 without a value."""
        row = self.table((test,))[0]
        signs = gather(row, self.codes)
        if len(self.several):
            signs[self.several] = np.maximum.reduceat(gather(row, self.which), self.starts)
        return signs

    @property
    def days(self) -> Days:
        """The first value of each item as a day."""
        return self.contents.days.at(self.codes)

    def or_else(self, implied: Positions, table: TableOf) -> Cells:
        """Return the cells where items that say nothing have a column of another table, which follows this one's.

        ``implied`` is the column of each item there; -1 for nothing. The last column of that table is of nothing, too.
        """
        size = len(self.contents)
        codes = np.where(self.codes != NOTHING, self.codes, np.where(implied != NOTHING, implied + size, NOTHING))
        return replace(
            self,
            codes=codes,
            table=lambda tests: np.concatenate([self.table(tests)[:, :-1], table(tests)], axis=1),
        )


@dataclass(frozen=True)
class Dates:
    """Starts and ends of items, and which go on."""

    start: Cells
    end: Cells
    ongoing: Flags
    today: dt.date

    def starts(self) -> Cells:
        """Return the starts; where none is told, the end may say that it lies long ago."""
        ends = self.end.contents.days
        return self.start.or_else(self.end.codes, lambda tests: self._by(tests, ends, "before", past=True))

    def ends(self) -> Cells:
        """Return the ends.

        What goes on ends today at the earliest, and so does what is to end on a later day; no end comes before its
        start.
        """
        starts, end = self.start.contents.days, self.end.days
        to_come = end.known & (end.earliest > self.today.toordinal())
        stated = replace(self.end, codes=np.where(to_come, NOTHING, self.end.codes))
        by_start = np.where(self.start.codes != NOTHING, self.start.codes + 1, NOTHING)

        def table(tests: Sequence[Test]) -> Signs:
            dated = [test for test in tests if isinstance(test, DateTest)]
            later = np.array([[decided(test, past=False)] for test in dated], dtype=np.int8).reshape(-1, 1)
            return np.concatenate([later, self._by(tests, starts, "within", past=False)], axis=1)

        return stated.or_else(np.where(to_come | self.ongoing, 0, by_start), table)

    def _by(self, tests: Sequence[Test], days: Days, op: Literal["within", "before"], *, past: bool) -> Signs:
        """Return the answer that holds where a day lies ``within`` or ``before`` the window of each test."""
        signs = np.zeros((len(tests), len(days.known)), dtype=np.int8)
        for row, test in enumerate(tests):
            if isinstance(test, DateTest):
                surely = date_signs(days, DateTest(op, test.period), self.today) == 1
                signs[row, surely] = decided(test, past=past)
        return signs

    def lasting(self, cells: Cells, of: Flags, vocabulary: Vocabulary) -> Cells:
        """Return a field of months where those items, ``of`` which it can be told, last from start to end."""
        shortest, longest, told = days_between(self.start.days, self.end.days, self.ongoing, self.today)
        told &= of
        shortest = np.where(told, shortest, 0).astype(np.int64)
        widths, wide = numbered(np.where(told, longest - shortest, NOTHING))
        spread = int(shortest.max(initial=0)) + 1
        distinct, which = numbered(np.where(told, wide * spread + shortest, NOTHING))
        low = distinct % spread
        numbers = months(low, low + widths[distinct // spread])

        def table(tests: Sequence[Test]) -> Signs:
            signs = np.zeros((len(tests), len(distinct) + 1), dtype=np.int8)
            signs[:, :-1] = numbers_signs(vocabulary, cells.contents.part, tests, numbers)
            return signs

        return cells.or_else(which, table)


def flags_table(tests: Sequence[Test]) -> Signs:
    """Return what tests say of no, of yes, and of nothing."""
    signs = np.zeros((len(tests), 3), dtype=np.int8)
    for row, test in enumerate(tests):
        if isinstance(test, FlagTest):
            signs[row, :2] = (-1, 1) if test.value else (1, -1)
    return signs
