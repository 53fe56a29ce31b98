"""Age, menopause, childbearing, body measures, kidneys, performance status."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.disease.measures import ckd_epi_2021, cockcroft_gault
from abreast.vocabulary import Quantity
from tests.spec.disease.disease_tables import check_one, derived, rows, said


def test_age() -> None:
    check_one(
        "age",
        """
        facts                       | age
        birth_date 1973-11-21       | 53 a
        birth_date 1973-11-22       | 52 a
        birth_date 1973-11          | 52 to 53 a
        birth_date 1973             | 52 to 53 a
        birth_date 1973-01          | 53 a
        @2020-11-21 age 50 a        | 56 to 57 a
        age 50 a                    | 50 a
        @2020-11-21 age 50 a; birth_date 1970-01-01 | 56 a
        """,
    )
    assert said(derived("birth_date 1973-11-21", dt.date(2027, 1, 1)), "age") == "53 a"


def test_menopause_and_childbearing() -> None:
    table = """
    facts                                                                     | menopause      | childbearing
    sex female; birth_date 1960-01-01                                         | postmenopausal | no
    sex female; birth_date 1973-01-01                                         |                |
    sex female; birth_date 1966-11-22                                         |                |
    sex female; menopause premenopausal                                       | premenopausal  |
    sex female; menopause premenopausal; complete surgery                     | premenopausal  | yes
    sex female; menopause premenopausal; surgery procedure=hysterectomy       | premenopausal  | no
    sex female; surgery procedure=oophorectomy side=bilateral                 | postmenopausal | no
    sex female; surgery procedure=oophorectomy side=left; complete surgery    |                |
    sex male; birth_date 1960-01-01                                           |                | no
    birth_date 1960-01-01                                                     |                |
    """
    for facts, menopause, childbearing in rows(table):
        case = derived(facts)
        assert (said(case, "menopause"), said(case, "childbearing_potential")) == (menopause, childbearing), facts


def test_body_mass_index() -> None:
    check_one(
        "bmi",
        """
        facts                                     | bmi
        weight 80 kg; height 200 cm               | 20 kg/m2
        weight 80 kg                              |
        weight 80 kg; height 200 cm; bmi 21 kg/m2 | 21 kg/m2
        """,
    )


@pytest.mark.parametrize(
    ("creatinine", "age", "female", "egfr"),
    [
        # Worked by hand from the published equation.
        (0.9, 55, True, 75),
        (1.0, 50, False, 92),
        (0.5, 30, True, 129),
        (2.0, 70, False, 35),
    ],
)
def test_estimated_gfr(creatinine: float, age: float, female: bool, egfr: int) -> None:
    assert round(ckd_epi_2021(creatinine, age, female=female)) == egfr


def test_creatinine_clearance() -> None:
    assert round(cockcroft_gault(1.2, 60, 80, female=False), 1) == 74.1
    assert round(cockcroft_gault(0.9, 45, 65, female=True), 1) == 81.0


def test_kidneys_only_where_the_record_does_not_say() -> None:
    person = "sex female; birth_date 1970-01-01; @2026-10-01 creatinine 0.9 mg/dL"
    case = derived(person)
    gfr = case.read("egfr").fact
    assert gfr is not None
    assert isinstance(gfr.value, Quantity)
    assert 74 < gfr.value.low <= gfr.value.high < 77
    assert str(gfr.date) == "2026-10-01"
    assert "CKD-EPI" in gfr.source.rule
    assert said(case, "creatinine_clearance") == "", "the weight is not known"
    assert said(derived(f"{person}; weight 65 kg"), "creatinine_clearance") != ""
    assert said(derived(f"{person}; egfr 50 mL/min"), "egfr") == "50 mL/min"
    assert said(derived("birth_date 1970-01-01; creatinine 0.9 mg/dL"), "egfr") == "", "the sex is not known"
    assert said(derived("sex female; birth_date 2012-01-01; creatinine 0.9 mg/dL"), "egfr") == "", "not for children"


def test_ecog_and_karnofsky_are_read_from_each_other_as_ranges() -> None:
    check_one(
        "karnofsky",
        """
        facts          | karnofsky
        ecog 0         | 90 to 100 %
        ecog 1         | 70 to 90 %
        ecog 2         | 50 to 70 %
        ecog 3         | 30 to 60 %
        ecog 4         | 10 to 40 %
        ecog 0 to 1    | 70 to 100 %
        ecog 1; karnofsky 80 % | 80 %
        ecog 3; karnofsky 90 % | conflict
        """,
    )
    check_one(
        "ecog",
        """
        facts                   | ecog
        karnofsky 100 %         | 0
        karnofsky 90 %          | 0 to 1
        karnofsky 80 %          | 1
        karnofsky 70 %          | 1 to 2
        karnofsky 60 %          | 2 to 3
        karnofsky 20 %          | 4
        ecog 1; karnofsky 90 %  | 1
        ecog 3; karnofsky 90 %  | conflict
        """,
    )
