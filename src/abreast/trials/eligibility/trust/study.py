"""Exclusions of just those whom the study asks for."""

from __future__ import annotations

import msgspec

from abreast.rules import (
    Expression,
    Has,
    Residue,
    TermTest,
    Where,
    all_of,
    any_of,
)
from abreast.rules.expression import alternatives, conjuncts
from abreast.trials.eligibility.model import Criterion


def without_contradictions(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Return a study's criteria without exclusions of exactly those whom a requirement asks for.

    "Patients with a history of anticancer therapy" beside "must have received standard therapy" has lost its time, or
    is about something else; nobody could enter.
    """
    treated = {one.cohort for one in criteria if one.section == "inclusion" and _asks_for_treatment(one.rule)}
    if not treated:
        return criteria
    return tuple(
        msgspec.structs.replace(one, rule=_doubted(one.rule, one.text), residue=one.residue or (one.span,))
        if one.section == "exclusion" and _ANY_TREATMENT in alternatives(one.rule) and treated & {"", one.cohort}
        else one
        for one in criteria
    )


_ANY_TREATMENT = Has("therapy", (Where("drug", TermTest(("systemic_therapy",))),))


def _asks_for_treatment(rule: Expression) -> bool:
    parts = conjuncts(rule)
    return any(isinstance(part, Has) and part.list == "therapy" for part in parts)


def _doubted(rule: Expression, text: str) -> Expression:
    return any_of(all_of([way, Residue(text)]) if way == _ANY_TREATMENT else way for way in alternatives(rule))


__all__ = ["without_contradictions"]
