"""Atoms about one value: terms in a hierarchy, numbers that may be a range, yes or no, and facts that disagree."""

from __future__ import annotations

from abreast.rules import Truth
from tests.spec.rules.rule_tables import ago, ask, check


def test_a_term_is_what_it_is_a_kind_of() -> None:
    check("""
    facts                       | rule                               | answer
                                | her2.status is negative            | ?
    her2.status negative        | her2.status is negative            | yes
    her2.status low             | her2.status is negative            | yes
    her2.status negative        | her2.status is low                 | ?
    her2.status positive        | her2.status is low                 | no
    her2.status low             | her2.status is [low, zero]         | yes
    her2.status ultralow        | her2.status is [low, zero]         | no
    her2.status zero_or_ultralow| her2.status is [low, zero]         | ?
    her2.status negative        | not her2.status is positive        | yes
    her2.status negative        | her2.status is not low             | ?
    stage.stated IIIA           | stage.stated is III                | yes
    stage.stated III            | stage.stated is IIIA               | ?
    stage.stated III            | stage.stated is IV                 | no
    """)


def test_all_kinds_together_make_up_a_term_that_has_no_others() -> None:
    check("""
    facts             | rule                                    | answer
    stage.stated III  | stage.stated is [IIIA, IIIB, IIIC]      | yes
    stage.stated III  | stage.stated is [IIIA, IIIB]            | ?
    stage.stated II   | stage.stated is [IIIA, IIIB, IIIC]      | no
    """)


def test_a_number_may_be_known_only_between_limits() -> None:
    check("""
    facts                     | rule                    | answer
    er.percent 90 %           | er.percent >= 1 %       | yes
    er.percent <1 %           | er.percent >= 1 %       | no
    er.percent <1 %           | er.percent < 1 %        | yes
    er.percent <=1 %          | er.percent < 1 %        | ?
    er.percent >=10 %         | er.percent > 10 %       | ?
    er.percent >10 %          | er.percent > 10 %       | yes
    er.percent 5 to 15 %      | er.percent <= 10 %      | ?
    er.percent 5 to 15 %      | er.percent > 1 %        | yes
    er.percent 5 to 15 %      | er.percent != 20 %      | yes
    er.percent 10 %           | er.percent = 10 %       | yes
    ecog 1                    | ecog <= 1               | yes
    ecog 0 to 1               | ecog <= 1               | yes
    ecog 1 to 2               | ecog <= 1               | ?
    """)


def test_units_are_converted() -> None:
    check("""
    facts                     | rule                       | answer
    anc 1900 /uL              | anc >= 1.5 10*9/L          | yes
    anc 1.4 10*9/L            | anc >= 1500 /uL            | no
    creatinine 88 umol/L      | creatinine <= 1.0 mg/dL    | yes
    hemoglobin 95 g/L         | hemoglobin >= 9 g/dL       | yes
    weight 150 [lb_av]        | weight > 68 kg             | yes
    """)


def test_multiples_of_a_normal_limit() -> None:
    """The laboratory's own limit counts."""
    check("""
    facts                            | rule              | answer
    ast 90 U/L (normal 10 to 40)     | ast <= 2.5 x ULN  | yes
    ast 101 U/L (normal 10 to 40)    | ast <= 2.5 x ULN  | no
    ast 3 {xULN}                     | ast <= 2.5 x ULN  | no
    """)


def test_yes_and_no() -> None:
    check("""
    facts         | rule              | answer
    pregnant yes  | pregnant is yes   | yes
    pregnant yes  | pregnant is no    | no
    pregnant no   | pregnant is no    | yes
                  | pregnant is no    | ?
    """)


def test_what_is_only_suspected_decides_nothing() -> None:
    check("""
    facts                                  | rule                        | answer
    perhaps her2.status positive           | her2.status is positive     | ?
    perhaps her2.status positive           | her2.status is negative     | ?
    """)
    assert ask("perhaps her2.status positive", "her2.status is positive").missing[0].why == "suspected"


def test_facts_that_disagree_decide_only_what_they_agree_on() -> None:
    check("""
    facts                                            | rule                          | answer
    stage.stated IIIA; stage.stated IV               | stage.stated is IV            | ?
    stage.stated IIIA; stage.stated IV               | stage.stated is [III, IV]     | yes
    stage.stated IIIA; stage.stated IV               | stage.stated is [I, II]       | no
    stage.stated III; stage.stated IIIA              | stage.stated is IIIA          | yes
    @2019 her2.status positive; @2024 her2.status low | her2.status is low           | yes
    @2024 her2.status positive; @2024 her2.status low | her2.status is low           | ?
    """)
    answer = ask("stage.stated IIIA; stage.stated IV", "stage.stated is IV")
    assert answer.missing[0].why == "conflict"
    assert answer.missing[0].facts == ("stage.stated:1", "stage.stated:2")


def test_within_asks_for_a_recent_fact() -> None:
    check(f"""
    facts                       | rule                       | answer
    @{ago(10)} ecog 1           | ecog <= 1 within 28 days   | yes
    @{ago(10)} ecog 2           | ecog <= 1 within 28 days   | no
    @{ago(28)} ecog 1           | ecog <= 1 within 28 days   | yes
    @{ago(29)} ecog 1           | ecog <= 1 within 28 days   | ?
    ecog 1                      | ecog <= 1 within 28 days   | ?
    @2026-11 ecog 1             | ecog <= 1 within 28 days   | ?
    @2026-11 ecog 1             | ecog <= 1 within 2 months  | ?
    @2026-10 ecog 1             | ecog <= 1 within 2 months  | yes
    """)
    assert ask(f"@{ago(60)} ecog 1", "ecog <= 1 within 28 days").missing[0].why == "too_old"


def test_because() -> None:
    """An answer names the facts that decided it; an open one what is missing."""
    answer = ask("er.percent 90 %; her2.status low", "er.percent >= 1 % and her2.status is negative")
    assert answer.facts == ("er.percent:1", "her2.status:1")
    answer = ask("er.percent 0 %; her2.status low", "er.percent >= 1 % and her2.status is negative")
    assert (answer.truth, answer.facts) == (Truth.FALSE, ("er.percent:1",)), "only what stands against it"
    answer = ask("er.percent 90 %", "er.percent >= 1 % and her2.status is negative")
    assert answer.facts == ("er.percent:1",)
    assert [(one.attribute, one.why) for one in answer.missing] == [("her2.status", "unknown")]
    vague = ask("er.percent 5 to 15 %", "er.percent <= 10 %")
    assert [(one.attribute, one.why) for one in vague.missing] == [("er.percent", "too_vague")]
