"""Stage 3: treatment before surgery, surgery, radiation, and what comes after, by subtype."""
# ruff: noqa: E501 - a person is one line

from __future__ import annotations

import pytest

from tests.spec.options.option_tables import check, plan_option, standing

FOLDER = "stage3"
TNM = "t.clinical T3; n.clinical N1; m.clinical M0"
HER2_POSITIVE = "er.percent 0 %; pr.percent 0 %; her2.ihc 3+"
TRIPLE_POSITIVE = "er.percent 70 %; pr.percent 50 %; her2.ihc 3+"
TRIPLE_NEGATIVE = "er.percent 0 %; pr.percent 0 %; her2.ihc 0"
HR_POSITIVE = "er.percent 90 %; pr.percent 60 %; her2.ihc 1+"
UNTREATED = "complete therapy"
AFTER_MENOPAUSE = "sex female; menopause postmenopausal"
BEFORE_MENOPAUSE = "sex female; menopause premenopausal"
OPERATED = "surgery procedure=mastectomy date=2026-09"
TCHP = (
    "therapy drug=docetaxel setting=neoadjuvant start=2026-03 end=2026-07; therapy drug=carboplatin setting=neoadjuvant start=2026-03 end=2026-07; "
    "therapy drug=trastuzumab setting=neoadjuvant start=2026-03 end=2026-07; therapy drug=pertuzumab setting=neoadjuvant start=2026-03 end=2026-07; complete therapy"
)
AC_T = "therapy drug=doxorubicin setting=neoadjuvant start=2026-03 end=2026-05; therapy drug=paclitaxel setting=neoadjuvant start=2026-05 end=2026-07; complete therapy"
KEYNOTE_522 = f"therapy drug=pembrolizumab setting=neoadjuvant start=2026-03 end=2026-07; {AC_T}"

SURGERY_AND_RADIATION = "surgery_for_stage3 axillary_surgery_stage3 radiation_after_surgery"
HER2_BEFORE = "trastuzumab_deruxtecan_then_thp_before_surgery tchp_before_surgery ac_thp_before_surgery"
HER2_AFTER = "trastuzumab_deruxtecan_residual trastuzumab_emtansine_residual"
ENDOCRINE_AFTER = "adjuvant_aromatase_inhibitor adjuvant_tamoxifen adjuvant_ovarian_suppression"


def test_her2_positive_before_any_treatment() -> None:
    check(
        FOLDER,
        f"{TNM}; {HER2_POSITIVE}; {UNTREATED}; {AFTER_MENOPAUSE}",
        talk_about_only=f"{HER2_BEFORE} {SURGERY_AND_RADIATION} breast_reconstruction",
        absent=f"{HER2_AFTER} {ENDOCRINE_AFTER} surgery_first_stage3 endocrine_before_surgery pembrolizumab_chemotherapy_before_surgery",
    )


def test_triple_negative_before_any_treatment() -> None:
    check(
        FOLDER,
        f"{TNM}; {TRIPLE_NEGATIVE}; {UNTREATED}; {AFTER_MENOPAUSE}",
        talk_about_only=f"pembrolizumab_chemotherapy_before_surgery chemotherapy_before_surgery_triple_negative {SURGERY_AND_RADIATION} breast_reconstruction",
        absent="capecitabine_residual pembrolizumab_after_surgery surgery_first_stage3",
    )


def test_hormone_receptor_positive_before_any_treatment() -> None:
    check(
        FOLDER,
        f"{TNM}; {HR_POSITIVE}; {UNTREATED}; {AFTER_MENOPAUSE}",
        talk_about_only=f"chemotherapy_before_surgery_hr_positive endocrine_before_surgery {SURGERY_AND_RADIATION} breast_reconstruction",
        depends="surgery_first_stage3",
        absent=f"{ENDOCRINE_AFTER} adjuvant_abemaciclib adjuvant_ribociclib",
    )
    check(FOLDER, f"{TNM}; {HR_POSITIVE}; {UNTREATED}; {BEFORE_MENOPAUSE}", absent="endocrine_before_surgery")


