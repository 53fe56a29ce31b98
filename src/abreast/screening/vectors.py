"""Values in vectors, and what a test says of each of them: the plain evaluator's answers, many at a time.

Days are counted as :meth:`datetime.date.toordinal` counts them, and a day that is not known lies outside of every
window. Numbers stand between two limits, and a number that is not known is neither above nor below anything (both its
limits are NaN). A generative test holds every function here to :mod:`abreast.rules.evaluate`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from abreast.case.implied import DAYS_PER_MONTH
from abreast.foundation.dates import PartialDate
from abreast.rules import DateTest, NumberTest, Test
from abreast.rules.evaluate import TIMES_UNIT, window_start
from abreast.rules.expression import Comparison
from abreast.vocabulary import Attribute, Field, Quantity, Vocabulary

Ints = npt.NDArray[np.int32]
Positions = npt.NDArray[np.int64]
Whole = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]
"""1 for true, -1 for false, 0 for unknown."""

_SMALL = 1 << 16

# --- codes ----------------------------------------------------------------------------------------------------------


def gather(values: npt.NDArray[Any], at: Whole) -> npt.NDArray[Any]:
    """Return the values at some positions; -1 is the last. (NumPy looks faster when it need not raise an error.)"""
    return values.take(at, mode="wrap")


def begins(groups: Whole) -> Flags:
    """Return where a new group begins, in numbers that stand together."""
    new = np.ones(len(groups), dtype=np.bool_)
    new[1:] = groups[1:] != groups[:-1]
    return new


def numbered(codes: Whole) -> tuple[Positions, Positions]:
    """Return the distinct codes, in order, and for each code its place among them; -1 stays -1 and is none of them."""
    highest = int(codes.max(initial=-1))
    if highest > 4 * len(codes) + _SMALL:  # too thinly spread for a mark for each that there could be
        distinct, which = np.unique(codes, return_inverse=True)
        nothing = int(len(distinct) > 0 and distinct[0] == -1)
        return distinct[nothing:].astype(np.int64), which.reshape(-1).astype(np.int64) - nothing
    occurs = np.zeros(highest + 2, dtype=np.bool_)
    occurs[codes] = True
    occurs[-1] = False
    place = np.cumsum(occurs, dtype=np.int64) - 1
    place[-1] = -1
    return np.flatnonzero(occurs), gather(place, codes)


def alike(rows: Whole) -> Positions:
    """Return a number for each row of a table of whole numbers; equal rows, and no others, have the same one."""
    number = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T.astype(np.int64):
        own = numbered(column - column.min(initial=0))[1]
        number = numbered(number * (own.max(initial=0) + 1) + own)[1]
    return number


# --- days -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """Dates, of which the month or the day may be missing: the first and the last day that each could mean."""

    earliest: Ints
    latest: Ints
    known: Flags

    @classmethod
    def of(cls, dates: Sequence[PartialDate | None]) -> Days:
        """Return dates as days; one more, which is not known, stands at the end (and so at position -1)."""
        earliest = [0 if date is None else date.earliest.toordinal() for date in dates]
        latest = [0 if date is None else date.latest.toordinal() for date in dates]
        known = [date is not None for date in dates]
        return cls(np.array([*earliest, 0], np.int32), np.array([*latest, 0], np.int32), np.array([*known, False]))

    def at(self, positions: Whole) -> Days:
        """Return the dates at some positions."""
        return Days(gather(self.earliest, positions), gather(self.latest, positions), gather(self.known, positions))


def date_signs(days: Days, test: DateTest, today: dt.date) -> Signs:
    """Return for each date whether it passes."""
    limit, now = window_start(today, test.period).toordinal(), today.toordinal()
    if test.op == "within":
        yes = (days.earliest >= limit) & (days.latest <= now)
        no = (days.latest < limit) | (days.earliest > now)
    else:
        yes, no = days.latest <= limit, days.earliest > limit
    return _signs(yes & days.known, no & days.known)


def decided(test: DateTest, *, past: bool) -> np.int8:
    """Return the answer when the day surely lies before the window (``past``), or surely not before its begin."""
    return np.int8(1 if (test.op == "before") is past else -1)


def _signs(yes: Flags, no: Flags) -> Signs:
    return yes.astype(np.int8) - no.astype(np.int8)


# --- numbers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """Quantities of one unit; a normal limit that a quantity does not have is NaN."""

    low: Floats
    high: Floats
    unit: str
    low_open: Flags
    high_open: Flags
    normal_low: Floats
    normal_high: Floats

    @classmethod
    def of(cls, quantities: Sequence[Quantity], unit: str) -> Numbers:
        """Return quantities, all of which have this unit, as vectors."""
        nothing = float("nan")
        rows = [
            (
                one.low,
                one.high,
                one.low_open,
                one.high_open,
                nothing if one.normal_low is None else one.normal_low,
                nothing if one.normal_high is None else one.normal_high,
            )
            for one in quantities
        ]
        low, high, low_open, high_open, normal_low, normal_high = np.array(rows, dtype=np.float64).reshape(-1, 6).T
        return cls(low, high, unit, low_open.astype(np.bool_), high_open.astype(np.bool_), normal_low, normal_high)

    @classmethod
    def between(cls, low: Floats, high: Floats, unit: str) -> Numbers:
        """Return numbers between limits that they may reach, without normal limits."""
        nothing, shut = np.full(len(low), np.nan), np.zeros(len(low), dtype=np.bool_)
        return cls(low, high, unit, shut, shut, nothing, nothing)


def numbers_signs(vocabulary: Vocabulary, part: Attribute | Field, tests: Sequence[Test], numbers: Numbers) -> Signs:
    """Return what every test (rows) of an attribute or a field says of every number (columns)."""
    signs = np.zeros((len(tests), len(numbers.low)), dtype=np.int8)
    measures: dict[tuple[str, str], dict[Comparison, dict[int, float]]] = {}
    for row, test in enumerate(tests):
        if isinstance(test, NumberTest):
            measures.setdefault((test.unit, test.times), {}).setdefault(test.op, {})[row] = test.number
    for (unit, times), rows_of in measures.items():
        found = _in_terms_of(vocabulary, part, unit, times, numbers)
        if found is not None:
            for op, rows in rows_of.items():
                limits = np.array([[limit] for limit in rows.values()], dtype=np.float64)
                signs[list(rows)] = between_signs(found, op, limits)
    return signs


def _in_terms_of(
    vocabulary: Vocabulary, part: Attribute | Field, unit: str, times: str, numbers: Numbers
) -> Numbers | None:
    """Return the numbers as a test in this unit, or in multiples of a normal limit, measures; ``None``: none can be."""
    known = part if isinstance(part, Attribute) else None
    if times:
        return _times(vocabulary, known, times, numbers)
    unit = unit or part.unit
    for multiple, code in TIMES_UNIT.items():
        if numbers.unit == code:
            return _absolute(vocabulary, known, multiple, numbers, unit)
    if not numbers.unit and part.unit:
        return None
    return _converted(vocabulary, numbers, known.id if known else None, vocabulary.unit(unit) or unit)


def _converted(vocabulary: Vocabulary, numbers: Numbers, attribute: str | None, to: str) -> Numbers | None:
    if numbers.unit == to:
        return numbers
    scale = vocabulary.convert(Quantity(0.0, 1.0, numbers.unit), attribute, to)
    if scale is None:
        return None
    factor, offset = scale.high - scale.low, scale.low
    return replace(numbers, low=numbers.low * factor + offset, high=numbers.high * factor + offset, unit=to)


def _times(vocabulary: Vocabulary, known: Attribute | None, times: str, numbers: Numbers) -> Numbers | None:
    """Return numbers as multiples of a normal limit: the laboratory's own, else the usual one (a range)."""
    if numbers.unit == TIMES_UNIT[times]:
        return numbers
    own = numbers.normal_high if times == "uln" else numbers.normal_low
    has_own = ~np.isnan(own) & (own != 0)
    factor = 1 / np.where(has_own, own, 1.0)
    low, high = _usual_times(vocabulary, known, times, numbers)
    return replace(
        numbers,
        low=np.where(has_own, numbers.low * factor, low),
        high=np.where(has_own, numbers.high * factor, high),
        unit=TIMES_UNIT[times],
    )


