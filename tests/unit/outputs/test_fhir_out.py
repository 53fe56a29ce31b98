"""FHIR out: what is written comes back whole, is valid R4, and says nothing false to other programs."""

from __future__ import annotations

import datetime as dt
import json
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fhir.resources.R4B import get_fhir_model_class

from abreast.case import Case, Declaration, Fact, Settlement, Source
from abreast.foundation.dates import PartialDate
from abreast.intake import Intake, read_fhir
from abreast.intake.fhir.own import _covers
from abreast.outputs.fhir import case_bundle, case_fhir, plan_bundle, plan_fhir
from abreast.plan import Plan
from abreast.vocabulary import Quantity, Vocabulary, load_vocabulary
from tests.plans import plan_without_trials

TODAY = dt.date(2026, 11, 21)
DAY = PartialDate(2024, 3, 9)
SAMPLES = sorted(
    Path(str(one)) for one in resources.files("abreast.intake").joinpath("samples").iterdir() if ".json" in one.name
)
EXAMPLES = sorted(Path(__file__).parents[2].joinpath("data", "mcode").glob("*.json"))


def case_of(file: Path, vocabulary: Vocabulary) -> Case:
    read = read_fhir(file.read_bytes(), file.name, vocabulary)
    return Case.of(vocabulary, read.facts, read.complete, read.settled, read.label)


def again(case: Case, *, in_full: bool = True) -> Intake:
    return read_fhir(case_fhir(case, TODAY), "out.json", case.vocabulary, in_full=in_full)


def validate(bundle: dict[str, Any]) -> None:
    get_fhir_model_class("Bundle").model_validate_json(json.dumps(bundle))


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [one for inner in value.values() for one in references(inner)]
    return [one for inner in value for one in references(inner)] if isinstance(value, list) else []


# --- the case ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_a_record_written_and_read_again_is_the_same_case(file: Path, vocabulary: Vocabulary) -> None:
    case = case_of(file, vocabulary)
    back = again(case)
    assert back.facts == case.facts
    assert back.problems == ()
    assert back.unused == ()


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_what_is_written_is_valid_r4_and_hangs_together(file: Path, vocabulary: Vocabulary) -> None:
    bundle = case_bundle(case_of(file, vocabulary), TODAY)
    validate(bundle)
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(addresses) == len(bundle["entry"])
    assert set(references(bundle)) <= addresses
    assert {entry["resource"]["id"] for entry in bundle["entry"]} == {one[len("urn:uuid:") :] for one in addresses}


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_other_programs_read_nearly_everything_and_nothing_false(file: Path, vocabulary: Vocabulary) -> None:
    """The standard elements alone, as a program reads them that knows nothing of ours."""
    case = case_of(file, vocabulary)
    seen = again(case, in_full=False).facts
    false = [fact for fact in seen if not any(_covers(vocabulary, own, fact) for own in case.about(fact.attribute))]
    assert not [fact for fact in false if fact.certainty == "certain" and _matters(fact, case)]
    told = [
        f for f in case.facts if any((g.attribute, g.value, g.fields) == (f.attribute, f.value, f.fields) for g in seen)
    ]
    assert len(told) >= 0.9 * len(case.facts)


def test_how_much_other_programs_read(vocabulary: Vocabulary) -> None:
    """The figure of docs/documents.md: 121 of 124 facts come back exactly from the standard elements alone."""
    told, all_ = 0, 0
    for file in SAMPLES:
        case = case_of(file, vocabulary)
        seen = [(fact.attribute, fact.value, fact.fields) for fact in again(case, in_full=False).facts]
        told += sum((fact.attribute, fact.value, fact.fields) in seen for fact in case.facts)
        all_ += len(case.facts)
    assert (told, all_) == (121, 124)


def _matters(fact: Fact, case: Case) -> bool:
    """A setting read more widely than it was sent (curative for neoadjuvant) is no false statement."""
    return fact.get("setting") != "curative"


