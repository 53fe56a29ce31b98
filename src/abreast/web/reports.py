"""What was read from reports in words: pasting one, and the person's yes or no to each thing that was read."""

from __future__ import annotations

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abreast.foundation.errors import InputError
from abreast.foundation.language import gettext as _
from abreast.intake.report.facts import waiting
from abreast.plan.view import plan_fact
from abreast.web.desk import Desk
from abreast.web.frame import go, one, page, render
from abreast.web.questions import Answers


def look(desk: Desk, request: Request, _answers: Answers) -> Response:
    """Show each thing that was read beside the words it came from, report by report."""
    facts = waiting(desk.opened().case.facts)
    reports = [
        (file, [(plan_fact(fact, desk.vocabulary), fact) for fact in found])
        for file, found in groupby(sorted(facts, key=lambda fact: fact.source.file), key=lambda fact: fact.source.file)
    ]
    loaded = desk.opened().loaded
    mentioned = [(plan_fact(fact, desk.vocabulary), fact) for fact in loaded.mentioned]
    return render(desk, request, "reports.html.j2", reports=reports, mentioned=mentioned, reading=loaded.reading)


def looked(desk: Desk, _request: Request, answers: Answers) -> Response:
    """Keep what the person says is right and what is wrong; "all" says yes to all that is not said to be wrong.

    That is all that the reports state: what they only mention needs a yes of its own.
    """
    said = {name.removeprefix("fact "): one(answers, name) for name in answers if name.startswith("fact ")}
    wrong = {fact_id for fact_id, answer in said.items() if answer == "wrong"}
    right = {fact_id for fact_id, answer in said.items() if answer == "right"}
    if one(answers, "all"):
        right |= {fact.id for fact in waiting(desk.opened().case.facts)} - wrong
    desk.look_through(right, wrong)
    return go("/reports" if waiting(desk.opened().case.facts) else "/record")


def paste(desk: Desk, request: Request, _answers: Answers, text: str = "", problem: str = "") -> Response:
    """Show the field for the words of a report."""
    return render(desk, request, "paste.html.j2", status=422 if problem else 200, text=text, problem=problem)


def pasted(desk: Desk, request: Request, answers: Answers) -> Response:
    """Read pasted words into the open case, or into a new one."""
    text = one(answers, "text")
    if not text.strip():
        return paste(desk, request, answers, problem=_("Paste the words of the report into the field."))
    if one(answers, "into") == "new":
        desk.close()
    name = _("pasted on %(day)s") % {"day": desk.now().strftime("%Y-%m-%d %H.%M")} + ".txt"
    try:
        desk.add_uploads([(name, text.encode())])
    except InputError as error:
        return paste(desk, request, answers, text, error.message)
    return go("/reports" if to_look_at(desk) else "/record")


def to_look_at(desk: Desk) -> bool:
    """Return whether something that was read waits for the person: stated by a report, or only mentioned."""
    return bool(waiting(desk.opened().case.facts) or desk.opened().loaded.mentioned)


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of these pages."""
    return [
        page(desk, "/reports", look),
        page(desk, "/reports", looked, "POST"),
        page(desk, "/paste", paste),
        page(desk, "/paste", pasted, "POST"),
    ]


__all__ = ["routes", "to_look_at"]
