"""Which options for HR-positive, HER2-negative stage 4 disease come up, and which do not.

Each case is a few facts, then what must be talked about, what must only depend on something, what something stands
against, and what must not come up at all. Sources of the cases are the labels and guidelines that the packs name.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from abreast.case import Case
from abreast.disease import derive
from abreast.intake.fhir import read_fhir
from abreast.knowledge import load_knowledge
from abreast.rules import Context, Truth, evaluate
from tests.spec.options.hr_positive_cases import TODAY, VOCABULARY, option_standing
from tests.spec.options.hr_positive_cases import test_asked as asked

CDK = ("ribociclib_first", "abemaciclib_first", "palbociclib_first")
ESR1 = ("elacestrant", "imlunestrant", "vepdegestrant")
CHEMO = ("capecitabine_hr", "taxane_hr", "anthracycline_hr")

# --- the parts that cases are put together from -----------------------------------------------------------------

WOMAN = {"sex": "female", "menopause": "postmenopausal", "birth_date": "1968-03"}
HR_POSITIVE = {"er.percent": "90 %", "pr.percent": "40 %", "her2.ihc": "1+"}
STAGE_4 = {"stage.stated": "IV", "metastasis": [{"site": "bone"}]}
UNTREATED = {"complete": ["therapy"]}
NEW = WOMAN | HR_POSITIVE | STAGE_4 | UNTREATED

FIRST_LINE_OVER = [
    {
        "drug": "letrozole",
        "setting": "metastatic",
        "start": "2024-01",
        "end": "2026-05",
        "ongoing": False,
        "outcome": "progression",
    },
    {
        "drug": "palbociclib",
        "setting": "metastatic",
        "start": "2024-01",
        "end": "2026-05",
        "ongoing": False,
        "outcome": "progression",
    },
]
AFTER_CDK = WOMAN | HR_POSITIVE | STAGE_4 | UNTREATED | {"therapy": FIRST_LINE_OVER}
CAPECITABINE_OVER = {
    "drug": "capecitabine",
    "setting": "metastatic",
    "start": "2026-05-20",
    "end": "2026-06-20",
    "ongoing": False,
    "outcome": "progression",
}
AFTER_CHEMO = AFTER_CDK | {"therapy": [*FIRST_LINE_OVER, CAPECITABINE_OVER]}
RELAPSE_ON_LETROZOLE = (
    WOMAN
    | STAGE_4
    | UNTREATED
    | {
        "er.percent": "90 %",
        "pr.percent": "10 %",
        "her2.ihc": "0_no_staining",
        "recurrence.date": "2026-06",
        "therapy": [
            {"drug": "docetaxel", "setting": "adjuvant", "start": "2023-06", "end": "2023-09", "ongoing": False},
            {
                "drug": "letrozole",
                "setting": "adjuvant",
                "start": "2023-11",
                "end": "2026-06",
                "ongoing": False,
                "outcome": "recurrence",
            },
        ],
    }
)


def variant(gene: str, origin: str = "somatic", **more: str) -> dict[str, Any]:
    return {"variant": [{"gene": gene, "origin": origin, "significance": "pathogenic", **more}]}


def without(*genes: str, origin: str = "") -> dict[str, Any]:
    field = {"origin": origin} if origin else {}
    return {"no": {"variant": [{"gene": gene, **field} for gene in genes]}}


CASES: list[tuple[str, dict[str, Any], dict[str, tuple[str, ...]]]] = [
    (
        "first treatment: the three CDK4/6 pills, nothing of the later lines",
        NEW,
        {
            "talk about": (*CDK, "trial_option"),
            "no": (
                *ESR1,
                *CHEMO,
                "capivasertib",
                "alpelisib",
                "everolimus",
                "fulvestrant_alone",
                "switch_cdk",
                "sacituzumab_hr",
                "datopotamab_hr",
                "tdxd_low_hr",
                "olaparib_hr",
                "endocrine_alone",
                "chemo_crisis",
                "inavolisib",
                "ovarian_suppression",
                "endocrine_men",
            ),
        },
    ),
    (
        "first treatment is not known to be the first: it depends",
        WOMAN | HR_POSITIVE | STAGE_4,
        {"depends": CDK, "no": ("chemo_crisis",)},
    ),
    (
        "HER2 2+ without the gene test settles nothing (vignette 18)",
        WOMAN | STAGE_4 | UNTREATED | {"er.percent": "80 %", "pr.percent": "30 %", "her2.ihc": "2+"},
        {"depends": CDK, "no": ("tdxd_low_hr", *ESR1, "olaparib_hr", "talazoparib_hr")},
    ),
    (
        "HER2 2+ with a negative gene test is HER2-low",
        AFTER_CDK | {"her2.ihc": "2+", "her2.ish": "not_amplified"},
        {"talk about": ("tdxd_low_hr",)},
    ),
    (
        "HER2-positive: none of these",
        NEW | {"her2.ihc": "3+"},
        {"no": (*CDK, *ESR1, *CHEMO, "capivasertib", "everolimus")},
    ),
    (
        "triple negative: none of these",
        NEW | {"er.percent": "0 %", "pr.percent": "0 %"},
        {"no": (*CDK, *ESR1, *CHEMO, "sacituzumab_hr", "ovarian_suppression")},
    ),
    (
        "ER-low (5 %) counts as positive, with a caution",
        NEW | {"er.percent": "5 %", "pr.percent": "0 %"},
        {"talk about": CDK},
    ),
    (
        "stage 3 that surgery can remove is not advanced",
        WOMAN | HR_POSITIVE | UNTREATED | {"stage.stated": "IIIA"},
        {"no": (*CDK, *CHEMO, "everolimus", "fulvestrant_alone"), "talk about": ("trial_option",)},
    ),
    (
        "stage 3 that surgery cannot remove, even after treatment before surgery, is treated as advanced",
        WOMAN
        | HR_POSITIVE
        | {
            "stage.stated": "IIIC",
            "resectable": False,
            "therapy": [{"drug": "doxorubicin", "setting": "neoadjuvant", "ongoing": False}],
            "complete": ["therapy"],
        },
        {"talk about": CDK},
    ),
    (
        "stage 3 that surgery cannot remove yet is treated as stage 3 first",
        WOMAN | HR_POSITIVE | UNTREATED | {"stage.stated": "IIIC", "resectable": False},
        {"no": CDK},
    ),
    (
        "stage 2: out of scope (vignette 39)",
        {
            "sex": "female",
            "menopause": "postmenopausal",
            "t.clinical": "T2",
            "n.clinical": "N0",
            "m.clinical": "M0",
            "er.percent": "95 %",
            "pr.percent": "85 %",
            "her2.ihc": "0",
            "complete": ["therapy", "metastasis"],
        },
        {
            "no": (
                *CDK,
                *ESR1,
                *CHEMO,
                "capivasertib",
                "fulvestrant_alone",
                "sacituzumab_hr",
                "tdxd_low_hr",
                "trial_option",
            )
        },
    ),
    (
        "before menopause: the ovaries are put to rest",
        NEW | {"menopause": "premenopausal", "birth_date": "1988"},
        {"talk about": (*CDK, "ovarian_suppression")},
    ),
    (
        "menopause unknown at 50: it depends",
        {k: v for k, v in NEW.items() if k != "menopause"} | {"birth_date": "1976"},
        {"talk about": CDK, "depends": ("ovarian_suppression",)},
    ),
    (
        "past 60 nobody needs to ask about menopause",
        {k: v for k, v in NEW.items() if k != "menopause"} | {"birth_date": "1950"},
        {"no": ("ovarian_suppression",)},
    ),
    (
        "a man",
        {k: v for k, v in NEW.items() if k != "menopause"} | {"sex": "male"},
        {"talk about": (*CDK, "endocrine_men"), "no": ("ovarian_suppression",)},
    ),
    (
        "pregnant: hormone drugs and CDK4/6 pills wait",
        NEW | {"menopause": "premenopausal", "birth_date": "1992", "pregnant": True},
        {"against": (*CDK, "ovarian_suppression")},
    ),
    (
        "long QT stands against ribociclib only",
        NEW | {"illness": [{"kind": "long_qt"}]},
        {
            "against": ("ribociclib_first",),
            "talk about": ("abemaciclib_first", "palbociclib_first"),
        },
    ),
    ("QTcF of 470 ms stands against ribociclib", NEW | {"qtcf": "470 ms"}, {"against": ("ribociclib_first",)}),
    (
        "frail at first treatment: one hormone drug is an option",
        NEW | {"ecog": "3"},
        {"talk about": ("endocrine_alone", *CDK)},
    ),
    ("85 years old", NEW | {"birth_date": "1941"}, {"talk about": ("endocrine_alone", *CDK)}),
    (
        "relapse on adjuvant letrozole with PIK3CA: the three drugs (vignette 2)",
        RELAPSE_ON_LETROZOLE
        | variant("PIK3CA", alteration="H1047R")
        | {"no": {"variant": [{"gene": g} for g in ("ESR1", "AKT1", "PTEN", "BRCA1", "BRCA2")]}},
        {
            "talk about": ("inavolisib", "capivasertib", *CDK),
            "no": (*ESR1, "tdxd_low_hr", "olaparib_hr", "talazoparib_hr", "endocrine_alone", *CHEMO),
        },
    ),
    (
        "relapse on adjuvant letrozole, PIK3CA not tested: it depends",
        RELAPSE_ON_LETROZOLE,
        {"depends": ("inavolisib", "capivasertib", "alpelisib"), "talk about": CDK},
    ),
    (
        "relapse years after adjuvant letrozole: not the three drugs",
        RELAPSE_ON_LETROZOLE
        | variant("PIK3CA")
        | {
            "therapy": [
                {
                    "drug": "letrozole",
                    "setting": "adjuvant",
                    "start": "2012-01",
                    "end": "2017-01",
                    "ongoing": False,
                    "outcome": "completed",
                }
            ]
        },
        {"no": ("inavolisib", "capivasertib"), "talk about": CDK},
    ),
    (
        "after a CDK4/6 pill, nothing tested: what depends on genes depends, the rest is there",
        AFTER_CDK,
        {
            "depends": (*ESR1, "capivasertib", "alpelisib", "talazoparib_hr"),
            "talk about": (
                "everolimus",
                "fulvestrant_alone",
                "switch_cdk",
                "tdxd_low_hr",
                "under_review_hr",
                *CHEMO,
            ),
            "no": (*CDK, "sacituzumab_hr", "datopotamab_hr", "eribulin_hr", "vinorelbine_hr", "inavolisib"),
        },
    ),
    ("after a CDK4/6 pill with ESR1", AFTER_CDK | variant("ESR1"), {"talk about": ESR1}),
    ("after a CDK4/6 pill without ESR1", AFTER_CDK | without("ESR1"), {"no": ESR1}),
    ("after a CDK4/6 pill without PIK3CA", AFTER_CDK | without("PIK3CA"), {"talk about": ("gedatolisib_hr",)}),
    ("after a CDK4/6 pill with PIK3CA", AFTER_CDK | variant("PIK3CA"), {"no": ("gedatolisib_hr",)}),
    (
        "ESR1 of uncertain meaning does not count",
        AFTER_CDK | {"variant": [{"gene": "ESR1", "significance": "uncertain"}], "complete": ["therapy", "variant"]},
        {"no": ESR1},
    ),
    (
        "ESR1 before menopause: elacestrant is not on label, the other two are",
        AFTER_CDK | {"menopause": "premenopausal", "birth_date": "1988"} | variant("ESR1"),
        {"no": ("elacestrant",), "talk about": ("imlunestrant", "vepdegestrant")},
    ),
    (
        "ESR1 in a man",
        {k: v for k, v in AFTER_CDK.items() if k != "menopause"} | {"sex": "male"} | variant("ESR1"),
        {"talk about": ESR1},
    ),
    (
        "had elacestrant: not again",
        AFTER_CDK
        | variant("ESR1")
        | {
            "therapy": [
                *FIRST_LINE_OVER,
                {"drug": "elacestrant", "setting": "metastatic", "start": "2026-05-20", "end": "2026-06-25"},
            ]
        },
        {"no": ("elacestrant",), "talk about": ("imlunestrant",)},
    ),
    ("AKT1", AFTER_CDK | variant("AKT1"), {"talk about": ("capivasertib",)}),
    ("PIK3CA", AFTER_CDK | variant("PIK3CA"), {"talk about": ("capivasertib", "alpelisib")}),
    (
        "PIK3CA and type 1 diabetes",
        AFTER_CDK | variant("PIK3CA") | {"illness": [{"kind": "diabetes_type_1"}]},
        {"against": ("capivasertib", "alpelisib")},
    ),
    (
        "PIK3CA after alpelisib: capivasertib is untested",
        AFTER_CDK
        | variant("PIK3CA")
        | {
            "therapy": [
                *FIRST_LINE_OVER,
                {"drug": "alpelisib", "setting": "metastatic", "start": "2026-05-20", "end": "2026-06-25"},
            ]
        },
        {"against": ("capivasertib",), "no": ("alpelisib",)},
    ),
    (
        "inherited BRCA2, chemotherapy once",
        AFTER_CHEMO | variant("BRCA2", "germline"),
        {"talk about": ("olaparib_hr", "talazoparib_hr")},
    ),
    (
        "inherited BRCA2, never chemotherapy: talazoparib's label does not ask for it",
        AFTER_CDK | variant("BRCA2", "germline"),
        {"talk about": ("talazoparib_hr",), "no": ("olaparib_hr",)},
    ),
    (
        "inherited BRCA2, not treated yet: hormone therapy with a CDK4/6 pill comes first",
        NEW | variant("BRCA2", "germline"),
        {"talk about": CDK, "no": ("olaparib_hr", "talazoparib_hr")},
    ),
    (
        "BRCA2 in the tumor only, or inherited PALB2: off label",
        AFTER_CDK | variant("PALB2", "germline"),
        {"talk about": ("olaparib_palb2",), "depends": ("talazoparib_hr",)},
    ),
    ("HER2-ultralow after hormone therapy", AFTER_CDK | {"her2.ihc": "ultralow"}, {"talk about": ("tdxd_low_hr",)}),
    ("HER2 0 without staining", AFTER_CDK | {"her2.ihc": "0_no_staining"}, {"no": ("tdxd_low_hr",)}),
    ("HER2 0, staining not said", AFTER_CDK | {"her2.ihc": "0"}, {"depends": ("tdxd_low_hr",)}),
    (
        "lung inflammation stands against the two deruxtecans",
        AFTER_CHEMO | {"illness": [{"kind": "ild", "status": "resolved"}]},
        {"against": ("tdxd_low_hr", "datopotamab_hr")},
    ),
    (
        "after chemotherapy",
        AFTER_CHEMO,
        {
            "talk about": ("datopotamab_hr", "tdxd_low_hr", "taxane_hr", "vinorelbine_hr", "gemcitabine_hr"),
            "no": ("capecitabine_hr", "sacituzumab_hr"),
        },
    ),
    (
        "after two kinds of chemotherapy",
        AFTER_CHEMO
        | {
            "therapy": [
                *FIRST_LINE_OVER,
                CAPECITABINE_OVER,
                {
                    "drug": "paclitaxel",
                    "setting": "metastatic",
                    "start": "2026-06-21",
                    "end": "2026-06-30",
                    "ongoing": False,
                    "outcome": "progression",
                },
            ]
        },
        {"talk about": ("sacituzumab_hr", "eribulin_hr", "datopotamab_hr"), "no": ("taxane_hr",)},
    ),
    (
        "DPD deficiency stands against capecitabine",
        AFTER_CDK | {"illness": [{"kind": "dpd_deficiency"}]},
        {"against": ("capecitabine_hr",), "talk about": ("taxane_hr",)},
    ),
    (
        "a weak heart stands against an anthracycline",
        AFTER_CDK | {"lvef": "40 %"},
        {"against": ("anthracycline_hr",), "talk about": ("taxane_hr",)},
    ),
    (
        "visceral crisis at first treatment",
        NEW | {"visceral_crisis": True, "metastasis": [{"site": "liver"}]},
        {"talk about": ("chemo_crisis", *CDK, *CHEMO), "no": ("endocrine_alone",)},
    ),
    (
        "on letrozole and ribociclib, and nothing says that it fails (vignette 36)",
        WOMAN
        | HR_POSITIVE
        | STAGE_4
        | UNTREATED
        | without("BRCA1", "BRCA2")
        | {
            "therapy": [
                {"drug": "letrozole", "setting": "metastatic", "start": "2025-01", "ongoing": True},
                {"drug": "ribociclib", "setting": "metastatic", "start": "2025-01", "ongoing": True},
            ]
        },
        {
            "depends": ("everolimus", "fulvestrant_alone", "tdxd_low_hr"),
            "no": (*CDK, "olaparib_hr", "talazoparib_hr", "sacituzumab_hr"),
        },
    ),
    (
        "on letrozole and ribociclib, and the cancer grows",
        WOMAN
        | HR_POSITIVE
        | STAGE_4
        | UNTREATED
        | {
            "progressing": True,
            "therapy": [
                {"drug": "letrozole", "setting": "metastatic", "start": "2025-01", "ongoing": True},
                {"drug": "ribociclib", "setting": "metastatic", "start": "2025-01", "ongoing": True},
            ],
        },
        {"talk about": ("everolimus", "fulvestrant_alone", "tdxd_low_hr", "switch_cdk")},
    ),
    (
        "two CDK4/6 pills used: no third",
        AFTER_CDK
        | {
            "therapy": [
                *FIRST_LINE_OVER,
                {"drug": "abemaciclib", "setting": "metastatic", "start": "2026-05-20", "end": "2026-06-25"},
            ]
        },
        {"no": ("switch_cdk",)},
    ),
    ("MSI-high after treatment", AFTER_CDK | {"msi": "high"}, {"talk about": ("pembrolizumab_msi",)}),
    ("MSI-high before any treatment", NEW | {"msi": "high"}, {"no": ("pembrolizumab_msi",)}),
    ("microsatellite stable", AFTER_CDK | {"msi": "stable", "mmr": "proficient"}, {"no": ("pembrolizumab_msi",)}),
    ("TMB 14", AFTER_CDK | {"tmb": "14 {mut}/Mb"}, {"talk about": ("pembrolizumab_tmb",)}),
    ("TMB 4", AFTER_CDK | {"tmb": "4 {mut}/Mb"}, {"no": ("pembrolizumab_tmb",)}),
    ("TMB stated as low", AFTER_CDK | {"tmb.status": "low"}, {"no": ("pembrolizumab_tmb",)}),
    ("NTRK fusion", NEW | variant("NTRK3", type="fusion"), {"talk about": ("ntrk",)}),
    ("NTRK mutation, no fusion", NEW | variant("NTRK3", type="mutation"), {"no": ("ntrk",)}),
    ("RET fusion after treatment", AFTER_CDK | variant("RET", type="fusion"), {"talk about": ("ret",)}),
    ("rare fusions are not asked about when nothing hints at them", AFTER_CDK, {"no": ("ntrk", "ret")}),
    ("nothing known at all", {}, {"depends": (*CDK, "trial_option"), "no": ("chemo_crisis",)}),
]


@pytest.mark.parametrize(
    ("told", "option", "expected"),
    [
        pytest.param(told, option, standing, id=f"{name}: {option}")
        for name, told, expected in CASES
        for standing, options in expected.items()
        for option in options
    ],
)
def test_options(told: dict[str, Any], option: str, expected: str) -> None:
    assert option_standing(told, option) == expected


TESTS: list[tuple[str, dict[str, Any], tuple[str, ...], tuple[str, ...]]] = [
    (
        "newly found stage 4",
        NEW,
        (
            "biopsy_metastasis",
            "germline_panel",
            "tumor_sequencing",
            "staging_scans",
            "ecg_qtc",
            "baseline_blood",
            "ecog",
        ),
        ("receptors", "her2_exact", "her2_ish", "liquid_biopsy_esr1", "pdl1_22c3", "glucose_hba1c", "menopause_status"),
    ),
    (
        "HER2 2+ without the gene test (vignette 18)",
        WOMAN | STAGE_4 | UNTREATED | {"er.percent": "80 %", "pr.percent": "30 %", "her2.ihc": "2+"},
        ("her2_ish", "germline_panel"),
        ("receptors", "her2_exact"),
    ),
    (
        "relapse on letrozole with PIK3CA (vignette 2)",
        RELAPSE_ON_LETROZOLE | variant("PIK3CA"),
        ("glucose_hba1c",),
        ("her2_exact", "pdl1_22c3"),
    ),
    ("growth on hormone therapy", AFTER_CDK, ("liquid_biopsy_esr1", "repeat_receptors", "dpyd", "lvef"), ("ecg_qtc",)),
    (
        "stage 2 (vignette 39)",
        {"stage.stated": "IIA", "er.percent": "95 %", "pr.percent": "85 %", "her2.ihc": "0"},
        (),
        ("staging_scans", "pdl1_22c3", "her2_exact", "biopsy_metastasis", "brain_mri", "germline_panel", "lvef"),
    ),
    (
        "stage 3, HER2-positive, before any treatment (vignette 25)",
        {"stage.stated": "IIIA", "er.percent": "0 %", "pr.percent": "0 %", "her2.ihc": "3+", "sex": "female"},
        ("staging_scans", "lvef", "germline_panel"),
        ("her2_exact", "biopsy_metastasis", "bone_density"),
    ),
    (
        "pregnant, stage 3 (vignette 33)",
        {
            "stage.stated": "IIIA",
            "er.percent": "70 %",
            "pr.percent": "50 %",
            "her2.ihc": "3+",
            "sex": "female",
            "menopause": "premenopausal",
            "pregnant": True,
        },
        ("staging_pregnant", "germline_panel"),
        ("staging_scans", "pregnancy_test"),
    ),
    (
        "weak legs and no control of the bladder (vignette 36)",
        WOMAN
        | HR_POSITIVE
        | STAGE_4
        | {"symptom": [{"kind": "leg_weakness"}, {"kind": "loss_of_bladder_control"}, {"kind": "back_pain"}]},
        ("spine_mri",),
        ("brain_mri",),
    ),
    (
        "thirst and confusion",
        NEW | {"symptom": [{"kind": "thirst"}, {"kind": "confusion"}]},
        ("calcium_now", "brain_mri"),
        ("spine_mri", "lung_ct"),
    ),
    (
        "a new cough on trastuzumab deruxtecan",
        AFTER_CDK
        | {
            "symptom": [{"kind": "new_cough"}],
            "therapy": [
                *FIRST_LINE_OVER,
                {"drug": "trastuzumab_deruxtecan", "setting": "metastatic", "start": "2026-06", "ongoing": True},
            ],
        },
        ("lung_ct",),
        ("calcium_now",),
    ),
    ("a new headache", NEW | {"symptom": [{"kind": "new_headache"}]}, ("brain_mri",), ("spine_mri",)),
    (
        "triple negative, stage 4",
        NEW | {"er.percent": "0 %", "pr.percent": "0 %"},
        ("pdl1_22c3", "germline_panel"),
        ("bone_density", "ecg_qtc", "liquid_biopsy_esr1", "menopause_status"),
    ),
    ("HER2 negative, grade not said", NEW | {"her2.ihc": "0"}, ("her2_exact",), ()),
    ("HER2 0 with no staining", NEW | {"her2.ihc": "0_no_staining"}, (), ("her2_exact",)),
    ("germline done", NEW | {"genomic_test": [{"kind": "germline_panel"}]}, (), ("germline_panel",)),
    (
        "germline result on record",
        NEW | without("BRCA1", "BRCA2"),
        (),
        ("germline_panel",),
    ),
    ("ESR1 result of last month", AFTER_CDK | variant("ESR1", date="2026-06"), ("lipids",), ("liquid_biopsy_esr1",)),
    ("MSI-high is checked", AFTER_CDK | {"msi": "high", "tmb.status": "low"}, ("msi_confirm",), ("msi_tmb",)),
    ("before menopause", NEW | {"menopause": "premenopausal", "birth_date": "1988"}, ("pregnancy_test",), ()),
    ("nothing known", {}, ("receptors",), ("staging_scans", "brain_mri", "spine_mri", "germline_panel")),
]


@pytest.mark.parametrize(
    ("told", "test", "expected"),
    [
        pytest.param(told, test, expected, id=f"{name}: {'' if expected else 'not '}{test}")
        for name, told, yes, no in TESTS
        for expected, tests in ((True, yes), (False, no))
        for test in tests
    ],
)
def test_tests(told: dict[str, Any], test: str, expected: bool) -> None:
    assert asked(told, test) is expected


def test_the_sample_record() -> None:
    """Stage 4, bone, ER+ PR+ HER2-, MSI positive, ten drugs, alpelisib the last of them, six years ago."""
    today = dt.date(2026, 11, 21)
    sample = Path(__file__).parents[3] / "src/abreast/intake/samples/app_TrialMatching_Patient02.json"
    read = read_fhir(sample.read_bytes(), sample.name, VOCABULARY)
    context = Context(derive(Case.of(VOCABULARY, read.facts), today), today)
    found: dict[Truth, set[str]] = {truth: set() for truth in Truth}
    for option in load_knowledge(VOCABULARY).options:
        if option.id in MINE:
            found[evaluate(option.when, context).truth].add(option.id)
    assert found[Truth.TRUE] == {
        "pembrolizumab_msi",
        "trial_option",
        "everolimus",
        "taxane_hr",
        "anthracycline_hr",
        "eribulin_hr",
        "vinorelbine_hr",
        "sacituzumab_hr",
        "datopotamab_hr",
        "under_review_hr",
    }
    assert found[Truth.UNKNOWN] == {
        *ESR1,
        "capivasertib",
        "olaparib_hr",
        "talazoparib_hr",
        "tdxd_low_hr",
        "ovarian_suppression",
    }


MINE = frozenset(
    path.stem
    for folder in ("hr_positive", "any_subtype")
    for path in (Path(__file__).parents[3] / "src/abreast/knowledge/data/options" / folder).glob("*.yaml")
)


def test_every_option_comes_up_for_someone() -> None:
    reached = {option for _, _, expected in CASES for option in expected.get("talk about", ())}
    assert reached >= MINE, sorted(MINE - reached)


def test_today_is_fixed() -> None:
    assert dt.date(2026, 7, 1) == TODAY