def test_words_given_choices_labels_and_places_come_back(vocabulary: Vocabulary) -> None:
    facts = [
        Fact(
            "er.status",
            "positive",
            date=DAY,
            source=Source("report", "path.pdf", "page 2", "ER: positive (90%)"),
            id="a",
        ),
        Fact("er.status", "negative", date=DAY, source=Source("answer", place="What is your ER?"), id="b"),
        Fact("er.percent", Quantity(80.0, 90.0, "%", low_open=True), certainty="unconfirmed", note="two readers"),
        Fact("therapy", fields={"drug": ("palbociclib",), "line": (Quantity.exact(1.0, ""),)}, specimen="x"),
        Fact("metastasis", fields={"site": ("brain",)}, absent=True),
        Fact("zip", "60611", source=Source("answer", place="--zip")),
    ]
    said = Declaration("therapy", Source("answer", place="Are these all?"), DAY)
    case = Case.of(vocabulary, facts, [said], [Settlement("er.status", "a")], "Ada")
    back = again(case)
    assert Case.of(vocabulary, back.facts, back.complete, back.settled, back.label) == case
    validate(case_bundle(case, TODAY))


def test_what_another_program_changed_stands_beside_what_we_wrote(vocabulary: Vocabulary) -> None:
    case = Case.of(vocabulary, [Fact("hemoglobin", Quantity.exact(11.0, "g/dL"), date=DAY)])
    bundle = case_bundle(case, TODAY)
    changed = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Observation")
    changed["valueQuantity"]["value"] = 7
    read = read_fhir(json.dumps(bundle).encode(), "changed.json", vocabulary)
    assert read.facts[0] == case.facts[0]
    assert [str(fact.value) for fact in read.facts] == ["11 g/dL", "7 g/dL"]
    assert "Observation/" in read.facts[1].source.place


def test_what_another_program_added_is_read(vocabulary: Vocabulary) -> None:
    case = Case.of(vocabulary, [Fact("cancer", "breast", date=DAY)])
    bundle = case_bundle(case, TODAY)
    more = {"resourceType": "Observation", "status": "final", "code": {"text": "ECOG"}, "valueInteger": 1}
    bundle["entry"].append({"resource": more})
    read = read_fhir(json.dumps(bundle).encode(), "more.json", vocabulary)
    assert [fact.attribute for fact in read.facts] == ["cancer", "ecog"]


@pytest.mark.parametrize("broken", [{"url": "is", "valueString": "no.such.attribute"}, {"url": "is"}, {"other": 1}])
def test_a_damaged_fact_of_ours_is_told_and_the_standard_elements_are_read(
    broken: dict[str, Any], vocabulary: Vocabulary
) -> None:
    bundle = case_bundle(Case.of(vocabulary, [Fact("cancer", "breast", date=DAY)]), TODAY)
    condition = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Condition")
    condition["extension"][0]["extension"] = [broken]
    read = read_fhir(json.dumps(bundle).encode(), "broken.json", vocabulary)
    assert [fact.value for fact in read.facts] == ["breast"]
    assert any("damaged" in problem for problem in read.problems)


