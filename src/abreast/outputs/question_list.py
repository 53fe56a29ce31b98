"""The questions that a person takes along: picked from those of the plan, own ones among them, in the order chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from abreast.plan.model import Because, Plan, PlanQuestion

PROPOSED = 8
"""How many of the plan's questions are proposed as long as the person has picked none: a visit is short."""


@dataclass(frozen=True)
class Ask:
    """A question on the list. ``who`` are keys of the people to ask; none for a question of one's own.

    ``answer`` is what the person noted of the answer. ``in_plan`` is false for a question that was picked before and
    that the plan of now would not ask any more.
    """

    id: str
    text: str
    who: tuple[str, ...] = ()
    why: str = ""
    answer: str = ""
    own: bool = False
    in_plan: bool = True
    because: Because = field(default_factory=Because)
    sources: tuple[str, ...] = ()


def asks(
    plan: Plan,
    picked: Iterable[str] | None,
    own: Mapping[str, str],
    answers: Mapping[str, str],
    known: Mapping[str, str],
) -> tuple[Ask, ...]:
    """Return the list in its order.

    ``picked`` are ids, or ``None`` when nothing was picked: the first of the plan are proposed then. ``own`` are own
    questions and ``answers`` notes, both by id. ``known`` are the texts of all questions that there are, by id: one
    that the plan does not ask any more stays on the list. An id that nobody knows is left out.
    """
    of_plan = {one.id: one for one in plan.questions}
    ids = proposed(plan) if picked is None else tuple(picked)
    made = (_ask(one, of_plan, own, known) for one in dict.fromkeys(ids))
    return tuple(replace(one, answer=answers.get(one.id, "")) for one in made if one is not None)


def proposed(plan: Plan) -> tuple[str, ...]:
    """Return the ids of the questions to begin with."""
    return tuple(one.id for one in plan.questions[:PROPOSED])


def others(plan: Plan, listed: Iterable[Ask], own: Mapping[str, str] = MappingProxyType({})) -> tuple[Ask, ...]:
    """Return the questions that are not on the list: own ones that were taken off, then those of the plan."""
    taken = {one.id for one in listed}
    off = [Ask(name, text, own=True) for name, text in own.items()]
    return tuple(one for one in (*off, *map(_of_plan, plan.questions)) if one.id not in taken)


def _ask(
    wanted: str, of_plan: Mapping[str, PlanQuestion], own: Mapping[str, str], known: Mapping[str, str]
) -> Ask | None:
    if wanted in own:
        return Ask(wanted, own[wanted], own=True)
    if wanted in of_plan:
        return _of_plan(of_plan[wanted])
    return Ask(wanted, known[wanted], in_plan=False) if wanted in known else None


def _of_plan(one: PlanQuestion) -> Ask:
    return Ask(one.id, one.text, one.who, one.why, because=one.because, sources=one.sources)


__all__ = ["PROPOSED", "Ask", "asks", "others", "proposed"]
