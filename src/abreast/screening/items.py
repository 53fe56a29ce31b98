"""The items of a list: whose they are, and what each says, or implies, in each field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from abreast.rules import FlagTest, TermTest, Where
from abreast.screening.cells import NO, YES, Cells, Dates, flags_table
from abreast.screening.contents import Contents
from abreast.screening.table import BEGINS, DOUBTED, NOTHING, Marks
from abreast.screening.vectors import Flags, Ints, Positions, begins, gather, numbered
from abreast.vocabulary import Attribute

if TYPE_CHECKING:
    from abreast.screening.columns import Columns

_NEVER, _ANY_TIME = 0, np.iinfo(np.int32).max
"""Before and after every day."""


class Items:
    """All items of a list, patient by patient. Immutable; fields are gathered when they are asked for."""

    def __init__(self, columns: Columns, attribute: Attribute, rows: Positions, marks: Marks, complete: Flags) -> None:
        """Gather the items of rows that tell of no denial; ``complete`` tells whose list is declared complete."""
        table = columns.table
        self._columns = columns
        self._attribute = attribute
        self._complete = complete
        new = (marks & BEGINS) != 0
        starts = np.flatnonzero(new)
        self.owner: Ints = table.patient(gather(rows, starts))
        """Whose each item is."""
        self.first: Positions = np.flatnonzero(begins(self.owner))
        """The first item of each patient who has any."""
        self.doubted: Flags = (gather(marks, starts) & DOUBTED) != 0
        """Which are not certain."""
        self._item = np.cumsum(new, dtype=np.int32) - np.int32(1)
        self._field = table.codes("field", rows)
        self._value = table.codes("value", rows)
        self._told: dict[str, Cells] = {}
        self._cells: dict[str, Cells] = {}

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self.owner)

    def cells(self, name: str) -> Cells:
        """Return what every item says in a field, or implies."""
        if name not in self._cells:
            self._cells[name] = self._with_implied(name)
        return self._cells[name]

    def to_come(self) -> Flags:
        """Return which patients of the table have an item with a date after today."""
        result = np.zeros(len(self._columns), dtype=np.bool_)
        for name, part in self._attribute.fields.items():
            if part.kind == "date":
                told = self._as_told(name)
                later = told.contents.days.latest > self._columns.today.toordinal()
                places = np.flatnonzero(gather(later, told.codes))
                result[self.owner[places]] = True
                result[self.owner[told.several]] |= np.logical_or.reduceat(gather(later, told.which), told.starts)
        return result

    def last_day(self, wheres: Sequence[Where], field: str, *, never: int, ask: int) -> Ints:
        """Return for each patient the last day, by what the items that may meet all conditions say in a field.

        It is ``never`` when one of them says no day, and ``ask`` when one says several or the patient has no such item.
        """
        may = np.ones(len(self), dtype=np.bool_)
        for where in wheres:
            signs = self.cells(where.field).signs(where.test)
            may &= (signs <= 0) if where.negated else (signs >= 0)
        told = self._as_told(field)
        days = told.days
        result = np.full(len(self._columns), ask, dtype=np.int32)
        np.maximum.at(result, self.owner[may], days.latest[may])
        result[self.owner[may & ~days.known]] = never
        several = told.several[may[told.several]]
        result[self.owner[several]] = ask
        return result

    def _with_implied(self, name: str) -> Cells:
        told = self._as_told(name)
        match name:
            case "start":
                return self._dates.starts()
            case "end":
                return self._dates.ends()
            case "months_on":
                return self._dates.lasting(told, np.ones(len(self), dtype=np.bool_), self._columns.vocabulary)
            case "months_to_progression":
                ended = self._progressed & (self._as_told("end").codes != NOTHING)
                return self._dates.lasting(told, ended, self._columns.vocabulary)
            case "progressed_on":
                return told.or_else(np.where(self._progressed, YES, NOTHING), flags_table)
            case "last_in_setting":
                return told.or_else(self._last_in_setting(), flags_table)
            case "earlier_cancer":
                return told.or_else(np.full(len(self), NO), flags_table)
            case _:
                return told

    def _as_told(self, name: str) -> Cells:
        if name not in self._told:
            table = self._columns.table
            here = np.flatnonzero((self._field == table.code("field", name)) & (self._value != NOTHING))
            distinct, which = numbered(gather(self._value, here))
            contents = Contents(self._columns.values, distinct, self._attribute, name, self._columns.reader)
            self._told[name] = Cells.of(contents, gather(self._item, here), which, len(self), self._columns.today)
        return self._told[name]

    @property
    def _dates(self) -> Dates:
        ongoing = self._as_told("ongoing")
        goes_on = gather(ongoing.table((FlagTest(True),))[0], ongoing.codes) == 1
        return Dates(self._as_told("start"), self._as_told("end"), goes_on, self._columns.today)

    @property
    def _progressed(self) -> Flags:
        progressed: Flags = self._as_told("outcome").signs(TermTest(("progression",))) == 1
        return progressed

    def _last_in_setting(self) -> Positions:
        """Return whether each item is the last one to have begun in its setting, by what the others say."""
        start, setting = self._as_told("start").days, self._as_told("setting")
        asked = start.known & (setting.codes != NOTHING)
        related = setting.contents.related()
        result = np.full(len(self), NOTHING, dtype=np.int64)
        for content in np.unique(setting.codes[asked]):
            here = gather(related[:, content], setting.codes)
            may_end_the_claim = np.where(here != -1, np.where(start.known, start.latest, _ANY_TIME), _NEVER)
            last = self._highest_of_others(may_end_the_claim) <= start.earliest
            begun = np.where((here == 1) & start.known & ~self.doubted, start.earliest, _NEVER)
            overtaken = self._of_items(np.maximum.reduceat(begun, self.first)) > start.latest
            of_setting = asked & (setting.codes == content)
            result[of_setting & last & self._complete[self.owner]] = YES
            result[of_setting & overtaken] = NO
        return result

    def _of_items(self, of_owners: Ints) -> Ints:
        """Return what is so of each owner of items for each item."""
        return np.repeat(of_owners, np.diff(self.first, append=len(self)))

    def _highest_of_others(self, values: Ints) -> Ints:
        """Return for each item the highest value among the other items of its owner; 0 when there is none."""
        highest = self._of_items(np.maximum.reduceat(values, self.first))
        tops = np.flatnonzero(values == highest)
        tops = tops[begins(self.owner[tops])]
        others = values.copy()
        others[tops] = 0
        highest[tops] = np.maximum.reduceat(others, self.first)
        return highest


__all__ = ["Items"]
