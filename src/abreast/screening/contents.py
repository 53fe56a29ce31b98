"""The distinct texts that an attribute or a field takes, and what tests say of each.

Every distinct text is read once. Whole days and plain numbers, which are nearly all of them, are read by Arrow all at
once; what else there is (a month without a day, ``<1 %``, normal limits) one by one as anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abreast.case import Value
from abreast.foundation.dates import PartialDate
from abreast.rules import DateTest, FlagTest, TermTest, Test
from abreast.screening.facts import Reader
from abreast.screening.table import NOTHING
from abreast.screening.vectors import (
    Days,
    Flags,
    Floats,
    Ints,
    Numbers,
    Positions,
    Signs,
    Whole,
    date_signs,
    numbers_signs,
)
from abreast.vocabulary import Attribute, Field, Quantity, Relation, Vocabulary

_RELATION_SIGN = {Relation.IS: 1, Relation.IS_NOT: -1, Relation.MAY_BE: 0}
_DAY = r"^[12]\d{3}-\d{2}-\d{2}$"
_PLAIN_NUMBER = r"^(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?: (?P<unit>\S+))?$"
_FIRST_DAY = dt.date(1970, 1, 1).toordinal()


class Texts:
    """The distinct texts of a column, and those among them that are plainly a day or a number."""

    def __init__(self, texts: pa.Array[Any]) -> None:
        """Keep the texts."""
        self._texts = texts

    def at(self, codes: Whole) -> list[str]:
        """Return some of the texts."""
        return [str(text) for text in self._texts.take(pa.array(codes.tolist(), pa.int64())).to_pylist()]

    @cached_property
    def days(self) -> tuple[Ints, Flags]:
        """For each text the whole day that it is, and whether it is one."""
        is_day = _flags(pc.match_substring_regex(self._texts, _DAY))
        days = np.zeros(len(is_day), dtype=np.int32)
        try:
            read = pc.cast(self._texts.filter(pa.array(is_day)), pa.date32())
        except pa.ArrowInvalid:  # there is a 30th of February: all are left to the plain reader, which says where
            return days, np.zeros(len(is_day), dtype=np.bool_)
        days[is_day] = read.cast(pa.int32()).to_numpy() + _FIRST_DAY
        return days, is_day

    @cached_property
    def numbers(self) -> tuple[Floats, Ints, tuple[str, ...]]:
        """For each text the number that it is, and its unit as a place in the last of the three; -1: it is none."""
        found = pc.extract_regex(self._texts, _PLAIN_NUMBER)
        is_number = _flags(found.is_valid())
        matched = found.filter(pa.array(is_number))
        units = pc.struct_field(matched, "unit").dictionary_encode()
        numbers = np.zeros(len(is_number), dtype=np.float64)
        numbers[is_number] = pc.cast(pc.struct_field(matched, "number"), pa.float64()).to_numpy()
        which = np.full(len(is_number), NOTHING, dtype=np.int32)
        which[is_number] = units.indices.to_numpy()
        return numbers, which, tuple(units.dictionary.to_pylist())

    def read_days(self, reader: Reader) -> Days:
        """Return all texts as days; one more, which is not known, at the end.

        Raises:
            InputError: when a text is not a date.
        """
        return _days(self, np.arange(len(self._texts)), reader.date)


def _flags(array: pa.Array[Any]) -> Flags:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _days(texts: Texts, codes: Positions, read: Callable[[str], Value | None]) -> Days:
    """Return texts as days, and one that is not known."""
    plain, is_day = texts.days
    others = np.flatnonzero(~is_day[codes])
    earliest, known = np.append(plain[codes], np.int32(0)), np.append(np.ones(len(codes), dtype=np.bool_), False)
    latest = earliest.copy()
    dates = [read(text) for text in texts.at(codes[others])] if len(others) else []
    rest = Days.of([date if isinstance(date, PartialDate) else None for date in dates])
    earliest[others], latest[others], known[others] = rest.earliest[:-1], rest.latest[:-1], rest.known[:-1]
    return Days(earliest, latest, known)


class Contents:
    """The distinct values of an attribute or of one of its fields. In what is returned, no value stands at the end."""

    def __init__(self, texts: Texts, codes: Positions, attribute: Attribute, field: str | None, reader: Reader) -> None:
        """Read the texts at some codes.

        Raises:
            InputError: when a text does not fit the attribute or the field.
        """
        self._texts = texts
        self._codes = codes
        self._attribute = attribute
        self._name = field
        self._reader = reader
        self.part: Attribute | Field = attribute if field is None else attribute.fields.get(field, _NO_FIELD)
        if self.part.kind in ("term", "flag"):
            self._values  # noqa: B018 - reading is the check

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._codes)

    def table(self, tests: Sequence[Test], today: dt.date) -> Signs:
        """Return what every test says (rows) of every value (columns); 0 in the last column."""
        signs = np.zeros((len(tests), len(self) + 1), dtype=np.int8)
        match self.part.kind:
            case "term":
                for place, one in enumerate(self._values):
                    signs[:, place] = _term_signs(self._reader.vocabulary, self.part.terms, str(one), tuple(tests))
            case "flag":
                flags = np.array([1 if one else -1 for one in self._values], dtype=np.int8)
                for row, test in enumerate(tests):
                    if isinstance(test, FlagTest):
                        signs[row, :-1] = flags if test.value else -flags
            case "date":
                for row, test in enumerate(tests):
                    if isinstance(test, DateTest):
                        signs[row] = date_signs(self.days, test, today)
            case "number":
                for places, numbers in self._numbers:
                    signs[:, places] = numbers_signs(self._reader.vocabulary, self.part, tests, numbers)
        return signs

    def related(self) -> Signs:
        """Return how each term stands to each: recorded as the row says, is it what the column says? 0 at -1."""
        relate, name = self._reader.vocabulary.relate, self.part.terms
        signs = np.zeros((len(self) + 1, len(self) + 1), dtype=np.int8)
        for row, recorded in enumerate(self._values):
            signs[row, :-1] = [_RELATION_SIGN[relate(name, str(recorded), str(asked))] for asked in self._values]
        return signs

    @cached_property
    def _values(self) -> list[Value]:
        return [self._read(text) for text in self._texts.at(self._codes)]

    def _read(self, text: str) -> Value:
        return self._reader.value(self._attribute.id, self._name, text)

    @cached_property
    def days(self) -> Days:
        """The values as days, one that is not known at the end."""
        return _days(self._texts, self._codes, self._read)

    @cached_property
    def _numbers(self) -> list[tuple[Positions, Numbers]]:
        """The values as numbers, unit by unit, and where each stands."""
        numbers, which, units = self._texts.numbers
        unit_of, known = which[self._codes], self._reader.vocabulary.units
        plain = np.array([not unit or unit in known for unit in units] + [False])[unit_of]
        result: list[tuple[Positions, Numbers]] = []
        for unit in np.unique(unit_of[plain]):
            places = np.flatnonzero(unit_of == unit)
            exact = numbers[self._codes[places]]
            result.append((places, Numbers.between(exact, exact, units[unit])))
        return result + self._one_by_one(np.flatnonzero(~plain))

    def _one_by_one(self, places: Positions) -> list[tuple[Positions, Numbers]]:
        units: dict[str, list[tuple[int, Quantity]]] = {}
        for place, text in zip(places.tolist(), self._texts.at(self._codes[places]), strict=True):
            one = self._read(text)
            if isinstance(one, Quantity):
                units.setdefault(one.unit, []).append((place, one))
        return [
            (np.array([place for place, _ in both]), Numbers.of([one for _, one in both], unit))
            for unit, both in units.items()
        ]


_NO_FIELD = Field("text")
"""Stands for a field that a list does not have: nothing says anything in it."""


@lru_cache(maxsize=1 << 14)
def _term_signs(vocabulary: Vocabulary, name: str, recorded: str, tests: tuple[Test, ...]) -> Signs:
    """Return what tests say of a term: kept, because batches of people have terms in common."""
    return np.array(
        [
            _RELATION_SIGN[vocabulary.relate_any(name, recorded, one.terms)] if isinstance(one, TermTest) else 0
            for one in tests
        ],
        dtype=np.int8,
    )
