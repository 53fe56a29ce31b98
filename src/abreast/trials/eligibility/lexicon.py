"""The words that criteria use, as data, and the search for them.

``data/lexicon/*.yaml`` gives kind, value and phrases; the names of drugs, illnesses, genes and symptoms come from the
vocabulary. All phrases stand in one tree by their plain words; at every place of a text the longest one wins.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from abreast.foundation.packed import packed
from abreast.foundation.yaml import read_yaml
from abreast.trials.eligibility.tokens import Lexeme, Token, lexemes
from abreast.vocabulary import Vocabulary, load_vocabulary
from abreast.vocabulary.loader import DATA as VOCABULARY

DATA = Path(__file__).parent / "data"

FROM_VOCABULARY = {"symptom": "symptom", "illness": "illness", "drug": "drug", "gene": "gene"}
"""Term sets of the vocabulary whose names are words of the lexicon, and the kind that they are there."""

_SIGN_KINDS = {
    ",": "comma",
    ";": "semi",
    ":": "colon",
    "(": "lp",
    ")": "rp",
    "/": "slash",
    "+": "plus",
    "minus": "minus",
    "range": "dash",
    "break": "break",
    ".": "stop",
    "?": "stop",
    "!": "stop",
    "&": "and",
}
_READ_BY_PATTERNS = frozenset(["toxicity", "allergy_reaction", "swallowing_difficulty"])
"""Illnesses that criteria put together from several words, so that their names would get in the way."""

_LEXEME_KINDS = frozenset(["num", "cmp", "unit", "uln", "lln", "ihc"])
_GROUP = re.compile(r"\(([^()]*)\)")
_TOO_SHORT = 2
_READ_APART = frozenset(["requiring", "suspected", "concurrent", "nyha"])


class Entry(msgspec.Struct, frozen=True):
    """One phrase of the lexicon."""

    words: tuple[str, ...]
    kind: str
    value: str


Tree = dict[str, Any]
"""Phrases by their first word, below it by their second, and so on; under "" the kind and value of what ends there."""


def tree_of(entries: Iterable[Entry]) -> Tree:
    """Return the tree of some phrases; where a phrase stands twice, the later entry counts."""
    root: Tree = {}
    for entry in entries:
        node = root
        for word in entry.words:
            node = node.setdefault(word, {})
        node[""] = (entry.kind, entry.value)
    return root


class Lexicon:
    """All phrases in one tree, keyed by plain words. Immutable after loading."""

    def __init__(self, root: Tree) -> None:
        """Keep the tree."""
        self._root = root

    def tokens(self, found: list[Lexeme]) -> list[Token]:
        """Return the tokens of a text: known phrases by their kind, everything else as numbers, signs and words."""
        result: list[Token] = []
        index, count = 0, len(found)
        root = self._root
        while index < count:
            first = found[index]
            if first.word not in root:
                result.append(_plain_token(first))
                index += 1
                continue
            hit, best = self._longest(found, index)
            if hit is not None and hit[0] == "pcmp" and best < count and found[best].word in ("than", "to"):
                hit = self._root[first.word].get("") if first.word in self._root else None  # "or more than"
                best = index + 1
            if hit is not None and hit[0] == "neg" and best > index + 1 and found[best - 1].word == "not":
                later, end = self._longest(found, best - 1)
                if later is not None and later[0] in _DENIED and end > best:
                    index = best - 1  # "is not amenable to surgery": the phrase begins with its "not"
                    continue
            if hit is not None and (first.kind == "word" or best > index + 1):
                value = float(hit[1]) if hit[0] == "num" else hit[1]
                result.append(Token(hit[0], first.start, found[best - 1].end, value))
                index = best
                continue
            result.append(_plain_token(first))
            index += 1
        return result

    def _longest(self, found: list[Lexeme], index: int) -> tuple[tuple[str, str] | None, int]:
        """Return kind and value of the longest phrase that begins at a place, and where it ends."""
        first = found[index]
        node = self._root.get(first.word) if first.kind in ("word", "sign", "num", "ihc") else None
        best, count, ahead = 0, len(found), index
        hit: tuple[str, str] | None = None
        while node is not None:
            ahead += 1
            leaf = node.get("")
            if leaf is not None:
                best, hit = ahead, leaf
            if ahead >= count:
                break
            node = node.get(found[ahead].word)
        return hit, best


_DENIED = frozenset(["ext", "stat", "unrec"])
"""Kinds of words with phrases that begin with "not"."""


def tidied(tokens: list[Token], words: str) -> list[Token]:
    """Return the tokens without fillers, and without parentheses that only give a short form of what stands before."""
    result: list[Token] = []
    staged = undergoing = False
    for found in tokens:
        if found.kind in ("filler", "sign"):
            undergoing = undergoing or words[found.start : found.end].lower() == "undergoing"
            continue
        token = found
        purpose = (
            bool(result) and result[-1].kind == "forin" and words[result[-1].start : result[-1].end].lower() == "for"
        )
        suited = purpose and any(one.kind in ("adequate", "able") for one in result)
        if (
            (undergoing or suited)
            and token.kind in _OPERATIONS
            and not (result and result[-1].kind in ("ongoing", "team"))
        ):
            result.append(Token("team", token.start, token.start, "planned"))
        undergoing = False
        if staged and token.kind == "txadj" and words[token.start : token.end] == "IV":
            token = Token("roman", token.start, token.end, "IV")  # "Stage III or IV" is no way into a vein
        elif token.kind in _TREATED and result and _is_planned(result, words):
            result[-1] = Token("team", result[-1].start, result[-1].end, "planned")
        staged = token.kind in ("stageword", "roman") or (staged and token.kind in _RANGES)
        result.append(token)
        if token.kind == "rp":
            _close(result, words)
    return result


_RANGES = frozenset(["or", "and", "comma", "slash", "dash", "to", "minus", "lp", "ordinal", "num"])
_TREATED = frozenset(["procedure", "surg", "rt", "palrt", "rttech", "drug", "tx"])
_OPERATIONS = frozenset(["procedure", "surg"])
_PLANNED = re.compile(r"(?:planned|scheduled|upcoming|intended)", re.IGNORECASE)
_TIMES = frozenset(["before", "since", "within", "during", "to", "forin", "at", "last", "anc"])


def _is_planned(before: list[Token], words: str) -> bool:
    """Whether the word before a treatment says that it is planned, and does not end a time ("before planned ...")."""
    last = before[-1]
    if last.kind != "anc" or not _PLANNED.fullmatch(words[last.start : last.end]):
        return False
    return len(before) < 2 or before[-2].kind not in _TIMES


def _close(result: list[Token], words: str) -> None:
    """Take away the parenthesis that just closed when nothing is in it but a short form."""
    if len(result) >= 2 and result[-2].kind == "lp":
        del result[-2:]
        return
    opening = next((at for at in range(len(result) - 2, max(-1, len(result) - 7), -1) if result[at].kind == "lp"), None)
    if opening is not None and all(one.kind in ("or", "and", "comma", "slash") for one in result[opening + 1 : -1]):
        del result[opening:]
        return
    if len(result) < 4 or result[-3].kind != "lp":
        return
    before, inner = result[-4], result[-2]
    same = before.kind == inner.kind and before.value == inner.value and before.kind not in ("num", "word")
    if same or (inner.kind == "word" and _is_short_form(words[inner.start : inner.end])):
        end = result[-1].end
        del result[-3:]
        result[-1] = Token(before.kind, before.start, end, before.value)


def _is_short_form(word: str) -> bool:
    return len(word) <= _LONGEST_SHORT_FORM and sum(letter.isupper() for letter in word) >= 2


_LONGEST_SHORT_FORM = 9


def _plain_token(lexeme: Lexeme) -> Token:
    if lexeme.kind in _LEXEME_KINDS:
        return Token(lexeme.kind, lexeme.start, lexeme.end, lexeme.value)
    if lexeme.kind == "sign":
        return Token(_SIGN_KINDS.get(lexeme.word, "sign"), lexeme.start, lexeme.end, lexeme.word)
    return Token("word", lexeme.start, lexeme.end, lexeme.word)


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the lexicon that ships with the package, with the names of the vocabulary in it."""
    files = [*sorted((DATA / "lexicon").glob("*.yaml")), Path(__file__), Path(__file__).with_name("tokens.py")]
    files += sorted(VOCABULARY.rglob("*.yaml"))
    return Lexicon(packed("lexicon", files, Tree, lambda: tree_of(read_entries())))


