"""The app in Spanish: no page says an English word, unless it says that it is English."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from abreast.foundation import language
from abreast.session import Bench
from abreast.web.desk import Desk
from abreast.web.frame import spoken
from abreast.web.questions import interview
from abreast.web.store import Store

from .conftest import TODAY
from .spanish_pages import client_of, english_in, kind_of, links

SAMPLE = "app_TrialMatching_Patient02.json"
OF_A_KIND = 2
"""So many pages of a kind are read: two options, two trials, two questions."""

ANSWERS = {
    "stage.stated": {"answer": "IV"},
    "metastasis": {"answer": "bone"},
    "er.status": {"answer": "positive"},
    "pr.status": {"answer": "positive"},
    "her2.status": {"answer": "low"},
    "sex": {"answer": "female"},
    "birth_date": {"answer-month": "3", "answer-day": "", "answer-year": "1970"},
    "menopause": {"answer": "postmenopausal"},
    "therapy": {"answer": "all"},
    "zip": {"answer": "60611"},
}


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return client_of(desk)


def test_every_page_of_a_case_with_a_record(tmp_path: Path, bench: Bench) -> None:
    desk = Desk(Store(tmp_path), lambda: bench, lambda: TODAY)
    desk.add_uploads([(SAMPLE, resources.files("abreast.intake").joinpath("samples", SAMPLE).read_bytes())])
    client = client_of(desk)
    seen: Counter[str] = Counter()
    found: dict[str, list[str]] = {}
    waiting, known = ["/", "/danger", "/bring", "/question/next", "/plan/no-such-page"], set[str]()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if address in known or seen[kind] >= OF_A_KIND or "/documents/" in address:
            continue
        known.add(address)
        seen[kind] += 1
        page = client.get(address)
        assert page.status_code == (404 if "no-such" in address else 200), address
        assert '<html lang="es"' in page.text, address
        if english := english_in(page.text):
            found[address] = english
        waiting.extend(links(page.text))
    assert found == {}
    assert {"/plan", "/plan/have", "/plan/options/...", "/plan/trials/...", "/question/..."} <= set(seen)


def test_the_way_from_the_first_question_to_the_plan(client: TestClient) -> None:
    page = client.post("/begin")
    asked = []
    while "/question/" in str(page.url):
        question = page.url.path.removeprefix("/question/")
        assert english_in(page.text) == [], question
        refused = client.post(page.url.path, data={"answer": "nonsense"} if question == "zip" else {})
        assert refused.status_code == 422
        assert english_in(refused.text) == [], question
        asked.append(question)
        page = client.post(page.url.path, data=ANSWERS[question])
    assert asked == [step.attribute for step in interview().short_path]
    assert page.url.path == "/answers"
    assert english_in(page.text) == []
    plan = client.get("/plan")
    assert "Etapa registrada: IV." in plan.text
    assert "HER2: HER2 bajo." in client.get("/plan/have").text
    assert english_in(plan.text) == []
    assert "\n".join(english_in(client.get("/plan/plan.html").text)) == ""


def test_danger_signs_without_a_case(client: TestClient) -> None:
    page = client.get("/danger")
    assert "Señales de peligro" in page.text
    assert english_in(page.text) == []


def test_a_medicine_is_found_by_its_spanish_name(client: TestClient, desk: Desk) -> None:
    client.post("/begin")
    client.post("/treatment", data={"drug": "letrozol", "ongoing": "yes"})
    assert [fact.get("drug") for fact in desk.opened().case.items("therapy")] == ["letrozole"]


@pytest.mark.parametrize(
    ("header", "cookie", "opened", "expected"),
    [
        ("es-MX", "", "", "es"),
        ("en-US,es;q=0.5", "", "", "en"),
        ("es", "en", "", "en"),
        ("en", "", "es", "es"),
        ("es", "", "en", "en"),
        ("en", "es", "en", "es"),
        ("es", "fr", "", "es"),
    ],
)
def test_the_persons_choice_comes_before_the_command_and_the_browser(
    desk: Desk, header: str, cookie: str, opened: str, expected: str
) -> None:
    from starlette.requests import Request

    desk.language = opened
    headers = [(b"accept-language", header.encode()), (b"cookie", f"language={cookie}".encode())]
    assert spoken(desk, Request({"type": "http", "headers": headers})) == expected


def test_the_language_is_chosen_on_every_page_and_kept(client: TestClient) -> None:
    assert 'lang="es" class="choice" aria-pressed="true"' in client.get("/").text
    page = client.post("/look", data={"language": "en", "back": "/bring"})
    assert page.url.path == "/bring"
    assert '<html lang="en"' in page.text
    assert '<html lang="en"' in client.get("/danger").text
    client.post("/look", data={"language": "fr", "back": "/"})
    assert '<html lang="en"' in client.get("/").text


def test_a_plan_is_made_anew_in_another_language(client: TestClient, desk: Desk) -> None:
    client.post("/begin")
    spanish, english = client.get("/plan").text, client.get("/plan", headers={"accept-language": "en"}).text
    assert "Su plan" in spanish
    assert "Your plan" in english
    with language.use("es"):
        assert desk.plan().language == "es"
    assert desk.plan().language == "en"
