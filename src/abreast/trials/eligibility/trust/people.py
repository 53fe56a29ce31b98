"""Requirements for those whom they concern: one sex, those with an illness, those who had a treatment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.rules import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    FlagTest,
    Has,
    Not,
    Residue,
    Team,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import conjuncts, is_dated

FOR_ONE_SEX = re.compile(r"\W*for\s+(?:all\s+)?(?:wom[ae]n|females?|m[ae]n|males?)\b", re.IGNORECASE)


def of_one_sex(rule: Expression) -> Expression:
    """Ask nothing of the other sex where a sentence begins with "for men" or "for women"."""
    parts = conjuncts(rule)
    named = [part for part in parts if isinstance(part, Compare) and part.attribute == "sex"]
    rest = [part for part in parts if part not in named]
    return any_of([negate(all_of(named)), all_of(rest)]) if named and rest else rule


_CONDITIONS = frozenset(["illness", "medicine", "toxicity", "transfusion"])


def not_for_all(rule: Expression, text: str) -> Expression:
    """Let nobody fail a requirement for lack of an illness, a side effect or a medicine, or for not being pregnant."""
    parts = conjuncts(rule)
    if any(is_pregnancy(part) for part in parts):
        return any_of([rule, Residue(text)])
    if any(is_pregnancy(node) for node in _wanted(rule)):
        rule = any_of([rule, Team(text)])  # whoever cannot be pregnant meets it all the same
        parts = (rule,)
    return all_of(any_of([part, Residue(text)]) if _is_condition(part) else part for part in parts)


def _wanted(rule: Expression) -> Iterator[Expression]:
    """Yield what stands in a rule outside of any denial."""
    match rule:
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _wanted(part)
        case Not():
            return
        case _:
            yield rule


def _is_condition(part: Expression) -> bool:
    match part:
        case AnyOf(parts) | All(parts):
            return all(_is_condition(one) for one in parts)
        case Has(name):
            return name in _CONDITIONS
        case _:
            return False


def is_pregnancy(part: Expression) -> bool:
    """Whether a part asks that somebody be pregnant or breast-feeding."""
    match part:
        case Compare("pregnant" | "breastfeeding", FlagTest(value)):
            return value
        case _:
            return False


GIVEN = re.compile(
    r"""\b(?:pre-?)?treated\b|\b(?:prior|previous(?:ly)?|receiv\w*|had|has|have|having|histor\w+|after|following|since|post|progress\w*|fail\w*|refractory
       |resist\w+|intoleran\w+|expos\w+|complet\w+|underw\w+|undergo\w*|lines?|relaps\w+|recur\w+|response|respond\w*|start\w*|initiat\w+|on|under
       |given|taking|take|current\w*|ongoing|adjuvant|neo-?adjuvant|perform\w*|operated|resected|status|s/p|naive|na[iï]ve|despite|discontinu\w+|stopp\w+|first|margins?|type|recent
       |primary|dissect\w+)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that tell that treatment was given, or is."""

TREATMENTS = frozenset(["therapy", "radiation", "surgery"])


def as_named(rule: Expression, text: str) -> Expression:
    """Let nobody fail for lack of treatment of which is not said that it was given: the study may be what gives it."""
    parts = conjuncts(rule)
    return all_of(any_of([part, Residue(text)]) if is_treatment(part) else part for part in parts)


def is_treatment(part: Expression) -> bool:
    """Whether treatment, whenever it was, is among what a part asks for."""
    match part:
        case AnyOf(parts) | All(parts):
            return any(is_treatment(one) for one in parts)
        case Has(name, where):
            return name in TREATMENTS and not is_dated(where)
        case _:
            return False


__all__ = [
    "FOR_ONE_SEX",
    "GIVEN",
    "TREATMENTS",
    "as_named",
    "is_pregnancy",
    "is_treatment",
    "not_for_all",
    "of_one_sex",
]
