"""The reference evaluator: what an expression says of a case, in three values, and because of what.

It is written to be read. Every faster way of evaluating is held to it by generative tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, TypeVar

from abreast.case import Case, Declaration, Fact, Value
from abreast.foundation.dates import PartialDate, shift
from abreast.rules.expression import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Comparison,
    Constant,
    Count,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Known,
    Not,
    NumberTest,
    Period,
    Residue,
    Team,
    TermTest,
    Test,
    Where,
)
from abreast.vocabulary import Attribute, Field, Quantity, Relation, Vocabulary

T = TypeVar("T")


class Truth(Enum):
    """The three answers of Kleene's logic."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __invert__(self) -> Truth:
        """Return the opposite; unknown stays unknown."""
        return _OPPOSITE[self]


_OPPOSITE = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}

Why = Literal["unknown", "conflict", "suspected", "not_listed", "too_old", "too_vague", "team", "unread"]


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that would have to be known.

    ``why`` tells what is wrong: nothing is said (``unknown``), facts disagree (``conflict``), the source itself doubts
    (``suspected``), the list does not name it and nobody said that the list is complete (``not_listed``), the fact
    is older than asked (``too_old``) or less precise than asked (``too_vague``), only the team can say (``team``),
    or the words were not read (``unread``; ``text`` holds them).
    """

    attribute: str
    why: Why
    where: tuple[Where, ...] = ()
    test: Test | None = None
    facts: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression says of a case.

    ``facts`` are ids of the facts that decided it, ``declared`` the lists whose declared completeness it rests on,
    ``missing`` what keeps it unknown.
    """

    truth: Truth
    facts: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()

    def __invert__(self) -> Answer:
        """Return the opposite answer, for the same reasons."""
        return Answer(~self.truth, self.facts, self.declared, self.missing)


