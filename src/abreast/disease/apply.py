"""Applying the rules that are data: those that hold become facts, with what decided them as their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from abreast.case import Case, Fact, Settlement
from abreast.disease.derivations import Block, Derivation, typed_value
from abreast.disease.make import day_of, derived, latest, stable_id
from abreast.foundation.dates import PartialDate
from abreast.rules import Answer, Context, Truth, evaluate


def apply(blocks: Iterable[Block], case: Case, today: dt.date) -> Case:
    """Return the case with what follows from the blocks of rules, in order; later ones see what earlier ones added."""
    for block in blocks:
        facts: dict[str, Fact] = {}
        for reading in _readings(block, case):
            for fact in _facts(block, Context(reading, today), tuple(facts.values())):
                facts.setdefault(fact.id, fact)
        case = case.adding(facts.values())
    return case


def _readings(block: Block, case: Case) -> Iterator[Case]:
    """Yield the case, or, where the facts that the block looks at one by one disagree, the case settled for each."""
    reading = case.read(block.each_of) if block.each_of else None
    if reading is None or not reading.conflict:
        yield case
        return
    for fact in reading.facts:
        yield case.settling(Settlement(block.each_of, fact.id))


def _facts(block: Block, context: Context, before: tuple[Fact, ...]) -> Iterator[Fact]:
    found = list(before)
    for rule in block.rules:
        fact = _fact(rule, context, found)
        if fact is not None:
            found.append(fact)
            yield fact
            if block.choose == "first":
                return


def _fact(rule: Derivation, context: Context, before: list[Fact]) -> Fact | None:
    answer = evaluate(rule.when, context)
    if answer.truth is not Truth.TRUE or evaluate(rule.unless, context).truth is Truth.TRUE:
        return None
    case = context.case
    dates = [date for one in answer.facts if (date := day_of(case.fact(one))) is not None]
    if rule.together is not None and _spread(dates) > rule.together:
        return None
    return derived(
        case,
        rule.attribute,
        typed_value(case.vocabulary, case.vocabulary.attribute(rule.attribute), rule.value),
        rule=rule.name,
        facts=answer.facts,
        declared=answer.declared,
        citations=rule.citations,
        why=rule.why,
        date=_day(rule, answer, case, before),
        fact_id=stable_id(rule.attribute, rule.name),
    )


def _spread(dates: list[PartialDate]) -> int:
    """Return how many days at least lie between the first and the last of the dates."""
    if not dates:
        return 0
    return (max(date.earliest for date in dates) - min(date.latest for date in dates)).days


def _day(rule: Derivation, answer: Answer, case: Case, before: list[Fact]) -> PartialDate | None:
    own = latest(day_of(case.fact(one)) for one in answer.facts)
    if not rule.lasting or own is None:
        return own
    return latest([own, *(fact.date for fact in (*case.about(rule.attribute), *before))])
