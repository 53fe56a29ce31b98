"""Short dictionaries as cases, and what the packs say of them.

``{"er.status": "positive", "therapy": [{"drug": "letrozole"}], "complete": ["therapy"]}`` is a case: plain values by
attribute, lists of items by list, denials under ``"no"`` (``{"no": {"variant": [{"gene": "ESR1"}]}}``), and the lists
that are declared complete.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from abreast.case import Case, Declaration, Fact, Value
from abreast.disease import derive
from abreast.foundation.dates import PartialDate
from abreast.knowledge import load_knowledge
from abreast.rules import Context, Truth, evaluate
from abreast.vocabulary import Vocabulary, load_vocabulary
from abreast.vocabulary.quantity import parse_quantity

TODAY = dt.date(2026, 7, 1)
VOCABULARY = load_vocabulary()


def case_of(told: dict[str, Any], today: dt.date = TODAY) -> Case:
    """Return the case, with what follows from it on that day."""
    facts: list[Fact] = []
    for name, value in told.items():
        if name not in ("no", "complete"):
            facts.extend(_facts(VOCABULARY, name, value, absent=False))
    for name, items in told.get("no", {}).items():
        facts.extend(_facts(VOCABULARY, name, items, absent=True))
    case = Case.of(VOCABULARY, facts, [Declaration(name) for name in told.get("complete", [])])
    return derive(case, today)


def _facts(vocabulary: Vocabulary, name: str, value: Any, *, absent: bool) -> list[Fact]:
    attribute = vocabulary.attribute(name)
    if attribute.shape == "list":
        return [
            Fact(name, fields={key: _values(vocabulary, name, key, one) for key, one in item.items()}, absent=absent)
            for item in value
        ]
    return [Fact(name, value=_value(attribute.kind, attribute.terms, attribute.unit, value, name))]


def _values(vocabulary: Vocabulary, name: str, field: str, value: Any) -> tuple[Value, ...]:
    part = vocabulary.field(name, field)
    listed = value if isinstance(value, (list, tuple)) else [value]
    return tuple(_value(part.kind, part.terms, part.unit, one, f"{name}.{field}") for one in listed)


def _value(kind: str, terms: str, unit: str, value: Any, label: str) -> Value:
    match kind:
        case "term":
            return VOCABULARY.term(terms, str(value)).id
        case "number":
            return parse_quantity(str(value), unit)
        case "date":
            return PartialDate.parse(str(value))
        case "flag":
            assert isinstance(value, bool), f"{label}: expected true or false"
            return value
        case _:
            return str(value)


@lru_cache(maxsize=1)
def _options() -> dict[str, Any]:
    return {option.id: option for option in load_knowledge(VOCABULARY).options}


@lru_cache(maxsize=1)
def _tests() -> dict[str, Any]:
    return {test.id: test for test in load_knowledge(VOCABULARY).tests}


def option_standing(told: dict[str, Any], option: str, today: dt.date = TODAY) -> str:
    """Return ``talk about``, ``depends``, ``against`` (it would be, but something stands against it) or ``no``."""
    entry = _options()[option]
    context = Context(case_of(told, today), today)
    truth = evaluate(entry.when, context).truth
    if truth is Truth.FALSE:
        return "no"
    if any(evaluate(one.when, context).truth is Truth.TRUE for one in entry.not_when):
        return "against"
    return "talk about" if truth is Truth.TRUE else "depends"


def test_asked(told: dict[str, Any], test: str, today: dt.date = TODAY) -> bool:  # noqa: PT028 - not a test
    """Return whether the test is one to ask about."""
    entry = _tests()[test]
    context = Context(case_of(told, today), today)
    against = any(evaluate(one.when, context).truth is Truth.TRUE for one in entry.not_when)
    return evaluate(entry.when, context).truth is Truth.TRUE and not against


test_asked.__test__ = False  # type: ignore[attr-defined]
