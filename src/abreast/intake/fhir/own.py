"""What abreast wrote into a record itself: facts in full, beside the standard elements that say as much as these can.

FHIR and mCODE have no place for some of what a case holds (a line of therapy, whose word made a list complete, the
page of a report). A record that abreast wrote therefore carries each fact whole, as an extension of the resource that
says it in standard terms. Reading it back gives the same facts. The standard elements are read all the same: what they
say otherwise, because another program changed them, stands beside it as a fact of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from abreast.case import Case, Fact, Value
from abreast.case.file import FORMAT, read_case
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import AbreastError
from abreast.intake.fhir.record import Resource
from abreast.vocabulary import Attribute, Field, Quantity, Relation, Vocabulary

BASE = "https://abreast.example/fhir"
"""Where our names live; ``.example`` is reserved (RFC 2606): nothing is ever looked up there."""

FACT = f"{BASE}/StructureDefinition/fact"
DECLARATION = f"{BASE}/StructureDefinition/declaration"
SETTLEMENT = f"{BASE}/StructureDefinition/settlement"
LABEL = f"{BASE}/StructureDefinition/label"
READ = f"{BASE}/StructureDefinition/read"
"""On the patient: marks of the facts that the standard elements gave when they were written."""

ORDER = "order"
"""In a fact: its place among the facts of the case."""

_EACH = "each"
_NOTHING = "nothing"
"""The code for a limit that is not there."""


# --- values as extensions ------------------------------------------------------------------------------------------


def as_extension(url: str, value: Any) -> dict[str, Any]:
    """Return plain values (those of a case file) as a FHIR extension; :func:`from_extension` gives them back."""
    match value:
        case bool():
            return {"url": url, "valueBoolean": value}
        case None:
            return {"url": url, "valueCode": _NOTHING}
        case int() | float():
            return {"url": url, "valueDecimal": value}
        case str():
            return {"url": url, "valueString": value}
        case Mapping():
            return {"url": url, "extension": [as_extension(key, one) for key, one in value.items()]}
        case _:
            return {"url": url, "extension": [as_extension(_EACH, one) for one in value]}


def from_extension(extension: Any) -> Any:
    """Return the plain values of an extension that :func:`as_extension` made.

    Raises:
        ValueError: when it is something else.
    """
    if not isinstance(extension, dict):
        raise ValueError("expected an extension")
    inner = extension.get("extension")
    if isinstance(inner, list):
        if all(isinstance(one, dict) and one.get("url") == _EACH for one in inner):
            return [from_extension(one) for one in inner]
        return {str(one["url"]): from_extension(one) for one in inner if isinstance(one, dict) and "url" in one}
    if "valueCode" in extension:
        return None
    for key in ("valueBoolean", "valueDecimal", "valueString"):
        if key in extension:
            return extension[key]
    raise ValueError("expected an extension with a value")


# --- reading -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """What a record holds of ours: a case, the resources that carry it, and what could not be read."""

    case: Case | None = None
    labels: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


def read_own(resources: Iterable[Resource], file: str, vocabulary: Vocabulary) -> Own:
    """Read what abreast wrote into the resources; nothing when it wrote none of them."""
    content: dict[str, Any] = {"abreast": FORMAT, "facts": [], "complete": [], "settled": []}
    places = {FACT: "facts", DECLARATION: "complete", SETTLEMENT: "settled"}
    labels: set[str] = set()
    marks: frozenset[str] = frozenset()
    for resource in resources:
        for extension in _extensions(resource):
            url = extension.get("url")
            try:
                if url in places:
                    content[places[url]].append(from_extension(extension))
                elif url == LABEL:
                    content["label"] = from_extension(extension)
                elif url == READ:
                    marks = frozenset(from_extension(extension))
                else:
                    continue
            except (ValueError, TypeError, RecursionError):  # no value of ours; marks that are no words; too deep
                return Own(problems=(f"{file}: {resource.label} holds a fact of abreast that is damaged",))
            labels.add(resource.label)
    if not labels:
        return Own()
    content["facts"] = _in_order(content["facts"])
    try:
        return Own(read_case(json.dumps(content), f"{file}.json", vocabulary), frozenset(labels), marks)
    except (AbreastError, ValueError):
        why = "what abreast itself wrote into it is damaged or of another version: its standard elements were read"
        return Own(problems=(f"{file}: {why}",))


def _in_order(facts: list[Any]) -> list[Any]:
    """Return the facts in the order of their case; what is no fact stays, to be told."""
    places = [one.pop(ORDER, 0) if isinstance(one, dict) else 0 for one in facts]
    ranked = sorted(
        range(len(facts)), key=lambda place: places[place] if isinstance(places[place], (int, float)) else 0
    )
    return [facts[place] for place in ranked]


def _extensions(resource: Resource) -> list[dict[str, Any]]:
    value = resource.root.value
    found = value.get("extension") if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# --- what the standard elements add --------------------------------------------------------------------------------


def mark(fact: Fact) -> str:
    """Return a short mark of what a fact says, without where it stands."""
    fields = sorted((name, [str(value) for value in values]) for name, values in fact.fields.items())
    said = json.dumps([fact.attribute, str(fact.value), fields, fact.absent, str(fact.date), fact.certainty])
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def beside(own: Own, standard: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return what the standard elements say otherwise than when they were written, and the case does not say."""
    if own.case is None:
        return tuple(standard)
    case = own.case
    new = (fact for fact in standard if mark(fact) not in own.marks)
    return tuple(fact for fact in new if not any(_covers(case.vocabulary, o, fact) for o in case.about(fact.attribute)))


def _covers(vocabulary: Vocabulary, own: Fact, standard: Fact) -> bool:
    """Whether a fact in full says what a standard element says, or says it more precisely.

    Days are compared too, but for what stands inside a diagnosis: that has one day for all it says.
    """
    if own.absent != standard.absent:
        return False
    known = vocabulary.attribute(own.attribute)
    inside = standard.source.place.startswith("Condition/")
    if standard.date and own.date and standard.date != own.date and not inside:
        return False
    if standard.value is not None and not _says(vocabulary, known, own.value, standard.value, known.id):
        return False
    return all(
        any(_says(vocabulary, known.fields[name], mine, value, known.id) for mine in own.fields.get(name, ()))
        for name, values in standard.fields.items()
        for value in values
    )


def _says(vocabulary: Vocabulary, part: Attribute | Field, own: Value | None, standard: Value, attribute: str) -> bool:
    if own == standard:
        return True
    if isinstance(own, bool) or isinstance(standard, bool):
        return False
    if part.kind == "term" and isinstance(own, str) and isinstance(standard, str):
        return vocabulary.relate(part.terms, own, standard) is Relation.IS
    if isinstance(own, Quantity) and isinstance(standard, Quantity):
        same = vocabulary.convert(own, attribute, standard.unit) or own
        slack = 1e-6 * max(1.0, abs(standard.high), abs(standard.low)) if standard.low == standard.high else 1e-9
        return standard.low - slack <= same.low and same.high <= standard.high + slack
    if isinstance(own, PartialDate) and isinstance(standard, PartialDate):
        return standard.earliest <= own.earliest and own.latest <= standard.latest
    return False


__all__ = [
    "BASE",
    "DECLARATION",
    "FACT",
    "LABEL",
    "ORDER",
    "READ",
    "SETTLEMENT",
    "Own",
    "as_extension",
    "beside",
    "from_extension",
    "mark",
    "read_own",
]
