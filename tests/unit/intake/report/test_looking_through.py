"""The person's yes and no to what was read from reports."""

from __future__ import annotations

from abreast.case import Fact, Source
from abreast.intake.report import looked_through, waiting

REPORT = Source("report", file="a.txt")
FACTS = (
    Fact("er.status", "positive", source=REPORT, certainty="unconfirmed", id="1"),
    Fact("pr.status", "negative", source=REPORT, certainty="unconfirmed", id="2"),
    Fact("her2.status", "negative", source=REPORT, certainty="unconfirmed", id="3"),
    Fact("ki67", source=REPORT, certainty="suspected", id="4"),
    Fact("sex", "female", source=Source("fhir", file="b.json"), certainty="unconfirmed", id="5"),
    Fact("grade", source=Source("answer"), id="6"),
)


def test_what_waits_is_what_reports_state() -> None:
    assert [fact.id for fact in waiting(FACTS)] == ["1", "2", "3"]


def test_yes_no_and_nothing() -> None:
    after = {fact.id: fact.certainty for fact in looked_through(FACTS, right={"1"}, wrong={"2"})}
    assert after == {"1": "certain", "3": "unconfirmed", "4": "suspected", "5": "unconfirmed", "6": "certain"}


def test_no_other_fact_can_be_taken_out_or_confirmed() -> None:
    """A form that names facts of a record, or of answers, changes nothing."""
    assert looked_through(FACTS, right={"5", "4"}, wrong={"6", "5"}) == FACTS
