"""A plan as calendar entries (iCalendar, RFC 5545): what to arrange, what to ask about, when to look again.

Who else sees the calendar decides what may stand in it. ``discreet`` entries hold no medical fact at all, neither in
the line that a shared calendar shows nor behind it: they point to the plan. Entries are all-day and without a time
zone, so that they stay on their day wherever the person travels. Only a visit has a time. It is written in UTC, which
every calendar shows as the time of where one is: the tables of time zones that a file can carry are read differently
by different calendars.

Days are proposals: one appointment to arrange on each working day after the plan was made, the most pressing first.
The day from which a trial opens is the plan's.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from abreast.foundation.errors import InputError
from abreast.foundation.language import gettext as _
from abreast.plan.model import Plan, PlanTest

if TYPE_CHECKING:
    import icalendar

NAMESPACE = uuid.UUID("6f2b6c0e-58c3-5d0c-9a52-6b3c2ac2ab57")
"""What the ids of entries are made in: the same entry of the same case always has the same id."""

REVIEW_WEEKS, REVIEWS = 4, 6
"""How often one is reminded to look at the plan again, and how many times."""

ASK_AFTER = {"emergency": 0, "now": 0, "soon": 7, "routine": 28}
"""Days after the plan at which tests of an urgency are worth asking about."""


@dataclass(frozen=True)
class Visit:
    """An appointment that stands: a day, or a moment in UTC."""

    when: dt.date
    what: str


@dataclass(frozen=True)
class Entry:
    """One entry of the calendar. ``key`` is what its id is made from."""

    key: str
    when: dt.date
    summary: str
    details: str = ""
    repeat: dict[str, Any] = field(default_factory=dict)


def calendar_ics(plan: Plan, *, discreet: bool = True, person: str = "", visits: Sequence[Visit] = ()) -> bytes:
    """Return the calendar of a plan in the language of now.

    ``person`` tells the cases of several people apart, so that their entries do not replace one another; it goes into
    ids only, and cannot be read from them.
    """
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//abreast//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for entry in (*entries(plan, discreet=discreet), *_visits(visits, discreet=discreet)):
        calendar.add_component(_event(entry, plan, person))
    return bytes(calendar.to_ical())


def _event(entry: Entry, plan: Plan, person: str) -> icalendar.Event:
    import icalendar

    made = dt.date.fromisoformat(plan.made)
    event = icalendar.Event()
    event.add("uid", str(uuid.uuid5(NAMESPACE, f"{person}/{entry.key}")))
    event.add("dtstamp", dt.datetime(made.year, made.month, made.day, tzinfo=dt.UTC))
    event.add("sequence", made.toordinal())  # a later plan's entry replaces the earlier one's
    event.add("dtstart", entry.when)
    if isinstance(entry.when, dt.datetime):
        event.add("dtend", entry.when + dt.timedelta(hours=1))
    else:
        event.add("dtend", entry.when + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # a reminder does not make the day busy
    event.add("class", "PRIVATE")
    event.add("summary", entry.summary)
    if entry.details:
        event.add("description", entry.details)
    if entry.repeat:
        event.add("rrule", entry.repeat)
    return event


# --- what goes in --------------------------------------------------------------------------------------------------


def entries(plan: Plan, *, discreet: bool = True) -> Iterator[Entry]:
    """Yield the entries of a plan, in the order of its sections."""
    yield from _appointments(plan, discreet)
    yield from _tests(plan, discreet)
    yield from _openings(plan, discreet)
    first = dt.date.fromisoformat(plan.made) + dt.timedelta(weeks=REVIEW_WEEKS)
    words = _("Look at your plan again: is anything new? Make it anew with new results and a newer list of trials.")
    yield Entry(
        "review",
        first,
        _("Look at the plan again"),
        _("Open your plan and bring it up to date.") if discreet else words,
        {"freq": "weekly", "interval": REVIEW_WEEKS, "count": REVIEWS},
    )


def _appointments(plan: Plan, discreet: bool) -> Iterator[Entry]:
    day = dt.date.fromisoformat(plan.made)
    for number, one in enumerate(plan.appointments, 1):
        day = working_day_after(day)
        if discreet:
            yield Entry(
                f"appointment/{one.id}",
                day,
                _("Make an appointment (%(number)d)") % {"number": number},
                _("Number %(number)d under “Whom to see” in your plan.") % {"number": number},
            )
        else:
            bring = _("Bring: %(things)s.") % {"things": "; ".join(one.bring)} if one.bring else ""
            details = "\n".join(part for part in (one.why, one.timing, bring) if part)
            summary = _("Make an appointment: %(who)s") % {"who": one.name}
            yield Entry(f"appointment/{one.id}", day, summary, details)


def _tests(plan: Plan, discreet: bool) -> Iterator[Entry]:
    made = dt.date.fromisoformat(plan.made)
    groups: dict[str, list[tuple[int, PlanTest]]] = {}
    for number, one in enumerate(plan.tests, 1):
        groups.setdefault(one.urgency, []).append((number, one))
    for urgency, some in groups.items():
        day = working_day_after(made + dt.timedelta(days=ASK_AFTER[urgency]))
        if discreet:
            numbers = ", ".join(str(number) for number, _one in some)
            details = _("Numbers %(numbers)s under “Tests to ask about” in your plan.") % {"numbers": numbers}
            yield Entry(f"tests/{urgency}", day, _("Questions to ask"), details)
        else:
            details = "\n".join(f"{one.name}: {one.question}" for _number, one in some)
            yield Entry(f"tests/{urgency}", day, _("Ask about tests"), details)


def _openings(plan: Plan, discreet: bool) -> Iterator[Entry]:
    trials = plan.trials
    for one in (*trials.treatment, *trials.supportive, *trials.observational):
        if not one.not_yet or one.not_yet < plan.made:
            continue
        day = dt.date.fromisoformat(one.not_yet)
        if discreet:
            yield Entry(f"opens/{one.nct}", day, _("A date from the plan"), _("Your plan names this day: look in it."))
        else:
            words = _("From today on, a waiting time no longer stands against this trial. Only its team can say more.")
            details = "\n".join(part for part in (one.title, words, one.contact) if part)
            yield Entry(f"opens/{one.nct}", day, _("Ask about trial %(nct)s") % {"nct": one.nct}, details)


def _visits(visits: Sequence[Visit], *, discreet: bool) -> Iterator[Entry]:
    for visit in visits:
        summary = _("Appointment") if discreet or not visit.what else visit.what
        yield Entry(f"visit/{visit.when.isoformat()}", visit.when, summary)


def working_day_after(day: dt.date) -> dt.date:
    """Return the next day from Monday to Friday; holidays are not known here."""
    following = day + dt.timedelta(days=1)
    while following.weekday() > 4:
        following += dt.timedelta(days=1)
    return following


def read_visit(text: str, zone: str = "") -> Visit:
    """Read ``2026-12-03``, ``2026-12-03 14:30`` or either with words behind it.

    Without a zone, a moment is one of this machine's time zone.

    Raises:
        InputError: when it does not begin with a day, or the zone is not one of the IANA time zones.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    parts = text.strip().split(maxsplit=2)
    try:
        day = dt.date.fromisoformat(parts[0]) if parts else None
    except ValueError:
        day = None
    if day is None:
        raise InputError(
            _("expected a day such as 2026-12-03 or 2026-12-03 14:30 at the start of %(text)s") % {"text": repr(text)}
        )
    try:
        time = dt.time.fromisoformat(parts[1]) if len(parts) > 1 and ":" in parts[1] else None
    except ValueError:
        raise InputError(_("expected a time such as 14:30, found %(found)s") % {"found": repr(parts[1])}) from None
    if time is None:
        return Visit(day, " ".join(parts[1:]))
    moment = dt.datetime.combine(day, time.replace(tzinfo=None))
    try:
        local = moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment.astimezone()
    except (ZoneInfoNotFoundError, ValueError, OSError):  # not there; a path such as /etc; a folder such as America
        raise InputError(
            _("there is no time zone %(zone)s; expected a name such as America/Chicago") % {"zone": repr(zone)}
        ) from None
    return Visit(local.astimezone(dt.UTC), " ".join(parts[2:]))


__all__ = ["Entry", "Visit", "calendar_ics", "entries", "read_visit", "working_day_after"]
