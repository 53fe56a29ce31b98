"""Limits for some of the people: with metastases of the liver, or with a limit of their own."""

from __future__ import annotations

import re

from abreast.rules import (
    All,
    AnyOf,
    Compare,
    Count,
    Expression,
    Has,
    Not,
    NumberTest,
    Residue,
    TermTest,
    Where,
    all_of,
    any_of,
)
from abreast.rules.expression import atoms, conjuncts, subject_of
from abreast.trials.eligibility.trust.people import is_treatment


def of_a_subgroup(rule: Expression, text: str) -> Expression:
    """Leave of two limits for one value the stricter one open, and the metastases that a limit of its own is given for.

    "Platelets > 50; for those in cohort B, > 100" and "ALT <= 2.5 x ULN; with liver metastases, <= 5 x ULN".
    """
    parts = conjuncts(rule)
    limits = [part for part in parts if isinstance(part, Compare) and isinstance(part.test, NumberTest)]
    measured = any(isinstance(part.test, NumberTest) and (part.test.unit or part.test.times) for part in limits)
    doubtful: list[Expression] = [part for part in limits if any(_is_looser(other, part) for other in limits)]
    if measured:
        doubtful += [part for part in parts if isinstance(part, Has) and part.list == "metastasis"]
    return all_of(any_of([part, Residue(text)]) if part in doubtful else part for part in parts) if doubtful else rule


_AT_MOST = re.compile(
    r"\W*(?:(?:no|not)\s+more\s+than|maximum|up\s+to|fewer\s+than|less\s+than|at\s+most)\b", re.IGNORECASE
)


def at_most(rule: Expression, text: str) -> Expression:
    """Ask for none of what may not have been given too often: "no more than one prior CPI (a pair counts as one)"."""
    if not isinstance(rule, All) or not _AT_MOST.match(text):
        return rule
    if not any(isinstance(part, Count) for part in rule.parts):
        return rule
    return all_of(any_of([part, Residue(text)]) if is_treatment(part) else part for part in rule.parts)


def _is_looser(one: Compare, other: Compare) -> bool:
    """Whether two limits are of the same value, and whoever meets ``other`` meets ``one`` but not the other way."""
    first, second = one.test, other.test
    if not isinstance(first, NumberTest) or not isinstance(second, NumberTest) or one.attribute != other.attribute:
        return False
    if (first.unit, first.times, first.op[0]) != (second.unit, second.times, second.op[0]):
        return False
    return first.number < second.number if first.op[0] == ">" else first.number > second.number


LIVER = re.compile(r"\b(?:liver|hepatic)\s+(?:metasta|involve|lesion|tumou?r|cancer|disease)", re.IGNORECASE)
EITHER_WAY = re.compile(r"\b(?:with\s+(?:or|and/or)\s+without|regardless|irrespective)\b", re.IGNORECASE)
_ENZYMES = frozenset(["ast", "alt", "alp", "bilirubin"])
_IN_THE_LIVER = Has("metastasis", (Where("site", TermTest(("liver",))),))


def with_liver_metastases(rule: Expression, text: str) -> Expression:
    """Leave open what counts for those with liver metastases, where no limit of their own was read.

    "ALT <= 3 x ULN; <= 5 x ULN if liver metastases" gives them another limit, wherever in the sentence it stands.
    """
    parts = conjuncts(rule)
    kept = [Residue(text) if _turns_on_the_liver(part) else part for part in parts]
    own = any(_has_own_limit(part) for part in kept)
    plain = any(isinstance(part, Compare) and part.attribute in _ENZYMES for part in kept)
    if own or not plain:
        return all_of(kept)
    return any_of([all_of(kept), all_of([_IN_THE_LIVER, Residue(text)])])


def _turns_on_the_liver(part: Expression) -> bool:
    """Whether a part lets everybody through who has no liver metastases: the limit for them was lost."""
    return (
        isinstance(part, AnyOf)
        and any(isinstance(one, Not) and _IN_THE_LIVER in tuple(atoms(one)) for one in part.parts)
        and any(subject_of(atom) in _ENZYMES for atom in atoms(part))
    )


def _has_own_limit(part: Expression) -> bool:
    if not isinstance(part, AnyOf):
        return False
    return any(isinstance(one, All | Has) and _IN_THE_LIVER in tuple(atoms(one)) for one in part.parts)


__all__ = ["EITHER_WAY", "LIVER", "at_most", "of_a_subgroup", "with_liver_metastases"]
