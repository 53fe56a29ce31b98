"""A case written and read again is the same case, whatever is in it."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import replace

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case
from abreast.case.doubts import doubts
from abreast.case.file import case_content, read_case, write_case
from abreast.case.schema import case_schema
from abreast.case.timeline import lines_of_therapy
from abreast.disease import derive, without_derived
from abreast.foundation.errors import AbreastError
from abreast.rules import Context
from tests.generative import worlds
from tests.generative.case_worlds import VOCABULARY, cases

TODAY = dt.date(2026, 11, 21)
SCHEMA = jsonschema.Draft202012Validator(case_schema(VOCABULARY))
COURSE = [
    "therapy",
    "metastasis",
    "surgery",
    "stage.stated",
    "metastatic.date",
    "diagnosis.date",
    "onset",
    "m.clinical",
]


@given(cases())
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_round_trip(form: str, case: Case) -> None:
    again = read_case(write_case(case, form), f"case.{form}", VOCABULARY)
    assert again.facts == case.facts
    assert again == case


@given(cases())
@settings(max_examples=40)
def test_what_is_written_fits_the_schema(case: Case) -> None:
    assert [error.message for error in SCHEMA.iter_errors(case_content(case))] == []


@given(cases())
def test_what_was_derived_is_never_written(case: Case) -> None:
    again = read_case(write_case(derive(case, TODAY)), "case.yaml", VOCABULARY)
    assert again.facts == case.facts
    assert again.complete == case.complete


def complaint(text: str, name: str) -> str | None:
    """Return what a person is told about a file, or ``None`` when it is in order; any other error breaks the test."""
    try:
        read_case(text, name, VOCABULARY)
    except AbreastError as error:
        return str(error)
    return None


@given(st.text(max_size=200))
def test_any_text_gives_a_case_or_an_error_for_a_person(text: str) -> None:
    for name in ("case.yaml", "case.json", "case"):
        told = complaint(text, name)
        assert told is None or told.startswith(name)


NESTED = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["is", "value", "date", "source", "kind", "drug", "id", "low"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@given(NESTED, st.sampled_from(["therapy", "er.percent", "birth_date", "variant", "sex", "zip"]))
def test_any_entry_gives_a_case_or_an_error_for_a_person(entry: object, name: str) -> None:
    facts = [{"is": name, **(entry if isinstance(entry, dict) else {"value": entry})}]
    told = complaint(yaml.safe_dump({"abreast": "case/1", "facts": facts, "complete": [entry]}), "case.yaml")
    assert told is None or told.startswith("case.yaml")


@given(cases(COURSE, max_facts=10))
def test_deriving_twice_is_deriving_once(case: Case) -> None:
    once = derive(case, TODAY)
    assert derive(once, TODAY) == once
    assert without_derived(once) == case
    assert len({fact.id for fact in once.facts}) == len(once.facts)


@given(cases(COURSE, max_facts=10), st.randoms())
def test_lines_do_not_depend_on_the_order_of_the_record(case: Case, random) -> None:
    shuffled = list(case.facts)
    random.shuffle(shuffled)
    other = Case.of(VOCABULARY, shuffled, case.complete)

    def said(one: Case) -> list[object]:
        return sorted(
            (repr(sorted(line.fields.items())), line.certainty) for line in lines_of_therapy(one, TODAY).facts
        )

    assert said(case) == said(other)


@given(cases(COURSE))
def test_every_derived_fact_leads_back_to_the_record(case: Case) -> None:
    derived = derive(case, TODAY)
    for fact in derived.facts:
        if fact.source.kind == "derived":
            assert fact.source.rule
            assert fact.source.facts or fact.source.declared
            assert all(derived.fact(one) for one in fact.source.facts)


@given(cases())
def test_doubts_and_pickling_take_any_case(case: Case) -> None:
    assert all(isinstance(doubt, str) for doubt in doubts(case, TODAY))
    assert pickle.loads(pickle.dumps(case.facts)) == case.facts


@given(worlds.contexts, worlds.contexts)
def test_a_case_that_grew_says_what_one_says_that_was_made_at_once(first: Context, second: Context) -> None:
    """What was worked out before more facts came must not outlive them, refined items and settled facts included."""
    case, more = first.case, tuple(replace(fact, id="") for fact in second.case.facts)
    names = {fact.attribute for fact in (*case.facts, *more)}
    refining = tuple(
        replace(item, id=f"{item.id}:again", refines=item.id) for item in case.facts if item.attribute in worlds.LISTS
    )
    for name in names:
        _asked(case, name)
    grown = case.adding(more[:3]).adding(more[3:], second.case.complete).adding(refining)
    whole = Case.of(VOCABULARY, grown.facts, grown.complete, grown.settled)
    assert [fact.id for fact in grown.facts] == [fact.id for fact in whole.facts]
    for name in names:
        assert _asked(grown, name) == _asked(whole, name)


def _asked(case: Case, name: str) -> object:
    return case.read(name) if name in worlds.ONES else (case.items(name), case.denials(name))
