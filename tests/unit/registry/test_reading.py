"""Records with all their quirks are read, and what could not be read is named."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abreast.foundation.dates import PartialDate
from abreast.trials.registry import Copy, Registry, Site, Study, read_study
from abreast.trials.registry.reading import read_age, read_date

RECORD = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT01234567",
            "briefTitle": "Letrozole With or Without a New Drug",
            "officialTitle": "A Randomized Study",
            "acronym": "TRY",
            "orgStudyIdInfo": {"id": "ABC-1"},
            "secondaryIdInfos": [{"id": "2024-000001-01", "type": "EUDRACT_NUMBER"}],
        },
        "statusModule": {
            "overallStatus": "RECRUITING",
            "statusVerifiedDate": "2026-02",
            "startDateStruct": {"date": "2025-03-09", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2028", "type": "ESTIMATED"},
            "lastUpdatePostDateStruct": {"date": "2026-02-20"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "A Hospital", "class": "OTHER"},
            "collaborators": [{"name": "A Company", "class": "INDUSTRY"}],
        },
        "descriptionModule": {"briefSummary": "What it is.", "detailedDescription": "How it is done."},
        "conditionsModule": {"conditions": ["Breast Cancer"], "keywords": ["HR positive"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2", "PHASE3"],
            "designInfo": {
                "allocation": "RANDOMIZED",
                "primaryPurpose": "TREATMENT",
                "maskingInfo": {"masking": "DOUBLE"},
            },
            "enrollmentInfo": {"count": 300, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "armGroups": [{"label": "New", "type": "EXPERIMENTAL", "interventionNames": ["Drug: Letrozole"]}],
            "interventions": [
                {"type": "DRUG", "name": "Letrozole", "otherNames": ["Femara"], "armGroupLabels": ["New"]}
            ],
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\r\n\r\n* ANC \\>= 1.5\r\n* LVEF ≥ 50 %",
            "sex": "FEMALE",
            "minimumAge": "18 Years",
            "healthyVolunteers": False,
        },
        "contactsLocationsModule": {
            "centralContacts": [{"name": "Someone", "role": "CONTACT", "phone": "555 0100", "email": "a@example.org"}],
            "overallOfficials": [{"name": "Dr. A", "affiliation": "A Hospital", "role": "PRINCIPAL_INVESTIGATOR"}],
            "locations": [
                {
                    "facility": "A Hospital",
                    "status": "RECRUITING",
                    "city": "Chicago",
                    "state": "Illinois",
                    "zip": "60611",
                    "country": "United States",
                    "geoPoint": {"lat": 41.85, "lon": -87.65},
                    "contacts": [{"name": "Nurse", "role": "CONTACT", "phone": "555 0101", "phoneExt": "7"}],
                }
            ],
        },
    },
    "derivedSection": {
        "miscInfoModule": {"versionHolder": "2026-03-13"},
        "conditionBrowseModule": {
            "meshes": [{"id": "D001943", "term": "Breast Neoplasms"}],
            "ancestors": [{"id": "D001941", "term": "Breast Diseases"}],
        },
        "interventionBrowseModule": {"meshes": [{"id": "D000077289", "term": "Letrozole"}]},
    },
}


def test_a_whole_record_is_read_without_a_problem() -> None:
    study = read_study(RECORD)
    assert study.problems == ()
    assert (study.nct, study.title, study.acronym) == ("NCT01234567", "Letrozole With or Without a New Drug", "TRY")
    assert (study.status, study.status_verified) == ("RECRUITING", PartialDate(2026, 2))
    assert (study.start, study.completion) == (PartialDate(2025, 3, 9), PartialDate(2028))
    assert (study.study_type, study.primary_purpose, study.masking) == ("interventional", "TREATMENT", "DOUBLE")
    assert (study.phases, study.phase_number) == (("PHASE2", "PHASE3"), 3.0)
    assert (study.sex, study.min_age, study.max_age, study.healthy_volunteers) == ("female", 18.0, None, False)
    assert study.interventions[0].other_names == ("Femara",)
    assert study.interventions[0].arms == (study.arms[0].label,)
    assert (study.condition_terms, study.condition_ancestors) == (("Breast Neoplasms",), ("Breast Diseases",))
    assert study.sponsor == "A Hospital"
    assert study.collaborators == ("A Company",)
    assert (study.org_id, study.other_ids) == ("ABC-1", ("2024-000001-01",))
    assert study.contacts[0].email == "a@example.org"
    assert study.officials[0].affiliation == "A Hospital"
    assert (study.sites[0].lat, study.sites[0].contacts[0].phone_ext) == (41.85, "7")
    assert study.sites[0].where == "Chicago, Illinois, United States"
    assert study.copy == Copy(taken=PartialDate(2026, 3, 13))
    assert study.url == "https://clinicaltrials.gov/study/NCT01234567"


def test_criteria_stay_as_registered() -> None:
    """A span of a criterion must point into the very text that the registry shows."""
    assert read_study(RECORD).criteria == RECORD["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]  # type: ignore[index]


def test_a_study_survives_being_stored() -> None:
    study = read_study(RECORD)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(study), type=Study) == study
    assert msgspec.json.decode(msgspec.json.encode(study), type=Study) == study


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024", PartialDate(2024)),
        ("2024-03", PartialDate(2024, 3)),
        ("2024-03-09", PartialDate(2024, 3, 9)),
        ("May 1999", PartialDate(1999, 5)),
        ("October 24, 2013", PartialDate(2013, 10, 24)),
        ("January 05, 2020", PartialDate(2020, 1, 5)),
    ],
)
def test_dates_in_every_form_the_registry_has_used(text: str, expected: PartialDate) -> None:
    assert read_date(text) == expected


@pytest.mark.parametrize("text", ["soon", "Smarch 2024", "2024-13", "February 30, 2024", "03/09/2024"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whoever calls it writes the message
        read_date(text)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("18 Years", 18.0),
        ("1 Year", 1.0),
        ("6 Months", 0.5),
        ("37 Weeks", 37 / 52.18),
        ("120 Days", 120 / 365.25),
        ("N/A", None),
        ("", None),
    ],
)
def test_ages_are_read_in_years(text: str, years: float | None) -> None:
    assert read_age(text) == (None if years is None else pytest.approx(years))


@pytest.mark.parametrize("text", ["eighteen", "18", "-5 Years", "9" * 400 + " Years"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected an age|not a number"):
        read_age(text)


@pytest.mark.parametrize(
    ("module", "fields", "place"),
    [
        ("status", {"startDateStruct": {"date": "next week"}}, "statusModule.startDateStruct.date"),
        ("status", {"startDateStruct": "2024"}, "statusModule.startDateStruct"),
        ("eligibility", {"minimumAge": "adult"}, "eligibilityModule.minimumAge"),
        ("eligibility", {"sex": "BOTH"}, "eligibilityModule.sex"),
        ("eligibility", {"healthyVolunteers": "yes"}, "eligibilityModule.healthyVolunteers"),
        ("design", {"studyType": "SURVEY"}, "designModule.studyType"),
        ("design", {"phases": "PHASE2"}, "designModule.phases"),
        ("design", {"enrollmentInfo": {"count": -1}}, "designModule.enrollmentInfo.count"),
        ("conditions", {"conditions": ["Breast Cancer", 7]}, "conditionsModule.conditions[1]"),
        ("contactsLocations", {"locations": [{"geoPoint": {"lat": 91, "lon": 0}}]}, "locations[0].geoPoint.lat"),
        ("contactsLocations", {"locations": [{"geoPoint": {"lat": math.nan, "lon": 0}}]}, "locations[0].geoPoint.lat"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_kept(
    make: Callable[..., Study], module: str, fields: dict[str, Any], place: str
) -> None:
    study = make(**{module: fields})
    assert any(place in problem and "expected" in problem for problem in study.problems), study.problems
    assert study.title == "A Study"


def test_missing_modules_leave_their_fields_empty() -> None:
    study = read_study({"protocolSection": {"identificationModule": {"nctId": "NCT01234567"}}})
    assert (study.study_type, study.sex, study.sites, study.healthy_volunteers) == ("unknown", "unknown", (), None)
    assert [problem.split(":")[0] for problem in study.problems] == [
        "identificationModule.briefTitle",
        "statusModule.overallStatus",
        "designModule.studyType",
        "eligibilityModule.eligibilityCriteria",
    ]


def test_sites_without_coordinates_and_at_zero_are_nowhere(make: Callable[..., Study]) -> None:
    places = [{"city": "Chicago"}, {"city": "Null Island", "geoPoint": {"lat": 0, "lon": 0}}, {"geoPoint": {"lat": 5}}]
    study = make(contactsLocations={"locations": places})
    assert [(site.lat, site.lon) for site in study.sites] == [(None, None)] * 3


def test_a_converted_record_says_so() -> None:
    record = RECORD | {"_convertedFrom": {"processed": "ClinicalTrials.gov processed this data on April 27, 2021"}}
    assert read_study(record).copy == Copy("former XML format", PartialDate(2021, 4, 27), converted=True)
    assert read_study(record, Copy("older")).copy == Copy("older", PartialDate(2021, 4, 27), converted=True)


def test_half_a_surrogate_pair_can_still_be_stored(make: Callable[..., Study]) -> None:
    study = make(description={"briefSummary": json.loads('"broken \\ud83d here"')})
    assert study.summary == "broken ? here"
    msgspec.msgpack.encode(study)


@pytest.mark.parametrize("nct", ["", "NCT123", "NCT0123456X", "01234567", None, 5])
def test_a_number_that_is_none_is_named(nct: object) -> None:
    study = read_study({"protocolSection": {"identificationModule": {"nctId": nct}}})
    assert (study.nct, study.url) == ("", "")
    assert "NCT01234567" in "".join(study.problems)


def test_every_shipped_record_is_read(shipped: Registry) -> None:
    """The only problem that real records have is that some do not say what kind of study they are."""
    studies = shipped.studies()
    problems = {problem for study in studies for problem in study.problems}
    assert problems == {"designModule.studyType: expected a value, found nothing"}
    assert sum(bool(study.problems) for study in studies) == 15
    assert all(study.title and study.criteria and study.status for study in studies)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


@given(JSON)
def test_no_json_value_raises(value: object) -> None:
    assert isinstance(read_study(value), Study)


@given(place=st.sampled_from(_places(RECORD)), value=JSON)
def test_no_value_at_any_place_of_a_record_raises(place: tuple[Any, ...], value: object) -> None:
    record = json.loads(json.dumps(RECORD))
    if place:
        holder = record
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = value
    else:
        record = value
    study = read_study(record)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(study), type=Study) == study
    assert all(isinstance(site, Site) for site in study.sites)
