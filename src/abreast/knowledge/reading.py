"""How hard a text is to read: the Flesch-Kincaid grade, with names set aside.

The formula is that of Kincaid and others (1975): ``0.39 * words/sentences + 11.8 * syllables/words - 15.59``. A grade
of 8 is what a reader with eight years of school follows.

Two kinds of words are *set aside*, each counted as one word of two syllables, because no plainer word would
do and a long name does not make a sentence harder to follow: names of the vocabulary (drugs, their classes, brands,
genes), and the few words of ``data/reading.yaml`` that a person meets in every visit and that the glossary
explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from abreast.foundation.yaml import read_yaml
from abreast.vocabulary import Vocabulary

FILE = "reading.yaml"
NAME_SYLLABLES = 2
_NAME_SETS = ("drug", "gene")
_LONGEST_NAME = 5
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’.,/+%-]*")
_SENTENCE = re.compile(r"[.!?]+(?=[\"')\]]*(?:\s|$))")

# Words whose spelling misleads the rules below; each was met in a pack or in the test of this module.
_IRREGULAR = {
    "anxiety": 4,
    "anyone": 3,
    "area": 3,
    "areas": 3,
    "being": 2,
    "business": 2,
    "clue": 1,
    "continue": 3,
    "continued": 3,
    "continues": 3,
    "create": 2,
    "created": 3,
    "creates": 2,
    "diabetes": 4,
    "diarrhea": 4,
    "evening": 2,
    "every": 2,
    "everyone": 3,
    "everything": 3,
    "eye": 1,
    "eyes": 1,
    "fatigue": 2,
    "idea": 3,
    "ideal": 3,
    "ideas": 3,
    "issue": 2,
    "issues": 2,
    "million": 2,
    "nausea": 3,
    "nuclear": 3,
    "people": 2,
    "pneumonia": 3,
    "poetry": 3,
    "react": 2,
    "reaction": 3,
    "reactions": 3,
    "really": 2,
    "rescue": 2,
    "society": 4,
    "someone": 2,
    "something": 2,
    "sometimes": 2,
    "somewhere": 2,
    "theater": 3,
    "therefore": 2,
    "tissue": 2,
    "tissues": 2,
    "value": 2,
    "values": 2,
    "whole": 1,
}


def syllables(word: str) -> int:
    """Return how many syllables an English word has, by spelling; a number counts as two."""
    plain = word.casefold().replace("’", "'")
    if any(character.isdigit() for character in plain):
        return NAME_SYLLABLES
    letters = re.sub(r"[^a-z]", "", plain)
    if not letters:
        return 1
    if letters in _IRREGULAR:
        return _IRREGULAR[letters]
    if len(letters) <= 4 and word.isupper() and not re.search(r"[AEIOUY]", word):
        return len(letters)
    return max(1, _vowel_groups(letters) + _split_vowels(letters) - _silent(letters) + _contracted(plain))


def _vowel_groups(letters: str) -> int:
    return len(re.findall(r"[aeiouy]+", re.sub(r"^y(?=[aeiou])", "", letters)))


def _split_vowels(letters: str) -> int:
    """Count vowels that stand together and are spoken apart: radi-ation, peri-od, usu-al, go-ing, di-et."""
    apart = len(re.findall(r"(?<![tscgx])i[aou]", letters))
    apart += len(re.findall(r"(?<=[bdflmnprv])iet|(?<=[qu])iet|(?<![tc])ience|(?<=sc)ience", letters))
    apart += len(re.findall(r"(?<![qg])ua(?=l|r|t)", letters))
    apart += len(re.findall(r"[aeiouy]ing$|(?<=[aeo])ing(?=s$)", letters))
    apart += len(re.findall(r"[aeiou]y[aeiou]", letters))
    apart += len(re.findall(r"(?<=[aeiou])ism$|[^aeiou]ism$", letters))
    apart += len(re.findall(r"(?<=fl)uid", letters))
    return apart


def _silent(letters: str) -> int:
    """Count an ``e`` at the end that is written and not spoken."""
    if re.search(r"[aeo]yed$", letters):
        return 1
    if len(re.findall(r"[aeiouy]+", letters)) < 2:
        return 0
    if re.search(r"[^aeiouy]les?$|[^aeiouyl]led$|[td]ed$", letters):
        return 0
    if re.search(r"(s|x|z|ch|sh|c|g)es$", letters):
        return 0
    return int(bool(re.search(r"[^e]e$|[^aeiouy]es$|[^aeiouy]ed$|[uo]es$|[aeou]ye$|[aeo]yes$", letters)))


def _contracted(plain: str) -> int:
    return int(bool(re.search(r"[^aeiour]n't$", plain) and plain not in ("can't", "won't", "don't")))


@dataclass(frozen=True, slots=True)
class Names:
    """Words and phrases that are set aside, folded to lower case."""

    known: frozenset[str]

    @classmethod
    def of(cls, vocabulary: Vocabulary, folder: Path | None = None) -> Names:
        """Return the names of drugs and genes, and the words of ``reading.yaml`` when the folder has one."""
        texts: set[str] = set()
        for name in _NAME_SETS:
            for term in vocabulary.terms.get(name, {}).values():
                texts.update((term.id.replace("_", " "), term.name, *term.synonyms, *term.brands))
        file = folder / FILE if folder else None
        if file and file.exists():
            texts.update(read_yaml(file.read_text(encoding="utf-8"), FILE)["words"])
        folded = {" ".join(_words(text)) for text in texts}
        return cls(frozenset(folded | {f"{text}s" for text in folded}) - {""})


NO_NAMES = Names(frozenset())


def _words(text: str) -> list[str]:
    return [found.casefold().strip(".,'’-/") for found in _WORD.findall(text)]


def grade(text: str, names: Names = NO_NAMES) -> float:
    """Return the Flesch-Kincaid grade of a text; 0 for a text without words."""
    counts = list(_counts(text, names))
    if not counts:
        return 0.0
    sentences = max(1, len(_SENTENCE.findall(text.strip())))
    return 0.39 * len(counts) / sentences + 11.8 * sum(counts) / len(counts) - 15.59


def word_count(text: str) -> int:
    """Return how many words a text has."""
    return len(_words(text))


def _counts(text: str, names: Names) -> Iterable[int]:
    """Yield the syllables of each word; a phrase that is set aside is one word."""
    shown = [found.strip(".,'’-/") for found in _WORD.findall(text)]
    folded = [word.casefold() for word in shown]
    here = 0
    while here < len(shown):
        length = next(
            (
                length
                for length in range(min(_LONGEST_NAME, len(shown) - here), 0, -1)
                if " ".join(folded[here : here + length]) in names.known
            ),
            0,
        )
        yield NAME_SYLLABLES if length else syllables(shown[here])
        here += length or 1


__all__ = ["NO_NAMES", "Names", "grade", "syllables", "word_count"]