def read_entries() -> tuple[Entry, ...]:
    """Read all entries: those of the vocabulary first, so that the lexicon's own files may overrule them."""
    entries = (*_vocabulary_entries(load_vocabulary()), *_file_entries())
    known = {(entry.words, entry.kind, entry.value) for entry in entries}
    states = {entry.words for entry in entries if entry.kind in ("stat", "qual")}

    def swallows_a_state(entry: Entry) -> bool:
        """Whether a name is a state and another name: "active infection" would lose that it is active."""
        return entry.kind == "illness" and any(
            entry.words[:length] in states and (entry.words[length:], "illness", entry.value) in known
            for length in range(1, min(4, len(entry.words)))
        )

    return tuple(entry for entry in entries if not swallows_a_state(entry))


def _vocabulary_entries(vocabulary: Vocabulary) -> Iterator[Entry]:
    for kind, name in FROM_VOCABULARY.items():
        for term in vocabulary.terms[name].values():
            if term.id in _READ_BY_PATTERNS:
                continue
            for phrase in dict.fromkeys((term.name, *term.synonyms, *term.brands)):
                words = words_of(phrase)
                if kind == "illness" and not _READ_APART.isdisjoint(words):
                    continue  # what an illness needs, how sure and how severe it is, is read by itself
                if words and (len(words) > 1 or len(words[0]) > _TOO_SHORT or words[0].isalpha()):
                    yield Entry(words, kind, term.id)
            if kind == "gene":
                yield Entry(words_of(term.id), kind, term.id)


def _file_entries() -> Iterator[Entry]:
    for file in sorted((DATA / "lexicon").glob("*.yaml")):
        content = read_yaml(file.read_text(encoding="utf-8"), file.name)
        for kind, values in content.items():
            for value, phrases in values.items():
                for phrase in expand(str(phrases)):
                    words = words_of(phrase)
                    if words:
                        yield Entry(words, str(kind), str(value))


def expand(phrases: str) -> Iterator[str]:
    """Yield every phrase that "a; b (c|d|) e" stands for."""
    for phrase in phrases.split(";"):
        pieces: list[tuple[str, ...]] = []
        position = 0
        for group in _GROUP.finditer(phrase):
            if "|" not in group[1]:
                continue
            pieces.append((phrase[position : group.start()],))
            pieces.append(tuple(group[1].split("|")))
            position = group.end()
        pieces.append((phrase[position:],))
        for choice in itertools.product(*pieces):
            text = " ".join("".join(choice).split())
            if text:
                yield text


def words_of(phrase: str) -> tuple[str, ...]:
    """Return the plain words of a phrase, as they are looked for."""
    return tuple(lexeme.word for lexeme in lexemes(phrase))


__all__ = ["DATA", "Entry", "Lexicon", "Tree", "expand", "load_lexicon", "read_entries", "tree_of", "words_of"]
