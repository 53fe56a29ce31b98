"""Drugs, operations and radiation: which, when, why they ended; and what must not be concluded."""

from __future__ import annotations

from typing import Any

import pytest

from abreast.intake.fhir.medication import drugs_in_words
from tests.unit.intake.fhir_builder import MCODE, VOCABULARY, concept, quantity, read, resource, said, why


@pytest.mark.parametrize(
    ("words", "drugs"),
    [
        ("alpelisib Oral Product", "alpelisib"),
        ("zoledronic acid Injetable Product", "zoledronic_acid"),  # as the client writes it
        ("Paclitaxel 100 MG Injection", "paclitaxel"),
        ("10 ML trastuzumab 15 MG/ML Injection [Ogivri]", "trastuzumab"),
        ("trastuzumab-dkst 420 MG Injection", "trastuzumab"),
        ("hyaluronidase / trastuzumab Injectable Product", "trastuzumab"),
        ("fam-trastuzumab deruxtecan-nxki", "trastuzumab_deruxtecan"),
        ("ado-trastuzumab emtansine 100 MG Injection [KADCYLA]", "trastuzumab_emtansine"),
        ("trastuzumab somethingnew 100 MG Injection", ""),  # another drug than trastuzumab
        ("KADCYLA Injectable Product", "trastuzumab_emtansine"),
        ("palbociclib 125 MG Oral Tablet [Ibrance]", "palbociclib"),
        ("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet", "metformin"),
        ("PACLitaxel protein-bound", "nab_paclitaxel"),
        ("doxorubicin liposomal", "liposomal_doxorubicin"),
        ("ribociclib 200 MG / letrozole 2.5 MG Pack", "ribociclib letrozole"),
        ("docetaxel and cyclophosphamide", "docetaxel cyclophosphamide"),
        ("Injection", ""),
        ("Injectable Product", ""),
        ("", ""),
    ],
)
def test_the_drug_of_a_product_name(words: str, drugs: str) -> None:
    assert list(drugs_in_words(words, VOCABULARY)) == drugs.split()


def statement(drug: str, status: str = "completed", **elements: Any) -> dict[str, Any]:
    return resource("MedicationStatement", status=status, medicationCodeableConcept=concept(drug), **elements)


def test_a_code_counts_as_far_as_the_words_bear_it_out() -> None:
    intake = read(statement("rxnorm:583214 Paclitaxel 100 MG Injection"))  # the code of nab-paclitaxel
    assert intake.facts[0].get("drug") == "paclitaxel"
    assert intake.facts[0].note == "the code says nab-paclitaxel, the words say paclitaxel"
    unlike = read(statement("rxnorm:72965 anastrozole"))  # the code of letrozole
    assert unlike.facts[0].get("drug") == "nonsteroidal_ai"
    assert read(statement("rxnorm:1163195")).facts[0].get("drug") == "letrozole"


@pytest.mark.parametrize(
    ("drug", "attribute"),
    [
        ("letrozole", "therapy"),
        ("ribociclib", "therapy"),
        ("everolimus", "therapy"),
        ("zoledronic acid", "medicine"),
        ("denosumab", "medicine"),
        ("metformin", "medicine"),
        ("dexamethasone", "medicine"),
    ],
)
def test_what_treats_the_cancer_and_what_does_not(drug: str, attribute: str) -> None:
    assert read(statement(drug)).facts[0].attribute == attribute


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", ["therapy drug=letrozole ongoing=yes"]),
        ("completed", ["therapy drug=letrozole ongoing=no"]),
        ("stopped", ["therapy drug=letrozole ongoing=no"]),
        ("on-hold", ["therapy drug=letrozole"]),
        ("unknown", ["perhaps therapy drug=letrozole"]),
        ("not-taken", []),
        ("intended", []),
        ("entered-in-error", []),
    ],
)
def test_status(status: str, expected: list[str]) -> None:
    intake = read(statement("letrozole", status))
    assert said(intake) == expected
    assert bool(intake.unused) is (not expected)


