"""The one-line form: what it gives, and what a pack author is told when it is wrong."""

from __future__ import annotations

import pytest

from abreast.foundation.errors import Place, RuleError
from abreast.rules import (
    FALSE,
    TRUE,
    All,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Count,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Known,
    Not,
    NumberTest,
    Period,
    Residue,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
    at_least,
    check,
    negate,
    parse_rule,
    rule_text,
)
from abreast.vocabulary import Vocabulary

ER = Compare("er.status", TermTest(("positive",)))
ECOG = Compare("ecog", NumberTest("<=", 1.0))
PREGNANT = Compare("pregnant", FlagTest(True))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("er.status is positive", ER),
        ("er.status is not positive", Not(ER)),
        ("her2.ihc is [1+, 2+]", Compare("her2.ihc", TermTest(("1+", "2+")))),
        ('her2.ihc is "0_no_staining"', Compare("her2.ihc", TermTest(("0_no_staining",)))),
        ("her2.ihc is 0", Compare("her2.ihc", TermTest(("0",)))),
        ("ecog <= 1", ECOG),
        ("ecog <= 1 within 28 days", Compare("ecog", NumberTest("<=", 1.0), Period(28, "days"))),
        ("anc >= 1.5 10*9/L", Compare("anc", NumberTest(">=", 1.5, "10*9/L"))),
        ('anc >= 1.5 "x 10^9/L"', Compare("anc", NumberTest(">=", 1.5, "x 10^9/L"))),
        ("lvef >= 50 %", Compare("lvef", NumberTest(">=", 50.0, "%"))),
        ("ast <= 3 x ULN", Compare("ast", NumberTest("<=", 3.0, times="uln"))),
        ("pregnant is yes", PREGNANT),
        ("progression.date within 6 months", Compare("progression.date", DateTest("within", Period(6, "months")))),
        ("progression.date before 1 year", Compare("progression.date", DateTest("before", Period(1, "years")))),
        ("has metastasis()", Has("metastasis")),
        ("no metastasis(site: brain)", Not(Has("metastasis", (Where("site", TermTest(("brain",))),)))),
        ("has metastasis(site: not bone)", Has("metastasis", (Where("site", TermTest(("bone",)), negated=True),))),
        (
            "count line(setting: metastatic) >= 2",
            Count("line", ">=", 2, (Where("setting", TermTest(("metastatic",))),)),
        ),
        ("known her2.ish", Known("her2.ish")),
        ("unknown her2.ish", Not(Known("her2.ish"))),
        ("known variant(gene: BRCA1)", Known("variant", (Where("gene", TermTest(("BRCA1",))),))),
        ('team "signed consent"', Team("signed consent")),
        ('unread "a \\"quoted\\" word"', Residue('a "quoted" word')),
        ("always", TRUE),
        ("never", FALSE),
        ("er.status is positive and ecog <= 1 or pregnant is yes", AnyOf((All((ER, ECOG)), PREGNANT))),
        ("er.status is positive and (ecog <= 1 or pregnant is yes)", All((ER, AnyOf((ECOG, PREGNANT))))),
        ("not er.status is positive and ecog <= 1", All((Not(ER), ECOG))),
        (
            "at least 2 of (er.status is positive; ecog <= 1; pregnant is yes)",
            AtLeast(2, (ER, ECOG, PREGNANT)),
        ),
    ],
)
def test_reading_and_writing(vocabulary: Vocabulary, text: str, rule: Expression) -> None:
    assert parse_rule(text, vocabulary) == rule
    assert parse_rule(rule_text(rule), vocabulary) == rule


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("er.status is", "not a rule: it ends too early"),
        ("er.status is positive ecog <= 1", "not a rule at column 23: did not expect 'ecog <= 1'"),
        ("", "it ends too early"),
        ("er.statu is positive", "there is no attribute 'er.statu' (did you mean 'er.status'?)"),
        ("er.status is positve", "receptor has no term 'positve' (did you mean 'positive'?)"),
        ("er.status is []", "did not expect ']'"),
        ("er.status >= 1", "er.status is a term, which this test does not fit"),
        ("ecog is positive", "ecog is a number, which this test does not fit"),
        ("therapy is letrozole", "therapy is a list: ask with 'has therapy(...)'"),
        ("has er.status()", "er.status is not a list"),
        ("has therapy(drgu: letrozole)", "therapy has no field 'drgu' (did you mean 'drug'?)"),
        ("lvef >= 50 furlongs", "the unit 'furlongs' is not known"),
        ("lvef >= 50 kg", "'kg' cannot be turned into '%'"),
        ("ecog <= 1 within 1.5 weeks", "expected a whole number of days, weeks, months or years, found 1.5"),
        ("count line() >= 1.5", "expected a whole number to count to, found 1.5"),
        ("at least 1.5 of (always; never)", "expected a whole number after 'at least', found 1.5"),
        ("not " * 4000 + "always", "its parts are nested too deeply"),
    ],
)
def test_a_rule_that_is_wrong(vocabulary: Vocabulary, text: str, expected: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse_rule(text, vocabulary, Place("options.yaml", "line 7"))
    assert str(raised.value).startswith("options.yaml, line 7: ")
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Compare("er.status", TermTest(())), "the list of values is empty"),
        (Compare("lvef", NumberTest(">=", float("nan"))), "cannot be compared with nan"),
        (Compare("progression.date", DateTest("within", Period(-1, "days"))), "a period cannot be -1 days"),
        (
            Compare("progression.date", DateTest("within", Period(1, "days")), Period(1, "days")),
            "compared with one period, not with two",
        ),
        (Count("line", ">=", -1), "a count cannot be compared with -1"),
        (All((ER, Not(Has("ecog")))), "ecog is not a list"),
    ],
)
def test_a_tree_that_is_wrong(vocabulary: Vocabulary, rule: Expression, expected: str) -> None:
    with pytest.raises(RuleError, match=expected):
        check(rule, vocabulary)


def test_joining_keeps_trees_simple() -> None:
    assert all_of([ER, TRUE, All((ECOG, ER))]) == All((ER, ECOG))
    assert all_of([ER, FALSE]) == FALSE
    assert all_of([]) == TRUE
    assert any_of([ER, TRUE]) == TRUE
    assert any_of([FALSE]) == FALSE
    assert any_of([ER]) == ER
    assert at_least(0, [ER]) == TRUE
    assert at_least(2, [ER]) == FALSE
    assert at_least(1, [ER, ECOG]) == AnyOf((ER, ECOG))
    assert at_least(2, [ER, ECOG]) == All((ER, ECOG))
    assert negate(Not(ER)) == ER
    assert negate(TRUE) == Constant(False)
