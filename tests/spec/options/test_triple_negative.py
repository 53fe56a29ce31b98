"""Triple-negative, stage 4: what PD-L1, BRCA, HER2-low and earlier treatment open."""
# ruff: noqa: E501 - a person is one line

from __future__ import annotations

import pytest

from tests.spec.options.option_tables import check, plan_option, standing

FOLDER = "triple_negative"
PERSON = "metastasis site=lung; er.percent 0 %; pr.percent 0 %; her2.ihc 0"
HER2_LOW = "metastasis site=lung; er.percent 0 %; pr.percent 0 %; her2.ihc 1+"
UNTREATED = "complete therapy"
NO_BRCA = "no variant gene=BRCA1; no variant gene=BRCA2"
BRCA = "variant gene=BRCA1 origin=germline significance=pathogenic"
CHEMOTHERAPY_FAILED = (
    "therapy drug=paclitaxel setting=metastatic start=2025-06 end=2026-09 outcome=progression; "
    "therapy drug=doxorubicin setting=adjuvant start=2022-01 end=2022-06 outcome=completed; complete therapy"
)
WITH_IMMUNE_DRUG = "sacituzumab_pembrolizumab_first_line pembrolizumab_chemotherapy_first_line"
WITHOUT_IMMUNE_DRUG = "datopotamab_first_line sacituzumab_first_line"
FIRST_CHEMOTHERAPY = "taxane_triple_negative carboplatin_triple_negative anthracycline_triple_negative"


def test_pd_l1_decides_the_first_line() -> None:
    check(
        FOLDER,
        f"{PERSON}; {UNTREATED}; {NO_BRCA}; complete illness; pdl1.cps 10 {{score}}",
        talk_about_only=WITH_IMMUNE_DRUG,
    )
    check(
        FOLDER,
        f"{PERSON}; {UNTREATED}; {NO_BRCA}; pdl1.cps 9 {{score}}",
        talk_about_only=f"{WITHOUT_IMMUNE_DRUG} {FIRST_CHEMOTHERAPY}",
        absent=WITH_IMMUNE_DRUG,
    )


def test_without_a_pd_l1_score_everything_waits_for_it() -> None:
    check(FOLDER, f"{PERSON}; {UNTREATED}", talk_about_only="", depends=f"{WITH_IMMUNE_DRUG} {WITHOUT_IMMUNE_DRUG}")
    option = plan_option(FOLDER, f"{PERSON}; {UNTREATED}", "pembrolizumab_chemotherapy_first_line")
    assert [point.attribute for point in option.open_points] == ["pdl1.cps"]


@pytest.mark.parametrize(
    "illness",
    [
        "illness kind=lupus status=active",
        "illness kind=organ_transplant",
        "illness kind=rheumatoid_arthritis status=active",
    ],
)
def test_an_illness_can_stand_against_an_immune_drug(illness: str) -> None:
    check(
        FOLDER,
        f"{PERSON}; {UNTREATED}; pdl1.cps 40 {{score}}; {illness}",
        not_now=WITH_IMMUNE_DRUG,
        talk_about=WITHOUT_IMMUNE_DRUG,
    )


def test_a_quiet_autoimmune_disease_calls_for_care_only() -> None:
    person = f"{PERSON}; {UNTREATED}; pdl1.cps 40 {{score}}; illness kind=psoriasis status=past; complete illness; complete medicine"
    check(FOLDER, person, talk_about=WITH_IMMUNE_DRUG)
    cautions = plan_option(FOLDER, person, "pembrolizumab_chemotherapy_first_line").cautions
    assert any(one.kind == "care" and one.certain and "autoimmune" in one.text for one in cautions)


def test_lung_inflammation_stands_against_datopotamab_and_not_sacituzumab() -> None:
    check(
        FOLDER,
        f"{PERSON}; {UNTREATED}; pdl1.cps 0 {{score}}; illness kind=ild",
        not_now="datopotamab_first_line",
        talk_about="sacituzumab_first_line",
    )


def test_an_inherited_brca_change() -> None:
    check(
        FOLDER,
        f"{PERSON}; {UNTREATED}; {BRCA}; pdl1.cps 0 {{score}}",
        talk_about="talazoparib_triple_negative carboplatin_triple_negative",
        absent="olaparib_triple_negative",
    )
    check(
        FOLDER,
        f"{PERSON}; {CHEMOTHERAPY_FAILED}; {BRCA}",
        talk_about="olaparib_triple_negative talazoparib_triple_negative",
    )
    check(
        FOLDER,
        f"{PERSON}; {CHEMOTHERAPY_FAILED}; {NO_BRCA}",
        absent="olaparib_triple_negative talazoparib_triple_negative",
    )
    check(FOLDER, f"{PERSON}; {CHEMOTHERAPY_FAILED}", depends="olaparib_triple_negative talazoparib_triple_negative")
    check(
        FOLDER,
        f"{PERSON}; {CHEMOTHERAPY_FAILED}; variant gene=BRCA1 origin=somatic significance=pathogenic; complete variant",
        absent="olaparib_triple_negative",
    )
    check(
        FOLDER,
        f"{PERSON}; {CHEMOTHERAPY_FAILED}; variant gene=BRCA1 origin=germline significance=uncertain; complete variant",
        absent="olaparib_triple_negative",
    )


