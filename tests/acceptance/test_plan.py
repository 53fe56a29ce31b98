"""Real records to whole plans, through the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.acceptance.people import RECORDS, plan_of, run

SCHEMA = Path(__file__).parents[2] / "docs" / "plan.schema.json"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return plan_of("sample", tmp_path_factory.mktemp("sample"), "--zip", "60611")


@pytest.fixture(scope="module", params=sorted(path.name for path in RECORDS.glob("*.json")))
def any_plan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return plan_of(RECORDS / request.param, tmp_path_factory.mktemp("plan"))


def lines(plan: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every line of a plan that recommends or warns."""
    for kind in ("options", "tests", "warnings", "warnings_now", "questions", "appointments", "support"):
        for line in plan[kind]:
            yield f"{kind}/{line['id']}", line
    for kind in ("treatment", "supportive", "observational"):
        for trial in plan["trials"][kind]:
            yield f"trials/{trial['nct']}", trial


def test_every_line_says_because_of_what_and_according_to_which_source(any_plan: dict[str, Any]) -> None:
    for name, line in lines(any_plan):
        because = line["because"]
        assert because["facts"] or because["declared"] or because["not_in_record"], f"{name} has no because"
        assert line["sources"], f"{name} has no source"
        for fact in because["facts"]:
            assert any_plan["facts"][fact]["origin"]["words"], f"{name}: fact {fact} has no source"
        for source in line["sources"]:
            assert any_plan["sources"][source]["date"], f"{name}: source {source} has no date"


def test_every_derived_fact_can_be_followed_to_the_record(any_plan: dict[str, Any]) -> None:
    for fact in any_plan["facts"].values():
        if fact["origin"]["kind"] == "derived":
            assert fact["origin"]["rule"]
            for used in fact["origin"]["facts"]:
                assert used in any_plan["facts"], f"{fact['id']} rests on {used}, which the plan does not hold"


def test_a_plan_follows_its_published_schema(any_plan: dict[str, Any]) -> None:
    jsonschema.validate(any_plan, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_plan_says_what_it_is_not_and_how_new_its_facts_are(any_plan: dict[str, Any]) -> None:
    assert "does not prescribe" in any_plan["notice"]
    assert "2026" in any_plan["knowledge_as_of"]
    assert any_plan["trials"]["registry_date"].startswith("2026-")


def test_only_trials_that_take_people_are_shown(any_plan: dict[str, Any]) -> None:
    for kind in ("treatment", "supportive", "observational"):
        for trial in any_plan["trials"][kind]:
            assert trial["recruitment"] in ("open", "opening_soon")


def test_the_same_record_on_the_same_day_gives_the_same_plan(tmp_path: Path, sample: dict[str, Any]) -> None:
    assert plan_of("sample", tmp_path, "--zip", "60611") == sample


def test_the_sample_is_read_for_what_it_is(sample: dict[str, Any]) -> None:
    assert sample["scope"]["status"] == "advanced"
    assert sample["have"]["extent"].startswith("metastatic")
    assert sample["have"]["subtype"] == "HR+/HER2-"
    drugs = {drug for line in sample["have"]["lines"] for drug in line["drugs"]}
    assert {"palbociclib", "fulvestrant", "capecitabine", "abemaciclib", "gemcitabine", "alpelisib"} <= drugs
    assert sample["centres"][0]["state"] == "IL"


def test_the_sample_gets_options_that_its_record_supports(sample: dict[str, Any]) -> None:
    standing = {option["id"]: option["standing"] for option in sample["options"]}
    now = {name for name, stands in standing.items() if stands == "talk_about"}
    assert now, standing
    assert not {"palbociclib_first_line", "tucatinib", "trastuzumab_pertuzumab_taxane"} & now
    asked = {test["id"] for test in sample["tests"]}
    assert asked, "somebody after many treatments has tests to ask about"
    assert sample["warnings"], "danger signs are always there"


def test_a_stage_two_record_is_told_that_this_is_not_for_it(tmp_path: Path) -> None:
    plan = plan_of(RECORDS / "Bundle-mcode-patient-bundle-jenny-m.json", tmp_path)
    assert plan["scope"]["status"] == "not_advanced"
    assert "cancer.gov" in plan["scope"]["text"]
    assert plan["options"] == []
    assert plan["tests"] == []
    assert plan["trials"]["treatment"] == []


def test_contradictions_of_a_record_are_shown(tmp_path: Path) -> None:
    plan = plan_of(RECORDS / "service_patient_data.json", tmp_path)
    named = {conflict["attribute"] for conflict in plan["conflicts"]}
    assert {"extent", "her2.ish"} <= named, named


def test_help_is_there_for_every_command() -> None:
    for command in (
        [],
        ["plan"],
        ["case"],
        ["trials"],
        ["knowledge"],
        ["criteria"],
        ["evaluate"],
        ["screen"],
        ["judge"],
    ):
        ran = run(*command, "--help")
        assert ran.code == 0
        assert "Usage" in ran.out
