"""The page of documents in a real Chromium: without JavaScript, on a narrow screen, in both themes, and downloads."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page

from .conftest import App, visit
from .test_accessibility import Pages
from .test_journey import bring

pytestmark = pytest.mark.needs("chromium")

SAMPLE = "app_TrialMatching_Patient02.json"


def opened(page: Page, app: App) -> None:
    page.set_default_timeout(60_000)  # the first plan of a case is made here
    bring(page, app, SAMPLE)
    page.goto(f"{app.base}/plan/documents")


def saved(page: Page, link: str) -> tuple[str, bytes]:
    with page.expect_download() as caught:
        page.get_by_role("link", name=link).click()
    path = caught.value.path()
    return caught.value.suggested_filename, Path(path).read_bytes()


def test_everything_can_be_downloaded_without_script_and_asks_no_other_host(chromium: Browser, app: App) -> None:
    made = visit(chromium, app)
    page = made.page
    opened(page, app)
    name, content = saved(page, "Download: One page")
    assert name == "summary.pdf"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
    name, content = saved(page, "Download reminders that tell nothing")
    assert name == "calendar.ics"
    assert b"BEGIN:VEVENT" in content
    assert made.hosts() == {app.base}


def test_a_packet_is_made_of_the_letter_and_own_files(chromium: Browser, app: App, tmp_path: Path) -> None:
    report = tmp_path / "1 biopsy.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(report)
    broken = tmp_path / "2 broken.pdf"
    broken.write_bytes(b"no")
    page = visit(chromium, app).page
    opened(page, app)
    page.get_by_label("The letter").fill("Dear Dr. Okafor,\n\nplease look at my slides.")
    page.get_by_label("Your reports (PDF files)").set_input_files([report, broken])
    page.get_by_role("button", name="Make the packet").click()
    assert page.get_by_text("Your packet is ready.").is_visible()
    assert page.get_by_text("2 broken.pdf is damaged").is_visible()
    assert page.get_by_label("The letter").input_value().startswith("Dear Dr. Okafor,")
    name, content = saved(page, "Download the packet")
    assert name == "second-opinion.pdf"
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root[-1].children] == ["1 biopsy.pdf"]


def test_a_narrow_screen_needs_no_scrolling_sideways(chromium: Browser, app: App) -> None:
    page = visit(chromium, app, width=320).page
    opened(page, app)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(chromium: Browser, app: App, theme: str, request: pytest.FixtureRequest) -> None:
    page = visit(chromium, app, script=True).page
    opened(page, app)
    page.get_by_role("button", name=theme).click()
    page.goto(f"{app.base}/plan/documents")
    picture = bool(request.config.getoption("--screens")) and theme == "Light"
    pages = Pages(page, picture=picture, rules="")
    pages.look("plan-documents")
    assert pages.wrong == []
