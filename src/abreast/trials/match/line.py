"""The one line that says how a study stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from abreast.foundation.dates import PartialDate
from abreast.foundation.language import gettext, mark, ngettext
from abreast.trials.registry import spoken

if TYPE_CHECKING:
    from abreast.trials.match.verdict import CohortVerdict, CriterionVerdict

_QUOTED_AT_MOST = 90
"""Letters of a criterion that the one-line verdict quotes."""


def label_line(parts: Sequence[CohortVerdict]) -> str:
    """Return the honest line about the part of a study that stands best, which is the first one."""
    cohort = parts[0]
    others = [part.cohort for part in parts[1:]]
    own = cohort.cohort
    of_part = " " + gettext("(outside %(part)s)") % {"part": others[0]} if others else ""
    if own:
        pattern = mark("(%(part)s)") if own.casefold().startswith(("for ", "in ")) else mark("(for %(part)s)")
        of_part = " " + gettext(pattern) % {"part": own}
    if cohort.standing == "against":
        return gettext("against: %(criterion)s") % {"criterion": _quoted(cohort)} + of_part
    if cohort.not_yet is not None:
        return gettext("not yet: from %(day)s") % {"day": spoken(PartialDate.of(cohort.not_yet))} + of_part
    if not any(one.source == "text" for part in parts for one in part.criteria):
        return gettext("its record gives no criteria; ask the study")
    read = sum(1 for one in cohort.criteria if one.source == "text" and (one.label == "fits" or one.missing))
    unread = sum(1 for one in cohort.labelled("unknown") if _only_unread(one))
    confirm, team = cohort.counts["unknown"] - unread, cohort.counts["team"]
    points = (
        _count(confirm, ngettext("%(num)d thing to confirm", "%(num)d things to confirm", confirm)),
        _count(unread, ngettext("%(num)d not understood", "%(num)d not understood", unread)),
        _count(team, ngettext("%(num)d for the trial team", "%(num)d for the trial team", team)),
    )
    open_points = ", ".join(point for point in points if point)
    if unread and read == unread:
        return gettext("could not be judged: %(points)s") % {"points": open_points} + of_part
    if open_points:
        return gettext("nothing against it; %(points)s") % {"points": open_points} + of_part
    return gettext("nothing against it") + of_part


def _only_unread(verdict: CriterionVerdict) -> bool:
    return all(missing.why in ("unread", "team") for missing in verdict.missing)


def _count(number: int, said: str) -> str:
    return said % {"num": number} if number else ""


def _quoted(cohort: CohortVerdict) -> str:
    against = [one for one in cohort.labelled("against") if one.not_yet is None]
    words = " ".join(against[0].criterion.text.split())
    if len(words) > _QUOTED_AT_MOST:
        words = words[: _QUOTED_AT_MOST - 1].rsplit(" ", 1)[0] + " …"
    rest = cohort.counts["against"] - 1
    if not rest:
        return f"“{words}”"
    return ngettext("“%(words)s” and %(num)d more", "“%(words)s” and %(num)d more", rest) % {
        "words": words,
        "num": rest,
    }
