"""What counts as what, in the sets besides drugs."""

from __future__ import annotations

import pytest

from abreast.foundation.errors import VocabularyError
from abreast.vocabulary import Relation, Vocabulary
from abreast.vocabulary.model import Term

IS = """
stage         | IIIA                     | III                 | is
stage         | III                      | IIIA                | may be
stage         | IV                       | III                 | is not
tnm_n         | N1mi                     | N1                  | is
tnm_n         | N1a                      | N+                  | is
tnm_n         | N0i+                     | N+                  | is not
her2          | low                      | negative            | is
her2          | negative                 | low                 | may be
her2          | zero_or_ultralow         | ultralow            | may be
her2          | low                      | ultralow            | is not
receptor      | low_positive             | positive            | is
receptor      | positive                 | clearly_positive    | may be
subtype       | triple_negative          | hr_negative         | is
subtype       | hr_positive              | her2_positive       | may be
subtype       | hr_positive_her2_negative| her2_positive       | is not
histology     | mixed_ductal_lobular     | invasive_lobular    | may be
histology     | invasive_ductal          | invasive_lobular    | is not
histology     | dcis                     | invasive_carcinoma  | is not
menopause     | premenopausal            | not_postmenopausal  | is
site          | spine                    | bone                | is
site          | liver                    | visceral            | is
site          | bone                     | visceral            | is not
site          | pleura                   | visceral            | is
site          | brain                    | cns                 | is
site          | leptomeninges            | brain               | is not
site          | axillary_node            | regional_node       | is
site          | axillary_node            | distant             | is not
site          | supraclavicular_node     | distant             | is not
site          | mediastinal_node         | distant             | is
site          | node                     | distant             | may be
site          | chest                    | breast              | may be
gene          | BRCA1                    | brca_gene           | is
gene          | PALB2                    | hrr_gene            | is
gene          | AKT1                     | pi3k_pathway_gene   | is
gene          | brca_gene                | BRCA2               | may be
gene          | TP53                     | hrr_gene            | is not
illness       | radiation_pneumonitis    | ild                 | is
illness       | ild                      | lung_disease        | is
illness       | basal_cell               | second_cancer       | is
illness       | cervical_in_situ         | in_situ_cancer      | is
illness       | melanoma                 | nonmelanoma_skin_cancer | is not
illness       | hepatitis_b              | infection           | is
illness       | hepatitis_b              | liver_disease       | is
illness       | hepatitis_b_past         | hepatitis_b         | is not
illness       | diabetes_type_1          | diabetes            | is
illness       | diabetes                 | diabetes_type_2     | may be
illness       | vitiligo                 | autoimmune_disease  | is
illness       | gilbert                  | cirrhosis           | is not
illness       | neuropathy               | neurologic_disease  | is
cancer        | breast                   | solid_tumor         | is
cancer        | leukemia                 | solid_tumor         | is not
procedure     | lumpectomy               | breast_surgery      | is
procedure     | modified_radical_mastectomy | axillary_surgery | is
symptom       | leg_weakness             | danger_sign         | is
symptom       | suicidal_thoughts        | danger_sign         | is
symptom       | fatigue                  | danger_sign         | is not
lesion_status | treated_stable           | treated             | is
lesion_status | treated_stable           | progressing         | is not
lesion_status | treated                  | progressing         | may be
lesion_status | stable                   | active              | is not
illness_status| uncontrolled             | active              | is
illness_status| past                     | active              | is not
outcome       | recurrence               | progression         | is
outcome       | intolerance              | progression         | is not
setting       | neoadjuvant              | curative            | is
setting       | metastatic               | curative            | is not
variant_type  | fusion                   | rearrangement       | is
radiation_technique | radiosurgery       | external_beam       | is
radiation_technique | whole_brain        | stereotactic        | is not
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


@pytest.mark.parametrize(("terms", "recorded", "asked", "relation"), _rows(IS))
def test_what_counts_as_what(terms: str, recorded: str, asked: str, relation: str, vocabulary: Vocabulary) -> None:
    assert vocabulary.relate(terms, recorded, asked) is Relation(relation)


def test_no_term_is_above_itself(vocabulary: Vocabulary) -> None:
    for name, terms in vocabulary.terms.items():
        for term in terms.values():
            for parent in term.is_a:
                assert term.id not in vocabulary.ancestors(name, parent), (name, term.id)


def _small(**terms: Term) -> Vocabulary:
    return Vocabulary({}, {"drug": terms}, {}, "test")


def test_an_overlap_is_true_both_ways_and_not_of_special_kinds() -> None:
    small = _small(
        chemo=Term(id="chemo", name="chemo"),
        taxane=Term(id="taxane", name="taxane", is_a=("chemo",)),
        conjugate=Term(id="conjugate", name="conjugate", overlaps=("chemo",)),
    )
    assert small.relate("drug", "conjugate", "chemo") is Relation.MAY_BE
    assert small.relate("drug", "chemo", "conjugate") is Relation.MAY_BE
    assert small.relate("drug", "conjugate", "taxane") is Relation.IS_NOT
    assert small.relate("drug", "taxane", "conjugate") is Relation.IS_NOT


def test_a_combination_is_each_of_its_parts_and_joins_none_of_them() -> None:
    small = _small(
        one=Term(id="one", name="one"),
        two=Term(id="two", name="two"),
        both=Term(id="both", name="both", components=("one", "two")),
    )
    assert small.relate("drug", "both", "one") is Relation.IS
    assert small.relate("drug", "both", "two") is Relation.IS
    assert small.relate("drug", "one", "two") is Relation.IS_NOT
    assert small.relate("drug", "one", "both") is Relation.MAY_BE


@pytest.mark.parametrize("slip", [{"is_a": ("ghost",)}, {"overlaps": ("ghost",)}, {"components": ("ghost",)}])
def test_a_slip_of_the_data_is_named(slip: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(VocabularyError, match="ghost"):
        _small(one=Term(id="one", name="one", **slip))
