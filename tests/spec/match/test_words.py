"""Rules and missing facts in plain words: each row is a rule, its words, and the question it asks."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.case import Case
from abreast.rules import Context, Missing, Residue, Team, evaluate, parse_rule
from abreast.rules.words import describe, question_for
from abreast.trials.match import load_matcher
from abreast.trials.registry import open_registry
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
EMPTY = Context(Case.of(VOCABULARY, ()), dt.date(2026, 11, 21))

ROWS = [
    (
        "has metastasis(site: brain)",
        "spread to the brain",
        "Has the cancer spread to the brain?",
    ),
    (
        "has metastasis(site: not bone)",
        "spread to any part of the body other than bone",
        "Has the cancer spread to any part of the body other than bone?",
    ),
    (
        "has therapy(drug: letrozole, end: within 14 days)",
        "treatment with letrozole in the last 14 days",
        "Have you had letrozole in the last 14 days?",
    ),
    (
        "no therapy(drug: letrozole)",
        "no treatment with letrozole",
        "Have you had letrozole?",
    ),
    (
        "has radiation(site: brain, end: before 4 weeks)",
        "radiation to the brain that ended more than 4 weeks ago",
        "Have you had radiation to the brain that ended more than 4 weeks ago?",
    ),
    (
        "has variant(gene: ESR1)",
        "a change in ESR1",
        "Has a gene test found a change in ESR1?",
    ),
    (
        "has medicine(drug: letrozole)",
        "taking letrozole",
        "Do you take letrozole?",
    ),
]


@pytest.mark.parametrize(("rule", "words", "question"), ROWS, ids=[row[0] for row in ROWS])
def test_lists(rule: str, words: str, question: str) -> None:
    made = parse_rule(rule, VOCABULARY)
    assert describe(made, VOCABULARY) == words
    (missing,) = evaluate(made, EMPTY).missing
    assert question_for(missing, VOCABULARY) == question


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("ast <= 3 x ULN", "at most 3 times the upper normal limit"),
        ("anc >= 1.5 10*9/L", "at least 1.5 x 10^9/L"),
        ("ecog <= 1 within 28 days", "at most 1, measured in the last 28 days"),
        ("ecog <= 1 and not lvef < 50 %", "at most 1 and not: "),
        ("at least 2 of (ecog <= 1; lvef < 50 %; measurable is yes)", "at least 2 of these: "),
        ("always", "holds for everyone"),
    ],
)
def test_values_and_joins(rule: str, says: str) -> None:
    assert says in describe(parse_rule(rule, VOCABULARY), VOCABULARY)


def test_what_only_the_team_or_nobody_can_say() -> None:
    for rule, words in ((Team("consent"), "consent"), (Residue("words of old"), "“words of old”")):
        (missing,) = evaluate(rule, EMPTY).missing
        assert words in question_for(missing, VOCABULARY)
        assert words in describe(rule, VOCABULARY)


@pytest.mark.parametrize("why", ["conflict", "suspected", "too_old", "too_vague"])
def test_what_is_wrong_with_what_is_known(why: str) -> None:
    plain = VOCABULARY.attribute("her2.status").plain
    said = question_for(Missing("her2.status", why), VOCABULARY)  # type: ignore[arg-type]
    assert plain in said
    assert said.endswith("?")


def test_every_attribute_has_a_question() -> None:
    for attribute in VOCABULARY.attributes.values():
        said = question_for(Missing(attribute.id, "unknown"), VOCABULARY)
        assert said.endswith("?")
        assert "{" not in said


def test_every_rule_of_the_shipped_studies_can_be_said() -> None:
    with open_registry() as registry:
        matcher = load_matcher(registry)
    for study in matcher.studies:
        for criterion in study.criteria:
            assert describe(criterion.rule, VOCABULARY)
            for missing in evaluate(criterion.rule, EMPTY).missing:
                said = question_for(missing, VOCABULARY)
                assert said.strip()
                assert "{}" not in said