@dataclass(frozen=True)
class Context:
    """A case on a day. Answers are kept, so that a rule that many trials share is worked out once."""

    case: Case
    today: dt.date
    kept: dict[Expression, Answer] = field(default_factory=dict, repr=False, compare=False)

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the case."""
        return self.case.vocabulary

    def on(self, day: dt.date) -> Context:
        """Return the same case on another day."""
        return Context(self.case, day)


def evaluate(rule: Expression, context: Context) -> Answer:
    """Return what ``rule`` says of the case on that day. Never raises for a rule that passed the type check."""
    answer = context.kept.get(rule)
    if answer is None:
        answer = _evaluate(rule, context)
        context.kept[rule] = answer
    return answer


def _evaluate(rule: Expression, context: Context) -> Answer:
    match rule:
        case Constant(value):
            return Answer(Truth.TRUE if value else Truth.FALSE)
        case Team(about):
            return Answer(Truth.UNKNOWN, missing=(Missing("", "team", text=about),))
        case Residue(text):
            return Answer(Truth.UNKNOWN, missing=(Missing("", "unread", text=text),))
        case Not(part):
            return ~evaluate(part, context)
        case All(parts):
            return _all([evaluate(part, context) for part in parts])
        case AnyOf(parts):
            return ~_all([~evaluate(part, context) for part in parts])
        case AtLeast(number, parts):
            return _at_least(number, [evaluate(part, context) for part in parts])
        case Compare():
            return _compare(rule, context)
        case Has():
            return _has(rule, context)
        case Count():
            return _count(rule, context)
        case Known():
            return _known(rule, context)


# --- joining -----------------------------------------------------------------------------------------------


def _all(answers: Sequence[Answer]) -> Answer:
    against = [answer for answer in answers if answer.truth is Truth.FALSE]
    if against:
        return _merge(Truth.FALSE, against)
    unknown = [answer for answer in answers if answer.truth is Truth.UNKNOWN]
    if unknown:
        return _merge(Truth.UNKNOWN, answers, missing=_union(answer.missing for answer in unknown))
    return _merge(Truth.TRUE, answers)


def _at_least(number: int, answers: Sequence[Answer]) -> Answer:
    met = [answer for answer in answers if answer.truth is Truth.TRUE]
    open_ = [answer for answer in answers if answer.truth is Truth.UNKNOWN]
    if len(met) >= number:
        return _merge(Truth.TRUE, met)
    if len(met) + len(open_) < number:
        return _merge(Truth.FALSE, [answer for answer in answers if answer.truth is Truth.FALSE])
    return _merge(Truth.UNKNOWN, met, missing=_union(answer.missing for answer in open_))


def _merge(truth: Truth, answers: Iterable[Answer], missing: tuple[Missing, ...] = ()) -> Answer:
    listed = tuple(answers)
    return Answer(
        truth, _union(answer.facts for answer in listed), _union(answer.declared for answer in listed), missing
    )


def _union(groups: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


# --- one value ----------------------------------------------------------------------------------------------


def _compare(rule: Compare, context: Context) -> Answer:
    reading = context.case.read(rule.attribute)
    attribute = context.vocabulary.attribute(rule.attribute)
    if not reading.facts:
        why: Why = "suspected" if reading.doubtful else "unknown"
        return _open(rule, why, reading.doubtful)
    facts = reading.facts if reading.conflict else reading.facts[:1]
    results = {_test(context, attribute, rule.attribute, rule.test, fact.value) for fact in facts}
    if rule.within is not None:
        recent = [_date(fact.date, DateTest("within", rule.within), context.today) for fact in facts]
        if any(one is not Truth.TRUE for one in recent):
            return _open(rule, "too_old", facts)
    if len(results) > 1:
        return _open(rule, "conflict", facts)
    truth = results.pop()
    if truth is Truth.UNKNOWN:
        return _open(rule, "too_vague", facts)
    return Answer(truth, tuple(fact.id for fact in facts))


def _open(rule: Compare, why: Why, facts: Sequence[Fact]) -> Answer:
    ids = tuple(fact.id for fact in facts)
    return Answer(Truth.UNKNOWN, ids, missing=(Missing(rule.attribute, why, test=rule.test, facts=ids),))


# --- lists --------------------------------------------------------------------------------------------------


def _has(rule: Has, context: Context) -> Answer:
    matches = [(fact, _matches(context, rule.list, rule.where, fact)) for fact in context.case.items(rule.list)]
    denials = _denials(context, rule)
    met = [fact for fact, truth in matches if truth is Truth.TRUE and fact.certainty == "certain"]
    standing = [fact for fact in met if not any(_overtakes(denial, fact) for denial in denials)]
    if standing:
        return Answer(Truth.TRUE, tuple(fact.id for fact in standing))
    if met:
        ids = tuple(fact.id for fact in (*met, *denials))
        return Answer(Truth.UNKNOWN, ids, missing=(Missing(rule.list, "conflict", rule.where, facts=ids),))
    maybe = [fact for fact, truth in matches if truth is not Truth.FALSE]
    if maybe:
        ids = tuple(fact.id for fact in maybe)
        why: Why = "suspected" if all(fact.certainty != "certain" for fact in maybe) else "too_vague"
        return Answer(Truth.UNKNOWN, ids, missing=(Missing(rule.list, why, rule.where, facts=ids),))
    if denials:
        return Answer(Truth.FALSE, tuple(fact.id for fact in denials))
    declaration = context.case.is_complete(rule.list)
    if declaration:
        return Answer(Truth.FALSE, _nearby(context, rule, matches), declared=(rule.list,))
    return Answer(Truth.UNKNOWN, missing=(Missing(rule.list, "not_listed", rule.where),))


def _nearby(context: Context, rule: Has, matches: Sequence[tuple[Fact, Truth]]) -> tuple[str, ...]:
    """Return the items that come near (the first condition holds), which a reader wants to see beside a "no"."""
    if not rule.where:
        return ()
    first = rule.where[:1]
    return tuple(fact.id for fact, _ in matches if _matches(context, rule.list, first, fact) is Truth.TRUE)


def _denials(context: Context, rule: Has) -> tuple[Fact, ...]:
    """Return the denials that together cover all that the rule asks for; none when something stays open."""
    certain = [fact for fact in context.case.denials(rule.list) if fact.certainty == "certain"]
    if not certain:
        return ()
    for where in rule.where:
        if isinstance(where.test, TermTest) and not where.negated and len(where.test.terms) > 1:
            split = [
                Has(rule.list, tuple(_single(one, term) if one is where else one for one in rule.where))
                for term in where.test.terms
            ]
            covering = [_denials(context, part) for part in split]
            return _union(covering) if all(covering) else ()
    return tuple(fact for fact in certain if _covers(context, rule, fact))


def _single(where: Where, term: str) -> Where:
    return Where(where.field, TermTest((term,)))


def _covers(context: Context, rule: Has, denial: Fact) -> bool:
    for name, values in denial.fields.items():
        part = context.vocabulary.field(rule.list, name)
        if part.kind != "term":
            return False
        asked = [one.test for one in rule.where if one.field == name and not one.negated]
        terms = [test.terms[0] for test in asked if isinstance(test, TermTest)]
        if not any(
            isinstance(value, str) and context.vocabulary.relate(part.terms, term, value) is Relation.IS
            for value in values
            for term in terms
        ):
            return False
    return True


def _overtakes(denial: Fact, fact: Fact) -> bool:
    """Whether a denial may speak of a later time than the item that it denies."""
    if denial.date is None or fact.date is None:
        return True
    return denial.date.latest >= fact.date.earliest


def _count(rule: Count, context: Context) -> Answer:
    matches = [(fact, _matches(context, rule.list, rule.where, fact)) for fact in context.case.items(rule.list)]
    met = [fact for fact, truth in matches if truth is Truth.TRUE and fact.certainty == "certain"]
    maybe = [fact for fact, truth in matches if truth is not Truth.FALSE and fact not in met]
    declaration = context.case.is_complete(rule.list)
    denied = _denials(context, Has(rule.list, rule.where))
    closed = declaration is not None or bool(denied)
    high = float(len(met) + len(maybe)) if closed else float("inf")
    truth = _between(float(len(met)), high, rule.op, float(rule.number))
    ids = tuple(fact.id for fact in (*met, *maybe))
    if truth is Truth.UNKNOWN:
        why: Why = "too_vague" if maybe and closed else "not_listed"
        return Answer(truth, ids, missing=(Missing(rule.list, why, rule.where, facts=ids),))
    rests = closed and _between(float(len(met)), float("inf"), rule.op, float(rule.number)) is Truth.UNKNOWN
    declared = (rule.list,) if rests and declaration else ()
    return Answer(truth, (*ids, *(fact.id for fact in denied if rests)), declared)


def _known(rule: Known, context: Context) -> Answer:
    attribute = context.vocabulary.attribute(rule.attribute)
    if attribute.shape == "one":
        reading = context.case.read(rule.attribute)
        known = bool(reading.facts) and not reading.conflict
        return Answer(Truth.TRUE if known else Truth.FALSE, tuple(fact.id for fact in reading.facts))
    answer = _has(Has(rule.attribute, rule.where), context)
    if answer.truth is Truth.UNKNOWN:
        return Answer(Truth.FALSE)
    return Answer(Truth.TRUE, answer.facts, answer.declared)


def _matches(context: Context, name: str, wheres: tuple[Where, ...], fact: Fact) -> Truth:
    truth = Truth.TRUE
    for where in wheres:
        here = _where(context, name, where, fact)
        if here is Truth.FALSE:
            return Truth.FALSE
        if here is Truth.UNKNOWN:
            truth = Truth.UNKNOWN
    return truth


def _where(context: Context, name: str, where: Where, fact: Fact) -> Truth:
    part = context.vocabulary.field(name, where.field)
    values = fact.fields.get(where.field, ())
    if isinstance(where.test, DateTest) and not values:
        truth = _implied_date(fact, where, context.today)
    elif not values:
        truth = Truth.UNKNOWN
    else:
        truths = [_test(context, part, None, where.test, value) for value in values]
        if Truth.TRUE in truths:
            truth = Truth.TRUE
        else:
            truth = Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.FALSE
    return ~truth if where.negated else truth


def _implied_date(fact: Fact, where: Where, today: dt.date) -> Truth:
    """Return what can be said of an end that the item does not give: one that goes on ends today at the earliest,

    and no end comes before its start.
    """
    assert isinstance(where.test, DateTest)
    if where.field != "end":
        return Truth.UNKNOWN
    if fact.get("ongoing") is True:
        return Truth.TRUE if where.test.op == "within" else Truth.FALSE
    start = fact.get("start")
    if isinstance(start, PartialDate) and start.earliest <= today:
        began_inside = _date(start, DateTest("within", where.test.period), today)
        if began_inside is Truth.TRUE:
            return Truth.TRUE if where.test.op == "within" else Truth.FALSE
    return Truth.UNKNOWN


# --- tests ---------------------------------------------------------------------------------------------------


def _test(context: Context, part: Attribute | Field, attribute: str | None, test: Test, value: Value | None) -> Truth:
    match test:
        case TermTest(terms) if isinstance(value, str):
            return _RELATION[context.vocabulary.relate_any(part.terms, value, terms)]
        case FlagTest(expected) if isinstance(value, bool):
            return Truth.TRUE if value is expected else Truth.FALSE
        case DateTest() if isinstance(value, PartialDate):
            return _date(value, test, context.today)
        case NumberTest() if isinstance(value, Quantity):
            return _number(context.vocabulary, part, attribute, test, value)
        case _:
            return Truth.UNKNOWN


_RELATION = {Relation.IS: Truth.TRUE, Relation.IS_NOT: Truth.FALSE, Relation.MAY_BE: Truth.UNKNOWN}

TIMES_UNIT = {"uln": "{xULN}", "lln": "{xLLN}"}
"""Units of a value that a source itself gives as a multiple of a normal limit."""


def _number(
    vocabulary: Vocabulary, part: Attribute | Field, attribute: str | None, test: NumberTest, value: Quantity
) -> Truth:
    known = part if isinstance(part, Attribute) else None
    if test.times:
        ratio = _times(vocabulary, known, test.times, value)
        return _between_open(ratio, test) if ratio else Truth.UNKNOWN
    unit = test.unit or part.unit
    for times, code in TIMES_UNIT.items():
        if value.unit == code:
            absolute = _absolute(vocabulary, known, times, value, unit)
            return _between_open(absolute, test) if absolute else Truth.UNKNOWN
    if not value.unit and part.unit:
        return Truth.UNKNOWN
    converted = vocabulary.convert(value, attribute, vocabulary.unit(unit) or unit)
    return _between_open(converted, test) if converted else Truth.UNKNOWN


def _times(vocabulary: Vocabulary, known: Attribute | None, times: str, value: Quantity) -> Quantity | None:
    """Return the value as a multiple of a normal limit: the laboratory's own, else the usual one (a range)."""
    if value.unit == TIMES_UNIT[times]:
        return value
    own = value.normal_high if times == "uln" else value.normal_low
    if own:
        return value.scaled(1 / own, TIMES_UNIT[times])
    usual = None if known is None else known.normal_high if times == "uln" else known.normal_low
    if usual is None or known is None:
        return None
    converted = vocabulary.convert(value, known.id, usual.unit)
    if converted is None or converted.low < 0 <= converted.high or usual.low <= 0:
        return None
    return Quantity(
        converted.low / usual.high,
        converted.high / usual.low,
        TIMES_UNIT[times],
        converted.low_open,
        converted.high_open,
    )


