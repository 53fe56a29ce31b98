"""Whom a record is about: one person, several, or one whom it does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from abreast.foundation.errors import InputError
from tests.unit.intake.fhir_builder import concept, observation, read, resource, said, why


def patient(name: str = "a", **elements: Any) -> dict[str, Any]:
    return resource("Patient", **({"id": name} | elements))


def ecog(value: int, subject: str, name: str = "o") -> dict[str, Any]:
    return observation("loinc:89247-1", value, id=name, subject={"reference": subject})


@pytest.mark.parametrize("birth", ["1953", "1953-04", "1953-04-09"])
def test_a_birth_date_of_any_precision(birth: str) -> None:
    assert said(read(patient(birthDate=birth))) == [f"birth_date {birth}"]


def test_a_birth_date_that_is_none() -> None:
    intake = read(patient(birthDate="9 April 1953"))
    assert said(intake) == []
    assert why(intake) == ["Patient/a, birthDate: not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)"]


@pytest.mark.parametrize(
    ("gender", "birth_sex", "expected"),
    [
        ("female", None, ["sex female"]),
        ("male", "M", ["sex male"]),
        (None, "F", ["sex female"]),
        ("male", "F", ["sex male", "sex female"]),  # side by side: the case shows a conflict
        ("other", None, []),
    ],
)
def test_sex(gender: str | None, birth_sex: str | None, expected: list[str]) -> None:
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
    extension = [{"url": url, "valueCode": birth_sex}] if birth_sex else None
    assert said(read(patient(gender=gender, extension=extension))) == expected


def test_the_address() -> None:
    old = {"use": "old", "postalCode": "99999"}
    home = {"use": "home", "postalCode": "01951-1234", "country": "United States"}
    assert said(read(patient(address=[old, home]))) == ["zip 01951", "country US"]
    assert said(read(patient(address={"postalCode": "3511 AB", "country": "NL"}))) == ["zip 3511 AB", "country NL"]


def test_the_zip_of_a_trial_search_stands_for_the_address() -> None:
    search = resource("Parameters", id="0", parameter=[{"name": "zipCode", "valueString": "75001"}, {"name": "phase"}])
    intake = read(search, patient(address=[{"postalCode": "01951"}]))
    assert said(intake) == ["zip 75001"]
    assert "Parameters/0, parameter[1]: a setting of a trial search, not a fact about the person" in why(intake)


def test_death_is_told() -> None:
    intake = read(patient(deceasedDateTime="2025-01-01"))
    assert intake.problems == ("Patient/a, deceasedDateTime: the record says that this person has died",)
    assert read(patient(deceasedBoolean=False)).problems == ()


def test_several_patients_are_an_error_that_names_them() -> None:
    with pytest.raises(InputError, match=r"2 patients in this file; expected one: choose among Patient/a, Patient/b"):
        read(patient("a"), patient("b"))


@pytest.mark.parametrize("wanted", ["b", "Patient/b"])
def test_one_of_several_may_be_chosen(wanted: str) -> None:
    intake = read(
        patient("a", birthDate="1950"),
        patient("b", birthDate="1960"),
        ecog(1, "Patient/a", "1"),
        ecog(2, "http://server/fhir/Patient/b/_history/3", "2"),
        observation("loinc:89247-1", 4, id="3"),
        patient=wanted,
    )
    assert said(intake) == ["birth_date 1960", "ecog 2"]
    assert intake.patient_count == 2
    assert why(intake) == [
        "Patient/a: another patient",
        "Observation/1, subject: it is about another patient (Patient/a)",
        "Observation/3, subject: it does not say which patient it is about",
    ]


def test_nobody_of_that_name() -> None:
    with pytest.raises(InputError, match=r"there is no patient 'c'; expected one: choose among Patient/a"):
        read(patient("a"), patient="c")


def test_the_same_patient_twice_is_one() -> None:
    assert said(read(patient(birthDate="1950"), patient(birthDate="1950"))) == ["birth_date 1950"]


def test_without_a_patient_one_subject_is_enough() -> None:
    intake = read(ecog(1, "Patient/z", "1"), ecog(1, "Patient/z", "2"))
    assert said(intake) == ["ecog 1"]
    assert intake.problems == ("record.json: there is no Patient, so age and sex are not known",)
    with pytest.raises(InputError, match="2 patients"):
        read(ecog(1, "Patient/z", "1"), ecog(1, "Patient/y", "2"))


def test_a_subject_whom_the_record_does_not_hold_leaves_the_fact_unconfirmed() -> None:
    intake = read(patient("a"), ecog(0, "Patient/a", "1"), ecog(3, "Patient/stranger", "2"))
    assert said(intake) == ["ecog 0", "unconfirmed ecog 3"]
    assert "Patient/stranger" in intake.facts[1].note
    assert "1 resources name a subject that is not the record's Patient" in intake.problems[0]


def test_a_patient_known_by_another_id_throughout_is_this_patient() -> None:
    intake = read(patient("a"), ecog(1, "Patient/other", "1"), ecog(1, "Patient/other", "2"))
    assert said(intake) == ["ecog 1"]
    assert intake.problems == ()


def test_references_by_full_url() -> None:
    entry = {"fullUrl": "urn:uuid:1", "resource": resource("Patient", id="a", gender="female")}
    about = {"resource": ecog(1, "urn:uuid:1")}
    import json

    from abreast.intake import read_fhir
    from abreast.vocabulary import load_vocabulary

    content = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry, about]}).encode()
    assert said(read_fhir(content, "r.json", load_vocabulary())) == ["sex female", "ecog 1"]


def test_a_modifier_that_is_not_known_may_turn_the_meaning_around() -> None:
    turned = observation(
        "loinc:89247-1", 1, modifierExtension=[{"url": "http://example.org/not", "valueBoolean": True}]
    )
    assert said(read(turned)) == []
    assert why(read(turned))[0].startswith("Observation/x, modifierExtension: it carries a modifier")


def test_the_same_said_twice_is_one_fact_with_both_places() -> None:
    same = concept("loinc:89247-1")
    intake = read(
        resource("Observation", id="1", code=same, valueInteger=1),
        resource("Observation", id="2", code=same, valueInteger=1),
    )
    assert said(intake) == ["ecog 1"]
    assert intake.facts[0].source.place == "Observation/1, valueInteger; Observation/2, valueInteger"


def test_contradictions_stay_side_by_side() -> None:
    intake = read(observation("loinc:89247-1", 1, id="1"), observation("loinc:89247-1", 3, id="2"))
    assert said(intake) == ["ecog 1", "ecog 3"]
