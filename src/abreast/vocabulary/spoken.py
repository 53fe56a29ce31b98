"""The vocabulary in the words of another language, for what a person reads.

``data/<language>/attributes/*.yaml`` and ``data/<language>/terms/<set>.yaml`` give names by id. What a rule, a record
or a trial means never changes with the language: only names do, and every name by which a thing is found stays one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from abreast.foundation import language as languages
from abreast.foundation.errors import VocabularyError
from abreast.foundation.packed import packed
from abreast.foundation.yaml import read_yaml
from abreast.vocabulary.model import Attribute, Term, Vocabulary

DATA = Path(__file__).parent / "data"


class AttributeWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one attribute; those of its English that are empty are left out."""

    name: str
    plain: str
    ask: str = ""
    why: str = ""
    where: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of one file. ``reviewed`` says who read it, and when; nobody has while it is empty.

    A term's words are its name, or its name and its plain name.
    """

    reviewed: dict[str, str] | None = None
    attributes: dict[str, AttributeWords] = {}
    terms: dict[str, str | tuple[str, str]] = {}


def speaking(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with the names of the language of now; a name that is not translated stays English."""
    language = languages.current()
    return vocabulary if language == languages.SOURCE else _in_language(vocabulary, language)


@lru_cache(maxsize=8)
def _in_language(vocabulary: Vocabulary, language: str) -> Vocabulary:
    files = sorted((DATA / language).rglob("*.yaml"))
    words = packed(
        f"words_{language}", files, dict[str, Words], lambda: {_key(file): read_words(file) for file in files}
    )
    attributes = {name: said for one in words.values() for name, said in one.attributes.items()}
    return Vocabulary(
        {
            name: _attribute(one, attributes[name]) if name in attributes else one
            for name, one in vocabulary.attributes.items()
        },
        {
            name: _terms(terms, words[f"terms/{name}"].terms) if f"terms/{name}" in words else terms
            for name, terms in vocabulary.terms.items()
        },
        vocabulary.units,
        vocabulary.version,
    )


def _key(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def read_words(file: Path) -> Words:
    """Read one file of words.

    Raises:
        VocabularyError: naming the file, when it does not have the form of :class:`Words`.
    """
    try:
        return msgspec.convert(read_yaml(file.read_text(encoding="utf-8"), file.name), Words)
    except msgspec.ValidationError as error:
        raise VocabularyError(f"{file.parent.parent.name}/{_key(file)}.yaml: {error}") from None


def _attribute(one: Attribute, words: AttributeWords) -> Attribute:
    said = {"name": words.name, "plain": words.plain}
    optional = {"ask": words.ask, "why": words.why, "where": words.where}
    said |= {key: text for key, text in optional.items() if text and getattr(one, key)}
    return msgspec.structs.replace(one, **said)


def _terms(terms: dict[str, Term], words: dict[str, str | tuple[str, str]]) -> dict[str, Term]:
    return {name: _term(one, words[name]) if name in words else one for name, one in terms.items()}


def _term(one: Term, words: str | tuple[str, str]) -> Term:
    name, plain = (words, "") if isinstance(words, str) else words
    return msgspec.structs.replace(one, name=name, plain=plain, synonyms=(*one.synonyms, one.name))


__all__ = ["DATA", "AttributeWords", "Words", "read_words", "speaking"]
