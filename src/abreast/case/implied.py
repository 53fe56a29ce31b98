"""What the dates and the outcome of one item imply that it does not state: months on a treatment, growth under it."""

from __future__ import annotations

import datetime as dt

from abreast.case.model import Case, Fact, Value
from abreast.foundation.dates import PartialDate
from abreast.vocabulary import Quantity, Relation, Vocabulary

DAYS_PER_MONTH = 30.4375
_OUTCOMES_OF_GROWTH = "progression"


def implied(case: Case, fact: Fact, name: str, today: dt.date) -> Value | None:
    """Return a value that an item does not state but its other fields imply; ``None`` when they do not.

    ``months_on`` runs from start to end (or today, while it goes on); ``months_to_progression`` is the same time when
    the treatment ended because the cancer grew; ``progressed_on`` is yes when an outcome says so; ``last_in_setting``
    compares the start with that of other treatment in the same setting; an operation is for the present cancer unless
    it was found to be for an earlier one (``earlier_cancer``). Dates that are only a month or a year give
    a range.
    """
    match name:
        case "months_on":
            return _months_on(fact, today)
        case "months_to_progression":
            return _months_on(fact, today) if progressed(case.vocabulary, fact) and fact.get("end") else None
        case "progressed_on":
            return True if progressed(case.vocabulary, fact) else None
        case "last_in_setting":
            return _last_in_setting(case, fact)
        case "earlier_cancer":
            return False
        case _:
            return None


def progressed(vocabulary: Vocabulary, fact: Fact) -> bool:
    """Return whether an item's outcome says that the cancer grew or came back during it."""
    return any(
        isinstance(outcome, str) and vocabulary.relate("outcome", outcome, _OUTCOMES_OF_GROWTH) is Relation.IS
        for outcome in fact.fields.get("outcome", ())
    )


def _months_on(fact: Fact, today: dt.date) -> Quantity | None:
    start, end = fact.get("start"), fact.get("end")
    if not isinstance(start, PartialDate) or start.earliest > today:
        return None
    if isinstance(end, PartialDate):
        shortest, longest = (end.earliest - start.latest).days, (end.latest - start.earliest).days
    elif fact.get("ongoing") is True:
        shortest, longest = (today - start.latest).days, (today - start.earliest).days
    else:
        shortest, longest = 0, (today - start.earliest).days
    if longest < 0:
        return None
    return Quantity(max(shortest, 0) / DAYS_PER_MONTH, longest / DAYS_PER_MONTH, "mo")


def _last_in_setting(case: Case, fact: Fact) -> bool | None:
    start, setting = fact.get("start"), fact.get("setting")
    if not isinstance(start, PartialDate) or not isinstance(setting, str):
        return None
    others = [other for other in case.items(fact.attribute) if other.id != fact.id]
    if any(
        other.certainty == "certain" and _same_setting(case.vocabulary, other, setting) and _after(other, start)
        for other in others
    ):
        return False
    settled = all(
        _other_setting(case.vocabulary, other, setting) or _not_after(other, start) for other in others
    ) and case.is_complete(fact.attribute)
    return True if settled else None


def _same_setting(vocabulary: Vocabulary, fact: Fact, setting: str) -> bool:
    own = fact.get("setting")
    return isinstance(own, str) and vocabulary.relate("setting", own, setting) is Relation.IS


def _other_setting(vocabulary: Vocabulary, fact: Fact, setting: str) -> bool:
    own = fact.get("setting")
    return isinstance(own, str) and vocabulary.relate("setting", own, setting) is Relation.IS_NOT


def _after(fact: Fact, day: PartialDate) -> bool:
    start = fact.get("start")
    return isinstance(start, PartialDate) and start.earliest > day.latest


def _not_after(fact: Fact, day: PartialDate) -> bool:
    start = fact.get("start")
    return isinstance(start, PartialDate) and start.latest <= day.earliest


__all__ = ["DAYS_PER_MONTH", "implied", "progressed"]
