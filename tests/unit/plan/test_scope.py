"""Whom a plan is for, when what tells it was read from reports and nobody has confirmed it."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.case import Case, Fact, Source
from abreast.case.model import Certainty
from abreast.knowledge import load_knowledge
from abreast.plan import prepare
from abreast.plan.have import scope
from abreast.vocabulary import Vocabulary

TODAY = dt.date(2026, 11, 21)
REPORT = Source("report", file="letter.txt", place="page 1, line 3", quote="stage IV")


def read(attribute: str, value: str, certainty: Certainty = "unconfirmed", source: Source = REPORT) -> Fact:
    return Fact(attribute, value=value, certainty=certainty, source=source)


@pytest.mark.parametrize(
    ("facts", "status", "words"),
    [
        ([], "unknown", "Your record does not say"),
        ([read("er.status", "positive")], "unknown", "Your record does not say"),
        ([read("stage.stated", "IV")], "unknown", "1 fact that was read from them waits"),
        (
            [read("stage.stated", "IV"), read("er.status", "positive")],
            "unknown",
            "2 facts that were read from them wait",
        ),
        ([read("stage.stated", "IV", source=Source("answer"))], "unknown", "Your record does not say"),
        ([read("stage.stated", "IV", "suspected")], "unknown", "Your record does not say"),
        ([read("stage.stated", "IV", "certain")], "advanced", "This plan is for advanced breast cancer"),
    ],
    ids=["nothing", "not the extent", "stage waits", "others wait too", "no report", "suspected", "confirmed"],
)
def test_scope_tells_what_waits(vocabulary: Vocabulary, facts: list[Fact], status: str, words: str) -> None:
    view = prepare(Case.of(vocabulary, facts), load_knowledge(vocabulary), TODAY)
    found = scope(view)
    assert (found.status, words in found.text) == (status, True), found.text


def test_scope_names_the_words_that_wait(vocabulary: Vocabulary) -> None:
    view = prepare(Case.of(vocabulary, [read("stage.stated", "IV")]), load_knowledge(vocabulary), TODAY)
    (waits,) = scope(view).because.facts
    assert next(fact for fact in view.case.facts if fact.id == waits).source == REPORT
