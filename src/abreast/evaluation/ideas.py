"""Comparing what a reader expected with what a plan says: drugs by the dictionary, everything else by named ideas.

``data/ideas.yaml`` lists for each idea the phrases that stand for it. The rules of matching are told in
``docs/evaluation.md``. Nothing here is fuzzy: a text has an idea or it has not, and every match can say why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from abreast.foundation.yaml import read_yaml
from abreast.vocabulary import Vocabulary, load_vocabulary

DATA = Path(__file__).parent / "data"
IDEA_GROUPS = ("tests", "places", "people", "care", "signs")
_GAP = r"[\s\-‐-–/,]+"
_SHORT = 3
"""Drug names up to this length are looked for in capitals only."""
_TOO_WIDE = frozenset(
    [
        "systemic_therapy",
        "targeted_therapy",
        "immunotherapy",
        "chemotherapy",
        "endocrine_therapy",
        "her2_targeted",
        "adc",
    ]
)
"""Classes too wide for their name to stand for one of their drugs."""


@dataclass(frozen=True)
class Found:
    """A phrase at a place of a text; ``what`` are drug ids, or the one id of an idea."""

    start: int
    end: int
    what: tuple[str, ...]


@dataclass(frozen=True)
class Dictionary:
    """The phrases of ideas and drugs, ready to be looked for."""

    ideas: Mapping[str, re.Pattern[str]]
    tests: frozenset[str]
    drugs: re.Pattern[str]
    drug_ids: Mapping[str, tuple[str, ...]]
    empty: frozenset[str]
    vocabulary: Vocabulary

    def ideas_of(self, text: str) -> frozenset[str]:
        """Return every idea that a text holds."""
        return frozenset(name for name, pattern in self.ideas.items() if pattern.search(text))

    def ideas_asked(self, text: str) -> tuple[Found, ...]:
        """Return the ideas that an expectation asks for: where phrases overlap, the longest."""
        hits = [
            Found(hit.start(), hit.end(), (name,))
            for name, pattern in self.ideas.items()
            for hit in pattern.finditer(text)
        ]
        return _longest(hits)

    def drugs_of(self, text: str) -> tuple[Found, ...]:
        """Return the drugs and classes that a text names, in order."""
        return tuple(
            Found(hit.start(), hit.end(), ids)
            for hit in self.drugs.finditer(text)
            if (ids := self._ids(hit.group())) is not None
        )

    def _ids(self, words: str) -> tuple[str, ...] | None:
        if len(words) <= _SHORT:
            return self.drug_ids.get(_fold(words)) if words.isupper() and words[-1] != "S" else None
        folded = _fold(words)
        return self.drug_ids.get(folded, self.drug_ids.get(folded.removesuffix("s")))

    def related(self, named: str, offered: str) -> bool:
        """Whether an offered drug or class is the named one, one of its kind, or a class that has it."""
        below = self.vocabulary.ancestors("drug", offered)
        above = self.vocabulary.ancestors("drug", named) - _TOO_WIDE
        return named == offered or named in below or offered in above

    def words_left(self, text: str, taken: Iterable[Found]) -> tuple[str, ...]:
        """Return the words of a text that carry meaning and that no phrase took."""
        spans = [(one.start, one.end) for one in taken]
        return tuple(
            word.group().casefold()
            for word in re.finditer(r"[^\W\d_][\w'-]*", text)
            if not any(start <= word.start() < end for start, end in spans)
            and word.group().casefold() not in self.empty
            and len(word.group()) > 2
        )


def _longest(hits: list[Found]) -> tuple[Found, ...]:
    """Return the hits that no longer hit overlaps; two that are equally long at one place both stay."""
    kept: list[Found] = []
    for hit in sorted(hits, key=lambda one: (one.start - one.end, one.start)):
        spans_free = all(hit.end <= one.start or hit.start >= one.end for one in kept)
        same_place = any((hit.start, hit.end) == (one.start, one.end) for one in kept)
        if spans_free or same_place:
            kept.append(hit)
    return tuple(sorted(kept, key=lambda one: one.start))


@lru_cache(maxsize=1)
def load_dictionary() -> Dictionary:
    """Return the ideas that ship with the package, and the drugs of the vocabulary."""
    vocabulary = load_vocabulary()
    file = DATA / "ideas.yaml"
    content = read_yaml(file.read_text(encoding="utf-8"), file.name)
    ideas = {name: _pattern(phrases) for group in IDEA_GROUPS for name, phrases in content[group].items()}
    drug_ids = dict(_drug_names(vocabulary, content["drug_words"]))
    names = sorted(drug_ids, key=len, reverse=True)
    return Dictionary(
        ideas=ideas,
        tests=frozenset(content["tests"]),
        drugs=re.compile(rf"(?<!\w)(?:{'|'.join(_name_pattern(name) for name in names)})s?(?!\w)", re.IGNORECASE),
        drug_ids=drug_ids,
        empty=frozenset(str(content["empty"]).split()),
        vocabulary=vocabulary,
    )


def _drug_names(vocabulary: Vocabulary, more: Mapping[str, list[str]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for term in vocabulary.terms["drug"].values():
        for name in (term.name, *term.synonyms, *term.brands):
            yield _fold(name), (term.id,)
    for term in vocabulary.terms["regimen"].values():
        for name in (term.name, *term.synonyms):
            yield _fold(name), term.components
    for words, ids in more.items():
        yield _fold(words), tuple(ids)


def _fold(text: str) -> str:
    return re.sub(r"[\s\-‐-–/]+", " ", text.casefold()).strip()


def _name_pattern(folded: str) -> str:
    return r"[\s\-‐-–/]+".join(re.escape(word) for word in folded.split())


def _pattern(phrases: str) -> re.Pattern[str]:
    choices = sorted((_phrase(one.strip()) for one in phrases.split(";") if one.strip()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(choices)})(?!\w)", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    words = (re.sub(r"\\([()|*])", r"\1", re.escape(word)).replace("*", r"\w*") for word in re.split(r"[\s,]+", phrase))
    return _GAP.join(words)


__all__ = ["Dictionary", "Found", "load_dictionary"]
