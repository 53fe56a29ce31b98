"""Builders: from the tokens of a pattern to what they say. One module a family of criteria."""

from abreast.trials.eligibility.families import disease, function, health, markers, numbers, person, treatment

__all__ = ["disease", "function", "health", "markers", "numbers", "person", "treatment"]
