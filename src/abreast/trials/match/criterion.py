"""From one criterion and one case to one of four labels, with its reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from abreast.rules import (
    All,
    Answer,
    AnyOf,
    Context,
    Expression,
    Missing,
    Not,
    Truth,
    evaluate,
    hangs_on_time,
    negate,
    not_yet,
)
from abreast.trials.eligibility import Criterion
from abreast.trials.eligibility.model import Section
from abreast.trials.match.verdict import CriterionSource, CriterionVerdict, Label

ORDER: tuple[Label, ...] = ("against", "unknown", "team", "fits")
"""Which label wins where several pieces make up one: one failing piece decides."""


_TRUE, _FALSE = Truth.TRUE, Truth.FALSE
_MET: dict[Section, dict[Truth, Truth]] = {
    "inclusion": {truth: truth for truth in Truth},
    "exclusion": {truth: ~truth for truth in Truth},
}
"""Whether what a criterion requires is met, by what its rule says."""


def required(criterion: Criterion) -> Expression:
    """Return what must hold for the criterion not to stand in the way: an exclusion's opposite."""
    return criterion.rule if criterion.section == "inclusion" else negate(criterion.rule)


def judge_criterion(criterion: Criterion, context: Context, source: CriterionSource = "text") -> CriterionVerdict:
    """Return how a criterion stands for the case on the day of ``context``."""
    return judge_answered(criterion, evaluate(criterion.rule, context), context, source)


def judge_answered(
    criterion: Criterion, answer: Answer, context: Context, source: CriterionSource = "text"
) -> CriterionVerdict:
    """Return how a criterion stands, given what its rule says of the case.

    Words that were not read never let a criterion fit: what they say could still stand in the way.
    """
    met = _MET[criterion.section][answer.truth]
    missing = answer.missing
    label = label_of(met, missing, bool(criterion.residue))
    day = None
    if label == "against":
        day = clears(required(criterion), context)
    elif label == "unknown" and met is _TRUE:
        missing = tuple(Missing("", "unread", text=words) for words in criterion.unread)
    return CriterionVerdict(criterion, label, answer.facts, answer.declared, missing, day, source)


def label_of(met: Truth, missing: tuple[Missing, ...], residue: bool) -> Label:
    """Return the label that follows from whether what a criterion requires is met, and what is missing to say."""
    if met is _FALSE:
        return "against"
    if residue:
        return "unknown"
    if met is _TRUE:
        return "fits"
    for one in missing:
        if one.why != "team":
            return "unknown"
    return "team"


def clears(rule: Expression, context: Context) -> dt.date | None:
    """Return the first day from which a requirement is no longer broken, if only time stands in the way.

    Where several parts must hold, each broken one must clear; what is unknown besides stays to be confirmed.
    """
    if not hangs_on_time(rule):
        return None
    parts = must_hold(rule)
    broken = parts if len(parts) == 1 else [one for one in parts if evaluate(one, context).truth is Truth.FALSE]
    days = [not_yet(part, context) for part in broken]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def must_hold(rule: Expression) -> tuple[Expression, ...]:
    """Return the parts of a requirement all of which must hold, parts of parts included; itself when it has none."""
    match rule:
        case All(parts):
            return tuple(inner for part in parts for inner in must_hold(part))
        case Not(AnyOf(parts)):
            return tuple(inner for part in parts for inner in must_hold(negate(part)))
        case _:
            return (rule,)


def joined(labels: Iterable[Label]) -> Label:
    """Return the label of a text from those of its pieces: one against decides, then what is unknown."""
    present = set(labels)
    return next((label for label in ORDER if label in present), "fits")
