"""Every attribute can be asked, understood and found on a report."""

from __future__ import annotations

import math
import re
import statistics

import pytest

from abreast.vocabulary import Attribute, Vocabulary, load_vocabulary

ATTRIBUTES = list(load_vocabulary().attributes.values())
ASKABLE = [attribute for attribute in ATTRIBUTES if not attribute.derived]
HARDEST = 9.0
"""No text of one question may need more than nine years of school; the middle of all must need far fewer."""


@pytest.mark.parametrize("attribute", ASKABLE, ids=lambda one: one.id)
def test_what_can_be_asked_says_how_why_and_where(attribute: Attribute) -> None:
    assert attribute.ask.endswith("?")
    assert attribute.why.endswith(".")
    assert attribute.where.endswith(".")


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda one: one.id)
def test_the_plain_name_fits_into_a_sentence(attribute: Attribute) -> None:
    assert attribute.plain
    assert not attribute.plain.endswith((".", "?"))
    assert not re.match(r"[a-z][A-Z]", attribute.plain)


@pytest.mark.parametrize("attribute", [one for one in ATTRIBUTES if one.derived], ids=lambda one: one.id)
def test_what_is_worked_out_names_what_to_ask_for(attribute: Attribute, vocabulary: Vocabulary) -> None:
    asked = [vocabulary.attribute(name) for name in attribute.asked_by]
    assert any(one.ask for one in asked)


@pytest.mark.parametrize(
    "attribute", [one for one in ATTRIBUTES if one.kind == "number" and not one.derived], ids=lambda one: one.id
)
def test_a_number_has_limits_that_make_sense(attribute: Attribute) -> None:
    assert attribute.plausible is not None
    low, high = attribute.plausible
    assert low < high
    for normal in (attribute.normal_low, attribute.normal_high):
        if normal is not None:
            assert normal.unit == attribute.unit
            assert low <= normal.low <= high
            assert attribute.source
    if attribute.normal_low and attribute.normal_high:
        assert attribute.normal_low.low < attribute.normal_high.low


@pytest.mark.parametrize("attribute", [one for one in ATTRIBUTES if one.conversions], ids=lambda one: one.id)
def test_a_conversion_names_a_unit_of_another_base(attribute: Attribute, vocabulary: Vocabulary) -> None:
    for unit, factor in attribute.conversions.items():
        assert vocabulary.units[unit].base != vocabulary.units[attribute.unit].base
        assert math.isfinite(factor)
        assert factor > 0


def test_the_texts_can_be_read_after_eight_years_of_school() -> None:
    grades = {one.id: _grade(f"{one.ask} {one.why} {one.where}") for one in ASKABLE}
    too_hard = {name: round(grade, 1) for name, grade in grades.items() if grade > HARDEST}
    assert not too_hard
    assert statistics.median(grades.values()) < 6


def test_no_text_gives_an_order_or_a_promise() -> None:
    for one in ATTRIBUTES:
        text = f"{one.plain} {one.ask} {one.why} {one.where}".casefold()
        for phrase in ("you should", "you must", "eligible", "guarantee", "survival"):
            assert phrase not in text, one.id


def _grade(text: str) -> float:
    """Return the Flesch-Kincaid grade, counting each group of vowels as a syllable and leaving abbreviations out."""
    text = re.sub(r"\([^)]*\)|\"[^\"]*\"", " ", text)
    sentences = max(1, len(re.findall(r"[.?!:](?:\s|$)", text)))
    words = [word for word in re.findall(r"[A-Za-z]+", text) if not word.isupper()]
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.casefold().removesuffix("e")))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
