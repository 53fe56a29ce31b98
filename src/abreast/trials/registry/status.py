"""Whether a study takes new people, as far as its record can say so today.

A registry's status is a claim with a date. ClinicalTrials.gov shows the status of a study as *unknown* when the study
was recruiting, not yet recruiting, or active and not recruiting, and has not confirmed that within the past two years
(its glossary, "Last verified date" and "Unknown": https://clinicaltrials.gov/ct2/help/glossary/last-verified-date,
https://clinicaltrials.gov/ct2/help/glossary/unknown; read 2026-11-21). A copy on disk grows old after it was taken, so
abreast applies that rule itself, every day anew, and two more that follow from having a copy: a study whose planned end
has come since it last confirmed its status is not taken to be recruiting still, and a record converted from the
registry's former format is never taken to be.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal

import msgspec

from abreast.foundation.dates import PartialDate, shift
from abreast.foundation.language import gettext as _
from abreast.trials.registry.study import Site, Study

State = Literal["open", "opening_soon", "closed", "stale", "unknown"]

OPEN_STATUSES = ("RECRUITING", "NOT_YET_RECRUITING", "AVAILABLE")
"""The registry's codes for a study that takes people, or will."""

CONFIRMED_WITHIN_YEARS = 2
"""A claim to be recruiting counts for this long after it was last confirmed: the registry's own limit."""

_OPEN = {"RECRUITING": "recruiting", "AVAILABLE": "available outside a trial (expanded access)"}
_SOON = {"NOT_YET_RECRUITING": "not yet recruiting"}
_CLOSED = {
    "ACTIVE_NOT_RECRUITING": "under way and takes no new people",
    "COMPLETED": "completed",
    "ENROLLING_BY_INVITATION": "open only to people whom the study invites itself",
    "SUSPENDED": "paused; it may start again",
    "TERMINATED": "stopped early",
    "WITHDRAWN": "withdrawn before anyone joined",
    "NO_LONGER_AVAILABLE": "no longer available",
    "TEMPORARILY_NOT_AVAILABLE": "not available for now",
    "APPROVED_FOR_MARKETING": "closed because the treatment was approved",
}


class Recruitment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What can be said today about whether a study takes new people.

    Attributes:
        state: ``open``; ``opening_soon`` (announced, not yet recruiting); ``closed``; ``stale`` (the record says open,
            and is too old to be believed); ``unknown``.
        because: the reason, in a sentence for the person.
        confirmed: when the study last confirmed its status, as far as the record says.
        caution: something that makes an open status doubtful, or empty.
    """

    state: State
    because: str
    confirmed: PartialDate | None = None
    caution: str = ""


def is_open(study: Study, today: dt.date) -> bool:
    """Whether the study may be shown as recruiting today; a study that will open later is not."""
    return recruitment(study, today).state == "open"


def recruitment(study: Study, today: dt.date) -> Recruitment:
    """Return what the study's record lets one say today. ``today`` is the day for which the plan is made."""
    state, because, caution = _judge(study, today)
    return Recruitment(state, because, study.confirmed, caution)


def _judge(study: Study, today: dt.date) -> tuple[State, str, str]:
    status, confirmed = study.status, study.confirmed
    if gone := study.copy.gone:
        return "closed", _("The registry no longer lists this study (asked %(when)s).") % {"when": _when(gone)}, ""
    if status in _CLOSED:
        return "closed", f"The registry lists this study as {_CLOSED[status]}.", ""
    claim = _OPEN.get(status) or _SOON.get(status)
    if not claim:
        return "unknown", _unknown(study), ""
    if study.copy.converted:
        taken = f" of {spoken(study.copy.taken)}" if study.copy.taken else ""
        return "stale", f"This is an old copy{taken}. It said “{claim}” then; that may have changed long ago.", ""
    if confirmed is None:
        return "unknown", f"The record says “{claim}” but not when that was last confirmed.", ""
    if confirmed.earliest < shift(today, -CONFIRMED_WITHIN_YEARS, "years"):
        because = f"The record says “{claim}”, but this was last confirmed {_when(confirmed)}."
        return "stale", f"{because} That is too long ago to rely on.", ""
    end = study.completion
    if end and confirmed.latest < end.earliest and end.latest < today:
        because = f"The record said “{claim}” {_when(confirmed)}."
        return "stale", f"{because} The study planned to end {_when(end)}, and that has passed.", ""
    sentence = f"The registry lists this study as {claim} (confirmed {_when(confirmed)})."
    return ("open" if status in _OPEN else "opening_soon"), sentence, _caution(study, confirmed, today)


def _unknown(study: Study) -> str:
    if study.status in {"UNKNOWN", ""} and study.last_known_status:
        was = study.last_known_status.lower().replace("_", " ")
        return f"The registry does not know whether this study still runs. It was last known as “{was}”."
    if study.status in {"UNKNOWN", ""}:
        return "The record does not say whether this study takes new people."
    return f"The record gives a status that is not understood: “{study.status}”."


def _caution(study: Study, confirmed: PartialDate, today: dt.date) -> str:
    planned = study.primary_completion
    if planned and confirmed.latest < planned.earliest and planned.latest < today:
        return f"It planned to finish its main part {_when(planned)}. Ask whether it still takes new people."
    if study.status in _SOON and study.start and study.start.latest < today:
        return f"It planned to start {_when(study.start)} and may be open by now. Ask."
    return ""


def takes_people(site: Site, study: Study, today: dt.date) -> bool | None:
    """Whether one site of a study takes people today; `None` when the study is open and the site's state not given."""
    if not is_open(study, today):
        return False
    return site.status in _OPEN if site.status else None


def spoken(date: PartialDate) -> str:
    """Return a date as a person would write it: ``2024``, ``March 2024`` or ``March 9, 2024``."""
    if date.month is None:
        return str(date.year)
    month = calendar.month_name[date.month]
    return f"{month} {date.year}" if date.day is None else f"{month} {date.day}, {date.year}"


def _when(date: PartialDate) -> str:
    return f"{'on' if date.day else 'in'} {spoken(date)}"
