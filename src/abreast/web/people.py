"""The pages about the people of this app: the list, opening and closing, notes, what changed, passphrase, deleting.

Everything about a person travels in the bodies of forms; the addresses of these pages hold none of it.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abreast.foundation.errors import InputError
from abreast.foundation.language import gettext as _
from abreast.plan import all_trials
from abreast.session import watching
from abreast.session.vault import FEWEST_CHARACTERS, Locked, WrongPassphrase
from abreast.session.watching import Told
from abreast.web import notebook
from abreast.web.desk import Desk
from abreast.web.frame import go, one, page, render
from abreast.web.questions import Answers, NotAnAnswer
from abreast.web.store import Deleted, Notes

# --- the list, opening and closing ---------------------------------------------------------------------------------


def people(desk: Desk, request: Request, _answers: Answers) -> Response:
    """Show everybody in the folder: when opened last, the next appointment, and how much changed."""
    rows = [
        (saved, count, saved.notes.next_appointment(desk.today()) if saved.notes else None, news_of(desk, saved.name))
        for saved, count in desk.people()
    ]
    return render(desk, request, "people.html.j2", rows=rows, folder=desk.store.folder, case=desk.open)


def news_of(desk: Desk, name: str) -> Told | None:
    """Return what ``abreast watch`` found new about trials for a case, if there is something."""
    told = watching.news(desk.store.path(name))
    return told if told and told.news else None


def read_news(desk: Desk, _request: Request, answers: Answers) -> Response:
    """Keep that the news about the trials of a case were read; what comes later counts from here."""
    name = one(answers, "name")
    if name in {saved.name for saved in desk.store.saved()}:
        watching.seen(desk.store.path(name))
    return go("/" if one(answers, "back") == "start" else "/people")


def open_saved(desk: Desk, request: Request, answers: Answers) -> Response:
    """Open a case of the folder; a locked one asks for its passphrase on a page without an address of its own."""
    name = one(answers, "name")
    passphrase = answers["passphrase"][0] if answers.get("passphrase") else None
    try:
        desk.open_saved(name, passphrase)
    except Locked:
        return _ask(desk, request, name)
    except WrongPassphrase as error:
        return _ask(desk, request, name, error.message)
    return go("/answers")


def _ask(desk: Desk, request: Request, name: str, problem: str = "") -> Response:
    values = {"name": name, "label": desk.store.shown_as(name) or name, "problem": problem}
    return render(desk, request, "unlock.html.j2", status=422 if problem else 200, **values)


def close(desk: Desk, _request: Request, _answers: Answers) -> Response:
    """Close the case; the key of a locked one is forgotten."""
    desk.close()
    return go("/")


# --- this case -----------------------------------------------------------------------------------------------------


def case(desk: Desk, request: Request, _answers: Answers, problem: str = "", at: str = "") -> Response:
    """Show the name, the file and the passphrase of the open case, and how to delete it."""
    now = desk.opened()
    values: dict[str, Any] = {
        "case": now,
        "folder": desk.store.folder,
        "fewest": FEWEST_CHARACTERS,
        "problem": problem,
        "at": at,
        "done": request.query_params.get("done", ""),
    }
    return render(desk, request, "case.html.j2", status=422 if problem else 200, **values)


def rename(desk: Desk, _request: Request, answers: Answers) -> Response:
    """Give the open case another name."""
    desk.rename(one(answers, "label"))
    return go("/case?done=name")


def passphrase(desk: Desk, request: Request, answers: Answers) -> Response:
    """Lock the open case, change its passphrase, or take the lock off."""
    given = [one(answers, name) for name in ("current", "passphrase", "again", "shown-as")]
    current, new, again, shown_as = given
    action = one(answers, "do")
    try:
        if action == "lock" and desk.opened().key is None:
            desk.lock(new, again, shown_as)
        elif action == "change" and desk.opened().key is not None:
            desk.relock(current, new, again, shown_as)
        elif action == "remove" and desk.opened().key is not None:
            desk.unlock(current)
        else:
            return go("/case")
    except WrongPassphrase as error:
        return case(desk, request, {}, error.message, "removing" if action == "remove" else "current")
    except InputError as error:
        return case(desk, request, {}, error.message, "passphrase")
    return go(f"/case?done={action}")


# --- notes and appointments ----------------------------------------------------------------------------------------


def notes(desk: Desk, request: Request, answers: Answers, problem: str = "", at: str = "text") -> Response:
    """Show the notes, the newest first, and the appointments."""
    kept, today = desk.opened().notes, desk.today().isoformat()
    values: dict[str, Any] = {
        "remarks": list(enumerate(kept.remarks))[::-1],
        "coming": [(place, some) for place, some in enumerate(kept.appointments) if some.date >= today],
        "over": [(place, some) for place, some in enumerate(kept.appointments) if some.date < today][::-1],
        "filled": answers,
        "problem": problem,
        "at": at,
    }
    return render(desk, request, "notes.html.j2", status=422 if problem else 200, **values)


def change_notes(desk: Desk, request: Request, answers: Answers) -> Response:
    """Add or remove a note or an appointment."""
    action = one(answers, "do")

    def changed(kept: Notes) -> Notes:
        if action == "note":
            return notebook.adding_remark(kept, answers, desk.today())
        if action == "appointment":
            return notebook.adding_appointment(kept, answers)
        if action == "remove-note":
            return notebook.removing_remark(kept, answers)
        if action == "remove-appointment":
            return notebook.removing_appointment(kept, answers)
        return kept

    try:
        desk.keep_notes(changed)
    except NotAnAnswer as error:
        return notes(desk, request, answers, str(error), "when" if action == "appointment" else "text")
    return go("/notes")


# --- what changed --------------------------------------------------------------------------------------------------


def changes(desk: Desk, request: Request, _answers: Answers) -> Response:
    """Show what changed since the plan was shown in the sitting before."""
    found = desk.changes()
    values: dict[str, Any] = {"shown": "", "found": None}
    if found is not None:
        values = {"shown": found[0], "found": found[1]}
    plan = desk.plan()
    values["listed"] = {trial.nct for trial in all_trials(plan)}
    values["options"] = {option.id for option in plan.options}
    return render(desk, request, "changes.html.j2", **values)


def begin_anew(desk: Desk, _request: Request, _answers: Answers) -> Response:
    """Take what changed as seen: later changes are told from here."""
    desk.begin_anew()
    return go("/changes")


# --- deleting ------------------------------------------------------------------------------------------------------


def delete(desk: Desk, request: Request, answers: Answers) -> Response:
    """Delete a case with everything of it, after asking once more."""
    name = one(answers, "name")
    files = desk.store.files(name)
    if one(answers, "sure") != "yes":
        saved = next(some for some in desk.store.saved() if some.name == name)
        values: dict[str, Any] = {"name": name, "label": saved.label, "files": files, "folder": desk.store.folder}
        return render(desk, request, "delete.html.j2", **values)
    return _deleted(desk, request, desk.delete(name))


def delete_all(desk: Desk, request: Request, answers: Answers) -> Response:
    """Delete everything about everybody, after asking once more."""
    if one(answers, "sure") != "yes":
        return render(desk, request, "delete_all.html.j2", saved=desk.store.saved(), folder=desk.store.folder)
    response = _deleted(desk, request, desk.delete_all())
    for name in ("size", "theme", "language"):
        response.delete_cookie(name)
    return response


def _deleted(desk: Desk, request: Request, deleted: Deleted) -> Response:
    return render(desk, request, "deleted.html.j2", deleted=deleted, folder=desk.store.folder, title=_("Deleted"))


# --- routes --------------------------------------------------------------------------------------------------------


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of these pages."""
    return [
        page(desk, "/people", people),
        page(desk, "/people/news", read_news, "POST"),
        page(desk, "/open", open_saved, "POST"),
        page(desk, "/close", close, "POST"),
        page(desk, "/case", case),
        page(desk, "/case/name", rename, "POST"),
        page(desk, "/case/passphrase", passphrase, "POST"),
        page(desk, "/notes", notes),
        page(desk, "/notes", change_notes, "POST"),
        page(desk, "/changes", changes),
        page(desk, "/changes", begin_anew, "POST"),
        page(desk, "/delete", delete, "POST"),
        page(desk, "/delete/all", delete_all, "POST"),
    ]


__all__ = ["news_of", "routes"]
