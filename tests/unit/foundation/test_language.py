"""The language of now, and how dates, numbers and lists are said in it."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.foundation import language
from abreast.foundation.errors import InputError
from abreast.outputs.html import environment


def test_english_is_spoken_unless_another_language_is_used() -> None:
    assert language.current() == "en"
    with language.use("es"):
        assert language.current() == "es"
        with language.use("en"):
            assert language.current() == "en"
        assert language.current() == "es"
    assert language.current() == "en"


@pytest.mark.parametrize(
    ("written", "meant"), [("es", "es"), ("ES", "es"), ("es-MX", "es"), ("es_US.UTF-8", "es"), (" en ", "en")]
)
def test_a_language_may_be_written_in_several_ways(written: str, meant: str) -> None:
    assert language.known(written) == meant


@pytest.mark.parametrize("written", ["", "fr", "spanish", "C.UTF-8"])
def test_a_language_that_is_not_there_is_an_error_that_names_those_that_are(written: str) -> None:
    with pytest.raises(InputError, match="en, es"):
        language.known(written)


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,es;q=0.5", "es"),
        ("fr", "en"),
        ("es;q=0", "en"),
        ("es;q=many,en;q=0.1", "en"),
        ("*", "en"),
    ],
)
def test_the_browsers_preference_decides(header: str, chosen: str) -> None:
    assert language.preferred(header) == chosen


@pytest.mark.parametrize(
    ("iso", "english", "spanish"),
    [
        ("2024-03-09", "9 March 2024", "9 de marzo de 2024"),
        ("2024-03", "March 2024", "marzo de 2024"),
        ("2024", "2024", "2024"),
        ("2024-13", "2024-13", "2024-13"),
        ("since spring", "since spring", "since spring"),
    ],
)
def test_dates_of_any_precision(iso: str, english: str, spanish: str) -> None:
    assert language.say_iso(iso) == english
    with language.use("es"):
        assert language.say_iso(iso) == spanish


@pytest.mark.parametrize(
    ("items", "kind", "english", "spanish"),
    [
        ([], "and", "", ""),
        (["hueso"], "and", "hueso", "hueso"),
        (["a", "b"], "and", "a and b", "a y b"),
        (["a", "b", "c"], "or", "a, b or c", "a, b o c"),
        (["x", "hígado"], "and", "x and hígado", "x e hígado"),
        (["x", "hielo"], "and", "x and hielo", "x y hielo"),
        (["x", "ovario"], "or", "x or ovario", "x u ovario"),
        (["x", "hueso"], "or", "x or hueso", "x o hueso"),
    ],
)
def test_lists_as_a_sentence_has_them(items: list[str], kind: str, english: str, spanish: str) -> None:
    assert language.say_list(items, kind) == english  # type: ignore[arg-type]
    with language.use("es"):
        assert language.say_list(items, kind) == spanish  # type: ignore[arg-type]


def test_numbers_keep_the_decimal_point_of_the_united_states() -> None:
    for name in language.LANGUAGES:
        with language.use(name):
            assert language.say_number(12345.6) == "12,345.6"


def test_templates_speak_the_language_of_the_moment_they_are_rendered() -> None:
    template = environment().from_string(
        '{{ "2024-03-09"|day }} {{ language() }} {% trans n=1 %}{{ n }} %{% endtrans %}'
    )
    assert template.render() == "9 March 2024 en 1 %"
    with language.use("es"):
        assert template.render() == "9 de marzo de 2024 es 1 %"


def test_a_day_can_be_said() -> None:
    assert language.say_day(dt.date(2026, 1, 1)) == "1 January 2026"
