"""Which of many people could enter which of many trials: facts in, verdicts out."""

from abreast.screening.columns import Columns
from abreast.screening.facts import SCHEMA, facts_of
from abreast.screening.kernel import VERDICTS, Trials, compile_trials, criteria_table, screen_facts
from abreast.screening.screen import Problem, Progress, ScreenReport, screen

__all__ = [
    "SCHEMA",
    "VERDICTS",
    "Columns",
    "Problem",
    "Progress",
    "ScreenReport",
    "Trials",
    "compile_trials",
    "criteria_table",
    "facts_of",
    "screen",
    "screen_facts",
]
