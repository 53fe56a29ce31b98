"""The check of the packs finds what it says it finds, and names file and key."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from abreast.knowledge.check import Finding, address_fault, check_packs, wording_faults
from abreast.knowledge.loader import DATA
from abreast.vocabulary import Vocabulary

TODAY = dt.date(2026, 11, 21)

REFERENCE = {
    "id": "label",
    "title": "A label",
    "kind": "label",
    "publisher": "FDA",
    "date": "2026-02",
    "checked": "2026-11-21",
    "seen": "full",
    "url": "https://www.fda.gov/label",
}
OPTION: dict[str, Any] = {
    "id": "a_pill",
    "name": "A pill",
    "plain_name": "A pill",
    "category": "systemic",
    "settings": ["stage4"],
    "line": "first",
    "priority": 1,
    "drugs": ["letrozole"],
    "when": "extent is metastatic",
    "what_it_is": {"text": "A pill that blocks a growth signal."},
    "why": {"text": "It can hold the cancer for some time."},
    "question": "Would this pill fit me?",
    "sources": ["label"],
    "reviewed": "2026-11-21",
    "review_due": "2027-05-21",
}
ARMS = [{"name": "new", "value": 10, "unit": "months"}, {"name": "old", "value": 5, "unit": "months"}]
EVIDENCE = {"trial": "T", "arms": ARMS, "text": "Half had no growth for 10 months, and for 5 months on the old pill."}


def packs(folder: Path, *options: dict[str, Any], references: list[dict[str, str]] | None = None) -> Path:
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "sources" / "all.yaml").write_text(yaml.safe_dump(references or [REFERENCE]))
    for number, option in enumerate(options):
        place = folder / "options" / str(number)
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{option.get('file', option['id'])}.yaml").write_text(
            yaml.safe_dump({key: value for key, value in option.items() if key != "file"})
        )
    return folder


def found(folder: Path, vocabulary: Vocabulary) -> list[Finding]:
    return check_packs(folder, vocabulary, TODAY)


def test_a_sound_pack_has_no_findings(tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert found(packs(tmp_path, OPTION), vocabulary) == []


FAULTS: list[tuple[str, dict[str, Any], str, str, str]] = [
    # what is wrong, how, the key, the level, words of the finding
    ("key the schema does not have", {"whenever": "x"}, "", "error", "whenever"),
    ("rule that does not parse", {"when": "extent is"}, "", "error", "not a rule"),
    ("rule of an unknown value", {"when": "extent is big"}, "", "error", "big"),
    ("unknown definition", {"when": "@nobody"}, "", "error", "@nobody"),
    ("unknown source", {"sources": ["label", "gone"]}, "sources[1]", "error", "gone"),
    ("no source at all", {"sources": []}, "what_it_is", "error", "no source"),
    ("unknown drug", {"drugs": ["letrozol"]}, "drugs[0]", "error", "letrozol"),
    ("comparison with nothing", {"compare_with": ["other"]}, "compare_with[0]", "error", "other"),
    ("comparison with itself", {"compare_with": ["a_pill"]}, "compare_with[0]", "error", "itself"),
    ("too many comparisons", {"compare_with": ["b", "c", "d"]}, "compare_with", "error", "at most 2"),
    ("file of another name", {"file": "b_pill"}, "id", "error", "b_pill"),
    ("review date passed", {"reviewed": "2025-01-01", "review_due": "2026-01-01"}, "review_due", "due", "2026-01-01"),
    ("review date before the review", {"review_due": "2026-11-01"}, "review_due", "error", "not after"),
    ("reviewed in the future", {"reviewed": "2027-01-01"}, "reviewed", "error", "future"),
    ("not a date", {"reviewed": "soon"}, "reviewed", "error", "soon"),
    ("dose", {"why": {"text": "Take 600 mg each day."}}, "why.text", "error", "600 mg"),
    ("prescribing", {"question": "You should take this pill?"}, "question", "error", "You should take"),
    (
        "hard to read",
        {
            "why": {
                "text": "Administration necessitates considerable individualization of supportive interventions "
                "alongside continuous multidisciplinary evaluation of deterioration."
            }
        },
        "why.text",
        "error",
        "reading grade",
    ),
    (
        "arms of two units",
        {"evidence": [EVIDENCE | {"arms": [ARMS[0], ARMS[1] | {"unit": "per_hundred"}]}]},
        "evidence[0].arms",
        "error",
        "unit",
    ),
    (
        "figure that the sentence does not say",
        {"evidence": [EVIDENCE | {"text": "Half had no growth for 11 months, and for 5 months on the old pill."}]},
        "evidence[0].text",
        "error",
        "10",
    ),
    ("one arm", {"evidence": [EVIDENCE | {"arms": ARMS[:1]}]}, "evidence[0].arms", "error", "one arm"),
    ("picture of months", {"evidence": [EVIDENCE | {"picture": "benefit"}]}, "evidence[0].picture", "error", "per 100"),
    (
        "picture of how many lived",
        {"evidence": [EVIDENCE | {"picture": "benefit", "end_point": "alive after five years"}]},
        "evidence[0].picture",
        "error",
        "never drawn",
    ),
    ("registry number", {"evidence": [EVIDENCE | {"nct": "NCT1"}]}, "evidence[0].nct", "error", "NCT1"),
    (
        "fault inside a condition",
        {"care_with": [{"when": "pregnant is yes", "text": "You are eligible for this."}]},
        "care_with[0].text",
        "error",
        "eligible",
    ),
]


@pytest.mark.parametrize(
    ("change", "key", "level", "words"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_fault_is_found_with_file_and_key(
    tmp_path: Path, vocabulary: Vocabulary, change: dict[str, Any], key: str, level: str, words: str
) -> None:
    findings = found(packs(tmp_path, OPTION | change), vocabulary)
    name = change.get("file", "a_pill")
    assert any(
        one.file == f"options/0/{name}.yaml" and one.key == key and one.level == level and words in one.text
        for one in findings
    ), findings


def test_a_share_is_told_per_hundred(tmp_path: Path, vocabulary: Vocabulary) -> None:
    arms = [arm | {"unit": "per_hundred"} for arm in ARMS]
    evidence = EVIDENCE | {"arms": arms, "text": "It helped 10 people, and 5 on the old pill."}
    findings = found(packs(tmp_path, OPTION | {"evidence": [evidence]}), vocabulary)
    assert [one.key for one in findings] == ["evidence[0].text"]


def test_a_faulty_file_does_not_hide_the_others(tmp_path: Path, vocabulary: Vocabulary) -> None:
    findings = found(packs(tmp_path, OPTION | {"when": "nonsense"}, OPTION | {"id": "b", "drugs": ["x"]}), vocabulary)
    assert {one.file for one in findings} == {"options/0/a_pill.yaml", "options/1/b.yaml"}


def test_an_id_stands_once(tmp_path: Path, vocabulary: Vocabulary) -> None:
    findings = found(packs(tmp_path, OPTION, OPTION), vocabulary)
    assert [one.file for one in findings if one.key == "id"] == ["options/0/a_pill.yaml", "options/1/a_pill.yaml"]


REFERENCE_FAULTS = [
    ({"date": "spring"}, "label.date"),
    ({"checked": ""}, "label.checked"),
    ({"url": "www.fda.gov"}, "label.url"),
    ({"url": ""}, "label.url"),
    ({"nct": "12345678"}, "label.nct"),
    ({"pmid": "PMC1"}, "label.pmid"),
]


@pytest.mark.parametrize(("change", "key"), REFERENCE_FAULTS)
def test_a_reference_has_dates_and_an_address(
    tmp_path: Path, vocabulary: Vocabulary, change: dict[str, str], key: str
) -> None:
    findings = found(packs(tmp_path, OPTION, references=[REFERENCE | change]), vocabulary)
    assert [(one.file, one.key) for one in findings] == [("sources/all.yaml", key)]


def test_sources_nobody_rests_on_are_listed(tmp_path: Path, vocabulary: Vocabulary) -> None:
    findings = found(packs(tmp_path, OPTION, references=[REFERENCE, REFERENCE | {"id": "idle"}]), vocabulary)
    assert [(one.level, one.key) for one in findings] == [("look", "idle")]


@pytest.mark.parametrize(
    "text",
    [
        "Take 600 mg a day.",
        "It is given at 1.4 mg/m2.",
        "10 mg/kg every three weeks",
        "carboplatin AUC 5",
        "30 Gy in ten sessions",
        "Two drops, or 2 tablets twice a day",
        "A pill once a day at home.",
        "Three times daily with food.",
        "One tablet each morning, then two pills a day",
        "every 8 hours",
        "1 g of paracetamol",
        "40 units of insulin",
        "given in 15 fractions",
        "75 milligrams per square meter",
        "a tablet b.i.d.",
        "You must take this.",
        "You should try that drug.",
        "Skip your dose.",
        "It will cure you.",
        "You will respond to it.",
        "There is nothing more that can be done, nothing else can be done.",
        "You are eligible.",
        "You're not eligible.",
        "We recommend it.",
        "This is the best treatment for you.",
        "You have 6 months to live.",
        "Your life expectancy is good.",
        "One in five people feel sick.",
        "It helps — at times.",
        "See http://nowhere for more.",
    ],
)
def test_wording_that_is_refused(text: str) -> None:
    assert list(wording_faults(text))


@pytest.mark.parametrize(
    "text",
    [
        "A fasting sugar above 126 mg/dL is checked again.",
        "Half had no growth for 5 months.",
        "Ask whether this fits you.",
        "It is given every 3 weeks.",
        "A drip once a week, or two shots in the same visit.",
        "One session or several?",
        "The kidneys clear less than 30 mL/min.",
        "Two units of blood were given.",
        "Pills at home, every day.",
        "Who is eligible? The trial team checks.",
        "In 10 of 100 people the cancer shrank.",
        "Call 911. See https://www.cancer.gov/types/breast.",
        "HER2-low and follow-up are words with a hyphen.",
    ],
)
def test_wording_that_is_fine(text: str) -> None:
    assert list(wording_faults(text)) == []


@pytest.mark.parametrize("address", ["https://www.cancer.gov", "http://a-b.example.org/x?y=1#z"])
def test_whole_addresses(address: str) -> None:
    assert address_fault(address) is None


@pytest.mark.parametrize(
    "address", ["cancer.gov", "https://", "https://localhost", "ftp://a.org", "https://a.org/x y", "https://a.org."]
)
def test_broken_addresses(address: str) -> None:
    assert address_fault(address)


def test_the_shipped_packs_have_no_errors(vocabulary: Vocabulary) -> None:
    errors = [str(one) for one in check_packs(DATA, vocabulary, TODAY) if one.level == "error"]
    assert errors == []
