"""Names of drugs with one slip of the pen: a letter too many, too few, another, or two that changed places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

SHORTEST = 7
"""A shorter name is too near to other words."""


class Misspelt:
    """Finds the name that a word is meant to be, when it differs from just one name by one slip.

    Every name is known by itself and by itself less one letter; two words that are one slip apart share such a key.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        """Take names in small letters, each with what it stands for."""
        self._names = {name: meant for name, meant in names.items() if len(name) >= SHORTEST and name.isalpha()}

    @cached_property
    def _by_key(self) -> Mapping[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._names:
            for key in _keys(name):
                found[key].add(name)
        return found

    def meant(self, word: str) -> str | None:
        """Return what the word in small letters stands for, or None when it is no slip of just one name."""
        if len(word) < SHORTEST or word in self._names or word.removesuffix("s") in self._names:
            return None
        near = {name for key in _keys(word) for name in self._by_key.get(key, ()) if _one_apart(word, name)}
        stand_for = {self._names[name] for name in near}
        return stand_for.pop() if len(stand_for) == 1 else None


def _keys(word: str) -> Iterable[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _one_apart(one: str, other: str) -> bool:
    if one[:1] != other[:1] and one[1:2] != other[1:2]:
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[first:], other[first:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    )


__all__ = ["SHORTEST", "Misspelt"]
