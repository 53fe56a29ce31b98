"""Sentences about pregnancy, which turn away nobody who cannot become pregnant."""

from __future__ import annotations

from collections.abc import Iterator

from abreast.rules import (
    All,
    AnyOf,
    Compare,
    Expression,
    Has,
    Not,
    TermTest,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import atoms, subject_of
from abreast.trials.eligibility.families.person import CHILDBEARING
from abreast.trials.eligibility.trust.people import is_pregnancy

_OF_WOMEN_ONLY = frozenset(["pregnant", "breastfeeding"])
_STERILISING = frozenset(["oophorectomy", "hysterectomy", "tubal_ligation"])


def of_the_pregnant(rule: Expression) -> Expression:
    """Let nobody fail what is said of pregnancy for being past childbearing, or for not being so.

    "Not pregnant or of non-childbearing potential", "a negative test in women before menopause": any will do.
    """
    if isinstance(rule, AnyOf):
        return any_of(of_the_pregnant(part) for part in rule.parts)
    parts = tuple(_conjuncts(rule))
    said = [part for part in parts if any(subject_of(atom) in _OF_WOMEN_ONLY for atom in atoms(part))]
    beside = [part for part in parts if part not in said and _is_of_childbearing(part)]
    of_all = len(beside) >= len(CHILDBEARING.parts) if isinstance(CHILDBEARING, All) else False
    past = of_all or any(not _is_not_past(part) for part in beside)
    if not said or not past or any(is_pregnancy(part) for part in said):
        return rule
    rest = [part for part in parts if part not in said and part not in beside]
    return all_of([*rest, any_of([negate(CHILDBEARING), all_of(said)])])


def _conjuncts(rule: Expression) -> Iterator[Expression]:
    match rule:
        case All(parts):
            yield from parts
        case Not(AnyOf(parts)):
            for part in parts:
                yield from _conjuncts(negate(part))
        case _:
            yield rule


def _is_of_childbearing(part: Expression) -> bool:
    """Whether a part asks whether somebody can become pregnant, by age, menopause or an operation."""
    if _is_not_past(part) or part == negate(CHILDBEARING):
        return True
    match part:
        case Compare("menopause", TermTest(terms)):
            return "postmenopausal" not in terms
        case Not(Has("surgery", where)):
            return any(isinstance(one.test, TermTest) and set(one.test.terms) <= _STERILISING for one in where)
        case _:
            return False


def _is_not_past(part: Expression) -> bool:
    """Whether a part is one of those that stand together for "of childbearing potential"."""
    return isinstance(CHILDBEARING, All) and part in CHILDBEARING.parts


__all__ = ["of_the_pregnant"]
