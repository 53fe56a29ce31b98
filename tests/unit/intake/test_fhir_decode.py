"""From bytes to resources: what can be read is read, and what cannot is an error that says where."""

from __future__ import annotations

import json

import pytest

from abreast.foundation.errors import InputError
from abreast.intake import Intake, read_fhir
from abreast.intake.fhir import decode
from tests.unit.intake.fhir_builder import VOCABULARY, bundle, observation, resource, said, why


def read(content: bytes) -> Intake:
    return read_fhir(content, "f.json", VOCABULARY)


def error(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(content)
    assert caught.value.place is not None
    return str(caught.value)


ECOG = observation("loinc:89247-1", 1)
PATIENT = resource("Patient", id="p", gender="female")


@pytest.mark.parametrize("kind", ["collection", "transaction", "searchset", "document", "batch", "history", "message"])
def test_bundles_of_every_type(kind: str) -> None:
    assert said(read(bundle(PATIENT, ECOG, kind=kind))) == ["sex female", "ecog 1"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ECOG, ["ecog 1"]),
        ([PATIENT, ECOG], ["sex female", "ecog 1"]),
        ({"resourceType": "Bundle", "type": "collection"}, []),
        ({"resourceType": "Bundle", "entry": []}, []),
        ({"resourceType": "Bundle", "entry": {"resource": ECOG}}, ["ecog 1"]),
        ({"resourceType": "Bundle", "entry": [ECOG]}, ["ecog 1"]),  # a resource where an entry is expected
        ({"type": "collection", "entry": [{"resource": ECOG}]}, ["ecog 1"]),
        (
            {
                "resourceType": "Bundle",
                "entry": [{"resource": {"resourceType": "Bundle", "entry": [{"resource": ECOG}]}}],
            },
            ["ecog 1"],
        ),
        (
            {
                "resourceType": "Parameters",
                "parameter": [
                    {"name": "patientBundle", "resource": {"resourceType": "Bundle", "entry": [{"resource": ECOG}]}}
                ],
            },
            ["ecog 1"],
        ),
    ],
)
def test_wrappings(value: object, expected: list[str]) -> None:
    assert said(read(json.dumps(value).encode())) == expected


def test_entries_without_a_resource_are_listed() -> None:
    content = {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": "urn:x"}, {"resource": None}, 7, {"resource": {}}, {"resource": ECOG}],
    }
    intake = read(json.dumps(content).encode())
    assert said(intake) == ["ecog 1"]
    assert why(intake) == [
        "entry[0]: the entry has no resource",
        "entry[1]: the entry has no resource",
        "entry[2]: expected an entry, found a number",
        "entry[3]: expected a resource, found an object without resourceType",
    ]


def test_newline_delimited_json() -> None:
    lines = [json.dumps(PATIENT), "", json.dumps(ECOG), "{broken"]
    intake = read("\n".join(lines).encode())
    assert said(intake) == ["sex female", "ecog 1"]
    assert intake.problems == ("f.json, line 4: not readable as JSON, left out",)
    assert intake.unused[0].place == "line 4"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    content = json.dumps(PATIENT | {"name": [{"family": "Müller"}]}, ensure_ascii=False).encode(encoding)
    intake = read(content)
    assert said(intake) == ["sex female"]
    assert bool(intake.problems) is not encoding.startswith("utf-8")


def test_windows_text_is_read_and_said() -> None:
    intake = read(json.dumps(PATIENT | {"name": [{"family": "Müller"}]}, ensure_ascii=False).encode("latin-1"))
    assert said(intake) == ["sex female"]
    assert "not UTF-8" in intake.problems[0]


def test_a_file_that_was_cut_off_says_where() -> None:
    content = json.dumps(PATIENT, indent=1).encode()
    where = f"line 4, column 14 (byte {len(content) - 8})"
    assert error(content[:-8]) == f"f.json, {where}: the file ends in the middle of the JSON: it was probably cut off"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "f.json: the file is empty; expected a FHIR bundle in JSON"),
        (b" \n ", "f.json: the file is empty; expected a FHIR bundle in JSON"),
        (
            b'{"resourceType": "Patient",\n "id": }',
            "f.json, line 2, column 8 (byte 35): not readable as JSON: invalid character",
        ),
        (b"%PDF-1.7", "f.json: expected FHIR in JSON, found a PDF: use the report reader on it"),
        (b"<Bundle/>", "f.json: expected FHIR in JSON, found XML or HTML: ask for the record as FHIR JSON"),
        (b"PK\x03\x04zip", "f.json: expected FHIR in JSON, found a ZIP archive: unpack it first"),
        (b"12", "f.json: expected a FHIR Bundle or resource, found a number"),
        (b"[]", "f.json: expected a FHIR Bundle or resource, found a list"),
        (b'{"facts": 1}', "f.json: expected a FHIR Bundle or resource, found an object without resourceType ('facts')"),
        (
            b'{"resourceType": 5}',
            "f.json: expected a FHIR Bundle or resource, found an object without resourceType ('resourceType')",
        ),
        (
            b'{"resourceType": "Questionnaire"}',
            "f.json: expected a Bundle or a resource about a patient, found Questionnaire",
        ),
        (b"[" * 100_000, "f.json: not readable as JSON: nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "f.json: not readable as JSON: nested too deeply"),
    ],
)
def test_errors_name_the_place(content: bytes, message: str) -> None:
    assert error(content) == message


def test_bundles_inside_bundles_have_a_limit() -> None:
    content = b'{"resourceType":"Bundle","entry":[{"resource":' * 50 + json.dumps(ECOG).encode() + b"}]}" * 50
    assert "bundles are nested too deeply" in why(read(content))[0]


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAX_BYTES", 1024 * 1024)
    assert error(b" " * (2 * 1024 * 1024)) == "f.json: the file has 2 MB; expected at most 1 MB"
    monkeypatch.setattr(decode, "MAX_RESOURCES", 1)
    assert error(bundle(PATIENT, ECOG)) == "f.json: more than 1 resources; expected the record of one person"


def test_values_of_the_wrong_type_are_skipped_with_a_reason() -> None:
    wrong = {
        "resourceType": "Observation",
        "id": "w",
        "status": ["final"],
        "code": [{"coding": {"system": "http://loinc.org", "code": "718-7"}}],
        "valueQuantity": ["a"],
        "effectiveDateTime": {"x": 1},
        "component": "none",
        "interpretation": 5,
    }
    intake = read(bundle(wrong))
    assert said(intake) == []
    reasons = why(intake)
    assert "Observation/w, status: expected text, found a list" in reasons
    assert "Observation/w, component: expected an object, found text" in reasons
    assert "Observation/w, effectiveDateTime: expected text, found an object" in reasons


def test_long_text_takes_no_long_time() -> None:
    import time

    words = ("malignant " * 50_000, "stage " + " " * 500_000, "metastatic of the " * 30_000)
    started = time.perf_counter()
    for text in words:
        code = {"text": text, "coding": [{"code": text, "display": text}]}
        kinds = ("Condition", "Observation", "Procedure", "MedicationStatement", "AllergyIntolerance")
        read(bundle(*({"resourceType": kind, "code": code, "medicationCodeableConcept": code} for kind in kinds)))
    assert time.perf_counter() - started < 5
