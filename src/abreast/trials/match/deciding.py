"""What would decide most: for every fact that is missing, how many trials its answer would open or close."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from abreast.rules import Context, Expression, Missing, Where, deciders
from abreast.trials.match.criterion import required
from abreast.trials.match.verdict import CohortVerdict, TrialVerdict


class Decider(msgspec.Struct, frozen=True):
    """One missing fact and what hangs on it.

    Attributes:
        missing: what is missing; the one that stands for all that ask for the same thing.
        attribute: the attribute an answer would fill in; ``where`` the items it asks for.
        trials: numbers of the trials in which an answer would settle at least one criterion.
        closes: those of them that an answer alone could rule out.
        opens: those of them in which nothing else that a record could hold is left to find out.
    """

    missing: Missing
    attribute: str
    where: tuple[Where, ...]
    trials: tuple[str, ...]
    closes: tuple[str, ...]
    opens: tuple[str, ...]


Thing = tuple[str, tuple[Where, ...]]
"""What is asked for: a value's attribute (whatever the limit), or a list with its conditions."""


def what_would_decide(verdicts: Iterable[TrialVerdict], context: Context) -> tuple[Decider, ...]:
    """Return the missing facts, the one that decides most trials first.

    Only trials with nothing against them count: to the others no answer makes a difference. For each trial the part
    that stands best is looked at.
    """
    first: dict[Thing, Missing] = {}
    trials: dict[Thing, dict[str, None]] = {}
    closes: dict[Thing, dict[str, None]] = {}
    opens: dict[Thing, dict[str, None]] = {}
    sets: dict[Expression, tuple[frozenset[Thing], frozenset[Thing]]] = {}
    for verdict in verdicts:
        if verdict.standing != "nothing_against":
            continue
        closing, needed, all_ = _open_things(verdict.best, context, sets, first)
        for thing in closing | needed:
            trials.setdefault(thing, {})[verdict.nct] = None
        for thing in closing:
            closes.setdefault(thing, {})[verdict.nct] = None
        if len(needed) == 1 and all_:
            opens.setdefault(next(iter(needed)), {})[verdict.nct] = None
    found = [
        Decider(first[thing], *thing, tuple(trials[thing]), tuple(closes.get(thing, ())), tuple(opens.get(thing, ())))
        for thing in trials
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.trials), -len(one.opens), one.attribute, str(one.where))))


def thing_of(missing: Missing) -> Thing:
    """Return what a missing fact is about: two limits on one blood value are settled by one result."""
    return missing.attribute, missing.where


def _open_things(
    cohort: CohortVerdict,
    context: Context,
    sets: dict[Expression, tuple[frozenset[Thing], frozenset[Thing]]],
    first: dict[Thing, Missing],
) -> tuple[frozenset[Thing], frozenset[Thing], bool]:
    """Return the things that alone could rule the person out, those that are needed for a yes to what is open, and

    whether they are enough for that: words that were not read no fact can settle.
    """
    closing: set[Thing] = set()
    needed: set[Thing] = set()
    enough = True
    for one in cohort.criteria:
        if one.label != "unknown":
            continue
        rule = required(one.criterion)
        if rule not in sets:
            both = deciders(rule, context)
            for missing in (*(both.to_false or ()), *(both.to_true or ())):
                first.setdefault(thing_of(missing), missing)
            alone = frozenset(map(thing_of, both.to_false or ()))
            sets[rule] = (alone if len(alone) == 1 else frozenset(), frozenset(map(thing_of, both.to_true or ())))
        closing |= sets[rule][0]
        needed |= sets[rule][1]
        enough = enough and bool(sets[rule][1])
    return frozenset(closing), frozenset(needed), enough
