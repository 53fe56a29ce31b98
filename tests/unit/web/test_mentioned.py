"""What a report only mentions: shown apart, no fact of the case, and one only with a yes of its own."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.web.app import routes
from abreast.web.desk import Desk

REPORT = b"Pathology report\nER: positive (95%)\nChecklist of the study: HER2 3+, grade 3 carcinoma.\n"


def bring(desk: Desk) -> TestClient:
    client = TestClient(Starlette(routes=routes(desk)))
    client.post("/bring", files=[("files", ("report.txt", REPORT))])
    return client


def said(desk: Desk) -> dict[str, str]:
    return {fact.attribute: fact.certainty for fact in desk.opened().case.facts}


def mentioned(desk: Desk) -> dict[str, str]:
    return {fact.attribute: fact.id for fact in desk.opened().loaded.mentioned}


def test_it_is_shown_apart_and_is_no_fact(desk: Desk) -> None:
    shown = bring(desk).get("/reports").text
    assert "Mentioned; is it so of you?" in shown
    assert "HER2 3+" in shown.partition("Mentioned; is it so of you?")[2]
    assert said(desk).keys() == {"er.status", "er.percent"}
    assert mentioned(desk).keys() == {"her2.ihc", "grade"}


def test_yes_to_all_does_not_reach_it(desk: Desk) -> None:
    bring(desk).post("/reports", data={"all": "yes"})
    assert said(desk) == {"er.status": "certain", "er.percent": "certain"}
    assert mentioned(desk).keys() == {"her2.ihc", "grade"}


def test_a_yes_of_its_own_makes_it_a_fact_and_a_no_takes_it_out(desk: Desk) -> None:
    client = bring(desk)
    ids = mentioned(desk)
    client.post("/reports", data={f"fact {ids['her2.ihc']}": "right", f"fact {ids['grade']}": "wrong"})
    assert said(desk)["her2.ihc"] == "certain"
    assert "grade" not in said(desk)
    assert not mentioned(desk)


def test_a_second_report_keeps_what_the_first_mentioned_apart(desk: Desk) -> None:
    client = bring(desk)
    before = mentioned(desk)
    client.post("/bring", files=[("files", ("other.txt", b"Pathology report\nChecklist: PR 5 %.\n"))])
    after = [fact.id for fact in desk.opened().loaded.mentioned]
    assert before.items() <= mentioned(desk).items()
    assert len(after) == len(set(after)) > len(before)
