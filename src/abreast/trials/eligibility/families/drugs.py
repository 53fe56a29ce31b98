"""Drugs: lists of them, what they act on, steroids and their dose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import cast

from abreast.rules import Expression, Has, NumberTest, Team, TermTest, Where, all_of, any_of
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.items import in_window, is_supportive
from abreast.trials.eligibility.families.numbers import Many, values_of
from abreast.trials.eligibility.grammar import Result, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary


@builder
def drugs_alike(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a list of drugs as one; examples in parentheses count as part of it."""
    values: list[object] = []
    for token in of_kind(tokens, "drug"):
        values += values_of(token)
    conj = "and" if has_kind(tokens, "and", "plus") and not has_kind(tokens, "or", "slash") else "or"
    return "drug", Many(tuple(dict.fromkeys(values)), conj)


@lru_cache(maxsize=256)
def _acting_on(target: str) -> tuple[str, ...]:
    """Return the drugs whose mechanism names a target."""
    words = re.compile(rf"(?<![\w-]){re.escape(target)}(?![\w-])", re.IGNORECASE)
    return tuple(one.id for one in load_vocabulary().terms["drug"].values() if words.search(one.mechanism))


@builder
def targeted(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read treatment against a target.

    What every drug of the vocabulary acts on is known, so that a target which some of them name is had by these alone,
    or by a drug that was on trial. For any other target the team says which drugs are meant.
    """
    named = {str(value) for token in of_kind(tokens, "target") for value in values_of(token)} - {"", "anti"}
    named |= {value.removesuffix("_gene").upper() for token in of_kind(tokens, "gene") for value in values_of(token)}
    drugs = [_acting_on(target) for target in sorted(named)]
    if drugs and all(drugs) and not has_kind(tokens, "rec", "word"):
        known = Has("therapy", (Where("drug", TermTest(tuple(dict.fromkeys(one for some in drugs for one in some)))),))
        on_trial = Has("therapy", (Where("drug", TermTest(("investigational_agent",))),))
        rule = any_of([known, all_of([on_trial, Team("whether a drug has this target")]), *_listed(tokens)])
        return say(rule, main="therapy", extra=rule)
    rule = all_of(
        [
            Has("therapy", (Where("drug", TermTest(("targeted_therapy", "immunotherapy"))),)),
            Team("whether a drug has this target"),
        ]
    )
    rule = any_of([rule, *_listed(tokens)])
    return say(rule, main="therapy", extra=rule)


def _listed(tokens: Sequence[Token]) -> list[Expression]:
    """Return the drugs that stand in one list with targets ("anti-B7-H3, anti-PD-1")."""
    pairs = pairwise(tokens)
    drugs = [one.value for before, one in pairs if one.kind == "drug" and before.kind in ("comma", "or", "slash")]
    return [Has("therapy", (Where("drug", TermTest((str(drug),))),)) for drug in drugs if isinstance(drug, str)]


@builder
def steroid_dose(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read steroids above a daily dose (of prednisone or its equivalent)."""
    drugs = {drug for token in of_kind(tokens, "drug") for drug in values_of(token)}
    op, number, unit, times = of_kind(tokens, "lim")[0].value
    if not drugs & _STEROIDS or not drugs <= _STEROIDS | {"immunosuppressant"} or times or unit not in ("mg/d", "mg"):
        return None
    where = (
        Where("drug", TermTest(("corticosteroid",))),
        Where("daily_dose", NumberTest(cast("Comparison", op), number, "mg/d")),
    )
    windows = [token.value for token in of_kind(tokens, "win") if token.value.period and token.value.op == "within"]
    rule = in_window("medicine", where, "end", windows[0] if windows else None)
    others = [in_window("medicine", (Where("drug", TermTest((drug,))),), "end", None) for drug in drugs - _STEROIDS]
    return say(any_of([rule, *others]), main="therapy")


_STEROIDS = frozenset(
    ["corticosteroid", "prednisone", "prednisolone", "methylprednisolone", "dexamethasone", "hydrocortisone"]
)


@builder
def steroids(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "requiring steroids"."""
    drugs = {drug for token in of_kind(tokens, "drug") for drug in values_of(token)}
    if drugs == {"systemic_therapy"}:
        return "reqtx", "drug"
    drugs -= {"systemic_therapy"}
    if not drugs <= {"corticosteroid"}:
        supportive = [drug for drug in drugs if is_supportive(drug)]
        where = (Where("drug", TermTest(tuple(sorted(supportive)))),)
        return ("reqtx", Has("medicine", where) if supportive and len(supportive) == len(drugs) else "")
    return ("steroids", "")


@builder
def antibody_test(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "hepatitis C antibody" as the test for the infection, not as a drug."""
    if values_of(tokens[1]) != ("monoclonal_antibody",):
        return None
    return Token("illness", tokens[0].start, tokens[-1].end, tokens[0].value)
