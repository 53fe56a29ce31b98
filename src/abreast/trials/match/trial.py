"""From one study and one case to a verdict: per part of the study, and for the whole of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from abreast.foundation.dates import PartialDate
from abreast.foundation.language import gettext, mark, ngettext
from abreast.rules import Context, Truth, evaluate
from abreast.rules.words import describe
from abreast.trials.eligibility import CompiledStudy
from abreast.trials.match.criterion import judge_criterion
from abreast.trials.match.prepared import Cohort, Hook, Prepared, prepare
from abreast.trials.match.verdict import CohortVerdict, CriterionVerdict, Label, Standing, TrialVerdict
from abreast.trials.registry import Point, Study, nearest_sites, recruitment, spoken
from abreast.vocabulary.spoken import speaking

_BEST_FIRST: dict[Standing, int] = {"nothing_against": 0, "not_yet": 1, "against": 2}
_QUOTED_AT_MOST = 90
"""Letters of a criterion that the one-line verdict quotes."""


def judge_trial(study: Study, compiled: CompiledStudy, context: Context, origin: Point | None = None) -> TrialVerdict:
    """Return how a study stands for the case on the day of ``context``; ``origin`` is where the person lives."""
    near = nearest_sites(study, origin, context.today, limit=1) if origin else ()
    miles = near[0].distance.miles if near and near[0].distance else None
    return judge_prepared(prepare(study, compiled), context, miles)


def judge_prepared(
    prepared: Prepared,
    context: Context,
    miles: float | None = None,
    known: Sequence[CriterionVerdict | None] = (),
) -> TrialVerdict:
    """Return how a prepared study stands.

    ``miles`` is the way to its nearest site, when it is known; ``known`` holds, at the place of each criterion, the
    verdict on it if that stands already.
    """
    verdicts = tuple(
        [verdict or judge_at(prepared, at, context) for at, verdict in enumerate(known)]
        if known
        else [judge_at(prepared, at, context) for at in range(len(prepared.criteria))]
    )
    parts = sorted((judge_cohort(cohort, verdicts) for cohort in prepared.cohorts), key=_stands)
    best = parts[0]
    met = special(prepared.hooks, context)
    study = prepared.study
    return TrialVerdict(
        nct=study.nct,
        title=study.title,
        standing=best.standing,
        label=label_line(parts),
        not_yet=best.not_yet,
        cohorts=tuple(parts),
        recruitment=recruitment(study, context.today),
        purpose=prepared.purpose,
        about=prepared.about,
        asks_for=tuple(describe(hook.atom, speaking(context.vocabulary)) for hook in met),
        specificity=sum({hook.group: hook.weight for hook in met}.values()),
        phase=study.phase_number,
        miles=miles,
    )


def judge_at(prepared: Prepared, at: int, context: Context) -> CriterionVerdict:
    """Return how the criterion at this place of a study stands for the case."""
    return judge_criterion(prepared.criteria[at], context, "registry" if at < prepared.registry_fields else "text")


def judge_cohort(cohort: Cohort, verdicts: tuple[CriterionVerdict, ...]) -> CohortVerdict:
    """Return how one part stands: one criterion against it is enough, unless time alone will clear all of them."""
    own = tuple([verdicts[at] for at in cohort.criteria])
    counts: dict[Label, int] = {"fits": 0, "against": 0, "unknown": 0, "team": 0}
    for one in own:
        counts[one.label] += 1
    standing: Standing = "nothing_against"
    day: dt.date | None = None
    if counts["against"]:
        days = [one.not_yet for one in own if one.label == "against"]
        clearing = [one for one in days if one is not None]
        standing, day = ("not_yet", max(clearing)) if len(clearing) == len(days) else ("against", None)
    return CohortVerdict(cohort.name, standing, day, own, counts)


def _stands(cohort: CohortVerdict) -> tuple[int, int, int]:
    return _BEST_FIRST[cohort.standing], cohort.counts["against"], cohort.open_points


def special(hooks: tuple[Hook, ...], context: Context) -> tuple[Hook, ...]:
    """Return what a study asks for by name and this person has, the most special first."""
    return tuple(hook for hook in hooks if evaluate(hook.atom, context).truth is Truth.TRUE)


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
