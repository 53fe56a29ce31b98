"""The notes and appointments of one person, as forms send them: pure changes of what is kept beside the case."""

from __future__ import annotations

import datetime as dt

import msgspec

from abreast.foundation.language import gettext as _
from abreast.session.keeping import Appointment, Notes, Remark
from abreast.web.questions import Answers, NotAnAnswer

LONGEST_NOTE, LONGEST_WHAT, MOST = 5000, 200, 500

_TIMES = ("%H:%M", "%H.%M", "%I:%M %p", "%I %p", "%I:%M%p", "%I%p")


def adding_remark(notes: Notes, answers: Answers, today: dt.date) -> Notes:
    """Return the notes with one more, of today. Field: ``text``.

    Raises:
        NotAnAnswer: when there is no text, or too much.
    """
    text = _one(answers, "text").replace("\r\n", "\n").strip()
    if not text:
        raise NotAnAnswer(_("Write something first."))
    if len(text) > LONGEST_NOTE:
        raise NotAnAnswer(_("A note can have at most %(count)d letters.") % {"count": LONGEST_NOTE})
    if len(notes.remarks) >= MOST:
        raise NotAnAnswer(_("There is room for %(count)d notes. Remove some first.") % {"count": MOST})
    return msgspec.structs.replace(notes, remarks=(*notes.remarks, Remark(today.isoformat(), text)))


def removing_remark(notes: Notes, answers: Answers) -> Notes:
    """Return the notes without one. Field: ``which``, its place from 0; a place that there is not changes nothing."""
    which = _one(answers, "which")
    return msgspec.structs.replace(
        notes, remarks=tuple(one for place, one in enumerate(notes.remarks) if str(place) != which)
    )


def adding_appointment(notes: Notes, answers: Answers) -> Notes:
    """Return the notes with one more appointment.

    Fields: ``when-month``, ``when-day``, ``when-year``, ``time``, ``what``.

    Raises:
        NotAnAnswer: when the day or the time of day is none, or the text is too long.
    """
    what = " ".join(_one(answers, "what").split())
    if len(what) > LONGEST_WHAT:
        raise NotAnAnswer(_("Say it in at most %(count)d letters.") % {"count": LONGEST_WHAT})
    if len(notes.appointments) >= MOST:
        raise NotAnAnswer(_("There is room for %(count)d appointments. Remove some first.") % {"count": MOST})
    made = Appointment(_day(answers).isoformat(), _time(_one(answers, "time")), what)
    kept = {*notes.appointments, made}
    ordered = tuple(sorted(kept, key=lambda one: (one.date, one.time, one.what)))
    return msgspec.structs.replace(notes, appointments=ordered)


def removing_appointment(notes: Notes, answers: Answers) -> Notes:
    """Return the notes without one appointment. Field: ``which``, its place from 0."""
    which = _one(answers, "which")
    return msgspec.structs.replace(
        notes, appointments=tuple(one for place, one in enumerate(notes.appointments) if str(place) != which)
    )


def _day(answers: Answers) -> dt.date:
    try:
        year, month, day = (int(_one(answers, f"when-{part}")) for part in ("year", "month", "day"))
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        raise NotAnAnswer(_("Give the day of the appointment with month, day and year: 11 24 2026.")) from None


def _time(text: str) -> str:
    """Return a time of day as ``14:30``; nothing for nothing."""
    text = " ".join(text.upper().replace("P.M.", "PM").replace("A.M.", "AM").split())
    if not text:
        return ""
    for shape in _TIMES:
        try:
            return dt.datetime.strptime(text, shape).strftime("%H:%M")
        except ValueError:
            continue
    raise NotAnAnswer(_("Give the time as 2:30 pm or 14:30, or leave it out."))


def _one(answers: Answers, name: str) -> str:
    values = answers.get(name, [])
    return values[0].strip() if values else ""


__all__ = ["adding_appointment", "adding_remark", "removing_appointment", "removing_remark"]
