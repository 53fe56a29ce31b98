"""The JSON Schema of the case file, made from the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

from abreast.case.file import FORMAT
from abreast.case.model import Certainty, SourceKind
from abreast.vocabulary import Attribute, Field, Vocabulary


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the JSON Schema of the case file that :func:`write_case` writes, made from the vocabulary."""
    used = sorted({terms for one in vocabulary.attributes.values() for terms in _term_sets(one)})
    terms = {
        f"term.{name}": {"enum": sorted(vocabulary.terms[name]), "description": f"A value of the set {name}."}
        for name in used
    }
    attributes = {f"is.{name}": _attribute_schema(one) for name, one in vocabulary.attributes.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:abreast:case-file:1",
        "title": "abreast case file",
        "description": "Facts about one person, each with its date and source. docs/case-file.md explains it.",
        "type": "object",
        "required": ["abreast", "facts"],
        "additionalProperties": False,
        "properties": {
            "abreast": {"const": FORMAT},
            "label": {"type": "string", "description": "A name for the case; it never leaves the machine."},
            "facts": {"type": "array", "items": {"$ref": "#/$defs/fact"}},
            "complete": {"type": "array", "items": {"$ref": "#/$defs/declaration"}},
            "settled": {"type": "array", "items": {"$ref": "#/$defs/settlement"}},
        },
        "$defs": {
            **_SHARED,
            "declaration": _declaration_schema(vocabulary),
            "fact": {
                "type": "object",
                "required": ["is"],
                "properties": {"is": {"enum": list(vocabulary.attributes)}},
                "allOf": [
                    {
                        "if": {"properties": {"is": {"const": name}}, "required": ["is"]},
                        "then": {"$ref": f"#/$defs/is.{name}"},
                    }
                    for name in vocabulary.attributes
                ],
            },
            **attributes,
            **terms,
        },
    }


def _term_sets(known: Attribute) -> set[str]:
    parts: list[Attribute | Field] = [known, *known.fields.values()]
    return {part.terms for part in parts if part.kind == "term"}


def _attribute_schema(known: Attribute) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "is": {"const": known.id},
        "date": {"$ref": "#/$defs/date"},
        "as_of": {"$ref": "#/$defs/date"},
        "certainty": {"enum": list(get_args(Certainty))},
        "source": {"$ref": "#/$defs/source"},
        **{name: {"type": "string"} for name in ("specimen", "sample", "note", "id", "refines")},
    }
    schema: dict[str, Any] = {
        "description": f"{known.name}: {known.plain}.",
        "type": "object",
        "additionalProperties": False,
    }
    if known.shape == "one":
        return {**schema, "required": ["is", "value"], "properties": {**shared, "value": _value_schema(known)}}
    fields = {name: _one_or_more(_value_schema(part)) for name, part in known.fields.items()}
    return {**schema, "required": ["is"], "properties": {**shared, "absent": {"type": "boolean"}, **fields}}


def _one_or_more(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def _value_schema(part: Attribute | Field) -> dict[str, Any]:
    match part.kind:
        case "flag":
            return {"type": "boolean"}
        case "term":
            return {"$ref": f"#/$defs/term.{part.terms}"}
        case "date":
            return {"$ref": "#/$defs/date"}
        case "number":
            unit = {"description": f"In {part.unit} or a unit that converts to it."} if part.unit else {}
            return {"$ref": "#/$defs/number", **unit}
        case "text":
            return {"type": "string"}


def _declaration_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    lists = [name for name, one in vocabulary.attributes.items() if one.shape == "list"]
    return {
        "description": "A list that leaves nothing out: what it does not name is a no.",
        "type": "object",
        "required": ["list"],
        "additionalProperties": False,
        "properties": {
            "list": {"enum": lists},
            "date": {"$ref": "#/$defs/date"},
            "source": {"$ref": "#/$defs/source"},
        },
    }


_STRINGS = {"type": "array", "items": {"type": "string"}}
_SHARED: Mapping[str, Any] = MappingProxyType(
    {
        "date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$", "description": "A year, a month or a day."},
        "number": {
            "description": "A number with its unit, such as '90 %', '<1 %', '20 to 30 %', '31 U/L (normal 10 to 40)'.",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "required": ["low", "high", "unit"],
                    "additionalProperties": False,
                    "properties": {
                        "low": {"type": ["number", "null"]},
                        "high": {"type": ["number", "null"]},
                        "unit": {"type": "string"},
                        "low_open": {"type": "boolean"},
                        "high_open": {"type": "boolean"},
                        "normal_low": {"type": "number"},
                        "normal_high": {"type": "number"},
                    },
                },
            ],
        },
        "source": {
            "description": "Where the fact comes from, precisely enough to find it again.",
            "type": "object",
            "required": ["kind"],
            "additionalProperties": False,
            "properties": {
                "kind": {"enum": [kind for kind in get_args(SourceKind) if kind != "derived"]},
                **{name: {"type": "string"} for name in ("file", "place", "quote", "rule")},
                **dict.fromkeys(("facts", "declared", "citations"), _STRINGS),
            },
        },
        "settlement": {
            "description": "The person's choice between facts that disagree: the fact with this id counts.",
            "type": "object",
            "required": ["attribute", "fact"],
            "additionalProperties": False,
            "properties": {
                "attribute": {"type": "string"},
                "fact": {"type": "string"},
                "source": {"$ref": "#/$defs/source"},
            },
        },
    }
)
