"""axe-core finds no violation on any page, in light and in dark. With ``--screens``, each page is also pictured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .conftest import App, visit
from .journey import HER2, SECTIONS, answer, bring, first_link, go_on, heading, open_case

pytestmark = pytest.mark.needs("chromium")

AXE = Path(__file__).parents[1] / "data" / "axe" / "axe.min.js"
SCREENS = Path(__file__).parents[2] / "docs" / "screens"
ALSO_DARK_AND_SMALL = {"start", "question-stage.stated", "answers", "plan", "plan-options", "plan-trial", "danger"}
DARK_ONLY = {"runOnly": ["color-contrast"]}
"""Nothing else differs in the dark."""

NO_OWN_FOLDER = """document.querySelectorAll('code.path').forEach(
    one => one.textContent = one.textContent.replace(/^.*\\/cases/, '/home/you/abreast/cases'))"""
"""A picture shows no folder of the machine that took it."""


class Pages:
    """Looks at one page after another, in light and in dark, and remembers what is wrong with each."""

    def __init__(self, page: Page, *, picture: bool) -> None:
        self.page = page
        self.picture = picture
        self.wrong: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        self.page.locator("footer").wait_for()
        self.page.wait_for_load_state("load")
        self.seen.append(name)
        if self.picture:
            self.take_pictures(name)
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for theme, rules in (("light", {}), ("dark", DARK_ONLY)):
            self.turn(theme)
            found = json.loads(self.page.evaluate(f"axe.run({json.dumps(rules)}).then(found => JSON.stringify(found))"))
            for one in found["violations"]:
                places = "; ".join(node["html"][:120] for node in one["nodes"][:3])
                self.wrong.append(f"{name}, {theme}: {one['id']} ({len(one['nodes'])}): {places}")
            assert found["passes"]

    def turn(self, theme: str) -> None:
        """Show the page as the choice at its foot would."""
        self.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")

    def take_pictures(self, name: str) -> None:
        SCREENS.mkdir(exist_ok=True)
        self.page.evaluate(NO_OWN_FOLDER)
        self.take_picture(name)
        if name in ALSO_DARK_AND_SMALL:
            self.turn("dark")
            self.take_picture(f"{name}-dark")
            self.turn("light")
            self.page.set_viewport_size({"width": 320, "height": 900})
            self.take_picture(f"{name}-320")
            self.page.set_viewport_size({"width": 1000, "height": 900})

    def take_picture(self, name: str) -> None:
        self.page.screenshot(path=SCREENS / f"{name}.jpg", type="jpeg", quality=30)


def test_axe_finds_nothing_on_any_page(chromium: Browser, app: App, request: pytest.FixtureRequest) -> None:
    page = visit(chromium, app, script=True).page
    pages = Pages(page, picture=bool(request.config.getoption("--screens")))
    pages.look("start")
    page.get_by_role("button", name="Answer questions").click()
    while heading(page) != "Check your answers":
        pages.look(f"question-{page.url.rsplit('/', 1)[1]}")
        if "question-error" not in pages.seen:
            go_on(page)  # without an answer
            pages.look("question-error")
        answer(page)
    pages.look("answers")
    page.get_by_role("link", name="Answer it").click()
    pages.look("question-adaptive")
    option = first_link(page, app, "/plan/options", ".options a")
    trial = first_link(page, app, "/plan/trials", "h3 a")
    names = {"plan": "/plan", "danger": "/danger", "bring": "/bring", "treatment": "/treatment", "paste": "/paste"}
    names |= {f"plan-{one}": f"/plan/{one}" for one in SECTIONS}
    names |= {"plan-option": option, "plan-trial": trial, "nowhere": "/plan/nowhere", "start-open": "/"}
    names["plan-documents"] = "/plan/documents"
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
    open_case(page, app, HER2)
    page.goto(f"{app.base}/plan/options/tchp_before_surgery")
    pages.look("plan-option-in-numbers")
    page.goto(f"{app.base}/plan/compare?option=tchp_before_surgery&option=ac_thp_before_surgery")
    pages.look("plan-compare-in-numbers")
    page.goto(f"{app.base}/plan/have")
    pages.look("plan-have-left-breast")
    bring(page, app, "Bundle-mcode-patient-bundle-jenny-m.json")
    pages.look("record")
    page.goto(f"{app.base}/paste")
    page.get_by_label("The words of the report").fill(
        "Liver, core biopsy: metastatic carcinoma.\nHER2 IHC: 1+ (negative)."
    )
    page.get_by_role("button", name="Read this report").click()
    pages.look("reports")
    page.goto(f"{app.base}/question/conflict-stage.stated")
    pages.look("question-conflict")
    page.goto(app.base)
    page.get_by_role("button", name="Delete ...").click()
    pages.look("delete")
    assert len(pages.seen) > 30
    assert pages.wrong == []