@pytest.mark.parametrize(
    ("record", "surgery_first"),
    [
        (f"{TNM}; {HR_POSITIVE}; {UNTREATED}; resectable yes", "talk_about"),
        (f"{TNM}; {HR_POSITIVE}; {UNTREATED}; resectable no", "absent"),
        (f"{TNM}; {HR_POSITIVE}; {UNTREATED}; resectable yes; inflammatory yes", "absent"),
        (f"t.clinical T4b; n.clinical N1; m.clinical M0; {HR_POSITIVE}; {UNTREATED}; resectable yes", "absent"),
        (f"{TNM}; {HER2_POSITIVE}; {UNTREATED}; resectable yes", "absent"),
        (f"{TNM}; {TRIPLE_NEGATIVE}; {UNTREATED}; resectable yes", "absent"),
    ],
)
def test_surgery_first_is_for_few(record: str, surgery_first: str) -> None:
    check(FOLDER, record, **{surgery_first: "surgery_first_stage3"})


def test_surgery_that_nobody_spoke_of_counts_as_not_done_yet() -> None:
    record = f"{TNM}; {HER2_POSITIVE}; {UNTREATED}"
    assert standing(FOLDER, record)["tchp_before_surgery"] == "talk_about"
    assert standing(FOLDER, f"{record}; no surgery")["tchp_before_surgery"] == "talk_about"


def test_pregnancy() -> None:
    check(
        FOLDER,
        f"{TNM}; {TRIPLE_POSITIVE}; {UNTREATED}; {BEFORE_MENOPAUSE}; pregnant yes; age 33 a; lvef 65 %",
        talk_about="chemotherapy_in_pregnancy surgery_for_stage3 axillary_surgery_stage3",
        not_now=f"{HER2_BEFORE} radiation_after_surgery",
        absent=f"{ENDOCRINE_AFTER} {HER2_AFTER} pembrolizumab_chemotherapy_before_surgery",
    )
    check(
        FOLDER,
        f"{TNM}; {TRIPLE_NEGATIVE}; {UNTREATED}; pregnant yes",
        not_now="pembrolizumab_chemotherapy_before_surgery",
        talk_about="chemotherapy_in_pregnancy",
    )
    check(FOLDER, f"{TNM}; {TRIPLE_NEGATIVE}; {UNTREATED}", absent="chemotherapy_in_pregnancy")
    check(
        FOLDER, f"{TNM}; {TRIPLE_NEGATIVE}; {UNTREATED}; pregnant yes; lvef 40 %", not_now="chemotherapy_in_pregnancy"
    )


@pytest.mark.parametrize(
    ("finding", "stands_against", "leaves"),
    [
        ("illness kind=ild", "trastuzumab_deruxtecan_then_thp_before_surgery", "tchp_before_surgery"),
        ("lvef 40 %", HER2_BEFORE, ""),
        ("lvef 47 %", HER2_BEFORE, ""),  # the label of pertuzumab asks for 55 % in early disease
        ("lvef 52 %", "", "tchp_before_surgery trastuzumab_deruxtecan_then_thp_before_surgery ac_thp_before_surgery"),
        ("illness kind=heart_failure; lvef 55 %", "ac_thp_before_surgery", "tchp_before_surgery"),
    ],
)
def test_what_stands_against_treatment_before_surgery(finding: str, stands_against: str, leaves: str) -> None:
    check(FOLDER, f"{TNM}; {HER2_POSITIVE}; {UNTREATED}; {finding}", not_now=stands_against, talk_about=leaves)


def test_an_active_autoimmune_disease_stands_against_the_immune_drug() -> None:
    check(
        FOLDER,
        f"{TNM}; {TRIPLE_NEGATIVE}; {UNTREATED}; illness kind=crohns status=active; illness kind=lupus status=active",
        not_now="pembrolizumab_chemotherapy_before_surgery",
        talk_about="chemotherapy_before_surgery_triple_negative",
    )


