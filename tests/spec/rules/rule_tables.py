"""Tables as text: each test is one, short enough to read as documentation (``docs/rule-language.md`` points here)."""

from __future__ import annotations

import datetime as dt

from abreast.case import Case
from abreast.case.file import read_case
from abreast.foundation.dates import shift
from abreast.rules import Answer, Context, Truth, evaluate, parse_rule
from abreast.vocabulary import load_vocabulary

TODAY = dt.date(2026, 11, 21)
VOCABULARY = load_vocabulary()
SIGNS = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "?"}


def rows(table: str) -> list[tuple[str, ...]]:
    """Return the cells of a table whose columns are parted by ``|`` and whose first line names them."""
    lines = [
        line.strip() for line in table.strip().splitlines() if line.strip() and not set(line.strip()) <= set("-+ ")
    ]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines[1:]]


def case(facts: str) -> Case:
    """Return a case from facts parted by ``;``.

    ``er.percent 90 %``, ``therapy drug=letrozole start=2024``, ``no metastasis site=brain``, ``complete therapy``.
    In front may stand ``perhaps`` (suspected) and ``@2024-03`` (the day of the statement).
    """
    entries: list[str] = []
    complete: list[str] = []
    for said in filter(None, (part.strip() for part in facts.split(";"))):
        words = said.split()
        extra = ""
        if words[0].startswith("@"):
            extra += f", as_of: {words.pop(0)[1:]}"
        if words[0] == "perhaps":
            extra += ", certainty: suspected"
            words.pop(0)
        if words[0] == "complete":
            complete.append(words[1])
        elif words[0] == "no" or VOCABULARY.attribute(words[0]).shape == "list":
            extra += ", absent: true" if words[0] == "no" else ""
            name, *fields = words[1:] if words[0] == "no" else words
            shown = "".join(", {}: {}".format(*field.split("=", 1)) for field in fields)
            entries.append(f"- {{is: {name}{shown}{extra}}}")
        else:
            entries.append(f"- {{is: {words[0]}, value: '{' '.join(words[1:])}'{extra}}}")
    text = "abreast: case/1\nfacts:\n" + "\n".join(entries) + f"\ncomplete: [{', '.join(complete)}]\n"
    return read_case(text, "spec.yaml", VOCABULARY)


def ask(facts: str, rule: str, today: dt.date = TODAY) -> Answer:
    """Return the answer to a rule."""
    return evaluate(parse_rule(rule, VOCABULARY), Context(case(facts), today))


def sign(facts: str, rule: str, today: dt.date = TODAY) -> str:
    """Return the answer to a rule as ``yes``, ``no`` or ``?``."""
    return SIGNS[ask(facts, rule, today).truth]


def check(table: str) -> None:
    """Hold every row ``facts | rule | answer`` of a table to the evaluator."""
    for facts, rule, expected in rows(table):
        assert sign(facts, rule) == expected, f"{facts or '(nothing)'} | {rule}"


def ago(days: int) -> str:
    """Return the day so many days before today."""
    return shift(TODAY, -days, "days").isoformat()
