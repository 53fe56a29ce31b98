"""Eligibility texts in the shapes that the registry holds them in are cut into the right pieces."""

import pytest

from abreast.rules import rule_text
from abreast.rules.expression import FALSE
from abreast.trials.eligibility import read_criteria
from abreast.trials.eligibility.segment import segment


def pieces(text, section="inclusion"):
    return [(one.section[:2], one.head.of(text).strip()) for one in segment(text, section)]


def test_markdown_bullets_under_two_headings():
    text = "Inclusion Criteria:\n\n* Age \\>= 18\n* ECOG 0-1\n\nExclusion Criteria:\n\n* Pregnancy\n"
    assert pieces(text) == [("in", "Age \\>= 18"), ("in", "ECOG 0-1"), ("ex", "Pregnancy")]


def test_headings_inside_a_paragraph():
    text = "Key Inclusion Criteria: Metastatic breast cancer. Key Exclusion Criteria: Prior chemotherapy."
    assert [section for section, _ in pieces(text)] == ["in", "ex"]


def test_no_heading_at_all_takes_the_section_that_was_asked_for():
    assert pieces("Pregnant women", "exclusion") == [("ex", "Pregnant women")]


def test_old_style_capital_headings_are_inclusion():
    text = "DISEASE CHARACTERISTICS:\n\n* Metastatic breast cancer\n\nPATIENT CHARACTERISTICS:\n\n* Not pregnant\n"
    assert pieces(text) == [("in", "Metastatic breast cancer"), ("in", "Not pregnant")]


def test_a_heading_sentence_that_excludes():
    text = "Subjects who meet any of the following criteria will be excluded:\n\n1. Pregnancy\n2. Brain metastases\n"
    assert pieces(text) == [("ex", "Pregnancy"), ("ex", "Brain metastases")]


def test_wrapped_lines_are_one_piece():
    text = (
        "Inclusion Criteria:\n\n"
        "  -  Histologically confirmed breast cancer that is\n     metastatic or unresectable\n"
        "  -  Age 18 or older\n"
    )
    found = pieces(text)
    assert len(found) == 2
    assert found[0][1].split() == [
        "Histologically",
        "confirmed",
        "breast",
        "cancer",
        "that",
        "is",
        "metastatic",
        "or",
        "unresectable",
    ]


def test_one_of_the_following_is_read_with_its_bullets():
    text = "Inclusion Criteria:\n\n* At least one of the following:\n\n  * HER2 IHC 3+\n  * ISH positive\n* Age 18\n"
    first, second = segment(text)
    assert first.join == "any"
    assert [part.of(text) for part in first.parts] == ["HER2 IHC 3+", "ISH positive"]
    assert not second.parts


def test_bullets_below_a_heading_keep_it_as_context():
    text = (
        "Inclusion Criteria:\n\n* Adequate organ function as follows:\n\n"
        "  * ANC >= 1,500/mm3\n  * Platelets >= 100,000/mm3\n"
    )
    found = segment(text)
    assert [one.head.of(text) for one in found] == ["ANC >= 1,500/mm3", "Platelets >= 100,000/mm3"]
    assert all(one.context and one.context.of(text).startswith("Adequate") for one in found)


def test_cohort_headings_and_cohort_words():
    text = (
        "Inclusion Criteria:\n\nCohort A only:\n\n* ESR1 mutation\n\nExclusion Criteria:\n\n"
        "* Phase III: Prior chemotherapy\n* Brain metastases (Part 2 only)\n* Pregnancy\n"
    )
    assert [one.cohort for one in segment(text)] == ["Cohort A", "Phase III", "Part 2", ""]


