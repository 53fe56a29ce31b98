"""Nothing is cut off, and nothing asks to be scrolled sideways: small windows, large letters, and both at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from .conftest import App, visit
from .journey import HER2, SECTIONS, WALKED, assert_fits, first_link, open_case

pytestmark = pytest.mark.needs("chromium")

QUESTIONS = "stage.stated metastasis er.status her2.status birth_date therapy zip".split()  # noqa: SIM905
COMPARED = {
    WALKED: "option=ribociclib_first&option=abemaciclib_first",
    HER2: "option=tchp_before_surgery&option=ac_thp_before_surgery",
}
WINDOWS = ((320, "normal"), (320, "largest"), (640, "normal"))
"""WCAG 2.2, 1.4.10: 320 pixels; and a window of 1280 pixels at 200 %, which leaves 640, with two device pixels each."""


def assert_fits_in_all_windows(page: Page, where: str) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for width, size in WINDOWS:
        page.set_viewport_size({"width": width, "height": 450})
        page.evaluate(f"document.documentElement.dataset.size = '{size}'")  # as the choice at the foot of a page does
        assert_fits(page, f"{where} ({size})", width)


@pytest.mark.parametrize("name", [WALKED, HER2])
def test_every_page_reflows(chromium: Browser, app: App, name: str) -> None:
    context = chromium.new_context(device_scale_factor=2)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(app.address)
    assert_fits_in_all_windows(page, "/")
    open_case(page, app, name)
    option = first_link(page, app, "/plan/options", ".options a")
    trial = first_link(page, app, "/plan/trials", "h3 a")
    paths = ["/plan", *(f"/plan/{one}" for one in SECTIONS), option, trial, f"/plan/compare?{COMPARED[name]}"]
    if name == WALKED:
        paths += [f"/question/{one}" for one in QUESTIONS]
        paths += ["/", "/answers", "/danger", "/bring", "/paste", "/treatment", "/ask", "/plan/documents"]
    for path in paths:
        answer = page.goto(app.base + path)
        assert answer is not None
        assert answer.status == 200, path
        assert_fits_in_all_windows(page, path)
    context.close()


def test_text_twice_as_large_is_not_cut_off(chromium: Browser, app: App) -> None:
    """WCAG 2.2, 1.4.4: letters at 200 %, as a browser's own setting makes them, in a window of 1280 pixels."""
    page = visit(chromium, app, script=True, width=1280).page
    open_case(page, app, HER2)
    for path in ("/plan", "/plan/have", "/plan/questions", "/plan/trials", "/plan/options/tchp_before_surgery", "/ask"):
        page.goto(app.base + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert_fits(page, path, 1280)
        cut = page.evaluate(
            "[...document.querySelectorAll('main p, main li, main button, main label')]"
            ".filter(one => one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== 'visible')"
            ".map(one => one.innerText.slice(0, 40))"
        )
        assert cut == [], path
