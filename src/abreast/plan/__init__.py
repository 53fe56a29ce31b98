"""Assembling the plan, and the shape of a plan."""

from abreast.plan.assemble import Reading, TrialInput, all_trials, make_plan, prepare
from abreast.plan.changes import PlanDifference, difference_schema
from abreast.plan.difference import difference, for_comparison
from abreast.plan.model import Plan
from abreast.plan.trials import Matched

__all__ = [
    "Matched",
    "Plan",
    "PlanDifference",
    "Reading",
    "TrialInput",
    "all_trials",
    "difference",
    "difference_schema",
    "for_comparison",
    "make_plan",
    "prepare",
]
