"""Small FHIR resources for tests, and facts as one line of text each."""

from __future__ import annotations

import json
from typing import Any

from abreast.case import Fact
from abreast.intake import Intake, read_fhir
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SYSTEMS = {
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "icd10": "http://hl7.org/fhir/sid/icd-10-cm",
    "icdo3": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "ajcc": "http://cancerstaging.org",
    "hgnc": "http://www.genenames.org/geneId",
    "so": "http://www.sequenceontology.org/",
    "role": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
    "pos": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "status": "http://terminology.hl7.org/CodeSystem/condition-clinical",
    "sure": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
}
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"


def concept(text: str) -> dict[str, Any]:
    """Return a CodeableConcept: ``snomed:94222008 Secondary ...``, several parted by ``&``, or plain words."""
    codings, words = [], []
    for part in text.split(" & "):
        head, _, rest = part.partition(" ")
        system, colon, code = head.partition(":")
        if colon and (system in SYSTEMS or not system):
            coding = {"system": SYSTEMS[system]} if system else {}
            codings.append(coding | {"code": code} | ({"display": rest} if rest else {}))
        else:
            words.append(part)
    return ({"coding": codings} if codings else {}) | ({"text": " ".join(words)} if words else {})


def quantity(text: str) -> dict[str, Any]:
    """Return a Quantity from ``>=10 %`` or ``3.2 g/dL``."""
    number, _, unit = text.partition(" ")
    digits = number.lstrip("<>=")
    sign = number[: len(number) - len(digits)]
    value: dict[str, Any] = {"value": float(digits)}
    return value | ({"comparator": sign} if sign else {}) | ({"code": unit, "unit": unit} if unit else {})


def resource(kind: str, **elements: Any) -> dict[str, Any]:
    """Return a resource with an id."""
    return {"resourceType": kind, "id": "x"} | elements


def observation(code: str, value: Any = None, **elements: Any) -> dict[str, Any]:
    """Return a final observation; a value in words becomes a CodeableConcept, a dict a Quantity."""
    found: dict[str, Any] = {"status": "final", "code": concept(code)} if code else {"status": "final"}
    if isinstance(value, bool):
        found["valueBoolean"] = value
    elif isinstance(value, int):
        found["valueInteger"] = value
    elif isinstance(value, dict):
        found["valueQuantity"] = value
    elif value is not None:
        found["valueCodeableConcept"] = concept(value)
    return resource("Observation", **(found | elements))


def condition(code: str, **elements: Any) -> dict[str, Any]:
    return resource("Condition", code=concept(code), **elements)


def bundle(*resources: Any, kind: str = "collection") -> bytes:
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()


def read(*resources: Any, patient: str | None = None) -> Intake:
    return read_fhir(bundle(*resources), "record.json", VOCABULARY, patient=patient)


def said(intake: Intake) -> list[str]:
    """Return the facts as lines: ``er.percent 90 %``, ``no metastasis site=brain``, ``perhaps ecog 1``."""
    return [line(fact) for fact in intake.facts]


def line(fact: Fact) -> str:
    sure = {"certain": "", "suspected": "perhaps ", "unconfirmed": "unconfirmed "}[fact.certainty]
    absent = "no " if fact.absent else ""
    if fact.value is not None:
        return f"{sure}{fact.attribute} {_text(fact.value)}"
    fields = "".join(f" {name}={','.join(map(_text, values))}" for name, values in fact.fields.items())
    return f"{sure}{absent}{fact.attribute}{fields}"


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def why(intake: Intake) -> list[str]:
    return [str(one) for one in intake.unused]
