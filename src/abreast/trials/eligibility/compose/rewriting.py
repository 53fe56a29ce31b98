"""Rules changed by what stands beside them: without what an exception names, or in a setting named apart."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from abreast.rules import (
    All,
    AnyOf,
    DateTest,
    Expression,
    Has,
    Not,
    Period,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import alternatives, is_dated, walk
from abreast.trials.eligibility.families.health import kinds_of
from abreast.vocabulary import load_vocabulary


def parts_of(rule: Expression) -> tuple[Expression, ...]:
    """Return what a rule joins, or the rule itself."""
    return rule.parts if isinstance(rule, All | AnyOf) else (rule,)


def is_medicine(rule: Expression) -> bool:
    """Whether a rule is about medicines that are taken for other reasons than the cancer, and nothing else."""
    return all(isinstance(part, Has) and part.list == "medicine" for part in parts_of(rule))


def as_taken(rule: Expression) -> Expression:
    """Return a condition with "no medicine for four weeks" read as "the medicine, for four weeks"."""
    match rule:
        case All(parts):
            return all_of(as_taken(part) for part in parts)
        case AnyOf(parts):
            return any_of(as_taken(part) for part in parts)
        case Not(Has("medicine", where)) if is_dated(where):
            taken = Has("medicine", tuple(one for one in where if not isinstance(one.test, DateTest)))
            return all_of([taken, Team("for how long")])
        case _:
            return rule


def ever(rule: Expression) -> Expression:
    """Return a rule about illnesses whatever their state is now."""
    match rule:
        case All(parts):
            return all_of(ever(part) for part in parts)
        case AnyOf(parts):
            return any_of(ever(part) for part in parts)
        case Has("illness", where):
            return Has("illness", tuple(one for one in where if one.field != "status"))
        case _:
            return rule


def as_allergy(rule: Expression) -> Expression:
    """Return drugs that somebody had as what somebody is allergic to ("such agents, including docetaxel")."""
    match rule:
        case All(parts):
            return all_of(as_allergy(part) for part in parts)
        case AnyOf(parts):
            return any_of(as_allergy(part) for part in parts)
        case Has("therapy" | "medicine", where) if len(where) == 1 and where[0].field == "drug":
            return Has("allergy", (msgspec.structs.replace(where[0], field="substance"),))
        case _:
            return rule


def without_items(rule: Expression, exception: Expression) -> Expression | None:
    """Return a rule about items of lists without those that an exception names; ``None`` if it names none of them.

    "Chemotherapy except trastuzumab" is about each treatment: whoever had docetaxel and trastuzumab had chemotherapy.
    """
    named = [node for node in _positive(exception) if node.where and node.list != "metastasis"]
    if not 0 < len(named) <= _MOST_EXCEPTIONS or all(len(node.where) > _MOST_CONDITIONS for node in named):
        return None
    left = _minus(rule, named)
    if left == rule:
        return None
    lists = {node.list for node in _positive(rule)}
    if all(isinstance(node, Has | AnyOf) for node in walk(exception)):
        apart = [node for node in _positive(exception) if node.list not in lists and not _is_twin(node, named, lists)]
        return all_of([left, *(negate(node) for node in apart)])
    several = isinstance(exception, All) and sum(isinstance(part, Has | AnyOf) for part in exception.parts) > 1
    open_still = [Team("the exception that the study makes")] if several else []
    return any_of([left, all_of([rule, negate(exception), *open_still])])


def _is_twin(node: Has, named: Sequence[Has], lists: set[str]) -> bool:
    """Whether an illness stands beside the side effect of the same name, which is what is left out."""
    kinds = {kind for one in named if one.list in lists for kind in kinds_of(one.where)}
    return node.list == "illness" and bool(kinds) and set(kinds_of(node.where)) <= kinds


_MOST_EXCEPTIONS, _MOST_CONDITIONS = 8, 3


def _positive(rule: Expression) -> list[Has]:
    """Return what a rule says that somebody has, outside of any "not"."""
    match rule:
        case Has():
            return [rule]
        case All(parts) | AnyOf(parts):
            return [one for part in parts for one in _positive(part)]
        case _:
            return []


def _minus(rule: Expression, named: Sequence[Has]) -> Expression:
    """Return a rule whose items are none of those named."""
    match rule:
        case All(parts):
            return all_of(_minus(part, named) for part in parts)
        case AnyOf(parts):
            return any_of(_minus(part, named) for part in parts)
        case Has(items, where):
            plain: dict[str, list[str]] = {}
            wider: list[Has] = []
            for one in named:
                first = one.where[0]
                if one.list != items:
                    continue
                if len(one.where) == 1 and isinstance(first.test, TermTest) and not first.negated:
                    plain.setdefault(first.field, []).extend(first.test.terms)
                elif len(one.where) <= _MOST_CONDITIONS:
                    wider.append(one)
            left = (
                *where,
                *(Where(field, TermTest(tuple(dict.fromkeys(terms))), negated=True) for field, terms in plain.items()),
            )
            kept = [left]
            for one in wider[:_MOST_CONDITIONS]:
                against = [msgspec.structs.replace(each, negated=not each.negated) for each in one.where]
                kept = [(*each, other) for each in kept for other in against if other not in each]
            return any_of(Has(items, tuple(dict.fromkeys(each))) for each in kept)
        case _:
            return rule


_MINOR = frozenset(["nonmelanoma_skin_cancer", "in_situ_cancer", "thyroid_cancer_history", "prostate_cancer_history"])


def minor_cancers(rule: Expression) -> tuple[str, ...]:
    """Return the kinds of another cancer that a rule names, if they are such as studies leave out."""
    named = [node for node in walk(rule) if isinstance(node, Has) and node.list == "illness"]
    kinds = [kind for node in named for kind in kinds_of(node.where)]
    above = load_vocabulary().ancestors
    left_out = any(not _MINOR.isdisjoint({kind, *above("illness", kind)}) for kind in kinds)
    return tuple(kind for kind in dict.fromkeys(kinds) if kind != "second_cancer") if left_out else ()


def without_minor_cancers(rule: Expression, exception: Expression) -> Expression | None:
    """Return a rule about another cancer without the kinds that an exception names; ``None`` if it names none."""
    kinds = minor_cancers(exception)
    return without_minor(rule, kinds) if kinds else None


def without_minor(rule: Expression, kinds: tuple[str, ...]) -> Expression:
    """Return a rule about another cancer that does not speak of these kinds."""
    match rule:
        case All(parts):
            return all_of(without_minor(part, kinds) for part in parts)
        case AnyOf(parts):
            return any_of(without_minor(part, kinds) for part in parts)
        case Not(part):
            return negate(without_minor(part, kinds))
        case Has("illness", where) if any(one.test == TermTest(("second_cancer",)) for one in where):
            return Has("illness", (*where, Where("kind", TermTest(kinds), negated=True)))
        case _:
            return rule


def suppresses(rule: Expression) -> bool:
    """Whether a rule is about medicines that suppress the immune system, and nothing else."""
    return (
        isinstance(rule, Has)
        and rule.list == "medicine"
        and any(
            isinstance(where.test, TermTest) and set(where.test.terms) <= {"immunosuppressant", "corticosteroid"}
            for where in rule.where
        )
    )


def of_a_dose(rule: Expression) -> bool:
    """Whether a rule asks for medicines above a daily dose."""
    return any(
        isinstance(node, Has) and any(where.field == "daily_dose" for where in node.where) for node in walk(rule)
    )


def in_setting(rule: Expression, settings: tuple[str, ...]) -> Expression:
    """Return "has had the drug" narrowed to a setting that is named apart from it."""
    known = [one for one in settings if one != "any"]
    if not known or not isinstance(rule, Has) or rule.list != "therapy":
        return rule
    if any(where.field == "setting" for where in rule.where):
        return rule
    return Has(rule.list, (*rule.where, Where("setting", TermTest(tuple(dict.fromkeys(known))))))


TIMES = {"therapy": "end", "radiation": "end", "medicine": "end", "surgery": "date"}


_BEGAN = TIMES | {"illness": "start"}


def since(rule: Expression, period: Period) -> Expression:
    """Return a rule about illnesses and treatment with the time that the heading above it gives."""
    match rule:
        case All(parts):
            return all_of(since(part, period) for part in parts)
        case AnyOf(parts):
            return any_of(since(part, period) for part in parts)
        case Has(name, where) if name in _BEGAN and not is_dated(where):
            return Has(name, (*where, Where(_BEGAN[name], DateTest("within", period))))
        case _:
            return rule


def has_no_time(rule: Expression) -> bool:
    """Whether a rule is treatment, or any of several, without a time."""
    parts = alternatives(rule)
    return all(
        isinstance(part, Has) and part.list in TIMES and all(where.field != TIMES[part.list] for where in part.where)
        for part in parts
    )