def _usual_times(
    vocabulary: Vocabulary, known: Attribute | None, times: str, numbers: Numbers
) -> tuple[Floats, Floats]:
    nothing = np.full(len(numbers.low), np.nan)
    usual = None if known is None else known.normal_high if times == "uln" else known.normal_low
    converted = None if usual is None or known is None else _converted(vocabulary, numbers, known.id, usual.unit)
    if usual is None or converted is None or usual.low <= 0:
        return nothing, nothing
    spans_zero = (converted.low < 0) & (converted.high >= 0)
    return (
        np.where(spans_zero, np.nan, converted.low / usual.high),
        np.where(spans_zero, np.nan, converted.high / usual.low),
    )


def _absolute(
    vocabulary: Vocabulary, known: Attribute | None, times: str, numbers: Numbers, unit: str
) -> Numbers | None:
    """Return numbers given as multiples of a normal limit in ``unit``, through the usual limit (a range)."""
    usual = None if known is None else known.normal_high if times == "uln" else known.normal_low
    limit = (
        None if known is None or usual is None else vocabulary.convert(usual, known.id, vocabulary.unit(unit) or unit)
    )
    if limit is None:
        return None
    return replace(numbers, low=numbers.low * limit.low, high=numbers.high * limit.high, unit=unit)