def test_no_name_is_written_that_nobody_gave(vocabulary: Vocabulary) -> None:
    patient = case_bundle(Case.of(vocabulary, ()), TODAY)["entry"][0]["resource"]
    assert patient["name"] == [
        {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
    ]


def test_the_same_case_gives_the_same_bundle_and_another_person_other_ids(vocabulary: Vocabulary) -> None:
    first = Case.of(vocabulary, [Fact("er.status", "positive")])
    second = Case.of(vocabulary, [Fact("er.status", "negative")])
    assert case_fhir(first, TODAY) == case_fhir(first, TODAY)
    ids = [{e["fullUrl"] for e in case_bundle(one, TODAY)["entry"]} for one in (first, second)]
    assert ids[0].isdisjoint(ids[1])


def one_of_each() -> list[Fact]:
    """Every attribute with every term: what could be written wrongly is written once."""
    vocabulary, facts = load_vocabulary(), []
    for known in vocabulary.attributes.values():
        if known.shape == "list":
            for name, part in known.fields.items():
                terms = sorted(vocabulary.terms[part.terms])[::7] if part.kind == "term" else []
                facts += [Fact(known.id, fields={name: (t,)}, absent=a, date=DAY) for t in terms for a in (False, True)]
        elif known.kind == "term":
            facts += [Fact(known.id, term, date=DAY) for term in vocabulary.terms[known.terms]]
        elif known.kind == "number":
            facts.append(Fact(known.id, Quantity.exact(2.0, known.unit), date=DAY))
        elif known.kind == "flag":
            facts += [Fact(known.id, value, date=DAY) for value in (True, False)]
    return facts


def test_every_kind_of_fact_is_valid_and_comes_back(vocabulary: Vocabulary) -> None:
    case = Case.of(vocabulary, one_of_each())
    assert again(case).facts == case.facts
    validate(case_bundle(case, TODAY))


DENIALS = [fact for fact in one_of_each() if fact.absent]


def test_no_denial_is_ever_read_as_the_thing_itself(vocabulary: Vocabulary) -> None:
    """The worst that a standard element could do: "no brain metastasis" read as one."""
    case = Case.of(vocabulary, DENIALS)
    assert [fact for fact in again(case, in_full=False).facts if not fact.absent] == []


def test_no_doubt_is_ever_read_as_certain(vocabulary: Vocabulary) -> None:
    from dataclasses import replace

    doubted = [replace(fact, certainty="suspected") for fact in one_of_each() if not fact.absent]
    case = Case.of(vocabulary, doubted)
    wrong = {fact.attribute for fact in again(case, in_full=False).facts if fact.certainty == "certain"}
    assert wrong == set()


# --- the plan ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def case(vocabulary: Vocabulary) -> Case:
    return case_of(next(one for one in SAMPLES if "Patient02" in one.name), vocabulary)


@pytest.fixture(scope="module")
def plan(case: Case, vocabulary: Vocabulary) -> Plan:
    return plan_without_trials(case)


def test_the_plan_is_a_valid_document(plan: Plan, case: Case) -> None:
    bundle = plan_bundle(plan, case)
    validate(bundle)
    assert bundle["type"] == "document"
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)
    assert set(references(bundle)) <= set(addresses)
    orders = {"ServiceRequest", "MedicationRequest", "CarePlan", "RequestGroup", "Task"}
    assert not orders & {entry["resource"]["resourceType"] for entry in bundle["entry"]}, "it prescribes nothing"


def sections(value: dict[str, Any]) -> list[dict[str, Any]]:
    inner = value.get("section", [])
    return [*inner, *(one for part in inner for one in sections(part))]


def test_every_section_has_words_that_are_xhtml(plan: Plan, case: Case) -> None:
    composition = plan_bundle(plan, case)["entry"][0]["resource"]
    for section in sections(composition):
        assert section.get("text") or section.get("section")
        if "text" in section:
            assert ElementTree.fromstring(section["text"]["div"]).tag.endswith("div")


def test_options_and_tests_stand_in_it_with_status_reasons_and_sources(plan: Plan, case: Case) -> None:
    bundle = plan_bundle(plan, case)
    known = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    parts = {s["code"]["text"]: s for s in sections(bundle["entry"][0]["resource"]) if "code" in s}
    for option in plan.options:
        part = parts[f"option/{option.id}/{option.standing}"]
        assert part["title"] == option.name
        assert part["code"]["coding"][0]["code"] == option.standing
        types = {known[one["reference"]] for one in part["entry"]}
        assert "DocumentReference" in types
        if option.because.facts:
            assert types - {"DocumentReference"}
    assert all(f"test/{one.id}/{one.urgency}" in parts for one in plan.tests)
    assert all(f"warning/{one.id}/{one.urgency}" in parts for one in plan.warnings)


def test_the_document_holds_the_case_too(plan: Plan, case: Case, vocabulary: Vocabulary) -> None:
    assert read_fhir(plan_fhir(plan, case), "plan.json", vocabulary).facts == case.facts
