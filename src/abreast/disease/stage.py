"""The anatomic stage group from T, N and M (the rows are data: ``data/stage.yaml``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from abreast.case import Case, Fact
from abreast.disease.derivations import Knowledge, StageGroup
from abreast.disease.make import derived
from abreast.foundation.language import mark
from abreast.rules import Compare, Context, Expression, TermTest, Truth, all_of, any_of, evaluate

WAYS = ("pathologic", "clinical")
"""The order in which the categories count: those from surgery before those from exams and scans."""


RULES = {
    "clinical": mark("anatomic stage from clinical T, N and M"),
    "pathologic": mark("anatomic stage from pathologic T, N and M"),
    "post_treatment": mark("anatomic stage from post_treatment T, N and M"),
}
"""How the stage was worked out, by where T, N and M come from."""


def stage_facts(case: Case, knowledge: Knowledge, today: dt.date) -> Iterator[Fact]:
    """Yield the anatomic stage group, when T, N and M settle it."""
    context = Context(case, today)
    for way in WAYS:
        for group in knowledge.stage_groups:
            answer = evaluate(stage_rule(group, way), context)
            if answer.truth is Truth.TRUE:
                yield derived(
                    case,
                    "stage.anatomic",
                    group.stage,
                    rule=RULES[way],
                    facts=answer.facts,
                    citations=knowledge.stage_citations,
                    why=knowledge.stage_why,
                )
                return


def stage_rule(group: StageGroup, way: str) -> Expression:
    """Return the rule of one row. M is read from exams, scans or tissue alike: a pathologic M0 does not exist."""
    parts = [any_of(Compare(f"m.{one}", TermTest(group.m)) for one in WAYS)]
    if group.t:
        parts.append(Compare(f"t.{way}", TermTest(group.t)))
    if group.n:
        parts.append(Compare(f"n.{way}", TermTest(group.n)))
    return all_of(parts)
