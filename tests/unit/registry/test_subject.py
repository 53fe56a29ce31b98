"""What real studies are about and for, judged by reading them, and the words that decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from abreast.trials.registry import Registry, Study, about, purpose, read_study, subject
from abreast.trials.registry.snapshot import read_entries

DISTRACTORS = Path(__file__).parents[2] / "data" / "registry" / "distractors.jsonl.gz"

# Studies of the shipped registry; the two middle columns were decided by reading title, conditions and criteria.
REAL = """
NCT04862663 | breast          | treatment     | Capivasertib + CDK4/6i + Fulvestrant for Advanced/Metastatic H
NCT06380751 | breast          | treatment     | Saruparib (AZD5305) Plus Camizestrant
NCT05266105 | breast          | treatment     | A Phase 1 Study of Oral OP-1250 in Combination With Palbocicli
NCT05774951 | breast          | treatment     | A Study of Camizestrant in ER+/HER2- Early Breast Cancer
NCT06347068 | breast          | treatment     | Study of Autologous CAR-T Cells Targeting B7-H3 in TNBC
NCT05232006 | breast          | treatment     | PARP-inhibitor on Advanced Metastatic Breast Cancer
NCT01724606 | breast          | treatment     | Whole Brain Radiotherapy (WBRT) With Sorafenib
NCT03513614 | breast          | treatment     | Tailored Axillary Surgery With or Without Axillary Lymph Node
NCT03788213 | breast          | treatment     | One Week Versus Three Week in Adjuvant Radiotherapy
NCT01142661 | breast          | treatment     | Compassionate Use of Eribulin
NCT05536128 | breast          | treatment     | Evaluating the Efficacy and Safety of Fulvestrant Plus DNA Dam
NCT06259929 | breast          | treatment     | NEOadjuvant Abemaciclib and GIredestrant TriaL
NCT05692661 | breast          | treatment     | A Dose Escalation Study of Proton and Carbon Ion Irradiation
NCT01332630 | breast          | treatment     | TPI 287 in Breast Cancer Metastatic to the Brain
NCT00397501 | breast          | treatment     | BBBD Followed By Methotrexate and Carboplatin
NCT01942980 | breast          | treatment     | Evaluation of the Efficacy of Hippocampal Avoidance
NCT06795529 | breast          | supportive    | Targeted Palliative Care Intervention
NCT04092816 | breast          | supportive    | Fathers and Mothers Invested in Lives of Their Youth
NCT04158193 | breast          | supportive    | Acupuncture for Breast Cancer Related Lymphedema
NCT05256745 | breast          | supportive    | RAGE Inhibition to Decrease Cardiotoxicity
NCT07137793 | breast          | supportive    | Clinical Study to Evaluate The Cardioprotective Effect of Pent
NCT03676114 | breast          | supportive    | Effect of Perioperative Low Dose Ketamine on Postoperative Rec
NCT00005975 | breast          | supportive    | S9626: Megestrol in Treating Hot Flashes
NCT02657993 | breast          | supportive    | Hypnosis to Reduce Aromatase Inhibitor Pain
NCT05704842 | breast          | supportive    | Evaluate Impact of Exercise Program on Fatigue
NCT01706081 | breast          | supportive    | Acupuncture for Chronic Lymphedema
NCT05704166 | breast          | supportive    | PirfenidoneVsPlacebo as Prophylaxis Against Acute Radiation-in
NCT02663973 | breast          | observational | Prospective Evaluation of Breast Cancer at Brazilian Instituti
NCT06131424 | breast          | observational | NIS Study Determining Prevalence of HER2-low
NCT05941520 | breast          | observational | Acolbifene Versus Low Dose Tamoxifen for the Prevention of Bre
NCT00109785 | breast          | observational | PET Scans in Patients With Locally Advanced Breast Cancer
NCT06833502 | breast          | observational | Phase II Study of Systemic Screening
NCT05704283 | breast          | observational | 3D Ultrasound for the Imaging of Axillary Lymph Nodes
NCT06177795 | breast          | observational | Increasing Screening for Cancer Using EHR-Nudges
NCT03808337 | includes_breast | treatment     | Investigating the Effectiveness of Stereotactic Body Radiother
NCT06545682 | includes_breast | treatment     | Phase Ib Study of AlpeliSib With PEmbroLizumab
NCT04315246 | includes_breast | treatment     | 177Lu-DTPA-Omburtamab Radioimmunotherapy
NCT05914116 | includes_breast | treatment     | A Phase 1/2a Study of DB-1311/BNT324 in Advanced/Metastatic So
NCT07205718 | includes_breast | treatment     | A Study of TAK-188 in Adults With Advanced or Spreading Solid
NCT06742593 | includes_breast | treatment     | Study of MT027 in Patients with Brain, Meninges, and Spinal Co
NCT06500455 | includes_breast | treatment     | Testing Longer Duration Radiation Therapy Versus the Usual Rad
NCT04771520 | includes_breast | treatment     | Avapritinib for the Treatment of CKIT or PDGFRA Mutation-Posit
NCT06910657 | includes_breast | treatment     | IDOV-Immune for Advanced Solid Tumors
NCT01218529 | includes_breast | treatment     | Lapatinib and WBRT for Patients With Brain Metastases From Lun
NCT03102606 | includes_breast | supportive    | Plinabulin vs. Pegfilgrastim
NCT06974604 | includes_breast | supportive    | Preventing Dato-DXd Associated Stomatitis
NCT07072728 | includes_breast | supportive    | Psilocybin-Assisted Psychotherapy
NCT07406087 | includes_breast | supportive    | Navigation Intervention for Adolescent and Young Adult Cancer
NCT07198581 | includes_breast | supportive    | AI-Assisted Chemotherapy Side Effect Management
NCT05816460 | includes_breast | supportive    | The Sleepio After Cancer Study
NCT02012699 | includes_breast | observational | Integrated Cancer Repository for Cancer Research
NCT07310758 | includes_breast | observational | Contrast-enhanced Ultrasound for Sentinel Node Detection
NCT07511933 | includes_breast | observational | Novel Ga68-PSMA PET/CT-tracer
NCT04981119 | includes_breast | observational | Solid Tumor Analysis for HLA Loss of Heterozygosity
NCT03624088 | includes_breast | observational | CBPR - BRCA Genetic Testing
NCT02195076 | includes_breast | observational | Non Invasive Detection of Lung and Breast Cancer by Odor Signa
NCT04482309 | other           | treatment     | A Phase 2 Study of T-DXd in Patients With Selected HER2 Expres
NCT06194448 | other           | treatment     | To Evaluate the Efficacy/Safety of Osimertinib Prior to CRT
NCT04323202 | other           | treatment     | Neoadjuvant-Adjuvant Pembrolizumab in Resectable Advanced Basa
NCT02475213 | other           | treatment     | Safety Study of Enoblituzumab (MGA271)
NCT05605535 | other           | treatment     | Oregovomab Plus Chemotherapy in Neo-adjuvant Setting
NCT06784947 | other           | treatment     | Trial of Atezolizumab, Bevacizumab, and Tiragolumab
NCT02929420 | other           | treatment     | A Clinical Study on the Efficacy and Safety of the Treatment o
NCT03708302 | other           |               | Serratus and Parasternal Infrapectoral Block for Breast Reduct
NCT05437757 | other           | observational | Scaffold-guided Breast Surgery
NCT01542970 | other           | observational | Can Supplementation With Lactobacillus Reuteri
NCT01967030 | other           | observational | SWIFT: Study of Women, Infant Feeding and Type 2 Diabetes
NCT05687383 | other           |               | The Effect of Modified Pillow on Safety During Breastfeeding
NCT04640805 | other           |               | Targeted Fortification of Pasteurized Donor Human Milk
NCT04534881 | other           |               | Effect of Progesterone on Testosterone Concentrations and Brea
NCT00270296 | other           |               | Trizivir Vs. Kaletra and Combivir
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in REAL.strip().splitlines()]


