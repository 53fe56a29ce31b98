"""From what the record says to what follows from it: the derived facts of a case."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from abreast.case import Case
from abreast.disease.apply import apply
from abreast.disease.course import (
    onset_facts,
    relapse_facts,
    resistance_facts,
    setting_facts,
    surgery_facts,
    untreated,
    with_lines,
)
from abreast.disease.derivations import load_knowledge
from abreast.disease.measures import age_facts, bmi_facts, kidney_facts, performance_facts
from abreast.disease.retest import retest_facts
from abreast.disease.stage import stage_facts


def derive(case: Case, today: dt.date) -> Case:
    """Return the case with all that follows from its facts on that day, each as a fact whose source is the rule.

    Nothing stated is changed or left out. What cannot be worked out for certain is not added. Deriving again gives the
    same case: facts that were derived before are worked out anew.
    """
    knowledge = load_knowledge()
    case = without_derived(case)
    case = case.adding(age_facts(case, today))
    case = apply(knowledge.blocks["person"], case, today)
    case = case.adding(bmi_facts(case))
    case = case.adding(kidney_facts(case, knowledge))
    case = apply(knowledge.blocks["function"], case, today)
    case = case.adding(performance_facts(case, knowledge))
    case = apply(knowledge.blocks["receptors"], case, today)
    case = case.adding(stage_facts(case, knowledge, today))
    case = apply(knowledge.blocks["extent"], case, today)
    case = case.adding(onset_facts(case, knowledge))
    case = case.adding(setting_facts(case, knowledge))
    case = with_lines(case, knowledge, today)
    case = case.adding(resistance_facts(case, knowledge, today))
    case = case.adding(retest_facts(case, knowledge))
    case = apply(knowledge.blocks["course"], case, today)
    case = case.adding(surgery_facts(case), tuple(untreated(case)))
    return case.adding(relapse_facts(case))


def without_derived(case: Case) -> Case:
    """Return the case with nothing but what was stated."""
    facts = tuple(fact for fact in case.facts if fact.source.kind != "derived")
    complete = tuple(one for one in case.complete if one.source.kind != "derived")
    return replace(case, facts=facts, complete=complete)


__all__ = ["derive", "without_derived"]
