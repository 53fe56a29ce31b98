"""Help by what it is for: each offer once, what the person said they need first."""

from __future__ import annotations

from dataclasses import dataclass

from abreast.plan.model import Plan, PlanSupport
from abreast.vocabulary import load_vocabulary
from abreast.vocabulary.spoken import speaking


@dataclass(frozen=True)
class Help:
    """The offers for one need; ``wanted`` when the person's record or answers name it."""

    need: str
    name: str
    wanted: bool
    offers: tuple[PlanSupport, ...]


def help_by_need(plan: Plan) -> tuple[Help, ...]:
    """Return the offers of a plan in groups: wanted needs first, then in the order of the vocabulary.

    An offer for several needs stands with the first one that is wanted, else with its first.
    """
    terms = speaking(load_vocabulary()).terms["need"]
    wanted = {
        value
        for fact in plan.facts.values()
        if fact.attribute == "need" and not fact.absent and fact.certainty == "certain"
        for value in fact.value.removeprefix("kind=").split(", ")
    }
    groups: dict[str, list[PlanSupport]] = {}
    for offer in plan.support:
        chosen = next((need for need in offer.needs if need in wanted), offer.needs[0] if offer.needs else "")
        groups.setdefault(chosen, []).append(offer)
    order = {need: number for number, need in enumerate(terms)}
    return tuple(
        Help(need, terms[need].name if need in terms else "", need in wanted, tuple(groups[need]))
        for need in sorted(groups, key=lambda need: (need not in wanted, order.get(need, len(order))))
    )


__all__ = ["Help", "help_by_need"]
