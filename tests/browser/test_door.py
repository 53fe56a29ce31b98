"""Who gets in: the person's browser, and nobody else; shown on the running app."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from .conftest import App, visit

pytestmark = pytest.mark.needs("chromium")


@pytest.mark.parametrize("path", ["/", "/plan", "/answers", "/static/app.css", "/nowhere"])
def test_without_the_key_there_is_no_page(app: App, path: str) -> None:
    answer = app.ask("GET", path)
    assert answer.status == 403
    assert b"<html" not in answer.read()


def test_a_wrong_host_and_a_foreign_origin_are_refused_even_with_the_cookie(app: App) -> None:
    cookie = app.cookie()
    assert app.ask("GET", "/", Cookie=cookie).status == 200
    assert app.ask("GET", "/", Cookie=cookie, Host="evil.example").status == 403
    assert app.ask("POST", "/begin", Cookie=cookie, Origin="http://evil.example").status == 403
    assert app.ask("POST", "/begin", Cookie=cookie).status == 403
    assert not app.folder.exists()
    assert app.ask("POST", "/begin", Cookie=cookie, Origin=app.base).status == 303
    assert app.folder.exists()


def test_another_page_can_neither_send_a_form_nor_show_the_app_in_a_frame(chromium: Browser, app: App) -> None:
    seen = visit(chromium, app, script=True)
    other = seen.context.new_page()
    other.route("http://evil.example/", lambda route: route.fulfill(content_type="text/html", body=evil(app)))
    other.goto("http://evil.example/")
    other.get_by_role("button", name="Win").click()
    other.wait_for_load_state()
    assert "Refused" in other.locator("body").inner_text()
    assert not app.folder.exists()
    other.goto("http://evil.example/")
    assert "Three ways to begin" not in other.frames[1].content()


def evil(app: App) -> str:
    return (
        f'<form method="post" action="{app.base}/begin"><button>Win</button></form>'
        f'<iframe src="{app.base}/plan"></iframe>'
    )
