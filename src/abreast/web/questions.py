"""Questions: how a thing that is not known is asked for in a form, and how the answer becomes facts.

Nothing here decides which question comes next; :mod:`abreast.web.interview` does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from abreast.case import Case, Declaration, Fact, Source, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext, mark
from abreast.foundation.yaml import read_yaml
from abreast.plan.words import say_fact
from abreast.rules import Has, TermTest, parse_rule
from abreast.rules.words import ask_for
from abreast.vocabulary import Attribute, Quantity, Vocabulary
from abreast.vocabulary.quantity import parse_quantity
from abreast.vocabulary.spoken import speaking

Form = Literal["choice", "checks", "number", "date", "text", "treatments"]
ANSWER = "answer:"
"""The ids of facts that an answer made begin so, followed by the question."""

LONGEST = 200


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to choose: a term id, ``yes`` or ``no``, and what the person reads."""

    value: str
    label: str


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of the short path."""

    attribute: str
    ask: str = ""
    hint: str = ""
    unless: str = ""
    choices: tuple[Choice, ...] = ()


class Begun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What beginning the interview itself says."""

    attribute: str
    value: str


class Interview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``interview.yaml``."""

    begun_with: Begun
    short_path: tuple[Step, ...]
    others: tuple[Step, ...]
    about_today: tuple[str, ...]
    settings: tuple[Choice, ...]
    outcomes: tuple[Choice, ...]


@cache
def interview() -> Interview:
    """Return the interview's data, read once."""
    text = resources.files(__package__).joinpath("data", "interview.yaml").read_text(encoding="utf-8")
    return msgspec.convert(read_yaml(text, "interview.yaml"), Interview)


@dataclass(frozen=True)
class Question:
    """One question as a page shows it."""

    id: str
    title: str
    attribute: str
    form: Form
    rule: str = ""
    hint: str = ""
    why: str = ""
    where: str = ""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    asks_date: bool = False
    about_today: bool = False


class NotAnAnswer(InputError):  # noqa: N818 - read as a sentence where it is raised
    """What was typed or chosen cannot be an answer; the message says what was expected."""


# --- making questions ----------------------------------------------------------------------------------------------


def of_step(step: Step, vocabulary: Vocabulary) -> Question:
    """Return a question of the short path."""
    made = _general(step.attribute, vocabulary)
    form: Form = made.form
    if step.attribute == "therapy":
        form = "treatments"
    elif step.attribute == "metastasis":
        form = "checks"
    elif step.choices:
        form = "choice"
    return replace(
        made,
        title=gettext(step.ask) if step.ask else made.title,
        hint=gettext(step.hint) if step.hint else "",
        form=form,
        choices=in_words(step.choices) or made.choices,
    )


