"""From what a rule says of a case to the label of the criterion: a table that reads as documentation."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.case import Case, Declaration, Fact
from abreast.foundation.dates import PartialDate
from abreast.rules import Context, Expression, Residue, Team, all_of, any_of, parse_rule
from abreast.trials.eligibility import Criterion, Span
from abreast.trials.match import joined, judge_criterion
from abreast.vocabulary import Quantity, load_vocabulary

TODAY = dt.date(2026, 11, 21)
VOCABULARY = load_vocabulary()


def case() -> Context:
    """ER 90 %, ECOG 1, letrozole until 1 November 2026, nothing else; the list of treatments is complete."""
    facts = [
        Fact("er.status", "positive", id="er"),
        Fact("ecog", Quantity.exact(1), id="ecog"),
        Fact(
            "therapy",
            fields={
                "drug": ("letrozole",),
                "start": (PartialDate.parse("2025-01-10"),),
                "end": (PartialDate.parse("2026-11-01"),),
            },
            id="letrozole",
        ),
    ]
    return Context(Case.of(VOCABULARY, facts, [Declaration("therapy")]), TODAY)


def rule(text: str) -> Expression:
    """Read "..." as a rule, where TEAM stands for the team's judgement and UNREAD for words that were not read."""
    parts: list[Expression] = []
    joint = any_of if " OR " in text else all_of
    for part in text.split(" OR " if " OR " in text else " AND "):
        parts.append({"TEAM": Team("judgement"), "UNREAD": Residue("xyz")}.get(part) or parse_rule(part, VOCABULARY))
    return joint(parts)


def criterion(text: str, section: str) -> Criterion:
    made = rule(text)
    residue = (Span(4, 7),) if "UNREAD" in text else ()
    return Criterion(section, "", "abc xyz", Span(0, 7), made, residue=residue)  # type: ignore[arg-type]


# what the criterion says                                  inclusion    exclusion    because / missing
TABLE = """
er.status is positive                                    | fits       | against    | er
er.status is negative                                    | against    | fits       | er
pregnant is yes                                          | unknown    | unknown    | ?pregnant
has therapy(drug: aromatase_inhibitor)                   | fits       | against    | letrozole
has therapy(drug: chemotherapy)                          | against    | fits       | =therapy
has metastasis(site: brain)                              | unknown    | unknown    | ?metastasis
TEAM                                                     | team       | team       | ?
UNREAD                                                   | unknown    | unknown    | ?
er.status is positive AND TEAM                           | team       | team       | ?
er.status is positive AND pregnant is no                 | unknown    | unknown    | ?pregnant
er.status is negative AND pregnant is no                 | against    | fits       | er
pregnant is no AND TEAM                                  | unknown    | unknown    | ?pregnant
er.status is positive AND UNREAD                         | unknown    | unknown    | ?
er.status is negative AND UNREAD                         | against    | unknown    | er
er.status is positive OR pregnant is yes                 | fits       | against    | er
er.status is positive OR UNREAD                          | unknown    | against    | er
er.status is negative OR UNREAD                          | unknown    | unknown    | ?
er.status is negative OR TEAM                            | team       | team       | ?
ecog <= 1                                                | fits       | against    | ecog
ecog <= 1 within 28 days                                 | unknown    | unknown    | ?ecog
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("text", "inclusion", "exclusion", "why"), ROWS, ids=[row[0] for row in ROWS])
def test_label(text: str, inclusion: str, exclusion: str, why: str) -> None:
    context = case()
    as_inclusion = judge_criterion(criterion(text, "inclusion"), context)
    as_exclusion = judge_criterion(criterion(text, "exclusion"), context)
    assert (as_inclusion.label, as_exclusion.label) == (inclusion, exclusion)
    for verdict in (as_inclusion, as_exclusion):
        if verdict.label in ("unknown", "team"):
            assert verdict.missing
            if why.startswith("?") and why != "?":
                assert why[1:] in {missing.attribute for missing in verdict.missing}
        elif why.startswith("="):
            assert verdict.declared == (why[1:],)
        else:
            assert why in verdict.because


@pytest.mark.parametrize("section", ["inclusion", "exclusion"])
def test_words_that_were_not_read_are_said(section: str) -> None:
    verdict = judge_criterion(criterion("er.status is positive AND UNREAD", section), case())
    assert verdict.not_read == ("xyz",)


WAITING = """
no therapy(drug: letrozole, end: within 21 days)                                            | inclusion | 2026-11-23
has therapy(drug: letrozole, end: within 21 days)                                           | exclusion | 2026-11-23
has therapy(drug: letrozole, end: before 28 days)                                           | inclusion | 2026-11-29
no therapy(end: within 21 days) and no therapy(drug: letrozole, end: within 6 weeks)        | inclusion | 2026-12-14
no therapy(end: within 21 days) and er.status is negative                                   | inclusion | never
no therapy(end: within 21 days) and pregnant is no                                          | inclusion | 2026-11-23
has therapy(end: within 21 days) or pregnant is yes                                         | exclusion | 2026-11-23
no therapy(drug: letrozole)                                                                 | inclusion | never
er.status is negative                                                                       | inclusion | never
"""
WAITS = [tuple(cell.strip() for cell in line.split("|")) for line in WAITING.strip().splitlines()]


@pytest.mark.parametrize(("text", "section", "day"), WAITS, ids=[row[0] for row in WAITS])
def test_the_day_from_which_it_no_longer_stands_in_the_way(text: str, section: str, day: str) -> None:
    """Time clears what only a window holds against a person; what is unknown besides stays to be confirmed."""
    made = Criterion(section, "", text, Span(0, len(text)), parse_rule(text, VOCABULARY))  # type: ignore[arg-type]
    verdict = judge_criterion(made, case())
    assert verdict.label == "against"
    assert str(verdict.not_yet or "never") == day


@pytest.mark.parametrize(
    ("pieces", "label"),
    [
        (["fits", "fits"], "fits"),
        (["fits", "team"], "team"),
        (["team", "unknown"], "unknown"),
        (["unknown", "against", "team", "fits"], "against"),
        ([], "fits"),
    ],
)
def test_pieces_of_one_text_become_one_label(pieces: list[str], label: str) -> None:
    assert joined(pieces) == label  # type: ignore[arg-type]
