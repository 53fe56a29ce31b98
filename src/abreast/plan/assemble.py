"""The plan as a pure function: ``case + knowledge + registry + today -> plan``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from abreast import __version__
from abreast.case import Case
from abreast.case.doubts import doubts
from abreast.disease import derive
from abreast.foundation.errors import InputError
from abreast.foundation.language import current, gettext, mark, say_month
from abreast.knowledge import Knowledge
from abreast.plan import entries, have
from abreast.plan.centres import centres
from abreast.plan.find_out import find_out_next
from abreast.plan.model import NotUnderstood, Plan, PlanReference, PlanTrial, Trials
from abreast.plan.spots import spots
from abreast.plan.trials import Matched, trials
from abreast.plan.view import View, plan_fact
from abreast.rules import Context, Missing
from abreast.trials.registry.places import Point, locate_zip

NOTICE = mark(
    "abreast informs and prepares; it does not prescribe. It can be wrong, and it knows only what your record says. "
    "Talk about everything here with your care team: they decide with you."
)
NOT_FOR_US = ("not_advanced", "not_breast")


@dataclass(frozen=True)
class TrialInput:
    """What matching a case against the registry gave, and how many trials wait for each missing fact."""

    matched: Matched
    waiting: Mapping[Missing, int]


@dataclass(frozen=True)
class Reading:
    """What reading the person's files left over: parts that were not used, and problems met."""

    not_understood: tuple[NotUnderstood, ...] = ()
    problems: tuple[str, ...] = ()


def prepare(case: Case, knowledge: Knowledge, today: dt.date) -> View:
    """Return the case with its derived facts, on that day: what matching and planning both start from."""
    derived = derive(case, today)
    return View(derived, knowledge, today, Context(derived, today))


def make_plan(view: View, trial_input: TrialInput, reading: Reading | None = None) -> Plan:
    """Return the plan. Pure: the same case, knowledge, registry and day give the same plan."""
    reading = reading or Reading()
    scope = have.scope(view)
    for_us = scope.status not in NOT_FOR_US
    place, place_problem = _place(view.case)
    options = entries.options(view) if for_us else ()
    trial_part = trials(view, trial_input.matched, place)
    if not for_us:
        trial_part = _without_trials(trial_part)
    waiting_trials = _by_attribute(view, trial_input.waiting) if for_us else {}
    waiting_options = entries.waiting_options(view, options)
    warnings_now, warnings = entries.warnings(view)
    tests = entries.tests(view, waiting_options, waiting_trials) if for_us else ()
    plan = Plan(
        abreast=__version__,
        language=current(),
        translations=_translations(view.knowledge),
        made=view.today.isoformat(),
        knowledge_as_of=knowledge_as_of(view.knowledge),
        notice=gettext(NOTICE),
        label=view.case.label,
        scope=scope,
        warnings_now=warnings_now,
        have=have.what_you_have(view),
        conflicts=have.conflicts(view),
        find_out_next=find_out_next(view, options, trial_input.waiting) if for_us else (),
        tests=tests,
        options=entries.near(view, options),
        trials=trial_part,
        second_opinion=entries.advice(view, view.knowledge.second_opinion),
        centres=centres(view, place),
        appointments=entries.appointments(view) if for_us else (),
        questions=entries.questions(view) if for_us else (),
        warnings=warnings,
        support=entries.support(view),
        relatives=entries.advice(view, view.knowledge.relatives) if for_us else (),
        glossary={},
        timeline=have.timeline(view),
        spots=spots(view),
        facts={fact.id: plan_fact(fact, view.vocabulary) for fact in view.case.facts},
        sources={},
        not_understood=reading.not_understood,
        problems=(*reading.problems, *_problems(view, place_problem)),
        complete=tuple(sorted({one.list for one in view.case.complete})),
    )
    return _finish(view, plan)


def _translations(knowledge: Knowledge) -> dict[str, Literal["english", "unreviewed"]]:
    """Return how entries that are not translated and reviewed stand; a word of the glossary goes by its term."""
    terms = {f"glossary/{entry.id}": f"glossary/{entry.term}" for entry in knowledge.glossary}
    return {
        terms.get(key, key): "unreviewed" if state == "unreviewed" else "english"
        for key, state in knowledge.states.items()
        if state != "reviewed"
    }