@pytest.mark.parametrize(("nct", "is_about", "is_for", "title"), ROWS)
def test_real_studies(shipped: Registry, nct: str, is_about: str, is_for: str, title: str) -> None:
    study = shipped.study(nct)
    assert study is not None
    assert study.title.startswith(title)
    said = subject(study)
    assert said.about == is_about, said
    assert not is_for or said.purpose == is_for, said


# Titles and conditions that the shipped registry does not have, one difficulty each.
MADE = """
Letrozole in Metastatic Breast Cancer               | Breast Cancer                            | breast
Brustkrebs: eine Studie                             | Mammakarzinom                            | breast
Tratamiento del cáncer de mama metastásico          | Cáncer de mama                           | breast
Chimiothérapie dans le cancer du sein               |                                          | breast
TNBC Study                                          |                                          | breast
A Study of HR+/HER2- Disease                        | Neoplasms                                | breast
A Study                                             | Carcinoma of Breast, Stage IV            | breast
Male Breast Cancer Registry                         | Breast Neoplasms, Male                   | breast
Breast Cancer With Lung Metastases                  | Breast Cancer; Lung Metastases           | breast
Breast Cancer in Women Who Are Breast Feeding       | Breast Cancer                            | breast
Breast, Ovarian and Gastric Cancer Patients         | Breast Cancer; Ovarian Cancer            | includes_breast
A Drug in Advanced Solid Tumors                     | Advanced Solid Tumor                     | includes_breast
A Drug in Advanced Solid Tumours                    | Breast Cancer                            | includes_breast
Radiosurgery for Brain Metastases                   | Brain Metastases                         | includes_breast
Talking About Cancer                                | Cancer                                   | includes_breast
Cancer Pain                                         | Cancer Pain                              | includes_breast
A Drug in Solid Tumors Other Than Breast Cancer     | Solid Tumor                              | other
Solid Tumors (Excluding Breast)                     | Solid Tumor                              | other
A Drug in Advanced Solid Tumors                     | Melanoma; Sarcoma                        | other
Breastfeeding and Childhood Leukemia                | Leukemia                                 | other
Breast Reduction Surgery                            | Macromastia                              | other
Breast Milk and Cancer Risk of Infants              | Breast Feeding                           | other
Lung Cancer Screening                               | Lung Cancer                              | other
Heart Disease Through the Years                     | Cancer; Stroke; Diabetes                 | other
Asthma                                              | Asthma                                   | other
"""
MADE_ROWS = [[cell.strip() for cell in line.split("|")] for line in MADE.strip().splitlines()]


