"""Words said in a shorter way that the lexicon knows, or left out where they ask nothing: ``data/plainer.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from abreast.foundation.yaml import read_yaml
from abreast.trials.eligibility.lexicon import DATA


class Plainer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of saying something, and what is read instead; see the heading of the file."""

    hint: str
    says: str
    shorter: str = msgspec.field(name="as")
    exact: bool = False


def plainer(words: str) -> str:
    """Return the words with what can be said plainer said so; every other word keeps its place."""
    for hint, pattern, shorter in _patterns():
        if hint in words:
            words = pattern.sub(lambda found, shorter=shorter: _in_place(found, shorter), words)  # type: ignore[misc]
    return words


def _in_place(found: re.Match[str], shorter: str) -> str:
    said = found.expand(shorter)
    return said.ljust(len(found[0])) if len(said) <= len(found[0]) else found[0]


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    file = DATA / "plainer.yaml"
    rows = msgspec.convert(read_yaml(file.read_text(encoding="utf-8"), file.name), list[Plainer])
    return tuple((row.hint, re.compile(row.says, 0 if row.exact else re.IGNORECASE), row.shorter) for row in rows)


__all__ = ["Plainer", "plainer"]
