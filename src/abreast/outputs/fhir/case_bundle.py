"""A case as a bundle of HL7 mCODE 4.0.0 (FHIR R4), which this program reads back without loss.

Every fact becomes a resource in the terms of the standard, as far as these reach, and stands in it once more in full
(:mod:`abreast.intake.fhir.own`), with where it came from. What was worked out is not written: it follows from the rest.
Nobody's name is in it but the label that the person gave.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from abreast.case import Case, Fact
from abreast.case.file import case_content
from abreast.intake.fhir import read_fhir
from abreast.intake.fhir.own import BASE, DECLARATION, FACT, LABEL, ORDER, READ, SETTLEMENT, as_extension, mark
from abreast.outputs.fhir.coding import (
    ABSENT_REASON,
    MCODE,
    OWN_CODES,
    Json,
    attribute_concept,
    category_concept,
    coding,
    concept,
    date_of,
    normal_limits,
    number,
    place_concept,
    quantity,
    stage_concept,
    tables,
    term_concept,
    value_x,
    without_nothing,
)
from abreast.vocabulary import Quantity, Vocabulary

NAMESPACE = uuid.UUID("0d7b3c1e-6e0a-5c57-9a0e-b1f1c0a4f2d9")

_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ALLERGY_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_PERSON = ("birth_date", "sex", "zip", "country")
"""Attributes that Patient has elements for."""


def case_bundle(case: Case, today: dt.date) -> Json:
    """Return the bundle as plain values.

    It is read once as another program would read it: marks of what its standard elements give go into the patient, so
    that the reader can tell what somebody changed later.
    """
    return _marked(_Writer(case, today).bundle(), case)


def fact_addresses(case: Case) -> dict[str, str]:
    """Return where each fact stands in the case's bundle: the address of its resource, by the id of the fact."""
    writer = _Writer(case, dt.date.min)
    person = {fact.id for fact in case.facts if fact.attribute in _PERSON}
    own = {fact.id: f"urn:uuid:{writer._id(f'fact/{fact.id}')}" for fact in writer._facts()}
    return {name: f"urn:uuid:{writer.patient}" if name in person else address for name, address in own.items()}


def _marked(bundle: Json, case: Case) -> Json:
    seen = read_fhir(msgspec.json.encode(bundle), "bundle", case.vocabulary, in_full=False)
    marks = sorted({mark(fact) for fact in seen.facts})
    if marks:
        patient = bundle["entry"][0]["resource"]
        patient["extension"] = [*patient.get("extension", []), as_extension(READ, marks)]
    return bundle