@pytest.mark.parametrize(("title", "conditions", "expected"), MADE_ROWS)
def test_about_by_words(make: Callable[..., Study], title: str, conditions: str, expected: str) -> None:
    named = [condition.strip() for condition in conditions.split(";") if condition.strip()]
    study = make(identification={"briefTitle": title}, conditions={"conditions": named})
    assert about(study) == expected, subject(study)


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ("Inclusion Criteria:\n\n* Breast cancer or melanoma", "includes_breast"),
        ("Inclusion Criteria:\n\n* Melanoma\n* No history of breast cancer", "other"),
        ("Inclusion Criteria:\n\n* Melanoma\n\nExclusion Criteria:\n\n* Breast cancer", "other"),
        ("", "other"),
    ],
)
def test_a_basket_that_names_others_takes_breast_only_if_its_criteria_say_so(
    make: Callable[..., Study], criteria: str, expected: str
) -> None:
    study = make(
        identification={"briefTitle": "A Drug in Advanced Solid Tumors"},
        conditions={"conditions": ["Melanoma", "Sarcoma"]},
        eligibility={"eligibilityCriteria": criteria},
    )
    assert about(study) == expected, subject(study)


PURPOSES: list[tuple[str, dict[str, Any], str, str, str]] = [
    # title, design, intervention types, condition, expected
    ("A Drug", {"studyType": "OBSERVATIONAL"}, "DRUG", "Breast Cancer", "observational"),
    ("A Drug", {"studyType": "INTERVENTIONAL", "patientRegistry": True}, "DRUG", "Breast Cancer", "observational"),
    ("A Drug", {"studyType": "EXPANDED_ACCESS"}, "DRUG", "Breast Cancer", "treatment"),
    ("A Drug", {"purpose": "TREATMENT"}, "DRUG", "Breast Cancer", "treatment"),
    ("Operation", {"purpose": "TREATMENT"}, "PROCEDURE", "Breast Cancer", "treatment"),
    ("Radiation", {"purpose": "TREATMENT"}, "RADIATION", "Breast Cancer", "treatment"),
    ("Walking", {"purpose": "TREATMENT"}, "BEHAVIORAL", "Breast Cancer", "supportive"),
    ("Vitamin", {"purpose": "TREATMENT"}, "DIETARY_SUPPLEMENT, OTHER", "Breast Cancer", "supportive"),
    ("A Drug for Neuropathy", {"purpose": "TREATMENT"}, "DRUG", "Breast Cancer", "supportive"),
    ("A Drug", {"purpose": "TREATMENT"}, "DRUG", "Hot Flashes", "supportive"),
    ("SBRT for Painful Metastases", {"purpose": "TREATMENT"}, "RADIATION", "Breast Cancer", "treatment"),
    ("Stereotactic Radiotherapy for Pain", {"purpose": "TREATMENT"}, "RADIATION", "Breast Cancer", "treatment"),
    ("A Drug", {"purpose": "SUPPORTIVE_CARE"}, "DRUG", "Breast Cancer", "supportive"),
    ("A Drug", {"purpose": "PREVENTION"}, "DRUG", "Breast Cancer", "observational"),
    ("Preventing Nausea", {"purpose": "PREVENTION"}, "DRUG", "Breast Cancer", "supportive"),
    ("A Drug", {"purpose": "DIAGNOSTIC"}, "DRUG", "Breast Cancer", "observational"),
    ("A Drug", {"purpose": "HEALTH_SERVICES_RESEARCH"}, "OTHER", "Breast Cancer", "observational"),
    ("A Drug", {"purpose": "BASIC_SCIENCE", "phases": ["PHASE1"]}, "DRUG", "Breast Cancer", "treatment"),
    ("A Tracer", {"purpose": "OTHER", "phases": ["PHASE1"]}, "DRUG", "Breast Cancer", "observational"),
    ("A Drug", {"purpose": "BASIC_SCIENCE"}, "DRUG", "Breast Cancer", "observational"),
    ("A Drug", {"phases": ["PHASE2"]}, "DRUG", "Breast Cancer", "treatment"),
    ("A Drug", {}, "DRUG", "Breast Cancer", "treatment"),
    ("A Way of Helping", {}, "BEHAVIORAL", "Breast Cancer", "supportive"),
    ("A Tumor Registry", {}, "", "Breast Cancer", "observational"),
    ("MRI Before Surgery", {"phases": ["PHASE2"]}, "DRUG", "Breast Cancer", "observational"),
    ("A Study", {}, "", "Breast Cancer", "observational"),
    ("A Study", {"phases": ["PHASE2"]}, "?", "Breast Cancer", "treatment"),
]


