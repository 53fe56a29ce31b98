"""A study made ready for matching: what can be worked out once, before any person is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from abreast.case import Case
from abreast.foundation.yaml import read_yaml
from abreast.rules import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Context,
    Count,
    Expression,
    FlagTest,
    Has,
    Not,
    NumberTest,
    Residue,
    Team,
    TermTest,
)
from abreast.trials.eligibility import CompiledStudy, Criterion, Span
from abreast.trials.match.criterion import judge_criterion
from abreast.trials.match.verdict import CriterionVerdict
from abreast.trials.registry import About, Purpose, Study, subject
from abreast.vocabulary import load_vocabulary
from abreast.vocabulary.quantity import format_number


class Hook(msgspec.Struct, frozen=True):
    """Something special that a study asks for: if ``atom`` is true of a person, the study is about people like them."""

    group: str
    weight: int
    atom: Expression


class Cohort(msgspec.Struct, frozen=True):
    """One part of a study; ``criteria`` are positions in :attr:`Prepared.criteria`."""

    name: str
    criteria: tuple[int, ...]


class Prepared(msgspec.Struct, frozen=True):
    """A study, its criteria (the first ``registry_fields`` of them from fields of the record), its parts and hooks.

    ``for_all`` holds, at the place of each criterion that asks no fact (consent, words that were not understood), the
    verdict on it, which is the same for everybody; `None` for the others.
    """

    study: Study
    about: About
    purpose: Purpose
    criteria: tuple[Criterion, ...]
    registry_fields: int
    cohorts: tuple[Cohort, ...]
    hooks: tuple[Hook, ...]
    for_all: tuple[CriterionVerdict | None, ...]


def prepare(study: Study, compiled: CompiledStudy) -> Prepared:
    """Return a study ready for matching."""
    of = study.subject or subject(study)
    fields = registry_criteria(study)
    every = (*fields, *compiled.criteria)
    for_all = tuple(judge_criterion(one, _nobody()) if asks_no_fact(one.rule) else None for one in every)
    return Prepared(study, of.about, of.purpose, every, len(fields), cohorts(every), hooks(every), for_all)


def asks_no_fact(rule: Expression) -> bool:
    """Whether the answer is the same for everybody."""
    match rule:
        case Constant() | Team() | Residue():
            return True
        case Not(part):
            return asks_no_fact(part)
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            return all(map(asks_no_fact, parts))
        case _:
            return False


@cache
def _nobody() -> Context:
    return Context(Case.of(load_vocabulary(), ()), dt.date.min)


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


def cohorts(criteria: tuple[Criterion, ...]) -> tuple[Cohort, ...]:
    """Return the parts of a study: a criterion that names a part counts only there, all others count everywhere.

    Where the text names only one part ("Cohort B only"), the study has others too, which it does not name.
    """
    names = list(dict.fromkeys(criterion.cohort for criterion in criteria if criterion.cohort))
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
            for atom in _asserted(criterion.rule):
                name = atom.list if isinstance(atom, (Has, Count)) else atom.attribute
                if name in _groups() and atom not in found:
                    found[atom] = Hook(*_groups()[name], atom)
    return tuple(sorted(found.values(), key=lambda hook: -hook.weight))


def _asserted(rule: Expression) -> Iterator[Compare | Has | Count]:
    """Yield the atoms that a rule asks to be so; what stands under a "not" is not asked for."""
    match rule:
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _asserted(part)
        case Compare(_, FlagTest(False)) | Count(_, "<" | "<=" | "!="):
            pass
        case Compare() | Has() | Count():
            yield rule
        case _:
            pass
