"""The order in which trials are shown: three lists, in each the one most worth asking about first."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from abreast.trials.match.verdict import Standing, TrialVerdict
from abreast.trials.registry.status import State

_STATE: dict[State, int] = {"open": 0, "opening_soon": 1, "unknown": 2, "stale": 2, "closed": 3}
_STANDING: dict[Standing, int] = {"nothing_against": 0, "not_yet": 1, "against": 2}


class Ranked(msgspec.Struct, frozen=True):
    """The three lists, each in order."""

    treatment: tuple[TrialVerdict, ...]
    supportive: tuple[TrialVerdict, ...]
    observational: tuple[TrialVerdict, ...]


def rank(verdicts: Iterable[TrialVerdict]) -> Ranked:
    """Return the verdicts in three lists, by purpose, each ordered by :func:`order`."""
    ordered = sorted(verdicts, key=order)
    return Ranked(
        treatment=tuple(one for one in ordered if one.purpose == "treatment"),
        supportive=tuple(one for one in ordered if one.purpose == "supportive"),
        observational=tuple(one for one in ordered if one.purpose == "observational"),
    )


def order(verdict: TrialVerdict) -> tuple[float | str, ...]:
    """Return what verdicts are sorted by; less comes first.

    1. About this person's disease before anything else is.
    2. Taking people, then opening soon, then what nobody can be sure of, then closed.
    3. Nothing against it, then not yet, then against.
    4. More special: it asks for what this person has.
    5. Less left to confirm, as a share of its criteria (so that a long list does not count against a careful study).
    6. Later phase.
    7. Nearer.
    """
    counts = verdict.best.counts
    asked = sum(counts.values()) or 1
    return (
        float(verdict.about == "other"),
        _STATE[verdict.recruitment.state],
        _STANDING[verdict.standing],
        -verdict.specificity,
        round((counts["unknown"] + counts["team"]) / asked, 1),
        -(verdict.phase or 0.0),
        verdict.miles if verdict.miles is not None else math.inf,
        verdict.nct,
    )
