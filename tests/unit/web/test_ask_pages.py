"""Asking: a written answer with its sources, or the word that there is none; never an answer that nobody wrote."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.knowledge import load_knowledge
from abreast.vocabulary import Vocabulary
from abreast.web import pages, plan_pages
from abreast.web.ask_pages import Answerer
from abreast.web.desk import Desk
from abreast.web.question_list import listed

NONSENSE = "How do I renew my passport in Portugal?"


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    app = Starlette(routes=[*pages.routes(desk), *plan_pages.routes(desk)])
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


def test_an_answer_has_its_sources_and_needs_no_case(client: TestClient) -> None:
    text = client.post("/ask", data={"question": "can i drink wine"}).text
    assert '<h2 id="found">' in text
    assert "Sources:" in text
    assert "alcohol" in text
    assert "Put this on my list" not in text


def test_a_word_is_explained(client: TestClient) -> None:
    assert "HER2" in client.post("/ask", data={"question": "what is HER2?"}).text


def test_what_nobody_wrote_is_not_answered_and_can_be_put_to_the_team(client: TestClient, desk: Desk) -> None:
    text = client.post("/ask", data={"question": NONSENSE}).text
    assert "no written answer" in text
    assert "Put this on my list" not in text
    desk.begin_interview()
    assert "Put this on my list" in client.post("/ask", data={"question": NONSENSE}).text
    client.post("/plan/questions/add", data={"own": NONSENSE})
    assert listed(desk)[-1].text == NONSENSE


def test_what_is_asked_is_text_and_nothing_else(client: TestClient) -> None:
    for question in ("<script>x</script>", '" OR NEAR(', "x" * 5000, "", "  ", "\x00", "'; DROP TABLE phrases"):
        answer = client.post("/ask", data={"question": question})
        assert answer.status_code == 200
        assert "<script" not in answer.text


def test_every_answer_has_its_page(client: TestClient, vocabulary: Vocabulary) -> None:
    for entry in load_knowledge(vocabulary).answers[:10]:
        assert client.get(f"/ask/{entry.id}").status_code == 200
    assert client.get("/ask/nothing").status_code == 404


def test_several_can_ask_at_once(vocabulary: Vocabulary) -> None:
    answerer, found = Answerer(), []

    def ask() -> None:
        found.append(answerer.ask("Can I drink wine?", load_knowledge(vocabulary)).best)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 6
    assert len({one.title for one in found if one}) == 1
