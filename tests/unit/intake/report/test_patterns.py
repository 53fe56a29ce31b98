"""No pattern of the report reader gets lost in text that repeats itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise

import pytest

import abreast.intake.report as package

WORD = re.compile(r"(?<!\\)\b[A-Za-z]{2,}")
BESIDE = (" ", "  ", ", ", "1 ")
MOST_WORDS = 14
TIMES = (6, 12, 16, 19, 22, 25, 30)
LIMIT = 0.3
"""Seconds for one text; what goes back again and again is far above it, anything else far below."""


def modules() -> Iterator[str]:
    for one in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield one.name


def patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from patterns_in(one)
    elif isinstance(value, (tuple, list, frozenset)):
        for one in value:
            yield from patterns_in(one)


def units_for(pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield what may make a pattern go back again and again, when it is repeated: its own words, and what divides."""
    words = list(islice(dict.fromkeys(WORD.findall(pattern.pattern)), MOST_WORDS))
    for word in ["a", "1", *words]:
        for beside in BESIDE:
            yield word + beside
    for first, second in pairwise(words):
        yield f"{first} {second} "


def gets_lost(pattern: re.Pattern[str]) -> str:
    """Return the words in which a pattern gets lost, or "". The texts grow, so that even a bad one comes to an end."""
    for unit in units_for(pattern):
        for times in TIMES:
            begun = time.process_time()
            pattern.search(unit * times + "\x00")
            if time.process_time() - begun > LIMIT:
                return unit
    return ""


@pytest.mark.parametrize("name", list(modules()))
def test_patterns_stay_quick_in_text_that_repeats(name: str) -> None:
    """A repeat inside a repeat takes twice as long for each further word: thirty of them would never end."""
    module = importlib.import_module(name)
    patterns = {one.pattern: one for value in vars(module).values() for one in patterns_in(value)}
    lost = {pattern[:80]: unit for pattern, one in patterns.items() if (unit := gets_lost(one))}
    assert not lost


def test_a_repeat_inside_a_repeat_is_noticed() -> None:
    """The check itself."""
    assert gets_lost(re.compile(r"(?:(?:stage|stage\s)\s?)*[IV]"))
    assert not gets_lost(re.compile(r"(?:stage\s?)*[IV]"))