def case_fhir(case: Case, today: dt.date) -> bytes:
    """Return the bundle as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(case_bundle(case, today)), indent=1) + b"\n"


@dataclass
class _Writer:
    """Writes one case. Ids are made from what the case says: the same case gives the same bundle."""

    case: Case
    today: dt.date

    def __post_init__(self) -> None:
        content = case_content(self.case)
        facts = zip(self._facts(), content["facts"], strict=True)
        self.full = {fact.id: {**one, ORDER: place} for place, (fact, one) in enumerate(facts)}
        self.declared = content.get("complete", [])
        self.settled = content.get("settled", [])
        self.digest = hashlib.blake2b(json.dumps(content).encode(), digest_size=16).hexdigest()
        self.patient = self._id("patient")

    @property
    def vocabulary(self) -> Vocabulary:
        return self.case.vocabulary

    def _facts(self) -> list[Fact]:
        return [fact for fact in self.case.facts if fact.source.kind != "derived"]

    def _id(self, what: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self.digest}/{what}"))

    def bundle(self) -> Json:
        resources = [self._patient(), *self._each_fact(), *self._words_given()]
        entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
        return {
            "resourceType": "Bundle",
            "id": self._id("bundle"),
            "meta": {"profile": [f"{MCODE}/mcode-patient-bundle"]},
            "type": "collection",
            "timestamp": f"{self.today}T00:00:00Z",
            "entry": entries,
        }

    def _each_fact(self) -> Iterator[Json]:
        for fact in self._facts():
            if fact.attribute not in _PERSON:
                yield self._finished(_BUILDERS.get(fact.attribute, _observation)(self, fact), fact)

    def _finished(self, resource: Json, fact: Fact) -> Json:
        """Return a resource with its id and the fact in full; notes are text that anybody may read."""
        own = as_extension(FACT, self.full[fact.id])
        resource = without_nothing({**resource, "id": self._id(f"fact/{fact.id}")})
        if fact.note.strip() and resource["resourceType"] not in ("Basic",):
            resource["note"] = [{"text": fact.note}]
        resource["extension"] = [*resource.get("extension", []), own]
        return resource

    def _patient(self) -> Json:
        facts = [fact for fact in self._facts() if fact.attribute in _PERSON]
        masked = {"url": ABSENT_REASON, "valueCode": "masked"}
        first = {name: self._first(name) for name in _PERSON}
        address = without_nothing({"postalCode": first["zip"], "country": first["country"]})
        extensions = [as_extension(FACT, self.full[fact.id]) for fact in facts]
        if self.case.label:
            extensions.append(as_extension(LABEL, self.case.label))
        return without_nothing(
            {
                "resourceType": "Patient",
                "id": self.patient,
                "meta": {"profile": [f"{MCODE}/mcode-cancer-patient"]},
                "extension": extensions,
                "identifier": [{"system": f"{BASE}/case", "value": self.patient}],
                "name": [{"text": self.case.label} if self.case.label.strip() else {"extension": [masked]}],
                "gender": first["sex"] if first["sex"] in ("male", "female") else "unknown",
                "birthDate": first["birth_date"],
                "address": [address] if address else [],
            }
        )

    def _first(self, attribute: str) -> str:
        """Return the first certain value of an attribute of the person, as text."""
        values = (f.value for f in self._facts() if f.attribute == attribute and f.certainty == "certain")
        return str(next(values, "")).strip()

    def _words_given(self) -> Iterator[Json]:
        """Yield what FHIR has no resource for: whose word makes a list complete, and how disagreements were settled."""
        for url, name, some in ((DECLARATION, "declaration", self.declared), (SETTLEMENT, "settlement", self.settled)):
            for place, one in enumerate(some):
                yield {
                    "resourceType": "Basic",
                    "id": self._id(f"{name}/{place}"),
                    "extension": [as_extension(url, one)],
                    "code": concept(name, coding(f"{OWN_CODES}/basic", name)),
                    "subject": self.subject(),
                }

    # --- what builders use ---------------------------------------------------------------------------------------

    def subject(self) -> Json:
        return {"reference": f"urn:uuid:{self.patient}"}

    def term(self, fact: Fact, name: str) -> Json:
        """Return the term of a field as a CodeableConcept, or nothing."""
        value = fact.get(name)
        part = self.vocabulary.attribute(fact.attribute).fields[name]
        if not isinstance(value, str) or part.kind != "term":
            return {}
        return term_concept(part.terms, self.vocabulary.term(part.terms, value))

    def place(self, fact: Fact, name: str = "site") -> list[Json]:
        """Return the place of an item, with its side."""
        value = fact.get(name)
        if not isinstance(value, str):
            return []
        found = place_concept(self.vocabulary.term("site", value))
        side = self.term(fact, "side") if "side" in self.vocabulary.attribute(fact.attribute).fields else {}
        if side:
            found["extension"] = [{"url": f"{MCODE}/mcode-laterality-qualifier", "valueCodeableConcept": side}]
        return [found]


# --- one resource for each kind of fact ----------------------------------------------------------------------------


def _observation(writer: _Writer, fact: Fact) -> Json:
    """Return an Observation: for a list, its fields are components."""
    known = writer.vocabulary.attribute(fact.attribute)
    resource = {
        "resourceType": "Observation",
        "meta": _profile(tables().profiles.get(known.id, "")),
        "status": _status(fact),
        "code": attribute_concept(known),
        "subject": writer.subject(),
        "effectiveDateTime": str(fact.date) if fact.date else "",
    }
    if known.shape == "one":
        if fact.value is not None:
            resource |= value_x(fact.value, known, writer.vocabulary) | normal_limits(fact.value)
        if known.terms.startswith("tnm_") and isinstance(fact.value, str):
            term = writer.vocabulary.term(known.terms, fact.value)
            resource["valueCodeableConcept"] = category_concept(known.id, term)
        if known.id == "stage.stated":
            resource["code"] = stage_concept(known, fact.note)
        return resource
    components = []
    for name, values in fact.fields.items():
        for value in values:
            said = value_x(value, known.fields[name], writer.vocabulary)
            if said:
                code = coding(f"{OWN_CODES}/attribute", f"{known.id}.{name}")
                components.append({"code": {"coding": [code]}, **said})
    return resource | {"valueBoolean": not fact.absent, "component": components}


def _profile(name: str) -> Json:
    return {"profile": [f"{MCODE}/{name}"]} if name else {}


def _status(fact: Fact) -> str:
    return "final" if fact.certainty == "certain" else "preliminary"


def _condition(writer: _Writer, fact: Fact, code: Json, *, clinical: str = "active", profile: str = "") -> Json:
    """Return a Condition; what the case denies is refuted, what it doubts is provisional."""
    verified = "refuted" if fact.absent else "confirmed" if fact.certainty == "certain" else "provisional"
    return {
        "resourceType": "Condition",
        "meta": _profile(profile),
        "clinicalStatus": {} if fact.absent else concept(clinical, coding(_CLINICAL, clinical)),
        "verificationStatus": concept(verified, coding(_VERIFICATION, verified)),
        "category": [concept("Problem", coding(_CATEGORY, "problem-list-item"))],
        "code": code,
        "subject": writer.subject(),
        "recordedDate": str(fact.date) if fact.date else "",
    }


def _cancer(writer: _Writer, fact: Fact) -> Json:
    """Return the cancer; for breast cancer with the type, side and day of diagnosis that the case is sure of."""
    term = writer.vocabulary.term("cancer", str(fact.value))
    resource = _condition(writer, fact, term_concept("cancer", term), profile="mcode-primary-cancer-condition")
    if fact.value != "breast" or fact.certainty != "certain":
        return resource
    read = writer.case.read
    histology, side, onset = (read(name).fact for name in ("histology", "side", "diagnosis.date"))
    if histology and isinstance(histology.value, str) and histology.source.kind != "derived":
        morphology = term_concept("histology", writer.vocabulary.term("histology", histology.value))
        url = f"{MCODE}/mcode-histology-morphology-behavior"
        resource["extension"] = [{"url": url, "valueCodeableConcept": morphology}]
    if side and isinstance(side.value, str) and side.source.kind != "derived":
        place = place_concept(writer.vocabulary.term("site", "breast"))
        laterality = term_concept("side", writer.vocabulary.term("side", side.value))
        place["extension"] = [{"url": f"{MCODE}/mcode-laterality-qualifier", "valueCodeableConcept": laterality}]
        resource["bodySite"] = [place]
    if onset and onset.source.kind != "derived":
        resource["onsetDateTime"] = str(onset.value)
    return resource


def _metastasis(writer: _Writer, fact: Fact) -> Json:
    site = fact.get("site")
    known = writer.vocabulary.term("site", site) if isinstance(site, str) else None
    codes = [coding("snomed", "128462008")]
    name = "Secondary malignant neoplasm"
    if known:
        diseases = [code for code in known.codes.get("snomed", ()) if code in tables().secondary_cancers]
        codes = [coding("snomed", diseases[0])] if diseases else codes
        codes += [coding("icd10cm", code) for code in known.codes.get("icd10cm", ())[:1]]
        name = f"{name}: {known.name}"
    resource = _condition(writer, fact, concept(name, *codes), profile="mcode-secondary-cancer-condition")
    return resource | {"bodySite": writer.place(fact), "onsetDateTime": date_of(fact, "date")}


def _illness(writer: _Writer, fact: Fact) -> Json:
    status = {"resolved": "resolved", "past": "inactive"}.get(str(fact.get("status")), "active")
    resource = _condition(writer, fact, writer.term(fact, "kind") or concept("Illness, not named"), clinical=status)
    ended = date_of(fact, "end")
    if ended and status == "active":
        resource["clinicalStatus"] = concept("inactive", coding(_CLINICAL, "inactive"))
    return resource | {"onsetDateTime": date_of(fact, "start"), "abatementDateTime": ended}


def _symptom(writer: _Writer, fact: Fact) -> Json:
    resource = _condition(writer, fact, writer.term(fact, "kind") or concept("Symptom, not named"))
    return resource | {"onsetDateTime": date_of(fact, "date")}


def _drug(writer: _Writer, fact: Fact) -> Json:
    """Return a medicine taken; a denial is one not taken."""
    start, end, ongoing = date_of(fact, "start"), date_of(fact, "end"), fact.get("ongoing")
    if fact.absent:
        status = "not-taken"
    elif fact.certainty != "certain":
        status = "unknown"
    else:
        status = "completed" if end or ongoing is False else "active" if ongoing is True else "unknown"
    resource: Json = {
        "resourceType": "MedicationStatement",
        "status": status,
        "medicationCodeableConcept": writer.term(fact, "drug") or concept("Medicine, not named"),
        "subject": writer.subject(),
        "effectivePeriod": without_nothing({"start": start, "end": end}),
        "dateAsserted": str(fact.date) if fact.date else "",
    }
    extensions = []
    setting = writer.term(fact, "setting") if "setting" in fact.fields else {}
    if setting:
        extensions.append({"url": f"{MCODE}/mcode-procedure-intent", "valueCodeableConcept": setting})
    outcome = writer.term(fact, "outcome") if "outcome" in fact.fields else {}
    if outcome:
        resource["statusReason"] = [outcome]
    return resource | {"extension": extensions}


def _surgery(writer: _Writer, fact: Fact) -> Json:
    resource = _procedure(writer, fact, writer.term(fact, "procedure") or concept("Operation, not named"))
    side = writer.term(fact, "side")
    if side and "breast" in str(resource["code"]).lower():
        place = place_concept(writer.vocabulary.term("site", "breast"))
        place["extension"] = [{"url": f"{MCODE}/mcode-laterality-qualifier", "valueCodeableConcept": side}]
        resource["bodySite"] = [place]
    return resource | {
        "meta": _profile("mcode-cancer-related-surgical-procedure"),
        "performedDateTime": date_of(fact, "date") or (str(fact.date) if fact.date else ""),
    }


def _procedure(writer: _Writer, fact: Fact, code: Json) -> Json:
    status = "not-done" if fact.absent else "completed" if fact.certainty == "certain" else "unknown"
    return {"resourceType": "Procedure", "status": status, "code": code, "subject": writer.subject()}


def _radiation(writer: _Writer, fact: Fact) -> Json:
    technique, intent = writer.term(fact, "technique"), writer.term(fact, "intent")
    extensions: list[Json] = []
    if technique:
        inner = {"url": f"{MCODE}/mcode-radiotherapy-technique", "valueCodeableConcept": technique}
        url = f"{MCODE}/mcode-radiotherapy-modality-and-technique"
        extensions.append({"url": url, "extension": [inner]})
    if intent:
        extensions.append({"url": f"{MCODE}/mcode-procedure-intent", "valueCodeableConcept": intent})
    dose, place = fact.get("dose"), writer.place(fact)
    if isinstance(dose, Quantity) and dose.low == dose.high and dose.unit in ("Gy", "cGy") and place:
        given = {"url": "totalDoseDelivered", "valueQuantity": quantity(dose.low, dose.unit)}
        volume = {"url": "volume", "valueReference": {"display": place[0]["text"]}}
        url = f"{MCODE}/mcode-radiotherapy-dose-delivered-to-volume"
        extensions.append({"url": url, "extension": [volume, given]})
    code = concept("Radiotherapy course of treatment", coding("snomed", "1217123003"))
    return _procedure(writer, fact, code) | {
        "meta": _profile("mcode-radiotherapy-course-summary"),
        "extension": extensions,
        "performedPeriod": without_nothing({"start": date_of(fact, "start"), "end": date_of(fact, "end")}),
        "bodySite": place,
    }


_GENE, _ORIGIN, _SIGNIFICANCE, _PROTEIN, _KIND, _FRACTION = (
    "48018-6", "48002-0", "53037-8", "48005-3", "48019-4", "81258-6",
)  # fmt: skip


def _variant(writer: _Writer, fact: Fact) -> Json:
    """Return a variant as in mCODE's genomics; a denial is one that was looked for and not found."""
    components = [
        {"code": {"coding": [coding("loinc", code)]}, "valueCodeableConcept": said}
        for code, said in (
            (_GENE, writer.term(fact, "gene")),
            (_ORIGIN, writer.term(fact, "origin")),
            (_SIGNIFICANCE, writer.term(fact, "significance")),
            (_KIND, writer.term(fact, "type")),
        )
        if said
    ]
    change, fraction = fact.get("alteration"), fact.get("vaf")
    if isinstance(change, str) and change.strip():
        components.append({"code": {"coding": [coding("loinc", _PROTEIN)]}, "valueCodeableConcept": concept(change)})
    if isinstance(fraction, Quantity):
        components.append({"code": {"coding": [coding("loinc", _FRACTION)]}, **number(fraction)})
    found = coding("loinc", "LA9634-2", "Absent") if fact.absent else coding("loinc", "LA9633-4", "Present")
    return {
        "resourceType": "Observation",
        "meta": _profile("mcode-genomic-variant"),
        "status": _status(fact),
        "category": [{"coding": [coding("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")]}],
        "code": concept("Genetic variant assessment", coding("loinc", "69548-6")),
        "subject": writer.subject(),
        "effectiveDateTime": date_of(fact, "date") or (str(fact.date) if fact.date else ""),
        "valueCodeableConcept": {"coding": [found]},
        "component": components,
    }


