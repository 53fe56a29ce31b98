"""Cases and plans for tests that ask nothing about trials."""

from __future__ import annotations

import datetime as dt
from importlib import resources

from abreast.case import Case, Fact
from abreast.intake.files import read_file
from abreast.knowledge import load_knowledge
from abreast.plan import Matched, Plan, TrialInput, make_plan, prepare
from abreast.trials.match import Ranked
from abreast.vocabulary import Vocabulary

TODAY = dt.date(2026, 11, 21)
SAMPLE = "app_TrialMatching_Patient02.json"
_NO_TRIALS = TrialInput(Matched(Ranked((), (), ()), {}, "2026-07-30", "No trials."), {})


def sample_facts(vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """Return the facts of the sample record that ships."""
    content = resources.files("abreast.intake").joinpath("samples", SAMPLE).read_bytes()
    return read_file(content, SAMPLE, vocabulary).facts


def plan_without_trials(case: Case) -> Plan:
    """Return the plan of a case against a registry that holds no trial."""
    return make_plan(prepare(case, load_knowledge(case.vocabulary), TODAY), _NO_TRIALS)
