"""Which help, and which advice for relatives, a case brings: a table (``table.yaml``) that reads as documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from abreast.disease import derive
from abreast.foundation.yaml import read_yaml
from abreast.knowledge import Knowledge, load_knowledge
from abreast.rules import Context, Truth, evaluate
from abreast.vocabulary import Vocabulary
from tests.spec.warnings.test_warnings import TODAY, _case

FILE = Path(__file__).with_name("table.yaml")
TABLE: list[dict[str, Any]] = read_yaml(FILE.read_text(encoding="utf-8"), FILE.name)


@pytest.fixture(scope="module")
def knowledge(vocabulary: Vocabulary) -> Knowledge:
    return load_knowledge(vocabulary)


@pytest.mark.parametrize("row", TABLE, ids=[row["case"] for row in TABLE])
def test_what_a_case_brings(knowledge: Knowledge, row: dict[str, Any]) -> None:
    context = Context(derive(_case(row["record"]), TODAY), TODAY)
    truth = {one.id: evaluate(one.when, context).truth for one in (*knowledge.support, *knowledge.relatives)}
    shown = {one.id for one in knowledge.support if truth[one.id] is not Truth.FALSE}
    shown |= {one.id for one in knowledge.relatives if truth[one.id] is Truth.TRUE}
    wanted = {*row.get("help", []), *row.get("family", [])}
    never = set(row.get("never", []))
    assert wanted | never <= truth.keys(), "the table names entries that exist"
    assert wanted <= shown
    assert not never & shown


def test_every_rule_of_help_and_family_is_met_in_the_table(knowledge: Knowledge) -> None:
    named = {one for row in TABLE for key in ("help", "family", "never") for one in row.get(key, [])}
    always = "Constant"
    ruled = {one.id for one in knowledge.support if type(one.when).__name__ != always}
    assert ruled <= named


def test_help_names_a_way_to_reach_it(knowledge: Knowledge) -> None:
    for one in knowledge.support:
        assert one.url.startswith("https://"), one.id
        assert one.needs or one.communities, one.id


def test_every_need_that_can_be_asked_for_has_help(knowledge: Knowledge, vocabulary: Vocabulary) -> None:
    offered = {need for one in knowledge.support for need in one.needs}
    left_to_the_team = {"intimacy", "exercise", "palliative"}  # options of the plan, not organizations
    assert vocabulary.terms["need"].keys() - offered == left_to_the_team
    assert offered <= vocabulary.terms["need"].keys()
    assert {name for one in knowledge.support for name in one.communities} <= vocabulary.terms["community"].keys()
