"""Help stands under what it is for, each offer once, what the person asked for first."""

from __future__ import annotations

import datetime as dt

from abreast.case import Case, Fact, Source
from abreast.knowledge import load_knowledge
from abreast.outputs.help import help_by_need
from abreast.plan import Matched, Plan, TrialInput, make_plan, prepare
from abreast.trials.match import Ranked
from abreast.vocabulary import Vocabulary


def plan(vocabulary: Vocabulary, *needs: str) -> Plan:
    facts = [Fact("need", fields={"kind": (need,)}, source=Source("answer", place="need")) for need in needs]
    view = prepare(Case.of(vocabulary, facts), load_knowledge(vocabulary), dt.date(2026, 11, 21))
    return make_plan(view, TrialInput(Matched(Ranked((), (), ()), {}, "", ""), {}))


def test_every_offer_stands_once_and_under_a_name(vocabulary: Vocabulary) -> None:
    made = plan(vocabulary)
    groups = help_by_need(made)
    assert sorted(one.id for group in groups for one in group.offers) == sorted(one.id for one in made.support)
    assert len(made.support) > 20
    for group in groups:
        assert group.name
        assert not group.wanted
        assert all(group.need in one.needs for one in group.offers)


def test_what_was_asked_for_comes_first(vocabulary: Vocabulary) -> None:
    groups = help_by_need(plan(vocabulary, "work", "legal"))
    assert [group.need for group in groups if group.wanted] == [group.need for group in groups[:2]]
    assert {group.need for group in groups[:2]} == {"work", "legal"}
