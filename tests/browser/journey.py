"""The way a person takes through the app, used by several tests."""

from __future__ import annotations

from playwright.sync_api import Page

SHORT_PATH = {
    "Which stage is the cancer now?": "Stage 4 (IV), metastatic",
    "Is the cancer ER positive or ER negative?": "ER positive",
    "Is the cancer PR positive or PR negative?": "PR positive",
    "What is the HER2 result?": "HER2 low (1+, or 2+ and not amplified)",
    "What sex is in your medical record?": "Female",
    "Have you been through menopause, or are your periods still coming?": "After menopause",
}


def heading(page: Page) -> str:
    """Return the heading of the page."""
    return page.locator("h1").first.inner_text().strip()


def go_on(page: Page) -> None:
    """Send the form, and wait for the page that answers it."""
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()


def back(page: Page, address: str) -> None:
    """Press the browser's back button once the page at ``address`` (a glob) is whole: before that, Chromium refuses."""
    page.wait_for_url(address)
    page.go_back()


def answer(page: Page) -> str:
    """Answer the question that is shown, and return it."""
    asked = heading(page)
    if asked in SHORT_PATH:
        page.get_by_label(SHORT_PATH[asked], exact=True).check()
    elif asked.startswith("To which places"):
        page.get_by_label("Bone", exact=True).check()
        page.get_by_label("Yes, scans found no other place").check()
    elif asked.startswith("What is your date of birth"):
        page.get_by_label("Year").fill("1968")
    elif asked.startswith("Which medicines against the cancer"):
        add_medicine(page)
        page.get_by_label("Yes, these are all").check()
    elif asked.startswith("What is your ZIP"):
        page.get_by_label("What is your ZIP code?").fill("60611")
    else:
        raise AssertionError(f"a question that this journey does not know: {asked}")
    go_on(page)
    return asked


def add_medicine(page: Page) -> None:
    """Add letrozole with palbociclib's class left out: one medicine, taken for stage 4 until the cancer grew."""
    page.get_by_role("link", name="Add a medicine").click()
    page.get_by_label("Name of the medicine").fill("Femara")
    page.get_by_label("For cancer that had spread or could not be removed").check()
    page.locator("#start-year").fill("2024")
    page.get_by_label("No, it has ended").check()
    page.locator("#end-year").fill("2026")
    page.locator("#end-month").fill("3")
    page.get_by_label("The cancer grew").check()
    page.get_by_role("button", name="Add").click()


def short_path(page: Page) -> list[str]:
    """Answer the short path from the start page, and return the questions that were put."""
    page.get_by_role("button", name="Answer questions").click()
    asked = []
    while heading(page) != "Check your answers":
        asked.append(answer(page))
        assert len(asked) <= 12, asked
    return asked
