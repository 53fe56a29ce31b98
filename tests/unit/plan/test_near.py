"""Which options a plan lists: not those that wait for nearly everything; and changes of receptors between samples."""

from __future__ import annotations

import pytest

from abreast.case.file import read_case
from abreast.plan import Plan
from abreast.vocabulary import load_vocabulary
from tests.plans import plan_without_trials

VOCABULARY = load_vocabulary()


def plan(facts: str, complete: str = "") -> Plan:
    text = f"abreast: case/1\nfacts:\n{facts}\ncomplete: [{complete}]\n"
    return plan_without_trials(read_case(text, "person.yaml", VOCABULARY))


def depending(made: Plan) -> set[str]:
    return {one.id for one in made.options if one.standing == "depends"}


METASTATIC = "- {is: m.clinical, value: M1}\n- {is: metastasis, site: liver}"
HR_POSITIVE = "- {is: er.percent, value: 90 %}\n- {is: her2.ihc, value: 1+}"


def test_nothing_known_lists_no_treatment_that_waits_for_the_stage() -> None:
    made = plan("- {is: sex, value: female}")
    listed = {one.category for one in made.options}
    assert not listed & {"systemic", "surgery", "radiation"}
    assert made.find_out_next


def test_without_receptors_no_drug_that_waits_for_them() -> None:
    made = plan(METASTATIC)
    drugs = {one.id for one in made.options if one.category == "systemic"}
    assert drugs <= {"pembrolizumab_msi", "pembrolizumab_tmb"}, "these two do not depend on the receptors"
    assert "receptors" in {one.id for one in made.tests}
    assert any(one.attribute.startswith(("er.", "her2.")) and one.options for one in made.find_out_next)


def test_without_a_history_only_what_starts_one() -> None:
    waiting = depending(plan(f"{METASTATIC}\n{HR_POSITIVE}"))
    assert {"ribociclib_first", "palbociclib_first"} <= waiting
    assert not waiting & {"elacestrant", "sacituzumab_hr", "everolimus"}


def test_a_treatment_that_works_brings_no_later_one() -> None:
    line = "- {is: therapy, drug: %s, setting: metastatic, start: 2025-09, ongoing: true, outcome: %s}"
    works = "\n".join(line % (drug, "partial_response") for drug in ("letrozole", "ribociclib"))
    made = plan(f"{METASTATIC}\n{HR_POSITIVE}\n{works}", "therapy")
    assert not {one.id for one in made.options} & {"everolimus", "capecitabine_hr", "stop_cancer_treatment"}
    fails = works.replace("partial_response", "progression").replace("ongoing: true", "ongoing: false")
    made = plan(f"{METASTATIC}\n{HR_POSITIVE}\n{fails}", "therapy")
    assert {"everolimus", "capecitabine_hr"} <= {one.id for one in made.options if one.standing == "talk_about"}


def test_negative_receptors_rule_out_hormone_drugs_while_her2_is_open() -> None:
    negative = "- {is: er.percent, value: 0 %}\n- {is: pr.percent, value: 0 %}\n- {is: her2.ihc, value: 2+}"
    made = plan(f"{METASTATIC}\n{negative}", "therapy")
    assert "ribociclib_first" not in {one.id for one in made.options}
    points = {point.attribute for one in made.options if one.standing == "depends" for point in one.open_points}
    assert "her2.ish" in points
    assert "subtype" not in points


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ("er.percent 90 %", "er.percent 0 %", True),
        ("er.percent 90 %", "er.percent 60 %", False),
        ("her2.ihc 1+", "her2.ihc 3+", True),
        ("her2.ihc 1+", "her2.ihc 1+", False),
        ("er.status positive", "er.status negative", True),
        ("er.percent 95 %", "er.status positive", False),
        ("her2.status negative", "her2.status low", False),
        ("her2.status zero", "her2.status low", True),
    ],
)
def test_a_change_of_receptors_shows(before: str, now: str, changed: bool) -> None:
    def fact(said: str, date: str) -> str:
        name, value = said.split(" ", 1)
        return f"- {{is: {name}, value: '{value}', date: {date}}}"

    made = plan(f"{METASTATIC}\n{fact(before, '2021-03')}\n{fact(now, '2026-05')}")
    assert bool(made.conflicts) is changed
    assert all(one.overtaken for one in made.conflicts)
