"""What a plan says, as pieces that an expectation can be held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from abreast.case import Case
from abreast.evaluation.ideas import Dictionary, load_dictionary
from abreast.knowledge import Knowledge, Option
from abreast.plan import Plan
from abreast.plan.model import PlanOption

Kind = Literal["option", "test", "question", "appointment", "warning", "caution", "detail", "scope", "conflict"]


@dataclass(frozen=True)
class Saying:
    """One piece of a plan: its name, and all its words.

    ``drugs``, ``standing`` and ``line`` are those of an option; its drugs are what its name names, and what its entry
    lists beside.
    """

    kind: Kind
    id: str
    name: str
    text: str
    drugs: tuple[str, ...] = ()
    standing: str = ""
    line: str = ""

    def __str__(self) -> str:
        """Return kind and id."""
        return f"{self.kind} {self.id}"


@dataclass(frozen=True)
class Sayings:
    """The pieces of a plan by what they are for, and the case that it was made from."""

    plan: Plan
    case: Case
    options: tuple[Saying, ...]
    tests: tuple[Saying, ...]
    warnings: tuple[Saying, ...]
    details: tuple[Saying, ...]

    def at(self, *standings: str) -> tuple[Saying, ...]:
        """Return the options in one of these standings."""
        return tuple(one for one in self.options if one.standing in standings)

    def value(self, attribute: str) -> str:
        """Return the id of the term that the case gives an attribute; nothing when it is unknown or in conflict."""
        value = self.case.read(attribute).value
        return value if isinstance(value, str) else ""


def sayings(plan: Plan, case: Case, knowledge: Knowledge) -> Sayings:
    """Return what a plan says, in pieces."""
    dictionary = load_dictionary()
    entries = {option.id: option for option in knowledge.options}
    return Sayings(
        plan=plan,
        case=case,
        options=tuple(_option(one, entries[one.id], dictionary) for one in plan.options),
        tests=tuple(_tests(plan)),
        warnings=tuple(_warnings(plan)),
        details=tuple(_details(plan)),
    )


def _option(option: PlanOption, entry: Option, dictionary: Dictionary) -> Saying:
    detail = option.detail
    cautions = [one.text for one in option.cautions if one.certain]
    return Saying(
        kind="option",
        id=option.id,
        name=_join(option.name, option.plain_name),
        text=_join(option.name, option.plain_name, option.why, detail.what_it_is, detail.how_given, *cautions),
        drugs=_drugs(option.name, entry.drugs, dictionary),
        standing=option.standing,
        line=_join(option.line, option.category, *entry.settings),
    )


def _drugs(name: str, listed: tuple[str, ...], dictionary: Dictionary) -> tuple[str, ...]:
    """Return the drugs of an option: those of its name, and those listed that none of the named ones stands for."""
    named = [drug for found in dictionary.drugs_of(name) for drug in found.what]
    more = [one for one in listed if not any(dictionary.related(one, other) for other in named)]
    return tuple(dict.fromkeys((*named, *more)))


def _tests(plan: Plan) -> Iterator[Saying]:
    for test in plan.tests:
        yield Saying(
            "test",
            test.id,
            _join(test.name, test.plain_name),
            _join(test.name, test.plain_name, test.why, *(one.text for one in test.why_for_you), test.what_it_is_like,
                  test.who_orders, test.question),
        )  # fmt: skip
    for visit in plan.appointments:
        yield Saying("appointment", visit.id, visit.name, _join(visit.name, visit.why))
    for option in plan.options:
        if option.category == "referral" and option.standing == "talk_about":
            yield Saying(
                "option", option.id, option.name, _join(option.name, option.plain_name, option.detail.what_it_is)
            )
    for question in plan.questions:
        yield Saying("question", question.id, question.text, _join(question.text, question.why))


_URGENT = {"emergency": "emergency", "same_day": "same day"}


def _warnings(plan: Plan) -> Iterator[Saying]:
    for warning in (*plan.warnings_now, *plan.warnings):
        yield Saying(
            "warning",
            warning.id,
            warning.title,
            _join(warning.title, _URGENT.get(warning.urgency, ""), *warning.signs, warning.text, warning.act),
        )
    yield Saying("scope", plan.scope.status, plan.scope.status, plan.scope.text)
    for conflict in plan.conflicts:
        yield Saying("conflict", conflict.attribute, conflict.name, conflict.text)
    for option in plan.options:
        for one in option.cautions:
            if one.certain or option.standing != "not_now":
                yield Saying("caution", option.id, option.name, _join(option.name, one.text))


def _details(plan: Plan) -> Iterator[Saying]:
    """Yield what stands inside the options that are worth talking about: side effects to report, and checks."""
    for option in plan.options:
        if option.standing == "talk_about":
            for effect in option.detail.serious:
                yield Saying("detail", option.id, option.name, _join(option.name, effect.text, effect.report))
            for check in option.detail.checks:
                yield Saying("detail", option.id, option.name, _join(option.name, check))


def _join(*texts: str) -> str:
    return ". ".join(text for text in texts if text)


__all__ = ["Saying", "Sayings", "sayings"]
