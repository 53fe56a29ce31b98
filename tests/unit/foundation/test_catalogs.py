"""The catalogs: in step with the source, whole, and saying the same things in the same places."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from abreast.foundation import language
from abreast.rules.words import words_in

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "abreast"
OTHERS = [name for name in language.LANGUAGES if name != language.SOURCE]

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
ENDS = (".", ":", ",")
_TAG = re.compile(r"</?\w+[^>]*>")


def translate() -> ModuleType:
    """Return ``scripts/translate.py``."""
    spec = importlib.util.spec_from_file_location("translate", ROOT / "scripts" / "translate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return translate()


def kept(name: str) -> Catalog:
    with (language.LOCALE / name / "LC_MESSAGES" / "abreast.po").open("rb") as file:
        return read_po(file, locale=name)


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each form of a message with the one that is translated from it."""
    if isinstance(message.id, tuple):
        forms = message.string
        assert isinstance(forms, tuple)
        yield from zip(message.id, forms, strict=True)
    else:
        assert isinstance(message.string, str)
        yield message.id, message.string


MESSAGES = [pytest.param(m, id=str(m.id)[:60]) for name in OTHERS for m in kept(name) if m.id]


@pytest.mark.parametrize("name", OTHERS)
def test_every_message_of_the_source_is_in_the_catalog_and_translated(name: str, tool: ModuleType) -> None:
    brought_up_to_date = tool.catalog(name)
    assert [message.id for message in tool.wanting(brought_up_to_date)] == []
    assert {(m.id, m.context) for m in kept(name)} == {(m.id, m.context) for m in brought_up_to_date}


@pytest.mark.parametrize("name", OTHERS)
def test_no_message_is_only_guessed(name: str) -> None:
    assert [message.id for message in kept(name) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("name", OTHERS)
def test_what_gettext_reads_is_made_from_what_people_edit(name: str, tool: ModuleType) -> None:
    folder = language.LOCALE / name / "LC_MESSAGES"
    assert (folder / "abreast.mo").read_bytes() == tool.mo_bytes((folder / "abreast.po").read_bytes(), name)


@pytest.mark.parametrize("message", MESSAGES)
def test_placeholders_and_tags_agree(message: Message) -> None:
    said = [text for _, text in pairs(message)]
    whole = Counter(_PLACEHOLDER.findall(next(iter(reversed(list(pairs(message)))))[0]))
    assert whole == Counter(_PLACEHOLDER.findall(said[-1]))
    for english, text in pairs(message):
        assert set(_PLACEHOLDER.findall(text)) <= set(whole)
        assert Counter(_TAG.findall(english)) == Counter(_TAG.findall(text))
        assert english.startswith(" ") == text.startswith(" ")


@pytest.mark.parametrize("message", MESSAGES)
def test_a_question_stays_a_question_and_a_heading_has_no_full_stop(message: Message) -> None:
    for english, text in pairs(message):
        if english.endswith("?"):
            assert text.endswith("?")
            assert "¿" in text
        assert english.rstrip("” ").endswith(ENDS) == text.rstrip("” ").endswith(ENDS), text


@pytest.mark.parametrize("name", OTHERS)
def test_phrases_of_rules_have_the_same_places(name: str) -> None:
    assert _phrases(name) == _phrases("en")


def _phrases(name: str) -> dict[str, list[str]]:
    """Return the places of every phrase; each language has articles and other words of its own."""
    phrases = msgspec.structs.replace(words_in(name), articles={}, instead={})
    return dict(_flat(msgspec.to_builtins(phrases)))


def _flat(node: object, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _flat(value, f"{path}.{key}")
    else:
        yield path, sorted(re.findall(r"\{\w*\}", str(node)))


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_words_are_asked_for_where_the_catalog_can_find_them(file: Path) -> None:
    """A message inside an f-string is not found by the extraction, and one made of pieces cannot be translated."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            inner = [one for one in ast.walk(node) if isinstance(one, ast.Call) and _asks(one)]
            constant = [one for one in inner if one.args and isinstance(one.args[0], ast.Constant)]
            assert not constant, f"line {node.lineno}"
        if isinstance(node, ast.Call) and _asks(node):
            made = [one for one in node.args if isinstance(one, (ast.JoinedStr, ast.BinOp))]
            assert not made, f"line {node.lineno}"


def _asks(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ("_", "gettext", "ngettext", "pgettext", "npgettext")


@pytest.mark.parametrize(
    ("count", "english", "spanish"),
    [
        (0, "0 trials", "0 ensayos"),
        (1, "1 trial", "1 ensayo"),
        (2, "2 trials", "2 ensayos"),
        (21, "21 trials", "21 ensayos"),
    ],
)
def test_counted_things(count: int, english: str, spanish: str) -> None:
    for name, said in (("en", english), ("es", spanish)):
        with language.use(name):
            assert language.ngettext("%(num)d trial", "%(num)d trials", count) % {"num": count} == said


def test_the_same_english_words_in_two_meanings() -> None:
    with language.use("es"):
        assert language.pgettext("a day", "on %(day)s") == "el %(day)s"
        assert language.npgettext("nowhere", "one", "many", 2) == "many"
