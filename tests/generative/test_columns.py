"""Facts in columns say what the plain evaluator says of each case by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case, Declaration, Fact
from abreast.foundation.dates import PartialDate
from abreast.rules import (
    Context,
    Count,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Known,
    NumberTest,
    Period,
    TermTest,
    Truth,
    Where,
    evaluate,
)
from abreast.rules.planes import truths
from abreast.screening.columns import Columns
from abreast.screening.facts import facts_of
from tests.generative import worlds

SIGN = {Truth.TRUE: 1, Truth.FALSE: -1, Truth.UNKNOWN: 0}


def _sign(atom: Expression, context: Context) -> int:
    return SIGN[evaluate(atom, Context(context.case, context.today)).truth]


def _assert_equal(columns: Columns, atoms: Sequence[Expression], contexts: Sequence[Context]) -> None:
    """Hold the answers to all atoms, asked for at once, to the plain evaluator's."""
    planes = columns.atom_planes(atoms)  # type: ignore[arg-type]
    for number, atom in enumerate(atoms):
        assert truths(planes, number, len(contexts)).tolist() == [_sign(atom, one) for one in contexts], atom


@given(st.lists(worlds.atoms(), min_size=1, max_size=8), st.lists(worlds.contexts, min_size=1, max_size=10))
def test_columns_agree_with_the_plain_evaluator(atoms: list[Expression], contexts: list[Context]) -> None:
    batch = facts_of((f"p{number}", context.case) for number, context in enumerate(contexts))
    columns = Columns(batch, worlds.VOCABULARY, worlds.TODAY)
    said = [f"p{number}" for number, context in enumerate(contexts) if context.case.facts or context.case.complete]
    assert list(columns.patients) == said  # of a case that says nothing there is no row
    speaking = [context for context in contexts if context.case.facts or context.case.complete]
    _assert_equal(columns, atoms, speaking)
    for atom in atoms:
        assert columns.answer(atom).tolist() == [_sign(atom, one) for one in speaking], atom  # type: ignore[arg-type]


@given(worlds.contexts)
def test_a_case_comes_back(context: Context) -> None:
    columns = Columns(facts_of([("p", context.case)]), worlds.VOCABULARY, worlds.TODAY)
    if not columns.patients:
        assert not context.case.facts
        return
    back = columns.context(0).case
    assert len(back.facts) == len(context.case.facts)
    for fact, original in zip(sorted(back.facts, key=lambda one: int(one.id)), context.case.facts, strict=True):
        assert (fact.attribute, fact.value, dict(fact.fields), fact.absent, fact.date, fact.certainty) == (
            original.attribute,
            original.value,
            dict(original.fields),
            original.absent,
            original.date,
            original.certainty,
        )
    assert {one.list for one in back.complete} == {one.list for one in context.case.complete}


@st.composite
def crowded(draw: st.DrawFn) -> Context:
    """A case with several items that say little, and denials of some: where items, dates and denials meet."""
    sites = st.sampled_from(["bone", "spine", "brain"])
    dates = st.sampled_from([PartialDate.parse(text) for text in ("2025-06", "2026-11-07", "2026-11-20")])
    facts = []
    for _ in range(draw(st.integers(0, 4))):
        fields = {}
        if draw(st.booleans()):
            for name in draw(st.sets(st.sampled_from(["start", "end"]), max_size=2)):
                fields[name] = (draw(dates),)
            if draw(st.booleans()):
                fields["ongoing"] = (draw(st.booleans()),)
            facts.append(Fact("therapy", fields=fields))
        else:
            absent = draw(st.integers(0, 2)) == 0
            fields["site"] = tuple(draw(st.lists(sites, min_size=1, max_size=1 if absent else 2)))
            facts.append(Fact("metastasis", fields=fields, absent=absent, date=draw(st.none() | dates)))
    complete = [Declaration(name) for name in ("therapy", "metastasis") if draw(st.booleans())]
    return Context(Case.of(worlds.VOCABULARY, facts, complete), worlds.TODAY)


SIMPLE = [
    Has("therapy", (Where("end", DateTest(op, period), negated),))
    for op in ("within", "before")
    for period in (Period(4, "weeks"), Period(6, "months"))
    for negated in (False, True)
] + [
    make(where)
    for where in (
        (Where("site", TermTest(("bone",))),),
        (Where("site", TermTest(("brain", "spine"))),),
        (Where("site", TermTest(("spine",)), True),),
        (),
    )
    for make in (
        lambda where: Has("metastasis", where),
        lambda where: Count("metastasis", ">=", 2, where),
        lambda where: Count("metastasis", "<=", 1, where),
    )
]


