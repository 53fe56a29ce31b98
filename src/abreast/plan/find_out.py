"""What is most useful to find out next: what decides most options first, then most trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from abreast.plan.model import FindOut, PlanOption
from abreast.plan.view import View
from abreast.rules import Missing

NOT_A_FACT = ("team", "unread")


@dataclass
class _Weight:
    """What waits for one question while it is being counted."""

    attribute: str
    options: dict[str, None] = field(default_factory=dict)
    trials: int = 0


def find_out_next(
    view: View, made: tuple[PlanOption, ...], trials: Mapping[Missing, int], most: int = 12
) -> tuple[FindOut, ...]:
    """Return the open questions, the one that decides most first.

    ``trials`` tells for each missing fact how many open trials it alone, or with others, would open or close.
    """
    weights: dict[str, _Weight] = {}
    for option in made:
        if option.standing == "not_now":
            continue
        points = (*option.open_points, *(point for one in option.cautions for point in one.open_points))
        for point in points:
            if point.why not in NOT_A_FACT:
                weights.setdefault(point.question, _Weight(point.attribute)).options[option.id] = None
    for missing, count in trials.items():
        if missing.why not in NOT_A_FACT:
            weights.setdefault(view.question(missing), _Weight(view.asked(missing).attribute)).trials += count
    found = [_found(view, question, weight) for question, weight in weights.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.options), -one.trials, one.question))[:most])


def _found(view: View, question: str, weight: _Weight) -> FindOut:
    known = view.vocabulary.attributes.get(weight.attribute)
    return FindOut(
        question=question,
        attribute=weight.attribute,
        where_to_find=known.where if known else "",
        options=tuple(weight.options),
        trials=weight.trials,
        why=_why(len(weight.options), weight.trials),
    )


def _why(options: int, trials: int) -> str:
    parts = [
        f"{number} {word if number == 1 else word + 's'}"
        for number, word in ((options, "option"), (trials, "trial"))
        if number
    ]
    return f"This helps to decide {' and '.join(parts)}."
