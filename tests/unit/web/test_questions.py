"""Answers become facts; what is no answer is told and changes nothing; unknown is never "no"."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.case import Case
from abreast.foundation.dates import PartialDate
from abreast.rules import Context, Truth, evaluate, parse_rule
from abreast.vocabulary import Vocabulary
from abreast.web.questions import (
    NONE,
    NotAnAnswer,
    facts_of,
    given,
    interview,
    of_attribute,
    of_rule,
    of_step,
    treatment_of,
)

TODAY = dt.date(2026, 11, 21)
ESR1 = "has variant(gene: ESR1, significance: pathogenic)"
BRCA = "has variant(gene: [BRCA1, BRCA2], origin: germline, significance: pathogenic)"


def truth(rule: str, case: Case) -> Truth:
    return evaluate(parse_rule(rule, case.vocabulary), Context(case, TODAY)).truth


def test_the_short_path_has_ten_questions_or_fewer_and_each_has_a_reason_and_a_place(vocabulary: Vocabulary) -> None:
    questions = [of_step(step, vocabulary) for step in interview().short_path]
    assert len(questions) <= 10
    assert all(one.title.endswith("?") and one.why and one.where for one in questions)


def test_choices_are_terms_of_the_vocabulary(vocabulary: Vocabulary) -> None:
    for step in (*interview().short_path, *interview().others):
        known = vocabulary.attribute(step.attribute)
        terms = known.fields["site"].terms if step.attribute == "metastasis" else known.terms
        if terms:
            assert {one.value for one in step.choices} <= set(vocabulary.terms[terms])
    for field in ("setting", "outcome"):
        terms = vocabulary.field("therapy", field).terms
        assert {one.value for one in getattr(interview(), f"{field}s")} <= set(vocabulary.terms[terms])
    assert set(interview().about_today) <= set(vocabulary.attributes)


@pytest.mark.parametrize(
    ("rule", "answer", "expected"),
    [
        (ESR1, ["yes"], Truth.TRUE),
        (ESR1, ["no"], Truth.FALSE),
        (BRCA, ["BRCA1"], Truth.TRUE),
        (BRCA, [NONE], Truth.FALSE),
    ],
)
def test_an_answer_to_a_rule_settles_that_rule(
    vocabulary: Vocabulary, rule: str, answer: list[str], expected: Truth
) -> None:
    question = of_rule("?", rule, vocabulary)
    assert question is not None
    facts = facts_of(question, {"answer": answer}, vocabulary, TODAY)
    case = Case.of(vocabulary, facts)
    assert truth(rule, case) is expected
    assert given(question, case) == {"answer": answer}


def test_what_was_not_ticked_stays_unknown(vocabulary: Vocabulary) -> None:
    question = of_rule("?", BRCA, vocabulary)
    assert question is not None
    case = Case.of(vocabulary, facts_of(question, {"answer": ["BRCA1"]}, vocabulary, TODAY))
    assert truth("has variant(gene: BRCA2, origin: germline, significance: pathogenic)", case) is Truth.UNKNOWN


@pytest.mark.parametrize(
    "rule",
    [
        "has therapy(drug: endocrine_therapy, setting: adjuvant, end: within 18 months)",
        "has therapy(drug: endocrine_therapy, ongoing: no)",
        "has metastasis(site: not bone)",
        "has line(drug: chemotherapy)",
    ],
)
def test_yes_or_no_does_not_answer_what_asks_for_a_date_or_something_derived(vocabulary: Vocabulary, rule: str) -> None:
    assert of_rule("?", rule, vocabulary) is None


@pytest.mark.parametrize(
    ("attribute", "answers", "said"),
    [
        ("hemoglobin", {"answer": ["twelve"]}, "Type a number in g/dL"),
        ("hemoglobin", {"answer": ["120000"]}, "cannot be right"),
        ("hemoglobin", {"answer": ["12 mm"]}, "Type a number in g/dL"),
        ("hemoglobin", {"answer": ["12"], "date-year": ["2031"]}, "between the year 1900 and today"),
        ("birth_date", {"answer-year": [""]}, "at least the year"),
        ("birth_date", {"answer-year": ["1968"], "answer-day": ["9"]}, "not a date"),
        ("birth_date", {"answer-year": ["1968"], "answer-month": ["13"]}, "not a date"),
        ("birth_date", {"answer-year": ["-1"]}, "not a date"),
        ("er.status", {"answer": ["sometimes"]}, "Choose one of the answers"),
        ("er.status", {}, "Choose one of the answers"),
        ("zip", {"answer": ["6061"]}, "five digits"),
        ("country", {"answer": ["x" * 201]}, "Type an answer"),
    ],
)
def test_what_is_no_answer_is_told(
    vocabulary: Vocabulary, attribute: str, answers: dict[str, list[str]], said: str
) -> None:
    with pytest.raises(NotAnAnswer, match=said):
        facts_of(of_attribute(attribute, vocabulary), answers, vocabulary, TODAY)


def test_a_number_keeps_its_unit_and_the_day_of_its_test(vocabulary: Vocabulary) -> None:
    answers = {"answer": ["7.5 mmol/L"], "date-year": ["2026"], "date-month": ["3"]}
    (fact,) = facts_of(of_attribute("hemoglobin", vocabulary), answers, vocabulary, TODAY)
    assert str(fact.value) == "7.5 mmol/L"
    assert fact.date == PartialDate.parse("2026-03")


def test_what_is_true_of_today_has_todays_date(vocabulary: Vocabulary) -> None:
    (fact,) = facts_of(of_attribute("ecog", vocabulary), {"answer": ["1"]}, vocabulary, TODAY)
    assert str(fact.date) == str(TODAY)


def test_no_spread_is_a_denial_of_every_place(vocabulary: Vocabulary) -> None:
    step = next(one for one in interview().short_path if one.attribute == "metastasis")
    case = Case.of(vocabulary, facts_of(of_step(step, vocabulary), {"answer": [NONE]}, vocabulary, TODAY))
    assert truth("has metastasis(site: brain)", case) is Truth.FALSE


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Type the name"),
        ({"drug": ["sugar"]}, "does not know that name"),
        ({"drug": ["letrozole"], "ongoing": ["yes"], "end-year": ["2020"]}, "You take it now"),
        ({"drug": ["letrozole"], "start-year": ["2024"], "end-year": ["2020"]}, "ended before it began"),
    ],
)
def test_a_treatment_that_cannot_be_is_told(vocabulary: Vocabulary, answers: dict[str, list[str]], said: str) -> None:
    with pytest.raises(NotAnAnswer, match=said):
        treatment_of(answers, vocabulary, TODAY, 1)


def test_a_treatment_is_known_by_its_brand(vocabulary: Vocabulary) -> None:
    fact = treatment_of({"drug": ["Ibrance"], "setting": ["metastatic"]}, vocabulary, TODAY, 1)
    assert fact.fields == {"drug": ("palbociclib",), "setting": ("metastatic",)}
