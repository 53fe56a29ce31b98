"""Whatever neutral facts hold, reading them gives an intake that is a case; never another exception."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case
from abreast.case.file import read_case, write_case
from abreast.intake import Intake
from abreast.intake.neutral import read_neutral, read_trec_topic
from abreast.intake.neutral.words import Phrase, key_rows, stance, tables
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
DAY = dt.date(2026, 11, 1)
KEYS = sorted(key_rows())


def readings() -> list[tuple[str, Any]]:
    """Return the keys and values of the table of readings."""
    found: list[tuple[str, Any]] = []
    text = (Path(__file__).parents[1] / "data" / "neutral" / "readings.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, value, *_ = line.split(" | ")
            try:
                found.append((key, json.loads(value)))
            except ValueError:
                found.append((key, value))
    return found


READINGS = readings()
SAID = sorted({word for _, value in READINGS for word in str(value).replace("'", " ").split()})
NAMES = """site date status name type year grade treatment agents drugs setting line start stop outcome procedure value
    unit gene alteration origin vaf present treated untreated stable_since leptomeningeal steroids mri dose"""
PHRASES = st.lists(st.sampled_from(SAID), max_size=8).map(" ".join)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | PHRASES
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES.split()) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=12,
)


def check(intake: Intake) -> None:
    assert all(fact.source.place for fact in intake.facts)
    assert all(one.why and one.place for one in intake.unused)
    case = Case.of(VOCABULARY, intake.facts, intake.complete)
    _ = case.conflicts
    again = read_case(write_case(case), "case.yaml", VOCABULARY)
    assert (again.facts, again.complete) == (case.facts, case.complete)


@given(
    st.dictionaries(st.sampled_from(KEYS) | st.text(min_size=1, max_size=8), VALUES, max_size=6),
    st.none() | st.lists(st.sampled_from(KEYS), max_size=4) | st.dictionaries(st.sampled_from(KEYS), st.booleans()),
)
def test_any_values(facts: dict[str, Any], complete: Any) -> None:
    check(read_neutral(facts, complete, DAY, VOCABULARY))


@settings(max_examples=200)
@given(st.lists(st.sampled_from(READINGS), max_size=8), st.data())
def test_many_keys_together(chosen: list[tuple[str, Any]], data: st.DataObject) -> None:
    facts = copy.deepcopy(dict(chosen))
    intake = read_neutral(facts, None, DAY, VOCABULARY)
    check(intake)
    order = data.draw(st.permutations(list(facts)))
    assert read_neutral({key: facts[key] for key in order}, None, DAY, VOCABULARY).problems == intake.problems
    assert facts == dict(chosen)  # what is read is left as it is


@given(st.dictionaries(st.sampled_from(["definitive diagnosis", "HER2", "hormone receptors", "prior chemotherapy",
                                        "prior radiotherapy", "prior mastectomy", "surgery related therapy",
                                        "performance status"]) | st.text(min_size=1, max_size=5),
                       st.none() | st.text(max_size=20) | PHRASES, max_size=8))  # fmt: skip
def test_any_topic(fields: dict[str, str | None]) -> None:
    check(read_trec_topic(fields, VOCABULARY))


@given(
    st.lists(st.sampled_from([*SAID, "no", "not", "never", "without", "denies", "planned", "possible"])).map(" ".join)
)
def test_a_denial_is_never_read_as_so(text: str) -> None:
    """A stance keeps to what the words say: nothing with "not" in it is plainly said."""
    found = stance(text)
    if found.kind == "said":
        words = found.text.casefold().replace(",", " ").replace(";", " ").split()
        assert not {"no", "not", "never", "without", "denies", "planned", "possible"} & set(words), found


@given(PHRASES)
def test_phrases_of_the_tables_are_taken_out_once(text: str) -> None:
    words = tables().words
    for rows in (words.outcome, words.setting, words.illness_status, words.lesion, words.extent):
        phrase = Phrase(text)
        phrase.says(rows)
        assert phrase.says(rows) == []
