"""Months from the end of treatment that was meant to cure to the first relapse."""

from __future__ import annotations

from abreast.vocabulary import Quantity
from tests.spec.disease.disease_tables import derived, rows, therapy


def test_months_from_the_end_of_treatment_to_the_relapse() -> None:
    table = """
    setting     | start      | end        | relapse    | months
    ------------+------------+------------+------------+-------
    adjuvant    | 2015-01-01 | 2020-01-01 | 2020-11-01 | 10
    neoadjuvant | 2015-01-01 | 2015-06-01 | 2016-06-01 | 12
    adjuvant    | 2015-01-01 | 2018-06-01 | 2018-05-01 | 0
    adjuvant    | 2015-01-01 | 2018       | 2019-01-01 | 0-12
    adjuvant    | 2021-01-01 | 2022-01-01 | 2020-01-01 |
    adjuvant    | 2015-01-01 |            | 2016-01-01 |
    metastatic  | 2015-01-01 | 2016-01-01 | 2017-01-01 |
    """
    for setting, start, end, relapse, expected in rows(table):
        told = f" end={end}" if end else ""
        case = derived(f"therapy drug=tamoxifen setting={setting} start={start}{told}; recurrence.date {relapse}")
        months = therapy(case, "tamoxifen").get("months_to_relapse")
        if not expected:
            assert months is None, (setting, start, end, relapse)
            continue
        low, _, high = expected.partition("-")
        assert isinstance(months, Quantity)
        assert (round(months.low), round(months.high)) == (int(low), int(high or low)), (start, end, relapse)


def test_without_a_relapse_nothing_is_added() -> None:
    case = derived("therapy drug=tamoxifen setting=adjuvant start=2015-01-01 end=2020-01-01")
    assert therapy(case, "tamoxifen").get("months_to_relapse") is None
