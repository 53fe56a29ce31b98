"""The ways a person takes through the app, used by several tests."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from playwright.sync_api import Page

from .conftest import App

DATA = Path(__file__).parent / "data"
RECORDS = Path(str(resources.files("abreast.intake").joinpath("samples")))
WALKED = "short_path.yaml"
"""The case that the short path makes: a test of the whole journey holds it to that, the others open it."""
HER2 = "stage3_her2.yaml"
"""A made-up person with HER2-positive stage 3 cancer of the left breast: options with counted figures."""

SECTIONS = (
    "have tests options trials second appointments questions support family next words record sources".split()  # noqa: SIM905
)

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


def open_case(page: Page, app: App, name: str = WALKED) -> None:
    """Put a case among the saved ones, and open it."""
    app.folder.mkdir(mode=0o700, exist_ok=True)
    for file in DATA.glob(f"{name}*"):
        shutil.copy(file, app.folder)
    page.goto(f"{app.base}/people")
    page.locator(f"form[action='/open']:has(input[value='{name}'])").get_by_role("button").first.click()
    page.wait_for_url("**/answers")


def bring(page: Page, app: App, *records: str) -> None:
    """Read sample records into the open case, or into a new one."""
    page.goto(f"{app.base}/bring")
    page.get_by_label("Your files").set_input_files([RECORDS / one for one in records])
    page.get_by_role("button", name="Read these files").click()


def first_link(page: Page, app: App, path: str, which: str) -> str:
    """Return where the first of some links of a page leads."""
    page.goto(app.base + path)
    return str(page.locator(which).first.get_attribute("href"))


def tab_and_enter(page: Page, words: str, most: int = 150) -> None:
    """Press the Tab key until something with these words has the focus, then Enter."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and words in (focused.inner_text() or focused.get_attribute("value") or ""):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the Tab key does not reach {words!r}")


def assert_fits(page: Page, where: str, width: int = 320) -> None:
    """Nothing of the page is wider than the window."""
    page.locator("footer").wait_for()
    page.wait_for_load_state("load")  # with its style
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{where} is {wide} pixels wide"
