"""From the entries of a clinical document to FHIR resources.

The mapping is that of HL7's guide "C-CDA on FHIR" 2.0.0 (hl7.org/fhir/us/ccda), as far as its elements decide anything
here: problems, results, vital signs, functional and social status, medications, procedures, allergies and the family's
history. What a resource means is then said by :mod:`abreast.intake.fhir`, as for any record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from abreast.foundation.language import gettext
from abreast.intake.ccda.xml import date, each, first, kind, name, templates, value, words

Resource = dict[str, Any]
Unread = tuple[str, str]
"""A kind of entry, and why nothing was read from it."""

_HL7 = "http://terminology.hl7.org/CodeSystem/"
_LATERALITY = ("272741003", "78615007", "255209002")
_PROBLEM_STATUS = {"55561003": "active", "73425007": "inactive", "413322009": "resolved", "277022003": "remission"}
_CONCERN_STATUS = {"active": "active", "completed": "inactive", "aborted": "inactive", "suspended": "inactive"}
_MEDICATION_STATUS = {
    "active": "active",
    "completed": "completed",
    "aborted": "stopped",
    "suspended": "on-hold",
    "held": "on-hold",
    "nullified": "entered-in-error",
    "cancelled": "not-taken",
}
_PROCEDURE_STATUS = {"completed": "completed", "aborted": "stopped", "cancelled": "not-done", "active": "in-progress"}
_RESULT_STATUS = {"completed": "final", "active": "preliminary", "aborted": "cancelled", "cancelled": "cancelled"}
_NO_ALLERGY = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}], "text": "No known allergy"}
_STATUS_OBSERVATION = "33999-4"
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\Z")


@dataclass
class Section:
    """One section of a document: its entries as resources, numbered in order, and what was left aside.

    ``narrative`` maps the ids of marked words in the section's text to these words: entries refer to them.
    """

    title: str
    narrative: dict[str, str]
    resources: list[Resource] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def add(self, kind_: str, **parts: Any) -> Resource:
        """Add a resource of a kind; parts without content are left out."""
        label = re.sub(r"[^A-Za-z0-9]+", "-", self.title).strip("-") or "section"
        resource = {"resourceType": kind_, "id": f"{label}-{len(self.resources) + 1}"}
        resource.update({key: part for key, part in parts.items() if part not in (None, "", [], {})})
        self.resources.append(resource)
        return resource

    def skip(self, what: str, why: str) -> None:
        """Note that nothing was read from something."""
        self.unread.append((what, why))


def read_entry(entry: Element, section: Section) -> None:
    """Add what an entry of a section says to ``section``."""
    for statement in entry:
        if name(statement) in ("act", "observation", "organizer", "procedure", "substanceAdministration", "supply"):
            _statement(statement, section)


def _statement(statement: Element, section: Section) -> None:
    ids = templates(statement)
    for template, read in _READERS.items():
        if template in ids:
            read(statement, section)
            return
    if name(statement) == "substanceAdministration":
        _medication(statement, section)
    elif name(statement) == "procedure":
        _procedure(statement, section)
    elif name(statement) == "organizer":
        _organizer(statement, section)
    elif name(statement) == "observation":
        _observation(statement, section)
    else:
        found = _concept(first(statement, "code"), section)
        section.skip(found.get("text") or name(statement), gettext("an entry of a kind that abreast does not read"))


# --- problems ---------------------------------------------------------------------------------------------------------


def _concern(act: Element, section: Section) -> None:
    status = value(act, "statusCode", at="code")
    for observation in each(act, "entryRelationship", "observation"):
        if "2.16.840.1.113883.10.20.22.4.7" in templates(observation):
            _allergy(observation, section)
        else:
            _problem(observation, section, status)


def _problem(observation: Element, section: Section, concern: str = "") -> None:
    said = first(observation, "value")
    concept = _concept(said, section)
    if not concept:
        section.skip(gettext("a problem"), gettext("it is not said which"))
        return
    low, high = _period(observation)
    own = next(
        (
            value(status, "value", at="code")
            for status in each(observation, "entryRelationship", "observation")
            if value(status, "code", at="code") == _STATUS_OBSERVATION
        ),
        "",
    )
    status = _PROBLEM_STATUS.get(own) or ("resolved" if high else _CONCERN_STATUS.get(concern, ""))
    refuted = observation.get("negationInd") == "true"
    section.add(
        "Condition",
        clinicalStatus=_hl7("condition-clinical", status),
        verificationStatus=_hl7("condition-ver-status", "refuted" if refuted else "confirmed"),
        code=concept,
        bodySite=_sites(observation, said, section),
        onsetDateTime=low,
        abatementDateTime=high,
    )


def _sites(statement: Element, said: Element | None, section: Section) -> list[Resource]:
    sites = [_concept(site, section) for site in each(statement, "targetSiteCode")]
    for holder in (*each(statement, "targetSiteCode"), *([said] if said is not None else [])):
        for qualifier in each(holder, "qualifier"):
            if value(qualifier, "name", at="code") in _LATERALITY:
                sites.append(_concept(first(qualifier, "value"), section))
    return [site for site in sites if site]


# --- results ----------------------------------------------------------------------------------------------------------


def _organizer(organizer: Element, section: Section) -> None:
    if "2.16.840.1.113883.10.20.22.4.45" in templates(organizer):
        _family(organizer, section)
        return
    when = date(value(organizer, "effectiveTime")) or date(value(organizer, "effectiveTime", "low"))
    for component in each(organizer, "component"):
        for statement in component:
            if name(statement) == "observation":
                _observation(statement, section, when)
            elif name(statement) in ("procedure", "act", "substanceAdministration"):
                _statement(statement, section)


def _observation(observation: Element, section: Section, when: str = "") -> None:
    code = _concept(first(observation, "code"), section)
    if observation.get("negationInd") == "true" or observation.get("moodCode", "EVN") != "EVN":
        section.skip(code.get("text") or gettext("an observation"), gettext("it is denied or only planned"))
        return
    said = first(observation, "value")
    parts = _value(said, section) if said is not None else {}
    if not parts:
        section.skip(code.get("text") or gettext("an observation"), gettext("it has no value"))
        return
    low, _ = _period(observation)
    status = _RESULT_STATUS.get(value(observation, "statusCode", at="code"), "final")
    section.add(
        "Observation",
        status=status,
        code=code,
        effectiveDateTime=low or when,
        interpretation=[_concept(one, section) for one in each(observation, "interpretationCode")],
        referenceRange=list(_ranges(observation)),
        bodySite=next(iter(_sites(observation, None, section)), None),
        **parts,
    )


def _value(said: Element, section: Section) -> dict[str, Any]:
    """Return a value as FHIR has it, under its name there; nothing when it has none or is of an unusual kind."""
    if "nullFlavor" in said.attrib and not len(said):
        return {}
    match kind(said):
        case "PQ" | "REAL" | "INT" | "MO":
            quantity = _quantity(said)
            return {"valueQuantity": quantity} if quantity else {}
        case "IVL_PQ" | "IVL_INT" | "IVL_REAL":
            return _interval(said)
        case "CD" | "CE" | "CO" | "CV" | "CS":
            concept = _concept(said, section)
            return {"valueCodeableConcept": concept} if concept else {}
        case "BL":
            return {"valueBoolean": said.get("value") == "true"} if said.get("value") else {}
        case "TS":
            day = date(said.get("value", ""))
            return {"valueDateTime": day} if day else {}
        case _:
            text = _text(said, section)
            return {"valueString": text} if text else {}


def _quantity(said: Element | None) -> Resource | None:
    text = "" if said is None or "nullFlavor" in said.attrib else said.get("value", "").strip()
    if said is None or not _NUMBER.match(text):
        return None
    unit = said.get("unit", "").strip()
    quantity: Resource = {"value": float(text)}
    if unit and unit != "1":
        quantity |= {"unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return quantity


def _interval(said: Element) -> dict[str, Any]:
    low, high = first(said, "low"), first(said, "high")
    below, above = _quantity(low), _quantity(high)
    if below and above:
        return {"valueRange": {"low": below, "high": above}}
    if above and high is not None:
        return {"valueQuantity": {**above, "comparator": "<" if high.get("inclusive") == "false" else "<="}}
    if below and low is not None:
        return {"valueQuantity": {**below, "comparator": ">" if low.get("inclusive") == "false" else ">="}}
    return {}


def _ranges(observation: Element) -> Iterator[Resource]:
    for one in each(observation, "referenceRange", "observationRange"):
        low, high = _quantity(first(one, "value", "low")), _quantity(first(one, "value", "high"))
        shown = {"low": low, "high": high, "text": words(first(one, "text"))}
        found = {key: part for key, part in shown.items() if part}
        if found:
            yield found


# --- treatment --------------------------------------------------------------------------------------------------------


def _medication(given: Element, section: Section) -> None:
    product = first(given, "consumable", "manufacturedProduct", "manufacturedMaterial")
    concept = _concept(first(product, "code"), section)
    named = words(first(product, "name"))
    if named and not concept.get("text"):
        concept["text"] = named
    if not concept:
        section.skip(gettext("a medicine"), gettext("it is not said which"))
        return
    low, high = _period(given)
    status = _MEDICATION_STATUS.get(value(given, "statusCode", at="code"), "unknown")
    if given.get("negationInd") == "true":
        status = "not-taken"
    if given.get("moodCode") == "INT":
        section.add(
            "MedicationRequest",
            status={"not-taken": "cancelled"}.get(status, status),
            intent="order",
            doNotPerform=status == "not-taken" or None,
            medicationCodeableConcept=concept,
            authoredOn=low,
            dispenseRequest={"validityPeriod": _span(low, high)} if high else None,
        )
        return
    section.add(
        "MedicationStatement",
        status=status,
        medicationCodeableConcept=concept,
        effectivePeriod=_span(low, high),
    )


def _procedure(done: Element, section: Section) -> None:
    concept = _concept(first(done, "code"), section)
    if done.get("moodCode", "EVN") != "EVN" or done.get("negationInd") == "true":
        section.skip(concept.get("text") or gettext("a procedure"), gettext("it is denied or only planned"))
        return
    low, high = _period(done)
    section.add(
        "Procedure",
        status=_PROCEDURE_STATUS.get(value(done, "statusCode", at="code"), "unknown"),
        code=concept,
        bodySite=_sites(done, None, section),
        **({"performedPeriod": _span(low, high)} if high and high != low else {"performedDateTime": low}),
    )


def _allergy(observation: Element, section: Section) -> None:
    substances = [
        found
        for entity in each(observation, "participant", "participantRole", "playingEntity")
        if (found := _concept(first(entity, "code"), section) or _named(words(first(entity, "name"))))
    ]
    denied = observation.get("negationInd") == "true"
    if denied and not substances:
        section.add("AllergyIntolerance", code=_NO_ALLERGY, verificationStatus=_confirmed())
    elif denied:
        section.skip(substances[0].get("text") or gettext("an allergy"), gettext("the record says that there is none"))
    low, high = _period(observation)
    for substance in () if denied else substances:
        section.add(
            "AllergyIntolerance",
            clinicalStatus=_hl7("allergyintolerance-clinical", "resolved" if high else "active"),
            verificationStatus=_confirmed(),
            code=substance,
            onsetDateTime=low,
        )
    if not denied and not substances:
        section.skip(gettext("an allergy"), gettext("it is not said to what"))


def _confirmed() -> Resource | None:
    return _hl7("allergyintolerance-verification", "confirmed")


def _family(organizer: Element, section: Section) -> None:
    subject = first(organizer, "subject", "relatedSubject")
    conditions = []
    for observation in each(organizer, "component", "observation"):
        concept = _concept(first(observation, "value"), section)
        if concept and observation.get("negationInd") != "true":
            ages = (_quantity(first(one, "value")) for one in each(observation, "entryRelationship", "observation"))
            age = next((one for one in ages if one and one.get("code") in (None, "a")), None)
            conditions.append({"code": concept, **({"onsetAge": {**age, "code": "a"}} if age else {})})
    if not conditions:
        section.skip(gettext("a relative"), gettext("no illness is named, or it is denied"))
        return
    section.add(
        "FamilyMemberHistory",
        status="completed",
        relationship=_concept(first(subject, "code"), section),
        condition=conditions,
    )


# --- the person, and the parts of all entries -------------------------------------------------------------------------


def patient(document: Element) -> Resource:
    """Return the person whom the document is about."""
    role = first(document, "recordTarget", "patientRole")
    person = first(role, "patient")
    sex = {"F": "female", "M": "male", "UN": "other"}.get(value(person, "administrativeGenderCode", at="code"))
    postal = next((words(one) for one in each(role, "addr", "postalCode") if words(one)), "")
    found: Resource = {"resourceType": "Patient", "id": "person"}
    for key, part in (("gender", sex), ("birthDate", date(value(person, "birthTime")))):
        if part:
            found[key] = part
    if value(person, "deceasedInd") == "true":
        found["deceasedBoolean"] = True
    if postal:
        found["address"] = [{"postalCode": postal}]
    return found


def _period(statement: Element) -> tuple[str, str]:
    """Return the days from which and to which a statement holds, or ""; of several times the first interval counts."""
    for time in each(statement, "effectiveTime"):
        if kind(time) in ("PIVL_TS", "EIVL_TS"):
            continue  # how often, not when
        whole = date(value(time))
        if whole:
            return whole, ""
        low, high = date(value(time, "low")), date(value(time, "high"))
        if low or high:
            return low, high
    return "", ""


def _span(low: str, high: str) -> Resource:
    return {key: day for key, day in (("start", low), ("end", high)) if day}


def _concept(element: Element | None, section: Section) -> Resource:
    """Return a coded value with its translations and its words; {} for nothing."""
    if element is None:
        return {}
    codings = [coding for one in (element, *each(element, "translation")) if (coding := _coding(one))]
    shown = _text(first(element, "originalText"), section) or element.get("displayName", "")
    shown = shown or next((coding["display"] for coding in codings if "display" in coding), "")
    return {key: part for key, part in (("coding", codings), ("text", shown)) if part}


def _coding(element: Element) -> Resource:
    code, system = element.get("code", "").strip(), element.get("codeSystem", "").strip()
    if not code or "nullFlavor" in element.attrib:
        return {}
    found = {"system": f"urn:oid:{system}" if system else "", "code": code, "display": element.get("displayName", "")}
    return {key: part for key, part in found.items() if part}


def _text(element: Element | None, section: Section) -> str:
    """Return the words of an element, or those of the section's text that it refers to."""
    if element is None:
        return ""
    reference = value(element, "reference").removeprefix("#")
    return section.narrative.get(reference, "") or words(element)


def _named(text: str) -> Resource:
    return {"text": text} if text else {}


def _hl7(system: str, code: str) -> Resource | None:
    return {"coding": [{"system": _HL7 + system, "code": code}]} if code else None


_READERS: dict[str, Callable[[Element, Section], None]] = {
    "2.16.840.1.113883.10.20.22.4.3": _concern,
    "2.16.840.1.113883.10.20.22.4.30": _concern,
    "2.16.840.1.113883.10.20.22.4.4": _problem,
    "2.16.840.1.113883.10.20.22.4.7": _allergy,
    "2.16.840.1.113883.10.20.22.4.16": _medication,
    "2.16.840.1.113883.10.20.22.4.14": _procedure,
    "2.16.840.1.113883.10.20.22.4.12": _procedure,
    "2.16.840.1.113883.10.20.22.4.13": _observation,
}
"""Template ids of entries, and who reads them; all others go by their element's name."""
