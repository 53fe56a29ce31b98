"""Lines of therapy: how many, which one, and the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from abreast.rules import Count, Expression, Has, TermTest, Where, all_of
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.items import Parts, parts_of, unclear
from abreast.trials.eligibility.families.relapse import CURATIVE
from abreast.trials.eligibility.grammar import Result, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token


@builder
def lines(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a number of lines or regimens: "no more than 2 prior lines of chemotherapy for metastatic disease"."""
    bounds = _line_bounds(tokens)
    if not bounds:
        return None
    parts = parts_of(tokens)
    drugs = _drugs_in(tokens)
    if drugs is None:
        return None
    base = (Where("drug", TermTest(drugs)),) if drugs else ()
    if parts.outcomes:
        base = (*base, Where("outcome", TermTest(parts.outcomes)))
    if parts.outcomes and all(op in (">=", ">") for op, _ in bounds) and max(number for _, number in bounds) > 1:
        return say(_lines_then(bounds, parts, drugs), main="lines")
    rules: list[Expression] = []
    for op, number in bounds:
        in_metastatic = Count("line", op, number, (*base, Where("setting", TermTest(("metastatic",)))))
        if parts.settings and set(parts.settings) != {"metastatic"}:
            rules.append(Count("line", op, number, (*base, Where("setting", TermTest(parts.settings)))))
        elif parts.settings or not drugs:
            rules.append(in_metastatic)
        else:
            rules.append(
                unclear(in_metastatic, Count("line", op, number, base), "which earlier treatment counts as a line")
            )
    return say(all_of(rules), main="lines")


def _drugs_in(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    """Return the drugs that lines are counted of, none where any counts; ``None`` where it is no drug."""
    found = of_kind(tokens, "trs")
    items = found[0].value[0] if found else ()
    if not all(item.kind == "drug" for item in items):
        return None
    return tuple(drug for item in items for drug in item.values if drug != "systemic_therapy")


def _lines_then(bounds: list[tuple[Comparison, int]], parts: Parts, drugs: tuple[str, ...]) -> Expression:
    """Return "progression after two lines": on each of them, or on the last only?"""
    outcome = Where("outcome", TermTest(parts.outcomes))
    base: tuple[Where, ...] = (Where("drug", TermTest(drugs)),) if drugs else ()
    where = (*base, Where("setting", TermTest(("metastatic",))))
    each = all_of([Count("line", op, number, (*where, outcome)) for op, number in bounds])
    some = [Count("line", op, number, where) for op, number in bounds]
    any_drug = (Where("drug", TermTest(drugs or ("systemic_therapy",))), outcome)
    return unclear(each, all_of([*some, Has("therapy", any_drug)]), "on which lines the cancer must have grown")


@builder
def counted(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "at least two prior chemotherapies"."""
    bounds = _line_bounds(tokens)
    if not bounds or any(number > 12 for _, number in bounds):
        return None
    parts = parts_of(tokens)
    drugs = _drugs_in(tokens)
    if drugs is None:
        return None
    where: tuple[Where, ...] = (Where("drug", TermTest(drugs)),) if drugs else ()
    if parts.settings:
        where = (*where, Where("setting", TermTest(parts.settings)))
    if bounds == [(">=", 1)] and drugs:
        return say(Has("therapy", where), main="therapy")
    return say(all_of([Count("line", op, number, where) for op, number in bounds]), main="lines")


def _line_bounds(tokens: Sequence[Token]) -> list[tuple[Comparison, int]]:
    bounds: list[tuple[Comparison, int]] = []
    numbers: list[int] = []
    op: str | None = None
    for token in tokens:
        if token.kind == "line":
            break
        if token.kind == "cmp":
            op = str(token.value)
        elif token.kind == "num":
            if float(token.value) > 20:
                return []
            numbers.append(int(token.value))
            if op:
                bounds.append((cast("Comparison", op), int(token.value)))
                op = None
        elif token.kind == "pcmp" and numbers and not bounds:
            bounds.append((cast("Comparison", token.value), numbers[-1]))
        elif token.kind == "lim":
            if token.value[2] or token.value[3]:
                return []
            bounds.append((cast("Comparison", token.value[0]), int(token.value[1])))
    if bounds:
        return bounds
    if len(numbers) > 1:
        low, high = min(numbers), max(numbers)
        return [(">=", low), ("<=", high)] if low else [("<=", high)]
    return [(">=", numbers[0])] if numbers else []


@builder
def ordinal_lines(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "after first-line treatment": as many lines for advanced disease, or more."""
    parts = parts_of(tokens)
    drugs = _drugs_in(tokens)
    if drugs is None or has_kind(tokens, "naive") or set(parts.settings) & CURATIVE:
        return None
    number = _ORDINALS[str(of_kind(tokens, "ordinal")[0].value)]
    where: tuple[Where, ...] = (Where("drug", TermTest(drugs)),) if drugs else ()
    if parts.outcomes:
        where = (*where, Where("outcome", TermTest(parts.outcomes)))
    where = (*where, Where("setting", TermTest(("metastatic",))))
    if drugs and number > 1:
        return None  # whether the drug was given in that line or in any is not said
    return say(Count("line", ">=", number, where), main="lines")


_ORDINALS = {"first": 1, "second": 2, "third": 3}


@builder
def last_line(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "last line"."""
    return "lastline", ""
