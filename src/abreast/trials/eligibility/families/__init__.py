"""Builders: from the tokens of a pattern to what they say. One module a family of criteria."""

from abreast.trials.eligibility.families import (
    disease,
    drugs,
    function,
    health,
    items,
    lines,
    markers,
    numbers,
    person,
    relapse,
    treatment,
)

__all__ = [
    "disease",
    "drugs",
    "function",
    "health",
    "items",
    "lines",
    "markers",
    "numbers",
    "person",
    "relapse",
    "treatment",
]
