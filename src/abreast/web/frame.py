"""What all pages share: the frame around them, how a request becomes a page, and what is said when that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from abreast import __version__
from abreast.foundation import language
from abreast.foundation.errors import AbreastError, InputError
from abreast.foundation.language import LANGUAGES, gettext
from abreast.intake.report.facts import waiting
from abreast.outputs.html import environment
from abreast.plan import Plan
from abreast.plan.assemble import NOTICE
from abreast.web.desk import Desk, NothingOpen
from abreast.web.questions import Answers

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

SIZES = ("normal", "large", "largest")
THEMES = ("system", "light", "dark")

Page = Callable[[Desk, Request, Answers], Response]


def render(desk: Desk, request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """Return a page."""
    size, theme = request.cookies.get("size", ""), request.cookies.get("theme", "")
    frame = {
        "is_open": desk.open is not None,
        "waiting": len(waiting(desk.open.case.facts)) if desk.open else 0,
        "size": size if size in SIZES else SIZES[0],
        "theme": theme if theme in THEMES else THEMES[0],
        "sizes": SIZES,
        "themes": THEMES,
        "languages": LANGUAGES,
        "here": request.url.path,
        "version": __version__,
        "notice": gettext(NOTICE),
    }
    if isinstance(plan := values.get("plan"), Plan):
        desk.saw(plan)
    text = environment(TEMPLATES).get_template(template).render({**frame, **values})
    return HTMLResponse(text, status)


def spoken(desk: Desk, request: Request) -> str:
    """Return the language of a request: what the person chose, what the app was opened in, what the browser prefers."""
    chosen = request.cookies.get("language", "") or desk.language
    return chosen if chosen in LANGUAGES else language.preferred(request.headers.get("accept-language", ""))


def go(address: str) -> Response:
    """Send the browser on, so that reloading the next page sends nothing twice."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def missing(desk: Desk, request: Request) -> Response:
    """Say that there is no such page."""
    return sorry(desk, request, gettext("There is no such page here, or your plan has changed since."), 404)


def sorry(desk: Desk, request: Request, message: str, status: int) -> Response:
    """Show a message and the ways on."""
    return render(desk, request, "sorry.html.j2", status=status, message=message)


def one(answers: Answers, name: str) -> str:
    """Return the first value of a field, or nothing."""
    values = answers.get(name, [])
    return values[0] if values else ""


def page(desk: Desk, path: str, take: Page, method: str = "GET") -> Route:
    """Return the route at which a page is taken."""
    return Route(path, _handler(desk, take), methods=[method])


def _handler(desk: Desk, take: Page) -> Callable[[Request], Awaitable[Response]]:
    @wraps(take)
    async def handle(request: Request) -> Response:
        answers: dict[str, list[str]] = {}
        if request.method == "POST":
            async with request.form(max_files=0, max_fields=2000) as form:
                for name, value in form.multi_items():
                    answers.setdefault(name, []).append(str(value))
        with language.use(spoken(desk, request)):
            return await run_in_threadpool(_safely, desk, take, request, answers)

    return handle


def _safely(desk: Desk, take: Page, request: Request, answers: Answers) -> Response:
    try:
        return take(desk, request, answers)
    except NothingOpen:
        return go("/")
    except InputError as error:
        return sorry(desk, request, str(error), 422)
    except AbreastError as error:
        return sorry(desk, request, str(error), 500)


__all__ = [
    "SIZES",
    "STATIC",
    "TEMPLATES",
    "THEMES",
    "Page",
    "go",
    "missing",
    "one",
    "page",
    "render",
    "sorry",
    "spoken",
]
