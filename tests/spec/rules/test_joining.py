"""How answers are joined: Kleene's three values."""

from __future__ import annotations

import pytest

from tests.spec.rules.rule_tables import check, rows, sign

# One attribute each for yes, no and not known.
FACTS = "pregnant yes; breastfeeding no"
ATOM = {"yes": "pregnant is yes", "no": "breastfeeding is yes", "?": "contraception is yes"}


def test_not() -> None:
    table = """
    a   | not a
    ----+------
    yes | no
    no  | yes
    ?   | ?
    """
    for a, expected in rows(table):
        assert sign(FACTS, f"not {ATOM[a]}") == expected


@pytest.mark.parametrize("turned", [False, True])
def test_and_or(turned: bool) -> None:
    table = """
    a   | b   | a and b | a or b
    ----+-----+---------+-------
    yes | yes | yes     | yes
    yes | no  | no      | yes
    yes | ?   | ?       | yes
    no  | no  | no      | no
    no  | ?   | no      | ?
    ?   | ?   | ?       | ?
    """
    for a, b, both, either in rows(table):
        first, second = (b, a) if turned else (a, b)
        assert sign(FACTS, f"{ATOM[first]} and {ATOM[second]}") == both
        assert sign(FACTS, f"{ATOM[first]} or {ATOM[second]}") == either


def test_at_least() -> None:
    table = """
    a   | b   | c   | at least 1 | at least 2 | at least 3
    ----+-----+-----+------------+------------+-----------
    yes | yes | yes | yes        | yes        | yes
    yes | yes | no  | yes        | yes        | no
    yes | yes | ?   | yes        | yes        | ?
    yes | no  | no  | yes        | no         | no
    yes | no  | ?   | yes        | ?          | no
    yes | ?   | ?   | yes        | ?          | ?
    no  | no  | no  | no         | no         | no
    no  | no  | ?   | ?          | no         | no
    no  | ?   | ?   | ?          | ?          | no
    ?   | ?   | ?   | ?          | ?          | ?
    """
    for a, b, c, *expected in rows(table):
        # Three different attributes, so that none is a repeat of another.
        names = ("pregnant", "breastfeeding", "contraception")
        facts = "; ".join(f"{name} {value}" for name, value in zip(names, (a, b, c), strict=True) if value != "?")
        parts = "; ".join(f"{name} is yes" for name in names)
        for number, answer in enumerate(expected, start=1):
            assert sign(facts, f"at least {number} of ({parts})") == answer, (a, b, c, number)


def test_not_binds_before_and_and_before_or() -> None:
    check("""
    facts                          | rule                                                                | answer
    pregnant yes; breastfeeding no | not breastfeeding is yes and pregnant is yes                        | yes
    pregnant yes; breastfeeding no | not (breastfeeding is yes or pregnant is yes)                       | no
    pregnant yes; breastfeeding no | pregnant is yes or breastfeeding is yes and contraception is yes    | yes
    pregnant yes; breastfeeding no | (pregnant is yes or breastfeeding is yes) and breastfeeding is yes  | no
    """)


def test_what_only_the_team_can_say_and_what_was_not_read_is_never_known() -> None:
    check("""
    facts        | rule                                        | answer
    pregnant yes | team "consent"                              | ?
    pregnant yes | not team "consent"                          | ?
    pregnant yes | unread "as per local standard"              | ?
    pregnant yes | pregnant is yes and unread "words"          | ?
    pregnant yes | pregnant is no and unread "words"           | no
    pregnant yes | always                                      | yes
    pregnant yes | never                                       | no
    """)
