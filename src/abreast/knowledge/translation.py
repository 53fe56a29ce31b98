"""Entries in another language: one file an entry, beside the packs, held to the English it was made from.

``translations/<language>/<kind>/<id>.yaml`` gives the texts of one entry by their path (``act.text``, ``signs[0]``),
the mark of the English texts (``of``), and who reviewed it. When the English changes, the mark no longer fits: the
translation is *stale* and the entry is shown in English until somebody brings it up to date. Rules, figures and sources
are never translated: they stay those of the entry. ``docs/translation.md`` tells a translator what to do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import msgspec

from abreast.foundation.errors import AbreastError, KnowledgeError, Place
from abreast.foundation.yaml import read_yaml
from abreast.knowledge.model import (
    KINDS,
    Advice,
    AnswerEntry,
    Appointment,
    Arm,
    Conditional,
    Entry,
    Evidence,
    GlossaryEntry,
    Option,
    Question,
    Regulatory,
    SideEffect,
    Statement,
    Struct,
    Support,
    TestEntry,
    Warning,
)

E = TypeVar("E", bound=Entry)

FOLDER = Path(__file__).parent / "translations"

State = Literal["reviewed", "unreviewed", "stale", "missing"]
"""``stale``: the English has changed since. An entry that is stale or missing is shown in English."""

ORDER = (
    "warnings",
    "questions",
    "tests",
    "support",
    "appointments",
    "second_opinion",
    "glossary",
    "answers",
    "options",
    "relatives",
)
"""The kinds in the order in which they are worth translating: what keeps a person safe comes first."""

TRANSLATED: dict[type[msgspec.Struct], tuple[str, ...]] = {
    Option: ("name", "plain_name", "line", "question"),
    TestEntry: ("name", "plain_name", "who_orders", "question"),
    Question: ("text", "why"),
    Warning: ("title", "signs"),
    Support: ("name", "who_qualifies"),
    Appointment: ("name", "timing", "bring"),
    Advice: ("title",),
    GlossaryEntry: ("term", "synonyms"),
    AnswerEntry: ("question", "also_asked", "ask_team"),
    Statement: ("text",),
    Conditional: ("text",),
    SideEffect: ("text", "report"),
    Evidence: ("end_point", "text"),
    Arm: ("name",),
    Regulatory: ("text",),
}
"""The fields that hold words shown to a person, by the struct they are in."""

FREE = frozenset({"synonyms", "also_asked"})
"""Lists that may be longer or shorter than the English ones: other ways of saying it."""

Text = str | tuple[str, ...]


class Reviewed(Struct, frozen=True, kw_only=True):
    """Who held a translation against its English, and when (ISO day)."""

    by: str
    date: str


class Translation(Struct, frozen=True, kw_only=True):
    """The texts of one entry in one language. ``reviewed`` is empty until somebody who speaks both has read it."""

    of: str
    reviewed: Reviewed | None = None
    texts: dict[str, str | tuple[str, ...]]


def english(entry: Entry) -> dict[str, Text]:
    """Return the texts of an entry that are translated, by path; empty ones are left out."""
    return dict(_texts(entry, ""))


def _texts(part: msgspec.Struct, path: str) -> Iterator[tuple[str, Text]]:
    shown = TRANSLATED.get(type(part), ())
    for name in part.__struct_fields__:
        value = getattr(part, name)
        here = f"{path}.{name}" if path else name
        if name in shown and name in FREE:
            yield here, tuple(value)
        elif name in shown and isinstance(value, str):
            if value:
                yield here, value
        elif isinstance(value, msgspec.Struct):
            yield from _texts(value, here)
        elif isinstance(value, tuple):
            for number, one in enumerate(value):
                if isinstance(one, msgspec.Struct):
                    yield from _texts(one, f"{here}[{number}]")
                elif name in shown:
                    yield f"{here}[{number}]", one


def mark(entry: Entry) -> str:
    """Return a short mark of the English texts: another one as soon as a letter of them changes."""
    content = msgspec.json.encode(english(entry), order="sorted")
    return hashlib.blake2b(content, digest_size=4).hexdigest()


def state(entry: Entry, translation: Translation | None) -> State:
    """Return how a translation stands to its entry."""
    if translation is None:
        return "missing"
    if translation.of != mark(entry) or translation.texts.keys() != english(entry).keys():
        return "stale"
    return "reviewed" if translation.reviewed else "unreviewed"


def translated(entry: E, translation: Translation) -> E:
    """Return the entry with the texts of the translation in place of its own."""
    return cast(E, _with(entry, "", translation.texts))


def _with(part: msgspec.Struct, path: str, texts: Mapping[str, Text]) -> msgspec.Struct:
    changed: dict[str, Any] = {}
    for name in part.__struct_fields__:
        value = getattr(part, name)
        here = f"{path}.{name}" if path else name
        if here in texts:
            changed[name] = texts[here]
        elif isinstance(value, msgspec.Struct):
            changed[name] = _with(value, here, texts)
        elif isinstance(value, tuple):
            changed[name] = tuple(_item(one, f"{here}[{number}]", texts) for number, one in enumerate(value))
    return msgspec.structs.replace(part, **changed)


def _item(one: object, path: str, texts: Mapping[str, Text]) -> object:
    if isinstance(one, msgspec.Struct):
        return _with(one, path, texts)
    return texts.get(path, one)


def files(language: str, folder: Path = FOLDER) -> list[Path]:
    """Return the files of a language."""
    return [file for kind in KINDS for file in sorted((folder / language / kind).rglob("*.yaml"))]


def read_translation(file: Path) -> Translation:
    """Read one translation.

    Raises:
        KnowledgeError: naming the file, when it does not have the form of :class:`Translation`.
    """
    place = "/".join(file.parts[-3:])
    try:
        raw = read_yaml(file.read_text(encoding="utf-8"), place)
        return msgspec.convert(raw, Translation)
    except msgspec.ValidationError as error:
        raise KnowledgeError(str(error), Place(place)) from None
    except AbreastError as error:
        raise KnowledgeError(str(error)) from None


def read_translations(language: str, folder: Path = FOLDER) -> dict[str, Translation]:
    """Return the translations of a language by ``kind/id``; one that cannot be read is left out, as if it were missing.

    The check of the packs tells what is wrong with it; a person reading a plan is better served by English.
    """
    found: dict[str, Translation] = {}
    for file in files(language, folder):
        try:
            found[name(file, language, folder)] = read_translation(file)
        except KnowledgeError:
            continue
    return found


def name(file: Path, language: str, folder: Path = FOLDER) -> str:
    """Return ``kind/id`` of a translation's file; folders between the two do not count."""
    return f"{file.relative_to(folder / language).parts[0]}/{file.stem}"


# --- figures -------------------------------------------------------------------------------------------------------

_FIGURE = re.compile(r"\d+(?:[.,/-]\d+)*")


def figures(text: Text) -> list[str]:
    """Return the figures in a text, sorted: a translation has the same ones as its English."""
    whole = text if isinstance(text, str) else " ".join(text)
    return sorted(found.replace(",", "") for found in _FIGURE.findall(whole))


__all__ = [
    "FOLDER",
    "FREE",
    "ORDER",
    "TRANSLATED",
    "Reviewed",
    "State",
    "Text",
    "Translation",
    "english",
    "figures",
    "files",
    "mark",
    "name",
    "read_translation",
    "read_translations",
    "state",
    "translated",
]
