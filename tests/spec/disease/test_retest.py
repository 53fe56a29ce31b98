"""A gene change that was not found, and growth that came after the test."""

from __future__ import annotations

import pytest

from abreast.rules import Context, Truth, evaluate, parse_rule
from tests.spec.disease.disease_tables import TODAY, derived, rows
from tests.spec.rules.rule_tables import SIGNS, VOCABULARY

FOUND = parse_rule("has variant(gene: ESR1)", VOCABULARY)

TABLE = """
    what the record says                                                                                      | ESR1
    ----------------------------------------------------------------------------------------------------------+-----
    @2023-05 no variant gene=ESR1                                                                             | no
    @2023-05 no variant gene=ESR1; therapy drug=letrozole start=2022 end=2025-03 outcome=progression          | ?
    @2023-05 no variant gene=ESR1; therapy drug=letrozole start=2022; progression.date 2025-03-10             | ?
    @2023-05 no variant gene=ESR1; therapy drug=letrozole start=2022; @2025-03 progressing yes                | ?
    @2023-05 no variant; therapy drug=letrozole start=2022; progression.date 2025-03-10                       | ?
    @2023-05 no variant gene=ESR1; therapy drug=letrozole start=2022; progression.date 2023-05-01             | no
    @2023-05-02 no variant gene=ESR1; therapy drug=letrozole start=2022; progression.date 2023-05-01          | no
    @2023-05 no variant gene=ESR1; therapy drug=letrozole start=2022; perhaps progression.date 2025-03-10     | no
    @2023-05 no variant gene=ESR1; therapy drug=capecitabine start=2022; progression.date 2025-03-10          | no
    @2023-05 no variant gene=ESR1; therapy drug=letrozole start=2026; progression.date 2025-03-10             | no
    no variant gene=ESR1; therapy drug=letrozole start=2022; progression.date 2025-03-10                      | no
    @2023-05 no variant gene=ESR1; @2025-04 no variant gene=ESR1; therapy drug=letrozole; progression.date 2025-03 | no
    @2023-05 no variant gene=ESR1; @2025-04 variant gene=ESR1; therapy drug=letrozole; progression.date 2025-03-10 | yes
"""


@pytest.mark.parametrize(("facts", "expected"), rows(TABLE))
def test_a_negative_result_speaks_of_the_time_before_growth(facts: str, expected: str) -> None:
    assert SIGNS[evaluate(FOUND, Context(derived(facts), TODAY)).truth] == expected


def test_the_answer_asks_for_a_newer_result_and_names_the_old_one() -> None:
    case = derived("@2023-05 no variant gene=ESR1; therapy drug=letrozole start=2022; progression.date 2025-03-10")
    answer = evaluate(FOUND, Context(case, TODAY))
    assert [one.why for one in answer.missing] == ["too_old"]
    doubt = case.fact(answer.facts[0])
    assert doubt.certainty == "suspected"
    assert {case.fact(one).attribute for one in doubt.source.facts} == {"variant", "progression.date"}
    assert "ASCO" in doubt.source.citations[0]


def test_changes_that_do_not_come_under_treatment_stay_denied() -> None:
    facts = "@2023-05 no variant gene=PIK3CA; therapy drug=letrozole start=2022; progression.date 2025-03-10"
    rule = parse_rule("has variant(gene: PIK3CA)", VOCABULARY)
    assert evaluate(rule, Context(derived(facts), TODAY)).truth is Truth.FALSE


def test_an_inherited_finding_is_another_matter() -> None:
    facts = (
        "@2023-05 no variant gene=ESR1 origin=germline; therapy drug=letrozole start=2022; progression.date 2025-03-10"
    )
    assert not derived(facts).items("variant")
