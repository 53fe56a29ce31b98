"""The page to ask a question on: the written answer that fits, or the word that there is none. Nothing is made up.

What is asked is never part of an address, and it is kept nowhere unless the person puts it on the list of questions.
"""

from __future__ import annotations

import threading
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abreast.foundation.language import gettext as _
from abreast.knowledge import AnswerEntry, GlossaryEntry, Knowledge, Reference, load_knowledge
from abreast.knowledge.ask import Asker, Reply
from abreast.vocabulary import load_vocabulary
from abreast.web.desk import Desk
from abreast.web.frame import missing, one, page, render
from abreast.web.questions import Answers

LONGEST = 300


class Answerer:
    """Looks up written answers in the language of now; one question at a time."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._lock = threading.Lock()
        self._askers: dict[str, Asker] = {}

    def ask(self, question: str, knowledge: Knowledge) -> Reply:
        """Return what is found for a question."""
        with self._lock:
            if knowledge.language not in self._askers:
                self._askers[knowledge.language] = Asker(knowledge)
            return self._askers[knowledge.language].ask(question)


def ask(answerer: Answerer, desk: Desk, request: Request, form: Answers) -> Response:
    """Show the field for a question, and what is found for the one that was sent."""
    question = " ".join(one(form, "question").split())[:LONGEST]
    knowledge = load_knowledge(load_vocabulary())
    reply = answerer.ask(question, knowledge) if question else None
    shown = reply.best.entry if reply and reply.best else None
    return _page(desk, request, knowledge, question=question, reply=reply, shown=shown)


def answer(desk: Desk, request: Request, _form: Answers) -> Response:
    """Show one written answer."""
    knowledge = load_knowledge(load_vocabulary())
    found = next((entry for entry in knowledge.answers if entry.id == request.path_params["id"]), None)
    if found is None:
        return missing(desk, request)
    return _page(desk, request, knowledge, question="", reply=None, shown=found)


def _page(desk: Desk, request: Request, knowledge: Knowledge, **values: Any) -> Response:
    shown: AnswerEntry | GlossaryEntry | None = values["shown"]
    values |= {
        "title": _("Ask a question"),
        "answers": sorted(knowledge.answers, key=lambda entry: entry.question.casefold()),
        "words": len(knowledge.glossary),
        "states": knowledge.states,
        "is_answer": isinstance(shown, AnswerEntry),
        "sources": _sources(shown, knowledge) if shown else [],
        "overdue": shown is not None and shown.review_due < desk.today().isoformat(),
    }
    return render(desk, request, "ask.html.j2", **values)


def _sources(entry: AnswerEntry | GlossaryEntry, knowledge: Knowledge) -> list[Reference]:
    statements = entry.answer if isinstance(entry, AnswerEntry) else (entry.definition,)
    ids = dict.fromkeys((*(name for one in statements for name in one.sources), *entry.sources))
    return [knowledge.references[name] for name in ids if name in knowledge.references]


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of these pages."""
    answerer = Answerer()

    def asked(desk: Desk, request: Request, form: Answers) -> Response:
        return ask(answerer, desk, request, form)

    return [page(desk, "/ask", asked), page(desk, "/ask", asked, "POST"), page(desk, "/ask/{id}", answer)]


__all__ = ["Answerer", "routes"]
