"""The check of translated entries, part of ``abreast knowledge check``.

An ``error``: a file that cannot be read or belongs to no entry, texts that are missing or too many, figures that differ
from the English, a dose, forbidden wording. ``due``: the English has changed since, so the entry is shown in English.
``look``: a text that reads hard.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from abreast.foundation.errors import KnowledgeError
from abreast.foundation.language import LANGUAGES, SOURCE
from abreast.knowledge import spanish
from abreast.knowledge.check import Finding, wording_faults
from abreast.knowledge.loader import Knowledge
from abreast.knowledge.model import Entry
from abreast.knowledge.reading import word_count
from abreast.knowledge.translation import (
    FOLDER,
    State,
    Text,
    Translation,
    english,
    figures,
    files,
    mark,
    name,
    read_translation,
    state,
)

_MARK = 8
SHORTEST = 10
"""Texts of fewer words are not graded: the formula says nothing about a phrase."""

_WORDING: Mapping[str, Callable[[str], Iterable[str]]] = {"es": spanish.faults}
_EASE: Mapping[str, tuple[Callable[[str], float], float]] = {"es": (spanish.perspicuity, spanish.EASY)}


def check_translations(knowledge: Knowledge, folder: Path = FOLDER) -> list[Finding]:
    """Return what is wrong with, or due in, the translations of the packs.

    Args:
        knowledge: the packs in the language they are written in.
        folder: where the translations are, a folder for each language.
    """
    entries = {f"{kind}/{entry.id}": entry for kind, entry in knowledge.entries()}
    findings = (
        finding
        for language in LANGUAGES
        if language != SOURCE
        for file in files(language, folder)
        for finding in _of_file(file, language, folder, entries)
    )
    return sorted(set(findings))


def count_states(knowledge: Knowledge, language: str, folder: Path = FOLDER) -> Counter[State]:
    """Return how many entries are reviewed, unreviewed, stale and missing in a language."""
    kept: dict[str, Translation] = {}
    for file in files(language, folder):
        try:
            kept[name(file, language, folder)] = read_translation(file)
        except KnowledgeError:
            continue
    return Counter(state(entry, kept.get(f"{kind}/{entry.id}")) for kind, entry in knowledge.entries())


def _of_file(file: Path, language: str, folder: Path, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    shown = file.relative_to(folder).as_posix()
    entry = entries.get(name(file, language, folder))
    if entry is None:
        yield Finding(shown, "", "error", "there is no such entry")
        return
    try:
        one = read_translation(file)
    except KnowledgeError as error:
        yield Finding(shown, "", "error", str(error))
        return
    yield from (Finding(shown, key, "error", text) for key, text in _header(one))
    if one.of != mark(entry):
        yield Finding(shown, "of", "due", f"the English has changed (now {mark(entry)}): the entry is shown in English")
        return
    yield from _texts(shown, language, english(entry), one.texts)


def _header(one: Translation) -> Iterator[tuple[str, str]]:
    if len(one.of) != _MARK:
        yield "of", f"expected the mark of the English texts, {_MARK} letters and digits in quotes, found {one.of!r}"
    if one.reviewed:
        try:
            dt.date.fromisoformat(one.reviewed.date)
        except ValueError:
            yield "reviewed.date", f"expected a day such as 2026-11-21, found {one.reviewed.date!r}"
        if not one.reviewed.by.strip():
            yield "reviewed.by", "expected who reviewed it"


def _texts(shown: str, language: str, source: Mapping[str, Text], texts: Mapping[str, Text]) -> Iterator[Finding]:
    for key in source.keys() - texts.keys():
        yield Finding(shown, key, "error", "is not translated")
    for key in texts.keys() - source.keys():
        yield Finding(shown, key, "error", "the entry has no such text")
    for key in source.keys() & texts.keys():
        if isinstance(source[key], str) != isinstance(texts[key], str):
            expected = "one text" if isinstance(source[key], str) else "a list of texts"
            yield Finding(shown, key, "error", f"expected {expected}")
            continue
        yield from _compared(shown, key, source[key], texts[key])
        for text in [texts[key]] if isinstance(texts[key], str) else texts[key]:
            yield from _wording(shown, language, key, str(text))


def _compared(shown: str, key: str, source: Text, text: Text) -> Iterator[Finding]:
    if isinstance(text, str) and not text.strip():
        yield Finding(shown, key, "error", "is empty")
    if isinstance(text, str) and figures(source) != figures(text):
        missing, more = Counter(figures(source)), Counter(figures(text))
        differ = ", ".join((*(f"-{one}" for one in missing - more), *(f"+{one}" for one in more - missing)))
        yield Finding(shown, key, "error", f"the figures are not those of the English: {differ}")


def _wording(shown: str, language: str, key: str, text: str) -> Iterator[Finding]:
    for fault in (*wording_faults(text), *_WORDING[language](text)):
        yield Finding(shown, key, "error", fault)
    measure, floor = _EASE[language]
    if word_count(text) >= SHORTEST and (found := measure(text)) < floor:
        yield Finding(shown, key, "look", f"reads rather hard ({found:.0f}, expected {floor:.0f}): {text[:60]}...")


__all__ = ["check_translations", "count_states"]
