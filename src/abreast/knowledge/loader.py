"""Reading the knowledge packs, with their rules parsed and type-checked."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from abreast.foundation import language as languages
from abreast.foundation.errors import AbreastError, KnowledgeError, Place
from abreast.foundation.packed import packed
from abreast.foundation.yaml import read_yaml
from abreast.knowledge.definitions import Definition, expanded, read_definitions
from abreast.knowledge.model import (
    KINDS,
    Advice,
    AnswerEntry,
    Appointment,
    Centre,
    Entry,
    GlossaryEntry,
    Option,
    Question,
    Reference,
    Support,
    TestEntry,
    Warning,
)
from abreast.knowledge.translation import State, Translation, files, read_translations, state, translated
from abreast.rules import parse_rule
from abreast.vocabulary import Vocabulary

T = TypeVar("T")
DATA = Path(__file__).parent / "data"
COVERAGE = "coverage.yaml"
RULE_KEYS = frozenset({"when", "present"})


class Knowledge(msgspec.Struct, frozen=True):
    """All packs, each in a stable order (priority, then id).

    ``as_of`` is the month (``2026-07``) up to which the whole was looked through, as ``coverage.yaml`` declares it.
    ``language`` is the one that was asked for; ``states`` tells of every entry, by ``kind/id``, how its translation
    stands. It is empty for the language that the packs are written in.
    """

    references: dict[str, Reference]
    options: tuple[Option, ...] = ()
    tests: tuple[TestEntry, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Warning, ...] = ()
    support: tuple[Support, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    second_opinion: tuple[Advice, ...] = ()
    relatives: tuple[Advice, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    answers: tuple[AnswerEntry, ...] = ()
    centres: tuple[Centre, ...] = ()
    as_of: str = ""
    language: str = languages.SOURCE
    states: dict[str, State] = {}
    english_acts: dict[str, str] = {}
    """What to do at a danger sign in English, by id, where the packs say it in another language."""

    def entries(self) -> Iterable[tuple[str, Entry]]:
        """Yield ``(kind, entry)`` for every entry of every pack."""
        for kind in KINDS:
            for entry in getattr(self, kind):
                yield kind, entry


def load_knowledge(vocabulary: Vocabulary, language: str | None = None) -> Knowledge:
    """Return the packs that ship with abreast, in the language of now unless one is named; read once per process.

    An entry without a translation that fits its English is in English (:attr:`Knowledge.states`).

    Raises:
        KnowledgeError: naming file and place, when an entry breaks its schema or a rule does not type-check.
    """
    return _load(vocabulary, language or languages.current())


@lru_cache(maxsize=len(languages.LANGUAGES))
def _load(vocabulary: Vocabulary, language: str) -> Knowledge:
    if language != languages.SOURCE:
        translations = packed(
            f"translations_{language}", files(language), dict[str, Translation], lambda: read_translations(language)
        )
        return in_language(_load(vocabulary, languages.SOURCE), language, translations)
    data = [*DATA.rglob("*.yaml"), *DATA.rglob("*.csv")]
    return packed("knowledge", data, Knowledge, lambda: read_packs(DATA, vocabulary), salt=vocabulary.version)


def in_language(knowledge: Knowledge, language: str, translations: Mapping[str, Translation]) -> Knowledge:
    """Return the packs with every translation that fits its entry."""
    states = {
        f"{kind}/{entry.id}": state(entry, translations.get(f"{kind}/{entry.id}"))
        for kind, entry in knowledge.entries()
    }
    packs = {
        kind: tuple(
            translated(entry, translations[key])
            if states[key := f"{kind}/{entry.id}"] in ("reviewed", "unreviewed")
            else entry
            for entry in getattr(knowledge, kind)
        )
        for kind in KINDS
    }
    acts = {
        one.id: one.act.text for one in knowledge.warnings if states[f"warnings/{one.id}"] in ("reviewed", "unreviewed")
    }
    return msgspec.structs.replace(knowledge, **packs, language=language, states=states, english_acts=acts)


def read_packs(folder: Path, vocabulary: Vocabulary) -> Knowledge:
    """Read every pack below ``folder``; raise :class:`KnowledgeError` at the first faulty entry."""
    references = {ref.id: ref for file in _files(folder / "sources") for ref in read_references(file)}
    definitions = read_definitions(folder)
    packs: dict[str, tuple[Any, ...]] = {}
    for kind, shape in KINDS.items():
        entries = [read_entry(file, shape, vocabulary, definitions) for file in _files(folder / kind)]
        packs[kind] = tuple(sorted(entries, key=lambda entry: (getattr(entry, "priority", 0), entry.id)))
    whole = Knowledge(references=references, centres=tuple(_centres(folder)), as_of=read_as_of(folder))
    return msgspec.structs.replace(whole, **packs)


def read_as_of(folder: Path) -> str:
    """Return the month up to which the packs were looked through; nothing where none is declared.

    Raises:
        KnowledgeError: naming the file, when what is declared is not a month such as 2026-07.
    """
    file = folder / COVERAGE
    if not file.exists():
        return ""
    raw = read_yaml(file.read_text(encoding="utf-8"), _shown(file))
    month = raw.get("as_of") if isinstance(raw, dict) else None
    if not isinstance(month, str) or not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise KnowledgeError(f"expected as_of as a month such as 2026-07, found {month!r}", Place(_shown(file)))
    return month


def read_entry(
    file: Path, shape: type[T], vocabulary: Vocabulary, definitions: Mapping[str, Definition] = MappingProxyType({})
) -> T:
    """Read one entry; raise :class:`KnowledgeError` naming the file and the key."""
    try:
        raw = read_yaml(file.read_text(encoding="utf-8"), _shown(file))
    except AbreastError as error:
        raise KnowledgeError(str(error)) from None
    try:
        return msgspec.convert(_with_rules(raw, vocabulary, definitions, file), shape, str_keys=True)
    except msgspec.ValidationError as error:
        raise KnowledgeError(str(error), Place(_shown(file))) from None


def _with_rules(
    raw: Any, vocabulary: Vocabulary, definitions: Mapping[str, Definition], file: Path, key: str = ""
) -> Any:
    """Return the raw entry with the text of every rule replaced by its tree."""
    if isinstance(raw, dict):
        return {name: _with_rules(value, vocabulary, definitions, file, name) for name, value in raw.items()}
    if isinstance(raw, list):
        return [_with_rules(value, vocabulary, definitions, file) for value in raw]
    if key in RULE_KEYS and isinstance(raw, str):
        place = Place(_shown(file), f"{key}: {raw[:60]}")
        try:
            return msgspec.to_builtins(parse_rule(expanded(raw, definitions, place), vocabulary, place))
        except AbreastError as error:
            raise KnowledgeError(str(error)) from None
    return raw


def read_references(file: Path) -> list[Reference]:
    """Read one list of references; raise :class:`KnowledgeError` naming the file."""
    raw = read_yaml(file.read_text(encoding="utf-8"), _shown(file))
    try:
        return msgspec.convert(raw, list[Reference])
    except msgspec.ValidationError as error:
        raise KnowledgeError(str(error), Place(_shown(file))) from None


def _centres(folder: Path) -> Iterable[Centre]:
    file = folder / "centres.csv"
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield msgspec.convert(row, Centre, strict=False)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.yaml")) if folder.exists() else []


def _shown(file: Path) -> str:
    return "/".join(file.parts[-2:])


__all__ = [
    "COVERAGE",
    "DATA",
    "Knowledge",
    "in_language",
    "load_knowledge",
    "read_as_of",
    "read_entry",
    "read_packs",
    "read_references",
]
