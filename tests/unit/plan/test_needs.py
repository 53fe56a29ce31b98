"""Help by need: every offer has one place, nothing is lost, and what the person asked for comes first."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import msgspec
import pytest
from rich.console import Console

from abreast.case import Case, Fact, Source
from abreast.foundation.language import use
from abreast.outputs import plan_html, print_plan
from abreast.outputs.documents.plan_document import plan_document
from abreast.plan import Plan
from abreast.plan.needs import ORDER, by_need
from abreast.vocabulary import Vocabulary
from tests.plans import plan_without_trials


def wants(need: str, **doubt: Any) -> Fact:
    return Fact("need", fields={"kind": (need,)}, source=Source("answer", place="need"), **doubt)


def plan_of(vocabulary: Vocabulary, *facts: Fact) -> Plan:
    return plan_without_trials(Case.of(vocabulary, facts))


@pytest.fixture(scope="module")
def plain(vocabulary: Vocabulary) -> Plan:
    return plan_of(vocabulary)


def test_every_offer_stands_once_as_main(plain: Plan) -> None:
    groups = by_need(plain)
    assert len(plain.support) > 20
    assert Counter(one.id for group in groups for one in group.main) == Counter(one.id for one in plain.support)
    assert all(group.name and group.need in one.needs for group in groups for one in group.main)


def test_an_offer_is_named_under_each_of_its_other_needs(plain: Plan) -> None:
    for group in by_need(plain):
        helps = {one.id for one in plain.support if group.need in one.needs}
        assert {one.id for one in (*group.main, *group.also)} == helps
        assert not {one.id for one in group.main} & {one.id for one in group.also}


def test_talking_comes_first_when_nothing_is_asked_for(plain: Plan) -> None:
    groups = by_need(plain)
    assert groups[0].need == "talk"
    assert not any(group.wanted for group in groups)


def test_what_was_asked_for_comes_first_and_has_its_offers_as_main(vocabulary: Vocabulary) -> None:
    plan = plan_of(vocabulary, wants("legal"), wants("caregiver"))
    groups = by_need(plan)
    assert [group.need for group in groups if group.wanted] == ["caregiver", "legal"]
    assert [group.need for group in groups[:2]] == ["caregiver", "legal"]
    assert {one.id for one in groups[0].main} == {one.id for one in plan.support if "caregiver" in one.needs}
    assert not groups[0].also


@pytest.mark.parametrize("doubt", [{"absent": True}, {"certainty": "suspected"}], ids=["denied", "suspected"])
def test_what_is_denied_or_in_doubt_is_not_asked_for(vocabulary: Vocabulary, doubt: dict[str, Any]) -> None:
    assert not any(group.wanted for group in by_need(plan_of(vocabulary, wants("legal", **doubt))))


def test_help_for_ones_own_community_goes_first(plain: Plan) -> None:
    assert any(one.communities for one in plain.support)
    for group in by_need(plain):
        communities = [bool(one.communities) for one in group.main]
        assert communities == sorted(communities, reverse=True)


def test_the_order_names_needs_that_exist(vocabulary: Vocabulary, plain: Plan) -> None:
    assert set(ORDER) <= set(vocabulary.terms["need"])
    assert by_need(msgspec.structs.replace(plain, support=())) == ()


@pytest.mark.parametrize("needs", [(), ("of another version",)])
def test_help_for_a_need_that_is_not_known_stands_last(plain: Plan, needs: tuple[str, ...]) -> None:
    strange = msgspec.structs.replace(plain.support[0], needs=needs)
    last = by_need(msgspec.structs.replace(plain, support=(strange, *plain.support[1:])))[-1]
    assert (last.name, last.main) == ("Other help", (strange,))


def test_every_surface_keeps_the_order_of_needs_in_the_language_of_the_plan(vocabulary: Vocabulary) -> None:
    with use("es"):
        plan = plan_of(vocabulary, wants("lodging"))
        groups = by_need(plan)
        document = str(plan_document(plan))
    assert groups[0].name == "Un lugar donde quedarse cerca del tratamiento"
    page = plan_html(plan)
    page, document = page[page.index('id="support"') :], document[document.index("Ayuda con dinero") :]
    for shown in (page, document):
        places = [shown.index(group.name) for group in groups]
        assert places == sorted(places)
    written = io.StringIO()
    print_plan(plan, Console(file=written, soft_wrap=True, width=100))
    for one in groups[0].main:
        assert f"{groups[0].name}: {one.name}" in written.getvalue()
