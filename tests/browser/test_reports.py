"""Reports in the app: nothing that a computer read counts before the person says yes to it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .conftest import App, visit
from .journey import heading

pytestmark = pytest.mark.needs("chromium")

REPORT = """SURGICAL PATHOLOGY REPORT
Collected: 06/18/2025
Liver, core biopsy: metastatic carcinoma, consistent with breast primary.
Estrogen receptor: positive (95 %, strong). Progesterone receptor: negative (0 %).
HER2 IHC: 1+ (negative).
"""


def test_a_pasted_report_is_looked_through(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    page.goto(f"{app.base}/bring")
    page.get_by_role("link", name="Paste the words of a report instead").click()
    page.get_by_role("button", name="Read this report").click()
    assert "Paste the words of the report into the field" in page.locator("main").inner_text()
    page.get_by_label("The words of the report").fill(REPORT)
    page.get_by_role("button", name="Read this report").click()
    assert heading(page) == "Look at what was read"
    text = page.locator("main").inner_text()
    assert "HER2 IHC: 1+" in text
    assert "line 5" in text

    page.goto(f"{app.base}/record")
    assert "not confirmed" in page.locator("main").inner_text()
    page.get_by_role("link", name="Look at what was read").click()

    percent = page.get_by_role("group", name="Estrogen receptor, percent")
    percent.get_by_label("No, this is wrong").check()
    page.get_by_role("button", name="Keep what I said").click()
    assert heading(page) == "Look at what was read"
    assert "95 %" not in "".join(page.locator("legend").all_inner_texts())

    page.get_by_role("button", name="Yes to all that I did not mark as wrong").click()
    assert heading(page) == "What your record says"
    text = page.locator("main").inner_text()
    assert "not confirmed" not in text
    assert "liver" in text
    assert "95" not in "".join(page.locator("dt:has-text('percent') + dd").all_inner_texts())


def test_a_zip_of_a_portal(chromium: Browser, app: App, tmp_path: Path) -> None:
    archive = tmp_path / "portal.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(Path(__file__).parents[1] / "data" / "ccda" / "portal.xml", "IHE_XDM/DOC0001.XML")
        made.writestr("report.txt", REPORT)
    page = visit(chromium, app).page
    page.goto(f"{app.base}/bring")
    page.get_by_label("Your files").set_input_files(archive)
    page.get_by_role("button", name="Read these files").click()
    assert heading(page) == "Look at what was read"
    page.goto(f"{app.base}/record")
    text = page.locator("main").inner_text()
    assert "ribociclib" in text
    assert "breast-conserving surgery" in text
