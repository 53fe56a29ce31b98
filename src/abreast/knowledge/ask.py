"""``abreast ask``: the written answer that fits a question, or none. Nothing is made up.

SQLite's full-text search (FTS5, in memory) finds the answers and words of the glossary that share word stems with a
question (Snowball stemmers of the language, accents left aside). What it finds is then held against the question: the
*agreement* is the share of meaning that the two have in common, where a rare word carries more than a common one (its
weight is the logarithm of how few entries have it). Below a floor there is no answer: the question is handed back, to
be put to the team.

``data/ask.yaml`` and ``data/ask.es.yaml`` list the words that carry no meaning, those that mean the same, and spellings
to bring together.
"""

from __future__ import annotations

import difflib
import math
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import msgspec

from abreast.foundation.language import SOURCE
from abreast.foundation.yaml import read_yaml
from abreast.knowledge.loader import DATA, Knowledge
from abreast.knowledge.model import AnswerEntry, GlossaryEntry

FILES: Mapping[str, str] = {"en": "ask.yaml", "es": "ask.es.yaml"}
STEMMERS: Mapping[str, str] = {"en": "porter", "es": "spanish"}
"""The name of the Snowball algorithm (https://snowballstem.org/algorithms) for each language."""
FLOOR = 0.5
"""Least agreement of an answer: below it, most of what was asked is not what the answer is about (tests hold it)."""
NEAR = 0.3
"""Least agreement of a question that is offered as "perhaps you meant"."""
_OTHERS = 3
_CANDIDATES = 60
_LONGEST = 40
_TEXT_SHARE = 0.3
"""How much a word counts that only the text of an answer has, against one of the question it answers."""
_UNKNOWN_SHARE = 0.8
"""How much a word counts that no entry has, against the rarest that one has: enough to tell another subject."""
_GLOSSARY_SHARE = 0.93
"""An answer comes before a word of the glossary that agrees as well."""
_MISSPELT = 0.86
_SHORTEST_MISSPELT = 5
_WORD = re.compile(r"[^\W_]+")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of such a file. With ``by_stem``, ``same_words`` also hold for other forms of the words."""

    by_stem: bool
    leave_out: tuple[tuple[str, ...], ...]
    same_words: tuple[tuple[str, ...], ...]
    spellings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that fits a question; ``agreement`` is between 0 and 1."""

    entry: AnswerEntry | GlossaryEntry
    agreement: float

    @property
    def title(self) -> str:
        """The question that the entry answers, or its term."""
        return self.entry.question if isinstance(self.entry, AnswerEntry) else self.entry.term


@dataclass(frozen=True, slots=True)
class Reply:
    """What is found for a question. Without ``best``, there is no answer, and ``others`` are only near to it."""

    question: str
    best: Found | None
    others: tuple[Found, ...]


class Reading:
    """How the words of a question are read in one language."""

    def __init__(self, language: str) -> None:
        """Read the lists of words of a language that abreast speaks."""
        import snowballstemmer  # takes 80 ms, and only who asks something needs it

        name = FILES[language]
        said = msgspec.convert(read_yaml((DATA / name).read_text(encoding="utf-8"), name), Words)
        self._stem = cache(snowballstemmer.stemmer(STEMMERS[language]).stemWord)
        self._left_out = frozenset(_folded(word) for row in said.leave_out for word in row)
        self._spellings = tuple((re.compile(pattern), instead) for pattern, instead in said.spellings)
        self._same = {_folded(word): _folded(row[0]) for row in said.same_words for word in row}
        self._same_stems = {self._stem(word): first for word, first in self._same.items()} if said.by_stem else {}

    def words(self, text: str) -> list[str]:
        """Return the words of a text that carry meaning, in one spelling, each standing for all that mean the same."""
        folded = _folded(text)
        for pattern, instead in self._spellings:
            folded = pattern.sub(instead, folded)
        return [self.standing_for(word) for word in _WORD.findall(folded) if word not in self._left_out]

    def standing_for(self, word: str) -> str:
        """Return the word that stands for this one, or for another form of it; or the word."""
        return self._same.get(word) or self._same_stems.get(self._stem(word), word)

    def stems(self, words: Iterable[str]) -> frozenset[str]:
        """Return the stems of words."""
        return frozenset(map(self._stem, words))

    @property
    def synonyms(self) -> Iterable[str]:
        """All words for which another may stand."""
        return self._same.keys()


@cache
def reading(language: str = SOURCE) -> Reading:
    """Return how questions are read in a language."""
    return Reading(language)


