"""The page of documents: each with one sentence of what it is for, to be downloaded; the packet with own reports."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abreast.foundation import language
from abreast.foundation.errors import AbreastError
from abreast.foundation.language import gettext
from abreast.outputs.calendar import Visit
from abreast.outputs.documents.packet import Attachment, cover_letter
from abreast.outputs.documents.papers import Press
from abreast.outputs.documents.shelf import KINDS, Kind, Wishes
from abreast.outputs.documents.typeset import PAPERS, Paper
from abreast.web import question_list
from abreast.web.desk import Desk, NothingOpen
from abreast.web.frame import go, missing, one, page, sorry, spoken
from abreast.web.plan_frame import render_plan
from abreast.web.questions import Answers

PACKET = next(kind for kind in KINDS if kind.id == "packet")
LETTER = 20_000
"""Letters that a cover letter may have; a page has about 3,000."""


@dataclass(frozen=True)
class _Made:
    """A document, and a sentence for everything that could not go into it."""

    content: bytes
    left_out: tuple[str, ...]


@dataclass
class _Tray:
    """The packet made last, until another is made: it is kept in memory only, and given to the case it was made for."""

    case: str = ""
    made: _Made | None = None
    letter: str = ""

    def empty(self) -> None:
        """Let go of the packet: the case it was made of was closed or deleted."""
        self.case, self.made, self.letter = "", None, ""

    def of(self, desk: Desk) -> _Made | None:
        """Return the packet of the open case."""
        return self.made if self.case == desk.opened().name else None


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of the documents. They stand before ``/plan/{section}``."""
    tray = _Tray()
    desk.when_closed(tray.empty)

    def shown(desk: Desk, request: Request, _: Answers) -> Response:
        return documents(desk, request, tray)

    def sent(desk: Desk, request: Request, _: Answers) -> Response:
        return send(desk, request, tray)

    async def packed(request: Request) -> Response:
        return await make_packet(desk, request, tray)

    return [
        page(desk, "/plan/documents", shown),
        Route("/plan/documents/packet", packed, methods=["POST"]),
        page(desk, "/plan/documents/{file}", sent),
    ]


def documents(desk: Desk, request: Request, tray: _Tray, problem: str = "") -> Response:
    """Show all documents, and the form for the packet."""
    plan, made = desk.plan(), tray.of(desk)
    return render_plan(
        desk,
        request,
        "documents.html.j2",
        plan,
        status=422 if problem else 200,
        title=gettext("Documents"),
        kinds=[kind for kind in KINDS if kind.id not in ("packet", "letter")],
        letter=(tray.letter if made else "") or cover_letter(plan),
        packet=made,
        paper=_paper(request),
        papers=PAPERS,
        problem=problem,
    )


def send(desk: Desk, request: Request, tray: _Tray) -> Response:
    """Send a document. Its name says nothing about the person."""
    name = request.path_params["file"]
    kind = next((one for one in KINDS if one.file == name), None)
    if kind is None:
        return missing(desk, request)
    if kind is PACKET:
        made = tray.of(desk)
        if made is None:
            return go("/plan/documents#packet")
        return _file(kind, made)
    asked = _questions(desk)
    wishes = Wishes(
        questions=tuple(asked),
        answers=asked,
        discreet=request.query_params.get("tell") != "yes",
        person=desk.opened().name,
        visits=_visits(desk),
    )
    return _file(kind, _make(kind, _press(desk, request), wishes))


def _visits(desk: Desk) -> tuple[Visit, ...]:
    """Return the appointments that are still to come, from the page of notes."""
    coming = (one for one in desk.opened().notes.appointments if one.date >= desk.today().isoformat())
    return tuple(Visit(one.when(), one.what or gettext("Appointment")) for one in coming)


def _make(kind: Kind, press: Press, wishes: Wishes) -> _Made:
    stream = io.BytesIO()
    left_out = kind.write(press, wishes, stream)
    return _Made(stream.getvalue(), tuple(left_out))


def _file(kind: Kind, made: _Made) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{kind.file}"'}
    return Response(made.content, media_type=kind.media, headers=headers)


def _press(desk: Desk, request: Request) -> Press:
    return Press(desk.plan(), desk.opened().case, _paper(request))


def _paper(request: Request) -> Paper:
    wish = request.query_params.get("paper", "")
    return next((paper for paper in PAPERS if paper == wish), PAPERS[0])


def _questions(desk: Desk) -> dict[str, str]:
    """Return the list of the person with the answers noted: by id where the plan has the question, else by words."""
    of_plan = {one.id for one in desk.plan().questions}
    return {ask.id if ask.id in of_plan else ask.text: ask.answer for ask in question_list.listed(desk)}


async def make_packet(desk: Desk, request: Request, tray: _Tray) -> Response:
    """Make the packet of a letter and uploaded reports; then show the page with what became of them."""
    async with request.form(max_files=200, max_fields=10) as form:
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        uploads = [Attachment(PurePath(str(file.filename)).name, file.file) for file in files]
        answers = {name: [str(value)] for name, value in form.multi_items() if isinstance(value, str)}
        with language.use(spoken(desk, request)):
            return await run_in_threadpool(_pack, desk, request, tray, uploads, answers)


def _pack(desk: Desk, request: Request, tray: _Tray, uploads: list[Attachment], answers: Answers) -> Response:
    letter = one(answers, "letter")[:LETTER]
    paper = next((paper for paper in PAPERS if paper == one(answers, "paper")), PAPERS[0])
    try:
        press = Press(desk.plan(), desk.opened().case, paper)
        ordered = tuple(sorted(uploads, key=lambda upload: _natural(upload.name)))
        tray.made = _make(PACKET, press, Wishes(letter=letter, attachments=ordered))
    except NothingOpen:
        return go("/")
    except AbreastError as error:
        return sorry(desk, request, str(error), 500)
    tray.case, tray.letter = desk.opened().name, letter
    return go("/plan/documents#packet")


def _natural(name: str) -> list[Any]:
    """Return what names are ordered by: "2 scan" stands before "10 scan"."""
    return [(1, int(part), "") if part.isdigit() else (0, 0, part.lower()) for part in re.split(r"(\d+)", name) if part]


__all__ = ["routes"]
