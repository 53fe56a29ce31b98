"""Several people, notes, the passphrase, what changed, and deleting everything: walked through without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from .conftest import App, visit
from .journey import answer, assert_fits, back, bring, heading
from .test_accessibility import Pages

pytestmark = pytest.mark.needs("chromium")

PASSPHRASE = "four words of mine"
MARK = "Elmwood-Quarry-7719"


def begin(page: Page, app: App, name: str, answers: int = 2) -> None:
    """Begin a case, answer some questions, name it, and look at its plan."""
    page.goto(f"{app.base}/people")
    begin_button(page).click()
    for _ in range(answers):
        answer(page)
    page.goto(f"{app.base}/case")
    page.get_by_label("What should this case be called?").fill(name)
    page.get_by_role("button", name="Save the name").click()
    assert "The name is changed" in page.get_by_role("status").inner_text()
    page.goto(f"{app.base}/plan")


def begin_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Begin a new case with questions")


def lock(page: Page, app: App, shown_as: str) -> None:
    page.goto(f"{app.base}/case")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("Passphrase again").fill(PASSPHRASE)
    page.get_by_label("Name in the list while it is locked").fill(shown_as)
    page.get_by_role("button", name="Lock this case").click()
    assert "locked now" in page.get_by_role("status").inner_text()


def close(page: Page, app: App) -> None:
    page.goto(f"{app.base}/case")
    page.get_by_role("button", name="Close this case").click()


def write_note(page: Page, app: App, text: str) -> None:
    page.goto(f"{app.base}/notes")
    page.get_by_label("Write a note").fill(text)
    page.get_by_role("button", name="Add the note").click()


def holding(folder: Path, text: str) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file() and text.encode() in one.read_bytes()]


def test_two_people_are_kept_apart_and_found_again(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    begin(page, app, "Ada")
    write_note(page, app, "Ask about the trial in Boston.")
    begin(page, app, "Grace")
    page.goto(f"{app.base}/notes")
    assert "Boston" not in page.locator("main").inner_text()
    page.get_by_role("link", name="People").click()
    names = page.locator("main h2").all_inner_texts()
    assert [one.split()[0] for one in names[:2]] == ["Grace", "Ada"]
    assert "open now" in names[0]
    page.get_by_role("button", name="Open Ada").click()
    assert heading(page) == "Check your answers"
    page.get_by_role("link", name="Notes").click()
    assert "Boston" in page.locator("main").inner_text()


def test_notes_and_appointments_are_added_shown_and_removed(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    begin(page, app, "Ada", answers=1)
    write_note(page, app, "First line.\nSecond <b>line</b>.")
    assert page.locator(".nhsuk-card p").all_inner_texts() == ["First line.", "Second <b>line</b>."]
    page.get_by_text("Add an appointment").click()
    page.get_by_label("With whom, or what for?").fill("Dr. Lee")
    page.get_by_role("button", name="Add the appointment").click()
    assert "month, day and year" in page.locator("[role=alert]").inner_text()
    assert page.get_by_label("With whom, or what for?").input_value() == "Dr. Lee"
    for part, value in (("Month", "11"), ("Day", "24"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("At what time?").fill("2:30 pm")
    page.get_by_role("button", name="Add the appointment").click()
    assert "24 November 2026, 14:30: Dr. Lee" in page.locator("main").inner_text()
    page.goto(f"{app.base}/people")
    assert "Next appointment: 24 November 2026, 14:30 (Dr. Lee)" in page.locator("main").inner_text()
    page.goto(f"{app.base}/notes")
    page.get_by_role("button", name="Remove the note of").click()
    page.get_by_role("button", name="Remove 24 November 2026: Dr. Lee").click()
    text = page.locator("main").inner_text()
    assert "There is no note yet." in text
    assert "None is written down." in text


def test_what_changed_since_the_last_time(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    begin(page, app, "Ada", answers=1)
    page.goto(f"{app.base}/changes")
    assert "no earlier plan" in page.locator("main").inner_text()
    assert list(app.folder.glob("*.seen"))
    close(page, app)
    page.get_by_role("button", name="Open", exact=True).click()
    page.goto(f"{app.base}/changes")
    assert "Nothing changed" in page.locator("main").inner_text()
    bring(page, app, "app_TrialMatching_Patient02.json")
    page.get_by_role("link", name="What changed").click()
    text = page.locator("main").inner_text()
    assert re.search(r"\d+ things changed", text)
    for section in ("What is known", "Options to talk about", "Clinical trials", "Why:"):
        assert section in text
    assert "app_TrialMatching_Patient02.json" in text
    page.locator("main a[href^='/plan/options/']").first.click()
    back(page, "**/plan/options/*")
    page.get_by_role("button", name="I have seen this").click()
    assert "Nothing changed" in page.locator("main").inner_text()


def test_the_passphrase_from_locking_to_taking_it_off(chromium: Browser, own_app: App) -> None:
    app = own_app
    page = visit(chromium, app).page
    begin(page, app, f"Ada {MARK}")
    write_note(page, app, MARK)
    assert holding(app.folder, MARK)
    lock(page, app, "A friend")
    assert holding(app.folder, MARK) == []
    write_note(page, app, f"again {MARK}")
    app.kill()
    assert holding(app.folder, MARK) == []
    assert len(list(app.folder.iterdir())) == 1
    app.start()
    page = visit(chromium, app).page
    page.goto(f"{app.base}/people")
    assert MARK not in page.content()
    page.get_by_role("button", name="Open A friend").click()
    assert heading(page) == "This case is locked"
    page.get_by_label("Passphrase").fill("four words of hers")
    page.get_by_role("button", name="Open").click()
    assert "not the passphrase" in page.locator("[role=alert]").inner_text()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Open").click()
    assert "Stage 4 (IV), metastatic" in page.locator("dl").inner_text()
    page.goto(f"{app.base}/notes")
    assert page.locator(".nhsuk-card p").all_inner_texts() == [f"again {MARK}", MARK]
    page.goto(f"{app.base}/case")
    page.get_by_text("Take the lock off").first.click()
    page.get_by_label("Your passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Take the lock off").click()
    assert "The lock is off" in page.get_by_role("status").inner_text()
    assert holding(app.folder, MARK)


def test_delete_everything_deletes_everything(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    begin(page, app, f"Ada {MARK}")
    write_note(page, app, MARK)
    lock(page, app, MARK)
    begin(page, app, f"Grace {MARK}")
    page.goto(f"{app.base}/people")
    page.get_by_role("button", name="Delete everything").click()
    assert heading(page) == "Delete everything for good?"
    page.get_by_role("link", name="Keep everything").click()
    assert len(holding(app.folder, MARK)) == 2
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("button", name="Delete everything").click()
    assert heading(page) == "Deleted"
    assert "cannot delete" in page.locator("main").inner_text()
    assert not app.folder.exists()
    page.get_by_role("link", name="Go to the start").click()
    assert "There is none yet" in page.locator("main").inner_text()


def test_nothing_of_a_person_is_in_addresses_or_in_what_the_app_writes(chromium: Browser, own_app: App) -> None:
    app = own_app
    seen = visit(chromium, app)
    page = seen.page
    begin(page, app, f"Ada {MARK}")
    write_note(page, app, f"note {MARK}")
    lock(page, app, f"shown {MARK}")
    close(page, app)
    page.goto(f"{app.base}/people")
    page.get_by_role("button", name=f"Open shown {MARK}").click()
    page.get_by_label("Passphrase").fill("wrong words")
    page.get_by_role("button", name="Open").click()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Open").click()
    page.goto(f"{app.base}/changes")
    addresses = " ".join(one.url for one in seen.requests)
    written = app.stop()
    for secret in (MARK, PASSPHRASE.replace(" ", "+"), PASSPHRASE, "wrong", "case-2026"):
        assert secret not in addresses
        assert secret not in written


def test_nothing_is_cut_off_at_320_pixels(chromium: Browser, app: App) -> None:
    page = visit(chromium, app, script=True, width=320).page
    begin(page, app, "A name that is as long as a person may well choose it " + "x" * 20)
    write_note(page, app, "w" * 120)
    page.get_by_role("button", name="Largest").click()
    for path in ("/people", "/case", "/notes", "/changes", "/"):
        page.goto(app.base + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert_fits(page, path)
    page.goto(f"{app.base}/people")
    page.get_by_role("button", name="Delete everything").click()
    assert_fits(page, "delete everything")


def test_axe_finds_nothing_on_these_pages(chromium: Browser, app: App, request: pytest.FixtureRequest) -> None:
    page = visit(chromium, app, script=True).page
    pages = Pages(page, picture=bool(request.config.getoption("--screens")))
    page.goto(f"{app.base}/people")
    pages.look("people-nobody")
    begin(page, app, "Ada", answers=1)
    for name in ("case", "changes-first"):
        page.goto(f"{app.base}/{name.split('-')[0]}")
        pages.look(name)
    write_note(page, app, "Ask about the trial.")
    pages.look("notes")
    page.get_by_role("button", name="Add the note").click()
    pages.look("notes-error")
    lock(page, app, "A friend")
    pages.look("case-locked")
    close(page, app)
    page.goto(f"{app.base}/people")
    page.get_by_role("button", name="Open A friend").click()
    pages.look("unlock")
    page.get_by_role("button", name="Open").click()
    pages.look("unlock-error")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Open").click()
    bring(page, app, "app_TrialMatching_Patient02.json")
    page.goto(f"{app.base}/changes")
    pages.look("changes")
    page.goto(f"{app.base}/people")
    pages.look("people")
    page.get_by_role("button", name="Delete ... A friend").click()
    pages.look("delete-locked")
    page.goto(f"{app.base}/people")
    for name in ("delete-everything", "deleted"):
        page.get_by_role("button", name="Delete everything").click()
        pages.look(name)
    assert len(pages.seen) == 13
    assert pages.wrong == []
