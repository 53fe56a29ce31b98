"""How a derived fact is made: its value, its day, and the way back to the facts it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from abreast.case import Case, Fact, Source, Value
from abreast.foundation.dates import PartialDate


def derived(
    case: Case,
    attribute: str,
    value: Value,
    *,
    rule: str,
    facts: Iterable[str],
    citations: Iterable[str],
    why: str = "",
    declared: Iterable[str] = (),
    date: PartialDate | None = None,
    fact_id: str = "",
) -> Fact:
    """Return a fact that was worked out from others.

    Its day is the latest of the days of the facts used, when no other is given: what follows from a result of May
    and one of June was known in June.
    """
    used = tuple(facts)
    return Fact(
        attribute,
        value,
        date=date or latest(day_of(case.fact(one)) for one in used),
        source=Source("derived", rule=rule, facts=used, declared=tuple(declared), citations=tuple(citations)),
        note=why,
        id=fact_id or stable_id(attribute, rule),
    )


@lru_cache(maxsize=1 << 12)
def stable_id(attribute: str, words: str) -> str:
    """Return an id that stays the same when the case is worked out again."""
    return f"{attribute}:{re.sub(r'[^a-z0-9]+', '-', words.lower()).strip('-')}"


def day_of(fact: Fact) -> PartialDate | None:
    """Return the day that a fact speaks of: a date that it states (the first spread), else the day of the statement."""
    if fact.attribute.endswith(".date") and isinstance(fact.value, PartialDate):
        return fact.value
    found = fact.get("date")
    return found if isinstance(found, PartialDate) else fact.date


def latest(dates: Iterable[PartialDate | None]) -> PartialDate | None:
    """Return the latest of the days that are known."""
    known = [date for date in dates if date is not None]
    return max(known, key=lambda date: (date.earliest, date.latest), default=None)
