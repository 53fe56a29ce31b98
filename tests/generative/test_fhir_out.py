"""Any case at all, written as FHIR and read again, is the same case."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case
from abreast.foundation.errors import AbreastError
from abreast.intake import read_fhir
from abreast.intake.fhir.own import as_extension, from_extension
from abreast.outputs.fhir import case_bundle, case_fhir
from tests.generative.case_worlds import VOCABULARY, cases

TODAY = dt.date(2026, 11, 21)
KEYS = st.text(min_size=1, max_size=8).filter(lambda text: text != "each")
WRONG = st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.just([]), st.just({}))
VALUES = st.recursive(
    st.one_of(st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4), st.dictionaries(KEYS, inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


@given(cases())
def test_round_trip(case: Case) -> None:
    read = read_fhir(case_fhir(case, TODAY), "out.json", VOCABULARY)
    assert Case.of(VOCABULARY, read.facts, read.complete, read.settled, read.label) == case
    assert not [problem for problem in read.problems if "damaged" in problem]


@given(cases())
@settings(max_examples=50)
def test_other_programs_never_read_a_denial_as_the_thing_or_a_doubt_as_certain(case: Case) -> None:
    """By the standard elements alone: an item read as certain has a certain item behind it."""
    for fact in read_fhir(case_fhir(case, TODAY), "out.json", VOCABULARY, in_full=False).facts:
        if fact.certainty == "certain" and not fact.absent and fact.source.place.startswith(("Condition", "Procedure")):
            assert any(own.certainty == "certain" and not own.absent for own in case.facts), fact


@given(VALUES)
def test_plain_values_come_back_from_an_extension(value: Any) -> None:
    assert from_extension(json.loads(json.dumps(as_extension("x", value)))) == value


@given(cases(max_facts=3), st.data())
@settings(max_examples=60)
def test_a_bundle_with_a_piece_broken_off_is_read_or_refused_but_never_crashes(case: Case, data: st.DataObject) -> None:
    bundle = case_bundle(case, TODAY)
    here: Any = bundle["entry"]
    for _ in range(data.draw(st.integers(1, 8))):
        if isinstance(here, list) and here:
            here = here[data.draw(st.integers(0, len(here) - 1))]
        elif isinstance(here, dict) and here:
            key = data.draw(st.sampled_from(sorted(here)))
            if isinstance(here[key], (dict, list)) and data.draw(st.booleans()):
                here = here[key]
            else:
                here[key] = data.draw(
                    st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.just([]), st.just({}))
                )
                break
    try:
        read_fhir(json.dumps(bundle).encode(), "broken.json", VOCABULARY)
    except AbreastError:
        pass
