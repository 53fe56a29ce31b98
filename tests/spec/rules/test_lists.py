"""Atoms about lists: what is listed, what is denied, what nobody spoke of, and what a complete list leaves out."""
# ruff: noqa: E501 - a table row is one line

from __future__ import annotations

import pytest

from abreast.rules import Context, Truth, evaluate, parse_rule
from tests.spec.rules.rule_tables import TODAY, ago, ask, case, check


def test_what_a_list_does_not_name_is_unknown_until_somebody_says_that_it_is_complete() -> None:
    check("""
    facts                                       | rule                           | answer
                                                | has metastasis(site: brain)    | ?
    metastasis site=bone                        | has metastasis(site: brain)    | ?
    metastasis site=bone                        | has metastasis(site: bone)     | yes
    metastasis site=bone; complete metastasis   | has metastasis(site: brain)    | no
    complete metastasis                         | has metastasis()               | no
    metastasis site=bone; complete metastasis   | no metastasis(site: visceral)  | yes
    metastasis site=bone                        | no metastasis(site: visceral)  | ?
    """)
    answer = ask("metastasis site=bone; complete metastasis", "has metastasis(site: brain)")
    assert answer.declared == ("metastasis",), "the answer says that it rests on this word"


def test_items_are_kinds_of_what_is_asked() -> None:
    check("""
    facts                                            | rule                                     | answer
    therapy drug=ribociclib                          | has therapy(drug: cdk4_6_inhibitor)      | yes
    therapy drug=cdk4_6_inhibitor; complete therapy  | has therapy(drug: ribociclib)            | ?
    therapy drug=letrozole; complete therapy         | has therapy(drug: chemotherapy)          | no
    metastasis site=spine; complete metastasis       | has metastasis(site: distant, site: not bone) | no
    metastasis site=liver; complete metastasis       | has metastasis(site: distant, site: not bone) | yes
    metastasis site=distant; complete metastasis     | has metastasis(site: not bone)           | ?
    """)


def test_all_conditions_hold_of_one_item() -> None:
    check("""
    facts                                                                              | rule   | answer
    therapy drug=letrozole setting=adjuvant; complete therapy                          | has therapy(drug: letrozole, setting: adjuvant)   | yes
    therapy drug=letrozole setting=adjuvant; complete therapy                          | has therapy(drug: letrozole, setting: metastatic) | no
    therapy drug=letrozole setting=adjuvant; therapy drug=capecitabine setting=metastatic; complete therapy | has therapy(drug: letrozole, setting: metastatic) | no
    therapy drug=letrozole; complete therapy                                           | has therapy(drug: letrozole, setting: metastatic) | ?
    """)


def test_a_treatment_that_helped_may_have_stopped_helping() -> None:
    """An outcome on record does not exclude every other: only what cannot be true together is a no."""
    check("""
    facts                                                     | rule                              | answer
    therapy drug=letrozole outcome=progression; complete therapy      | has therapy(outcome: progression) | yes
    therapy drug=letrozole outcome=partial_response; complete therapy | has therapy(outcome: progression) | ?
    therapy drug=letrozole outcome=ongoing; complete therapy          | has therapy(outcome: progression) | ?
    therapy drug=letrozole outcome=intolerance; complete therapy      | has therapy(outcome: progression) | no
    """)


def test_denials() -> None:
    check("""
    facts                                         | rule                                              | answer
    no metastasis site=brain                      | has metastasis(site: brain)                       | no
    no metastasis site=cns                        | has metastasis(site: brain)                       | no
    no metastasis site=brain                      | has metastasis(site: cns)                         | ?
    no metastasis site=brain                      | has metastasis(site: [brain, liver])              | ?
    no metastasis site=brain; no metastasis site=liver | has metastasis(site: [brain, liver])         | no
    no metastasis                                 | has metastasis(site: liver)                       | no
    no metastasis site=brain                      | has metastasis()                                  | ?
    no therapy drug=chemotherapy setting=metastatic | has therapy(drug: paclitaxel)                   | ?
    no therapy drug=chemotherapy setting=metastatic | has therapy(drug: paclitaxel, setting: metastatic) | no
    """)