def between_signs(numbers: Numbers, op: Comparison, limit: Floats) -> Signs:
    """Return whether every, no, or some number between the limits of each compares so with ``limit`` (a column)."""
    low, high, low_open, high_open = numbers.low, numbers.high, numbers.low_open, numbers.high_open
    slack = 1e-9 * np.maximum(1.0, abs(limit))
    match op:
        case ">" | "<=":
            above = (low > limit + slack) | (low_open & (low >= limit - slack))
            below = ~above & (high <= limit + slack)
            return _signs(above, below) if op == ">" else _signs(below, above)
        case ">=" | "<":
            above = low >= limit - slack
            below = ~above & ((high < limit - slack) | (high_open & (high <= limit + slack)))
            return _signs(above, below) if op == ">=" else _signs(below, above)
        case "=" | "!=":
            same = (abs(low - limit) <= slack) & (abs(high - limit) <= slack)
            apart = (low > limit + slack) | (high < limit - slack)
            apart |= (low_open & (low >= limit - slack)) | (high_open & (high <= limit + slack))
            apart &= ~same
            return _signs(same, apart) if op == "=" else _signs(apart, same)


def days_between(start: Days, end: Days, ongoing: Flags, today: dt.date) -> tuple[Ints, Ints, Flags]:
    """Return how many days each item lasted, or has lasted by today, at least and at most, and of which that is told.

    It is not without a start that has come.
    """
    now = today.toordinal()
    shortest = np.where(end.known, end.earliest - start.latest, np.where(ongoing, now - start.latest, 0))
    longest = np.where(end.known, end.latest, now) - start.earliest
    told = start.known & (start.earliest <= now) & (longest >= 0)
    return np.maximum(shortest, 0), longest, told


def months(shortest: Whole, longest: Whole) -> Numbers:
    """Return lengths in days as months."""
    return Numbers.between(shortest / DAYS_PER_MONTH, longest / DAYS_PER_MONTH, "mo")


__all__ = [
    "Days",
    "Flags",
    "Floats",
    "Ints",
    "Numbers",
    "Positions",
    "Signs",
    "Whole",
    "alike",
    "begins",
    "between_signs",
    "date_signs",
    "days_between",
    "decided",
    "gather",
    "months",
    "numbered",
    "numbers_signs",
]