def _allergy(writer: _Writer, fact: Fact) -> Json:
    substance = writer.term(fact, "substance")
    nothing = concept("No known allergy", coding("snomed", "716186003"))
    none_known = fact.absent and not fact.fields
    refuted = fact.absent and not none_known
    verified = "refuted" if refuted else "confirmed" if fact.certainty == "certain" else "unconfirmed"
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {} if refuted else concept("active", coding(_ALLERGY_CLINICAL, "active")),
        "verificationStatus": concept(verified, coding(_ALLERGY_VERIFICATION, verified)),
        "code": nothing if none_known else substance or concept("Substance, not named"),
        "patient": writer.subject(),
        "recordedDate": str(fact.date) if fact.date else "",
    }


def _family(writer: _Writer, fact: Fact) -> Json:
    """Return a relative's cancer; what is denied or doubted FamilyMemberHistory cannot say."""
    cancer, age = writer.term(fact, "cancer"), fact.get("age")
    if fact.absent or fact.certainty != "certain" or not cancer:
        return _observation(writer, fact)
    condition: Json = {"code": cancer}
    if isinstance(age, Quantity) and age.low == age.high and age.unit == "a":
        condition["onsetAge"] = quantity(age.low, "a")
    return {
        "resourceType": "FamilyMemberHistory",
        "status": "partial",
        "patient": writer.subject(),
        "date": str(fact.date) if fact.date else "",
        "relationship": writer.term(fact, "relation") or concept("Relative, not named"),
        "condition": [condition],
    }


_BUILDERS: dict[str, Callable[[_Writer, Fact], Json]] = {
    "cancer": _cancer,
    "metastasis": _metastasis,
    "illness": _illness,
    "symptom": _symptom,
    "therapy": _drug,
    "medicine": _drug,
    "surgery": _surgery,
    "radiation": _radiation,
    "variant": _variant,
    "allergy": _allergy,
    "family_history": _family,
}

__all__ = ["case_bundle", "case_fhir", "fact_addresses"]
