"""The pages of the plan in a real Chromium: pictures, questions, trials near a place; and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from .conftest import App, visit
from .journey import HER2, bring, first_link, heading, open_case, tab_and_enter

pytestmark = pytest.mark.needs("chromium")


def test_questions_are_picked_ordered_answered_and_kept_without_javascript(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    open_case(page, app)
    page.goto(f"{app.base}/plan/questions")
    first, second = page.locator(".asks strong").all_inner_texts()[:2]
    page.locator(".asks textarea").first.fill("They said: in two weeks.")
    page.get_by_label("Your question").fill("May my sister come along?")
    page.get_by_role("button", name=re.compile(f"^Down ?: {re.escape(first)}")).click()
    assert page.locator(".asks strong").all_inner_texts()[:2] == [second, first]
    assert page.locator(".asks strong").last.inner_text() == "May my sister come along?"
    assert page.locator(".asks textarea").nth(1).input_value() == "They said: in two weeks."
    page.get_by_role("button", name=re.compile(f"^Take off ?: {re.escape(second)}")).click()
    assert page.locator(".asks strong").first.inner_text() == first
    page.get_by_label(second, exact=True).check()
    page.get_by_role("button", name="Add the ticked ones").click()
    assert page.locator(".asks strong").last.inner_text() == second
    assert "in two weeks" in next(app.folder.glob("*.notes.json")).read_text(encoding="utf-8")
    page.goto(f"{app.base}/case")
    page.get_by_role("button", name="Close this case").click()
    page.get_by_role("button", name="Open", exact=True).click()
    page.goto(f"{app.base}/plan/questions")
    assert page.locator(".asks textarea").first.input_value() == "They said: in two weeks."


def test_what_an_option_offers_goes_on_the_list(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    open_case(page, app)
    page.goto(app.base + first_link(page, app, "/plan/options", ".options a"))
    wanted = page.locator("form.ask input[name=own]").first.get_attribute("value")
    page.get_by_role("button", name="Put this on my list of questions").first.click()
    assert heading(page) == "Questions to take along"
    assert page.locator(".asks strong").last.inner_text() == wanted


def test_trials_near_a_place_need_no_javascript_and_leave_no_trace_in_the_address(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    open_case(page, app)
    page.goto(f"{app.base}/plan/trials")
    page.get_by_label("State").select_option("Illinois")
    page.get_by_role("button", name="Show these").click()
    assert page.url == f"{app.base}/plan/trials#list"
    assert re.search(r"\d+ trials? ha(s|ve) a place there", page.locator("#list").inner_text())
    assert "Illinois" in page.locator("#list li").first.inner_text()
    page.locator("#list h3 a").first.click()
    assert page.locator("svg.usa").count() == 1
    assert page.get_by_text("Must apply:").count() > 0
    page.goto(f"{app.base}/plan/trials")
    page.get_by_role("button", name="Show all again").click()
    assert page.get_by_text("Trials of treatments").is_visible()


def test_asking_finds_what_is_written_or_says_that_nothing_is(chromium: Browser, app: App) -> None:
    seen = visit(chromium, app)
    page = seen.page
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_label("Your question").fill("Can I drink wine?")
    page.get_by_role("button", name="Look for an answer").click()
    assert "alcohol" in page.locator("section").inner_text()
    page.get_by_label("Your question").fill("Where can I renew a passport in Portugal?")
    page.get_by_role("button", name="Look for an answer").click()
    assert "no written answer" in page.locator("#found").inner_text()
    assert not any("passport" in one.url or "wine" in one.url for one in seen.requests)


def test_counted_figures_are_drawn_for_both_groups_and_for_harms(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    open_case(page, app, HER2)
    page.goto(f"{app.base}/plan/options/tchp_before_surgery")
    names = page.locator("svg.icons").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(names) >= 2
    assert "about 46 of 100 people" in names[0]
    assert "about 29 of 100 people" in names[1]
    assert page.get_by_text("What it can cause:").is_visible()
    assert "alive" not in " ".join(names)
    page.goto(f"{app.base}/plan/have")
    assert page.locator("svg.body desc").text_content()
    assert "left" in page.locator(".where ol").inner_text()


def test_each_reason_leads_to_its_place_in_the_record(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    bring(page, app, "app_TrialMatching_Patient02.json")
    page.goto(f"{app.base}/plan/options")
    page.goto(app.base + first_link(page, app, "/plan/options", ".options a"))
    page.get_by_text("Because of what").first.click()
    link = page.locator("details[open] li a").first
    said = link.inner_text().split(":")[0]
    link.click()
    assert "/plan/record#fact-" in page.url
    target = page.locator(f"[id='{page.url.partition('#')[2]}']")
    assert target.is_visible()
    assert said in target.inner_text()


def test_pictures_and_lists_by_keyboard_alone(chromium: Browser, app: App) -> None:
    """From the summary to a question on the list, without a mouse."""
    page = visit(chromium, app).page
    open_case(page, app)
    page.goto(f"{app.base}/plan")

    tab_and_enter(page, "Options to talk about")
    page.wait_for_url("**/plan/options")
    page.goto(app.base + first_link(page, app, "/plan/options", ".options a"))
    tab_and_enter(page, "Put this on my list")
    page.wait_for_url("**/plan/questions#list")
    tab_and_enter(page, "Take off")
    page.wait_for_url("**/plan/questions#list")
    tab_and_enter(page, "Clinical trials")
    page.wait_for_url("**/plan/trials")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("id") == "state":
            break
    page.keyboard.type("Illinois")
    tab_and_enter(page, "Show these")
    page.wait_for_url("**/plan/trials#list")
    assert "Illinois" in page.locator("#list").inner_text()
