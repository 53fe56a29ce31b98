"""A time that counts for one of several things, or for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from abreast.rules import (
    AnyOf,
    Expression,
    Has,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
)
from abreast.rules.expression import is_dated, walk
from abreast.trials.eligibility.trust.people import TREATMENTS

EVER = re.compile(
    r"\b(?:prior(?!\s+to)|previous(?:ly)?|history|ever|past|earlier|current(?:ly)?|ongoing|planned|requir\w+)\b",
    re.IGNORECASE,
)
"""Words by which a treatment counts whenever it was, or goes on now."""


def timed_alike(rule: Expression) -> Expression:
    """Leave open when an operation or radiation must have been that stands beside treatment with a time."""
    parts = rule.parts if isinstance(rule, AnyOf) else ()
    if not any(_is_timed(part) for part in parts):
        return rule
    return _left_open(parts, _has_no_time)


_EVENTS = frozenset(
    [
        *("myocardial_infarction", "unstable_angina", "angina", "heart_failure", "arrhythmia", "stroke", "tia"),
        *("thromboembolism", "pulmonary_embolism", "deep_vein_thrombosis", "coronary_intervention", "bleeding"),
    ]
)
_WITHIN_AT_LAST = re.compile(
    r"[^;]*(?:,|\bor\b)(?:(?!,|\bor\b)[^;])*\b(?:within|in\s+the\s+(?:last|past))\b[^,;]*$", re.DOTALL
)


def events_alike(rule: Expression, words: str) -> Expression:
    """Leave open when an event must have been that stands in a list with one time at its end."""
    parts = rule.parts if isinstance(rule, AnyOf) else ()
    timed = any(_starts(node) for part in parts for node in walk(part))
    if not timed or words.lower().count("within") > 1 or not _WITHIN_AT_LAST.match(words):
        return rule
    return _left_open(parts, _is_event)


def _left_open(parts: Iterable[Expression], is_meant: Callable[[Expression], bool]) -> Expression:
    """Return the alternatives, those that are meant only together with what the team says of their time."""
    when = Team("whether the time limit counts for this too")
    return any_of(all_of([part, when]) if is_meant(part) else part for part in parts)


def _starts(node: Expression) -> bool:
    return isinstance(node, Has) and node.list == "illness" and is_dated(node.where)


def _is_event(part: Expression) -> bool:
    if not isinstance(part, Has) or part.list != "illness" or len(part.where) != 1:
        return False
    test = part.where[0].test
    return isinstance(test, TermTest) and set(test.terms) <= _EVENTS


def second_cancers_alike(rule: Expression) -> Expression:
    """Leave open when another cancer must have been that is named beside one with a time ("has, or had within")."""
    parts = rule.parts if isinstance(rule, AnyOf) else ()
    ever = Has("illness", (Where("kind", TermTest(("second_cancer",))),))
    timed = any(isinstance(part, Has) and len(part.where) > 1 and part.where[0] == ever.where[0] for part in parts)
    if ever not in parts or not timed:
        return rule
    return _left_open(parts, lambda part: part == ever)


def _is_timed(part: Expression) -> bool:
    treated = isinstance(part, Has) and part.list in TREATMENTS
    return treated and isinstance(part, Has) and is_dated(part.where)


def _has_no_time(part: Expression) -> bool:
    return isinstance(part, Has) and part.list in ("radiation", "surgery") and not _is_timed(part)


__all__ = ["EVER", "events_alike", "second_cancers_alike", "timed_alike"]