def _absolute(
    vocabulary: Vocabulary, known: Attribute | None, times: str, value: Quantity, unit: str
) -> Quantity | None:
    """Return a value given as a multiple of a normal limit in ``unit``, through the usual limit (a range)."""
    usual = None if known is None else known.normal_high if times == "uln" else known.normal_low
    if usual is None or known is None:
        return None
    limit = vocabulary.convert(usual, known.id, vocabulary.unit(unit) or unit)
    if limit is None:
        return None
    return Quantity(value.low * limit.low, value.high * limit.high, unit, value.low_open, value.high_open)


def _between_open(value: Quantity, test: NumberTest) -> Truth:
    return _between(value.low, value.high, test.op, test.number, value.low_open, value.high_open)


def _between(
    low: float, high: float, op: Comparison, limit: float, low_open: bool = False, high_open: bool = False
) -> Truth:
    """Return whether every, no, or some number between ``low`` and ``high`` compares so with ``limit``."""
    slack = 1e-9 * max(1.0, abs(limit))
    match op:
        case ">" | "<=":
            above = low > limit + slack or (low_open and low >= limit - slack)
            below = high <= limit + slack
            truth = Truth.TRUE if above else Truth.FALSE if below else Truth.UNKNOWN
            return truth if op == ">" else ~truth
        case ">=" | "<":
            above = low >= limit - slack
            below = high < limit - slack or (high_open and high <= limit + slack)
            truth = Truth.TRUE if above else Truth.FALSE if below else Truth.UNKNOWN
            return truth if op == ">=" else ~truth
        case "=" | "!=":
            same = abs(low - limit) <= slack and abs(high - limit) <= slack
            apart = low > limit + slack or high < limit - slack
            apart = apart or (low_open and low >= limit - slack) or (high_open and high <= limit + slack)
            truth = Truth.TRUE if same else Truth.FALSE if apart else Truth.UNKNOWN
            return truth if op == "=" else ~truth


def _date(date: PartialDate | None, test: DateTest, today: dt.date) -> Truth:
    if date is None:
        return Truth.UNKNOWN
    limit = window_start(today, test.period)
    if test.op == "within":
        if date.latest < limit or date.earliest > today:
            return Truth.FALSE
        return Truth.TRUE if date.earliest >= limit and date.latest <= today else Truth.UNKNOWN
    if date.latest <= limit:
        return Truth.TRUE
    return Truth.FALSE if date.earliest > limit else Truth.UNKNOWN


def window_start(today: dt.date, period: Period) -> dt.date:
    """Return the day that lies the period before today."""
    return shift(today, -period.amount, period.unit)


__all__ = ["Answer", "Context", "Declaration", "Missing", "Truth", "evaluate", "window_start"]