def test_one_moment_for_all_statements_is_the_moment_of_sending() -> None:
    same = [statement(drug, id=drug, effectiveDateTime="2026-11-01") for drug in ("letrozole", "tamoxifen")]
    assert said(read(*same)) == ["therapy drug=letrozole ongoing=no", "therapy drug=tamoxifen ongoing=no"]


def test_differing_moments_are_starts_and_never_ends() -> None:
    intake = read(
        statement("letrozole", id="1", effectiveDateTime="2024-03-04"),
        statement("tamoxifen", id="2", effectiveDateTime="2026-01"),
    )
    assert said(intake) == [
        "therapy drug=letrozole start=2024-03-04 ongoing=no",
        "therapy drug=tamoxifen start=2026-01 ongoing=no",
    ]
    assert not any("end" in fact.fields for fact in intake.facts)


def test_a_period_is_taken_as_it_stands() -> None:
    period = {"start": "2024-03-04", "end": "2026-10-05"}
    assert said(read(statement("letrozole", effectivePeriod=period))) == [
        "therapy drug=letrozole start=2024-03-04 end=2026-10-05 ongoing=no"
    ]
    active = read(statement("letrozole", "active", effectivePeriod=period))
    assert said(active) == ["therapy drug=letrozole start=2024-03-04"]
    assert active.facts[0].note == "called active, with an end on 2026-10-05: planned, or past"


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"statusReason": concept("snomed:407563006")}, "outcome=intolerance"),
        ({"statusReason": [concept("snomed:266721009")]}, "outcome=progression"),
        ({"statusReason": [concept("Disease progression")]}, "outcome=progression"),
        ({"statusReason": [concept("snomed:105480006")]}, "outcome=stopped_other"),
        (
            {
                "extension": [
                    {
                        "url": f"{MCODE}mcode-treatment-termination-reason",
                        "valueCodeableConcept": concept("snomed:182992009 Treatment completed"),
                    }
                ]
            },
            "outcome=completed",
        ),
        (
            {
                "extension": [
                    {"url": f"{MCODE}mcode-treatment-intent", "valueCodeableConcept": concept("snomed:363676003")}
                ]
            },
            "setting=palliative",
        ),
        (
            {
                "extension": [
                    {"url": f"{MCODE}mcode-procedure-intent", "valueCodeableConcept": concept("snomed:373847000")}
                ]
            },
            "setting=neoadjuvant",
        ),
        ({"statusReason": [concept("moved to Mars")]}, ""),
    ],
)
def test_why_it_ended_and_what_it_was_for(elements: dict[str, Any], expected: str) -> None:
    found = said(read(statement("letrozole", "stopped", **elements)))[0]
    assert found.split()[3:] == expected.split()


def test_a_prescription() -> None:
    order = {"status": "active", "intent": "order", "medicationCodeableConcept": concept("anastrozole")}
    bounds = [{"timing": {"repeat": {"boundsPeriod": {"start": "2018-10-01"}}}}]
    with_start = resource("MedicationRequest", **order, authoredOn="2018-09-30", dosageInstruction=bounds)
    assert said(read(with_start)) == [
        "therapy drug=anastrozole start=2018-10-01"
    ]  # "active" prescriptions outlive their use
    written = read(resource("MedicationRequest", **order, authoredOn="2018-09-30"))
    assert said(written) == ["therapy drug=anastrozole start=2018-09-30"]
    assert written.facts[0].note == "start taken from the day of the prescription"
    planned = read(resource("MedicationRequest", **(order | {"intent": "plan"})))
    assert said(planned) == []
    assert why(planned) == ["MedicationRequest/x, intent: its intent is plan: planned, not given"]
    assert said(read(resource("MedicationRequest", **order, doNotPerform=True))) == []


