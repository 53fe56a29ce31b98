"""What is right by the letter and wrong by what such texts mean, and how it is read."""

from __future__ import annotations

import pytest

from abreast.rules import parse_rule, rule_text
from abreast.trials.eligibility.caution import cautious, is_heading
from abreast.trials.eligibility.model import Section
from abreast.vocabulary import load_vocabulary

TABLE: list[tuple[Section, str, str]] = [
    (
        "inclusion",
        "her2.status is positive and her2.status is negative",
        "her2.status is positive or her2.status is negative",
    ),
    ("inclusion", "sex is female and sex is male", "sex is female or sex is male"),
    ("inclusion", "her2.status is negative and her2.status is low", "her2.status is negative and her2.status is low"),
    ("exclusion", "cancer is breast", 'unread "breast cancer: an earlier one, or this one?"'),
    (
        "exclusion",
        "has radiation() or cancer is breast",
        'has radiation() or unread "breast cancer: an earlier one, or this one?"',
    ),
    ("inclusion", "not cancer is breast", 'not unread "breast cancer: an earlier one, or this one?"'),
    ("inclusion", "cancer is breast", "cancer is breast"),
    (
        "exclusion",
        "has therapy(drug: taxane) and cancer is breast",
        "has therapy(drug: taxane) and cancer is breast",
    ),
    (
        "inclusion",
        "has therapy(drug: chemotherapy) and no therapy(drug: systemic_therapy)",
        "no therapy(drug: chemotherapy)",
    ),
    (
        "inclusion",
        "ecog <= 2 and ecog >= 2",
        'ecog <= 2 and (ecog >= 2 or unread "a performance status with no comparison")',
    ),
    ("inclusion", "ecog <= 2 and ecog >= 1", "ecog <= 2 and ecog >= 1"),
    ("inclusion", "ecog <= 0 and ecog >= 0", "ecog <= 0 and ecog >= 0"),
    (
        "inclusion",
        "cancer is other and er.status is negative and pr.status is negative and her2.status is negative",
        "cancer is other or (er.status is negative and pr.status is negative and her2.status is negative)",
    ),
    ("inclusion", "cancer is other and her2.status is positive", "cancer is other and her2.status is positive"),
    ("inclusion", "has illness(kind: squamous_cell_skin)", "cancer is other"),
    ("inclusion", "has toxicity(grade: >= 2)", 'team "whether side effects have settled"'),
]


@pytest.mark.parametrize(("section", "read", "trusted"), TABLE)
def test_what_is_trusted(section: Section, read: str, trusted: str) -> None:
    vocabulary = load_vocabulary()
    assert rule_text(cautious(parse_rule(read, vocabulary), section)) == rule_text(parse_rule(trusted, vocabulary))


@pytest.mark.parametrize(
    ("section", "words", "heading"),
    [
        ("inclusion", "Chemotherapy", True),
        ("inclusion", "Prior/Concurrent Therapy:", False),
        ("inclusion", "Prior and concurrent endocrine therapy:", True),
        ("inclusion", "Radiotherapy:", True),
        ("inclusion", "Must meet the following criteria for planned radiotherapy:", True),
        ("inclusion", "Surgery", True),
        ("inclusion", "No prior chemotherapy", False),
        ("inclusion", "Prior chemotherapy for metastatic disease", False),
        ("inclusion", "Radiotherapy within 4 weeks", False),
        ("inclusion", "Menopausal status: Not specified", True),
        ("inclusion", "Menopausal status not specified", True),
        ("exclusion", "Patients will not receive the study drug if they:", True),
        ("exclusion", "Chemotherapy", False),
    ],
)
def test_a_heading_asks_for_nothing(section: Section, words: str, heading: bool) -> None:
    assert is_heading(words, section) is heading
