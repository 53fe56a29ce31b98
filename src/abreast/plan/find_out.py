"""What is most useful to find out next: what decides most options first, then most trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from abreast.foundation.language import gettext, ngettext, say_list
from abreast.plan.model import FindOut, PlanOption
from abreast.plan.view import View
from abreast.rules import Missing

NOT_A_FACT = ("team", "unread")


@dataclass
class _Weight:
    """What waits for one question while it is being counted."""

    attribute: str
    rule: str
    options: dict[str, None] = field(default_factory=dict)
    cautions: dict[str, None] = field(default_factory=dict)
    trials: int = 0


def find_out_next(
    view: View, made: tuple[PlanOption, ...], trials: Mapping[Missing, int], most: int = 40
) -> tuple[FindOut, ...]:
    """Return the open questions, the one that decides most first.

    What decides whether an option comes into question counts before what only tells whether it calls for care.
    ``trials`` tells for each missing fact how many open trials it alone, or with others, would open or close.
    """
    weights: dict[str, _Weight] = {}

    def weigh(question: str, attribute: str, rule: str) -> _Weight:
        return weights.setdefault(question, _Weight(attribute, rule))

    for option in made:
        if option.standing == "not_now":
            continue
        for point in option.open_points:
            if point.why not in NOT_A_FACT:
                weigh(point.question, point.attribute, point.rule).options[option.id] = None
        for point in (point for one in option.cautions for point in one.open_points):
            if point.why not in NOT_A_FACT:
                weigh(point.question, point.attribute, point.rule).cautions[option.id] = None
    for missing, count in trials.items():
        if missing.why not in NOT_A_FACT:
            weigh(view.question(missing), view.asked(missing).attribute, view.rule(missing)).trials += count
    ordered = sorted(weights.items(), key=lambda item: (*_order(item[1]), item[0]))
    return tuple(_found(view, question, weight) for question, weight in ordered[:most])


def _order(weight: _Weight) -> tuple[int, int, int]:
    return -len(weight.options), -weight.trials, -len(weight.cautions)


def _found(view: View, question: str, weight: _Weight) -> FindOut:
    known = view.vocabulary.attributes.get(weight.attribute)
    return FindOut(
        question=question,
        attribute=weight.attribute,
        where_to_find=known.where if known else "",
        options=tuple(weight.options),
        cautions=tuple(weight.cautions),
        trials=weight.trials,
        why=_why(weight),
        rule=weight.rule,
    )


def _why(weight: _Weight) -> str:
    counted = (
        (ngettext("%(num)d option", "%(num)d options", len(weight.options)), len(weight.options)),
        (ngettext("%(num)d trial", "%(num)d trials", weight.trials), weight.trials),
    )
    decides = say_list([said % {"num": number} for said, number in counted if number])
    said = gettext("This helps to decide %(what)s.") % {"what": decides} if decides else ""
    if not weight.cautions:
        return said
    number = len(weight.cautions)
    safety = ngettext(
        "It matters for the safety of %(num)d option.", "It matters for the safety of %(num)d options.", number
    )
    return f"{said} {safety % {'num': number}}".strip()
