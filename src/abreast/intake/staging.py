"""Stage groups and T, N, M categories in the many ways in which they are written.

Shared by all ways in. The prefixes are those of the AJCC and UICC: ``c`` clinical, ``p`` pathologic, ``y`` after
treatment (``yc``, ``yp``), ``r`` at recurrence, ``a`` at autopsy; a category without a prefix is a clinical one (UICC
TNM, 8th edition).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from abreast.vocabulary import Vocabulary

Letter = Literal["t", "n", "m"]
_LETTER: dict[str, Letter] = {"T": "t", "N": "n", "M": "m"}
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}
_STAGE = re.compile(
    r"(?:^(?=\S+(?:\s*\(.*\))?$)|\bstage\s*+(?:group(?:ing)?\s*+)?[:=]?\s*+)(?P<prefix>yp|yc|[cpyr])?\s*+(?P<number>0|[1-4]|IV|I{1,3})\s?(?P<letter>[A-D])?"
    r"(?:is)?(?![\w.+/-])",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    r"(?<![A-Za-z0-9])(?P<prefix>yp|yc|ypc|[cpyra])?(?P<letter>[TNM])(?P<rest>is|[xX]|[0-4](?:mi|[a-d])?)(?P<extra>\s?\(?(?:i|mol)[+-]\)?|\(mi\))?"
    r"(?![A-Za-z0-9])",
)
_CODE = re.compile(r"(?P<prefix>yp|yc|[cpyra])?(?P<rest>is|x|[0-4](?:mi|[a-d])?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage group: the term of the set ``stage`` and the prefix it was written with."""

    term: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A T, N or M category: the letter, the term of its set, the prefix ("" when none)."""

    letter: Letter
    term: str
    prefix: str = ""

    @property
    def attribute(self) -> str:
        """The attribute that it belongs to, or "" for a prefix that none stands for (recurrence, autopsy)."""
        if self.prefix in ("r", "a"):
            return ""
        kind = "post_treatment" if self.prefix.startswith("y") else "pathologic" if self.prefix == "p" else "clinical"
        return f"{self.letter}.{kind}"


def parse_stage(text: str, vocabulary: Vocabulary) -> Stage | None:
    """Read ``IIIA``, ``3A``, ``c3A``, ``Stage IV``, ``AJCC stage 4``; ``None`` when the text names no stage group.

    A letter that breast cancer's stages do not have (IVA) is dropped only at stage IV, whose meaning it does not
    change.
    """
    match = _STAGE.search(text.strip())
    if not match:
        return None
    number = _ROMAN.get(match["number"], match["number"].upper())
    term = number + (match["letter"] or "").upper()
    if term not in vocabulary.terms["stage"]:
        if number != "IV":
            return None
        term = number
    return Stage(term, (match["prefix"] or "").lower())


def parse_categories(text: str, vocabulary: Vocabulary) -> tuple[Category, ...]:
    """Return every T, N and M category that a text names (``cT3/ypT2``, ``pN1mi``, ``M0(i+)``), in order."""
    found = []
    for match in _CATEGORY.finditer(text):
        term = _term(match["letter"], match["rest"], match["extra"] or "", vocabulary)
        if term:
            found.append(Category(_LETTER[match["letter"]], term, (match["prefix"] or "").lower()))
    return tuple(found)


def parse_category(text: str, letter: Letter, vocabulary: Vocabulary) -> Category | None:
    """Read a category that may leave its letter out, as the codes of cancerstaging.org do (``c3``, ``p2b``)."""
    for category in parse_categories(text, vocabulary):
        if category.letter == letter:
            return category
    match = _CODE.match(text.strip())
    if not match:
        return None
    term = _term(letter.upper(), match["rest"].lower(), "", vocabulary)
    return Category(letter, term, (match["prefix"] or "").lower()) if term else None


def _term(letter: str, rest: str, extra: str, vocabulary: Vocabulary) -> str:
    terms = vocabulary.terms[f"tnm_{letter.lower()}"]
    mark = re.sub(r"[()\s]", "", extra)
    suffix = mark if mark in ("i+", "mol+", "mi") else ""
    wanted = letter + rest.replace("x", "X") + suffix
    known = {term.casefold(): term for term in terms}
    for name in (wanted, letter + rest.replace("x", "X"), letter + rest[:1]):
        if name.casefold() in known:
            return known[name.casefold()]
    return ""
