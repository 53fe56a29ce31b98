"""The list of questions to take along: what pressing a button on its page does to it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from abreast.foundation.language import gettext as _
from abreast.outputs.question_list import Ask, asks, proposed
from abreast.plan import Plan
from abreast.web.desk import Desk
from abreast.web.questions import Answers, NotAnAnswer
from abreast.web.store import Questions

OWN = "own-"
"""Ids of the person's own questions begin so; no question of a pack has one with a hyphen."""
LONGEST_QUESTION, LONGEST_ANSWER, MOST_OWN = 500, 5000, 50


def listed(desk: Desk) -> tuple[Ask, ...]:
    """Return the list of the open case.

    Raises:
        NothingOpen: when no case is open.
    """
    kept = desk.opened().notes.questions
    known = {one.id: one.text for one in desk.bench().knowledge.questions}
    return asks(desk.plan(), kept.picked, kept.own, kept.answers, known)


def changed(kept: Questions, plan: Plan, form: Answers) -> Questions:
    """Return the list after a form was sent: notes are kept, what was ticked or typed is added, then it is ordered.

    What is taken off can be put back: its note and an own question's words stay. Fields: ``answer-ID`` (a note),
    ``pick`` (ids to add), ``own`` (a new question), and ``do``: ``up:ID``, ``down:ID`` or ``off:ID``.

    Raises:
        NotAnAnswer: when a text is too long, or there are too many own questions.
    """
    made = noting(kept, form)
    known = {*(one.id for one in plan.questions), *made.own}
    for one in form.get("pick", ()):
        made = picking(made, plan, one) if one in known else made
    for text in form.get("own", ()):
        made = adding(made, plan, text)
    action, _colon, which = (form.get("do") or [""])[0].partition(":")
    return _ACTIONS[action](made, plan, which) if action in _ACTIONS else made


def noting(kept: Questions, form: Answers) -> Questions:
    """Return the list with the notes of a form; an empty note takes an earlier one away.

    Raises:
        NotAnAnswer: when a note is too long.
    """
    answers = dict(kept.answers)
    for name, values in form.items():
        if not name.startswith("answer-"):
            continue
        text = values[0].replace("\r\n", "\n").strip()
        if len(text) > LONGEST_ANSWER:
            raise NotAnAnswer(_("A note can have at most %(count)d letters.") % {"count": LONGEST_ANSWER})
        answers.pop(name.removeprefix("answer-"), None)
        if text:
            answers[name.removeprefix("answer-")] = text
    return msgspec.structs.replace(kept, answers=answers)


def adding(kept: Questions, plan: Plan, text: str) -> Questions:
    """Return the list with a question of one's own at its end; one that is there already is not added twice.

    Raises:
        NotAnAnswer: when it is too long, or there is no room for another.
    """
    text = " ".join(text.split())
    if not text:
        return kept
    if len(text) > LONGEST_QUESTION:
        raise NotAnAnswer(_("A question can have at most %(count)d letters.") % {"count": LONGEST_QUESTION})
    same = next((one.id for one in plan.questions if one.text == text), None)
    same = same or next((name for name, own in kept.own.items() if own == text), None)
    if same:
        return picking(kept, plan, same)
    if len(kept.own) >= MOST_OWN:
        raise NotAnAnswer(_("There is room for %(count)d questions of your own.") % {"count": MOST_OWN})
    number = max((int(name.removeprefix(OWN)) for name in kept.own), default=0) + 1
    made = msgspec.structs.replace(kept, own={**kept.own, f"{OWN}{number}": text})
    return picking(made, plan, f"{OWN}{number}")


def picking(kept: Questions, plan: Plan, which: str) -> Questions:
    """Return the list with a question at its end."""
    order = _order(kept, plan)
    return kept if which in order else msgspec.structs.replace(kept, picked=(*order, which))


def _off(kept: Questions, plan: Plan, which: str) -> Questions:
    return msgspec.structs.replace(kept, picked=tuple(one for one in _order(kept, plan) if one != which))


def _moved(kept: Questions, plan: Plan, which: str, by: int) -> Questions:
    order = list(_order(kept, plan))
    if which not in order:
        return kept
    here = order.index(which)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    return msgspec.structs.replace(kept, picked=tuple(order))


def _order(kept: Questions, plan: Plan) -> tuple[str, ...]:
    return proposed(plan) if kept.picked is None else kept.picked


_ACTIONS: dict[str, Callable[[Questions, Plan, str], Questions]] = {
    "up": lambda kept, plan, which: _moved(kept, plan, which, -1),
    "down": lambda kept, plan, which: _moved(kept, plan, which, 1),
    "off": _off,
}

__all__ = ["LONGEST_ANSWER", "LONGEST_QUESTION", "OWN", "adding", "changed", "listed", "noting", "picking"]