def test_a_denial_beside_an_item() -> None:
    """The later one counts; when none is surely later, they are a conflict."""
    check("""
    facts                                                            | rule                          | answer
    metastasis site=brain; no metastasis site=brain                  | has metastasis(site: brain)   | ?
    @2024 metastasis site=brain; @2023 no metastasis site=brain      | has metastasis(site: brain)   | yes
    @2023 metastasis site=brain; @2024 no metastasis site=brain      | has metastasis(site: brain)   | ?
    metastasis site=brain; no metastasis site=brain                  | has metastasis(site: distant) | ?
    metastasis site=cns; no metastasis site=brain                    | has metastasis(site: brain)   | no
    @2024 metastasis site=cns; @2023 no metastasis site=brain        | has metastasis(site: brain)   | ?
    perhaps metastasis site=brain; no metastasis site=brain          | has metastasis(site: brain)   | ?
    @2023 perhaps metastasis site=brain; @2024 no metastasis site=brain | has metastasis(site: brain) | no
    """)
    assert (
        ask("metastasis site=brain; no metastasis site=brain", "has metastasis(site: brain)").missing[0].why
        == "conflict"
    )


def test_what_is_only_suspected_keeps_the_answer_open() -> None:
    check("""
    facts                                              | rule                           | answer
    perhaps metastasis site=liver                      | has metastasis(site: liver)    | ?
    perhaps metastasis site=liver; complete metastasis | has metastasis(site: liver)    | ?
    perhaps metastasis site=liver; complete metastasis | has metastasis(site: brain)    | no
    """)


def test_counts() -> None:
    check("""
    facts                                                        | rule                            | answer
    line drug=capecitabine; line drug=eribulin                   | count line() >= 2               | yes
    line drug=capecitabine; line drug=eribulin                   | count line() >= 3               | ?
    line drug=capecitabine; line drug=eribulin                   | count line() <= 2               | ?
    line drug=capecitabine; line drug=eribulin; complete line    | count line() <= 2               | yes
    line drug=capecitabine; line drug=eribulin; complete line    | count line() = 2                | yes
    line drug=capecitabine; line drug=eribulin                   | count line() < 2                | no
    line drug=capecitabine; perhaps line drug=eribulin; complete line | count line() <= 1          | ?
    line drug=capecitabine setting=metastatic; line drug=eribulin; complete line | count line(setting: metastatic) <= 2 | yes
    line drug=capecitabine setting=metastatic; line drug=eribulin; complete line | count line(setting: metastatic) <= 1 | ?
    no line setting=metastatic                                   | count line(setting: metastatic) = 0 | yes
    complete line                                                | count line() = 0                | yes
    """)


def test_what_may_be_one_thing_told_twice_counts_once_for_sure() -> None:
    check("""
    facts                                                  | rule                    | answer
    metastasis site=bone; metastasis site=bone             | count metastasis() >= 2 | ?
    metastasis site=bone; metastasis site=spine            | count metastasis() >= 2 | ?
    metastasis site=bone; metastasis site=liver            | count metastasis() >= 2 | yes
    metastasis site=bone; metastasis site=bone; complete metastasis | count metastasis() <= 2 | yes
    metastasis site=bone; metastasis site=bone; complete metastasis | count metastasis() <= 1 | ?
    """)


