"""From nothing to a plan in a real Chromium: without JavaScript, with the keyboard alone, on a narrow screen."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from abreast.foundation.yaml import read_yaml

from .conftest import App, visit
from .journey import DATA, SECTIONS, WALKED, answer, back, bring, go_on, heading, open_case, short_path, tab_and_enter

pytestmark = pytest.mark.needs("chromium")


def test_the_whole_journey_without_javascript(chromium: Browser, own_app: App) -> None:
    """From nothing to every page of the plan; and no answer is in an address, or in what the app writes."""
    app = own_app
    page = (seen := visit(chromium, app)).page
    asked = short_path(page)
    assert len(asked) <= 10
    page.get_by_role("link", name="See my plan").click()
    text = page.locator("main").inner_text()
    assert "This plan is for advanced breast cancer" in text
    assert "metastatic" in text
    for section in SECTIONS:
        response = page.goto(f"{app.base}/plan/{section}")
        assert response is not None
        assert response.status == 200
        assert heading(page)
        assert page.get_by_role("link", name="Danger signs").first.is_visible()
    assert seen.hosts() == {app.base, "data:"} or seen.hosts() == {app.base}
    addresses = " ".join(one.url for one in seen.requests)
    written = app.stop().replace(str(app.folder), "")
    for fact in ("60611", "letrozole", "Femara", "postmenopausal", "IV", "1968"):
        assert fact not in addresses
        assert fact not in written
    (made,) = app.folder.glob("*.yaml")
    case, kept_case = (read_yaml(one.read_text(encoding="utf-8"), one.name) for one in (made, DATA / WALKED))
    assert case == kept_case
    notes, kept = (
        json.loads(one.read_text(encoding="utf-8"))
        for one in (made.with_name(f"{made.name}.notes.json"), DATA / f"{WALKED}.notes.json")
    )
    assert notes["asked"] == kept["asked"]


def test_every_link_of_every_page_leads_somewhere(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    open_case(page, app)
    todo, seen, pages = ["/plan"], set(), 0
    while todo:
        path = todo.pop()
        response = page.request.get(app.base + path, headers={"Sec-Fetch-Site": "same-origin"})
        assert response.status == 200, path
        pages += 1
        text = response.text()
        for found in re.findall(r'href="(/[^"#]*)(?:#([^"]*))?"', text):
            if found[0] not in seen:
                seen.add(found[0])
                if not found[0].startswith(("/static", "/question")):
                    todo.append(found[0].replace("&amp;", "&"))
        inside = set(re.findall(r' id="([^"]*)"', text))
        assert set(re.findall(r'href="#([^"]+)"', text)) <= inside, path
    assert pages > 40


def test_back_shows_the_answer_and_change_keeps_the_new_one(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    page.get_by_role("button", name="Answer questions").click()
    answer(page)
    back(page, "**/question/**")
    assert heading(page) == "Which stage is the cancer now?"
    assert page.get_by_label("Stage 4 (IV), metastatic", exact=True).is_checked()
    page.go_forward()
    page.get_by_role("link", name="Back").click()
    assert page.get_by_label("Stage 4 (IV), metastatic", exact=True).is_checked()
    page.goto(f"{app.base}/answers")
    page.get_by_role("link", name=re.compile("Change ?: Which stage is the cancer now")).click()
    page.get_by_label("Stage 3B (IIIB)", exact=True).check()
    go_on(page)
    assert heading(page) == "Check your answers"
    assert "Stage 3B (IIIB)" in page.locator("dl").inner_text()


def test_i_do_not_know_is_an_answer_to_everything(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    page.get_by_role("button", name="Answer questions").click()
    asked: list[str] = []
    for _ in range(14):
        if heading(page) == "Check your answers":
            break
        asked.append(heading(page))
        assert page.get_by_text("Why we ask").is_visible()
        assert page.get_by_text("Where to find this on your report").is_visible()
        page.get_by_role("button", name="I do not know").click()
    assert len(asked) == 10
    assert page.get_by_text("I do not know").count() >= 10
    page.get_by_role("link", name="Answer it").click()
    assert "helps to decide" in page.locator(".aside").inner_text()


def test_an_answer_that_is_none_is_told_and_nothing_is_lost(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    page.get_by_role("button", name="Answer questions").click()
    go_on(page)
    assert "There is a problem" in page.locator("[role=alert]").inner_text()
    assert page.title().startswith("Error: ")
    page.locator("[role=alert] a").click()
    assert heading(page) == "Which stage is the cancer now?"


def test_a_record_is_read_shown_with_its_places_and_not_asked_again(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    bring(page, app, "app_TrialMatching_Patient02.json")
    assert heading(page) == "What your record says"
    assert "app_TrialMatching_Patient02.json" in page.locator("dl").inner_text()
    page.get_by_role("link", name="Go on").click()
    asked = []
    for _ in range(3):
        asked.append(heading(page))
        if asked[-1] == "Check your answers":
            page.get_by_role("link", name="Answer it").click()
        page.get_by_role("button", name="I do not know").click()
    assert "Which stage is the cancer now?" not in asked
    page.goto(f"{app.base}/plan/have")
    page.get_by_text("Where this comes from").nth(2).click()
    opened = page.locator("details[open]").inner_text()
    assert "app_TrialMatching_Patient02.json" in opened, opened


def test_reports_that_disagree_are_put_as_a_choice(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    bring(page, app, "Bundle-mcode-patient-bundle-jenny-m.json")
    page.goto(f"{app.base}/question/conflict-stage.stated")
    assert "say different things" in heading(page)
    assert page.locator(".nhsuk-radios__item").count() == 2
    page.get_by_role("radio").nth(0).check()
    go_on(page)
    page.goto(f"{app.base}/answers")
    assert "IIIC" in page.locator("dl").inner_text()


def test_a_file_that_cannot_be_read_is_told(chromium: Browser, app: App, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceType": "Bundle", "entry": [')
    page = visit(chromium, app).page
    page.goto(f"{app.base}/bring")
    page.get_by_label("Your files").set_input_files(broken)
    page.get_by_role("button", name="Read these files").click()
    assert "broken.json" in page.locator("[role=alert]").inner_text()
    page.get_by_role("button", name="Read these files").click()
    assert "choose at least one file" in page.locator("[role=alert]").inner_text()


def test_two_options_side_by_side(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    open_case(page, app)
    page.goto(f"{app.base}/plan/options")
    page.get_by_role("button", name="Compare two").click()
    assert "Choose two options" in page.locator("[role=alert]").inner_text()
    names = [page.locator(".options a").nth(number).inner_text() for number in (0, 1)]
    for number in (0, 1):
        page.locator(".options input").nth(number).check()
    page.get_by_role("button", name="Compare two").click()
    assert page.locator("thead th").all_inner_texts() == names
    assert "Tell your team if this is so:" in page.locator("table").inner_text()


def test_the_keyboard_alone_is_enough(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page

    tab_and_enter(page, "Answer questions")
    page.wait_for_url("**/question/stage.stated")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the page"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("type") == "radio":
            break
    page.keyboard.press("Space")
    tab_and_enter(page, "Continue")
    page.wait_for_url("**/question/metastasis")
    tab_and_enter(page, "Stop here and see my plan")
    page.wait_for_url("**/plan")
    tab_and_enter(page, "Because of what")
    assert page.locator("details[open]").count() == 1
    page.keyboard.press("Home")
    tab_and_enter(page, "Danger signs")
    page.wait_for_url("**/danger")


def test_text_size_and_colors_are_kept_and_lead_back(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    page.goto(f"{app.base}/danger")
    page.get_by_role("button", name="Largest").click()
    page.get_by_role("button", name="Dark").click()
    assert page.url == f"{app.base}/danger"
    page.goto(app.base)
    assert page.locator("html").get_attribute("data-size") == "largest"
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_saved_case_is_opened_and_deleted(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    page.get_by_role("button", name="Answer questions").click()
    answer(page)
    page.goto(app.base)
    page.get_by_role("button", name="Close this case").click()
    page.get_by_role("button", name="Open").click()
    assert "Stage 4 (IV), metastatic" in page.locator("dl").inner_text()
    page.goto(app.base)
    page.get_by_role("button", name="Delete ...").click()
    assert heading(page) == "Delete this case for good?"
    page.get_by_role("button", name="Delete it").click()
    assert heading(page) == "Deleted"
    assert list(app.folder.iterdir()) == []
    page.goto(app.base)
    assert "There is none yet" in page.locator("main").inner_text()


def test_a_killed_app_loses_no_answer(chromium: Browser, own_app: App) -> None:
    app = own_app
    page = visit(chromium, app).page
    page.get_by_role("button", name="Answer questions").click()
    answers = [answer(page) for _ in range(5)]
    app.kill()
    app.start()
    page = visit(chromium, app).page
    page.get_by_role("button", name="Open").click()
    kept = page.locator("dt").all_inner_texts()
    assert [one for one in kept if one in answers] == answers
    page.get_by_role("link", name="Answer it").click()
    assert heading(page) not in answers


def test_the_whole_plan_can_be_kept(chromium: Browser, app: App, tmp_path: Path) -> None:
    page = visit(chromium, app).page
    open_case(page, app)
    page.goto(f"{app.base}/plan")
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep or print the whole plan").click()
    download.value.save_as(tmp_path / "plan.html")
    assert (tmp_path / "plan.html").read_text(encoding="utf-8").startswith("<!doctype html>")
