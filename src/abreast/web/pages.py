"""The pages before the plan: start, records, questions and answers, and how the app looks.

Each takes a request, touches the desk, and renders a template or sends the browser on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abreast.case import Case
from abreast.foundation import language
from abreast.foundation.errors import InputError
from abreast.foundation.language import LANGUAGES, gettext
from abreast.outputs.html import TEMPLATES as PLAN_TEMPLATES
from abreast.plan.model import PlanFact
from abreast.plan.view import plan_fact
from abreast.plan.words import say_fact, say_source
from abreast.web import interview, questions
from abreast.web.desk import Desk
from abreast.web.frame import SIZES, STATIC, THEMES, go, one, page, render, spoken
from abreast.web.people import news_of
from abreast.web.questions import Answers, NotAnAnswer, Question
from abreast.web.reports import to_look_at
from abreast.web.store import Asked

_A_YEAR = 365 * 24 * 3600
SHOWN = 5
"""So many cases stand on the start page, with their news; all stand on the page of people."""


# --- start ---------------------------------------------------------------------------------------------------------


def start(desk: Desk, request: Request, _: Answers) -> Response:
    """Show what this is, what is new about the trials of the newest cases, and the three doors."""
    saved = desk.store.saved()
    news = [(one, told) for one in saved[:SHOWN] if (told := news_of(desk, one.name))]
    values: dict[str, Any] = {"saved": saved, "shown": SHOWN, "news": news, "folder": desk.store.folder}
    return render(desk, request, "start.html.j2", case=desk.open, **values)


def begin(desk: Desk, _: Request, __: Answers) -> Response:
    """Open a new case and ask the first question."""
    desk.begin_interview()
    return go("/question/next")


async def add_record(desk: Desk, request: Request) -> Response:
    """Read uploaded files into the open case, or into a new one."""
    async with request.form(max_files=100, max_fields=10) as form:
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        uploads = [(Path(str(one.filename)).name, await one.read()) for one in files]
        fresh = form.get("into") == "new"

    def take() -> None:
        if fresh:
            desk.close()
        desk.add_uploads(uploads)

    try:
        await run_in_threadpool(take)
    except InputError as error:
        return await run_in_threadpool(bring, desk, request, {}, str(error))
    return go("/reports" if to_look_at(desk) else "/record")


def bring(desk: Desk, request: Request, _: Answers, problem: str = "") -> Response:
    """Show the form for bringing a record."""
    return render(desk, request, "bring.html.j2", status=422 if problem else 200, problem=problem)


def record(desk: Desk, request: Request, _: Answers) -> Response:
    """Show what was read from the records."""
    now = desk.opened()
    facts = [plan_fact(f, desk.vocabulary) for f in now.case.facts if f.source.kind not in ("answer", "derived")]
    groups: dict[str, list[PlanFact]] = {}
    for fact in facts:
        groups.setdefault(fact.name, []).append(fact)
    return render(desk, request, "record.html.j2", groups=groups, count=len(facts), reading=now.loaded.reading)


# --- questions -----------------------------------------------------------------------------------------------------


def next_question(desk: Desk, _: Request, __: Answers) -> Response:
    """Go to the question that comes next, or to the answers when there is none."""
    found = desk.next()
    return go(f"/question/{found.question.id}" if found else "/answers")


def question(desk: Desk, request: Request, _: Answers) -> Response:
    """Show one question."""
    found = desk.question(request.path_params["id"])
    return _question(desk, request, found.question, questions.given(found.question, desk.opened().case))


def _question(desk: Desk, request: Request, asked: Question, filled: Answers, problem: str = "") -> Response:
    now, found = desk.opened(), desk.question(asked.id)
    if asked.form == "checks" and not asked.rule and now.case.is_complete(asked.attribute) and not problem:
        filled = {**filled, "all": ["yes"]}
    values = {
        "question": asked,
        "decides": found.decides,
        "step": found.short_path,
        "steps": len(questions.interview().short_path),
        "filled": filled,
        "problem": problem,
        "back": _before(desk, asked.id),
        "origin": _from(request),
        "sides": _sides(desk, asked),
        "treatments": _treatments(desk) if asked.form == "treatments" else [],
        "complete": now.case.is_complete("therapy") is not None,
        "none": questions.NONE,
    }
    return render(desk, request, "question.html.j2", status=422 if problem else 200, **values)


def _from(request: Request) -> str:
    return "answers" if request.query_params.get("from") == "answers" else ""


def _sides(desk: Desk, asked: Question) -> list[tuple[PlanFact, list[PlanFact]]]:
    if not asked.id.startswith(interview.CONFLICT):
        return []
    facts = interview.sides(desk.opened().case, asked.attribute, desk.today())
    words = desk.vocabulary
    return [(plan_fact(fact, words), [plan_fact(one, words) for one in behind]) for fact, behind in facts]


def _before(desk: Desk, question_id: str) -> str:
    """Return the address of the page before a question."""
    begun = questions.interview().begun_with.attribute
    asked = [one.id for one in desk.opened().notes.asked if one.id != begun]
    earlier = asked[: asked.index(question_id)] if question_id in asked else asked
    return f"/question/{earlier[-1]}" if earlier else "/"


def answer(desk: Desk, request: Request, answers: Answers) -> Response:
    """Keep an answer and go on."""
    found = desk.question(request.path_params["id"])
    try:
        if one(answers, "unknown"):
            desk.not_known(found.question)
        else:
            desk.answer(found.question, answers)
    except NotAnAnswer as error:
        return _question(desk, request, found.question, answers, str(error))
    if _from(request):
        return go("/answers")
    following = desk.next()
    if found.short_path and (following is None or not following.short_path):
        return go("/answers")
    return go(f"/question/{following.question.id}" if following else "/answers")


def answers_page(desk: Desk, request: Request, _: Answers) -> Response:
    """Show all answers, each with a way to change it."""
    now = desk.opened()
    rows = [(_again(now.case, asked), _said(desk, asked.id, asked.how)) for asked in now.notes.asked]
    from_record = sum(1 for fact in now.case.facts if fact.source.kind not in ("answer", "derived"))
    return render(
        desk, request, "answers.html.j2", rows=rows, from_record=from_record, next=desk.next(), file=now.name,
        folder=desk.store.folder,
    )  # fmt: skip


def _again(case: Case, asked: Asked) -> Asked:
    """Return what was asked, with its title in the language of now."""
    found = interview.put_before(asked, case.vocabulary)
    return msgspec.structs.replace(asked, title=found.title) if found else asked


def _said(desk: Desk, question_id: str, how: str) -> str:
    if how == "unknown":
        return gettext("I do not know")
    case = desk.opened().case
    if question_id.startswith(interview.CONFLICT):
        attribute = question_id.removeprefix(interview.CONFLICT)
        chosen = {one.fact for one in case.settled if one.attribute == attribute}
        sides = interview.sides(case, attribute, desk.today())
        return "; ".join(f"{say_fact(f, desk.vocabulary)} ({say_source(f.source)})" for f, _ in sides if f.id in chosen)
    asked = desk.opened().notes.find(question_id)
    text = questions.said(case, interview.put_before(asked, case.vocabulary) if asked else None, question_id)
    if question_id in ("therapy", "metastasis"):
        text = text or gettext("none")
        if any(fact.absent for fact in questions.answers_to(case, question_id)):
            return text
        all_named = case.is_complete(question_id)
        said = gettext("%(answer)s (all there are)") if all_named else gettext("%(answer)s (there may be others)")
        return said % {"answer": text}
    return text


def _treatments(desk: Desk) -> list[tuple[str, str]]:
    case = desk.opened().case
    return [(fact.id, say_fact(fact, desk.vocabulary)) for fact in questions.answers_to(case, "therapy")]


def treatment(desk: Desk, request: Request, filled: Answers, problem: str = "") -> Response:
    """Show the form for one medicine."""
    desk.opened()
    drugs = sorted(
        {name for t in desk.vocabulary.terms["drug"].values() for name in (t.name, *t.brands)}, key=str.lower
    )
    data = questions.interview()
    values = {
        "drugs": drugs,
        "settings": questions.in_words(data.settings),
        "outcomes": questions.in_words(data.outcomes),
        "filled": filled,
    }
    return render(desk, request, "treatment.html.j2", status=422 if problem else 200, problem=problem, **values)


def add_treatment(desk: Desk, request: Request, answers: Answers) -> Response:
    """Add one medicine."""
    try:
        desk.add_treatment(answers)
    except NotAnAnswer as error:
        return treatment(desk, request, answers, str(error))
    return go("/question/therapy")


def remove_treatment(desk: Desk, _: Request, answers: Answers) -> Response:
    """Take back one medicine."""
    desk.remove_treatment(one(answers, "fact"))
    return go("/question/therapy")


# --- everything else -----------------------------------------------------------------------------------------------


def look(_: Desk, __: Request, answers: Answers) -> Response:
    """Keep the text size, the colours and the language in cookies, and go back to where the person was."""
    back = one(answers, "back")
    response = go(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
    for name, allowed in (("size", SIZES), ("theme", THEMES), ("language", LANGUAGES)):
        if (chosen := one(answers, name)) in allowed:
            response.set_cookie(name, chosen, max_age=_A_YEAR, httponly=True, samesite="strict")
    return response


def style(_: Desk, request: Request, __: Answers) -> Response:
    """Send a style sheet."""
    name = request.path_params["name"]
    folder = {"plan.css": PLAN_TEMPLATES, "app.css": STATIC}.get(name)
    if folder is None:
        return Response(status_code=404)
    return Response((folder / name).read_bytes(), media_type="text/css")


# --- routes --------------------------------------------------------------------------------------------------------


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of these pages."""

    async def upload(request: Request) -> Response:
        with language.use(spoken(desk, request)):
            return await add_record(desk, request)

    return [
        page(desk, "/", start),
        page(desk, "/begin", begin, "POST"),
        page(desk, "/bring", bring),
        Route("/bring", upload, methods=["POST"]),
        page(desk, "/record", record),
        page(desk, "/question/next", next_question),
        page(desk, "/question/{id}", question),
        page(desk, "/question/{id}", answer, "POST"),
        page(desk, "/answers", answers_page),
        page(desk, "/treatment", treatment),
        page(desk, "/treatment", add_treatment, "POST"),
        page(desk, "/treatment/remove", remove_treatment, "POST"),
        page(desk, "/look", look, "POST"),
        page(desk, "/static/{name}", style),
    ]


__all__ = ["routes"]
