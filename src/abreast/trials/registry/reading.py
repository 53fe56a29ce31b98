"""From one record of ClinicalTrials.gov's API v2 to a :class:`~.study.Study`.

The reader is tolerant: a module that is missing leaves its fields empty; a value of another kind than the API
documents is left out and named in ``Study.problems``; nothing raises. It also survives what copies of the registry
hold in practice: dates as "May 1999", ages in weeks, sites without coordinates, records without ``studyType``.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping
from typing import Any

from abreast.foundation.dates import PartialDate
from abreast.trials.registry.study import Arm, Contact, Copy, Intervention, Official, Sex, Site, Study, StudyType

NCT_NUMBER = re.compile(r"NCT[0-9]{8}")
"""A registry number: ``NCT`` and eight digits."""

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_WORDED_DATE = re.compile(r"([A-Za-z]+)\.?\s+(?:([0-9]{1,2}),\s*)?([0-9]{4})")
_AGE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(year|month|week|day|hour|minute)s?", re.IGNORECASE)
_PER_YEAR = {"year": 1.0, "month": 12.0, "week": 52.18, "day": 365.25, "hour": 8766.0, "minute": 525960.0}
_NO_LIMIT = {"", "n/a", "na", "none", "no limit"}
_STUDY_TYPES: dict[str, StudyType] = {
    "INTERVENTIONAL": "interventional",
    "OBSERVATIONAL": "observational",
    "OBSERVATIONAL_PATIENT_REGISTRY": "observational",  # so named in the former XML format
    "EXPANDED_ACCESS": "expanded_access",
}
_SEXES: dict[str, Sex] = {"ALL": "all", "FEMALE": "female", "MALE": "male", "": "unknown"}


def read_study(record: object, copy: Copy | None = None) -> Study:
    """Read one record; whatever JSON value comes in, a study comes out, with what was wrong in ``problems``.

    ``copy`` says where the record was taken from. Without it, the registry's own data version is taken from the
    record, and a record that says it was converted from another format is marked so.
    """
    return _Reader().study(record, copy)


def read_date(text: str) -> PartialDate:
    """Read a date as the registry writes or wrote it: ISO, cut short or whole, "May 1999" or "May 9, 1999".

    Raises:
        ValueError: when it is none of these, or no such day exists.
    """
    if match := _WORDED_DATE.fullmatch(text.strip()):
        month = _MONTHS.get(match[1].lower())
        if month:
            day = f"-{int(match[2]):02d}" if match[2] else ""
            return PartialDate.parse(f"{match[3]}-{month:02d}{day}")
    return PartialDate.parse(text)


def read_age(text: str) -> float | None:
    """Read an age limit ("18 Years", "6 Months") in years; "N/A" and an empty text mean that there is no limit.

    Raises:
        ValueError: when it is neither.
    """
    if text.strip().lower() in _NO_LIMIT:
        return None
    match = _AGE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"expected an age such as '18 Years' or '6 Months', found {text!r}")
    years = float(match[1]) / _PER_YEAR[match[2].lower()]
    if not math.isfinite(years):
        raise ValueError("the age is not a number that can be")
    return years


class _Reader:
    """Reads one record and collects what it could not use, under the API's own paths (``statusModule.whyStopped``)."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    # --- pieces: each returns its empty value when the key is missing, and notes a value of the wrong kind ---

    def note(self, path: str, expected: str, found: object) -> None:
        self.problems.append(f"{path}: expected {expected}, found {_short(found)}")

    def part(self, holder: Mapping[str, Any], key: str, path: str) -> Mapping[str, Any]:
        value = holder.get(key)
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        self.note(f"{path}.{key}", "an object", value)
        return {}

    def parts(self, holder: Mapping[str, Any], key: str, path: str) -> list[tuple[Mapping[str, Any], str]]:
        found = []
        for index, value in enumerate(self.items(holder, key, path)):
            where = f"{path}.{key}[{index}]"
            if isinstance(value, Mapping):
                found.append((value, where))
            else:
                self.note(where, "an object", value)
        return found

    def items(self, holder: Mapping[str, Any], key: str, path: str) -> list[Any]:
        value = holder.get(key)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.note(f"{path}.{key}", "a list", value)
        return []

    def verbatim(self, holder: Mapping[str, Any], key: str, path: str) -> str:
        value = holder.get(key)
        return "" if value is None else self.string(value, f"{path}.{key}")

    def string(self, value: object, where: str) -> str:
        if not isinstance(value, str):
            self.note(where, "text", value)
            return ""
        # Half of a surrogate pair is legal in JSON and in Python, but in no file.
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")

    def text(self, holder: Mapping[str, Any], key: str, path: str) -> str:
        return self.verbatim(holder, key, path).strip()

    def texts(self, holder: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
        values = enumerate(self.items(holder, key, path))
        found = (self.string(value, f"{path}.{key}[{index}]").strip() for index, value in values)
        return tuple(text for text in found if text)

    def code(self, holder: Mapping[str, Any], key: str, path: str) -> str:
        return self.text(holder, key, path).upper().replace(" ", "_").replace(",", "")

    def flag(self, holder: Mapping[str, Any], key: str, path: str) -> bool | None:
        value = holder.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.note(f"{path}.{key}", "true or false", value)
        return None

    def number(self, holder: Mapping[str, Any], key: str, path: str, low: float, high: float) -> float | None:
        value = holder.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.note(f"{path}.{key}", f"a number from {low:g} to {high:g}", value)
        return None

    def date(self, holder: Mapping[str, Any], key: str, path: str) -> PartialDate | None:
        text = self.text(holder, key, path)
        if not text:
            return None
        try:
            return read_date(text)
        except ValueError:
            self.note(f"{path}.{key}", "a date such as 2024, 2024-03 or 2024-03-09", text)
            return None

    def dated(self, holder: Mapping[str, Any], key: str, path: str) -> PartialDate | None:
        return self.date(self.part(holder, key, path), "date", f"{path}.{key}")

    def age(self, holder: Mapping[str, Any], key: str, path: str) -> float | None:
        text = self.text(holder, key, path)
        try:
            return read_age(text)
        except ValueError:
            self.note(f"{path}.{key}", "an age such as '18 Years'", text)
            return None

    # --- the things that a record repeats ---

    def contact(self, one: Mapping[str, Any], path: str) -> Contact:
        return Contact(
            name=self.text(one, "name", path),
            role=self.code(one, "role", path),
            phone=self.text(one, "phone", path),
            phone_ext=self.text(one, "phoneExt", path),
            email=self.text(one, "email", path),
        )

    def official(self, one: Mapping[str, Any], path: str) -> Official:
        return Official(
            name=self.text(one, "name", path),
            affiliation=self.text(one, "affiliation", path),
            role=self.code(one, "role", path),
        )

    def site(self, one: Mapping[str, Any], path: str) -> Site:
        point = self.part(one, "geoPoint", path)
        lat = self.number(point, "lat", f"{path}.geoPoint", -90, 90)
        lon = self.number(point, "lon", f"{path}.geoPoint", -180, 180)
        if lat is None or lon is None or (lat == 0 and lon == 0):  # 0, 0 is open sea: a coordinate left empty
            lat = lon = None
        return Site(
            facility=self.text(one, "facility", path),
            city=self.text(one, "city", path),
            state=self.text(one, "state", path),
            zip=self.text(one, "zip", path),
            country=self.text(one, "country", path),
            lat=lat,
            lon=lon,
            status=self.code(one, "status", path),
            contacts=tuple(self.contact(*each) for each in self.parts(one, "contacts", path)),
        )

    def arm(self, one: Mapping[str, Any], path: str) -> Arm:
        return Arm(
            label=self.text(one, "label", path),
            type=self.code(one, "type", path),
            description=self.text(one, "description", path),
            interventions=self.texts(one, "interventionNames", path),
        )

    def intervention(self, one: Mapping[str, Any], path: str) -> Intervention:
        return Intervention(
            name=self.text(one, "name", path),
            type=self.code(one, "type", path),
            other_names=self.texts(one, "otherNames", path),
            description=self.text(one, "description", path),
            arms=self.texts(one, "armGroupLabels", path),
        )

    def terms(self, holder: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
        found = (self.text(one, "term", where) for one, where in self.parts(holder, key, path))
        return tuple(dict.fromkeys(term for term in found if term))

    # --- choices and identity ---

    def study_type(self, design: Mapping[str, Any]) -> StudyType:
        code = self.code(design, "studyType", "designModule")
        if code and code not in _STUDY_TYPES:
            self.note("designModule.studyType", "one of " + ", ".join(_STUDY_TYPES), code)
        return _STUDY_TYPES.get(code, "unknown")

    def sex(self, eligibility: Mapping[str, Any]) -> Sex:
        code = self.code(eligibility, "sex", "eligibilityModule")
        if code not in _SEXES:
            self.note("eligibilityModule.sex", "ALL, FEMALE or MALE", code)
        return _SEXES.get(code, "unknown")

    def nct(self, identification: Mapping[str, Any]) -> str:
        text = self.text(identification, "nctId", "identificationModule").upper()
        if NCT_NUMBER.fullmatch(text):
            return text
        self.note("identificationModule.nctId", "a number such as NCT01234567", text or None)
        return ""

    def copy(self, record: Mapping[str, Any], given: Copy | None, derived: Mapping[str, Any]) -> Copy:
        origin = self.part(record, "_convertedFrom", "record")
        taken = self.date(self.part(derived, "miscInfoModule", "derivedSection"), "versionHolder", "miscInfoModule")
        if "_convertedFrom" in record:
            processed = self.text(origin, "processed", "_convertedFrom").rpartition(" on ")[2]
            taken = self.date({"processed": processed}, "processed", "_convertedFrom")
            source = given.source if given else "former XML format"
            return Copy(source=source, taken=(given.taken if given else None) or taken, converted=True)
        if given:
            return Copy(source=given.source, taken=given.taken or taken, converted=given.converted)
        return Copy(taken=taken)

    # --- the whole ---

    def study(self, record: object, copy: Copy | None) -> Study:
        if not isinstance(record, Mapping):
            self.note("record", "an object", record)
            record = {}
        protocol = self.part(record, "protocolSection", "record")
        derived = self.part(record, "derivedSection", "record")
        module = {
            name: self.part(protocol, f"{name}Module", "protocolSection")
            for name in (
                "identification",
                "status",
                "sponsorCollaborators",
                "description",
                "conditions",
                "design",
                "armsInterventions",
                "eligibility",
                "contactsLocations",
            )
        }
        names, status, design = module["identification"], module["status"], module["design"]
        eligibility, places, arms = module["eligibility"], module["contactsLocations"], module["armsInterventions"]
        info = self.part(design, "designInfo", "designModule")
        sponsor = self.part(module["sponsorCollaborators"], "leadSponsor", "sponsorCollaboratorsModule")
        browse = {
            name: self.part(derived, f"{name}BrowseModule", "derivedSection") for name in ("condition", "intervention")
        }
        enrolled = self.number(
            self.part(design, "enrollmentInfo", "designModule"), "count", "designModule.enrollmentInfo", 0, 1e9
        )
        for holder, key, path in (
            (names, "briefTitle", "identificationModule"),
            (status, "overallStatus", "statusModule"),
            (design, "studyType", "designModule"),
            (eligibility, "eligibilityCriteria", "eligibilityModule"),
        ):
            if holder.get(key) is None:
                self.note(f"{path}.{key}", "a value", None)
        return Study(
            nct=self.nct(names),
            acronym=self.text(names, "acronym", "identificationModule"),
            title=self.text(names, "briefTitle", "identificationModule"),
            official_title=self.text(names, "officialTitle", "identificationModule"),
            summary=self.text(module["description"], "briefSummary", "descriptionModule"),
            description=self.text(module["description"], "detailedDescription", "descriptionModule"),
            status=self.code(status, "overallStatus", "statusModule"),
            last_known_status=self.code(status, "lastKnownStatus", "statusModule"),
            why_stopped=self.text(status, "whyStopped", "statusModule"),
            status_verified=self.date(status, "statusVerifiedDate", "statusModule"),
            last_update=self.dated(status, "lastUpdatePostDateStruct", "statusModule")
            or self.date(status, "lastUpdateSubmitDate", "statusModule"),
            first_posted=self.dated(status, "studyFirstPostDateStruct", "statusModule"),
            start=self.dated(status, "startDateStruct", "statusModule"),
            primary_completion=self.dated(status, "primaryCompletionDateStruct", "statusModule"),
            completion=self.dated(status, "completionDateStruct", "statusModule"),
            study_type=self.study_type(design),
            patient_registry=self.flag(design, "patientRegistry", "designModule") or False,
            primary_purpose=self.code(info, "primaryPurpose", "designModule.designInfo"),
            phases=self.texts(design, "phases", "designModule"),
            allocation=self.code(info, "allocation", "designModule.designInfo"),
            masking=self.code(self.part(info, "maskingInfo", "designModule.designInfo"), "masking", "maskingInfo"),
            enrollment=None if enrolled is None else int(enrolled),
            conditions=self.texts(module["conditions"], "conditions", "conditionsModule"),
            keywords=self.texts(module["conditions"], "keywords", "conditionsModule"),
            condition_terms=self.terms(browse["condition"], "meshes", "conditionBrowseModule"),
            condition_ancestors=self.terms(browse["condition"], "ancestors", "conditionBrowseModule"),
            interventions=tuple(
                self.intervention(*each) for each in self.parts(arms, "interventions", "armsInterventionsModule")
            ),
            intervention_terms=self.terms(browse["intervention"], "meshes", "interventionBrowseModule"),
            arms=tuple(self.arm(*each) for each in self.parts(arms, "armGroups", "armsInterventionsModule")),
            sex=self.sex(eligibility),
            min_age=self.age(eligibility, "minimumAge", "eligibilityModule"),
            max_age=self.age(eligibility, "maximumAge", "eligibilityModule"),
            healthy_volunteers=self.flag(eligibility, "healthyVolunteers", "eligibilityModule"),
            population=self.text(eligibility, "studyPopulation", "eligibilityModule"),
            criteria=self.verbatim(eligibility, "eligibilityCriteria", "eligibilityModule"),
            sponsor=self.text(sponsor, "name", "leadSponsor"),
            sponsor_class=self.code(sponsor, "class", "leadSponsor"),
            collaborators=tuple(
                name
                for one, where in self.parts(
                    module["sponsorCollaborators"], "collaborators", "sponsorCollaboratorsModule"
                )
                if (name := self.text(one, "name", where))
            ),
            contacts=tuple(
                self.contact(*each) for each in self.parts(places, "centralContacts", "contactsLocationsModule")
            ),
            officials=tuple(
                self.official(*each) for each in self.parts(places, "overallOfficials", "contactsLocationsModule")
            ),
            sites=tuple(self.site(*each) for each in self.parts(places, "locations", "contactsLocationsModule")),
            org_id=self.text(self.part(names, "orgStudyIdInfo", "identificationModule"), "id", "orgStudyIdInfo"),
            other_ids=tuple(
                text
                for one, where in self.parts(names, "secondaryIdInfos", "identificationModule")
                if (text := self.text(one, "id", where))
            )
            + self.texts(names, "nctIdAliases", "identificationModule"),
            copy=self.copy(record, copy, derived),
            problems=tuple(self.problems),
        )


def _short(value: object) -> str:
    """Return a value for a message, cut so that a damaged record does not fill the screen."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = (
        repr(value) if isinstance(value, str) else format(value) if isinstance(value, bool | float) else _integer(value)
    )
    return text if len(text) <= 60 else text[:57] + "..."


def _integer(value: object) -> str:
    # Python refuses to print an integer of many thousand digits.
    return str(value) if not isinstance(value, int) or value.bit_length() < 1000 else "a very large number"
