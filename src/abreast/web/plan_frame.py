"""What the pages of the plan share: its menu, the addresses of its sections, and how a page of it is rendered."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from abreast.foundation.language import mark
from abreast.plan import Plan
from abreast.web.desk import Desk
from abreast.web.frame import render

SECTIONS = {
    "have": mark("What you have"),
    "tests": mark("Tests to ask about"),
    "options": mark("Options to talk about"),
    "trials": mark("Clinical trials"),
    "second": mark("Second opinion"),
    "appointments": mark("Whom to see"),
    "questions": mark("Questions to take along"),
    "support": mark("Help"),
    "family": mark("Your family"),
    "next": mark("What to find out next"),
    "words": mark("Words"),
    "record": mark("Your record"),
    "sources": mark("Sources"),
}
"""The pages of a plan that show one section of it, in the order of the menu."""


def link(section: str, place: str = "") -> str:
    """Return the address of a section of the plan, or of a place in it."""
    page = {"danger": "/danger", "summary": "/plan", "now": "/plan", "conflicts": "/plan/have"}.get(section)
    return f"{page or f'/plan/{section}'}{f'#{place}' if place else ''}"


def render_plan(desk: Desk, request: Request, template: str, plan: Plan, **values: Any) -> Response:
    """Return a page of the plan."""
    frame: dict[str, Any] = {"sections": SECTIONS, "to": link, "level": 1, "app": True}
    return render(desk, request, template, **frame, plan=plan, **values)


__all__ = ["SECTIONS", "link", "render_plan"]
