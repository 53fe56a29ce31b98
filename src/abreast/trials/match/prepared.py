"""A study made ready for matching: what can be worked out once, before any person is known."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources
from typing import Any

import msgspec

from abreast.foundation.yaml import read_yaml
from abreast.rules import (
    TRUE,
    All,
    AnyOf,
    AtLeast,
    Compare,
    Count,
    Expression,
    FlagTest,
    Has,
    NumberTest,
    TermTest,
    all_of,
)
from abreast.rules.expression import atoms, conjuncts, subject_of
from abreast.trials.eligibility import CompiledStudy, Criterion, Span
from abreast.trials.match.parts import OTHER_CANCER, told_apart
from abreast.trials.match.verdict import CriterionSource
from abreast.trials.registry import About, Purpose, Study, subject
from abreast.vocabulary.quantity import format_number


class Hook(msgspec.Struct, frozen=True, gc=False):
    """Something special that a study asks for: if ``atom`` is true of a person, the study is about people like them."""

    group: str
    weight: int
    atom: Expression


class Cohort(msgspec.Struct, frozen=True, gc=False):
    """One part of a study; ``criteria`` are positions in :attr:`Prepared.criteria`."""

    name: str
    criteria: tuple[int, ...]


class Prepared(msgspec.Struct, frozen=True):
    """A study, its criteria (the first ``registry_fields`` of them from fields of the record), its parts and hooks."""

    study: Study
    about: About
    purpose: Purpose
    criteria: tuple[Criterion, ...]
    registry_fields: int
    cohorts: tuple[Cohort, ...]
    hooks: tuple[Hook, ...]

    def source(self, at: int) -> CriterionSource:
        """Return where the criterion at this place comes from."""
        return "registry" if at < self.registry_fields else "text"


def prepare(study: Study, compiled: CompiledStudy) -> Prepared:
    """Return a study ready for matching."""
    return prepare_read(study, text_criteria(study, compiled))


def text_criteria(study: Study, compiled: CompiledStudy) -> tuple[Criterion, ...]:
    """Return the criteria that a study's text gives, those for people with another cancer as a part of their own.

    This takes reading, so that a registry keeps it; what of the record is added to it may change from day to day.
    """
    told = told_apart(compiled.criteria, study, compiled.cohorts)
    left = {criterion.cohort for criterion in told}
    named = tuple((name, rule) for name, rule in compiled.cohorts if name in left)
    return (*told, *named_by_cohorts(named))


def prepare_read(study: Study, criteria: tuple[Criterion, ...]) -> Prepared:
    """Return a study ready for matching whose text was read before, by :func:`text_criteria`."""
    of = study.subject or subject(study)
    fields = registry_criteria(study)
    every = (*fields, *criteria)
    return Prepared(study, of.about, of.purpose, every, len(fields), cohorts(every), hooks(every))


def registry_criteria(study: Study) -> tuple[Criterion, ...]:
    """Return the record's own limits of age and sex as criteria, in the registry's words (ages in years)."""
    found: list[Criterion] = []
    if study.min_age:
        rule = Compare("age", NumberTest(">=", study.min_age))
        found.append(_field(f"Minimum age: {_years(study.min_age)}", rule, "age"))
    if study.max_age is not None:
        # The registry counts completed years: whoever is 75 and some months old has not passed 75 years.
        rule = Compare("age", NumberTest("<", study.max_age + 1))
        found.append(_field(f"Maximum age: {_years(study.max_age)}", rule, "age"))
    if study.sex in ("female", "male"):
        found.append(_field(f"Sex: {study.sex}", Compare("sex", TermTest((study.sex,))), "sex"))
    return tuple(found)


def _field(text: str, rule: Expression, family: str) -> Criterion:
    return Criterion("inclusion", "", text, Span(0, 0), rule, family=family)


def _years(age: float) -> str:
    return f"{format_number(age)} {'year' if age == 1 else 'years'}" if age >= 1 else f"{round(age * 12)} months"


def named_by_cohorts(cohorts: tuple[tuple[str, Expression], ...]) -> tuple[Criterion, ...]:
    """Return what the names of a study's parts themselves ask for: "Cohort 3 (triple negative) only".

    The other words of a name are no requirement, and are left out; so is the treatment that it names.
    """
    found = ((name, _about_disease(rule)) for name, rule in cohorts)
    return tuple(
        Criterion("inclusion", name, name, Span(0, 0), rule, family="cohort") for name, rule in found if rule != TRUE
    )


def _about_disease(rule: Expression) -> Expression:
    parts = conjuncts(rule)
    return all_of(part for part in parts if _is_about_disease(part))


def _is_about_disease(rule: Expression) -> bool:
    """Whether a rule asks for the disease or its markers: a drug in a part's name is what it gives."""
    return all(
        isinstance(atom, (Compare, Has, Count))
        and subject_of(atom) in _groups()
        and _groups()[subject_of(atom)][0] != "treatment so far"
        for atom in atoms(rule)
    )


