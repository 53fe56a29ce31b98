"""Exclusions for what somebody does not have."""

from __future__ import annotations

from collections.abc import Sequence

from abreast.rules import (
    All,
    AnyOf,
    Compare,
    Constant,
    Count,
    Expression,
    Has,
    Not,
    Residue,
    all_of,
    any_of,
)


def known_of_person(rule: Expression, text: str) -> Expression:
    """Add residue to each way into an exclusion that rests on nothing but an absence."""
    if isinstance(rule, AnyOf):
        return any_of(known_of_person(part, text) for part in rule.parts)
    return all_of([rule, Residue(text)]) if _of_nobody(rule) else rule


def _of_nobody(rule: Expression) -> bool | None:
    """Return whether a rule holds of somebody of whom nothing is on record though all lists are complete."""
    match rule:
        case Constant(value):
            return value
        case Has() | Count() | Compare("histology", _):
            return False
        case Not(part):
            inner = _of_nobody(part)
            return None if inner is None else not inner
        case All(parts):
            return _least([_of_nobody(part) for part in parts])
        case AnyOf(parts):
            inner = _least([_of_nobody(Not(part)) for part in parts])
            return None if inner is None else not inner
        case _:
            return None


def _least(values: Sequence[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


__all__ = ["known_of_person"]
