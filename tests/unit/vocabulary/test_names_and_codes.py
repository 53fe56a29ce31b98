"""A name or a code leads to one term."""

from __future__ import annotations

import pytest

from abreast.vocabulary import Vocabulary
from abreast.vocabulary.model import _fold

NAMES = """
stage     | IA                          | IA
stage     | stage IIIa                  | IIIA
stage     | Stage 4                     | IV
stage     | 3B                          | IIIB
stage     | AJCC stage IIB              | IIB
tnm_t     | cT2                         | T2
tnm_t     | ypT1mi                      | T1mi
tnm_t     | pTis(DCIS)                  | Tis
tnm_n     | pN0(i+)                     | N0i+
tnm_n     | cN3c                        | N3c
tnm_m     | cM1                         | M1
subtype   | HR+/HER2-                   | hr_positive_her2_negative
subtype   | HR+/HER2–                   | hr_positive_her2_negative
subtype   | HR+/HER2+                   | hr_positive_her2_positive
subtype   | TNBC                        | triple_negative
her2      | HER2-low                    | low
her2_ihc  | IHC 2+                      | 2+
her2_ish  | FISH negative               | not_amplified
receptor  | ER-                         | negative
receptor  | ER+                         | positive
histology | Infiltrating ductal carcinoma | invasive_ductal
gene      | BRCA1/2                     | brca_gene
gene      | HER2 mutation               | ERBB2
site      | leptomeningeal disease      | leptomeninges
site      | brain metastases            | brain
illness   | Crohn’s disease             | crohns
illness   | interstitial lung disease   | ild
illness   | Gilbert's syndrome          | gilbert
illness   | non-melanoma skin cancer    | nonmelanoma_skin_cancer
illness   | peripheral neuropathy       | neuropathy
illness   | hand-foot syndrome          | hand_foot_syndrome
procedure | ALND                        | axillary_dissection
symptom   | shortness of breath         | breathlessness
setting   | (neo)adjuvant               | curative
variant_origin | somatic                | somatic
"""

CODES = """
stage            | snomed  | 261638004       | IIIA
stage            | snomed  | 1222769001      | IIB
stage            | snomed  | 2640006         | IV
stage            | ajcc    | c3A             | IIIA
tnm_t            | snomed  | 1228938002      | T3
tnm_n            | snomed  | 1229967007      | N0
tnm_m            | snomed  | 1229901006      | M0
receptor         | snomed  | 10828004        | positive
receptor         | loinc   | LA6577-6        | negative
her2_ihc         | loinc   | LA11843-2       | 3+
msi              | loinc   | LA26203-2       | high
site             | snomed  | 94222008        | bone
site             | snomed  | 94381002        | liver
site             | snomed  | 94225005        | brain
site             | snomed  | 80248007        | breast
site             | icd10cm | C79.31          | brain
site             | icd10cm | C78.02          | lung
cancer           | snomed  | 254837009       | breast
cancer           | icd10cm | C50.811         | breast
histology        | snomed  | 408643008       | invasive_ductal
gene             | hgnc    | 1100            | BRCA1
gene             | hgnc    | 26144           | PALB2
illness          | snomed  | 414916001       | obesity
illness          | icd10cm | E11.65          | diabetes_type_2
illness          | icd10cm | I50.32          | heart_failure
relation         | role    | MAUNT           | aunt
variant_origin   | loinc   | LA6683-2        | germline
significance     | loinc   | LA26333-7       | uncertain
menopause        | snomed  | 76498008        | postmenopausal
"""