@pytest.mark.parametrize(
    ("heading", "cohort"),
    [
        ("For subjects of cohort 1:", "Cohort 1"),
        ("(Only for phase III only):", "Phase III"),
        ("During the expansion phase of the protocol, patients must have:", "Expansion phase"),
        ("Patients with operable disease (Cohort 2):", "Operable disease (Cohort 2)"),
        ("For all groups:", ""),
        ("For each cohort:", ""),
        ("The following lab values obtained =< 28 days prior to pre-registration:", ""),
        ("These regimens can be used only if:", ""),
        ("Specific treatment related conditions:", ""),
    ],
)
def test_a_part_of_a_study_has_one_name(heading: str, cohort: str) -> None:
    text = f"Inclusion Criteria:\n\n{heading}\n\n* ESR1 mutation\n"
    assert segment(text)[-1].cohort == cohort


def test_every_piece_lies_in_its_place():
    text = "Inclusion Criteria:\n\n1. A\n   1. B\n   2. C\n2. D\nExclusion Criteria:\n- E"
    starts = [one.head.start for one in segment(text)]
    assert starts == sorted(starts)


def test_bullets_that_end_with_or_are_alternatives():
    text = "Inclusion Criteria:\n\n* Adults\n* Postmenopausal women; or\n* Men\n* ECOG 0-1\n"
    pieces = segment(text)
    assert [(piece.join, len(piece.parts)) for piece in pieces] == [("", 0), ("any", 2), ("", 0)]
    assert pieces[1].span.of(text) == "Postmenopausal women; or\n* Men"


def test_a_piece_that_names_nothing_but_people_is_a_note() -> None:
    pieces = read_criteria("Exclusion Criteria:\n\n* Who\n* Patients\n* Patients who are\n")
    assert [one.rule for one in pieces] == [FALSE] * 3


def test_a_criterion_that_counts_in_one_part_only_belongs_to_it():
    text = "Exclusion Criteria:\n\n* Prior irinotecan. This criterion applies only to the Phase II cohort.\n* Pregnant"
    assert [piece.cohort for piece in segment(text)] == ["Phase II cohort", ""]


@pytest.mark.parametrize(
    ("line", "cohort"),
    [
        ("Expansion (Part A3): at least 1 injectable lesion", "Expansion (Part A3)"),
        ("Dose expansion part will enroll patients without prior treatment", "Dose expansion part"),
        ("In the dose expansion, patients must have TNBC", "Dose expansion"),
        ("HER2-negative breast cancer (Cohort 1) or melanoma (Cohort 2)", ""),
        ("Progression on a taxane (Cohort 2)", "Cohort 2"),
    ],
)
def test_a_line_that_names_one_part_belongs_to_it(line, cohort):
    assert [piece.cohort for piece in segment(f"Inclusion Criteria:\n\n* {line}\n* ECOG 0-1")] == [cohort, ""]


def test_a_heading_times_what_stands_below_it():
    text = "Exclusion Criteria:\n\n* Any of the following within 6 months:\n\n  * Stroke\n  * Major surgery\n"
    (one,) = read_criteria(text)
    assert rule_text(one.rule).startswith("has illness(kind: stroke, start: within 6 months) or has surgery(major: yes")


def test_an_exclusion_of_those_who_are_asked_for_turns_nobody_away():
    asked = "Inclusion Criteria:\n\n* Patients who have received chemotherapy\n\n"
    (_, one) = read_criteria(f"{asked}Exclusion Criteria:\n\n* Patients with a prior history of anticancer therapy\n")
    assert rule_text(one.rule).startswith("has therapy(drug: systemic_therapy) and unread")
    (_, one) = read_criteria(f"{asked}Exclusion Criteria:\n\n* Anticancer therapy within 4 weeks\n")
    assert rule_text(one.rule) == "has therapy(drug: systemic_therapy, end: within 4 weeks)"


def test_a_bullet_that_begins_with_or_is_another_way_to_meet_the_one_before():
    text = "Inclusion Criteria:\n\n* Triple-negative breast cancer\n* Or patients with HER2-positive disease"
    (one,) = read_criteria(text)
    assert rule_text(one.rule) == (
        "(er.status is negative and pr.status is negative and her2.status is negative) or her2.status is positive"
    )
