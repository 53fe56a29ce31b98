"""An expression written back as the one-line form that :func:`abreast.rules.parse_rule` reads."""

from __future__ import annotations

import re

from abreast.rules.expression import (
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
    Test,
    Where,
)
from abreast.vocabulary.quantity import format_number

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*\Z")
_PLAIN_UNIT = re.compile(r"(?:[%A-Za-z/{\[][^\s(),;:\"]*|10\*\d+/[A-Za-z]+)\Z")
_RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "is",
        "at",
        "least",
        "of",
        "always",
        "never",
        "team",
        "unread",
        "has",
        "no",
        "count",
        "known",
        "unknown",
        "yes",
        "within",
        "before",
        "x",
        "ULN",
        "LLN",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
    ]
)


def rule_text(rule: Expression) -> str:
    """Return the one-line form.

    Reading it back gives an equal expression, when this one is in the simplest form: the one that ``all_of``,
    ``any_of``, ``at_least`` and ``negate`` make.
    """
    match rule:
        case Constant(value):
            return "always" if value else "never"
        case Compare(attribute, DateTest() as test, _):
            return f"{attribute} {_test(test)}"
        case Compare(attribute, test, within):
            joint = " " if isinstance(test, NumberTest) else " is "
            recent = f" within {_period(within)}" if within else ""
            return f"{attribute}{joint}{_test(test)}{recent}"
        case Has(name, where):
            return f"has {name}({_wheres(where)})"
        case Count(name, op, number, where):
            return f"count {name}({_wheres(where)}) {op} {number}"
        case Known(name, where):
            return f"known {name}({_wheres(where)})" if where else f"known {name}"
        case Team(about):
            return f"team {_quoted(about)}"
        case Residue(text):
            return f"unread {_quoted(text)}"
        case Not(part):
            return f"not {_inner(part)}"
        case All(parts):
            return " and ".join(_inner(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_inner(part) for part in parts)
        case AtLeast(number, parts):
            return f"at least {number} of ({'; '.join(rule_text(part) for part in parts)})"


def _inner(rule: Expression) -> str:
    text = rule_text(rule)
    return f"({text})" if isinstance(rule, (All, AnyOf)) else text


def _wheres(wheres: tuple[Where, ...]) -> str:
    return ", ".join(f"{one.field}: {'not ' if one.negated else ''}{_test(one.test)}" for one in wheres)


def _test(test: Test) -> str:
    match test:
        case TermTest(terms):
            return _term(terms[0]) if len(terms) == 1 else f"[{', '.join(_term(term) for term in terms)}]"
        case NumberTest(op, number, unit, times):
            tail = f" x {times.upper()}" if times else f" {_unit(unit)}" if unit else ""
            return f"{op} {format_number(number)}{tail}"
        case FlagTest(value):
            return "yes" if value else "no"
        case DateTest(op, period):
            return f"{op} {_period(period)}"


def _period(period: Period) -> str:
    return f"{period.amount} {period.unit}"


def _unit(unit: str) -> str:
    return unit if _PLAIN_UNIT.match(unit) and unit not in _RESERVED else _quoted(unit)


def _term(term: str) -> str:
    return term if _PLAIN.match(term) and term not in _RESERVED else _quoted(term)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
