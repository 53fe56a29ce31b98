"""What a rule must not be trusted with, however well its words were read.

Some readings are right by the letter and wrong by what such texts mean: "HER2-positive and HER2-negative disease"
welcomes both; "prior breast cancer" as an exclusion means another one than the present; "chemotherapy naive" says
that there was none; "ECOG 2" alone has as a rule lost its "at most" on the way into the registry; and the name of a
kind of treatment alone on its line is a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, starmap

from abreast.rules import (
    TRUE,
    All,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    Has,
    Not,
    NumberTest,
    Residue,
    Team,
    TermTest,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import conjuncts, walk
from abreast.trials.eligibility.families.health import kinds_of
from abreast.trials.eligibility.families.person import CHILDBEARING, flag
from abreast.trials.eligibility.model import Section
from abreast.trials.eligibility.trust.impossible import exclude_each_other

_PRESENT_CANCER = Compare("cancer", TermTest(("breast",)))
_INVASIVE = Not(Compare("histology", TermTest(("dcis", "lcis", "phyllodes", "sarcoma", "lymphoma"))))
_ANY_BREAST_CANCER = frozenset([_PRESENT_CANCER, _INVASIVE])
_HEADING = re.compile(
    r"""\s*(?:
      (?:prior\s*(?:/|and|or)?\s*)?(?:concurrent\s+)?
      (?:biologic(?:al)?|chemo|endocrine|hormon(?:e|al)|radio|radiation|immuno|systemic)[\s-]?(?:therapy|treatment)?
      | surgery | menopausal\s+status | other | sex | age | performance\s+status
      | (?:[^.:;]{0,80}\s)?following\s+(?:criteria|conditions|requirements)(?:\s[^.:;]{0,60})?
      | [^.;]{0,80}\bnot\s+specified
      | [^.:;<>≤≥]{0,80}\brequirements\s*(?=:)
    )\s*:?\s*""",
    re.IGNORECASE | re.VERBOSE,
)


_OPEN_END = re.compile(
    r"[^.:;]{0,140}\b(?:if|when|who)(?:\s+(?:they|any\s+of\s+these|he/she|the\s+patient))?\s*:\s*", re.IGNORECASE
)


def is_heading(words: str, section: Section) -> bool:
    """Return whether words are no more than the name of what the next lines are about."""
    if words.rstrip().endswith(":") and _OPEN_END.fullmatch(words) is not None:
        return True
    return section == "inclusion" and _HEADING.fullmatch(words) is not None


def cautious(rule: Expression, section: Section) -> Expression:
    """Return the rule with what must not be trusted taken back to "not read"."""
    if section == "inclusion":
        rule = _plausible(rule)
    if section == "inclusion" and _wants_infection(rule):
        return any_of([rule, Residue("an infection, among what the study asks for")])
    if section == "inclusion" and any(
        isinstance(node, Residue) and "breast" in node.text.lower() for node in walk(rule)
    ):
        rule = _unsure_of_cancer(rule)  # among the words that were not read stands the cancer that it may be about
    return _own_cancer(_welcoming(rule), excludes=section == "exclusion")


def _plausible(rule: Expression) -> Expression:
    """Turn what nobody would ask for into what is meant: cancer of the skin is another cancer, side effects settled.

    "Triple-negative" names a breast cancer, so that beside other cancers it is one of several that will do.
    """
    match rule:
        case All(parts) if _ANY_RADIATION in parts and any(_is_measurable(part) for part in parts):
            return all_of(_LESION if part == _ANY_RADIATION else _plausible(part) for part in parts)
        case All(parts):
            return all_of(_alternative_cancers([_plausible(part) for part in parts]))
        case AnyOf(parts):
            return any_of(_plausible(part) for part in parts)
        case Has("illness", where) if kinds_of(where) and set(kinds_of(where)) <= _SKIN_CANCERS:
            return Compare("cancer", TermTest(("other",)))
        case Has("toxicity"):
            return Team("whether side effects have settled")
        case _:
            return rule


def _is_measurable(part: Expression) -> bool:
    return isinstance(part, Compare) and part.attribute == "measurable"


_ANY_RADIATION = Not(Has("radiation", ()))
_LESION = Team("which lesions were irradiated")
"""What "measurable disease that has not been irradiated" means: a lesion, and not the person."""

_SKIN_CANCERS = frozenset(["squamous_cell_skin", "basal_cell", "nonmelanoma_skin_cancer"])


def _alternative_cancers(parts: list[Expression]) -> list[Expression]:
    others = [
        part
        for part in parts
        if isinstance(part, Compare)
        and part.attribute == "cancer"
        and isinstance(part.test, TermTest)
        and "breast" not in part.test.terms
    ]
    if others and any(_welcomes_breast(part) for part in parts):
        return [any_of([part, Residue("which cancers are meant")]) if part in others else part for part in parts]
    negative = [part for part in parts if part in _TRIPLE_NEGATIVE]
    if not others or len(negative) < len(_TRIPLE_NEGATIVE):
        return parts
    rest = [part for part in parts if part not in others and part not in negative]
    return [*rest, any_of([*others, all_of(negative)])]


def _welcomes_breast(part: Expression) -> bool:
    """Whether a rule names the cancer of the breast among those that it takes."""
    return any(
        isinstance(node, Compare)
        and node.attribute == "cancer"
        and isinstance(node.test, TermTest)
        and "breast" in node.test.terms
        for node in walk(part)
    )


_TRIPLE_NEGATIVE = tuple(Compare(f"{receptor}.status", TermTest(("negative",))) for receptor in ("er", "pr", "her2"))


def _unsure_of_cancer(rule: Expression) -> Expression:
    """Take back that a requirement is about another cancer than that of the breast."""
    match rule:
        case All(parts):
            return all_of(_unsure_of_cancer(part) for part in parts)
        case AnyOf(parts):
            return any_of(_unsure_of_cancer(part) for part in parts)
        case Compare("cancer", TermTest(terms)) if "breast" not in terms:
            return any_of([rule, Residue("which cancers are meant")])
        case _:
            return rule


def _wants_infection(rule: Expression) -> bool:
    """Whether a requirement asks for an infection: it stands under the wrong heading."""
    parts = conjuncts(rule)
    return any(
        "infection" in kinds_of(part.where) for part in parts if isinstance(part, Has) and part.list == "illness"
    )


def _welcoming(rule: Expression) -> Expression:
    """Turn "A and B" into "A or B" where the two exclude each other: nobody can be asked to be both."""
    match rule:
        case All(parts) if _MAN in parts and set(parts) >= _FEMALE:
            return _welcoming(all_of(part for part in parts if part not in _OF_WOMEN))
        case All(parts) if _breast_or_other(parts):
            return any_of(_welcoming(part) for part in parts)
        case All(parts):
            return all_of(_loosened(_untreated(_without_contradiction([_welcoming(part) for part in parts]))))
        case AnyOf(parts):
            if any(isinstance(part, Not) and part.part in parts for part in parts):
                return TRUE  # "measurable or non-measurable disease" asks nothing
            return any_of(_welcoming(part) for part in parts)
        case Not(part):
            return negate(_welcoming(part))
        case _:
            return rule


_MAN = Compare("sex", TermTest(("male",)))
_FEMALE = frozenset(CHILDBEARING.parts) if isinstance(CHILDBEARING, All) else frozenset[Expression]()
"""What is asked of who may become pregnant; "fertile men", and men whose partners may, are none of them."""
_OF_WOMEN = _FEMALE | {Not(flag("contraception"))}
"""What is on record of women only."""


def _without_contradiction(parts: list[Expression]) -> list[Expression]:
    groups: dict[str, list[Compare]] = {}
    for part in parts:
        if isinstance(part, Compare) and isinstance(part.test, TermTest):
            groups.setdefault(part.attribute, []).append(part)
    clashing = {
        name: group for name, group in groups.items() if any(starmap(exclude_each_other, combinations(group, 2)))
    }
    kept = [part for part in parts if not any(part is one for group in clashing.values() for one in group)]
    return [*kept, *(any_of(group) for group in clashing.values())]


def _breast_or_other(parts: Sequence[Expression]) -> bool:
    """Whether a type of breast cancer stands beside another cancer, and nothing else: either will do."""
    tests = {
        part.attribute: part.test for part in parts if isinstance(part, Compare) and isinstance(part.test, TermTest)
    }
    if len(parts) != 2 or set(tests) != {"histology", "cancer"}:
        return False
    return "breast" not in tests["cancer"].terms and set(tests["histology"].terms) <= _OF_BREAST


_OF_BREAST = frozenset(["invasive_ductal", "invasive_lobular", "dcis", "lcis"])


def _untreated(parts: list[Expression]) -> list[Expression]:
    """Read "a drug of this kind, and no treatment at all" as "none of this kind"."""
    denied = [part.part for part in parts if isinstance(part, Not) and isinstance(part.part, Has)]
    covering = [one for one in denied if one.list == "therapy" and _drugs(one) == ("systemic_therapy",)]
    if not covering:
        return parts
    named = [part for part in parts if isinstance(part, Has) and part.list == "therapy" and _drugs(part)]
    if not named:
        return parts
    rest = [part for part in parts if part not in named and not (isinstance(part, Not) and part.part in covering)]
    return [*rest, *(negate(part) for part in named)]


def _drugs(has: Has) -> tuple[str, ...]:
    tests = [where.test for where in has.where if where.field == "drug" and not where.negated]
    return tests[0].terms if len(has.where) == 1 and tests and isinstance(tests[0], TermTest) else ()


def _loosened(parts: list[Expression]) -> list[Expression]:
    """Leave the lower end of "ECOG 2" open: no trial means to turn those away who are better off."""
    highest = [_score(part, "<=") for part in parts]
    return [
        any_of([part, Residue("a performance status with no comparison")])
        if (_score(part, ">=") or 0) > 0 and _score(part, ">=") in highest
        else part
        for part in parts
    ]


def _score(part: Expression, op: str) -> float | None:
    """Return the limit of a bound on ECOG, or ``None`` for anything else."""
    if isinstance(part, Compare) and part.attribute == "ecog" and isinstance(part.test, NumberTest):
        return part.test.number if part.test.op == op else None
    return None


def _own_cancer(rule: Expression, *, excludes: bool) -> Expression:
    """Leave unread what would turn everyone with breast cancer away for having it."""
    match rule:
        case Not(part):
            return negate(_own_cancer(part, excludes=not excludes))
        case AnyOf(parts) if excludes:
            return any_of(_own_cancer(part, excludes=excludes) for part in parts)
        case All(parts) if excludes and _PRESENT_CANCER in parts and set(parts) <= _ANY_BREAST_CANCER:
            return Residue("breast cancer: an earlier one, or this one?")
        case All(parts) if not excludes:
            return all_of(_own_cancer(part, excludes=excludes) for part in parts)
        case AtLeast():
            return rule
        case Compare() if excludes and rule == _PRESENT_CANCER:
            return Residue("breast cancer: an earlier one, or this one?")
        case _:
            return rule


__all__ = ["cautious", "is_heading"]