def test_growth_on_a_parp_inhibitor_closes_the_other() -> None:
    olaparib = "therapy drug=olaparib setting=metastatic start=2024-01 end=2025-01 outcome=progression"
    check(
        FOLDER,
        f"{PERSON}; {olaparib}; {CHEMOTHERAPY_FAILED}; {BRCA}",
        not_now="olaparib_triple_negative talazoparib_triple_negative",
    )


def test_later_lines() -> None:
    check(
        FOLDER,
        f"{HER2_LOW}; {CHEMOTHERAPY_FAILED}; {NO_BRCA}",
        talk_about_only="sacituzumab_later_line_triple_negative trastuzumab_deruxtecan_her2_low_triple_negative "
        "carboplatin_triple_negative capecitabine_triple_negative vinorelbine_triple_negative gemcitabine_triple_negative "
        "anthracycline_triple_negative",
        absent=f"{WITH_IMMUNE_DRUG} {WITHOUT_IMMUNE_DRUG} taxane_triple_negative eribulin_triple_negative",
    )
    no_staining = PERSON.replace("her2.ihc 0", "her2.ihc 0_no_staining")
    check(FOLDER, f"{no_staining}; {CHEMOTHERAPY_FAILED}", absent="trastuzumab_deruxtecan_her2_low_triple_negative")


def test_eribulin_follows_two_treatments_for_advanced_disease() -> None:
    second = "therapy drug=capecitabine setting=metastatic start=2025-01 end=2025-05 outcome=progression"
    check(
        FOLDER,
        f"{PERSON}; {second}; {CHEMOTHERAPY_FAILED}",
        talk_about="eribulin_triple_negative",
        absent="capecitabine_triple_negative",
    )


def test_a_weak_heart_stands_against_an_anthracycline() -> None:
    check(
        FOLDER,
        f"{PERSON}; {UNTREATED}; pdl1.cps 1 {{score}}; lvef 45 %",
        not_now="anthracycline_triple_negative",
        talk_about="taxane_triple_negative",
    )


def test_dpd_deficiency_stands_against_capecitabine() -> None:
    check(
        FOLDER, f"{PERSON}; {CHEMOTHERAPY_FAILED}; illness kind=dpd_deficiency", not_now="capecitabine_triple_negative"
    )


def test_the_label_of_sacituzumab_asks_for_two_treatments() -> None:
    one = "therapy drug=paclitaxel setting=metastatic start=2025-06 end=2026-09 outcome=progression; complete therapy"
    # After one treatment only, whether it can be used is for the team to judge.
    check(FOLDER, f"{PERSON}; {one}", depends="sacituzumab_later_line_triple_negative")


def test_sacituzumab_is_not_offered_twice() -> None:
    had = "therapy drug=sacituzumab_govitecan setting=metastatic start=2024-06 end=2025-05 outcome=progression"
    check(FOLDER, f"{PERSON}; {had}; {CHEMOTHERAPY_FAILED}", not_now="sacituzumab_later_line_triple_negative")


def test_while_a_treatment_works_no_other_is_brought_up() -> None:
    working = "therapy drug=pembrolizumab setting=metastatic start=2026-05 ongoing=true; complete therapy"
    check(FOLDER, f"{PERSON}; {working}; {BRCA}", talk_about_only="")
    check(FOLDER, f"{PERSON}; {working}; {BRCA}; progressing yes", talk_about="talazoparib_triple_negative")


def test_few_estrogen_receptors_are_for_the_team_to_judge() -> None:
    few = f"metastasis site=lung; er.percent 5 %; pr.percent 0 %; her2.ihc 0; {UNTREATED}; pdl1.cps 20 {{score}}"
    check(FOLDER, few, talk_about_only="", depends=WITH_IMMUNE_DRUG)
    assert standing(FOLDER, few.replace("er.percent 5 %", "er.percent 50 %")) == {}
    assert standing(FOLDER, few.replace("pr.percent 0 %", "pr.percent 40 %")) == {}


@pytest.mark.parametrize(
    "record",
    [
        "metastasis site=lung; er.percent 0 %; pr.percent 0 %; her2.ihc 3+; complete therapy",
        "t.clinical T3; n.clinical N1; m.clinical M0; er.percent 0 %; pr.percent 0 %; her2.ihc 0; complete therapy",
        "t.clinical T2; n.clinical N0; m.clinical M0; er.percent 0 %; pr.percent 0 %; her2.ihc 0; complete therapy",
    ],
)
def test_who_gets_none_of_these(record: str) -> None:
    assert standing(FOLDER, record) == {}


def test_her2_2_plus_without_the_gene_test_settles_nothing() -> None:
    check(
        FOLDER,
        f"metastasis site=lung; er.percent 0 %; pr.percent 0 %; her2.ihc 2+; {UNTREATED}; pdl1.cps 20 {{score}}",
        talk_about_only="",
        depends=WITH_IMMUNE_DRUG,
    )


def test_pregnancy() -> None:
    check(
        FOLDER,
        f"{PERSON}; {UNTREATED}; pdl1.cps 20 {{score}}; pregnant yes",
        talk_about_only="",
        not_now=WITH_IMMUNE_DRUG,
    )
