"""Codes, values and references as FHIR R4 writes them."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from abreast.case import Fact, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.yaml import read_yaml
from abreast.intake.fhir.own import BASE
from abreast.vocabulary import Attribute, Field, Quantity, Term, Vocabulary

DATA = Path(__file__).parent / "data"
UCUM = "http://unitsofmeasure.org"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition"
OWN_CODES = f"{BASE}/CodeSystem"
"""Our code systems: one for the attributes, and one for each set of terms of the vocabulary."""

ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

Json = dict[str, Any]


class Tables(msgspec.Struct, frozen=True):
    """The data of this room."""

    systems: dict[str, str]
    profiles: dict[str, str]
    without_codes: frozenset[str]
    secondary_cancers: frozenset[str]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Return the data of this room."""
    raw = {file.stem: read_yaml(file.read_text(encoding="utf-8"), file.name) for file in DATA.glob("*.yaml")}
    return msgspec.convert({"systems": raw["systems"], **raw["profiles"]}, Tables)


def coding(system: str, code: str, display: str = "") -> Json:
    """Return a Coding; ``system`` is a short name of the vocabulary, or an address."""
    found = {"system": tables().systems.get(system, system), "code": code}
    return {**found, "display": display} if display else found


def concept(text: str, *codings: Json) -> Json:
    """Return a CodeableConcept."""
    return {"coding": list(codings), "text": text} if codings else {"text": text}


def term_concept(set_name: str, term: Term) -> Json:
    """Return a term of the vocabulary with its first code of each system, and our own."""
    own = coding(f"{OWN_CODES}/{set_name}", _code(term.id), term.name)
    return concept(term.name, *standard_codings(term.codes), own)


def standard_codings(codes: dict[str, tuple[str, ...]], *, places: bool = False) -> list[Json]:
    """Return the first code of each system that FHIR names; for ``places`` the first that names a place."""
    diseases = tables().secondary_cancers
    found = []
    for system, some in codes.items():
        usable = [code for code in some if not places or (code not in diseases and system != "icd10cm")]
        if system in tables().systems and usable:
            found.append(coding(system, usable[0]))
    return found


PREFIXES = {"clinical": "c", "pathologic": "p", "post_treatment": "y"}
"""What stands before a T, N or M category (AJCC and UICC), by the last part of our attribute."""


def category_concept(attribute: str, term: Term) -> Json:
    """Return a T, N or M category with its prefix; of the codes for it, only those that have the same one."""
    set_name, kind = f"tnm_{attribute[0]}", attribute.partition(".")[2]
    name = f"{PREFIXES[kind]}{term.id}"
    codes = [coding("ajcc", code) for code in term.codes.get("ajcc", ()) if code == name]
    return concept(name, *codes, coding(f"{OWN_CODES}/{set_name}", _code(term.id), name))


def place_concept(term: Term) -> Json:
    """Return a place in the body."""
    own = coding(f"{OWN_CODES}/site", _code(term.id), term.name)
    return concept(term.name, *standard_codings(term.codes, places=True), own)


def _code(text: str) -> str:
    """Return an id as a FHIR code, which has no space at its ends and only single ones inside."""
    return " ".join(text.split())


def attribute_concept(known: Attribute) -> Json:
    """Return what an observation is about."""
    own = coding(f"{OWN_CODES}/attribute", known.id, known.name)
    codes = {} if known.id in tables().without_codes else known.codes
    return concept(known.name, *standard_codings(codes), own)


STAGES = {"clinical stage": "21908-9", "pathologic stage": "21902-2"}
"""LOINC codes of a stage group by the kind that the fact's note names; 21914-7 stands for one of another kind."""


def stage_concept(known: Attribute, note: str) -> Json:
    """Return what a stage group is about: clinical and pathologic ones have codes of their own."""
    code = next((code for words, code in STAGES.items() if words in note), "21914-7")
    return concept(known.name, coding("loinc", code), coding(f"{OWN_CODES}/attribute", known.id, known.name))


# --- values --------------------------------------------------------------------------------------------------------


def value_x(value: Value, part: Attribute | Field, vocabulary: Vocabulary) -> Json:
    """Return ``{"valueQuantity": ...}`` or whatever else the value is; nothing for an empty text."""
    match value:
        case bool():
            return {"valueBoolean": value}
        case Quantity():
            return number(value)
        case PartialDate():
            return {"valueDateTime": str(value)}
        case str() if part.kind == "term":
            return {"valueCodeableConcept": term_concept(part.terms, vocabulary.term(part.terms, value))}
        case _:
            return {"valueString": value} if value.strip() else {}


def number(value: Quantity) -> Json:
    """Return a number: exact, with a comparator, or a range. Whether a range holds its ends FHIR cannot say."""
    if value.low == value.high:
        return {"valueQuantity": quantity(value.low, value.unit)}
    if math.isinf(value.low):
        return {"valueQuantity": {**quantity(value.high, value.unit), "comparator": "<" if value.high_open else "<="}}
    if math.isinf(value.high):
        return {"valueQuantity": {**quantity(value.low, value.unit), "comparator": ">" if value.low_open else ">="}}
    return {"valueRange": {"low": quantity(value.low, value.unit), "high": quantity(value.high, value.unit)}}


def quantity(amount: float, unit: str) -> Json:
    """Return a Quantity with its UCUM unit."""
    written: float = int(amount) if float(amount).is_integer() else amount
    return {"value": written, "unit": unit, "system": UCUM, "code": unit} if unit.strip() else {"value": written}


def normal_limits(value: Value | None) -> Json:
    """Return the laboratory's normal limits of a number, where it has any."""
    if not isinstance(value, Quantity) or (value.normal_low is None and value.normal_high is None):
        return {}
    limits = {"low": value.normal_low, "high": value.normal_high}
    return {"referenceRange": [{name: quantity(n, value.unit) for name, n in limits.items() if n is not None}]}


def date_of(fact: Fact, name: str) -> str:
    """Return a date field of a fact, or nothing."""
    value = fact.get(name)
    return str(value) if isinstance(value, PartialDate) else ""


def without_nothing(resource: Json) -> Json:
    """Return a resource without empty elements, which FHIR forbids."""
    return {key: value for key, value in resource.items() if value not in ("", None, [], {})}


__all__ = [
    "ABSENT_REASON",
    "MCODE",
    "OWN_CODES",
    "Json",
    "attribute_concept",
    "category_concept",
    "coding",
    "concept",
    "date_of",
    "normal_limits",
    "number",
    "place_concept",
    "quantity",
    "stage_concept",
    "standard_codings",
    "tables",
    "term_concept",
    "value_x",
    "without_nothing",
]
