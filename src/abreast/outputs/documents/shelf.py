"""Every document that can be made of a case: its file, what it is for, and how it is made. Surfaces offer these."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abreast.foundation.language import mark
from abreast.outputs.documents.packet import Attachment
from abreast.outputs.documents.papers import Press

if TYPE_CHECKING:
    from abreast.outputs.calendar import Visit


@dataclass(frozen=True)
class Wishes:
    """What a person may choose.

    ``questions`` are ids of the plan's questions or own words, in order; without them all are on the sheet. ``letter``
    is the cover letter as edited. ``person`` tells the calendars of several people apart.
    """

    questions: tuple[str, ...] | None = None
    discreet: bool = True
    visits: tuple[Visit, ...] = ()
    letter: str = ""
    attachments: tuple[Attachment, ...] = ()
    person: str = ""


@dataclass(frozen=True)
class Made:
    """A document, and a sentence for everything that could not go into it."""

    content: bytes
    left_out: tuple[str, ...] = ()


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
    make: Callable[[Press, Wishes], Made]


def _summary(press: Press, _: Wishes) -> Made:
    return Made(press.summary())


def _questions(press: Press, wishes: Wishes) -> Made:
    return Made(press.questions(wishes.questions))


def _plan(press: Press, _: Wishes) -> Made:
    return Made(press.whole())


def _clinician(press: Press, _: Wishes) -> Made:
    return Made(press.clinician())


def _letter(press: Press, wishes: Wishes) -> Made:
    from abreast.outputs.documents.packet import cover_letter

    return Made((wishes.letter or cover_letter(press.plan)).encode())


def _packet(press: Press, wishes: Wishes) -> Made:
    from abreast.outputs.documents.packet import write_packet

    stream = io.BytesIO()
    left_out = write_packet(press, stream, letter=wishes.letter, attachments=wishes.attachments)
    return Made(stream.getvalue(), tuple(left_out))


def _calendar(press: Press, wishes: Wishes) -> Made:
    from abreast.outputs.calendar import calendar_ics

    return Made(calendar_ics(press.plan, discreet=wishes.discreet, person=wishes.person, visits=wishes.visits))


def _case(press: Press, _: Wishes) -> Made:
    from abreast.outputs.fhir import case_fhir

    return Made(case_fhir(press.case, press.day))


def _plan_fhir(press: Press, _: Wishes) -> Made:
    from abreast.outputs.fhir import plan_fhir

    return Made(plan_fhir(press.plan, press.case))


_PDF, _FHIR = "application/pdf", "application/fhir+json"

KINDS: tuple[Kind, ...] = (
    Kind(
        "summary",
        "summary.pdf",
        _PDF,
        mark("One page"),
        mark("What you have, what to ask for and when to call, on one page for your bag or the fridge."),
        _summary,
    ),
    Kind(
        "questions",
        "questions.pdf",
        _PDF,
        mark("Question sheet"),
        mark("Your questions for the next visit, with lines to write the answers on."),
        _questions,
    ),
    Kind(
        "plan",
        "plan.pdf",
        _PDF,
        mark("The whole plan"),
        mark("Everything, with reasons and sources, to read in peace or to print."),
        _plan,
    ),
    Kind(
        "clinician",
        "clinician.pdf",
        _PDF,
        mark("For your care team"),
        mark("Your record in the words and codes that doctors and nurses use."),
        _clinician,
    ),
    Kind(
        "letter",
        "cover-letter.txt",
        "text/plain; charset=utf-8",
        mark("Letter for a second opinion"),
        mark("A letter to change as you like; fill in what stands in brackets."),
        _letter,
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
        _calendar,
    ),
    Kind(
        "case-fhir",
        "case-fhir.json",
        _FHIR,
        mark("Your record for another program"),
        mark("Your case as FHIR (mCODE), which hospitals and trial finders can read, and abreast reads back."),
        _case,
    ),
    Kind(
        "plan-fhir",
        "plan-fhir.json",
        _FHIR,
        mark("The plan for another program"),
        mark("The plan as a FHIR document, for the system of a hospital."),
        _plan_fhir,
    ),
)
"""All documents, those that most people want first."""


def kinds(names: Sequence[str] = ()) -> tuple[Kind, ...]:
    """Return the kinds of these names, all when there are none; a name that is unknown raises :class:`KeyError`."""
    by_name = {one.id: one for one in KINDS}
    return tuple(by_name[name] for name in names) if names else KINDS


__all__ = ["KINDS", "Kind", "Made", "Wishes", "kinds"]
