"""Rules and missing facts in plain words: each row is a rule, its words, and the question it asks."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.case import Case
from abreast.foundation.language import use
from abreast.rules import Context, Missing, Residue, Team, evaluate, parse_rule
from abreast.rules.words import describe, question_for, words_in
from abreast.trials.match import load_matcher
from abreast.trials.registry import open_registry
from abreast.vocabulary import load_vocabulary
from abreast.vocabulary.spoken import speaking

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
    (
        "has medicine(drug: strong_cyp3a4_inhibitor)",
        "taking a strong CYP3A4 inhibitor",
        "Do you take a strong CYP3A4 inhibitor?",
    ),
    (
        "no therapy(drug: [aromatase_inhibitor, tamoxifen], setting: metastatic, outcome: progression, "
        "end: before 12 months)",
        "no treatment with an aromatase inhibitor or tamoxifen for advanced or metastatic disease "
        "that ended more than 12 months ago with this result: the cancer grew",
        "Have you had an aromatase inhibitor or tamoxifen for advanced or metastatic disease "
        "that ended more than 12 months ago with this result: the cancer grew?",
    ),
    (
        "has therapy(drug: taxane, end: before 0 days)",
        "treatment with a taxane that has ended",
        "Have you had a taxane that has ended?",
    ),
    (
        "no symptom(kind: [seizure, breathlessness], date: within 60 days)",
        "no seizure or short of breath now or in the last 60 days",
        "Do you have a seizure or shortness of breath now or in the last 60 days?",
    ),
    (
        "has variant(gene: [BRCA1, BRCA2], origin: germline, significance: pathogenic)",
        "a change in BRCA1 or BRCA2 (inherited) that the report calls pathogenic",
        "Has a gene test found a change in BRCA1 or BRCA2 (inherited) that the report calls pathogenic?",
    ),
    (
        "has therapy(drug: [palbociclib, ribociclib, abemaciclib, letrozole, exemestane])",
        "treatment with palbociclib, ribociclib, abemaciclib or one of 2 others",
        "Have you had palbociclib, ribociclib, abemaciclib or one of 2 others?",
    ),
]

SPANISH = [
    ("has medicine(drug: strong_cyp3a4_inhibitor)", "¿Toma un inhibidor fuerte de CYP3A4?"),
    ("has therapy(drug: anthracycline, setting: curative)", "¿Ha recibido una antraciclina con la meta de curar?"),
    ("has symptom(kind: [new_cough, breathlessness])", "¿Tiene una tos nueva o peor o falta de aire?"),
    ("has illness(kind: fracture, status: past)", "¿Tiene o ha tenido un hueso roto (en el pasado)?"),
    (
        "has variant(gene: BRCA1, origin: germline, significance: pathogenic)",
        "¿Una prueba genética ha hallado un cambio en BRCA1 (heredado) que el informe llama patogénico?",
    ),
]


@pytest.mark.parametrize(("rule", "words", "question"), ROWS, ids=[row[0] for row in ROWS])
def test_lists(rule: str, words: str, question: str) -> None:
    made = parse_rule(rule, VOCABULARY)
    assert describe(made, VOCABULARY) == words
    (missing,) = evaluate(made, EMPTY).missing
    assert question_for(missing, VOCABULARY) == question


@pytest.mark.parametrize(("rule", "question"), SPANISH)
def test_lists_in_spanish(rule: str, question: str) -> None:
    (missing,) = evaluate(parse_rule(rule, VOCABULARY), EMPTY).missing
    with use("es"):
        assert question_for(missing, speaking(VOCABULARY)) == question


@pytest.mark.parametrize("language", ["en", "es"])
def test_articles_and_other_words_are_for_terms_that_there_are(language: str) -> None:
    words = words_in(language)
    for terms, articles in words.articles.items():
        told = [term for those in articles.values() for term in those]
        assert len(told) == len(set(told)), terms
        assert set(told) <= set(VOCABULARY.terms[terms]), terms
        assert not set(told) & set(words.instead.get(terms, {})), terms
    for terms, instead in words.instead.items():
        assert set(instead) <= set(VOCABULARY.terms[terms]), terms


def test_every_inhibitor_takes_an_article() -> None:
    """A class that is added to the vocabulary is added to the articles of both languages."""
    counted = (
        "inhibitor",
        "inducer",
        "agonist",
        "antagonist",
        "antibody",
        "conjugate",
        "vaccine",
        "blocker",
        "medicine",
    )
    classes = {one.id for one in VOCABULARY.terms["drug"].values() if one.name.split(" (")[0].endswith(counted)}
    for language in ("en", "es"):
        told = {term for those in words_in(language).articles["drug"].values() for term in those}
        assert {one for one in classes - told if not VOCABULARY.terms["drug"][one].name.startswith("other ")} == set()


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
