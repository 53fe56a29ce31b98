"""From one study and one case to a verdict: per part of the study, and for the whole of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from abreast.rules import Context, Expression, Truth, evaluate
from abreast.rules.words import describe
from abreast.trials.eligibility import CompiledStudy
from abreast.trials.match.criterion import judge_criterion
from abreast.trials.match.prepared import Cohort, Hook, Prepared, prepare
from abreast.trials.match.verdict import CohortVerdict, CriterionVerdict, Label, Standing, TrialVerdict
from abreast.trials.registry import Point, Recruitment, Study, nearest_sites, recruitment
from abreast.vocabulary import Vocabulary
from abreast.vocabulary.spoken import speaking

_LABELS: tuple[Label, ...] = ("fits", "against", "unknown", "team")
_TRUE = Truth.TRUE
_BEST_FIRST: dict[Standing, int] = {"nothing_against": 0, "not_yet": 1, "against": 2}


def judge_trial(study: Study, compiled: CompiledStudy, context: Context, origin: Point | None = None) -> TrialVerdict:
    """Return how a study stands for the case on the day of ``context``; ``origin`` is where the person lives."""
    near = nearest_sites(study, origin, context.today, limit=1) if origin else ()
    miles = near[0].distance.miles if near and near[0].distance else None
    return judge_prepared(prepare(study, compiled), context, miles)


def judge_prepared(
    prepared: Prepared,
    context: Context,
    miles: float | None = None,
) -> TrialVerdict:
    """Return how a prepared study stands; ``miles`` is the way to its nearest site, when it is known."""
    verdicts = [judge_at(prepared, at, context) for at in range(len(prepared.criteria))]
    return summed_up(prepared, verdicts, context, recruitment(prepared.study, context.today), miles)


def summed_up(
    prepared: Prepared,
    verdicts: Sequence[CriterionVerdict],
    context: Context,
    state: Recruitment,
    miles: float | None,
) -> TrialVerdict:
    """Return how a study stands whose criteria are judged, each at its place, and whose recruitment is known."""
    parts = sorted([judge_cohort(cohort, verdicts) for cohort in prepared.cohorts], key=_stands)
    best = parts[0]
    met = special(prepared.hooks, context)
    words = speaking(context.vocabulary) if met else context.vocabulary
    study = prepared.study
    return TrialVerdict(
        nct=study.nct,
        title=study.title,
        standing=best.standing,
        not_yet=best.not_yet,
        cohorts=tuple(parts),
        recruitment=state,
        purpose=prepared.purpose,
        about=prepared.about,
        asks_for=tuple([_in_words(hook.atom, words) for hook in met]),
        specificity=sum({hook.group: hook.weight for hook in met}.values()),
        phase=study.phase_number,
        miles=miles,
    )


def judge_at(prepared: Prepared, at: int, context: Context) -> CriterionVerdict:
    """Return how the criterion at this place of a study stands for the case."""
    return judge_criterion(prepared.criteria[at], context, prepared.source(at))


def judge_cohort(cohort: Cohort, verdicts: Sequence[CriterionVerdict]) -> CohortVerdict:
    """Return how one part stands: one criterion against it is enough, unless time alone will clear all of them."""
    own = tuple([verdicts[at] for at in cohort.criteria])
    labels = [one.label for one in own]
    counts: dict[Label, int] = {label: labels.count(label) for label in _LABELS}
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
    return tuple([hook for hook in hooks if evaluate(hook.atom, context).truth is _TRUE])


@lru_cache(maxsize=4096)
def _in_words(atom: Expression, vocabulary: Vocabulary) -> str:
    """Return what is asked for in the words of a vocabulary, which is another one in each language."""
    return describe(atom, vocabulary)
