"""The pages of the plan: each takes a request, asks the desk for the plan, and renders a part of it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from abreast.foundation.language import gettext
from abreast.outputs import plan_html
from abreast.outputs.question_list import others
from abreast.web import ask_pages, question_list, trial_pages
from abreast.web.desk import Desk
from abreast.web.frame import go, missing, one, page
from abreast.web.plan_frame import SECTIONS, render_plan
from abreast.web.questions import Answers, NotAnAnswer


def plan_page(desk: Desk, request: Request, _: Answers) -> Response:
    """Show the summary of the plan."""
    return render_plan(desk, request, "plan.html.j2", desk.plan(), title=gettext("Your plan"))


def section(desk: Desk, request: Request, _: Answers) -> Response:
    """Show one section of the plan."""
    name = request.path_params["section"]
    if name not in SECTIONS:
        return missing(desk, request)
    template = {"options": "options.html.j2"}.get(name, "section.html.j2")
    values: dict[str, Any] = {"chosen": [], "problem": ""}
    return render_plan(desk, request, template, desk.plan(), section=name, title=gettext(SECTIONS[name]), **values)


def option(desk: Desk, request: Request, _: Answers) -> Response:
    """Show one option."""
    plan = desk.plan()
    found = next((one for one in plan.options if one.id == request.path_params["id"]), None)
    if found is None:
        return missing(desk, request)
    return render_plan(desk, request, "option.html.j2", plan, section="options", title=found.name, one=found)


def compare(desk: Desk, request: Request, _: Answers) -> Response:
    """Show two options side by side."""
    plan = desk.plan()
    chosen = request.query_params.getlist("option")
    found = [one for one in plan.options if one.id in chosen]
    if len(found) != 2:
        values = {
            "chosen": chosen,
            "problem": gettext("Choose two options to see them side by side."),
            "section": "options",
        }
        return render_plan(desk, request, "options.html.j2", plan, title=gettext(SECTIONS["options"]), **values)
    return render_plan(
        desk, request, "compare.html.j2", plan, section="options", title=gettext("Two options side by side"), pair=found
    )


def questions(desk: Desk, request: Request, form: Answers, problem: str = "") -> Response:
    """Show the list of questions to take along, and what else could be asked."""
    asks = question_list.listed(desk)
    kept = desk.opened().notes.questions
    values: dict[str, Any] = {"asks": asks, "others": others(desk.plan(), asks, kept.own), "filled": form}
    values |= {"proposed": kept.picked is None, "problem": problem, "status": 422 if problem else 200}
    return render_plan(desk, request, "questions.html.j2", desk.plan(), title=gettext(SECTIONS["questions"]), **values)


def change_questions(desk: Desk, request: Request, form: Answers) -> Response:
    """Keep what was noted, picked, added or moved; then show the place where it happened."""
    before = desk.opened().notes.questions
    try:
        made = question_list.changed(before, desk.plan(), form)
    except NotAnAnswer as error:
        return questions(desk, request, form, str(error))
    desk.keep_questions(made)
    action, _colon, which = one(form, "do").partition(":")
    place = f"#ask-{which}" if action in ("up", "down") else "#more" if action == "add" else "#list"
    return go(f"/plan/questions{place}")


def add_question(desk: Desk, request: Request, form: Answers) -> Response:
    """Put a question that another page offers on the list."""
    try:
        desk.keep_questions(question_list.adding(desk.opened().notes.questions, desk.plan(), one(form, "own")))
    except NotAnAnswer as error:
        return questions(desk, request, form, str(error))
    return go("/plan/questions#list")


def danger(desk: Desk, request: Request, _: Answers) -> Response:
    """Show the danger signs: those of the open case, or those that concern everyone."""
    return render_plan(desk, request, "danger.html.j2", desk.danger_plan(), title=gettext("Danger signs"))


def keep(desk: Desk, _: Request, __: Answers) -> Response:
    """Send the whole plan as one page, to be saved and printed."""
    headers = {"Content-Disposition": 'attachment; filename="plan.html"'}
    return HTMLResponse(plan_html(desk.plan(), question_list.listed(desk)), headers=headers)


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of the plan; ``/plan/{section}`` takes what no other page took before it."""
    return [
        page(desk, "/plan", plan_page),
        page(desk, "/plan/plan.html", keep),
        page(desk, "/plan/compare", compare),
        page(desk, "/plan/questions", questions),
        page(desk, "/plan/questions", change_questions, "POST"),
        page(desk, "/plan/questions/add", add_question, "POST"),
        page(desk, "/plan/options/{id}", option),
        *trial_pages.routes(desk),
        *ask_pages.routes(desk),
        page(desk, "/plan/{section}", section),
        page(desk, "/danger", danger),
    ]


__all__ = ["routes"]