def test_inflammatory_breast_cancer() -> None:
    record = f"t.clinical T4d; n.clinical N1; m.clinical M0; {TRIPLE_NEGATIVE}; {UNTREATED}; sex female"
    check(
        FOLDER,
        record,
        talk_about=f"inflammatory_trimodality pembrolizumab_chemotherapy_before_surgery {SURGERY_AND_RADIATION}",
        not_now="breast_reconstruction",
    )
    cautions = plan_option(FOLDER, record, "surgery_for_stage3").cautions
    assert any(one.certain and "skin" in one.text for one in cautions)
    check(FOLDER, f"{TNM}; {TRIPLE_NEGATIVE}; {UNTREATED}; inflammatory no", absent="inflammatory_trimodality")
    check(
        FOLDER,
        f"t.clinical T4b; n.clinical N1; m.clinical M0; {TRIPLE_NEGATIVE}; inflammatory yes",
        talk_about="inflammatory_trimodality",
    )


def test_what_cannot_be_removed_yet() -> None:
    check(FOLDER, f"{TNM}; {HR_POSITIVE}; resectable no", talk_about="unresectable_stage3")
    check(FOLDER, f"t.clinical T4; n.clinical N3; m.clinical M0; {HR_POSITIVE}", depends="unresectable_stage3")
    check(FOLDER, f"{TNM}; {HR_POSITIVE}", absent="unresectable_stage3")


def test_her2_positive_with_cancer_left_at_surgery() -> None:
    record = f"{TNM}; {HER2_POSITIVE}; {TCHP}; {OPERATED}"
    check(
        FOLDER,
        f"{record}; residual_disease yes",
        talk_about=HER2_AFTER,
        absent=f"{HER2_BEFORE} her2_antibodies_complete_year surgery_for_stage3",
    )
    check(
        FOLDER,
        f"{record}; t.post_treatment T1; n.post_treatment N1",
        talk_about=HER2_AFTER,
        absent="her2_antibodies_complete_year",
    )
    check(
        FOLDER, record, talk_about_only="radiation_after_surgery", depends=f"{HER2_AFTER} her2_antibodies_complete_year"
    )
    check(
        FOLDER,
        f"{record}; residual_disease yes; illness kind=ild",
        not_now="trastuzumab_deruxtecan_residual",
        talk_about="trastuzumab_emtansine_residual",
    )


def test_her2_positive_with_no_cancer_left_at_surgery() -> None:
    record = f"{TNM}; {HER2_POSITIVE}; {TCHP}; {OPERATED}"
    check(FOLDER, f"{record}; residual_disease no", talk_about="her2_antibodies_complete_year", absent=HER2_AFTER)
    check(
        FOLDER,
        f"{record}; t.post_treatment T0; n.post_treatment N0",
        talk_about="her2_antibodies_complete_year",
        absent=HER2_AFTER,
    )


def test_neratinib_follows_her2_treatment_in_hormone_receptor_positive_cancer() -> None:
    year = "therapy drug=trastuzumab setting=adjuvant start=2025-09 end=2026-09 outcome=completed; complete therapy"
    check(
        FOLDER,
        f"{TNM}; {TRIPLE_POSITIVE}; surgery procedure=mastectomy date=2025-08; {year}",
        talk_about="neratinib_extended",
    )
    check(
        FOLDER,
        f"{TNM}; {HER2_POSITIVE}; surgery procedure=mastectomy date=2025-08; {year}",
        absent="neratinib_extended",
    )


def test_triple_negative_after_surgery() -> None:
    record = f"{TNM}; {TRIPLE_NEGATIVE}; {KEYNOTE_522}; {OPERATED}"
    check(
        FOLDER,
        f"{record}; residual_disease yes",
        talk_about="pembrolizumab_after_surgery capecitabine_residual",
        depends="olaparib_after_surgery",
    )
    check(
        FOLDER,
        f"{record}; residual_disease yes; variant gene=BRCA2 origin=germline significance=pathogenic",
        talk_about="olaparib_after_surgery",
    )
    check(
        FOLDER,
        f"{record}; residual_disease no",
        talk_about="pembrolizumab_after_surgery",
        absent="capecitabine_residual olaparib_after_surgery",
    )
    check(
        FOLDER,
        f"{TNM}; {TRIPLE_NEGATIVE}; {AC_T}; {OPERATED}; residual_disease yes",
        absent="pembrolizumab_after_surgery",
        talk_about="capecitabine_residual",
    )
    check(FOLDER, f"{record}; residual_disease yes; illness kind=dpd_deficiency", not_now="capecitabine_residual")


