"""Help sorted by what it is for, so that a long list can be shown need by need."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from abreast.foundation.language import gettext as _
from abreast.plan.model import Plan, PlanSupport
from abreast.vocabulary import load_vocabulary
from abreast.vocabulary.spoken import speaking

ORDER = (
    "talk",
    "drug_costs",
    "insurance",
    "transport",
    "lodging",
    "living_costs",
    "work",
    "disability",
    "children",
    "caregiver",
    "interpreter",
    "fertility",
    "genetics",
    "faith",
    "legal",
    "second_opinion",
    "end_of_life",
)
"""What people ask for first stands first; a need that is not named here follows in the order of the vocabulary."""

_OTHER = ""
"""Where help stands whose needs the vocabulary does not know, as in a plan kept by another version."""


@dataclass(frozen=True, slots=True)
class NeedGroup:
    """Help for one need: ``main`` stands here; ``also`` stands under another need and helps here too.

    ``name`` is a heading in the language of now; ``wanted`` says that the person named the need.
    """

    need: str
    name: str
    wanted: bool
    main: tuple[PlanSupport, ...]
    also: tuple[PlanSupport, ...]


def by_need(plan: Plan) -> tuple[NeedGroup, ...]:
    """Return the help of a plan in groups, one a need that any of it serves; needs that the person named come first.

    Every offer is ``main`` in exactly one group, that of the first of its needs that the person named, else of the
    first of all, so that a surface which shows only ``main`` shows each once. Within a group help for the person's own
    community goes before help for everyone; else the order is that of the plan.
    """
    terms = speaking(load_vocabulary()).terms["need"]
    wanted = _wanted(plan)
    main: defaultdict[str, list[PlanSupport]] = defaultdict(list)
    also: defaultdict[str, list[PlanSupport]] = defaultdict(list)
    for offer in sorted(plan.support, key=lambda one: not one.communities):
        needs = [need for need in offer.needs if need in terms] or [_OTHER]
        place = next((need for need in needs if need in wanted), needs[0])
        main[place].append(offer)
        for need in needs:
            if need != place:
                also[need].append(offer)
    order = sorted((*ORDER, *(need for need in terms if need not in ORDER)), key=lambda need: need not in wanted)
    names = {need: terms[need].name for need in order} | {_OTHER: _("other help")}
    return tuple(
        NeedGroup(need, _heading(name), need in wanted, tuple(main[need]), tuple(also[need]))
        for need, name in names.items()
        if main[need] or also[need]
    )


def _wanted(plan: Plan) -> frozenset[str]:
    """Return the needs that the facts of a plan name; what is denied or in doubt names none."""
    return frozenset(
        value
        for fact in plan.facts.values()
        if fact.attribute == "need" and not fact.absent and fact.certainty == "certain"
        for value in fact.value.removeprefix("kind=").split(", ")
    )


def _heading(name: str) -> str:
    return name[:1].upper() + name[1:]


__all__ = ["ORDER", "NeedGroup", "by_need"]
