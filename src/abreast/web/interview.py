"""Which question comes next: whose record it is, the short path, then disagreements, then what decides most.

The order after the short path is the plan's (:attr:`Plan.find_out_next`); this module only leaves out what was asked
already and turns what is left into a question that a form can put.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from abreast.case import Case, Fact
from abreast.disease import derive
from abreast.foundation.errors import Place
from abreast.foundation.language import gettext
from abreast.plan import Plan
from abreast.plan.model import FindOut
from abreast.rules import Context, Has, Missing, Truth, evaluate, parse_rule
from abreast.rules.words import question_for
from abreast.vocabulary import Vocabulary
from abreast.vocabulary.spoken import speaking
from abreast.web.questions import Question, Step, interview, of_attribute, of_rule, of_step
from abreast.web.store import Asked, Notes

CONFLICT = "conflict-"
"""The ids of questions that put a disagreement as a choice begin so, followed by the attribute."""

_IDENTITY = ("birth_date", "sex")
"""Where sources disagree on these, one of them may be about somebody else: all that follows waits for the answer."""


@dataclass(frozen=True)
class Next:
    """The question to put now, and what it decides; ``short_path`` is the place in the short path, from 1."""

    question: Question
    decides: str = ""
    short_path: int = 0


# --- the short path ------------------------------------------------------------------------------------------------


def short_path(case: Case, notes: Notes, today: dt.date) -> Iterator[Next]:
    """Yield the questions of the short path that are still to be put.

    What a record already says is never asked, nor what surely does not concern the person.
    """
    derived = derive(case, today)
    context = Context(derived, today)
    for number, step in enumerate(interview().short_path, start=1):
        if notes.find(step.attribute) or _known(derived, step.attribute) or _left_out(step, context):
            continue
        yield Next(of_step(step, case.vocabulary), short_path=number)


def _known(case: Case, attribute: str) -> bool:
    known = case.vocabulary.attribute(attribute)
    if known.shape == "list":
        return bool(case.about(attribute)) or case.is_complete(attribute) is not None
    if attribute == "birth_date" and case.read("age").facts:
        return True
    return bool(case.read(attribute).facts)


def _left_out(step: Step, context: Context) -> bool:
    if not step.unless:
        return False
    rule = parse_rule(step.unless, context.case.vocabulary, Place("interview.yaml", step.attribute))
    return evaluate(rule, context).truth is Truth.TRUE


# --- disagreements -------------------------------------------------------------------------------------------------


def disagreements(case: Case, notes: Notes, today: dt.date) -> Iterator[Next]:
    """Yield a choice for each thing of which the sources say different things, and that the person has not settled.

    What follows from facts that disagree themselves is left out: it may settle itself when they are settled.
    """
    derived = derive(case, today)
    disagreeing = {reading.attribute for reading in derived.conflicts}
    for reading in derived.conflicts:
        behind = {one.attribute for fact in reading.facts for one in basis(derived, fact)}
        if notes.find(CONFLICT + reading.attribute) or (behind - {reading.attribute}) & disagreeing:
            continue
        yield Next(about_conflict(reading.attribute, case.vocabulary))


def whose(case: Case, notes: Notes, today: dt.date) -> Iterator[Next]:
    """Yield the disagreements that may mean that the records are of two people."""
    return (one for one in disagreements(case, notes, today) if one.question.attribute in _IDENTITY)


def about_conflict(attribute: str, vocabulary: Vocabulary) -> Question:
    """Return the question which of several sources is right."""
    why = (
        gettext(
            "One of your records may be about another person. If it is, open a new case, and bring only the files that "
            "are about you."
        )
        if attribute in _IDENTITY
        else gettext(
            "Your plan can depend on which one is right. Both stay in your case; your choice says which counts."
        )
    )
    name = speaking(vocabulary).attribute(attribute).name
    return Question(
        id=CONFLICT + attribute,
        title=gettext("Your records say different things about this: %(name)s. Which one is right?") % {"name": name},
        attribute=attribute,
        form="choice",
        why=why,
        where=gettext(
            "If you are not sure, press “I do not know”. The plan then shows both, and you can ask your team."
        ),
    )


def basis(case: Case, fact: Fact) -> tuple[Fact, ...]:
    """Return what a fact was worked out from, all the way down to what was stated; nothing for a stated one."""
    found: dict[str, Fact] = {}
    queue = list(fact.source.facts)
    while queue:
        here = queue.pop()
        if here not in found:
            found[here] = case.fact(here)
            queue.extend(found[here].source.facts)
    return tuple(found.values())


def sides(case: Case, attribute: str, today: dt.date) -> tuple[tuple[Fact, tuple[Fact, ...]], ...]:
    """Return the facts about an attribute among which the person can choose, each with what was stated behind it."""
    derived = derive(case, today)
    return tuple(
        (fact, tuple(one for one in basis(derived, fact) if one.source.kind != "derived"))
        for fact in derived.about(attribute)
        if fact.certainty == "certain" and not fact.absent
    )


# --- what decides most ---------------------------------------------------------------------------------------------


def deciding(case: Case, notes: Notes, plan: Plan, today: dt.date) -> Iterator[Next]:
    """Yield the open questions of the plan that were not put yet, the one that decides most first."""
    seen: set[str] = set()
    derived = derive(case, today)
    for found in plan.find_out_next:
        question = of_open_point(found, derived)
        if question is None or question.id in seen or notes.find(question.id):
            continue
        seen.add(question.id)
        yield Next(question, decides=found.why)


def of_open_point(found: FindOut, case: Case) -> Question | None:
    """Return the question that would settle an open point, or ``None`` when a form cannot put it."""
    vocabulary = case.vocabulary
    if found.rule and (made := of_rule(found.question, found.rule, vocabulary)) is not None:
        return made
    return _for_attribute(found.attribute, case)


def _for_attribute(attribute: str, case: Case, depth: int = 0) -> Question | None:
    vocabulary = case.vocabulary
    known = vocabulary.attribute(attribute)
    step = next((one for one in interview().short_path if one.attribute == attribute), None)
    asked_before = bool(case.read(attribute).facts) if known.shape == "one" else False
    if step and not asked_before:
        return of_step(step, vocabulary)
    for name in known.asked_by if depth < 3 else ():
        other = vocabulary.attribute(name)
        if name != attribute and not (other.shape == "one" and case.read(name).facts):
            return _for_attribute(name, case, depth + 1)
    if known.derived or known.shape == "list" or asked_before:
        return None
    return of_attribute(attribute, vocabulary)


# --- together ------------------------------------------------------------------------------------------------------


def again(question_id: str, case: Case, notes: Notes, plan: Callable[[], Plan], today: dt.date) -> Question | None:
    """Return a question by its id: one that was put, or one that may be put now."""
    asked = notes.find(question_id) or Asked(question_id, "", question_id)
    if (known := put_before(asked, case.vocabulary, only_known=notes.find(question_id) is None)) is not None:
        return known
    return next((one.question for one in deciding(case, notes, plan(), today) if one.question.id == question_id), None)


def _asking(rule: str, vocabulary: Vocabulary) -> str:
    """Return the question that a rule about a list puts, in the language of now, or nothing."""
    node = parse_rule(rule, vocabulary, Place("question"))
    return (
        question_for(Missing(node.list, "unknown", node.where), speaking(vocabulary)) if isinstance(node, Has) else ""
    )


def put_before(asked: Asked, vocabulary: Vocabulary, *, only_known: bool = False) -> Question | None:
    """Return a question that was put before; with ``only_known``, only one that every case can have."""
    for step in interview().short_path:
        if step.attribute == asked.id:
            return of_step(step, vocabulary)
    if asked.id.startswith(CONFLICT):
        attribute = asked.id.removeprefix(CONFLICT)
        return about_conflict(attribute, vocabulary) if attribute in vocabulary.attributes else None
    if only_known:
        return None
    if asked.rule:
        return of_rule(_asking(asked.rule, vocabulary) or asked.title, asked.rule, vocabulary)
    return of_attribute(asked.attribute, vocabulary) if asked.attribute in vocabulary.attributes else None


__all__ = [
    "CONFLICT",
    "Next",
    "about_conflict",
    "again",
    "basis",
    "deciding",
    "disagreements",
    "of_open_point",
    "put_before",
    "short_path",
    "sides",
    "whose",
]
