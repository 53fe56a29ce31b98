"""Matching: how a person's case stands against the criteria of studies, and why."""

from abreast.trials.match.compiled import Matcher, compile_registry, load_matcher
from abreast.trials.match.criterion import joined, judge_criterion, required
from abreast.trials.match.deciding import Decider, what_would_decide
from abreast.trials.match.prepared import Prepared, prepare, text_criteria
from abreast.trials.match.ranking import Ranked, rank
from abreast.trials.match.trial import judge_prepared, judge_trial
from abreast.trials.match.verdict import CohortVerdict, CriterionVerdict, Label, Standing, TrialVerdict

__all__ = [
    "CohortVerdict",
    "CriterionVerdict",
    "Decider",
    "Label",
    "Matcher",
    "Prepared",
    "Ranked",
    "Standing",
    "TrialVerdict",
    "compile_registry",
    "joined",
    "judge_criterion",
    "judge_prepared",
    "judge_trial",
    "load_matcher",
    "prepare",
    "rank",
    "required",
    "text_criteria",
    "what_would_decide",
]
