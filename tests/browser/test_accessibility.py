"""axe-core finds no violation on any page, in light and in dark. With ``--screens``, each page is also pictured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .conftest import App, visit
from .journey import answer, go_on, heading
from .test_journey import SECTIONS, bring, first_link
from .test_plan_pages import bring_case

pytestmark = pytest.mark.needs("chromium")

AXE = Path(__file__).parents[1] / "data" / "axe" / "axe.min.js"
SCREENS = Path(__file__).parents[2] / "docs" / "screens"


class Pages:
    """Looks at one page after another, and remembers what is wrong with each."""

    def __init__(self, page: Page, *, picture: bool, rules: str) -> None:
        self.page = page
        self.picture = picture
        self.options = rules
        self.wrong: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        self.page.locator("footer").wait_for()
        self.page.wait_for_load_state("load")
        self.seen.append(name)
        if self.picture:
            SCREENS.mkdir(exist_ok=True)
            self.page.screenshot(path=SCREENS / f"{name}.jpg", type="jpeg", quality=30)
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = json.loads(self.page.evaluate(f"axe.run({self.options}).then(found => JSON.stringify(found))"))
        for one in found["violations"]:
            places = "; ".join(node["html"][:120] for node in one["nodes"][:3])
            self.wrong.append(f"{name}: {one['id']} ({len(one['nodes'])}): {places}")
        assert found["passes"]


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_on_any_page(chromium: Browser, app: App, theme: str, request: pytest.FixtureRequest) -> None:
    page = visit(chromium, app, script=True).page
    page.get_by_role("button", name=theme).click()
    colors_only = "{runOnly: ['color-contrast']}"  # nothing else differs in the dark
    picture = bool(request.config.getoption("--screens")) and theme == "Light"
    pages = Pages(page, picture=picture, rules=colors_only if theme == "Dark" else "")
    pages.look("start")
    page.get_by_role("button", name="Answer questions").click()
    go_on(page)
    pages.look("question-error")
    while heading(page) != "Check your answers":
        pages.look(f"question-{page.url.rsplit('/', 1)[1]}")
        answer(page)
    pages.look("answers")
    page.get_by_role("link", name="Answer it").click()
    pages.look("question-adaptive")
    option = first_link(page, app, "/plan/options", ".options a")
    trial = first_link(page, app, "/plan/trials", "h3 a")
    names = {"plan": "/plan", "danger": "/danger", "bring": "/bring", "treatment": "/treatment"}
    names |= {f"plan-{one}": f"/plan/{one}" for one in SECTIONS}
    names |= {"plan-option": option, "plan-trial": trial, "nowhere": "/plan/nowhere", "start-open": "/"}
    for name, path in names.items():
        page.goto(app.base + path)
        pages.look(name)
    page.goto(f"{app.base}/plan/options")
    for number in (0, 1):
        page.locator(".options input").nth(number).check()
    page.get_by_role("button", name="Compare two").click()
    pages.look("plan-compare")
    page.goto(f"{app.base}/plan/trials")
    page.get_by_label("State").select_option("Illinois")
    page.get_by_role("button", name="Show these").click()
    pages.look("plan-trials-near")
    page.goto(f"{app.base}/ask")
    page.get_by_label("Your question").fill("Can I drink wine?")
    page.get_by_role("button", name="Look for an answer").click()
    pages.look("ask")
    bring_case(page, app)
    page.goto(f"{app.base}/plan/options/tchp_before_surgery")
    pages.look("plan-option-in-numbers")
    page.goto(f"{app.base}/plan/compare?option=tchp_before_surgery&option=ac_thp_before_surgery")
    pages.look("plan-compare-in-numbers")
    page.goto(f"{app.base}/plan/have")
    pages.look("plan-have-left-breast")
    bring(page, app, "Bundle-mcode-patient-bundle-jenny-m.json")
    pages.look("record")
    page.goto(f"{app.base}/question/conflict-stage.stated")
    pages.look("question-conflict")
    page.goto(app.base)
    page.get_by_role("button", name="Delete ...").click()
    pages.look("delete")
    assert len(pages.seen) > 30
    assert pages.wrong == []