def in_words(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return choices of the interview's data with their labels in the language of now."""
    return tuple(Choice(one.value, gettext(one.label)) for one in choices)


def of_attribute(attribute: str, vocabulary: Vocabulary) -> Question:
    """Return the question for an attribute: its own, or in the general form that its kind calls for."""
    own = next((step for step in interview().others if step.attribute == attribute), None)
    return of_step(own, vocabulary) if own else _general(attribute, vocabulary)


def _general(attribute: str, vocabulary: Vocabulary) -> Question:
    vocabulary = speaking(vocabulary)
    known = vocabulary.attribute(attribute)
    form: Form = "text"
    choices: tuple[Choice, ...] = ()
    if known.kind == "term":
        form, choices = "choice", _terms(known, vocabulary)
    elif known.kind == "flag":
        form, choices = "choice", in_words(YES_NO)
    elif known.kind == "number":
        form = "number"
    elif known.kind == "date":
        form = "date"
    today = attribute in interview().about_today
    return Question(
        id=attribute,
        title=ask_for(known, vocabulary),
        attribute=attribute,
        form=form,
        why=known.why,
        where=known.where,
        choices=choices,
        unit=_unit(known),
        asks_date=form == "number" and known.group in ("function", "markers") and not today,
        about_today=today,
    )


YES_NO = (Choice("yes", mark("Yes")), Choice("no", mark("No")))
NONE = "none"


def of_rule(title: str, rule: str, vocabulary: Vocabulary) -> Question | None:
    """Return the question whether a list has such an item, or ``None`` when yes and no would not answer it.

    A date or a number among the conditions cannot be answered by yes or no without saying more than was asked.
    """
    node = parse_rule(rule, vocabulary, Place("question"))
    if not isinstance(node, Has) or vocabulary.attribute(node.list).derived:
        return None
    conditions = _conditions(node)
    several = [name for name, terms in (conditions or {}).items() if len(terms) > 1]
    if not conditions or len(several) > 1:
        return None
    vocabulary = speaking(vocabulary)
    choices: tuple[Choice, ...] = in_words(YES_NO)
    if several:
        terms = vocabulary.terms[vocabulary.field(node.list, several[0]).terms]
        choices = tuple(Choice(one, terms[one].name) for one in conditions[several[0]])
    known = vocabulary.attribute(node.list)
    return Question(
        id=f"has-{hashlib.blake2b(rule.encode(), digest_size=6).hexdigest()}",
        title=title,
        attribute=node.list,
        form="checks" if several else "choice",
        rule=rule,
        why=known.why,
        where=known.where,
        choices=choices,
        about_today=node.list in interview().about_today,
    )


def _conditions(node: Has) -> dict[str, tuple[str, ...]] | None:
    conditions: dict[str, tuple[str, ...]] = {}
    for where in node.where:
        if where.negated or not isinstance(where.test, TermTest) or where.field in conditions:
            return None
        conditions[where.field] = where.test.terms
    return conditions


def _terms(known: Attribute, vocabulary: Vocabulary) -> tuple[Choice, ...]:
    return tuple(Choice(one.id, one.plain or one.name) for one in vocabulary.terms[known.terms].values())


def _unit(known: Attribute) -> str:
    return "" if known.unit.startswith("{") else known.unit


# --- from answers to facts -----------------------------------------------------------------------------------------

Answers = Mapping[str, list[str]]
"""What a form sent: for each field its values."""


def facts_of(question: Question, answers: Answers, vocabulary: Vocabulary, today: dt.date) -> tuple[Fact, ...]:
    """Return the facts that an answer states.

    Raises:
        NotAnAnswer: naming what was expected.
    """
    facts = list(_facts(question, answers, vocabulary, today))
    return tuple(replace(fact, id=f"{ANSWER}{question.id}:{number}") for number, fact in enumerate(facts, start=1))


def _facts(question: Question, answers: Answers, vocabulary: Vocabulary, today: dt.date) -> Iterator[Fact]:
    source = Source("answer", place=question.title)
    date = PartialDate.parse(str(today)) if question.about_today else None
    if question.rule or question.form == "checks":
        yield from _items(question, answers, vocabulary, source, date)
        return
    known = vocabulary.attribute(question.attribute)
    if question.asks_date:
        date = read_date(answers, "date", today, needed=False) or date
    yield Fact(question.attribute, _value(question, known, answers, vocabulary, today), date=date, source=source)


def _value(question: Question, known: Attribute, answers: Answers, vocabulary: Vocabulary, today: dt.date) -> Value:
    given = _first(answers, "answer")
    if question.form == "choice":
        if given not in {choice.value for choice in question.choices}:
            raise NotAnAnswer(gettext("Choose one of the answers, or press “I do not know”."))
        if known.kind == "number":
            return _number(known, given, vocabulary)
        return given == "yes" if known.kind == "flag" else given
    if question.form == "number":
        return _number(known, given, vocabulary)
    if question.form == "date":
        date = read_date(answers, "answer", today, needed=True)
        assert date is not None
        return date
    return _text(known, given)


def _number(known: Attribute, given: str, vocabulary: Vocabulary) -> Quantity:
    expected = gettext("Type a number, such as it stands on the report.")
    if _unit(known):
        expected = gettext("Type a number in %(unit)s, such as it stands on the report.") % {"unit": _unit(known)}
    if not given:
        raise NotAnAnswer(expected + " " + gettext("Or press “I do not know”."))
    try:
        value = parse_quantity(given.replace(",", "."))
    except ValueError:
        raise NotAnAnswer(expected) from None
    unit = vocabulary.unit(value.unit) if value.unit else known.unit
    if unit is None or vocabulary.convert(value.scaled(1, unit), known.id, known.unit) is None:
        raise NotAnAnswer(expected)
    value = value.scaled(1, unit)
    in_own_unit = vocabulary.convert(value, known.id, known.unit)
    if known.plausible and in_own_unit is not None:
        low, high = known.plausible
        if in_own_unit.high < low or in_own_unit.low > high:
            limits = {"low": f"{low:g}", "high": f"{high:g} {_unit(known)}".rstrip()}
            raise NotAnAnswer(
                gettext(
                    "That cannot be right: such values lie between %(low)s and %(high)s. Look at the unit on the "
                    "report."
                )
                % limits
            )
    return value


def _text(known: Attribute, given: str) -> str:
    if not given or len(given) > LONGEST:
        raise NotAnAnswer(gettext("Type an answer, or press “I do not know”."))
    if known.id == "zip":
        digits = given.split("-", maxsplit=1)[0]
        if len(digits) != 5 or not digits.isascii() or not digits.isdigit():
            raise NotAnAnswer(gettext("A ZIP code has five digits, such as 60611."))
        return digits
    return given


def _items(
    question: Question, answers: Answers, vocabulary: Vocabulary, source: Source, date: PartialDate | None
) -> Iterator[Fact]:
    fields, key = _scope(question, vocabulary)
    given = list(dict.fromkeys(answers.get("answer", ())))
    if not given:
        raise NotAnAnswer(gettext("Choose an answer, or press “I do not know”."))
    allowed = {choice.value for choice in question.choices} | ({NONE} if question.form == "checks" else set())
    if not set(given) <= allowed or (NONE in given and len(given) > 1):
        raise NotAnAnswer(gettext("Choose either “None of these” or what applies."))
    if question.form == "choice":
        yield Fact(question.attribute, fields=fields, absent=given[0] == "no", date=date, source=source)
    elif given == [NONE] and not question.rule:
        yield Fact(question.attribute, absent=True, date=date, source=source)
    elif given == [NONE]:
        for choice in question.choices:
            denied = {**fields, key: (choice.value,)}
            yield Fact(question.attribute, fields=denied, absent=True, date=date, source=source)
    else:
        for one in given:
            yield Fact(question.attribute, fields={**fields, key: (one,)}, date=date, source=source)


def _scope(question: Question, vocabulary: Vocabulary) -> tuple[dict[str, tuple[Value, ...]], str]:
    """Return the fields that every item of the answer has, and the field that the choices fill."""
    if not question.rule:
        return {}, "site"
    node = parse_rule(question.rule, vocabulary, Place("question"))
    assert isinstance(node, Has)
    conditions = _conditions(node) or {}
    several = [name for name, terms in conditions.items() if len(terms) > 1]
    fixed: dict[str, tuple[Value, ...]] = {name: terms for name, terms in conditions.items() if name not in several}
    return fixed, several[0] if several else ""


def read_date(answers: Answers, name: str, today: dt.date, *, needed: bool) -> PartialDate | None:
    """Return the date of three fields (``name-month``, ``-day``, ``-year``); month and day may be left out.

    Raises:
        NotAnAnswer: when it is no date, lies in the future, or is needed and missing.
    """
    year, month, day = (_first(answers, f"{name}-{part}") for part in ("year", "month", "day"))
    if not (year or month or day):
        if needed:
            raise NotAnAnswer(gettext("Type at least the year, or press “I do not know”."))
        return None
    try:
        text = "-".join(f"{int(part):0{width}d}" for part, width in ((year, 4), (month, 2), (day, 2)) if part)
        if not year or (day and not month):
            raise ValueError
        date = PartialDate.parse(text)
    except ValueError:
        raise NotAnAnswer(
            gettext("That is not a date. Type the month as a number, such as 3 for March, and the year.")
        ) from None
    if date.earliest > today or date.earliest.year < 1900:
        raise NotAnAnswer(gettext("The date must lie between the year 1900 and today."))
    return date


def _first(answers: Answers, name: str) -> str:
    values = answers.get(name, [])
    return " ".join(values[0].split()) if values else ""


# --- treatments ----------------------------------------------------------------------------------------------------


def treatment_of(answers: Answers, vocabulary: Vocabulary, today: dt.date, number: int) -> Fact:
    """Return the treatment that the form for one medicine states.

    Raises:
        NotAnAnswer: naming what was expected.
    """
    name = _first(answers, "drug")
    drug = vocabulary.by_name("drug", name) if name else None
    if drug is None:
        raise NotAnAnswer(
            gettext(
                "abreast does not know that name. Type the name on the package or the report, such as letrozole or "
                "Ibrance."
            )
            if name
            else gettext("Type the name of the medicine.")
        )
    fields: dict[str, tuple[Value, ...]] = {"drug": (drug,)}
    data = interview()
    for field, choices in (("setting", data.settings), ("outcome", data.outcomes)):
        chosen = _first(answers, field)
        if chosen in {choice.value for choice in choices}:
            fields[field] = (chosen,)
    start, end = (read_date(answers, part, today, needed=False) for part in ("start", "end"))
    now = _first(answers, "ongoing")
    if now == "yes" and (end is not None or "outcome" in fields):
        raise NotAnAnswer(gettext("You take it now, so leave out when and why it ended."))
    if start and end and end.latest < start.earliest:
        raise NotAnAnswer(gettext("It ended before it began. Look at the two dates again."))
    fields |= {name: (value,) for name, value in (("start", start), ("end", end)) if value}
    if now in ("yes", "no"):
        fields["ongoing"] = (now == "yes",)
    return Fact("therapy", fields=fields, source=Source("answer", place="therapy"), id=f"{ANSWER}therapy:{number}")


# --- answers in a case ---------------------------------------------------------------------------------------------


def without_answer(case: Case, question: str) -> Case:
    """Return the case without what an earlier answer to a question stated."""
    gone = {fact.id for fact in case.facts if fact.id.startswith(f"{ANSWER}{question}:")}
    return replace(
        case,
        facts=tuple(fact for fact in case.facts if fact.id not in gone),
        settled=tuple(one for one in case.settled if one.fact not in gone),
    )


def answers_to(case: Case, question: str) -> tuple[Fact, ...]:
    """Return the facts that the person's answer to a question stated."""
    return tuple(fact for fact in case.facts if fact.id.startswith(f"{ANSWER}{question}:"))


def said(case: Case, question: Question | None, question_id: str) -> str:
    """Return the person's answer in the words of the question's choices, else in general ones; nothing without one."""
    facts = answers_to(case, question_id)
    labels = {choice.value: choice.label for choice in question.choices} if question else {}
    if question and facts and labels:
        chosen = given(question, case).get("answer", [])
        if chosen == [NONE]:
            return gettext("none of these") if question.rule else gettext("it has not spread to a distant place")
        return "; ".join(labels.get(one, one) for one in chosen)
    return "; ".join(say_fact(fact, speaking(case.vocabulary)) for fact in facts)


def declaring(case: Case, name: str, *, complete: bool) -> Case:
    """Return the case with the person's word that a list is complete, or without it."""
    kept = tuple(one for one in case.complete if one.list != name or one.source.kind != "answer")
    if complete:
        kept = (*kept, Declaration(name, Source("answer", place=name)))
    return replace(case, complete=kept)


def given(question: Question, case: Case) -> dict[str, list[str]]:
    """Return an earlier answer as the form would send it, to show it again."""
    facts = answers_to(case, question.id)
    if not facts:
        chosen = [one.fact for one in case.settled if question.id == f"conflict-{one.attribute}"]
        return {"answer": chosen} if chosen else {}
    if question.rule or question.form == "checks":
        return {"answer": _given_items(question, facts, case.vocabulary)}
    value = facts[0].value
    if isinstance(value, bool):
        return {"answer": ["yes" if value else "no"]}
    result: dict[str, list[str]] = {}
    if isinstance(value, PartialDate):
        result |= _given_date("answer", value)
    elif value is not None:
        result["answer"] = [str(value)]
    if question.asks_date and facts[0].date:
        result |= _given_date("date", facts[0].date)
    return result


def _given_items(question: Question, facts: tuple[Fact, ...], vocabulary: Vocabulary) -> list[str]:
    if question.form == "choice":
        return ["no" if facts[0].absent else "yes"]
    if facts[0].absent:
        return [NONE]
    key = _scope(question, vocabulary)[1]
    return [str(fact.get(key)) for fact in facts]


def _given_date(name: str, date: PartialDate) -> dict[str, list[str]]:
    parts = {"year": date.year, "month": date.month, "day": date.day}
    return {f"{name}-{part}": [str(number)] for part, number in parts.items() if number is not None}


__all__ = [
    "ANSWER",
    "NONE",
    "Answers",
    "Choice",
    "NotAnAnswer",
    "Question",
    "Step",
    "answers_to",
    "declaring",
    "facts_of",
    "given",
    "in_words",
    "interview",
    "of_attribute",
    "of_rule",
    "of_step",
    "read_date",
    "said",
    "treatment_of",
    "without_answer",
]
