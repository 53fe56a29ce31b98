"""Dates as records give them: sometimes a year, sometimes a month, sometimes a day.

A :class:`PartialDate` stands for every day it could mean. Comparing one with a limit therefore has
three answers; `None` stands for "it depends on the part of the date that is missing".
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

Unit = Literal["days", "weeks", "months", "years"]
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?$")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date of which only the year, or only the year and month, may be known.

    Ordering is by the text form and is only meant for stable sorting; use :attr:`earliest` and
    :attr:`latest` to reason about time.
    """

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    @lru_cache(maxsize=1 << 14)  # records of many people name the same days; what one holds cannot be changed
    def parse(cls, text: str) -> PartialDate:
        """Read ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or a FHIR dateTime (its time of day is dropped).

        Raises:
            ValueError: when the text is none of these, or names a day that does not exist.
        """
        match = _ISO.match(text.strip())
        if not match:
            raise ValueError(f"expected a date such as 2024, 2024-03 or 2024-03-09, found {text!r}")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        dt.date(year, month or 1, day or 1)
        return cls(year, month, day)

    @classmethod
    def of(cls, day: dt.date) -> PartialDate:
        """Return the partial date that is exactly ``day``."""
        return cls(day.year, day.month, day.day)

    @cached_property
    def earliest(self) -> dt.date:
        """The first day this date could mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @cached_property
    def latest(self) -> dt.date:
        """The last day this date could mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        """Return the ISO text, cut to what is known."""
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
            if self.day is not None:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)


def shift(day: dt.date, amount: int, unit: Unit) -> dt.date:
    """Return ``day`` moved by a whole number of units; the last day of a month stays inside its month.

    Moving past the years that Python can represent stops at the first or last of them.
    """
    try:
        if unit == "days":
            return day + dt.timedelta(days=amount)
        if unit == "weeks":
            return day + dt.timedelta(weeks=amount)
        months = amount if unit == "months" else amount * 12
        index = day.year * 12 + day.month - 1 + months
        year, month = divmod(index, 12)
        return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return dt.date.max if amount > 0 else dt.date.min


def years_between(start: dt.date, end: dt.date) -> int:
    """Return completed years from ``start`` to ``end``, as an age is counted."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
