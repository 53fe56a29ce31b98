"""The places of spread that reports name, and the term of the vocabulary for each."""

from __future__ import annotations

import re
from functools import lru_cache

from abreast.intake.report.words import read_words


@lru_cache(maxsize=1)
def _sites() -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    content = read_words("sites.yaml")
    names, terms, parts = {}, {}, []
    for number, (key, texts) in enumerate(content.items()):
        name, term = str(key).split("=")
        names[f"s{number}"], terms[name] = name, term
        parts.append(f"(?P<s{number}>{'|'.join(str(one) for one in texts)})")
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(parts)})(?![A-Za-z0-9])", re.IGNORECASE), names, terms


def site_term(name: str) -> str:
    """Return the vocabulary's term for a place of spread as this reader names it, or ""."""
    return _sites()[2].get(name, "")


def sites_in(text: str) -> list[tuple[str, int, int]]:
    """Return the places named in a text, with their start and end."""
    return list(_found(text))


@lru_cache(maxsize=64)
def _found(text: str) -> tuple[tuple[str, int, int], ...]:
    pattern, names, _ = _sites()
    return tuple((names[match.lastgroup or ""], match.start(), match.end()) for match in pattern.finditer(text))


__all__ = ["site_term", "sites_in"]
