"""Whom a study of several cancers asks what: lines for another cancer count for nobody with breast cancer."""

from abreast.rules import rule_text
from abreast.trials.eligibility import compile_study
from abreast.trials.match.parts import OTHER_CANCER, told_apart
from abreast.trials.match.prepared import prepare
from abreast.trials.registry import Study

LIST = """Inclusion Criteria:

* ECOG 0-1
* Cancers

  * Ovarian cancer
  * Endometrial cancer
  * Triple-negative breast cancer
  * HR-positive, HER2-negative breast cancer
  * NSCLC: stage IIIB or IV, or progression after a platinum
* Measurable disease
"""


def told(text: str, *conditions: str) -> dict[str, tuple[str, str]]:
    compiled = compile_study("NCT00000001", text)
    criteria = told_apart(compiled.criteria, Study(conditions=conditions), compiled.cohorts)
    return {one.text: (one.cohort, rule_text(one.rule)) for one in criteria}


def test_lines_for_another_cancer_are_a_part_of_their_own():
    parts = told(LIST, "Breast Cancer", "Ovarian Cancer")
    assert parts["Ovarian cancer"][0] == parts["Endometrial cancer"][0] == OTHER_CANCER
    assert parts["NSCLC: stage IIIB or IV, or progression after a platinum"][0] == OTHER_CANCER
    assert parts["Measurable disease"] == ("", "measurable is yes")


def test_kinds_of_breast_cancer_in_such_a_list_are_alternatives():
    parts = told(LIST, "Breast Cancer")
    one, other = parts["Triple-negative breast cancer"], parts["HR-positive, HER2-negative breast cancer"]
    assert one == other
    assert " or " in one[1]
    assert "hr.status is positive" in one[1]


def test_a_study_that_names_no_breast_cancer_is_left_as_it_is():
    text = "Inclusion Criteria:\n\n* Ovarian cancer\n* ECOG 0-1"
    assert told(text, "Ovarian Cancer")["Ovarian cancer"][0] == ""


def test_a_part_whose_name_asks_for_another_cancer_is_no_part_for_breast_cancer():
    text = """Inclusion Criteria:

* Breast cancer or melanoma

Melanoma cohort only:

* Prior BRAF inhibitor

TNBC cohort only:

* Prior taxane
"""
    compiled = compile_study("NCT00000001", text)
    names = [part.name for part in prepare(Study(conditions=("Breast Cancer",)), compiled).cohorts]
    assert not any("elanoma" in name for name in names)
    assert any("TNBC" in name for name in names)
