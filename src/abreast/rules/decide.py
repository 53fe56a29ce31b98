"""What would decide an open answer, and from which day a "no" that only time causes turns into a "yes"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from abreast.foundation.dates import PartialDate, shift
from abreast.rules.evaluate import Answer, Context, Missing, Truth, evaluate, window_start
from abreast.rules.expression import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Count,
    DateTest,
    Expression,
    Has,
    Not,
    Period,
    atoms,
    is_dated,
)


@dataclass(frozen=True, slots=True)
class Deciders:
    """The smallest sets of unknown things that could settle an expression.

    ``to_true`` and ``to_false`` are ``None`` when nothing that could become known would settle it that way. Size is
    counted in questions: two limits of one laboratory value are one thing to find out.
    """

    to_true: tuple[Missing, ...] | None
    to_false: tuple[Missing, ...] | None

    @property
    def smallest(self) -> tuple[Missing, ...]:
        """The smaller of the two sets; on a tie the one that makes the expression true."""
        known = [one for one in (self.to_true, self.to_false) if one is not None]
        return min(known, key=_questions, default=())


def _questions(missing: tuple[Missing, ...]) -> int:
    """Return how many things would have to be asked: what differs only in what it is compared with is asked once."""
    return len({(one.attribute, one.where) for one in missing})


def deciders(rule: Expression, context: Context) -> Deciders:
    """Return the smallest sets of missing facts whose answers could make ``rule`` true, or false.

    The parts of the rule are taken to be independent. Where one unknown thing stands in several parts, a smaller set
    may exist, and a set may ask for answers that cannot all be given together (a value both below 1 and above 10).
    """
    answer = evaluate(rule, context)
    if answer.truth is Truth.TRUE:
        return Deciders((), None)
    if answer.truth is Truth.FALSE:
        return Deciders(None, ())
    match rule:
        case Not(part):
            inner = deciders(part, context)
            return Deciders(inner.to_false, inner.to_true)
        case All(parts):
            return _joined(len(parts), [deciders(part, context) for part in parts])
        case AnyOf(parts):
            return _joined(1, [deciders(part, context) for part in parts])
        case AtLeast(number, parts):
            return _joined(number, [deciders(part, context) for part in parts])
        case _:
            return _atom(answer)


def _atom(answer: Answer) -> Deciders:
    settled_by_facts = tuple(one for one in answer.missing if one.why not in ("team", "unread"))
    return Deciders(settled_by_facts, settled_by_facts) if settled_by_facts else Deciders(None, None)


def _joined(number: int, parts: list[Deciders]) -> Deciders:
    """Return the deciders of "at least ``number`` of": so many must become true, or enough must become false."""
    to_true = _cheapest([part.to_true for part in parts], number)
    to_false = _cheapest([part.to_false for part in parts], len(parts) - number + 1)
    return Deciders(to_true, to_false)


def _cheapest(sets: list[tuple[Missing, ...] | None], number: int) -> tuple[Missing, ...] | None:
    possible = sorted((one for one in sets if one is not None), key=_questions)
    if len(possible) < number:
        return None
    return tuple(dict.fromkeys(missing for one in possible[:number] for missing in one))


def not_yet(rule: Expression, context: Context) -> dt.date | None:
    """Return the first day from which ``rule`` holds if nothing but time passes; ``None`` when it holds or never will.

    A date that is only a month or a year counts as its last day, from which the rule holds for certain. Only windows
    that run from a date on record are looked at: a treatment that goes on has no such date.
    """
    if not hangs_on_time(rule) or evaluate(rule, context).truth is Truth.TRUE:
        return None
    for day in sorted(set(_turning_days(rule, context))):
        if evaluate(rule, context.on(day)).truth is Truth.TRUE:
            return day
    return None


@lru_cache(maxsize=1 << 16)
def hangs_on_time(rule: Expression) -> bool:
    """Return whether a rule has a window that runs from a date on record, so that its answer may turn by itself."""
    return any(
        (isinstance(atom, Compare) and isinstance(atom.test, DateTest))
        or (isinstance(atom, (Has, Count)) and is_dated(atom.where))
        for atom in atoms(rule)
    )


def _turning_days(rule: Expression, context: Context) -> Iterator[dt.date]:
    for atom in atoms(rule):
        match atom:
            case Compare(attribute, DateTest(_, period), _):
                for fact in context.case.about(attribute):
                    if isinstance(fact.value, PartialDate):
                        yield from _after(fact.value, period, context.today)
            case Has(name, where) | Count(name, _, _, where):
                for one in where:
                    if isinstance(one.test, DateTest):
                        for fact in context.case.items(name):
                            value = fact.get(one.field)
                            if isinstance(value, PartialDate):
                                yield from _after(value, one.test.period, context.today)
            case _:
                pass


def _after(date: PartialDate, period: Period, today: dt.date) -> Iterator[dt.date]:
    """Yield the day on which the window has passed for certain, and the day after it.

    Where the month of that day is longer than that of the date, its last days all look back on the date itself (six
    months before 31 March, as before 30 March, is 30 September): the day after is then the first of the next month.
    """
    day = shift(date.latest, period.amount, period.unit)
    after = shift(day, 1, "days")
    if window_start(after, period) <= date.latest:
        after = shift(after.replace(day=1), 1, "months")
    for candidate in (day, after):
        if candidate > today:
            yield candidate
