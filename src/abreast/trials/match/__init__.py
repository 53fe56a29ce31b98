"""Matching: how a person's case stands against the criteria of studies, and why."""

from abreast.trials.match.criterion import joined, judge_criterion, required
from abreast.trials.match.prepared import Prepared, prepare
from abreast.trials.match.trial import judge_prepared, judge_trial
from abreast.trials.match.verdict import CohortVerdict, CriterionVerdict, Label, Standing, TrialVerdict

__all__ = [
    "CohortVerdict",
    "CriterionVerdict",
    "Label",
    "Prepared",
    "Standing",
    "TrialVerdict",
    "joined",
    "judge_criterion",
    "judge_prepared",
    "judge_trial",
    "prepare",
    "required",
]
