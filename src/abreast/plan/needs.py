"""Help sorted by what it is for, so that a long list can be shown need by need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from abreast.plan.model import PlanSupport
from abreast.vocabulary import Vocabulary

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


@dataclass(frozen=True, slots=True)
class NeedGroup:
    """Help for one need: ``main`` is first of all for it; ``also`` stands under another need and helps here too."""

    need: str
    name: str
    main: tuple[PlanSupport, ...]
    also: tuple[PlanSupport, ...]


def by_need(support: Sequence[PlanSupport], vocabulary: Vocabulary, asked: Iterable[str] = ()) -> tuple[NeedGroup, ...]:
    """Return the help of a plan in groups, one a need that any of it serves.

    Every entry is ``main`` in exactly one group, that of the first of its needs, so that a surface which shows only
    ``main`` shows each once. Needs that the person named (``asked``) come first. The order within a group is that of
    the plan, but help for the person's own community goes before help for everyone.
    """
    terms = vocabulary.terms["need"]
    named = list(asked)
    served = {need for one in support for need in one.needs}
    order = list(dict.fromkeys((*named, *ORDER, *terms)))
    return tuple(
        NeedGroup(
            need,
            terms[need].name,
            _close_first(one for one in support if one.needs[0] == need),
            _close_first(one for one in support if need in one.needs[1:]),
        )
        for need in order
        if need in served and need in terms
    )


def _close_first(entries: Iterable[PlanSupport]) -> tuple[PlanSupport, ...]:
    return tuple(sorted(entries, key=lambda one: not one.communities))


__all__ = ["ORDER", "NeedGroup", "by_need"]
