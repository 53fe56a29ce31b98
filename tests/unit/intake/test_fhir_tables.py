"""The tables of codes: their terms exist, their codes are well formed, and they agree with the vocabulary."""

from __future__ import annotations

import re

import pytest

from abreast.intake.fhir import READERS
from abreast.intake.fhir.codes import is_loinc, load_tables, read_tables
from abreast.intake.fhir.observation import _SINGLE, _WHOLE
from tests.unit.intake.fhir_builder import VOCABULARY

CONTENT = read_tables()
TABLES = load_tables()


def all_codes() -> list[tuple[str, str, str]]:
    rows = [
        *CONTENT.observations,
        *CONTENT.sites,
        *CONTENT.conditions.breast,
        *CONTENT.conditions.secondary,
        *CONTENT.conditions.findings,
        *CONTENT.conditions.morphology,
        CONTENT.conditions.other_cancer,
        CONTENT.conditions.history,
        *CONTENT.procedures.surgery,
        *CONTENT.procedures.technique,
        CONTENT.procedures.radiation,
    ]
    found = [(system, code, str(row)[:60]) for row in rows for system, codes in row.codes.items() for code in codes]
    for name, answers in CONTENT.values.items():
        for term, answer in answers.items():
            found += [(system, code, f"{name}.{term}") for system, codes in answer.codes.items() for code in codes]
    return found


# Verhoeff's check digit, as SNOMED CT identifiers carry it (SNOMED CT technical guide, appendix on check digits).
_D = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]  # fmt: skip
_P = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7], [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
]  # fmt: skip


def verhoeff(code: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = _D[check][_P[place % 8][int(digit)]]
    return check == 0


SHAPES = {
    "icd10cm": r"[A-Z](\d[0-9A-Z]?|\d[0-9A-Z]\.[0-9A-Z]{1,4}|4A|7A|7B)$",
    "icdo3": r"(\d{4}/\d|C\d\d(\.\d)?)$",
    "so": r"SO:\d{7}$",
    "ncit": r"C\d{4,6}$",
    "v3": r"[A-Z]{1,10}$",
    "gtr": r"\d+$",
}


def test_the_check_digits_themselves() -> None:
    assert verhoeff("22298006")  # myocardial infarction, the worked example of many guides
    assert not verhoeff("22298007")
    assert is_loinc("21908-9")
    assert not is_loinc("21908-8")
    assert is_loinc("LA9633-4")
    assert not is_loinc("C50.9")


@pytest.mark.parametrize("system", sorted({system for system, _, _ in all_codes()}))
def test_codes_are_well_formed(system: str) -> None:
    for found, code, where in all_codes():
        if found != system:
            continue
        if system == "snomed":
            assert verhoeff(code), f"{where}: {code}"
        elif system == "loinc":
            assert is_loinc(code), f"{where}: {code}"
        else:
            assert re.match(SHAPES[system], code), f"{where}: {system} {code}"
    assert system in CONTENT.systems


def test_every_term_exists() -> None:
    terms = VOCABULARY.terms
    for site in CONTENT.sites:
        assert site.site in terms["site"], site
        assert site.side in ("", "left", "right")
    conditions = CONTENT.conditions
    for row in (*conditions.breast, *conditions.secondary, *conditions.findings, *conditions.morphology):
        assert not row.histology or row.histology in terms["histology"], row
        assert not row.gene or row.gene in terms["gene"], row
        for attribute, value in row.facts.items():
            known = VOCABULARY.attribute(attribute)
            assert isinstance(value, bool) if known.kind == "flag" else value in terms[known.terms], row
    for surgery in CONTENT.procedures.surgery:
        assert set(surgery.procedures) <= set(terms["procedure"]), surgery
    for technique in CONTENT.procedures.technique:
        assert technique.technique in terms["radiation_technique"], technique
    for name in CONTENT.medications.medicines:
        assert name in terms["drug"]


def test_observation_rows_fit_the_vocabulary_and_the_readers() -> None:
    for row in CONTENT.observations:
        assert row.read == "unused" or row.read in _SINGLE or row.read in _WHOLE, row.id
        assert (row.read == "unused") is bool(row.why), row.id
        for attribute in (row.attribute, row.status, row.percent):
            assert not attribute or VOCABULARY.attribute(attribute).shape == "one", row.id
        if row.values:
            assert row.values in CONTENT.values, row.id
        if row.read == "term":
            assert set(CONTENT.values[row.values]) <= set(VOCABULARY.terms[VOCABULARY.attribute(row.attribute).terms])
        if row.assay:
            assert row.assay in VOCABULARY.terms["pdl1_assay"]


def test_answers_are_terms_where_the_vocabulary_has_the_set() -> None:
    for name, answers in CONTENT.values.items():
        if name in VOCABULARY.terms:
            unknown = set(answers) - set(VOCABULARY.terms[name]) - {"nothing"}
            assert not unknown, f"{name}: {unknown}"


def test_codes_mean_the_same_here_and_in_the_vocabulary() -> None:
    for name, answers in CONTENT.values.items():
        if name not in VOCABULARY.terms:
            continue
        for term, answer in answers.items():
            for system, codes in answer.codes.items():
                for code in codes:
                    known = VOCABULARY.by_code(system, code, name)
                    assert known is None or known[1] == term, f"{name}: {system} {code} is {term} here, {known} there"
    special = {"stage", "tnm", "unused", "disease_status", "histology", "her2", "pdl1", "tumor_size"}
    for row in CONTENT.observations:
        for system, codes in row.codes.items():
            for code in codes:
                attribute = VOCABULARY.attribute_by_code(system, code)
                mine = {row.attribute, row.status, row.percent}
                assert attribute is None or row.read in special or attribute in mine, f"{row.id}: {code} {attribute}"
    for surgery in CONTENT.procedures.surgery:
        for code in surgery.codes.get("snomed", ()):
            known = VOCABULARY.by_code("snomed", code, "procedure")
            assert known is None or known[1] in surgery.procedures, f"{code}: {known}"


def test_no_code_stands_twice_in_a_lookup() -> None:
    groups = [
        CONTENT.observations,
        CONTENT.sites,
        CONTENT.conditions.breast,
        CONTENT.conditions.findings,
        CONTENT.procedures.surgery,
        CONTENT.procedures.technique,
    ]
    for rows in groups:
        codes = [(system, code) for row in rows for system, found in row.codes.items() for code in found]
        assert len(codes) == len(set(codes)), [code for code in codes if codes.count(code) > 1]


def test_a_type_is_read_or_has_a_reason() -> None:
    assert not set(READERS) & set(CONTENT.resources)


@pytest.mark.parametrize(
    "uri",
    [
        "http://snomed.info/sct",
        "https://snomed.info/sct/",
        "HTTP://SNOMED.INFO/SCT",
        "http://snomed.info/sct|http://snomed.info/sct/731000124108",
        "urn:oid:2.16.840.1.113883.6.96",
    ],
)
def test_a_system_is_known_however_it_is_written(uri: str) -> None:
    from abreast.intake.fhir.node import Node

    coding = TABLES.coding(Node({"system": uri, "code": "94222008"}))
    assert coding is not None
    assert coding.system == "snomed"
