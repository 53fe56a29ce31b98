"""Until when a broken rule stays so: for many patients what the plain evaluator says for each."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case, Declaration, Fact
from abreast.foundation.dates import PartialDate
from abreast.rules import Context, DateTest, Expression, Has, Period, TermTest, Truth, Where, evaluate, negate, not_yet
from abreast.screening.columns import Columns
from abreast.screening.facts import facts_of
from abreast.screening.waiting import Waiting
from tests.generative import worlds

DATES = st.sampled_from(
    [
        PartialDate.parse(text)
        for text in ("2025-11", "2026", "2026-02-28", "2026-08-31", "2026-11", "2026-11-07", "2026-11-20", "2026-12-04")
    ]
)
FINISHED = st.sampled_from(["2026-02-28", "2026-05-31", "2026-09-30", "2026-09", "2026-11-07", "2026-11-20"]).map(
    PartialDate.parse
)
TODAY = PartialDate.of(worlds.TODAY)
PERIODS = (Period(14, "days"), Period(4, "weeks"), Period(6, "months"), Period(1, "years"))
DRUG, SETTING = Where("drug", TermTest(("chemotherapy",))), Where("setting", TermTest(("metastatic",)), True)
RULES = [
    rule
    for others in ((), (DRUG,), (DRUG, SETTING))
    for period in PERIODS
    for field in ("start", "end")
    for op in ("within", "before")
    for has in (Has("therapy", (*others, Where(field, DateTest(op, period)))),)
    for rule in (has, negate(has))
]


@st.composite
def treated(draw: st.DrawFn) -> Context:
    """A case with treatments of which some are over; half of them without a day that is still to come."""
    dates = draw(st.sampled_from([DATES, FINISHED]))
    facts = []
    for _ in range(draw(st.integers(1, 4))):
        told = {
            "drug": st.sampled_from(worlds.TERMS["therapy.drug"]),
            "setting": st.sampled_from(worlds.TERMS["therapy.setting"]),
            "start": dates,
            "end": dates,
            "ongoing": st.booleans(),
        }
        names = draw(st.sets(st.sampled_from([*told, "drug", "end"]), min_size=1))
        fields = {
            name: tuple(draw(st.lists(told[name], min_size=1, max_size=draw(st.sampled_from([1, 1, 1, 2])))))
            for name in sorted(names)
        }
        facts.append(Fact("therapy", fields=fields, certainty=draw(worlds.certainties)))
    if draw(st.integers(0, 4)) == 0:
        denied = draw(st.sampled_from([{}, *({"drug": (drug,)} for drug in worlds.TERMS["therapy.drug"])]))
        facts.append(Fact("therapy", fields=denied, absent=True, date=draw(dates | st.none())))
    complete = [Declaration("therapy")] if draw(st.integers(0, 4)) else []
    return Context(Case.of(worlds.VOCABULARY, facts, complete), worlds.TODAY)


@settings(max_examples=200)
@given(st.lists(treated(), min_size=1, max_size=5))
def test_the_days_agree_with_the_plain_evaluator(contexts: list[Context]) -> None:
    batch = facts_of((f"p{number}", context.case) for number, context in enumerate(contexts))
    waiting = Waiting(Columns(batch, worlds.VOCABULARY, worlds.TODAY))
    for rule in RULES:
        for patient, context in enumerate(contexts):
            if evaluate(rule, context).truth is Truth.FALSE:
                assert waiting.day(rule, patient) == not_yet(rule, context), (rule, patient)


def test_a_day_that_the_month_does_not_have() -> None:
    """Six months after 30 September is 30 March; on 31 March, too, the six months before begin on 30 September."""
    rule = negate(Has("therapy", (Where("end", DateTest("within", Period(6, "months"))),)))
    days = {
        "2026-09-30": "2027-04-01",
        "2026-08-31": "2027-03-01",
        "2026-08-28": "2027-03-01",
        "2026-05-30": "2026-12-01",
    }
    for end, day in days.items():
        assert str(_assert_equal(rule, [_ended(end)], [Declaration("therapy")])) == day


def test_a_list_that_only_a_denial_closes() -> None:
    rule = negate(Has("therapy", (DRUG, Where("end", DateTest("within", Period(4, "weeks"))))))
    denial = Fact("therapy", fields={"drug": ("chemotherapy",)}, absent=True, date=PartialDate.parse("2025-01"))
    day = _assert_equal(rule, [_ended("2026-11-07"), denial], [])
    assert day is not None  # though nobody declared the list complete


def _ended(end: str) -> Fact:
    return Fact("therapy", fields={"drug": ("paclitaxel",), "end": (PartialDate.parse(end),)}, date=TODAY)


def _assert_equal(rule: Expression, facts: list[Fact], complete: list[Declaration]) -> dt.date | None:
    case = Case.of(worlds.VOCABULARY, facts, complete)
    context = Context(case, worlds.TODAY)
    assert evaluate(rule, context).truth is Truth.FALSE
    day = Waiting(Columns(facts_of([("p", case)]), worlds.VOCABULARY, worlds.TODAY)).day(rule, 0)
    assert day == not_yet(rule, context)
    return day