MEASURED = """
loinc  | 85337-4    | er.status
loinc  | 40557-1    | pr.status
loinc  | 48676-1    | her2.status
loinc  | 85319-2    | her2.ihc
loinc  | 85318-4    | her2.ish
loinc  | 89247-1    | ecog
loinc  | 89243-0    | karnofsky
loinc  | 94076-7    | tmb
loinc  | 81695-9    | msi
loinc  | 44648-4    | grade
loinc  | 21889-1    | tumor.size
loinc  | 718-7      | hemoglobin
loinc  | 26499-4    | anc
loinc  | 29463-7    | weight
loinc  | 72166-2    | smoking
loinc  | 21908-9    | stage.stated
snomed | 399504009  | t.clinical
snomed | 371494008  | n.pathologic
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


@pytest.mark.parametrize(("terms", "name", "term"), _rows(NAMES))
def test_a_name_leads_to_its_term(terms: str, name: str, term: str, vocabulary: Vocabulary) -> None:
    assert vocabulary.by_name(terms, name) == term


@pytest.mark.parametrize("text", ["HER2", "ER", "HR", "ISH", ""])
def test_a_minus_sign_is_not_lost(text: str, vocabulary: Vocabulary) -> None:
    for terms in ("receptor", "her2", "her2_ish", "subtype"):
        assert vocabulary.by_name(terms, text) is None


@pytest.mark.parametrize(("terms", "system", "code", "term"), _rows(CODES))
def test_a_code_leads_to_its_term(terms: str, system: str, code: str, term: str, vocabulary: Vocabulary) -> None:
    assert vocabulary.by_code(system, code, terms) == (terms, term)


@pytest.mark.parametrize(("system", "code", "attribute"), _rows(MEASURED))
def test_a_code_leads_to_what_was_measured(system: str, code: str, attribute: str, vocabulary: Vocabulary) -> None:
    assert vocabulary.attribute_by_code(system, code) == attribute


def test_no_name_stands_for_two_terms_of_one_set(vocabulary: Vocabulary) -> None:
    for name, terms in vocabulary.terms.items():
        seen: dict[str, str] = {}
        for term in terms.values():
            for text in (term.id, term.name, *term.brands, *term.synonyms):
                assert seen.setdefault(_fold(text), term.id) == term.id, (name, text)


def test_abbreviations_are_written_out_as_names(vocabulary: Vocabulary) -> None:
    """Readers of free text look for names and synonyms, never for ids."""
    for terms, term, text in [
        ("drug", "serd", "SERD"),
        ("drug", "adc", "ADC"),
        ("drug", "nsaid", "NSAID"),
        ("illness", "ild", "ILD"),
        ("illness", "copd", "COPD"),
        ("histology", "dcis", "DCIS"),
        ("variant_origin", "germline", "germline"),
        ("setting", "neoadjuvant", "neoadjuvant"),
        ("extent", "metastatic", "metastatic"),
    ]:
        known = vocabulary.term(terms, term)
        assert text in (known.name, *known.synonyms)


def test_no_code_stands_for_two_terms_of_one_set(vocabulary: Vocabulary) -> None:
    for name, terms in vocabulary.terms.items():
        seen: dict[tuple[str, str], str] = {}
        for term in terms.values():
            for system, codes in term.codes.items():
                for code in codes:
                    assert seen.setdefault((system, code), term.id) == term.id, (name, system, code)


def test_no_code_stands_for_two_attributes(vocabulary: Vocabulary) -> None:
    seen: dict[tuple[str, str], str] = {}
    for attribute in vocabulary.attributes.values():
        for system, codes in attribute.codes.items():
            for code in codes:
                assert seen.setdefault((system, code), attribute.id) == attribute.id, code


def test_codes_have_the_check_digit_of_their_system(vocabulary: Vocabulary) -> None:
    everything = [
        *vocabulary.attributes.values(),
        *(term for terms in vocabulary.terms.values() for term in terms.values()),
    ]
    wrong: list[tuple[str, str]] = []
    for entry in everything:
        for code in entry.codes.get("loinc", ()):
            digits, _, check = code.rpartition("-")
            if not code.startswith("LA") and _luhn(digits) != int(check):
                wrong.append((entry.id, code))
        wrong += [(entry.id, code) for code in entry.codes.get("snomed", ()) if not _verhoeff(code)]
    assert not wrong


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def _verhoeff(code: str) -> bool:
    """Check the Verhoeff digit that ends every SNOMED CT identifier."""
    table = [
        *("0123456789", "1234067895", "2340178956", "3401289567", "4012395678"),
        *("5987604321", "6598710432", "7659821043", "8765932104", "9876543210"),
    ]
    turns = [
        *("0123456789", "1576283094", "5803796142", "8916043527"),
        *("9453126870", "4286573901", "2793806415", "7046913258"),
    ]
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(table[check][int(turns[place % 8][int(digit)])])
    return check == 0


def test_no_attribute_name_is_two_attributes(vocabulary: Vocabulary) -> None:
    seen: dict[str, str] = {}
    for attribute in vocabulary.attributes.values():
        for text in attribute.synonyms:
            assert seen.setdefault(text.casefold(), attribute.id) == attribute.id, text