def _folded(text: str) -> str:
    """Return a text without accents, capitals and curly apostrophes: many people type none."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("’", "'")


class Asker:
    """The answers and the glossary, ready to be asked."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Index every way a question is put, and the texts of the answers."""
        self._entries: tuple[AnswerEntry | GlossaryEntry, ...] = (*knowledge.answers, *knowledge.glossary)
        self._reading = reading(knowledge.language)
        self._index = sqlite3.connect(":memory:", check_same_thread=False)  # one asks at a time, from any thread
        self._index.execute("CREATE VIRTUAL TABLE phrases USING fts5 (stems)")
        self._vocabulary: set[str] = set()
        self._owner: list[int] = []
        self._asked: list[frozenset[str]] = []
        self._told: list[frozenset[str]] = []
        self._verbatim: dict[str, int] = {}
        for number, entry in enumerate(self._entries):
            ways, texts = _ways(entry), _texts(entry)
            for way in ways:
                self._verbatim.setdefault(_letters(way), number)
            for words in map(self._reading.words, ways):
                stems = self._reading.stems(words)
                self._owner.append(number)
                self._asked.append(stems)
                self._vocabulary.update(words)
                self._index.execute("INSERT INTO phrases VALUES (?)", (" ".join(sorted(stems)),))
            self._told.append(self._reading.stems(self._reading.words(" ".join((*ways, *texts)))))
        self._weights = self._weigh()

    def ask(self, question: str) -> Reply:
        """Return the entry that fits best, and others that fit; or none, and what is near. Any text will do."""
        words = [self._spelt(word) for word in self._reading.words(question)[:_LONGEST]]
        ranked = self._ranked(words) if words else self._in_these_words(question)
        good = [one for one in ranked if one.agreement >= FLOOR]
        if good:
            return Reply(question, good[0], tuple(good[1 : 1 + _OTHERS]))
        return Reply(question, None, tuple(one for one in ranked if one.agreement >= NEAR)[:_OTHERS])

    def _ranked(self, words: list[str]) -> list[Found]:
        stems = self._reading.stems(words)
        best: dict[int, float] = defaultdict(float)
        for phrase in self._candidates(stems):
            number = self._owner[phrase]
            best[number] = max(best[number], self._agreement(stems, phrase))
        found = (Found(self._entries[number], agreement) for number, agreement in best.items())
        return sorted(found, key=lambda one: (-one.agreement, one.entry.id))

    def _in_these_words(self, question: str) -> list[Found]:
        """Return the answer to a question of common words only ("Why did I get cancer?"), asked just so."""
        number = self._verbatim.get(_letters(question))
        return [] if number is None else [Found(self._entries[number], 1.0)]

    def _candidates(self, stems: Iterable[str]) -> list[int]:
        wanted = " OR ".join(f'"{stem}"' for stem in sorted(stems))
        rows = self._index.execute(
            "SELECT rowid FROM phrases WHERE phrases MATCH ? ORDER BY rank LIMIT ?", (wanted, _CANDIDATES)
        )
        return [rowid - 1 for (rowid,) in rows]

    def _agreement(self, stems: frozenset[str], phrase: int) -> float:
        """Return the share of meaning in common with a way of asking, raised by what else the entry says."""
        asked, told = self._asked[phrase], self._told[self._owner[phrase]]
        of_question, of_phrase = self._weight(stems), self._weight(asked)
        common = self._weight(stems & asked)
        also = self._weight((stems & told) - asked)
        shared = 2 * (common + _TEXT_SHARE * also) / (of_question + of_phrase + _TEXT_SHARE * also)
        is_word = isinstance(self._entries[self._owner[phrase]], GlossaryEntry)
        return min(1.0, shared) * (_GLOSSARY_SHARE if is_word else 1.0)

    def _weight(self, stems: Iterable[str]) -> float:
        return math.fsum(self._weights.get(stem, self._unknown) for stem in stems)

    @property
    def _unknown(self) -> float:
        return _UNKNOWN_SHARE * math.log(1 + len(self._entries))

    def _weigh(self) -> dict[str, float]:
        """Return the weight of each stem: the fewer entries have it, the more it says."""
        having = Counter(stem for told in self._told for stem in told)
        return {stem: math.log(1 + len(self._entries) / count) for stem, count in having.items()}

    def _spelt(self, word: str) -> str:
        """Return the word, or one of the index that it is a slip of the keyboard away from."""
        if len(word) < _SHORTEST_MISSPELT or self._reading.stems([word]) & self._weights.keys():
            return word
        near = difflib.get_close_matches(word, self._vocabulary.union(self._reading.synonyms), n=1, cutoff=_MISSPELT)
        return self._reading.standing_for(near[0]) if near else word


def _letters(text: str) -> str:
    return " ".join(_WORD.findall(_folded(text)))


def _ways(entry: AnswerEntry | GlossaryEntry) -> tuple[str, ...]:
    """Return every way an entry is asked for."""
    if isinstance(entry, AnswerEntry):
        return (entry.question, *entry.also_asked)
    return (entry.term, *entry.synonyms)


def _texts(entry: AnswerEntry | GlossaryEntry) -> tuple[str, ...]:
    if isinstance(entry, AnswerEntry):
        return tuple(statement.text for statement in entry.answer)
    return (entry.definition.text,)


__all__ = ["FLOOR", "Asker", "Found", "Reading", "Reply", "reading"]
