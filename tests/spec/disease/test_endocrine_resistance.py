"""Endocrine resistance as the ESO-ESMO consensus defines it (ABC 4, https://doi.org/10.1093/annonc/mdy192)."""

# ruff: noqa: E501 - a table row is one line
from __future__ import annotations

from tests.spec.disease.disease_tables import derived, rows, said


def test_relapse_during_or_after_adjuvant_treatment() -> None:
    table = """
    start      | end        | relapse    | endocrine_resistance
    -----------+------------+------------+---------------------
    2015-01-01 | 2016-06-01 | 2016-05-01 | primary
    2015-01-01 | 2018-06-01 | 2018-05-01 | secondary
    2015-01-01 | 2020-01-01 | 2020-11-01 | secondary
    2015-01-01 | 2020-01-01 | 2021-06-01 |
    2015-01-01 | 2020-01-01 | 2014-06-01 |
    2015       | 2018       | 2017       | resistant
    2015-01-01 | 2016-01-01 | 2016-08-01 | secondary
    """
    for start, end, relapse, expected in rows(table):
        facts = f"therapy drug=tamoxifen setting=adjuvant start={start} end={end}; recurrence.date {relapse}"
        assert said(derived(facts), "endocrine_resistance") == expected, facts


def test_relapse_while_adjuvant_treatment_goes_on() -> None:
    facts = "therapy drug=letrozole setting=adjuvant start=2015-01-01 ongoing=yes; recurrence.date {}"
    assert said(derived(facts.format("2016-01-01")), "endocrine_resistance") == "primary"
    assert said(derived(facts.format("2019-01-01")), "endocrine_resistance") == "secondary"


def test_an_open_end_leaves_it_open() -> None:
    facts = "therapy drug=letrozole setting=adjuvant start=2015-01-01; recurrence.date 2016-01-01"
    assert said(derived(facts), "endocrine_resistance") == ""


def test_growth_on_treatment_of_advanced_disease() -> None:
    table = """
    months | other line before                                                          | endocrine_resistance
    -------+----------------------------------------------------------------------------+---------------------
    4      |                                                                            | primary
    8      |                                                                            | secondary
    8      | therapy drug=fulvestrant setting=metastatic start=2018-01-01 end=2019-01-01 | secondary
    4      | therapy drug=fulvestrant setting=metastatic start=2018-01-01 end=2019-01-01 |
    """
    for months, before, expected in rows(table):
        treatment = f"therapy drug=letrozole setting=metastatic start=2020-01-01 end=2020-{int(months) + 1:02d}-01 outcome=progression"
        facts = "; ".join(part for part in (treatment, before, "complete therapy") if part)
        assert said(derived(facts), "endocrine_resistance") == expected, facts


def test_without_growth_or_without_dates() -> None:
    assert (
        said(
            derived("therapy drug=letrozole setting=metastatic start=2020 end=2021 outcome=intolerance"),
            "endocrine_resistance",
        )
        == ""
    )
    assert (
        said(derived("therapy drug=letrozole setting=metastatic outcome=progression"), "endocrine_resistance")
        == "resistant"
    )
    assert (
        said(
            derived("therapy drug=capecitabine setting=metastatic start=2020 end=2021 outcome=progression"),
            "endocrine_resistance",
        )
        == ""
    )


def test_the_latest_finding_counts() -> None:
    case = derived(
        "therapy drug=tamoxifen setting=adjuvant start=2015-01-01 end=2016-06-01; recurrence.date 2016-05-01; "
        "therapy drug=letrozole setting=metastatic start=2016-07-01 end=2018-07-01 outcome=progression"
    )
    assert said(case, "endocrine_resistance") == "secondary"
    assert len(case.about("endocrine_resistance")) == 2
    assert any("ABC 4" in citation for citation in case.about("endocrine_resistance")[0].source.citations)
