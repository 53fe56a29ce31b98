"""The names of cancer drugs and regimens in a text: generic, brand, short, misspelt."""

from __future__ import annotations

import re
from functools import lru_cache

import ahocorasick

from abreast.intake.report.spelling import SHORTEST, Misspelt
from abreast.intake.report.words import read_words
from abreast.vocabulary import load_vocabulary

_CANCER_ROOTS = ("systemic_therapy", "bone_agent")


@lru_cache(maxsize=1)
def _drugs() -> tuple[ahocorasick.Automaton, dict[str, str]]:
    """Return the names of cancer drugs and regimens, and what each stands for."""
    vocabulary = load_vocabulary()
    names: dict[str, str] = {}
    roots = {root for root in _CANCER_ROOTS if root in vocabulary.terms["drug"]}
    has_kinds = {above for term in vocabulary.terms["drug"].values() for above in term.is_a}
    for term in vocabulary.terms["drug"].values():
        above = vocabulary.ancestors("drug", term.id)
        if (term.id in has_kinds and "rxnorm" not in term.codes) or not above & roots or term.components:
            continue
        for name in (term.name, *term.synonyms, *term.brands):
            if len(name) >= 4 or name in ("T-DXd", "5-FU", "5FU", "T-DM1", "SG"):
                names[name.casefold()] = term.id
    content = read_words("drugs.yaml")
    for drug, texts in content["names"].items():
        for name in texts:
            names[str(name).casefold()] = str(drug)
    for name in content["never"]:
        names.pop(str(name).casefold(), None)
    automaton = ahocorasick.Automaton()
    for name, term_id in names.items():
        automaton.add_word(name, (len(name), term_id))
    for regimen, parts in (content["regimens"] | content["pairs"]).items():
        automaton.add_word(str(regimen).casefold(), (len(str(regimen)), f"={regimen}={'+'.join(parts)}"))
    automaton.make_automaton()
    return automaton, names


def drugs_in(text: str) -> list[tuple[str, int, int]]:
    """Return the cancer drugs and regimens ("=AC-T=doxorubicin+...") named in a text, with their places."""
    automaton, _ = _drugs()
    low = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    if len(low) != len(text):
        return []
    found = []
    for end, (length, name) in automaton.iter_long(low):
        start = end - length + 1
        before, after = low[start - 1 : start], low[end + 1 : end + 2]
        if before.isalnum() or after.isalnum() or (before in ("/", "-") and name.startswith("=") and length < 4):
            continue
        if (
            name.startswith("=")
            and not text[start : end + 1].replace("dd", "").replace("-", "").replace("w", "")[:1].isupper()
        ):
            continue
        if (
            name.startswith("=")
            and text[start : end + 1].casefold() != "keynote-522"
            and sum(letter.isupper() for letter in text[start : end + 1]) < 2
        ):
            continue
        if name.startswith("=") and _SHARE_OF_TUMOUR.match(text, end + 1):
            continue
        found.append((name, start, end + 1))
    taken = {start for _, start, _ in found}
    for word in _LONG_WORD.finditer(low):
        meant = None if word.start() in taken else _meant(word[0])
        if meant:
            found.append((meant, word.start(), word.end()))
    return sorted(_parted(found), key=lambda one: one[1])


def _parted(found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Return the names, letters that stand for two drugs ("HP") as these two, half of the letters each."""
    parted = []
    for name, start, end in found:
        pair = _pairs().get(name.split("=")[1]) if name.startswith("=") else None
        middle = (start + end) // 2
        parted += [(pair[0], start, middle), (pair[1], middle, end)] if pair else [(name, start, end)]
    return parted


@lru_cache(maxsize=1)
def _pairs() -> dict[str, list[str]]:
    content = read_words("drugs.yaml")
    return {str(letters): list(drugs) for letters, drugs in content["pairs"].items()}


_SHARE_OF_TUMOUR = re.compile(r"\s*:?\s*(?:\d{1,3}\s?%|\d{3,})")
"""Behind "TC" when it is the content of tumour cells, or a count of cells, and no regimen."""
_LONG_WORD = re.compile(rf"(?<![a-z0-9])[a-z]{{{SHORTEST - 1},}}(?![a-z0-9])")


@lru_cache(maxsize=8192)
def _meant(word: str) -> str | None:
    return _misspelt().meant(word)


@lru_cache(maxsize=1)
def _misspelt() -> Misspelt:
    return Misspelt(_drugs()[1])


__all__ = ["drugs_in"]
