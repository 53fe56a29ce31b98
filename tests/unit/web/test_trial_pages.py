"""Trials near a place: what is shown has a place there, nothing is in an address, and each case has its own choice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.plan.model import PlanSite
from abreast.web import pages, plan_pages
from abreast.web.desk import Desk
from abreast.web.trial_pages import Narrowed

from .test_desk import ask


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    ask(desk, "zip", "60611")
    app = Starlette(routes=[*pages.routes(desk), *plan_pages.routes(desk)])
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


def shown(text: str) -> list[str]:
    return re.findall(r'href="/plan/trials/(NCT\d{8})"', text)


def narrow(client: TestClient, **form: str) -> str:
    answer = client.post("/plan/trials", data=form)
    assert answer.status_code == 200
    assert str(answer.url) == "http://127.0.0.1/plan/trials#list"
    return answer.text


def test_only_trials_with_a_place_in_the_state_are_shown(client: TestClient, desk: Desk) -> None:
    found = shown(narrow(client, state="Texas"))
    assert len(found) >= 5
    for nct in found:
        assert any(site.state == "Texas" for site in desk.bench().studies[nct].study.sites), nct
    assert len(shown(client.get("/plan/trials").text)) == len(found)  # it stays narrowed
    assert 'value="Texas"' not in client.get("/plan/have").text


def test_the_nearest_place_within_the_distance_is_named(client: TestClient) -> None:
    text = narrow(client, miles="25")
    miles = [int(one) for one in re.findall(r"\(about (\d+) miles?\)", text)]
    assert miles
    assert max(miles) <= 25
    assert len(shown(narrow(client, all="yes"))) > 10


@pytest.mark.parametrize(
    "form",
    [
        {"state": "Atlantis"},
        {"state": "<b>x</b>"},
        {"miles": "-3"},
        {"miles": "7"},
        {"miles": "9" * 500},
        {"miles": "\N{SUPERSCRIPT TWO}"},
    ],
)
def test_nonsense_narrows_to_nothing_or_not_at_all(client: TestClient, form: dict[str, str]) -> None:
    text = narrow(client, **form)
    assert "<b>x" not in text
    assert bool(shown(text)) == ("miles" in form)


def test_another_case_has_its_own_choice(client: TestClient, desk: Desk) -> None:
    narrow(client, state="Atlantis")
    desk.begin_interview()
    ask(desk, "stage.stated", "IV")
    text = client.get("/plan/trials").text
    assert shown(text)
    assert "How far from your ZIP code" not in text  # nobody told where this person lives


def test_a_trial_that_the_plan_does_not_list_has_its_page_all_the_same(client: TestClient, desk: Desk) -> None:
    listed = shown(client.get("/plan/trials").text)
    other = next(nct for nct in desk.bench().studies if nct not in listed)
    assert other in client.get(f"/plan/trials/{other}").text
    for nowhere in ("NCT99999999", "x", "%2e%2e"):
        assert client.get(f"/plan/trials/{nowhere}").status_code == 404


def test_a_trial_shows_its_places_on_a_map_and_in_a_list_by_distance(client: TestClient, desk: Desk) -> None:
    sizes = {nct: len(desk.bench().studies[nct].study.sites) for nct in shown(client.get("/plan/trials").text)}
    text = client.get(f"/plan/trials/{max(sizes, key=lambda nct: sizes[nct])}").text
    assert '<svg class="usa"' in text
    assert 'class="home"' in text
    miles = [int(one) for one in re.findall(r"\(about (\d+) miles?\)", text)]
    assert miles == sorted(miles)
    assert len(miles) > 5
    assert "Must apply:" in text


@pytest.mark.parametrize(
    ("narrowed", "state", "country", "miles", "taken"),
    [
        (Narrowed(), "Texas", "United States", None, True),
        (Narrowed("Texas"), "Texas", "United States", None, True),
        (Narrowed("Texas"), "Ohio", "United States", 3, False),
        (Narrowed("Georgia"), "Georgia", "Georgia", None, False),
        (Narrowed("", 50), "Texas", "United States", 50.0, True),
        (Narrowed("", 50), "Texas", "United States", 50.1, False),
        (Narrowed("", 50), "Texas", "United States", None, False),
    ],
)
def test_what_is_within(narrowed: Narrowed, state: str, country: str, miles: float | None, *, taken: bool) -> None:
    site = PlanSite(facility="", city="", state=state, country=country, status="", miles=miles)
    assert narrowed.takes(site) is taken
