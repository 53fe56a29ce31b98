"""The reference evaluator: what an expression says of a case, in three values, and because of what.

It is written to be read. Every faster way of evaluating is held to it by generative tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, product
from operator import attrgetter
from typing import Literal, TypeVar

import msgspec

from abreast.case import Case, Fact, Value
from abreast.case.implied import implied
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

    __hash__ = object.__hash__  # by identity, which for members is equality: the inherited one is slow

    def __invert__(self) -> Truth:
        """Return the opposite; unknown stays unknown."""
        return _OPPOSITE[self]


_TRUE, _FALSE, _UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
_OPPOSITE = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}

Why = Literal["unknown", "conflict", "suspected", "not_listed", "too_old", "too_vague", "team", "unread"]


class Missing(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
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


class Answer(msgspec.Struct, frozen=True, gc=False):
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
        return Answer(_OPPOSITE[self.truth], self.facts, self.declared, self.missing)


@dataclass(frozen=True)
class Context:
    """A case on a day. Answers are kept, so that what many trials share is worked out once.

    Attributes:
        case: the case.
        today: the day.
        kept: what rules say of the case.
        matched: whether the items of the case's lists meet conditions.
    """

    case: Case
    today: dt.date
    kept: dict[Expression, Answer] = field(default_factory=dict, repr=False, compare=False)
    matched: dict[tuple[Where, int], Truth] = field(default_factory=dict, repr=False, compare=False)

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
        case All(parts):
            return join(_each(parts, context), Truth.FALSE)
        case AnyOf(parts):
            return join(_each(parts, context), Truth.TRUE)
        case Has():
            return _has(rule, context)
        case Not(part):
            return ~evaluate(part, context)
        case Compare():
            return _compare(rule, context)
        case Constant(value):
            return Answer(Truth.TRUE if value else Truth.FALSE)
        case Team(about):
            return Answer(Truth.UNKNOWN, missing=(Missing("", "team", text=about),))
        case Residue(text):
            return Answer(Truth.UNKNOWN, missing=(Missing("", "unread", text=text),))
        case AtLeast(number, parts):
            return at_least(number, _each(parts, context))
        case Count():
            return _count(rule, context)
        case Known():
            return _known(rule, context)


def _each(parts: Sequence[Expression], context: Context) -> list[Answer]:
    kept = context.kept
    return [kept.get(part) or evaluate(part, context) for part in parts]


# --- joining -----------------------------------------------------------------------------------------------


def join(answers: Iterable[Answer], deciding: Truth) -> Answer:
    """Return the answer of a conjunction, which a false part decides, or of a disjunction, which a true one does.

    One pass that leaves out what is empty, because a registry asks for it ten thousand times a person.
    """
    decided: list[Answer] = []
    facts: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    unknown = _UNKNOWN
    for answer in answers:
        truth = answer.truth
        if truth is deciding:
            decided.append(answer)
        elif not decided:
            if more := answer.facts:
                facts = facts + more if facts else more
            if others := answer.declared:
                declared = declared + others if declared else others
            if truth is unknown:
                missing = missing + answer.missing if missing else answer.missing
    if decided:
        return decided[0] if len(decided) == 1 else _merge(deciding, decided)
    truth = _UNKNOWN if missing else _OPPOSITE[deciding]
    return Answer(truth, facts and _once(facts), declared and _once(declared), missing and _once(missing))


def _once(listed: tuple[T, ...]) -> tuple[T, ...]:
    """Return every one once, in order of first appearance."""
    return tuple(dict.fromkeys(listed)) if len(listed) > 1 else listed


def at_least(number: int, answers: Sequence[Answer]) -> Answer:
    """Return the answer of "at least ``number`` of": decided once enough are true, or too few can still be."""
    met = [answer for answer in answers if answer.truth is Truth.TRUE]
    open_ = [answer for answer in answers if answer.truth is Truth.UNKNOWN]
    if len(met) >= number:
        return _merge(Truth.TRUE, met)
    if len(met) + len(open_) < number:
        return _merge(Truth.FALSE, [answer for answer in answers if answer.truth is Truth.FALSE])
    return _merge(Truth.UNKNOWN, met, missing=_union(answer.missing for answer in open_))


_FACTS, _DECLARED = attrgetter("facts"), attrgetter("declared")


def _merge(truth: Truth, answers: Sequence[Answer], missing: tuple[Missing, ...] = ()) -> Answer:
    return Answer(truth, _union(map(_FACTS, answers)), _union(map(_DECLARED, answers)), missing)


def _union(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """Return every one once, in order of first appearance."""
    filled = list(filter(None, groups))
    if len(filled) < 2:
        return filled[0] if filled else ()
    return tuple(dict.fromkeys(chain.from_iterable(filled)))


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


@dataclass(frozen=True, slots=True)
class _Found:
    """The items of a list that a question is about: those that surely meet it, those that may, those that are denied.

    ``against`` are the denials of the last.
    """

    met: tuple[Fact, ...]
    maybe: tuple[Fact, ...]
    contested: tuple[Fact, ...]
    against: tuple[Fact, ...]


_NOTHING_FOUND = _Found((), (), (), ())


def _found(context: Context, name: str, wheres: tuple[Where, ...]) -> _Found:
    denials = context.case.denials(name)
    if denials:
        denials = tuple(fact for fact in denials if fact.certainty == "certain")
    met: list[Fact] = []
    maybe: list[Fact] = []
    contested: dict[Fact, list[Fact]] = {}
    for fact in context.case.items(name):
        truth = _matches(context, name, wheres, fact)
        if truth is Truth.FALSE:
            continue
        against = [denial for denial in denials if _speaks_of(context, denial, fact)] if denials else ()
        if fact.certainty != "certain":
            if not any(_later(denial, fact) for denial in against):
                maybe.append(fact)
        elif newer := [denial for denial in against if _overtakes(denial, fact)]:
            contested[fact] = newer
        else:
            (met if truth is Truth.TRUE else maybe).append(fact)
    if not (met or maybe or contested):
        return _NOTHING_FOUND
    return _Found(tuple(met), tuple(maybe), tuple(contested), tuple(chain.from_iterable(contested.values())))


def _has(rule: Has, context: Context) -> Answer:
    found = _found(context, rule.list, rule.where) if context.case.about(rule.list) else _NOTHING_FOUND
    if found.met:
        return Answer(Truth.TRUE, _ids(found.met))
    if found.contested:
        ids = _ids((*found.contested, *found.against))
        return Answer(Truth.UNKNOWN, ids, missing=(Missing(rule.list, "conflict", rule.where, facts=ids),))
    denials = _denials(context, rule)
    open_ = [fact for fact in found.maybe if not _ruled_out(denials, fact)]
    if open_:
        ids = _ids(open_)
        why = _why_open(open_)
        return Answer(Truth.UNKNOWN, ids, missing=(Missing(rule.list, why, rule.where, facts=ids),))
    if denials:
        return Answer(Truth.FALSE, _ids(denials))
    if context.case.is_complete(rule.list):
        return Answer(Truth.FALSE, _nearby(context, rule), declared=(rule.list,))
    return Answer(Truth.UNKNOWN, missing=(Missing(rule.list, "not_listed", rule.where),))


def _why_open(facts: Sequence[Fact]) -> Why:
    """Return why items leave the answer open. A doubt that was worked out is one about an old result (``retest``)."""
    if any(fact.certainty == "certain" for fact in facts):
        return "too_vague"
    return "too_old" if all(fact.source.kind == "derived" for fact in facts) else "suspected"


def _ruled_out(denials: Sequence[Fact], fact: Fact) -> bool:
    """Whether denials of all that is asked for settle what an item, which says too little, leaves open."""
    return fact.certainty == "certain" and bool(denials) and all(_overtakes(denial, fact) for denial in denials)


def _ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.id for fact in facts))


def _nearby(context: Context, rule: Has) -> tuple[str, ...]:
    """Return the items that come near (the first condition holds), which a reader wants to see beside a "no"."""
    if not rule.where:
        return ()
    items = context.case.items(rule.list)
    return _ids(fact for fact in items if _matches(context, rule.list, rule.where[:1], fact) is Truth.TRUE)


def _denials(context: Context, rule: Has) -> tuple[Fact, ...]:
    """Return the denials that together cover all that the rule asks for; none when something stays open."""
    denials = context.case.denials(rule.list)
    certain = [fact for fact in denials if fact.certainty == "certain"] if denials else ()
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
        if not any(_is(context.vocabulary, part.terms, *pair) for pair in product(terms, values)):
            return False
    return True


def _speaks_of(context: Context, denial: Fact, fact: Fact) -> bool:
    """Whether an item is one of those that a denial denies: each of its terms is one of the denied, or a kind of it."""
    for name, denied in denial.fields.items():
        part = context.vocabulary.field(denial.attribute, name)
        pairs = product(fact.fields.get(name, ()), denied)
        if part.kind != "term" or not any(_is(context.vocabulary, part.terms, *pair) for pair in pairs):
            return False
    return True


def _is(vocabulary: Vocabulary, terms: str, one: Value, other: Value) -> bool:
    return isinstance(one, str) and isinstance(other, str) and vocabulary.relate(terms, one, other) is Relation.IS


def _overtakes(denial: Fact, fact: Fact) -> bool:
    """Whether a denial may speak of a later time than the item that it denies."""
    day = _day(fact)
    return denial.date is None or day is None or denial.date.latest >= day.earliest


def _later(denial: Fact, fact: Fact) -> bool:
    """Whether a denial surely speaks of a later time than the item that it denies."""
    day = _day(fact)
    return denial.date is not None and day is not None and denial.date.earliest > day.latest


def _day(fact: Fact) -> PartialDate | None:
    """Return the day that an item speaks of: the day it states (a finding, a start), else that of the statement."""
    for day in (fact.get("date"), fact.get("start"), fact.date):
        if isinstance(day, PartialDate):
            return day
    return None


def _count(rule: Count, context: Context) -> Answer:
    found = _found(context, rule.list, rule.where)
    declaration = context.case.is_complete(rule.list)
    denied = _denials(context, Has(rule.list, rule.where))
    # A denial with an item after it is out of date: it no longer says that there are no others.
    closed = declaration is not None or (bool(denied) and not found.met)
    low = float(_number_apart(context, rule.list, found.met))
    open_ = (*found.maybe, *found.contested)
    high = float(len(found.met) + len(open_)) if closed else float("inf")
    truth = _between(low, high, rule.op, float(rule.number))
    ids = _ids((*found.met, *open_))
    if truth is Truth.UNKNOWN:
        why: Why = "too_vague" if ids and closed else "not_listed"
        return Answer(truth, ids, missing=(Missing(rule.list, why, rule.where, facts=ids),))
    rests = closed and _between(low, float("inf"), rule.op, float(rule.number)) is Truth.UNKNOWN
    declared = (rule.list,) if rests and declaration else ()
    return Answer(truth, _union((ids, _ids(denied) if rests else ())), declared)


def _number_apart(context: Context, name: str, items: Sequence[Fact]) -> int:
    """Return how many items there are at least: two that may be the same, told twice, count once.

    Items of a list with a key (the drug, the site) are apart when their keys exclude each other.
    """
    known = context.vocabulary.attribute(name)
    part = known.fields.get(known.key)
    if part is None or part.kind != "term":
        return len(items)
    apart: list[Fact] = []
    for fact in items:
        if all(_keys_differ(context.vocabulary, part.terms, known.key, fact, other) for other in apart):
            apart.append(fact)
    return len(apart)


def _keys_differ(vocabulary: Vocabulary, terms: str, key: str, first: Fact, second: Fact) -> bool:
    pairs = list(product(first.fields.get(key, ()), second.fields.get(key, ())))
    return bool(pairs) and all(
        isinstance(one, str) and isinstance(other, str) and vocabulary.relate(terms, one, other) is Relation.IS_NOT
        for one, other in pairs
    )


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
    truth = _TRUE
    matched = context.matched
    for where in wheres:
        key = (where, id(fact))  # the context holds the case, so that no other fact gets this number
        here = matched.get(key)
        if here is None:
            here = matched[key] = _where(context, name, where, fact)
        if here is _FALSE:
            return _FALSE
        if here is _UNKNOWN:
            truth = _UNKNOWN
    return truth


def _where(context: Context, name: str, where: Where, fact: Fact) -> Truth:
    part = context.vocabulary.field(name, where.field)
    values = fact.fields.get(where.field, ())
    if len(values) == 1 and isinstance(where.test, TermTest) and isinstance(values[0], str):  # nearly all of them
        truth = _RELATION[context.vocabulary.relate_any(part.terms, values[0], where.test.terms)]
        return _OPPOSITE[truth] if where.negated else truth
    if not values:
        implied_value = implied(context.case, fact, where.field, context.today)
        values = () if implied_value is None else (implied_value,)
    if isinstance(where.test, DateTest) and where.field in ("start", "end") and len(values) < 2:
        truth = _period_date(fact, where.field, where.test, context.today)
    else:
        truth = _any([_test(context, part, None, where.test, value) for value in values])
    return ~truth if where.negated else truth


def _any(truths: Sequence[Truth]) -> Truth:
    """Return whether one of several values passes; of no value, nothing is known."""
    if len(truths) == 1:
        return truths[0]
    found = set(truths)
    if Truth.TRUE in found:
        return Truth.TRUE
    return Truth.FALSE if found == {Truth.FALSE} else Truth.UNKNOWN


def _period_date(fact: Fact, field_: str, test: DateTest, today: dt.date) -> Truth:
    """Return what can be said of a start or an end, stated or not.

    What goes on ends today at the earliest, and so does what is to end on a later day; no end comes before its start.
    """
    start, end = fact.get("start"), fact.get("end")
    stated = start if field_ == "start" else end
    if isinstance(stated, PartialDate) and (field_ == "start" or stated.earliest <= today):
        return _date(stated, test, today)
    if field_ == "start":
        ended_long_ago = isinstance(end, PartialDate) and _date(end, _before(test), today) is Truth.TRUE
        return _decided(test, past=True) if ended_long_ago else Truth.UNKNOWN
    if isinstance(end, PartialDate) or fact.get("ongoing") is True:
        return _decided(test, past=False)
    began_inside = isinstance(start, PartialDate) and _date(start, _within(test), today) is Truth.TRUE
    return _decided(test, past=False) if began_inside else Truth.UNKNOWN


def _before(test: DateTest) -> DateTest:
    return DateTest("before", test.period)


def _within(test: DateTest) -> DateTest:
    return DateTest("within", test.period)


def _decided(test: DateTest, *, past: bool) -> Truth:
    """Return the answer when the day surely lies before the window (``past``), or surely not before its begin."""
    return Truth.TRUE if (test.op == "before") is past else Truth.FALSE


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
    return _between(value.low, value.high, test.op, test.number, low_open=value.low_open, high_open=value.high_open)


def _between(
    low: float, high: float, op: Comparison, limit: float, *, low_open: bool = False, high_open: bool = False
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


__all__ = ["Answer", "Context", "Missing", "Truth", "at_least", "evaluate", "join", "window_start"]
