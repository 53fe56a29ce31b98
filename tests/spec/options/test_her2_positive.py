"""HER2-positive, stage 4: who gets which option to talk about, what waits for a test, what the record stands against."""
# ruff: noqa: E501 - a person is one line

from __future__ import annotations

import pytest

from tests.spec.options.option_tables import check, plan_option, standing

FOLDER = "her2_positive"
HR_NEGATIVE = "metastasis site=liver; er.percent 0 %; pr.percent 0 %; her2.ihc 3+"
HR_POSITIVE = (
    "metastasis site=bone; er.percent 80 %; pr.percent 30 %; her2.ihc 3+; menopause postmenopausal; sex female"
)
UNTREATED = "complete therapy"
THP_WORKS = (
    "therapy drug=trastuzumab setting=metastatic start=2026-02 ongoing=true; "
    "therapy drug=pertuzumab setting=metastatic start=2026-02 ongoing=true; "
    "therapy drug=docetaxel setting=metastatic start=2026-02 end=2026-07 outcome=completed; complete therapy"
)
THP_FAILED = (
    "therapy drug=trastuzumab setting=metastatic start=2025-01 end=2026-09 outcome=progression; "
    "therapy drug=pertuzumab setting=metastatic start=2025-01 end=2026-09 outcome=progression; "
    "therapy drug=docetaxel setting=metastatic start=2025-01 end=2025-06 outcome=completed"
)
T_DXD_FAILED = "therapy drug=trastuzumab_deruxtecan setting=metastatic start=2023-01 end=2024-12 outcome=progression"

FIRST_LINE = "trastuzumab_deruxtecan_pertuzumab_first_line trastuzumab_pertuzumab_taxane"
LATER_LINES = (
    "trastuzumab_deruxtecan_second_line tucatinib_trastuzumab_capecitabine trastuzumab_emtansine_metastatic "
    "neratinib_capecitabine margetuximab_chemotherapy trastuzumab_chemotherapy_later lapatinib_capecitabine"
)
MAINTENANCE = "her2_antibody_maintenance tucatinib_her2_maintenance"


def test_first_line() -> None:
    check(FOLDER, f"{HR_NEGATIVE}; {UNTREATED}", talk_about_only=FIRST_LINE, absent=LATER_LINES)
    check(FOLDER, f"{HR_POSITIVE}; {UNTREATED}", talk_about_only=f"{FIRST_LINE} trastuzumab_pertuzumab_endocrine")


def test_a_plan_never_treats_an_equivocal_her2_result_as_settled() -> None:
    equivocal = (
        "metastasis site=bone; metastasis site=liver; er.percent 80 %; pr.percent 30 %; her2.ihc 2+; complete therapy"
    )
    check(FOLDER, equivocal, talk_about_only="", depends=FIRST_LINE, absent=LATER_LINES)
    check(FOLDER, f"{equivocal}; her2.ish amplified", talk_about=FIRST_LINE)
    check(FOLDER, f"{equivocal}; her2.ish not_amplified", talk_about_only="", absent=FIRST_LINE)
    points = plan_option(FOLDER, equivocal, "trastuzumab_pertuzumab_taxane").open_points
    assert {point.attribute for point in points} & {"her2.ish", "her2.status"}


@pytest.mark.parametrize("ihc", ["1+", "0", "0_no_staining", "ultralow"])
def test_her2_negative_gets_none_of_these(ihc: str) -> None:
    assert (
        standing(FOLDER, f"metastasis site=liver; er.percent 0 %; pr.percent 0 %; her2.ihc {ihc}; complete therapy")
        == {}
    )


def test_stage_3_gets_none_of_these_even_when_it_cannot_be_removed() -> None:
    stage_3 = (
        "t.clinical T4; n.clinical N2; m.clinical M0; er.percent 0 %; pr.percent 0 %; her2.ihc 3+; complete therapy"
    )
    assert standing(FOLDER, stage_3) == {}
    assert standing(FOLDER, f"{stage_3}; resectable no") == {}


def test_come_back_near_the_breast_counts_when_it_cannot_be_removed() -> None:
    came_back = "locoregional_recurrence yes; her2.ihc 3+; er.percent 0 %; pr.percent 0 %; complete therapy"
    check(FOLDER, came_back, talk_about_only="", depends=FIRST_LINE)
    check(FOLDER, f"{came_back}; resectable no", talk_about=FIRST_LINE)
    check(FOLDER, f"{came_back}; resectable yes", absent=FIRST_LINE)


def test_nobody_said_whether_there_was_treatment() -> None:
    check(FOLDER, HR_NEGATIVE, talk_about_only="", depends=f"{FIRST_LINE} {LATER_LINES}")


