"""The page of documents in a real Chromium: downloads and the packet, without JavaScript."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page

from .conftest import App, visit
from .journey import open_case

pytestmark = pytest.mark.needs("chromium")


def opened(page: Page, app: App) -> None:
    open_case(page, app)
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