def test_doses_given_make_courses_without_an_end() -> None:
    days = ("2018-04-22", "2018-05-13", "2018-06-03", "2023-01-10")
    doses = [
        resource(
            "MedicationAdministration",
            id=day,
            status="completed",
            medicationCodeableConcept=concept("paclitaxel"),
            effectiveDateTime=day,
        )
        for day in days
    ]
    intake = read(*doses)
    assert said(intake) == ["therapy drug=paclitaxel start=2018-04-22", "therapy drug=paclitaxel start=2023-01-10"]
    assert intake.facts[0].note == "3 doses recorded, the last on 2018-06-03"
    assert intake.facts[0].source.place.startswith("MedicationAdministration/2018-04-22")
    assert "MedicationAdministration/2018-06-03" in intake.facts[0].source.place


def test_the_drug_may_stand_in_another_resource() -> None:
    contained = statement("x")
    del contained["medicationCodeableConcept"]
    contained |= {
        "contained": [resource("Medication", id="m", code=concept("rxnorm:72965 letrozole"))],
        "medicationReference": {"reference": "#m"},
    }
    assert said(read(contained))[0].startswith("therapy drug=letrozole")
    apart = resource("MedicationStatement", id="s", status="active", medicationReference={"reference": "Medication/m"})
    assert said(read(apart, resource("Medication", id="m", code=concept("letrozole")))) == [
        "therapy drug=letrozole ongoing=yes"
    ]
    shown = resource("MedicationStatement", status="active", medicationReference={"display": "Letrozole 2.5 mg tablet"})
    assert said(read(shown)) == ["therapy drug=letrozole ongoing=yes"]


def test_an_unknown_drug_is_listed() -> None:
    assert why(read(statement("snake oil 5 MG"))) == [
        "MedicationStatement/x, medicationCodeableConcept: not a drug that is known here: snake oil 5 MG"
    ]


# --- operations and radiation ------------------------------------------------------------------------------------


def procedure(code: str, status: str = "completed", **elements: Any) -> dict[str, Any]:
    return resource("Procedure", status=status, code=concept(code), **elements)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("snomed:392021009 Lumpectomy of breast", ["surgery procedure=lumpectomy"]),
        ("snomed:64368001", ["surgery procedure=lumpectomy"]),
        ("Partial mastectomy of left breast", ["surgery procedure=lumpectomy side=left"]),
        ("snomed:172043006", ["surgery procedure=mastectomy"]),
        ("Left mastectomy", ["surgery procedure=mastectomy side=left"]),
        ("snomed:396487001", ["surgery procedure=sentinel_node_biopsy"]),
        ("snomed:79544006", ["surgery procedure=axillary_dissection"]),
        (
            "Mastectomy with axillary lymph node dissection",
            ["surgery procedure=mastectomy", "surgery procedure=axillary_dissection"],
        ),
        (
            "Lumpectomy and sentinel node biopsy",
            ["surgery procedure=lumpectomy", "surgery procedure=sentinel_node_biopsy"],
        ),
        ("Core needle biopsy of breast", ["surgery procedure=biopsy major=no"]),
        ("snomed:71651007 Mammography (procedure)", []),
        ("Coffee enema", []),
        ("snomed:53438000", ["radiation"]),
        ("snomed:445232009", ["radiation technique=boost"]),
        ("Stereotactic radiosurgery", ["radiation technique=radiosurgery"]),
        ("snomed:152198000", ["radiation technique=brachytherapy"]),
        ("Radiotherapy planning CT", []),
    ],
)
def test_procedures(code: str, expected: list[str]) -> None:
    assert said(read(procedure(code))) == expected


@pytest.mark.parametrize("status", ["not-done", "entered-in-error", "preparation"])
def test_what_was_not_done(status: str) -> None:
    intake = read(procedure("snomed:392021009", status))
    assert said(intake) == []
    assert len(intake.unused) == 1


