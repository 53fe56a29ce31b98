"""Every document that can be made of a case: its file, what it is for, and how it is made. Surfaces offer these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from abreast.foundation.language import mark
from abreast.outputs.calendar import Visit, calendar_ics
from abreast.outputs.documents.packet import Attachment, cover_letter, write_packet
from abreast.outputs.documents.papers import Press
from abreast.outputs.fhir import case_fhir, plan_fhir


@dataclass(frozen=True)
class Wishes:
    """What a person may choose.

    ``questions`` are ids of the plan's questions or own words, in order; without them all are on the sheet.
    ``answers`` are what was noted, by the same ids or words. ``letter`` is the cover letter as edited. ``person`` tells
    the calendars of several people apart.
    """

    questions: tuple[str, ...] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    discreet: bool = True
    visits: tuple[Visit, ...] = ()
    letter: str = ""
    attachments: tuple[Attachment, ...] = ()
    person: str = ""


Maker = Callable[[Press, Wishes, BinaryIO], Sequence[str]]
"""Writes a document to a stream; returns a sentence for everything that could not go into it."""


@dataclass(frozen=True)
class Kind:
    """One kind of document. ``file`` tells nothing of the person; ``title`` and ``purpose`` are translated when shown.

    ``purpose`` is one sentence.
    """

    id: str
    file: str
    media: str
    title: str
    purpose: str
    write: Maker


def _bytes(make: Callable[[Press, Wishes], bytes]) -> Maker:
    """Return what writes a document that is made in one piece."""

    def write(press: Press, wishes: Wishes, stream: BinaryIO) -> Sequence[str]:
        stream.write(make(press, wishes))
        return ()

    return write


def _letter(press: Press, wishes: Wishes) -> bytes:
    return (wishes.letter or cover_letter(press.plan)).encode()


def _packet(press: Press, wishes: Wishes, stream: BinaryIO) -> Sequence[str]:
    return write_packet(press, stream, letter=wishes.letter, attachments=wishes.attachments)


def _calendar(press: Press, wishes: Wishes) -> bytes:
    return calendar_ics(press.plan, discreet=wishes.discreet, person=wishes.person, visits=wishes.visits)


_PDF, _FHIR = "application/pdf", "application/fhir+json"

KINDS: tuple[Kind, ...] = (
    Kind(
        "summary",
        "summary.pdf",
        _PDF,
        mark("One page"),
        mark("What you have, what to ask for and when to call, on one page for your bag or the fridge."),
        _bytes(lambda press, _: press.summary()),
    ),
    Kind(
        "questions",
        "questions.pdf",
        _PDF,
        mark("Question sheet"),
        mark("Your questions for the next visit, with what you noted and lines to write on."),
        _bytes(lambda press, wishes: press.questions(wishes.questions, wishes.answers)),
    ),
    Kind(
        "plan",
        "plan.pdf",
        _PDF,
        mark("The whole plan"),
        mark("Everything, with reasons and sources, to read in peace or to print."),
        _bytes(lambda press, _: press.whole()),
    ),
    Kind(
        "clinician",
        "clinician.pdf",
        _PDF,
        mark("For your care team"),
        mark("Your record in the words and codes that doctors and nurses use."),
        _bytes(lambda press, _: press.clinician()),
    ),
    Kind(
        "letter",
        "cover-letter.txt",
        "text/plain; charset=utf-8",
        mark("Letter for a second opinion"),
        mark("A letter to change as you like; fill in what stands in brackets."),
        _bytes(_letter),
    ),
    Kind(
        "packet",
        "second-opinion.pdf",
        _PDF,
        mark("Packet for a second opinion"),
        mark("Letter, summary, timeline, a list of what to ask for, and your own reports behind it, in one file."),
        _packet,
    ),
    Kind(
        "calendar",
        "calendar.ics",
        "text/calendar; charset=utf-8",
        mark("Calendar"),
        mark("Reminders for your calendar: whom to call, what to ask, when to look at the plan again."),
        _bytes(_calendar),
    ),
    Kind(
        "case-fhir",
        "case-fhir.json",
        _FHIR,
        mark("Your record for another program"),
        mark("Your case as FHIR (mCODE), which hospitals and trial finders can read, and abreast reads back."),
        _bytes(lambda press, _: case_fhir(press.case, press.day)),
    ),
    Kind(
        "plan-fhir",
        "plan-fhir.json",
        _FHIR,
        mark("The plan for another program"),
        mark("The plan as a FHIR document, for the system of a hospital."),
        _bytes(lambda press, _: plan_fhir(press.plan, press.case)),
    ),
)
"""All documents, those that most people want first."""


def kinds(names: Sequence[str] = ()) -> tuple[Kind, ...]:
    """Return the kinds of these names, all when there are none; a name that is unknown raises :class:`KeyError`."""
    by_name = {one.id: one for one in KINDS}
    return tuple(by_name[name] for name in names) if names else KINDS


__all__ = ["KINDS", "Kind", "Wishes", "kinds"]
