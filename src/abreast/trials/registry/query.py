"""What a person types into a search box, made into a full-text query that cannot fail."""

from __future__ import annotations

import re

import msgspec

_NCT = re.compile(r"\bnct[\s:#-]*([0-9]{8})\b", re.IGNORECASE)
_PART = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w+")
_MOST_WORDS = 32  # a page pasted into the box is searched by its first words; FTS5 limits how deep a query nests


class Query(msgspec.Struct, frozen=True):
    """Registry numbers that the text names, and what else it asks for: words, and phrases given in quotes."""

    numbers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def all_of(self) -> str:
        """FTS5 query for studies that hold every word and phrase; empty when there are none."""
        return " AND ".join(self.phrases)

    @property
    def any_of(self) -> str:
        """FTS5 query for studies that hold at least one."""
        return " OR ".join(self.phrases)


def read_query(text: str) -> Query:
    """Read any text; quotes, brackets, operators and stray signs are taken as text or left out, never as syntax.

    A word such as ``HER2-low`` asks for its parts side by side. ``NCT04191499`` in any spelling asks for that study.
    """
    numbers = tuple(dict.fromkeys(f"NCT{digits}" for digits in _NCT.findall(text)))
    phrases: list[str] = []
    for quoted, single in _PART.findall(_NCT.sub(" ", text)):
        words = [word for word in _WORD.findall(quoted or single) if any(sign.isalnum() for sign in word)]
        if words:
            phrases.append('"' + " ".join(words[:_MOST_WORDS]) + '"')
        if len(phrases) == _MOST_WORDS:
            break
    return Query(numbers, tuple(dict.fromkeys(phrases)))
