"""Neutral facts: every key with values as people write them, lists that are complete, dates, and topics of TREC."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from abreast.case import Case, Fact
from abreast.intake import Intake
from abreast.intake.neutral import READERS, read_neutral, read_trec_topic
from abreast.intake.neutral.words import key_rows, parted, read_tables, stance, tables
from abreast.vocabulary import Quantity
from tests.unit.intake.fhir_builder import VOCABULARY, line

READINGS = Path(__file__).parents[2] / "data" / "neutral" / "readings.txt"
DAY = dt.date(2026, 11, 1)


def read(facts: dict[str, Any], complete: Any = ()) -> Intake:
    return read_neutral(facts, complete, DAY, VOCABULARY)


def lines(intake: Intake) -> list[str]:
    """Return the facts as lines, without the cancer itself."""
    return [line(fact) for fact in intake.facts if fact.attribute != "cancer"]


def unused(intake: Intake) -> list[str]:
    return [f"{one.place}: {one.why}" for one in intake.unused]


def one(intake: Intake, attribute: str) -> Fact:
    found = [fact for fact in intake.facts if fact.attribute == attribute]
    assert len(found) == 1, lines(intake)
    return found[0]


def rows() -> Iterator[Any]:
    for number, text in enumerate(READINGS.read_text(encoding="utf-8").splitlines(), 1):
        if text and not text.startswith("#"):
            key, value, facts, why = ([*f"{text} |  ".split(" | "), ""])[:4]
            yield pytest.param(key, value, facts.strip(" |"), why.strip(" |"), id=f"{number}-{key}")


@pytest.mark.parametrize(("key", "value", "facts", "why"), list(rows()))
def test_readings(key: str, value: str, facts: str, why: str) -> None:
    try:
        said = json.loads(value)
    except ValueError:
        said = value
    intake = read({key: said})
    assert ("; ".join(lines(intake)), "; ".join(unused(intake))) == (facts, why)


def test_every_fact_has_a_place_and_a_case_comes_of_it() -> None:
    for row in rows():
        key, value, *_ = row.values
        intake = read({key: json.loads(value) if value[0] in "[{" else value})
        assert all(fact.source.kind == "file" and fact.source.place.startswith(key) for fact in intake.facts[1:])
        assert len(Case.of(VOCABULARY, intake.facts, intake.complete).facts) == len(intake.facts)


# --- what is unknown ------------------------------------------------------------------------------------------------


def test_null_missing_and_empty_are_unknown() -> None:
    keys = [key for row in tables().keys for key in row.keys]
    intake = read(dict.fromkeys(keys))
    assert lines(intake) == []
    assert intake.unused == ()
    assert lines(read(dict.fromkeys(keys, ""))) == []


@pytest.mark.parametrize("word", ["unknown", "not known", "pending", "not done", "not tested", "n/a", "?", "TBD"])
def test_words_for_unknown_give_no_fact(word: str) -> None:
    for key, row in key_rows().items():
        if row.read not in ("ignore", "text", "labs", "participation", "msi"):
            intake = read({key: word})
            assert lines(intake) == [], key
            assert len(intake.unused) == 1, key


def test_values_of_the_wrong_form_are_reported() -> None:
    for value in (7.5, {"x": 1}, [[1]], [None], {"a": {"b": [1]}}, ["\x00"], "�" * 5000, -1, float("1e300"), True):
        for key in key_rows():
            read({key: value})


def test_a_key_may_be_the_name_of_an_attribute() -> None:
    intake = read({"Ki-67": 20, "bone density": -2.5, "visceral crisis": False, "wholly else": 1})
    assert lines(intake) == ["ki67 20 %", "bone_density -2.5", "visceral_crisis no"]
    assert unused(intake) == ["wholly else: not a key that is known here"]


def test_keys_are_compared_without_case_and_hyphens() -> None:
    assert lines(read({"ER-Percent": 5, "Metastatic Sites": ["liver"]})) == ["er.percent 5 %", "metastasis site=liver"]


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "attribute", "date"),
    [
        ({"ecog": 1}, "ecog", "2026-11-01"),
        ({"ecog": {"value": 1, "date": "2026-10-20"}}, "ecog", "2026-10-20"),
        ({"ecog": "1 (2026-09)"}, "ecog", "2026-09"),
        ({"age": 50}, "age", "2026-11-01"),
        ({"histology": "IDC"}, "histology", ""),
        ({"labs": {"ANC": "2 10*9/L"}}, "anc", ""),
        ({"labs": {"ANC": {"value": "2 10*9/L", "date": "2026-10-01"}}}, "anc", "2026-10-01"),
        ({"labs": {"qtcf": "455 ms (2026-10-20)"}}, "qtcf", "2026-10-20"),
        ({"er_percent": 5, "receptor_sample": "breast core 2026-06"}, "er.percent", "2026-06"),
        ({"brain_metastases": {"present": False, "mri": "2026-10-01"}}, "metastasis", "2026-10-01"),
        ({"brain_metastases": {"present": False}}, "metastasis", "2026-11-01"),
        ({"brain_metastases": "no brain metastases on MRI 2026-06"}, "metastasis", "2026-06"),
        ({"measurable_disease": True}, "measurable", "2026-11-01"),
        ({"disease_extent": "metastatic"}, "extent", "2026-11-01"),
    ],
)
def test_dates_of_facts(facts: dict[str, Any], attribute: str, date: str) -> None:
    assert str(one(read(facts), attribute).date or "") == date


def test_the_sample_is_read_first_whatever_the_order() -> None:
    facts = {"her2_ihc": "1+", "er_percent": 90, "receptor_specimen": "liver metastasis 2026-06"}
    intake = read(facts)
    for attribute in ("her2.ihc", "er.percent"):
        fact = one(intake, attribute)
        assert (fact.specimen, str(fact.date)) == ("liver metastasis", "2026-06")
    assert one(intake, "biopsied_metastasis").value is True


def test_an_earlier_sample_keeps_its_own_date() -> None:
    facts = {"receptor_sample": "liver metastasis 2026-06 (primary 2021: ER 90 %, HER2 0)", "er_percent": 0}
    found = [(line(fact), str(fact.date), fact.specimen) for fact in read(facts).facts if "er" in fact.attribute[:3]]
    assert ("er.percent 0 %", "2026-06", "liver metastasis") in found
    assert ("er.percent 90 %", "2021", "earlier sample") in found
    undated = read({"receptor_sample": "liver metastasis 2026-06 (primary: ER 90 %)"})
    assert unused(undated) == ["receptor_sample: an earlier sample without a date: primary: ER 90 %"]


def test_in_vignettes_measurements_are_of_the_day() -> None:
    assert str(one(read({"labs": {"LVEF_percent": 63}}, None), "lvef").date) == "2026-11-01"
    assert one(read({"labs": {"LVEF_percent": 63}}), "lvef").date is None


def test_the_day_may_stand_among_the_facts() -> None:
    intake = read_neutral({"as_of": "2026-07-01", "ecog": 1}, None, None, VOCABULARY)
    assert str(one(intake, "ecog").date) == "2026-07-01"
    assert one(read_neutral({"ecog": 1}, None, None, VOCABULARY), "ecog").date is None


def test_what_the_brain_says_replaces_the_bare_site() -> None:
    facts = {
        "metastatic_sites": [{"site": "brain", "date": "2025-01"}, "liver"],
        "brain_metastases": {"present": True, "treated": "SRS 2025-02", "stable_since": "2025-06"},
    }
    assert lines(read(facts)) == [
        "metastasis site=liver",
        "metastasis status=treated_stable treated=yes site=brain stable_since=2025-06 date=2025-01",
    ]


def test_a_drug_against_the_cancer_among_the_medicines_is_said_once() -> None:
    facts = {
        "concomitant_meds": ["letrozole", "goserelin"],
        "therapies": [{"drugs": "letrozole", "setting": "adjuvant", "start": "2026-08", "outcome": "ongoing"}],
    }
    assert lines(read(facts)) == [
        "therapy drug=letrozole setting=adjuvant start=2026-08 ongoing=yes outcome=ongoing",
        "therapy drug=goserelin ongoing=yes",
    ]


def test_the_words_of_an_outcome_stay_in_the_note() -> None:
    said = "progression in liver, grade 2 fatigue"
    intake = read({"therapies": [{"drugs": "letrozole", "outcome": said}]})
    assert one(intake, "therapy").note == said
    assert intake.unused == ()


# --- complete lists -------------------------------------------------------------------------------------------------


def declared(intake: Intake) -> list[str]:
    return [one.list for one in intake.complete]


def test_lists_are_complete_by_name_or_by_flag() -> None:
    facts = {"therapies": [], "comorbidities": ["asthma"], "metastatic_sites": ["bone"]}
    assert declared(read(facts, ["therapies", "comorbidities"])) == ["therapy", "illness"]
    assert declared(read(facts, {"therapies": True, "comorbidities": False})) == ["therapy"]
    assert declared(read(facts, {})) == []


def test_in_vignettes_a_list_that_is_there_is_complete() -> None:
    facts = {
        "prior_therapies": [],
        "comorbidities": [],
        "surgery": None,
        "symptoms": None,
        "somatic_variants": ["PIK3CA H1047R"],
    }
    intake = read(facts, None)
    assert declared(intake) == ["therapy", "illness"]
    assert intake.complete[0].date is not None
    assert str(intake.complete[0].date) == "2026-11-01"
    assert intake.complete[0].source.place == "prior_therapies"


@pytest.mark.parametrize(
    ("facts", "name", "why"),
    [
        ({"comorbidities": ["asthma", "frozen antenna"]}, "comorbidities", "a part of it was not understood"),
        ({"therapies": [{"drugs": "surprising tablets"}]}, "therapies", "a part of it was not understood"),
        ({"therapies": ["letrozole not ever stopped"]}, "therapies", "a part of it was not understood"),
        ({"concomitant_meds": ["sparkle ointment"]}, "concomitant_meds", "a part of it was not understood"),
        ({"metastatic_sites": ["mars"]}, "metastatic_sites", "a part of it was not understood"),
        ({"variants": ["PIK3CA"]}, "variants", "a part of it was not understood"),
        ({"surgery": ["thaumaturgy"]}, "surgery", "a part of it was not understood"),
        ({"radiotherapy": ["somewhere"]}, "radiotherapy", "a part of it was not understood"),
        ({"symptoms": ["sparkles"]}, "symptoms", "a part of it was not understood"),
        ({"allergies": ["pollen"]}, "allergies", "a part of it was not understood"),
        ({"residual_toxicities": ["sparkles"]}, "residual_toxicities", "a part of it was not understood"),
        ({"comorbidities": ["DVT and ZZZ"]}, "comorbidities", "a part of it was not understood"),
        ({"therapies": "unknown"}, "therapies", "a part of it was not understood"),
        ({"therapies": 7}, "therapies", "a part of it was not understood"),
        ({"therapies": None}, "therapies", "the list is not there"),
        ({}, "therapies", "the list is not there"),
        ({"labs": {}}, "labs", "not a list that is known here"),
        ({}, "wishes", "not a list that is known here"),
    ],
)
def test_a_list_with_something_unread_is_not_complete(facts: dict[str, Any], name: str, why: str) -> None:
    intake = read(facts, [name])
    assert declared(intake) == []
    assert any(text.startswith(f"complete.{name}: ") and why in text for text in unused(intake)), unused(intake)


def test_what_is_planned_leaves_a_list_complete() -> None:
    assert declared(read({"therapies": ["letrozole planned"]}, ["therapies"])) == ["therapy"]


# --- a whole case ---------------------------------------------------------------------------------------------------


def test_a_whole_case() -> None:
    facts = {
        "age": 61,
        "sex": "female",
        "disease_extent": "metastatic",
        "metastatic_sites": ["bone (pelvis)", "liver"],
        "brain_metastases": {"present": False, "mri": "2026-10-12"},
        "receptor_sample": "liver biopsy 2026-10",
        "er_percent": 80,
        "her2_ihc": "1+",
        "variants": [{"gene": "PIK3CA", "alteration": "E545K", "origin": "ctDNA 2026-10-15"}],
        "therapies": [
            {"agents": ["letrozole", "ribociclib"], "setting": "metastatic", "line": 1, "start": "2024-03-01",
             "stop": "2026-10-05", "outcome": "progression"}
        ],
        "labs": {"ANC": {"value": "1.9 x10^9/L", "date": "2026-10-25"}, "ALT": "1.4 x ULN", "creatinine": None},
        "comorbidities": [{"name": "hypertension", "status": "controlled"}],
        "hiv": None,
        "concomitant_meds": ["lisinopril"],
    }  # fmt: skip
    intake = read(facts, {"therapies": True, "comorbidities": True, "metastatic_sites": True, "concomitant_meds": True})
    assert intake.unused == ()
    assert intake.problems == ()
    assert intake.patient_count == 1
    assert declared(intake) == ["therapy", "illness", "metastasis", "medicine"]
    assert "therapy drug=ribociclib regimen=letrozole + ribociclib setting=metastatic line=1 start=2024-03-01 end=2026-10-05 ongoing=no outcome=progression" in lines(intake)  # fmt: skip  # noqa: E501
    assert one(intake, "anc").value == Quantity.exact(1.9, "10*9/L")
    case = Case.of(VOCABULARY, intake.facts, intake.complete)
    assert case.conflicts == ()


# --- topics of TREC -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "facts"),
    [
        ("definitive diagnosis", "yes", ["confirmed yes"]),
        ("definitive diagnosis", "stage III breast cancer", ["confirmed yes", "stage.stated III"]),
        ("definitive diagnosis", "metastatic breast cancer", ["confirmed yes", "extent metastatic"]),
        ("HER2", "positive", ["her2.status positive"]),
        ("HER2", "negative", ["her2.status negative"]),
        ("hormone receptors", "ER+, PR-", ["er.status positive", "pr.status negative"]),
        ("hormone receptors", "ER negative; PR negative", ["er.status negative", "pr.status negative"]),
        ("hormone receptors", "positive", ["hr.status positive"]),
        ("hormone receptors", "triple negative", ["er.status negative", "her2.status negative", "pr.status negative"]),
        ("prior chemotherapy", "no", ["no therapy drug=chemotherapy"]),
        ("prior chemotherapy", "yes", ["therapy drug=chemotherapy"]),
        ("prior chemotherapy", "neoadjuvant chemotherapy", ["therapy drug=chemotherapy setting=neoadjuvant"]),
        ("prior chemotherapy", "docetaxel", ["therapy drug=docetaxel"]),
        ("prior radiotherapy", "none", ["no radiation"]),
        ("prior radiotherapy", "yes", ["radiation"]),
        ("prior mastectomy", "no", ["no surgery procedure=mastectomy"]),
        ("prior mastectomy", "yes", ["surgery procedure=mastectomy"]),
        ("surgery related therapy", "adjuvant hormonal therapy", ["therapy drug=endocrine_therapy setting=adjuvant"]),
        ("performance status", "ECOG 1", ["ecog 1"]),
        ("performance status", "2", ["ecog 2"]),
        ("performance status", "", []),
        ("performance status", None, []),
        ("HER2", "unknown", []),
    ],
)
def test_fields_of_a_topic(field: str, value: str | None, facts: list[str]) -> None:
    assert sorted(lines(read_trec_topic({field: value}, VOCABULARY))) == facts


def test_a_topic_says_what_it_did_not_use() -> None:
    intake = read_trec_topic({"favourite colour": "blue", "HER2": "maybe"}, VOCABULARY)
    assert lines(intake) == []
    assert unused(intake) == [
        "favourite colour: not a field that is known here",
        "HER2: not understood as HER2: maybe",
    ]
    assert intake.complete == ()


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("asthma", "said", "asthma"),
        ("no asthma", "denied", "asthma"),
        ("never had chemotherapy", "denied", "chemotherapy"),
        ("no history of asthma", "denied", "asthma"),
        ("asthma: ruled out", "denied", "asthma"),
        ("CDK4/6 inhibitor-naive", "denied", "CDK4/6 inhibitor"),
        ("possible asthma", "suspected", "asthma"),
        ("asthma?", "suspected", "asthma"),
        ("asthma, cannot rule out", "suspected", "asthma,"),
        ("surgery planned", "open", "surgery planned"),
        ("refused radiotherapy", "open", "refused radiotherapy"),
        ("family history of asthma", "open", "family history of asthma"),
        ("stopped, but not for asthma", "unclear", "stopped, but not for asthma"),
        ("no asthma but not sure", "unclear", "no asthma but not sure"),
        ("hypertension not well controlled", "said", "hypertension uncontrolled"),
        ("", "said", ""),
    ],
)
def test_stance(text: str, kind: str, rest: str) -> None:
    found = stance(text)
    assert (found.kind, found.text) == (kind, rest)


def test_parts_outside_parentheses() -> None:
    assert parted("bone (spine, pelvis), liver and lung") == ["bone (spine, pelvis)", "liver", "lung"]
    assert parted("a) b, c (d, e") == ["a) b", "c (d, e"]
    assert parted(" , ") == []


# --- the tables -----------------------------------------------------------------------------------------------------


def test_tables_name_only_what_exists() -> None:
    content = read_tables()
    assert content == tables()
    for row in content.keys:
        assert row.read in READERS, row
        for attribute in (row.attribute, row.list, row.status):
            assert not attribute or attribute in VOCABULARY.attributes, row
        assert not row.list or VOCABULARY.attribute(row.list).shape == "list", row
        assert not row.term or row.term in VOCABULARY.terms["illness"], row
        assert not row.unit or VOCABULARY.unit(row.unit), row
    for name, attribute in content.labs.names.items():
        assert VOCABULARY.attribute(attribute).kind == "number", name
    for name in (*content.labs.upper, *content.labs.lower):
        assert VOCABULARY.attribute(name).kind == "number"
    assert all(VOCABULARY.unit(unit) for unit in content.labs.suffixes.values())
    for said in content.words.extent:
        meant = VOCABULARY.attribute(said.attribute)
        assert said.value in ("yes", "no") if meant.kind == "flag" else said.value in VOCABULARY.terms[meant.terms]
    for rows_, terms in (
        (content.words.outcome, "outcome"),
        (content.words.setting, "setting"),
        (content.words.illness_status, "illness_status"),
    ):
        assert {said.value for said in rows_} - set(VOCABULARY.terms[terms]) <= {
            "ongoing",
            "benefit",
            "death",
            "stopped_other",
        }
    assert {said.status for said in content.words.lesion} <= set(VOCABULARY.terms["lesion_status"])


def test_every_reader_is_used_and_no_key_stands_twice() -> None:
    keys = [key for row in tables().keys for key in row.keys]
    assert len(keys) == len(set(keys))
    assert {row.read for row in tables().keys} == set(READERS)


SHAPES = [
    ("symptoms", {"nausea": True, "pain": False}, [("symptom", "nausea", False), ("symptom", "pain", True)]),
    ("symptoms", [{"name": "nausea"}], [("symptom", "nausea", False)]),
    ("symptoms", [{"name": "nausea", "present": False}], []),
    ("comorbidities", {"name": "asthma"}, [("illness", "asthma", False)]),
    ("comorbidities", {"asthma": False}, [("illness", "asthma", True)]),
    ("toxicities", {"name": "neuropathy", "grade": 2}, [("toxicity", "neuropathy", False)]),
    ("allergies", False, [("allergy", "", True)]),
    ("metastases", "none", [("metastasis", "distant", True)]),
    ("metastases", {"liver": True, "lung": False}, [("metastasis", "liver", False), ("metastasis", "lung", True)]),
]


@pytest.mark.parametrize(("key", "value", "expected"), SHAPES)
def test_a_list_may_be_one_thing_a_plain_no_or_a_yes_or_no_for_each_name(
    key: str, value: object, expected: list[tuple[str, str, bool]]
) -> None:
    read = read_neutral({key: value}, None, "2026-11-01", VOCABULARY)
    found = [(fact.attribute, fact.get("kind") or fact.get("substance") or fact.get("site") or "", fact.absent)
             for fact in read.facts if fact.attribute != "cancer"]  # fmt: skip
    assert found == expected
    assert bool(read.unused) is not bool(expected)