def test_dates_sides_and_sites() -> None:
    assert said(
        read(procedure("snomed:392021009", performedDateTime="2019-03-01", bodySite=[concept("snomed:80248007")]))
    ) == ["surgery procedure=lumpectomy side=left date=2019-03-01"]
    single = procedure("snomed:53438000", performedDateTime="2019-04-01", bodySite=[concept("snomed:12738006")])
    assert said(read(single)) == ["radiation site=brain start=2019-04-01"]  # one date is a start, not an end
    period = {"start": "2019-04-01", "end": "2019-05-10"}
    course = procedure("snomed:53438000", performedPeriod=period, bodySite=[concept("L3 vertebra")])
    assert said(read(course)) == ["radiation site=lumbar_spine start=2019-04-01 end=2019-05-10"]


def volume(reference: str, dose: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": f"{MCODE}mcode-radiotherapy-dose-delivered-to-volume",
        "extension": [
            {"url": "volume", "valueReference": {"reference": reference}},
            {"url": "totalDoseDelivered", "valueQuantity": dose},
        ],
    }


def test_a_course_with_volumes() -> None:
    course = procedure(
        "snomed:1287742003",
        extension=[volume("BodyStructure/wall", quantity("5000 cGy")), volume("BodyStructure/gone", quantity("50 Gy"))],
    )
    wall = resource(
        "BodyStructure", id="wall", location=concept("snomed:78904004"), locationQualifier=[concept("snomed:7771000")]
    )
    intake = read(course, wall)
    assert said(intake) == ["radiation site=chest_wall side=left dose=50 Gy", "radiation dose=50 Gy"]
    assert "Procedure/x, extension[1]: the place that was treated is not given, or not known here" in why(intake)
    with_site = read(course | {"bodySite": [concept("snomed:78904004")]})
    assert said(with_site) == ["radiation site=chest_wall dose=50 Gy"]  # two equal facts are one


# --- the rest -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("rxnorm:56946 paclitaxel", ["allergy substance=paclitaxel"]),
        ("snomed:716186003 No known allergy", ["no allergy"]),
        ("No known drug allergies", ["no allergy"]),
        ("Cat dander", []),
    ],
)
def test_allergies(code: str, expected: list[str]) -> None:
    assert said(read(resource("AllergyIntolerance", code=concept(code)))) == expected


def test_a_refuted_allergy_is_none() -> None:
    refuted = resource("AllergyIntolerance", code=concept("paclitaxel"), verificationStatus=concept("sure:refuted"))
    assert said(read(refuted)) == []


@pytest.mark.parametrize(
    ("relation", "cancer", "expected"),
    [
        ("role:NSIS", "snomed:254837009 Malignant neoplasm of breast", "relation=sister cancer=breast age=44 a"),
        (
            "role:MAUNT maternal aunt",
            "snomed:363443007 Malignant tumor of ovary",
            "relation=aunt cancer=ovarian age=44 a",
        ),
        ("mother", "Breast cancer", "relation=mother cancer=breast age=44 a"),
        ("role:NEIGHBOR", "Pancreatic cancer", "cancer=pancreatic age=44 a"),
    ],
)
def test_family(relation: str, cancer: str, expected: str) -> None:
    history = resource(
        "FamilyMemberHistory",
        status="completed",
        relationship=concept(relation),
        condition=[{"code": concept(cancer), "onsetAge": quantity("44 a")}],
    )
    assert said(read(history)) == [f"family_history {expected}"]


def test_a_report_of_genes_and_a_study() -> None:
    report = resource("DiagnosticReport", status="final", code=concept("loinc:51969-4"), effectiveDateTime="2026-10-12")
    assert said(read(report)) == ["genomic_test date=2026-10-12"]
    assert said(read(resource("ResearchSubject", status="on-study", period={"start": "2026-01"}))) == [
        "in_other_trial yes"
    ]
    assert said(read(resource("ResearchSubject", status="screening"))) == []
