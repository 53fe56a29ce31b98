"""What observations say: one table per family, each row a code, a value, and the facts that come of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.intake.fhir_builder import MCODE, concept, observation, quantity, read, resource, said, why

POSITIVE, NEGATIVE = "snomed:10828004 Positive (qualifier value)", "snomed:260385009 Negative (qualifier value)"


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        # receptors
        ("loinc:40556-3", POSITIVE, ["er.status positive"]),
        ("loinc:85337-4", "loinc:LA6577-6", ["er.status negative"]),
        ("loinc:16112-5 & loinc:85337-4 & Estrogen Receptor", POSITIVE, ["er.status positive"]),
        ("loinc:85329-1", quantity("90 %"), ["er.percent 90 %"]),
        ("loinc:14228-1", quantity("<1 %"), ["er.percent <1 %"]),
        ("loinc:85329-1", quantity("90"), ["er.percent 90 %"]),
        ("loinc:85337-4", quantity("90"), []),  # a presence code says no unit
        ("loinc:40557-1", NEGATIVE, ["pr.status negative"]),
        ("Estrogen receptor Ag [Presence] in Tissue by Immune stain", "pos:POS", ["er.status positive"]),
        ("Progesterone receptor status", "Positive", ["pr.status positive"]),
        ("Androgen receptor by immunohistochemistry", quantity("80 %"), ["ar.percent 80 %"]),
        ("loinc:10480-2", POSITIVE, ["hr.status positive"]),
        ("loinc:85337-4", "low positive", ["er.status low_positive"]),
        # HER2: a plain negative stays open
        ("loinc:18474-7", NEGATIVE, ["her2.status negative"]),
        ("loinc:85319-2", "Positive (Score 3+)", ["her2.ihc 3+", "her2.status positive"]),
        ("loinc:85319-2", "loinc:LA11842-4 2+", ["her2.ihc 2+"]),
        ("loinc:85319-2", "Negative (Score 0)", ["her2.ihc 0", "her2.status negative"]),
        ("loinc:85319-2", "0, no membrane staining", ["her2.ihc 0_no_staining"]),
        ("loinc:85319-2", "ultralow", ["her2.ihc ultralow"]),
        ("loinc:85319-2", "HER2-low", ["her2.status low"]),
        ("loinc:85319-2", quantity("3"), ["her2.ihc 3+"]),
        ("loinc:85319-2", 2, ["her2.ihc 2+"]),
        ("loinc:85319-2", quantity("7"), []),
        ("loinc:85318-4", POSITIVE, ["her2.ish amplified"]),
        ("loinc:85318-4", "not amplified", ["her2.ish not_amplified"]),
        ("loinc:85318-4", "equivocal", ["her2.ish equivocal"]),
        ("HER2 by FISH", "Negative", ["her2.ish not_amplified"]),
        ("loinc:49683-6", quantity("1.4 1"), ["her2.ratio 1.4 {ratio}"]),
        ("loinc:49683-6", quantity("0.01 1"), []),
        ("loinc:48676-1", POSITIVE, ["her2.status positive"]),
        ("loinc:32996-1", quantity("12 ng/mL"), []),
        # other markers
        ("loinc:85330-9", quantity("25 %"), ["ki67 25 %"]),
        ("Ki-67 labelling index", quantity("25"), ["ki67 25 %"]),
        ("loinc:62862-8", POSITIVE, ["msi high"]),
        ("loinc:81695-9", "loinc:LA14122-8 Stable", ["msi stable"]),
        ("Mismatch repair status", "dMMR", ["mmr deficient"]),
        ("Mismatch repair proteins by IHC", "No loss of nuclear expression", ["mmr proficient"]),
        ("loinc:94077-5", "snomed:62482003 Low", ["tmb.status low"]),
        ("loinc:94076-7", quantity("12 1/1000000{Base}"), ["tmb 12 {mut}/Mb"]),
        ("PD-L1 by clone 22C3 combined positive score", quantity("20"), ["pdl1.cps 20 {score}"]),
        ("loinc:83052-1", POSITIVE, ["pdl1.assay 22c3", "pdl1.status positive"]),
        ("loinc:83057-0", quantity("5 %"), ["pdl1.assay sp142"]),  # of which cells it does not say
        ("Oncotype DX recurrence score", quantity("18"), ["oncotype 18 {score}"]),
        # tests of one gene
        ("BRCA1 gene mutations found [Identifier] in Blood", NEGATIVE, ["no variant gene=BRCA1"]),
        ("PIK3CA gene mutations found in Tissue", "Positive", ["variant gene=PIK3CA type=mutation"]),
        (
            "BRCA1+BRCA2 gene targeted mutation analysis",
            NEGATIVE,
            ["no variant gene=BRCA1", "no variant gene=BRCA2"],
        ),
        ("BRCA2 gene c.6174delT [Presence] in Blood", NEGATIVE, ["no variant gene=BRCA2 alteration=c.6174delT"]),
        ("ATM gene mutations tested for in Blood", POSITIVE, []),
        ("BRCA1 Ag [Presence] in Tissue by Immune stain", POSITIVE, []),
    ],
)
def test_markers(code: str, value: Any, expected: list[str]) -> None:
    found = [line.replace(" type=mutation", "") for line in said(read(observation(code, value)))]
    assert found == [line.replace(" type=mutation", "") for line in expected]


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("loinc:21908-9", "ajcc:4 IV", ["stage.stated IV"]),
        ("snomed:21908-9", "snomed:261638004 Stage 3A", ["stage.stated IIIA"]),  # LOINC sent as SNOMED CT
        ("snomed:21908-9", "snomed:261638004", ["stage.stated IIIA"]),
        ("loinc:21902-2", "ajcc:p2B", ["stage.stated IIB"]),
        (
            "snomed:399537006 Clinical TNM stage grouping",
            "snomed:1222806003 American Joint Committee on Cancer stage IIIC (qualifier value)",
            ["stage.stated IIIC"],
        ),
        ("loinc:21908-9", "Stage IV", ["stage.stated IV"]),
        ("loinc:21908-9", "Binet Stage B", []),
        ("loinc:21905-5", "ajcc:c3", ["t.clinical T3"]),
        ("loinc:21899-0", "ajcc:pT1c", ["t.pathologic T1c"]),
        ("snomed:384625004", "American Joint Committee on Cancer ypT2 (qualifier value)", ["t.post_treatment T2"]),
        ("snomed:78873005 T category", "T4d", ["t.clinical T4d"]),
        (
            "loinc:21906-3",
            "snomed:1229984001 American Joint Committee on Cancer cN3 (qualifier value)",
            ["n.clinical N3"],
        ),
        ("loinc:21900-6", "pN1mi", ["n.pathologic N1mi"]),
        ("loinc:21900-6", "pN0(i+)", ["n.pathologic N0i+"]),
        ("loinc:21907-1", "M1", ["m.clinical M1"]),
        ("loinc:21907-1", "cM0", ["m.clinical M0"]),
        ("loinc:21905-5", "rT2", []),
        ("", "ajcc:4 IV", ["stage.stated IV"]),  # told by the profile alone
    ],
)
def test_staging(code: str, value: str, expected: list[str]) -> None:
    profile = {} if code else {"meta": {"profile": [f"{MCODE}mcode-tnm-clinical-stage-group"]}}
    assert said(read(observation(code, value, **profile))) == expected


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("loinc:89247-1", 1, ["ecog 1"]),
        ("loinc:89247-1", "loinc:LA9625-0 Capable of only limited selfcare", ["ecog 3"]),
        ("snomed:423740007", "snomed:425389002", ["ecog 0"]),
        ("loinc:89247-1", quantity("2 {score}"), ["ecog 2"]),
        ("loinc:89247-1", 70, []),
        ("ECOG performance status", "Grade 1", ["ecog 1"]),
        ("loinc:89243-0", 90, ["karnofsky 90 %"]),
        ("loinc:89243-0", quantity("80 {score}"), ["karnofsky 80 %"]),
        ("loinc:89243-0", "loinc:LA29179-1", ["karnofsky 60 %"]),
        ("loinc:718-7", quantity("11.8 g/dL"), ["hemoglobin 11.8 g/dL"]),
        ("loinc:718-7", quantity("118 g/L"), ["hemoglobin 118 g/L"]),
        ("loinc:718-7", quantity("11.8"), []),
        ("loinc:718-7", quantity("11.8 m"), []),
        ("loinc:26499-4", quantity("3 10*3/uL"), ["anc 3 10*9/L"]),
        ("loinc:26499-4", quantity("3000 10*3/uL"), []),
        ("Hemoglobin", quantity("11.8 g/dL"), ["hemoglobin 11.8 g/dL"]),
        ("Hemoglobin", quantity("11.8 furlongs"), []),
        ("loinc:10230-1", quantity("55 %"), ["lvef 55 %"]),
        ("loinc:29463-7", quantity("155 [lb_av]"), ["weight 155 [lb_av]"]),
        ("loinc:82810-3", "loinc:LA26683-5 Not pregnant", ["pregnant no"]),
        ("loinc:82810-3", "snomed:77386006", ["pregnant yes"]),
        ("Menopausal status", "snomed:76498008", ["menopause postmenopausal"]),
        ("Menopausal status", "Premenopausal", ["menopause premenopausal"]),
        ("loinc:72166-2", "snomed:266919005", ["smoking never"]),
        ("loinc:44648-4", "loinc:LA27824-4 Nottingham grade 2", ["grade 2"]),
        ("Histologic grade", "G3", ["grade 3"]),
        ("loinc:31206-6", "icdo3:8520/3", ["histology invasive_lobular"]),
        ("loinc:31206-6", "Invasive ductal carcinoma", ["histology invasive_ductal"]),
        ("loinc:21893-3", quantity("4 {#}"), ["nodes.positive 4"]),
        ("loinc:97509-4", "snomed:271299001 Patient's condition worsened (finding)", ["progressing yes"]),
        ("loinc:97509-4", "snomed:359746009 Patient's condition stable (finding)", ["progressing no"]),
        ("loinc:97509-4", "snomed:709137006", []),
        ("snomed:1287652008 History of metastatic malignant neoplasm", False, ["no metastasis site=distant"]),
        ("snomed:1098951000119108 History of cancer metastatic to liver", None, ["metastasis site=liver"]),
        ("loinc:8277-6", quantity("1.7 m2"), []),
    ],
)
def test_function_and_disease(code: str, value: Any, expected: list[str]) -> None:
    assert said(read(observation(code, value))) == expected


def test_a_growing_cancer_has_the_day_it_was_seen() -> None:
    worse = observation("loinc:97509-4", "snomed:271299001", effectiveDateTime="2026-10-02")
    assert said(read(worse)) == ["progressing yes", "progression.date 2026-10-02"]


def test_normal_limits_of_the_laboratory() -> None:
    limits = [{"low": quantity("10 U/L"), "high": quantity("40 U/L")}]
    assert said(read(observation("loinc:1920-8", quantity("31 U/L"), referenceRange=limits))) == [
        "ast 31 U/L (normal 10 to 40)"
    ]
    other_unit = [{"high": quantity("0.012 g/L")}]
    assert said(read(observation("loinc:1975-2", quantity("0.6 mg/dL"), referenceRange=other_unit))) == [
        "bilirubin 0.6 mg/dL (normal <=1.2)"
    ]
    for_treatment = [{"type": concept(":treatment"), "high": quantity("100 U/L")}]
    assert said(read(observation("loinc:1920-8", quantity("31 U/L"), referenceRange=for_treatment))) == ["ast 31 U/L"]
    in_words = [{"text": "10-40"}]
    assert said(read(observation("loinc:1920-8", quantity("31 U/L"), referenceRange=in_words))) == [
        "ast 31 U/L (normal 10 to 40)"
    ]


def test_components_are_read_by_their_codes() -> None:
    parts = [
        {"code": concept("loinc:8480-6"), "valueQuantity": quantity("128 mm[Hg]")},
        {"code": concept("loinc:8462-4"), "valueQuantity": quantity("76 mm[Hg]")},
    ]
    assert said(read(observation("loinc:85354-9", component=parts))) == [
        "bp.systolic 128 mm[Hg]",
        "bp.diastolic 76 mm[Hg]",
    ]


def test_the_largest_dimension_is_the_size() -> None:
    parts = [
        {"code": concept("loinc:33728-7"), "valueQuantity": quantity("2.5 cm")},
        {"code": concept("loinc:33729-5"), "valueQuantity": quantity("0.5 cm")},
    ]
    intake = read(observation("loinc:21889-1", component=parts))
    assert said(intake) == ["tumor.size 2.5 cm"]
    assert why(intake) == ["Observation/x, component[1]: a smaller dimension of the tumor"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("final", ["ecog 1"]),
        ("amended", ["ecog 1"]),
        ("corrected", ["ecog 1"]),
        (None, ["ecog 1"]),
        ("preliminary", ["perhaps ecog 1"]),
        ("registered", ["perhaps ecog 1"]),
        ("entered-in-error", []),
        ("cancelled", []),
    ],
)
def test_status(status: str | None, expected: list[str]) -> None:
    intake = read(observation("loinc:89247-1", 1, status=status))
    assert said(intake) == expected
    assert bool(intake.unused) is (not expected)


def test_no_value_says_why() -> None:
    absent = observation("loinc:89247-1", dataAbsentReason=concept("unknown"))
    assert why(read(absent)) == ["Observation/x, dataAbsentReason: no value: unknown"]


def test_every_fact_names_its_place() -> None:
    fact = read(observation("loinc:85329-1", quantity("90 %"), effectiveDateTime="2026-05")).facts[0]
    assert fact.source.kind == "fhir"
    assert fact.source.file == "record.json"
    assert fact.source.place == "Observation/x, valueQuantity"
    assert str(fact.date) == "2026-05"


def test_an_observation_about_another_cancer_is_left_out() -> None:
    lung = resource("Condition", code=concept("snomed:254637007 Non-small cell lung cancer"), id="lung")
    breast = resource("Condition", code=concept("icd10:C50.911"), id="breast")
    stage = observation("loinc:21908-9", "ajcc:4 IV", focus=[{"reference": "Condition/lung"}])
    intake = read(lung, breast, stage)
    assert not any(line.startswith("stage") for line in said(intake))
    assert "Observation/x, focus: it is about another cancer (Condition/lung)" in why(intake)


GENE, ORIGIN, MEANING, PROTEIN, CHANGE, FRACTION = (
    "loinc:48018-6",
    "loinc:48002-0",
    "loinc:53037-8",
    "loinc:48005-3",
    "loinc:48019-4",
    "loinc:81258-6",
)


def part(code: str, value: Any) -> dict[str, Any]:
    key = "valueQuantity" if isinstance(value, dict) else "valueCodeableConcept"
    return {"code": concept(code), key: value if isinstance(value, dict) else concept(value)}


@pytest.mark.parametrize(
    ("value", "parts", "expected"),
    [
        (
            "loinc:LA9633-4 Present",
            [part(GENE, "hgnc:HGNC:3467 estrogen receptor 1")],
            ["variant gene=ESR1"],
        ),
        (
            "loinc:LA9633-4",
            [
                part(GENE, "hgnc:8975 PIK3CA"),
                part(ORIGIN, "loinc:LA6684-0"),
                part(PROTEIN, "NP_006209.2:p.(His1047Arg)"),
            ],
            ["variant gene=PIK3CA origin=somatic alteration=H1047R"],
        ),
        (
            "loinc:LA9633-4",
            [part(GENE, "hgnc:HGNC:1101 BRCA2"), part(ORIGIN, "loinc:LA6683-2"), part(MEANING, "loinc:LA6668-3")],
            ["variant gene=BRCA2 origin=germline significance=pathogenic"],
        ),
        (
            "loinc:LA9633-4",
            [part(GENE, "hgnc:HGNC:1100 BRCA1"), part(MEANING, "loinc:LA26333-7")],
            ["variant gene=BRCA1 significance=uncertain"],
        ),
        ("loinc:LA9634-2 Absent", [part(GENE, "hgnc:HGNC:1100 BRCA1")], ["no variant gene=BRCA1"]),
        (
            "loinc:LA9633-4",
            [
                part(GENE, "ERBB2"),
                part(CHANGE, "snomed:12645001 Gene amplification"),
                part(FRACTION, quantity("0.4 1")),
            ],
            ["variant gene=ERBB2 type=amplification vaf=40 %"],
        ),
        ("loinc:LA18198-4 No call", [part(GENE, "hgnc:HGNC:1100 BRCA1")], []),
        (None, [part(GENE, "hgnc:HGNC:1100 BRCA1")], []),
        ("loinc:LA9633-4", [part(GENE, "hgnc:HGNC:99999999 NOSUCHGENE")], []),
        ("loinc:LA9633-4", [], []),
        (
            "loinc:LA9633-4",
            [{"valueCodeableConcept": concept("hgnc:HGNC:11389")}],  # the component has no code, its value is a gene
            ["variant gene=STK11"],
        ),
    ],
)
def test_variants(value: str | None, parts: list[dict[str, Any]], expected: list[str]) -> None:
    intake = read(observation("loinc:69548-6", value, component=parts))
    assert said(intake) == expected
    assert bool(intake.unused) is (not expected)


def test_a_panel_of_comorbidities() -> None:
    depression = resource("Condition", id="low", code=concept("snomed:35489007 Depressive disorder"))
    panel = observation(
        "snomed:398192003",
        extension=[
            {"url": f"{MCODE}mcode-related-condition", "valueReference": {"reference": "Condition/low"}},
            {"url": f"{MCODE}mcode-related-condition", "valueReference": {"reference": "Condition/gone"}},
            {
                "url": f"{MCODE}mcode-related-condition-absent",
                "valueCodeableConcept": concept("snomed:414916001 Obesity"),
            },
        ],
    )
    intake = read(depression, panel)
    assert said(intake) == ["illness kind=depression", "no illness kind=obesity"]
    assert why(intake) == ["Observation/x, extension[1]: points to a condition that the record does not have"]