@pytest.mark.parametrize(("title", "design", "types", "condition", "expected"), PURPOSES)
def test_purpose_by_fields(
    make: Callable[..., Study], title: str, design: dict[str, Any], types: str, condition: str, expected: str
) -> None:
    fields = {"studyType": "INTERVENTIONAL"} | {key: value for key, value in design.items() if key != "purpose"}
    if "purpose" in design:
        fields["designInfo"] = {"primaryPurpose": design["purpose"]}
    kinds = [kind.strip() for kind in types.split(",") if kind.strip()]
    given = [{"name": "It"} | ({"type": kind} if kind != "?" else {}) for kind in kinds]
    study = make(
        identification={"briefTitle": title},
        design=fields,
        conditions={"conditions": [condition]},
        armsInterventions={"interventions": given},
    )
    assert purpose(study) == expected, subject(study)


def test_studies_of_other_diseases_are_not_about_breast_cancer() -> None:
    """Forty studies of other diseases; each was looked at and takes nobody for her breast cancer."""
    studies = [read_study(entry.record, entry.copy) for entry in read_entries(DISTRACTORS.read_bytes())]
    assert len(studies) == 40
    assert {study.nct: about(study) for study in studies} == {study.nct: "other" for study in studies}


def test_both_answers_come_with_their_words(shipped: Registry) -> None:
    for study in shipped.studies():
        said = subject(study)
        assert said.about_because
        assert said.purpose_because


def test_the_kept_answer_is_the_answer(shipped: Registry) -> None:
    """What the store keeps beside a study is what its words give."""
    from abreast.trials.registry.subject import _about, _purpose

    for study in shipped.studies():
        assert study.subject is not None
        kept = (study.subject.about, study.subject.about_because, study.subject.purpose, study.subject.purpose_because)
        assert kept == (*_about(study), *_purpose(study))


def test_the_shipped_registry_is_mostly_about_breast_cancer(shipped: Registry) -> None:
    counts = Counter(about(study) for study in shipped.studies())
    assert counts["breast"] > 130
    assert counts["other"] < 40
