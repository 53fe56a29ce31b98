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
    negate,
    not_yet,
)
from abreast.trials.eligibility import Criterion
from abreast.trials.match.verdict import CriterionSource, CriterionVerdict, Label

ORDER: tuple[Label, ...] = ("against", "unknown", "team", "fits")
"""Which label wins where several pieces make up one: one failing piece decides."""


def required(criterion: Criterion) -> Expression:
    """Return what must hold for the criterion not to stand in the way: an exclusion's opposite."""
    return criterion.rule if criterion.section == "inclusion" else negate(criterion.rule)


def judge_criterion(criterion: Criterion, context: Context, source: CriterionSource = "text") -> CriterionVerdict:
    """Return how a criterion stands for the case on the day of ``context``."""
    answer = evaluate(criterion.rule, context)
    if criterion.section == "exclusion":
        answer = ~answer
    return verdict_of(criterion, answer, context, source)


def verdict_of(
    criterion: Criterion, answer: Answer, context: Context, source: CriterionSource = "text"
) -> CriterionVerdict:
    """Return the verdict that follows from the answer to what the criterion requires.

    Words that were not read never let a criterion fit: what they say could still stand in the way.
    """
    label = label_of(answer, bool(criterion.residue))
    day = clears(required(criterion), context) if label == "against" else None
    unread = tuple(words_not_read(criterion)) if criterion.residue else ()
    missing = answer.missing
    if label == "unknown" and answer.truth is Truth.TRUE:
        missing = tuple(Missing("", "unread", text=words) for words in unread)
    return CriterionVerdict(criterion, label, answer.facts, answer.declared, missing, unread, day, source)


def label_of(answer: Answer, residue: bool) -> Label:
    """Return the label for the answer to what a criterion requires."""
    if answer.truth is Truth.FALSE:
        return "against"
    if answer.truth is Truth.TRUE:
        return "unknown" if residue else "fits"
    if residue:
        return "unknown"
    for missing in answer.missing:
        if missing.why != "team":
            return "unknown"
    return "team"


def words_not_read(criterion: Criterion) -> Iterable[str]:
    """Yield the words of the criterion that no rule read."""
    start = criterion.span.start
    for span in criterion.residue:
        words = criterion.text[span.start - start : span.end - start].strip()
        if words:
            yield words


def clears(rule: Expression, context: Context) -> dt.date | None:
    """Return the first day from which a requirement is no longer broken, if only time stands in the way.

    Where several parts must hold, each broken one must clear; what is unknown besides stays to be confirmed.
    """
    parts = _must_hold(rule)
    if len(parts) > 1:
        broken = [part for part in parts if evaluate(part, context).truth is Truth.FALSE]
        days = [clears(part, context) for part in broken]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None
    return not_yet(rule, context)


def _must_hold(rule: Expression) -> tuple[Expression, ...]:
    match rule:
        case All(parts):
            return parts
        case Not(AnyOf(parts)):
            return tuple(negate(part) for part in parts)
        case _:
            return (rule,)


def joined(labels: Iterable[Label]) -> Label:
    """Return the label of a text from those of its pieces: one against decides, then what is unknown."""
    present = set(labels)
    return next((label for label in ORDER if label in present), "fits")
