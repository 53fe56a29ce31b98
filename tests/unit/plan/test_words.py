"""Facts in plain words."""

from __future__ import annotations

import pytest

from abreast.case import Fact
from abreast.foundation.dates import PartialDate
from abreast.foundation.language import say_list, use
from abreast.plan.words import day_beside, say_date, say_fact, say_stretch
from abreast.vocabulary import Quantity, Vocabulary


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (None, ""),
        (PartialDate(2024), "2024"),
        (PartialDate(2024, 3), "March 2024"),
        (PartialDate(2024, 3, 9), "9 March 2024"),
    ],
)
def test_dates_are_said_as_precisely_as_they_are_known(date: PartialDate | None, said: str) -> None:
    assert say_date(date) == said


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact("er.percent", value=Quantity.exact(90, "%")), "90 %"),
        (Fact("pr.percent", value=Quantity(float("-inf"), 1, "%", high_open=True)), "<1 %"),
        (Fact("pregnant", value=False), "no"),
        (Fact("metastasis", fields={"site": ("bone",)}), "bone"),
        (Fact("metastasis", fields={"site": ("brain",)}, absent=True), "no brain"),
        (Fact("allergy", absent=True), "none"),
        (
            Fact("therapy", fields={"drug": ("letrozole",), "start": (PartialDate(2024, 3),), "ongoing": (True,)}),
            "letrozole, March 2024 until now",
        ),
        (
            Fact(
                "therapy", fields={"drug": ("letrozole",), "start": (PartialDate(2024),), "end": (PartialDate(2025),)}
            ),
            "letrozole, 2024 to 2025",
        ),
    ],
)
def test_facts_are_said_in_words(fact: Fact, said: str, vocabulary: Vocabulary) -> None:
    assert say_fact(fact, vocabulary) == said


@pytest.mark.parametrize(
    ("start", "end", "ongoing", "english", "spanish"),
    [
        ("2024-03-09", "", True, "9 March 2024 until now", "desde el 9 de marzo de 2024 hasta ahora"),
        (
            "2024-03",
            "2025-01-02",
            False,
            "March 2024 to 2 January 2025",
            "desde marzo de 2024 hasta el 2 de enero de 2025",
        ),
        ("2024", "2025", False, "2024 to 2025", "desde 2024 hasta 2025"),
        ("2024-03-09", "2024-03-09", False, "9 March 2024", "9 de marzo de 2024"),
        ("", "2025-01-02", False, "until 2 January 2025", "hasta el 2 de enero de 2025"),
        ("", "", True, "until now", "hasta ahora"),
        ("", "", False, "", ""),
    ],
)
def test_stretches_of_time(start: str, end: str, ongoing: bool, english: str, spanish: str) -> None:
    assert say_stretch(start, end, ongoing) == english
    with use("es"):
        assert say_stretch(start, end, ongoing) == spanish


@pytest.mark.parametrize(
    ("words", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_say_list(words: list[str], said: str) -> None:
    assert say_list(words) == said


@pytest.mark.parametrize(
    ("said", "date", "beside"),
    [
        ("90 %", "2024-03-09", "9 March 2024"),
        ("bone, 9 March 2024", "2024-03-09", ""),
        ("October 2026", "2026-10", ""),
        ("bone", None, ""),
    ],
)
def test_a_day_is_told_once(said: str, date: str | None, beside: str) -> None:
    assert day_beside(said, date) == beside
