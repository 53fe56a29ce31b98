"""Assembling the plan, and the shape of a plan."""

from abreast.plan.assemble import Reading, TrialInput, all_trials, make_plan, prepare
from abreast.plan.model import Plan
from abreast.plan.trials import Matched

__all__ = ["Matched", "Plan", "Reading", "TrialInput", "all_trials", "make_plan", "prepare"]