def test_an_end_before_a_washout() -> None:
    check(f"""
    facts                                                            | rule                                                    | answer
    therapy drug=capecitabine end={ago(30)}                          | has therapy(drug: chemotherapy, end: within 14 days)    | ?
    therapy drug=capecitabine end={ago(30)}; complete therapy        | has therapy(drug: chemotherapy, end: within 14 days)    | no
    therapy drug=capecitabine end={ago(14)}; complete therapy        | has therapy(drug: chemotherapy, end: within 14 days)    | yes
    therapy drug=capecitabine ongoing=yes; complete therapy          | has therapy(drug: chemotherapy, end: within 14 days)    | yes
    therapy drug=capecitabine end=2027; complete therapy             | has therapy(drug: chemotherapy, end: within 14 days)    | yes
    therapy drug=capecitabine start={ago(5)}; complete therapy       | has therapy(drug: chemotherapy, end: within 14 days)    | yes
    therapy drug=capecitabine start={ago(90)}; complete therapy      | has therapy(drug: chemotherapy, end: within 14 days)    | ?
    therapy drug=capecitabine end=2026-11; complete therapy          | has therapy(drug: chemotherapy, end: within 14 days)    | ?
    radiation site=brain end={ago(29)}                               | has radiation(site: brain, end: before 4 weeks)         | yes
    radiation site=brain end={ago(20)}; complete radiation           | has radiation(site: brain, end: before 4 weeks)         | no
    therapy drug=capecitabine end={ago(400)}; complete therapy       | has therapy(start: before 12 months)                    | yes
    """)


def test_what_the_dates_of_an_item_imply() -> None:
    check("""
    facts                                                                          | rule                                     | answer
    therapy drug=letrozole start=2020-01-01 end=2022-06-01                         | has therapy(months_on: >= 24 mo)         | yes
    therapy drug=letrozole start=2020-01-01 end=2021-06-01; complete therapy       | has therapy(months_on: >= 24 mo)         | no
    therapy drug=letrozole start=2020 end=2022; complete therapy                   | has therapy(months_on: >= 24 mo)         | ?
    therapy drug=letrozole start=2020-01-01 ongoing=yes                            | has therapy(months_on: >= 24 mo)         | yes
    therapy drug=letrozole start=2026-10-01; complete therapy                      | has therapy(months_on: >= 24 mo)         | no
    therapy drug=letrozole start=2020-01-01; complete therapy                      | has therapy(months_on: >= 24 mo)         | ?
    therapy drug=letrozole start=2020-01-01 end=2020-04-01 outcome=progression     | has therapy(months_to_progression: < 6 mo) | yes
    therapy drug=letrozole start=2020-01-01 end=2020-04-01 outcome=intolerance; complete therapy | has therapy(months_to_progression: < 6 mo) | ?
    therapy drug=letrozole outcome=progression                                     | has therapy(progressed_on: yes)          | yes
    """)


def test_known_is_never_open() -> None:
    """Only packs may ask it: an answer to a criterion must not turn from no to yes because more became known."""
    check("""
    facts                                        | rule                                   | answer
                                                 | known her2.ish                         | no
                                                 | unknown her2.ish                       | yes
    her2.ish not_amplified                       | known her2.ish                         | yes
    perhaps her2.ish amplified                   | known her2.ish                         | no
    her2.ish not_amplified; her2.ish amplified   | known her2.ish                         | no
    variant gene=BRCA1 significance=benign       | known variant(gene: BRCA1)             | yes
    no variant gene=BRCA1                        | known variant(gene: BRCA1)             | yes
    variant gene=BRCA2 significance=benign       | known variant(gene: BRCA1)             | no
    complete variant                             | known variant(gene: BRCA1)             | yes
    """)


@pytest.mark.parametrize(
    ("facts", "rule", "why"),
    [
        ("", "has metastasis(site: brain)", "not_listed"),
        ("perhaps metastasis site=brain", "has metastasis(site: brain)", "suspected"),
        ("metastasis site=cns", "has metastasis(site: brain)", "too_vague"),
        ("", "count line() >= 2", "not_listed"),
        ("line drug=eribulin; perhaps line; complete line", "count line() >= 2", "too_vague"),
    ],
)
def test_what_is_missing(facts: str, rule: str, why: str) -> None:
    answer = ask(facts, rule)
    assert answer.truth is Truth.UNKNOWN
    assert [one.why for one in answer.missing] == [why]


def test_a_no_shows_what_came_near() -> None:
    facts = case("therapy drug=letrozole setting=adjuvant; therapy drug=capecitabine; complete therapy")
    answer = evaluate(
        parse_rule("has therapy(drug: letrozole, setting: metastatic)", facts.vocabulary),
        Context(facts, TODAY),
    )
    assert (answer.truth, answer.facts) == (Truth.FALSE, ("therapy:1",))
