"""Tables about what follows from a record; facts are written as in ``tests/spec/rules/rule_tables.py``."""

from __future__ import annotations

import datetime as dt

from abreast.case import Case, Fact
from abreast.disease import derive
from tests.spec.rules.rule_tables import TODAY, case, rows

__all__ = ["TODAY", "case", "check_one", "derived", "lines", "rows", "said"]


def derived(facts: str, today: dt.date = TODAY) -> Case:
    """Return the case with all that follows from the facts."""
    return derive(case(facts), today)


def said(of: Case, attribute: str) -> str:
    """Return what a case says: a value, ``conflict``, or nothing."""
    reading = of.read(attribute)
    if reading.conflict:
        return "conflict"
    value = reading.value
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def check_one(attribute: str, table: str) -> None:
    """Hold every row ``facts | value`` to what is derived; an empty value means that it stays open."""
    for facts, expected in rows(table):
        assert said(derived(facts), attribute) == expected, facts


def lines(of: Case) -> list[tuple[str, ...]]:
    """Return drugs, setting, number and certainty of the lines of therapy."""
    return [
        (
            "+".join(str(drug) for drug in line.fields.get("drug", ())),
            str(line.get("setting") or ""),
            str(line.get("number") or ""),
            "" if line.certainty == "certain" else "perhaps",
        )
        for line in of.items("line")
    ]


def therapy(of: Case, drug: str) -> Fact:
    """Return the treatment with a drug."""
    return next(item for item in of.items("therapy") if drug in item.fields["drug"])
