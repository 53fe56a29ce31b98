"""Arbitrary cases and rules over a small part of the vocabulary: small, so that they meet often."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from abreast.case import Case, Declaration, Fact, Settlement
from abreast.foundation.dates import PartialDate
from abreast.rules import (
    FALSE,
    TRUE,
    All,
    AnyOf,
    AtLeast,
    Compare,
    Context,
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
    Where,
)
from abreast.vocabulary import Quantity, load_vocabulary

VOCABULARY = load_vocabulary()
TODAY = dt.date(2026, 11, 21)

TERMS: dict[str, list[str]] = {
    "her2.status": ["positive", "negative", "low", "zero_or_ultralow", "zero"],
    "extent": sorted(VOCABULARY.terms["extent"])[:4],
    "metastasis.site": ["bone", "spine", "visceral", "liver", "brain", "distant"],
    "therapy.drug": [
        "letrozole",
        "aromatase_inhibitor",
        "chemotherapy",
        "paclitaxel",
        "cdk4_6_inhibitor",
        "ribociclib",
    ],
    "therapy.setting": ["adjuvant", "curative", "metastatic"],
}
LISTS: dict[str, dict[str, str]] = {
    "metastasis": {"site": "term", "treated": "flag", "stable_since": "date"},
    "therapy": {
        "drug": "term",
        "setting": "term",
        "start": "date",
        "end": "date",
        "ongoing": "flag",
        "cycles": "number",
    },
}
ONES = {
    "her2.status": "term",
    "extent": "term",
    "ecog": "number",
    "anc": "number",
    "pregnant": "flag",
    "progression.date": "date",
}

dates = st.sampled_from(
    [
        PartialDate.parse(text)
        for text in ("2024", "2025-06", "2026", "2026-09", "2026-10-30", "2026-11-07", "2026-11-20")
    ]
)
numbers = st.sampled_from(
    [
        Quantity.exact(0),
        Quantity.exact(1),
        Quantity.exact(2),
        Quantity(1, 2),
        Quantity(float("-inf"), 1, high_open=True),
        Quantity.exact(1500, "/uL"),
        Quantity.exact(2, "10*9/L"),
        Quantity(1.5, 1.5, "10*9/L", normal_low=1.8, normal_high=7.0),
        Quantity.exact(2, "{xULN}"),
    ]
)


def values(kind: str, terms: str) -> st.SearchStrategy[Any]:
    """Values of a kind."""
    return {
        "term": st.sampled_from(TERMS.get(terms, ["?"])),
        "number": numbers,
        "flag": st.booleans(),
        "date": dates,
    }[kind]


certainties = st.sampled_from(["certain", "certain", "certain", "suspected", "unconfirmed"])
maybe_dates = st.none() | dates


@st.composite
def single_facts(draw: st.DrawFn) -> Fact:
    name = draw(st.sampled_from(sorted(ONES)))
    value = draw(values(ONES[name], name))
    return Fact(name, value, date=draw(maybe_dates), certainty=draw(certainties))


@st.composite
def items(draw: st.DrawFn) -> Fact:
    name = draw(st.sampled_from(sorted(LISTS)))
    chosen = draw(st.lists(st.sampled_from(sorted(LISTS[name])), unique=True, max_size=4))
    absent = draw(st.integers(0, 4)) == 0
    fields = {
        field: tuple(draw(st.lists(values(LISTS[name][field], f"{name}.{field}"), min_size=1, max_size=2)))
        for field in chosen
        if not absent or LISTS[name][field] in ("term", "flag")
    }
    return Fact(name, fields=fields, absent=absent, date=draw(maybe_dates), certainty=draw(certainties))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    facts = draw(st.lists(single_facts() | items(), max_size=10))
    complete = [Declaration(name) for name in sorted(LISTS) if draw(st.booleans())]
    case = Case.of(VOCABULARY, facts, complete)
    ones = [fact for fact in case.facts if fact.attribute in ONES]
    if ones and draw(st.integers(0, 3)) == 0:
        fact = draw(st.sampled_from(ones))
        case = case.settling(Settlement(fact.attribute, fact.id))
    return case


contexts = cases().map(lambda case: Context(case, TODAY))
periods = st.sampled_from([Period(14, "days"), Period(4, "weeks"), Period(6, "months"), Period(1, "years")])
comparisons = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


def tests(kind: str, terms: str) -> st.SearchStrategy[Any]:
    """Tests that fit a kind of value."""
    return {
        "term": st.lists(st.sampled_from(TERMS.get(terms, ["?"])), min_size=1, max_size=2, unique=True).map(
            lambda chosen: TermTest(tuple(chosen))
        ),
        "number": st.builds(
            NumberTest,
            comparisons,
            st.sampled_from([0.0, 1.0, 1.5, 2.0]),
            st.just(""),
            st.sampled_from(["", "uln", "lln"]),
        ),
        "flag": st.builds(FlagTest, st.booleans()),
        "date": st.builds(DateTest, st.sampled_from(["within", "before"]), periods),
    }[kind]


@st.composite
def wheres(draw: st.DrawFn, name: str) -> tuple[Where, ...]:
    chosen = draw(st.lists(st.sampled_from(sorted(LISTS[name])), unique=True, max_size=3))
    return tuple(
        Where(field, draw(tests(LISTS[name][field], f"{name}.{field}")), draw(st.integers(0, 3)) == 0)
        for field in chosen
    )


@st.composite
def atoms(draw: st.DrawFn) -> Expression:
    kind = draw(st.sampled_from(["compare", "compare", "has", "has", "count", "known", "constant", "team", "residue"]))
    if kind == "constant":
        return draw(st.sampled_from([TRUE, FALSE]))
    if kind == "team":
        return Team("x")
    if kind == "residue":
        return Residue("y")
    if kind == "compare" or (kind == "known" and draw(st.booleans())):
        name = draw(st.sampled_from(sorted(ONES)))
        if kind == "known":
            return Known(name)
        recent = None if ONES[name] == "date" else draw(st.none() | periods)
        return Compare(name, draw(tests(ONES[name], name)), recent)
    name = draw(st.sampled_from(sorted(LISTS)))
    where = draw(wheres(name))
    if kind == "has":
        return Has(name, where)
    if kind == "known":
        return Known(name, where)
    return Count(name, draw(comparisons), draw(st.integers(0, 3)), where)


def _trees(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    parts = st.lists(inner, min_size=1, max_size=5).map(tuple)
    return (
        inner.map(Not)
        | parts.map(All)
        | parts.map(AnyOf)
        | st.tuples(st.integers(0, 6), parts).map(lambda both: AtLeast(both[0], both[1]))
    )


rules = st.recursive(atoms(), _trees, max_leaves=12)
