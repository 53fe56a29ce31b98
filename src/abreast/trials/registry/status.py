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

import datetime as dt
from typing import Literal

import msgspec

from abreast.foundation.dates import PartialDate, shift
from abreast.foundation.language import gettext as _
from abreast.foundation.language import mark, pgettext, say_iso
from abreast.trials.registry.study import Site, Study

State = Literal["open", "opening_soon", "closed", "stale", "unknown"]

OPEN_STATUSES = ("RECRUITING", "NOT_YET_RECRUITING", "AVAILABLE")
"""The registry's codes for a study that takes people, or will."""

CONFIRMED_WITHIN_YEARS = 2
"""A claim to be recruiting counts for this long after it was last confirmed: the registry's own limit."""

_OPEN = {"RECRUITING": mark("recruiting"), "AVAILABLE": mark("available outside a trial (expanded access)")}
_SOON = {"NOT_YET_RECRUITING": mark("not yet recruiting")}
_CLOSED = {
    "ACTIVE_NOT_RECRUITING": mark("under way and takes no new people"),
    "COMPLETED": mark("completed"),
    "ENROLLING_BY_INVITATION": mark("open only to people whom the study invites itself"),
    "SUSPENDED": mark("paused; it may start again"),
    "TERMINATED": mark("stopped early"),
    "WITHDRAWN": mark("withdrawn before anyone joined"),
    "NO_LONGER_AVAILABLE": mark("no longer available"),
    "TEMPORARILY_NOT_AVAILABLE": mark("not available for now"),
    "APPROVED_FOR_MARKETING": mark("closed because the treatment was approved"),
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
        return "closed", _("The registry lists this study as %(status)s.") % {"status": _(_CLOSED[status])}, ""
    known = _OPEN.get(status) or _SOON.get(status)
    if not known:
        return "unknown", _unknown(study), ""
    claim = _(known)
    if study.copy.converted:
        values = {"claim": claim, "day": spoken(study.copy.taken) if study.copy.taken else ""}
        if study.copy.taken:
            old = _("This is an old copy of %(day)s. It said “%(claim)s” then; that may have changed long ago.")
        else:
            old = _("This is an old copy. It said “%(claim)s” then; that may have changed long ago.")
        return "stale", old % values, ""
    if confirmed is None:
        return "unknown", _("The record says “%(claim)s” but not when that was last confirmed.") % {"claim": claim}, ""
    if confirmed.earliest < shift(today, -CONFIRMED_WITHIN_YEARS, "years"):
        because = _(
            "The record says “%(claim)s”, but this was last confirmed %(when)s. That is too long ago to rely on."
        )
        return "stale", because % {"claim": claim, "when": _when(confirmed)}, ""
    end = study.completion
    if end and confirmed.latest < end.earliest and end.latest < today:
        because = _("The record said “%(claim)s” %(when)s. The study planned to end %(end)s, and that has passed.")
        return "stale", because % {"claim": claim, "when": _when(confirmed), "end": _when(end)}, ""
    sentence = _("The registry lists this study as %(status)s (confirmed %(when)s).") % {
        "status": claim,
        "when": _when(confirmed),
    }
    return ("open" if status in _OPEN else "opening_soon"), sentence, _caution(study, confirmed, today)


def _unknown(study: Study) -> str:
    if study.status in {"UNKNOWN", ""} and study.last_known_status:
        was = study.last_known_status.lower().replace("_", " ")
        told = _("The registry does not know whether this study still runs. It was last known as “%(status)s”.")
        return told % {"status": was}
    if study.status in {"UNKNOWN", ""}:
        return _("The record does not say whether this study takes new people.")
    return _("The record gives a status that is not understood: “%(status)s”.") % {"status": study.status}


def _caution(study: Study, confirmed: PartialDate, today: dt.date) -> str:
    planned = study.primary_completion
    if planned and confirmed.latest < planned.earliest and planned.latest < today:
        told = _("It planned to finish its main part %(when)s. Ask whether it still takes new people.")
        return told % {"when": _when(planned)}
    if study.status in _SOON and study.start and study.start.latest < today:
        return _("It planned to start %(when)s and may be open by now. Ask.") % {"when": _when(study.start)}
    return ""


def takes_people(site: Site, study: Study, today: dt.date) -> bool | None:
    """Whether one site of a study takes people today; `None` when the study is open and the site's state not given."""
    if not is_open(study, today):
        return False
    return site.status in _OPEN if site.status else None


def spoken(date: PartialDate) -> str:
    """Return a date as a person would write it: ``2024``, ``March 2024`` or ``9 March 2024``."""
    return say_iso(str(date))


def _when(date: PartialDate) -> str:
    pattern = pgettext("a day", "on %(day)s") if date.day else pgettext("a month or a year", "in %(day)s")
    return pattern % {"day": spoken(date)}
