"""Help by need: every entry has one place, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

from abreast.evaluation.vignettes import plan_of, read_vignettes
from abreast.plan.model import PlanSupport
from abreast.plan.needs import ORDER, by_need
from abreast.vocabulary import load_vocabulary

CASES = Path(__file__).parents[2] / "spec" / "vignettes" / "second_set.jsonl"


@lru_cache
def support() -> tuple[PlanSupport, ...]:
    plan, _, _ = plan_of(read_vignettes(CASES)[1])
    return plan.support


def test_every_entry_stands_once_as_main() -> None:
    groups = by_need(support(), load_vocabulary())
    counted = Counter(one.id for group in groups for one in group.main)
    assert counted == Counter(one.id for one in support())


def test_an_entry_is_named_under_each_of_its_other_needs() -> None:
    for group in by_need(support(), load_vocabulary()):
        assert {one.id for one in group.also} == {one.id for one in support() if group.need in one.needs[1:]}
        assert group.main or group.also
        assert group.name


def test_talking_comes_first_unless_the_person_asked_for_something_else() -> None:
    vocabulary = load_vocabulary()
    assert by_need(support(), vocabulary)[0].need == "talk"
    assert by_need(support(), vocabulary, asked=["lodging"])[0].need == "lodging"


def test_help_for_ones_own_community_goes_first() -> None:
    for group in by_need(support(), load_vocabulary()):
        communities = [bool(one.communities) for one in group.main]
        assert communities == sorted(communities, reverse=True)


def test_the_order_names_needs_that_exist() -> None:
    assert set(ORDER) <= set(load_vocabulary().terms["need"])
    assert by_need((), load_vocabulary()) == ()
