"""Two plans of one person: every change is told, once, with a reason that is true; what did not change is not told."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from abreast.outputs import read_plan
from abreast.outputs.json import plan_json
from abreast.plan import Plan, PlanDifference, difference, difference_schema, for_comparison
from abreast.plan.changes import TrialChange
from abreast.plan.model import AgainstPoint, TrialStanding
from abreast.session import Bench, load_uploads, open_bench

DAY = dt.date(2026, 11, 21)
LATER = dt.date(2026, 12, 12)

FACTS = {
    "stage": "{is: stage.stated, value: IV, id: stage}",
    "er": "{is: er.status, value: positive, id: er}",
    "pr": "{is: pr.status, value: positive, id: pr}",
    "her2": "{is: her2.status, value: low, id: her2}",
    "sex": "{is: sex, value: female, id: sex}",
    "menopause": "{is: menopause, value: postmenopausal, id: menopause}",
    "bone": "{is: metastasis, site: bone, id: bone}",
    "letrozole": "{is: therapy, drug: letrozole, setting: metastatic, start: 2024, end: 2026-03, id: letrozole}",
    "brain": "{is: metastasis, site: brain, id: brain}",
    "esr1": "{is: variant, gene: ESR1, significance: pathogenic, id: esr1}",
}
BASE = ("stage", "er", "pr", "her2", "sex", "menopause", "bone", "letrozole")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return open_bench()


def plan_of(bench: Bench, *facts: str, day: dt.date = DAY, **other: str) -> Plan:
    lines = "\n".join(f"- {other.get(one, FACTS.get(one, ''))}" for one in (*facts, *other))
    return bench.plan(load_uploads([("case.yaml", f"abreast: case/1\nfacts:\n{lines}\n".encode())]), day)


@pytest.fixture(scope="module")
def base(bench: Bench) -> Plan:
    return plan_of(bench, *BASE)


def stated(found: PlanDifference) -> list[tuple[str, str]]:
    return [(one.kind, one.id) for one in found.facts if not one.derived]


# --- nothing, and facts --------------------------------------------------------------------------------------------


def test_the_same_plan_has_no_difference(base: Plan) -> None:
    found = difference(base, base)
    assert not found
    assert found.count == 0
    assert found.facts == found.options == found.tests == found.trials == ()


def test_a_day_later_nothing_is_told_that_did_not_change(bench: Bench, base: Plan) -> None:
    found = difference(base, plan_of(bench, *BASE, day=DAY + dt.timedelta(days=1)))
    assert not found, found
    assert found.facts == ()


def test_new_changed_and_removed_facts_are_told_apart(bench: Bench, base: Plan) -> None:
    kept = tuple(one for one in BASE if one not in ("bone", "her2"))
    after = plan_of(bench, *kept, "esr1", her2="{is: her2.status, value: positive, id: her2}")
    found = difference(base, after)
    assert sorted(stated(found)) == [("changed", "her2"), ("new", "esr1"), ("removed", "bone")]
    changed = next(one for one in found.facts if one.id == "her2")
    assert (changed.before, changed.after) == (base.facts["her2"].says, after.facts["her2"].says)
    assert changed.text.count(changed.after) == 1


def test_an_order_or_an_id_is_no_change(bench: Bench, base: Plan) -> None:
    shuffled = plan_of(bench, *reversed(BASE[:-1]), other="{is: therapy, drug: letrozole, setting: metastatic, "
                       "start: 2024, end: 2026-03, id: other}")  # fmt: skip
    assert stated(difference(base, shuffled)) == []


def test_the_language_of_a_plan_is_no_change(bench: Bench, base: Plan) -> None:
    said = {name: msgspec.structs.replace(fact, says=f"({fact.says})") for name, fact in base.facts.items()}
    assert difference(base, msgspec.structs.replace(base, facts=said)).facts == ()


# --- options, tests, warnings --------------------------------------------------------------------------------------


def test_an_option_that_a_finding_brings_says_so(bench: Bench, base: Plan) -> None:
    found = difference(base, plan_of(bench, *BASE, "esr1"))
    brought = [one for one in found.options if one.kind in ("appeared", "changed") and one.after == "talk_about"]
    assert brought
    for one in brought:
        assert [reason.kind for reason in one.why] == ["fact"], one
        assert one.why[0].facts == ("esr1",)


def test_an_option_that_a_new_result_takes_away_says_so(bench: Bench, base: Plan) -> None:
    kept = tuple(one for one in BASE if one != "er")
    found = difference(base, plan_of(bench, *kept, er="{is: er.status, value: negative, id: er}"))
    gone = [one for one in found.options if one.kind == "gone"]
    assert gone
    for one in gone:
        assert {fact for reason in one.why for fact in reason.facts} == {"er"}, one
        assert one.after == ""


def test_a_test_whose_result_came_is_done(bench: Bench, base: Plan) -> None:
    waiting = [one for one in base.tests if "variant" in one.settles]
    assert waiting
    found = difference(base, plan_of(bench, *BASE, "esr1"))
    done = [one for one in found.tests if one.kind == "done"]
    assert done
    assert all(reason.facts == ("esr1",) for one in done for reason in one.why)


def test_a_warning_that_a_new_finding_brings_is_told(bench: Bench, base: Plan) -> None:
    fever = plan_of(bench, *BASE, fever="{is: symptom, kind: fever, date: 2026-11-20, id: fever}")
    new = [one for one in difference(base, fever).warnings if one.kind in ("new", "present")]
    assert new
    assert all(reason.facts == ("fever",) for one in new for reason in one.why)
    back = difference(fever, base)
    assert {one.id for one in back.warnings if one.kind in ("gone", "over")} == {one.id for one in new}


def test_an_entry_that_was_reviewed_since_is_the_reason_when_no_fact_is(base: Plan) -> None:
    first, *rest = base.options
    reviewed = msgspec.structs.replace(first, standing="not_now", reviewed="2026-12-01")
    after = msgspec.structs.replace(base, options=(reviewed, *rest), made="2026-12-12")
    (change,) = difference(base, after).options
    assert [reason.kind for reason in change.why] == ["knowledge"]
    assert "1 December 2026" in change.why[0].text


def test_what_two_plans_cannot_tell_is_said(base: Plan) -> None:
    first, *rest = base.options
    changed = msgspec.structs.replace(first, standing="not_now")
    same_day = msgspec.structs.replace(base, options=(changed, *rest))
    assert [one.kind for one in difference(base, same_day).options[0].why] == ["not_clear"]
    later = msgspec.structs.replace(same_day, made="2026-12-12")
    assert [one.kind for one in difference(base, later).options[0].why] == ["day"]
    newer = msgspec.structs.replace(later, abreast="99", knowledge_as_of="January 2027")
    (reason,) = difference(base, newer).options[0].why
    assert reason.kind == "not_clear"
    assert "updated" in reason.text


def test_a_plan_that_is_for_somebody_else_now_says_so(bench: Bench, base: Plan) -> None:
    found = difference(base, plan_of(bench, "sex", stage="{is: stage.stated, value: II, id: stage}"))
    assert found.scope is not None
    assert (found.scope.before, found.scope.after) == ("advanced", "not_advanced")


def test_a_disagreement_comes_and_is_settled(bench: Bench, base: Plan) -> None:
    both = plan_of(bench, *BASE, other="{is: her2.status, value: positive, id: her2-other}")
    assert [
        (one.kind, one.attribute) for one in difference(base, both).conflicts if one.attribute == "her2.status"
    ] == [("new", "her2.status")]
    assert ("settled", "her2.status") in [(one.kind, one.attribute) for one in difference(both, base).conflicts]


def test_a_list_that_is_declared_complete_is_a_reason(bench: Bench, base: Plan) -> None:
    lines = "\n".join(f"- {FACTS[one]}" for one in BASE)
    text = f"abreast: case/1\nfacts:\n{lines}\ncomplete: [metastasis, therapy, illness, symptom]\n"
    complete = bench.plan(load_uploads([("case.yaml", text.encode())]), DAY)
    found = difference(base, complete)
    assert stated(found) == []
    changes = (*found.options, *found.trials, *found.tests, *found.warnings)
    assert changes
    for one in changes:
        assert {reason.kind for reason in one.why} == {"fact"}, one


# --- trials --------------------------------------------------------------------------------------------------------


def with_trial(plan: Plan, *standings: TrialStanding, **other: str) -> Plan:
    trials = msgspec.structs.replace(plan.trials, standings=standings, **other)
    return msgspec.structs.replace(plan, trials=trials)


TRIAL = TrialStanding(
    nct="NCT00000001",
    title="A trial",
    purpose="treatment",
    verdict="nothing_against",
    recruitment="open",
    last_update="2026-11-01",
    criteria="aa",
)


def became(**what: object) -> TrialStanding:
    return msgspec.structs.replace(TRIAL, **what)


KEPT = became(nct="NCT00000009", criteria="kept")


def change(base: Plan, was: TrialStanding | None, now: TrialStanding | None, **plan: str) -> list[TrialChange]:
    before = with_trial(base, *([was] if was else []), KEPT)
    after = with_trial(base, *([now] if now else []), KEPT, registry_date="2026-12-01")
    return list(difference(before, msgspec.structs.replace(after, **plan)).trials)


@pytest.mark.parametrize(
    ("was", "now", "kind", "reason"),
    [
        (None, TRIAL, "opened", "registry"),
        (became(recruitment="closed"), TRIAL, "opened", "registry"),
        (became(recruitment="closed"), became(recruitment="opening_soon"), "opened", "registry"),
        (TRIAL, None, "closed", "registry"),
        (TRIAL, became(recruitment="closed"), "closed", "registry"),
        (TRIAL, became(recruitment="stale"), "closed", "registry"),
        (TRIAL, became(criteria="bb"), "criteria", "criteria"),
        (TRIAL, became(criteria="bb", verdict="against"), "against", "criteria"),
        (became(verdict="against"), became(criteria="bb"), "fits", "criteria"),
        (became(verdict="not_yet", not_yet="2026-12-03"), TRIAL, "fits", "day"),
        (TRIAL, became(criteria="bb", verdict="not_yet", not_yet="2027-01-01"), "not_yet", "criteria"),
    ],
)
def test_what_became_of_a_trial_and_why(
    base: Plan, was: TrialStanding | None, now: TrialStanding | None, kind: str, reason: str
) -> None:
    (found,) = change(base, was, now, made="2026-12-12")
    assert found.kind == kind
    assert [one.kind for one in found.why] == [reason]
    assert found.text.endswith(".")


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (TRIAL, TRIAL),
        (None, became(verdict="against")),
        (None, became(recruitment="closed")),
        (became(verdict="against"), became(recruitment="closed", verdict="against")),
        (became(verdict="against"), became(verdict="against", criteria="bb")),
        (became(recruitment="closed"), became(recruitment="stale")),
        (TRIAL, became(last_update="2026-12-01")),
    ],
)
def test_what_is_no_news_of_a_trial(base: Plan, was: TrialStanding | None, now: TrialStanding | None) -> None:
    assert change(base, was, now, made="2026-12-12") == []


def test_a_record_that_grew_old_by_itself_is_closed_by_the_day(base: Plan) -> None:
    before, after = with_trial(base, TRIAL), with_trial(base, became(recruitment="stale"))
    (found,) = difference(before, msgspec.structs.replace(after, made="2028-01-01")).trials
    assert (found.kind, found.why[0].kind) == ("closed", "day")


def test_a_fact_that_rules_a_trial_out_is_named_with_the_words_of_the_criterion(bench: Bench, base: Plan) -> None:
    after = plan_of(bench, *BASE, "brain")
    found = [one for one in difference(base, after).trials if one.kind == "against"]
    assert found, "the registry has no trial that a brain metastasis rules out"
    for one in found:
        assert {reason.kind for reason in one.why} == {"fact"}
        assert {fact for reason in one.why for fact in reason.facts} == {"brain"}
        point = next(some for some in after.trials.standings if some.nct == one.nct).against[0]
        assert point.text in one.why[0].text
    back = [one for one in difference(after, base).trials if one.kind == "fits"]
    assert {one.nct for one in back} == {one.nct for one in found}
    assert all(reason.kind == "fact" and reason.gone for one in back for reason in one.why)


def test_the_new_words_of_a_criterion_are_quoted(base: Plan) -> None:
    shown = base.trials.treatment[0]
    was = next(one for one in base.trials.standings if one.nct == shown.nct)
    point = AgainstPoint(text="Prior treatment with a drug of a kind nobody had thought of")
    now = msgspec.structs.replace(was, criteria="bb", verdict="against", against=(point,))
    others = tuple(one for one in base.trials.standings if one.nct != shown.nct)
    (found,) = difference(base, with_trial(base, now, *others)).trials
    assert point.text in found.why[0].text


def test_a_plan_of_an_earlier_version_says_nothing_about_trials(base: Plan) -> None:
    raw = json.loads(plan_json(base))
    del raw["trials"]["standings"]
    for fact in raw["facts"].values():
        del fact["value"]
    assert not difference(read_plan(json.dumps(raw).encode(), "old.json"), base)


# --- the form ------------------------------------------------------------------------------------------------------


def test_a_difference_follows_its_published_schema(bench: Bench, base: Plan) -> None:
    found = difference(base, plan_of(bench, *BASE[:-1], "brain", "esr1", day=LATER))
    written = json.loads(msgspec.json.encode(found))
    published = json.loads((Path(__file__).parents[3] / "docs" / "plan-difference.schema.json").read_text("utf-8"))
    jsonschema.validate(written, published)
    assert published == json.loads(json.dumps(difference_schema()))
    assert msgspec.json.decode(msgspec.json.encode(found), type=PlanDifference) == found


def test_every_change_says_why_and_no_sentence_is_left_open(bench: Bench, base: Plan) -> None:
    found = difference(plan_of(bench, "stage", "sex"), plan_of(bench, *BASE, "brain", day=LATER))
    changes = (*found.options, *found.tests, *found.warnings, *found.trials)
    assert len(changes) > 10
    for one in changes:
        assert one.why, one
        assert "%(" not in one.text + "".join(reason.text for reason in one.why)


def test_the_count_is_of_what_is_told(bench: Bench, base: Plan) -> None:
    found = difference(base, plan_of(bench, *BASE, "brain"))
    lists = (found.conflicts, found.warnings, found.options, found.tests, found.trials)
    assert found.count == sum(map(len, lists)) + len(stated(found))
    assert any(one.derived for one in found.facts)


def test_what_is_kept_of_a_plan_is_small_and_enough_to_compare(bench: Bench, base: Plan) -> None:
    after = plan_of(bench, *BASE[:-1], "brain", "esr1", day=LATER)
    kept = for_comparison(base)
    assert difference(kept, after) == difference(base, after)
    assert difference(after, kept) == difference(after, base)
    assert len(msgspec.json.encode(kept)) < 0.55 * len(msgspec.json.encode(base))