def test_while_the_first_treatment_works_the_question_is_how_to_go_on() -> None:
    check(FOLDER, f"{HR_NEGATIVE}; {THP_WORKS}", talk_about_only=MAINTENANCE, absent=f"{FIRST_LINE} {LATER_LINES}")
    check(FOLDER, f"{HR_POSITIVE}; {THP_WORKS}", talk_about_only=f"{MAINTENANCE} palbociclib_her2_maintenance")
    check(
        FOLDER,
        f"{HR_NEGATIVE}; {THP_WORKS}; progressing yes",
        absent=MAINTENANCE,
        talk_about="trastuzumab_deruxtecan_second_line",
    )


def test_second_line() -> None:
    check(
        FOLDER,
        f"{HR_NEGATIVE}; {THP_FAILED}; complete therapy",
        talk_about_only="trastuzumab_deruxtecan_second_line tucatinib_trastuzumab_capecitabine trastuzumab_emtansine_metastatic",
        absent=f"{FIRST_LINE} {MAINTENANCE} neratinib_capecitabine",
    )


def test_third_line() -> None:
    check(
        FOLDER,
        f"{HR_NEGATIVE}; {T_DXD_FAILED}; {THP_FAILED}; complete therapy",
        talk_about_only="tucatinib_trastuzumab_capecitabine trastuzumab_emtansine_metastatic neratinib_capecitabine "
        "margetuximab_chemotherapy trastuzumab_chemotherapy_later",
        not_now="trastuzumab_deruxtecan_second_line",
    )


def test_lapatinib_needs_the_drugs_that_its_label_names() -> None:
    record = f"{HR_NEGATIVE}; {T_DXD_FAILED}; {THP_FAILED}; complete therapy"
    check(FOLDER, record, absent="lapatinib_capecitabine")
    check(
        FOLDER,
        f"{record}; therapy drug=doxorubicin setting=adjuvant start=2019 end=2019",
        talk_about="lapatinib_capecitabine",
    )


def test_early_return_after_her2_drugs_opens_the_second_line() -> None:
    record = f"{HR_NEGATIVE}; therapy drug=trastuzumab setting=adjuvant start=2025-06 end=2026-06 outcome=recurrence; complete therapy"
    check(FOLDER, record, talk_about="trastuzumab_deruxtecan_second_line trastuzumab_emtansine_metastatic")


@pytest.mark.parametrize(
    ("finding", "stands_against", "leaves"),
    [
        ("illness kind=ild", "trastuzumab_deruxtecan_pertuzumab_first_line", "trastuzumab_pertuzumab_taxane"),
        (
            "illness kind=pulmonary_fibrosis",
            "trastuzumab_deruxtecan_pertuzumab_first_line",
            "trastuzumab_pertuzumab_taxane",
        ),
        ("lvef 40 %", FIRST_LINE, ""),
        ("lvef 47 %", "", FIRST_LINE),
        ("lvef 60 %", "", FIRST_LINE),
        ("pregnant yes", FIRST_LINE, ""),
        ("pregnant yes; sex male", "", FIRST_LINE),
    ],
)
def test_what_stands_against_the_first_line(finding: str, stands_against: str, leaves: str) -> None:
    check(FOLDER, f"{HR_NEGATIVE}; {UNTREATED}; {finding}", not_now=stands_against, talk_about=leaves)


@pytest.mark.parametrize("finding", ["illness kind=dpd_deficiency", "egfr 25 mL/min"])
def test_what_stands_against_capecitabine(finding: str) -> None:
    check(
        FOLDER,
        f"{HR_NEGATIVE}; {THP_FAILED}; complete therapy; {finding}",
        not_now="tucatinib_trastuzumab_capecitabine",
        talk_about="trastuzumab_deruxtecan_second_line trastuzumab_emtansine_metastatic",
    )


def test_a_heart_a_little_weak_calls_for_care() -> None:
    option = plan_option(FOLDER, f"{HR_NEGATIVE}; {UNTREATED}; lvef 47 %", "trastuzumab_pertuzumab_taxane")
    certain = [caution for caution in option.cautions if caution.certain]
    assert [caution.kind for caution in certain] == ["care"]
    assert "heart" in certain[0].text


def test_an_organ_that_fails_stands_against_a_start_without_chemotherapy() -> None:
    check(
        FOLDER,
        f"{HR_POSITIVE}; {UNTREATED}; visceral_crisis yes",
        not_now="trastuzumab_pertuzumab_endocrine",
        talk_about=FIRST_LINE,
    )