def cohorts(criteria: tuple[Criterion, ...]) -> tuple[Cohort, ...]:
    """Return the parts of a study: a criterion that names a part counts only there, all others count everywhere.

    Where the text names only one part ("Cohort B only"), the study has others too, which it does not name. What is
    asked of people with another cancer counts in no part that anybody here could enter.
    """
    named = dict.fromkeys(criterion.cohort for criterion in criteria)
    names = [name for name in named if name not in ("", OTHER_CANCER)]
    if len(names) < 2:
        names.append("")
    return tuple(
        Cohort(name, tuple(at for at, criterion in enumerate(criteria) if criterion.cohort in ("", name)))
        for name in names
    )


# --- what is special about a study ---


@cache
def _groups() -> dict[str, tuple[str, int]]:
    text = resources.files(__package__).joinpath("data", "specificity.yaml").read_text(encoding="utf-8")
    data: list[dict[str, Any]] = read_yaml(text, "specificity.yaml")
    return {name: (group["group"], group["weight"]) for group in data for name in group["attributes"]}


def most_special() -> int:
    """Return the specificity of a study that asks for something of every group."""
    return sum(dict(_groups().values()).values())


def hooks(criteria: tuple[Criterion, ...]) -> tuple[Hook, ...]:
    """Return what the inclusion criteria ask for by name, each thing once."""
    found: dict[Expression, Hook] = {}
    for criterion in criteria:
        if criterion.section == "inclusion":
            for hook in _hooks_of(criterion.rule):
                found.setdefault(hook.atom, hook)
    return tuple(sorted(found.values(), key=lambda hook: -hook.weight))


@lru_cache(maxsize=1 << 16)
def _hooks_of(rule: Expression) -> tuple[Hook, ...]:
    """Return what a rule asks for by name; worked out once for all studies that ask the same."""
    return tuple(_hook(atom) for atom in _asked_for(rule))


@lru_cache(maxsize=1 << 16)
def _hook(atom: Compare | Has | Count) -> Hook:
    return Hook(*_groups()[subject_of(atom)], atom)


def _asked_for(rule: Expression) -> tuple[Compare | Has | Count, ...]:
    """Return the special atoms that a rule asks to be so.

    What stands under a "not" is not asked for, nor is one way of several unless each of them is special: a limit that
    is wider for those with spread to the liver does not ask for spread to the liver.
    """
    match rule:
        case All(parts):
            return tuple(atom for part in parts for atom in _asked_for(part))
        case AnyOf(parts) | AtLeast(_, parts):
            ways = [_asked_for(part) for part in parts]
            return tuple(atom for way in ways for atom in way) if all(ways) else ()
        case Compare(_, FlagTest(False)) | Count(_, "<" | "<=" | "!="):
            return ()
        case Compare() | Has() | Count():
            return (rule,) if subject_of(rule) in _groups() else ()
        case _:
            return ()
