"""What conditions say: the cancer, where it has spread, other illnesses; and what they do not say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.intake.fhir_builder import MCODE, concept, condition, read, resource, said, why

PRIMARY = {"meta": {"profile": [f"{MCODE}mcode-primary-cancer-condition"]}}
SECONDARY = {"meta": {"profile": [f"{MCODE}mcode-secondary-cancer-condition"]}}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("snomed:254837009 Malignant neoplasm of breast (disorder)", ["cancer breast"]),
        ("snomed:254837009", ["cancer breast"]),
        ("snomed:408643008", ["cancer breast", "histology invasive_ductal"]),
        ("snomed:278054005 Infiltrating lobular carcinoma of breast", ["cancer breast", "histology invasive_lobular"]),
        ("snomed:353431000119107 Primary malignant neoplasm of female left breast", ["cancer breast", "side left"]),
        ("icd10:C50.911", ["cancer breast", "side right"]),
        ("icd10:C50.412", ["cancer breast", "side left"]),
        ("icd10:C50.919", ["cancer breast"]),
        ("icd10:C50.9", ["cancer breast"]),
        ("icd10:D05.12", ["cancer breast", "side left", "histology dcis"]),
        ("Inflammatory carcinoma of right breast", ["cancer breast", "side right", "inflammatory yes"]),
        ("Breast cancer", ["cancer breast"]),
        ("Suspected breast cancer", []),
        ("Family history of breast cancer", []),
        ("icd10:Z85.3", []),
        ("Benign neoplasm of breast", []),
        # spread
        ("snomed:94222008", ["metastasis site=bone"]),
        ("snomed:94381002 Secondary malignant neoplasm of liver", ["metastasis site=liver"]),
        ("snomed:94181007", ["metastasis site=axillary_node"]),  # a regional node: listed, and not a distant site
        ("icd10:C79.51", ["metastasis site=bone"]),
        ("icd10:C78.01", ["metastasis site=lung"]),
        ("icd10:C79.31", ["metastasis site=brain"]),
        ("icd10:C79.32", ["metastasis site=leptomeninges"]),
        ("icd10:C77.3", ["metastasis site=axillary_node"]),
        ("icd10:C77.9", ["metastasis site=node"]),
        ("Secondary malignant neoplasm of pleura", ["metastasis site=pleura"]),
        ("Metastasis to bone from breast carcinoma", ["cancer breast", "metastasis site=bone"]),
        ("Metastatic breast cancer", ["cancer breast", "metastasis"]),
        ("snomed:128462008", ["metastasis"]),
        # markers and states that are coded as diagnoses
        ("icd10:Z17.0", ["er.status positive"]),
        ("icd10:Z17.1", ["er.status negative"]),
        ("icd10:Z17.411", ["hr.status positive", "her2.status negative"]),
        ("icd10:Z17.421", ["hr.status negative", "her2.status negative"]),
        ("icd10:Z78.0", ["menopause postmenopausal"]),
        ("snomed:77386006", ["pregnant yes"]),
        ("snomed:412734009", ["variant gene=BRCA1"]),
        ("BRCA2 gene mutation negative (finding)", ["no variant gene=BRCA2"]),
        ("icd10:Z90.12", ["surgery procedure=mastectomy side=left"]),
        # other illnesses
        ("icd10:I50.32", ["illness kind=heart_failure"]),
        ("snomed:38341003 Hypertensive disorder", ["illness kind=hypertension"]),
        ("Essential hypertension", ["illness kind=hypertension"]),
        ("Full-time employment (finding)", []),
        # another cancer, and no breast cancer beside it
        ("snomed:363406005 Malignant neoplasm of colon (disorder)", ["cancer colorectal"]),
        ("icd10:C34.11", ["cancer lung"]),
    ],
)
def test_what_a_code_says(code: str, expected: list[str]) -> None:
    intake = read(condition(code))
    assert said(intake) == expected
    assert bool(intake.unused) or bool(expected)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("confirmed", ["cancer breast"]),
        ("provisional", ["perhaps cancer breast"]),
        ("differential", ["perhaps cancer breast"]),
        ("unconfirmed", ["perhaps cancer breast"]),
        ("refuted", []),
        ("entered-in-error", []),
    ],
)
def test_verification(status: str, expected: list[str]) -> None:
    intake = read(condition("icd10:C50.9", verificationStatus=concept(f"sure:{status}")))
    assert said(intake) == expected
    assert bool(intake.unused) is (not expected)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", ["cancer breast"]),
        ("recurrence", ["cancer breast", "onset recurrent"]),
        ("relapse", ["cancer breast", "onset recurrent"]),
        ("remission", ["cancer breast"]),  # of all of it, or of a part? it does not say
    ],
)
def test_clinical_status_of_the_cancer(status: str, expected: list[str]) -> None:
    assert said(read(condition("icd10:C50.9", clinicalStatus=concept(f"status:{status}")))) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [("active", "present"), ("resolved", "resolved"), ("inactive", "past")]
)
def test_clinical_status_of_an_illness(status: str, expected: str) -> None:
    found = said(read(condition("snomed:38341003", clinicalStatus=concept(f"status:{status}"))))
    assert found == [f"illness kind=hypertension status={expected}"]


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (concept("snomed:80248007"), ["side left"]),
        (concept("snomed:73056007 Right breast structure"), ["side right"]),
        (concept("Left breast"), ["side left"]),
        (
            concept("snomed:76752008 Breast structure")
            | {
                "extension": [
                    {"url": f"{MCODE}mcode-laterality-qualifier", "valueCodeableConcept": concept("snomed:7771000")}
                ]
            },
            ["side left"],
        ),
        (concept("snomed:76752008"), []),
    ],
)
def test_side(site: dict[str, Any], expected: list[str]) -> None:
    assert said(read(condition("snomed:254837009", bodySite=[site]))) == ["cancer breast", *expected]


def test_a_general_code_with_the_breast_as_its_place_is_breast_cancer() -> None:
    general = condition(
        "snomed:363346000 Malignant neoplastic disease", bodySite=[concept("snomed:80248007")], **PRIMARY
    )
    assert said(read(general)) == ["cancer breast", "side left"]


def test_spread_takes_its_place_from_the_body_site() -> None:
    brain = condition("snomed:128462008", bodySite=[concept("snomed:12738006")], **SECONDARY)
    assert said(read(brain)) == ["metastasis site=brain"]
    spine = condition("snomed:128462008", bodySite=[concept("T7 vertebra")], **SECONDARY)
    assert said(read(spine)) == ["metastasis site=thoracic_spine"]


def test_spread_that_is_gone_was_spread_all_the_same() -> None:
    gone = read(condition("icd10:C79.31", clinicalStatus=concept("status:resolved")))
    assert said(gone) == ["metastasis site=brain"]
    assert gone.facts[0].note == "recorded as resolved"


def test_histology_stage_and_dates() -> None:
    cancer = condition(
        "snomed:254837009",
        onsetDateTime="2024-03",
        recordedDate="2024-04-02",
        extension=[
            {"url": f"{MCODE}mcode-histology-morphology-behavior", "valueCodeableConcept": concept("icdo3:8520/3")}
        ],
        stage=[
            {"summary": concept("ajcc:c3A & Stage 3A"), "type": concept("snomed:260998006")},
            {"summary": concept("Gleason grade 4")},
            {"assessment": [{"reference": "Observation/1"}]},
        ],
    )
    intake = read(cancer)
    assert said(intake) == [
        "cancer breast",
        "diagnosis.date 2024-03",
        "histology invasive_lobular",
        "stage.stated IIIA",
    ]
    assert {str(fact.date) for fact in intake.facts} == {"2024-04-02"}
    assert intake.facts[-1].note == "clinical stage"
    assert why(intake) == ["Condition/x, stage[1].summary: not a stage group of breast cancer: Gleason grade 4"]


def test_a_day_of_recording_is_no_day_of_diagnosis() -> None:
    assert said(read(condition("icd10:C50.9", recordedDate="2024-04-02"))) == ["cancer breast"]
    asserted = condition(
        "icd10:C50.9",
        extension=[{"url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate", "valueDateTime": "2019"}],
    )
    assert said(read(asserted)) == ["cancer breast", "diagnosis.date 2019"]


def test_a_second_cancer_is_an_illness_beside_breast_cancer() -> None:
    both = read(condition("icd10:C50.9", id="one"), condition("snomed:363406005 Malignant neoplasm of colon", id="two"))
    assert said(both)[0] == "cancer breast"
    assert said(both)[1].startswith("illness kind=")


def test_what_belongs_to_another_cancer_is_set_aside() -> None:
    colon = condition("snomed:363406005 Malignant neoplasm of colon", id="colon", stage=[{"summary": concept("IIIA")}])
    intake = read(
        colon, resource("Observation", id="s", code=concept("loinc:21908-9"), valueCodeableConcept=concept("IV"))
    )
    assert said(intake) == ["cancer colorectal"]
    assert why(intake) == [
        "Observation/s, valueCodeableConcept: the record's cancer is not a breast cancer, and this is about that cancer"
    ]


def test_no_code_says_so() -> None:
    assert why(read(resource("Condition"))) == ["Condition/x, code: it has no code and no text"]
