"""What would decide an open answer, and from which day a "no" that only time causes turns into a "yes"."""
# ruff: noqa: E501 - a table row is one line

from __future__ import annotations

import datetime as dt

import pytest

from abreast.rules import Context, deciders, not_yet, parse_rule
from tests.spec.rules.rule_tables import TODAY, VOCABULARY, ago, case, rows


def decide(facts: str, rule: str) -> tuple[list[str] | None, list[str] | None]:
    found = deciders(parse_rule(rule, VOCABULARY), Context(case(facts), TODAY))
    return tuple(
        None if one is None else [missing.attribute for missing in one] for one in (found.to_true, found.to_false)
    )  # type: ignore[return-value]


def test_what_would_decide() -> None:
    """The smallest sets of unknown things that could make it true, and false."""
    table = """
    facts                 | rule                                                              | could make it true             | could make it false
    ----------------------+-------------------------------------------------------------------+--------------------------------+--------------------
                          | pregnant is no                                                    | pregnant                       | pregnant
                          | pregnant is no and lvef >= 50 %                                   | pregnant, lvef                 | pregnant
                          | pregnant is no or lvef >= 50 %                                    | pregnant                       | pregnant, lvef
    pregnant no           | pregnant is no and lvef >= 50 %                                   | lvef                           | lvef
    pregnant no           | pregnant is no or lvef >= 50 %                                    |                                | -
    pregnant yes          | pregnant is no and lvef >= 50 %                                   | -                              |
                          | at least 2 of (pregnant is no; lvef >= 50 %; ecog <= 1)           | pregnant, lvef                 | pregnant, lvef
    ecog 1                | at least 2 of (pregnant is no; lvef >= 50 %; ecog <= 1)           | pregnant                       | pregnant, lvef
                          | not (pregnant is yes or breastfeeding is yes)                     | pregnant, breastfeeding        | pregnant
                          | anc >= 1.5 10*9/L and anc <= 8 10*9/L or pregnant is no and ecog <= 1 | anc, anc                   | anc, pregnant
                          | pregnant is no and team "consent"                                 | -                              | pregnant
                          | team "consent"                                                    | -                              | -
                          | has metastasis(site: brain)                                       | metastasis                     | metastasis
    """
    for facts, rule, *expected in rows(table):
        for found, told in zip(decide(facts, rule), expected, strict=True):
            wanted = None if told == "-" else [name for name in told.split(", ") if name]
            assert found == wanted, f"{facts} | {rule}"


def test_the_smaller_way_comes_first() -> None:
    found = deciders(parse_rule("pregnant is no and lvef >= 50 % and ecog <= 1", VOCABULARY), Context(case(""), TODAY))
    assert [missing.attribute for missing in found.smallest] == ["pregnant"]


@pytest.mark.parametrize(
    ("facts", "rule", "day"),
    [
        # A washout that has not passed yet.
        (
            f"therapy drug=capecitabine end={ago(10)}; complete therapy",
            "no therapy(drug: chemotherapy, end: within 14 days)",
            5,
        ),
        (f"radiation site=brain end={ago(10)}", "has radiation(site: brain, end: before 4 weeks)", 18),
        # Two things to wait for: the later day counts.
        (
            f"therapy drug=capecitabine end={ago(10)}; therapy drug=palbociclib end={ago(3)}; complete therapy",
            "no therapy(drug: [chemotherapy, cdk4_6_inhibitor], end: within 14 days)",
            12,
        ),
        # It holds already; it can never hold by waiting; it goes on, so that nobody knows when it ends.
        (
            f"therapy drug=capecitabine end={ago(30)}; complete therapy",
            "no therapy(drug: chemotherapy, end: within 14 days)",
            None,
        ),
        ("pregnant yes", "pregnant is no", None),
        (
            "therapy drug=capecitabine ongoing=yes; complete therapy",
            "no therapy(drug: chemotherapy, end: within 14 days)",
            None,
        ),
        # What else stands against it keeps standing against it.
        (
            f"pregnant yes; therapy drug=capecitabine end={ago(10)}; complete therapy",
            "pregnant is no and no therapy(drug: chemotherapy, end: within 14 days)",
            None,
        ),
    ],
)
def test_not_yet(facts: str, rule: str, day: int | None) -> None:
    found = not_yet(parse_rule(rule, VOCABULARY), Context(case(facts), TODAY))
    assert found == (None if day is None else TODAY + dt.timedelta(days=day))


def test_of_a_month_the_last_day_counts() -> None:
    rule = parse_rule("no therapy(drug: chemotherapy, end: within 14 days)", VOCABULARY)
    facts = case("therapy drug=capecitabine end=2026-10; complete therapy")
    # On 12 November it may have ended within two weeks; from 15 November on, that is past for certain.
    assert not_yet(rule, Context(facts, dt.date(2026, 10, 1))) == dt.date(2026, 11, 15)