def test_hormone_receptor_positive_after_surgery() -> None:
    record = f"t.clinical T2; n.clinical N2; m.clinical M0; {HR_POSITIVE}; {AC_T}; {OPERATED}"
    check(
        FOLDER,
        f"{record}; {AFTER_MENOPAUSE}",
        talk_about="adjuvant_aromatase_inhibitor adjuvant_tamoxifen adjuvant_abemaciclib adjuvant_ribociclib adjuvant_bisphosphonate radiation_after_surgery",
        absent="adjuvant_ovarian_suppression capecitabine_residual",
    )
    check(
        FOLDER,
        f"{record}; {BEFORE_MENOPAUSE}",
        talk_about="adjuvant_ovarian_suppression adjuvant_tamoxifen",
        absent="adjuvant_aromatase_inhibitor",
    )
    check(
        FOLDER,
        f"{record}; {AFTER_MENOPAUSE}; qtcf 470 ms",
        not_now="adjuvant_ribociclib",
        talk_about="adjuvant_abemaciclib",
    )
    check(
        FOLDER,
        f"{record}; {AFTER_MENOPAUSE}; illness kind=deep_vein_thrombosis",
        not_now="adjuvant_tamoxifen",
        talk_about="adjuvant_aromatase_inhibitor adjuvant_abemaciclib",
    )
    check(
        FOLDER,
        f"{record}; sex male",
        talk_about="adjuvant_tamoxifen",
        absent="adjuvant_ovarian_suppression breast_reconstruction",
    )


def test_abemaciclib_asks_for_cancer_in_the_nodes_with_high_risk() -> None:
    without_nodes = f"t.clinical T4b; n.clinical N0; m.clinical M0; n.pathologic N0; nodes.positive 0; tumor.size 60 mm; grade 2; {HR_POSITIVE}; {AC_T}; {OPERATED}"
    check(FOLDER, without_nodes, absent="adjuvant_abemaciclib", talk_about="adjuvant_ribociclib")
    check(FOLDER, f"{TNM}; {HR_POSITIVE}; {AC_T}; {OPERATED}", talk_about="adjuvant_abemaciclib")


def test_treatment_that_follows_surgery_is_not_brought_up_years_later() -> None:
    long_ago = f"{TNM}; {HR_POSITIVE}; {AC_T.replace('2026', '2021')}; surgery procedure=mastectomy date=2021-09; residual_disease yes; {AFTER_MENOPAUSE}"
    check(
        FOLDER,
        long_ago,
        absent="adjuvant_abemaciclib adjuvant_ribociclib olaparib_after_surgery",
        talk_about="adjuvant_aromatase_inhibitor",
    )


def test_radiation_is_not_brought_up_twice() -> None:
    record = f"{TNM}; {HR_POSITIVE}; {OPERATED}; radiation site=chest_wall start=2026-10 end=2026-11"
    check(FOLDER, record, not_now="radiation_after_surgery")


@pytest.mark.parametrize(
    "record",
    [
        "metastasis site=liver; er.percent 0 %; pr.percent 0 %; her2.ihc 3+; complete therapy",
        f"t.clinical T2; n.clinical N0; m.clinical M0; {HR_POSITIVE}; complete therapy",
        f"stage.stated III; onset recurrent; metastasis site=bone; {HR_POSITIVE}; complete therapy",
    ],
)
def test_who_gets_none_of_these(record: str) -> None:
    assert standing(FOLDER, record) == {}


def test_an_equivocal_her2_result_keeps_her2_drugs_waiting() -> None:
    check(
        FOLDER,
        f"{TNM}; er.percent 80 %; pr.percent 20 %; her2.ihc 2+; {UNTREATED}; {AFTER_MENOPAUSE}",
        depends=f"{HER2_BEFORE} chemotherapy_before_surgery_hr_positive",
    )
