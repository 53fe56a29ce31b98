"""Any two sets of facts: the difference of their plans says exactly what came, went and changed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case
from abreast.plan import PlanDifference, difference
from tests.generative.case_worlds import cases
from tests.plans import plan_without_trials as plan_of


def stated(found: PlanDifference, *kinds: str) -> list[str]:
    return sorted(one.id for one in found.facts if one.kind in kinds and not one.derived)


@settings(max_examples=20)
@given(cases(), st.data())
def test_facts_taken_out_are_removed_and_put_back_are_new(case: Case, data: st.DataObject) -> None:
    out = data.draw(st.sets(st.sampled_from(case.facts)) if case.facts else st.just(set()))
    part = replace(case, facts=tuple(fact for fact in case.facts if fact not in out))
    whole, less = plan_of(case), plan_of(part)
    there, back = difference(whole, less), difference(less, whole)
    kept = {fact.id for fact in part.facts}
    gone = sorted(fact.id for fact in out if fact.id not in kept)
    assert stated(there, "removed") == gone
    assert stated(back, "new") == gone
    assert stated(there, "new", "changed") == stated(back, "removed", "changed") == []
    for found in (there, back):
        assert all(one.why for one in (*found.options, *found.tests, *found.warnings))
    for kind in ("options", "tests", "warnings"):
        assert {one.id for one in getattr(there, kind)} == {one.id for one in getattr(back, kind)}


@settings(max_examples=12)
@given(cases())
def test_a_plan_does_not_differ_from_itself_nor_from_one_of_the_same_facts_in_another_order(case: Case) -> None:
    plan = plan_of(case)
    assert not difference(plan, plan)
    other = Case.of(case.vocabulary, tuple(reversed(case.facts)), case.complete, case.settled, case.label)
    assert stated(difference(plan, plan_of(other)), "new", "changed", "removed") == []