def _problems(view: View, place: str) -> Iterable[str]:
    if place:
        yield place
    for doubt in doubts(view.case, view.today):
        yield gettext("Please check: %(doubt)s") % {"doubt": doubt}


def origin(case: Case) -> Point | None:
    """Return where the person is, from the ZIP code of the case, or ``None``."""
    return _place(case)[0]


def _place(case: Case) -> tuple[Point | None, str]:
    zip_code = case.read("zip").value
    if not isinstance(zip_code, str):
        return None, ""
    try:
        return locate_zip(zip_code), ""
    except InputError as error:
        return None, str(error)


def _without_trials(part: Trials) -> Trials:
    return msgspec.structs.replace(
        part, treatment=(), supportive=(), observational=(), open_now=0, ruled_out=0, standings=()
    )


def _by_attribute(view: View, waiting: Mapping[Missing, int]) -> dict[str, int]:
    """Return, for each attribute, how many trials wait for it or for what is derived from it."""
    counts: dict[str, int] = {}
    for missing, count in waiting.items():
        known = view.vocabulary.attributes.get(missing.attribute)
        for name in {missing.attribute, *(known.asked_by if known else ())}:
            counts[name] = counts.get(name, 0) + count
    return counts


def knowledge_as_of(knowledge: Knowledge) -> str:
    """Return the month up to which the packs were looked through, in words; else that of their newest reference.

    A single newer reference does not make the whole newer, so what the packs declare comes first.
    """
    newest = knowledge.as_of or max((ref.date for ref in knowledge.references.values()), default="")
    if len(newest) < 7:
        return newest
    return say_month(dt.date(int(newest[:4]), int(newest[5:7]), 1))


def _finish(view: View, plan: Plan) -> Plan:
    return msgspec.structs.replace(plan, sources=_sources(view, plan), glossary=_glossary(view.knowledge, plan))


def _sources(view: View, plan: Plan) -> dict[str, PlanReference]:
    cited = (name for fact in plan.facts.values() for name in fact.origin.citations)
    sources = {}
    for name in dict.fromkeys((*view.used_sources, *cited)):
        ref = view.knowledge.references.get(name)
        if ref is None:
            continue
        sources[name] = PlanReference(
            id=name,
            title=ref.title,
            publisher=ref.publisher,
            date=ref.date,
            checked=ref.checked,
            url=ref.url or (f"https://pubmed.ncbi.nlm.nih.gov/{ref.pmid}/" if ref.pmid else ""),
            seen=ref.seen,
        )
    for trial in all_trials(plan):
        sources[f"nct:{trial.nct}"] = PlanReference(
            id=f"nct:{trial.nct}",
            title=f"ClinicalTrials.gov record {trial.nct}",
            publisher="US National Library of Medicine",
            date=trial.last_update,
            checked=plan.trials.registry_date,
            url=f"https://clinicaltrials.gov/study/{trial.nct}",
            seen="full",
        )
    return sources


def all_trials(plan: Plan) -> Iterable[PlanTrial]:
    """Yield the trials of all three lists."""
    yield from plan.trials.treatment
    yield from plan.trials.supportive
    yield from plan.trials.observational


def _glossary(knowledge: Knowledge, plan: Plan) -> dict[str, str]:
    """Return the words of the glossary that the plan uses."""
    text = " ".join(_words(plan)).casefold()
    used: dict[str, str] = {}
    for entry in knowledge.glossary:
        names = (entry.term, *entry.synonyms)
        if any(_stands_in(name.casefold(), text) for name in names):
            used[entry.term] = entry.definition.text
    return dict(sorted(used.items(), key=lambda item: item[0].casefold()))


def _stands_in(name: str, text: str) -> bool:
    """Whether a text has a name as a word of its own; most names are nowhere in it, which is quick to tell."""
    return name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _words(plan: Plan) -> Iterable[str]:
    yield from (line.text for line in plan.have.sentences)
    yield from (fact.says for fact in plan.facts.values())
    for option in plan.options:
        yield from (option.name, option.plain_name, option.why, option.question)
        yield from (caution.text for caution in option.cautions)
    for test in plan.tests:
        yield from (test.name, test.why, test.what_it_is_like)
    yield from (question.text for question in plan.questions)
    yield from (warning.text for warning in plan.warnings)


__all__ = ["NOTICE", "Reading", "TrialInput", "all_trials", "knowledge_as_of", "make_plan", "prepare"]
