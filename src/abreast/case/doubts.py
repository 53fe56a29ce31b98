"""What a case says that is possible but hard to believe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from abreast.case.model import Case, Fact
from abreast.foundation.dates import PartialDate
from abreast.foundation.language import gettext
from abreast.vocabulary import Quantity


def doubts(case: Case, today: dt.date) -> tuple[str, ...]:
    """Return what in a case is possible to write but hard to believe: a person should look at it again.

    Numbers outside the plausible limits of the vocabulary, days that are still to come, and items that end before
    they begin.
    """
    return tuple(doubt for fact in case.facts if fact.source.kind != "derived" for doubt in _doubts(case, fact, today))


def _doubts(case: Case, fact: Fact, today: dt.date) -> Iterator[str]:
    known = case.vocabulary.attribute(fact.attribute)
    if isinstance(fact.value, Quantity) and known.plausible:
        value = case.vocabulary.convert(fact.value, known.id, known.unit)
        low, high = known.plausible
        if value and (value.high < low or value.low > high):
            yield gettext("%(fact)s: %(value)s is unusual; values from %(low)s to %(high)s are expected") % {
                "fact": fact.id,
                "value": fact.value,
                "low": f"{low:g}",
                "high": f"{high:g} {known.unit}".rstrip(),
            }
    days = {"date": fact.date, known.id: fact.value, **{name: fact.get(name) for name in known.fields}}
    for name, day in days.items():
        if isinstance(day, PartialDate) and day.earliest > today and name != "end":
            yield gettext("%(fact)s: %(name)s %(day)s is still to come") % {"fact": fact.id, "name": name, "day": day}
    start, end = fact.get("start"), fact.get("end")
    if isinstance(start, PartialDate) and isinstance(end, PartialDate) and end.latest < start.earliest:
        said = gettext("%(fact)s: it ends (%(end)s) before it begins (%(start)s)")
        yield said % {"fact": fact.id, "end": end, "start": start}