@settings(max_examples=400)
@given(st.lists(crowded(), min_size=6, max_size=12))
def test_where_items_dates_and_denials_meet(contexts: list[Context]) -> None:
    contexts = [context for context in contexts if context.case.facts or context.case.complete]
    batch = facts_of((f"p{number}", context.case) for number, context in enumerate(contexts))
    columns = Columns(batch, worlds.VOCABULARY, worlds.TODAY)
    _assert_equal(columns, SIMPLE, contexts)


@st.composite
def treated(draw: st.DrawFn) -> Context:
    """A case with several treatments, of which dates (often only a year or a month), settings and outcomes are told."""
    some = {
        "start": worlds.dates,
        "end": worlds.dates,
        "ongoing": st.booleans(),
        "setting": st.sampled_from(worlds.TERMS["therapy.setting"]),
        "outcome": st.sampled_from(["progression", "stable_disease"]),
        "months_on": worlds.numbers,
        "last_in_setting": st.booleans(),
    }
    facts = []
    for _ in range(draw(st.integers(1, 4))):
        told = draw(st.sets(st.sampled_from([*some, "start", "setting"]), max_size=5))
        fields = {name: tuple(draw(st.lists(some[name], min_size=1, max_size=2))) for name in sorted(told)}
        certainty = draw(worlds.certainties)
        facts.append(Fact("therapy", fields=fields, absent=draw(st.integers(0, 9)) == 0, certainty=certainty))
    complete = [Declaration("therapy")] if draw(st.booleans()) else []
    return Context(Case.of(worlds.VOCABULARY, facts, complete), worlds.TODAY)


IMPLIED = [
    Has("therapy", (Where(name, test, negated),))
    for name, test in (
        ("months_on", NumberTest(">=", 6, "mo")),
        ("months_on", NumberTest("<", 1, "a")),
        ("months_to_progression", NumberTest("<", 12, "mo")),
        ("progressed_on", FlagTest(True)),
        ("progressed_on", FlagTest(False)),
        ("last_in_setting", FlagTest(True)),
        ("last_in_setting", FlagTest(False)),
        ("start", DateTest("within", Period(3, "months"))),
        ("end", DateTest("before", Period(30, "days"))),
    )
    for negated in (False, True)
]


@settings(max_examples=300)
@given(st.lists(treated(), min_size=4, max_size=10))
def test_what_dates_settings_and_outcomes_imply(contexts: list[Context]) -> None:
    batch = facts_of((f"p{number}", context.case) for number, context in enumerate(contexts))
    columns = Columns(batch, worlds.VOCABULARY, worlds.TODAY)
    _assert_equal(columns, IMPLIED, contexts)


MANY = [
    make((*drug, *setting, *when))
    for drug, setting, when in product(
        [
            (),
            *(
                ((Where("drug", TermTest((term,)), negated),))
                for term in worlds.TERMS["therapy.drug"]
                for negated in (False, True)
            ),
        ],
        [(), (Where("setting", TermTest(("metastatic",))),), (Where("setting", TermTest(("curative",)), True),)],
        [
            (),
            (Where("end", DateTest("within", Period(4, "weeks"))),),
            (Where("start", DateTest("before", Period(1, "years"))),),
        ],
    )
    for make in (
        lambda where: Has("therapy", where),
        lambda where: Count("therapy", ">=", 2, where),
        lambda where: Known("therapy", where),
    )
]


@settings(max_examples=60)
@given(st.lists(worlds.contexts, min_size=2, max_size=5))
def test_many_questions_are_answered_as_each_by_itself(contexts: list[Context]) -> None:
    contexts = [context for context in contexts if context.case.facts or context.case.complete]
    columns = Columns(
        facts_of((f"p{number}", context.case) for number, context in enumerate(contexts)),
        worlds.VOCABULARY,
        worlds.TODAY,
    )
    _assert_equal(columns, MANY, contexts)


@given(worlds.contexts, st.lists(worlds.contexts, min_size=1, max_size=4), st.lists(worlds.atoms(), max_size=6))
def test_the_order_of_rows_does_not_matter(one: Context, others: list[Context], atoms: list[Expression]) -> None:
    batch = facts_of((f"p{number}", context.case) for number, context in enumerate((one, *others)))
    mixed = batch.sort_by("item")  # rows of a patient no longer stand together; those of an item stay in order
    columns, same = (Columns(rows, worlds.VOCABULARY, worlds.TODAY) for rows in (batch, mixed))
    for atom in atoms:
        expected = dict(zip(columns.patients, columns.answer(atom).tolist(), strict=True))  # type: ignore[arg-type]
        found = dict(zip(same.patients, same.answer(atom).tolist(), strict=True))  # type: ignore[arg-type]
        assert found == expected, atom
