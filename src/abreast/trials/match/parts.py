"""Criteria that are meant for people with another cancer than the one that this study is looked at for.

A study of several cancers often asks of each kind in a line of its own ("Non-small cell lung cancer: after platinum",
or a plain list), without a word such as "cohort". Line by line, nobody could meet all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from abreast.rules import All, Compare, Expression, TermTest
from abreast.rules.expression import atoms
from abreast.trials.eligibility import Criterion
from abreast.trials.registry import Study

OTHER_CANCER = "another cancer"
"""The name of the part of a study that takes people with a cancer that did not begin in the breast."""


def told_apart(criteria: tuple[Criterion, ...], study: Study) -> tuple[Criterion, ...]:
    """Return the criteria; where breast cancer is named, those that ask for another one are a part of their own."""
    others = {at for at, one in enumerate(criteria) if _asks_other_cancer(one)}
    if not others or not names_breast(criteria, study):
        return criteria
    return tuple(
        msgspec.structs.replace(one, cohort=OTHER_CANCER) if at in others else one for at, one in enumerate(criteria)
    )


def names_breast(criteria: Iterable[Criterion], study: Study) -> bool:
    """Whether the record or a requirement names breast cancer, or receptors that only it is tested for."""
    if any("breast" in words.lower() for words in (study.title, study.official_title, *study.conditions)):
        return True
    return any(
        _of_breast(atom) for criterion in criteria if criterion.section == "inclusion" for atom in atoms(criterion.rule)
    )


def _of_breast(atom: Expression) -> bool:
    match atom:
        case Compare("cancer", TermTest(terms)):
            return "breast" in terms
        case Compare(attribute, _):
            return attribute in ("er.status", "pr.status", "hr.status")
        case _:
            return False


def _asks_other_cancer(criterion: Criterion) -> bool:
    if criterion.section == "exclusion" or criterion.cohort:
        return False
    parts = criterion.rule.parts if isinstance(criterion.rule, All) else (criterion.rule,)
    return any(
        isinstance(part, Compare)
        and part.attribute == "cancer"
        and isinstance(part.test, TermTest)
        and "breast" not in part.test.terms
        for part in parts
    )


__all__ = ["OTHER_CANCER", "names_breast", "told_apart"]
