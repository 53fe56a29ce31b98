"""Lines of therapy from dated drugs: the rules of ``case/timeline.py``, one table each.

A line is written ``drugs / setting / number``; with a question mark it is only a possible line of its own.
"""

# ruff: noqa: E501 - a table row is one line
from __future__ import annotations

import datetime as dt

import pytest

from abreast.case import Case
from abreast.vocabulary import Quantity
from tests.spec.disease.disease_tables import TODAY, derived, lines, said, therapy


def course(*items: str, complete: bool = True, more: str = "") -> Case:
    """Return what is derived from treatments written ``drug start [end] [key=value ...]``."""
    facts = []
    for item in items:
        drug, start, *rest = item.split()
        words = [word if "=" in word else f"end={word}" for word in rest]
        facts.append(" ".join(["therapy", f"drug={drug}", f"start={start}", *words]))
    return derived("; ".join([*facts, *(["complete therapy"] if complete else []), *([more] if more else [])]))


def shown(case: Case) -> list[str]:
    return [
        " / ".join(part for part in (drugs, setting, number) if part) + (" ?" if perhaps else "")
        for drugs, setting, number, perhaps in lines(case)
    ]


def test_drugs_that_start_together_are_one_line() -> None:
    assert shown(course("palbociclib 2020-01-05 setting=metastatic", "letrozole 2020-01-20 setting=metastatic")) == [
        "palbociclib+letrozole / metastatic / 1"
    ]
    assert shown(course("palbociclib 2020-01 setting=metastatic", "letrozole 2020-01 setting=metastatic")) == [
        "letrozole+palbociclib / metastatic / 1"
    ], "the same month is together"


def test_a_new_drug_later_is_a_new_line() -> None:
    assert shown(course("letrozole 2020-01-05 setting=metastatic", "capecitabine 2020-06-01 setting=metastatic")) == [
        "letrozole / metastatic / 1",
        "capecitabine / metastatic / 2",
    ]


def test_an_exchange_inside_a_class_may_be_a_line_of_its_own() -> None:
    assert shown(course("letrozole 2020-01-05 setting=metastatic", "exemestane 2020-06-01 setting=metastatic")) == [
        "letrozole+exemestane / metastatic / 1",
        "exemestane / metastatic ?",
    ]


def test_after_growth_of_the_cancer_a_new_line_begins() -> None:
    case = course(
        "letrozole 2020-01-05 2020-05-30 setting=metastatic outcome=progression",
        "exemestane 2020-06-01 setting=metastatic",
        "capecitabine 2020-06-20 setting=metastatic",
    )
    assert shown(case) == ["letrozole / metastatic / 1", "exemestane+capecitabine / metastatic / 2"]


def test_what_goes_on_is_part_of_the_next_line() -> None:
    case = course(
        "trastuzumab 2020-01-05 ongoing=yes setting=metastatic",
        "paclitaxel 2020-01-05 2020-05-01 setting=metastatic",
        "letrozole 2020-06-01 ongoing=yes setting=metastatic",
    )
    assert shown(case) == [
        "paclitaxel+trastuzumab / metastatic / 1",
        "trastuzumab+letrozole / metastatic / 2",
    ]


def test_maintenance_and_ovarian_suppression_begin_no_line() -> None:
    case = course(
        "goserelin 2019-11-01 setting=metastatic",
        "paclitaxel 2020-01-05 2020-05-01 setting=metastatic",
        "letrozole 2020-06-01 setting=maintenance",
    )
    assert shown(case) == ["goserelin+paclitaxel+letrozole / metastatic / 1"]


def test_treatment_of_one_setting_meant_to_cure_is_one_course() -> None:
    case = course(
        "doxorubicin 2015-01-01 setting=adjuvant",
        "paclitaxel 2015-04-01 setting=adjuvant",
        "tamoxifen 2015-08-01 setting=adjuvant",
        "palbociclib 2020-01-01 setting=metastatic",
    )
    assert shown(case) == ["doxorubicin+paclitaxel+tamoxifen / adjuvant / 1", "palbociclib / metastatic / 1"]


def test_supportive_medicines_are_no_line() -> None:
    assert shown(course("zoledronic_acid 2020-01-01", "denosumab 2021-01-01")) == []
    assert said(course("zoledronic_acid 2020-01-01"), "lines.metastatic") == "0"


def test_what_is_only_planned_is_no_line() -> None:
    assert shown(course("letrozole 2027-01-01")) == []


def test_a_line_number_on_record_wins() -> None:
    case = course(
        "letrozole 2020-01-05 setting=metastatic line=2",
        "exemestane 2020-06-01 setting=metastatic line=3",
        "capecitabine 2021-01-01 setting=metastatic",
        complete=False,
    )
    assert shown(case) == [
        "letrozole / metastatic / 2",
        "exemestane / metastatic / 3",
        "capecitabine / metastatic / 4",
    ]
    assert said(case, "lines.metastatic") == ">=4"


def test_without_the_word_that_the_list_is_complete_numbers_are_lower_limits() -> None:
    case = course("letrozole 2020-01-05 setting=metastatic", complete=False)
    assert shown(case) == ["letrozole / metastatic / >=1"]
    assert said(case, "lines.metastatic") == ">=1"
    assert not case.is_complete("line")
    assert said(course("letrozole 2020-01-05 setting=metastatic"), "lines.metastatic") == "1"


def test_undated_treatment_is_kept_out_and_may_be_a_line() -> None:
    case = derived(
        "therapy drug=letrozole start=2020 setting=metastatic; therapy drug=capecitabine setting=metastatic; complete therapy"
    )
    assert shown(case) == ["letrozole / metastatic / 1 to 2", "capecitabine / metastatic ?"]
    assert said(case, "lines.metastatic") == "1 to 2"
    possible = case.items("line")[1]
    assert "no start date" in possible.note


def test_a_setting_is_worked_out_only_where_dates_or_the_drug_make_it_plain() -> None:
    table = {
        # After the spread was found; before it, nothing is said.
        "metastatic.date 2020-03-01; therapy drug=letrozole start=2020-04-01": "metastatic",
        "metastasis site=bone date=2020-03-01; therapy drug=letrozole start=2020-04-01": "metastatic",
        "metastatic.date 2020-03-01; therapy drug=letrozole start=2015-04-01": "",
        "metastatic.date 2020-03; therapy drug=letrozole start=2020-03": "",
        # All treatment of a cancer that had spread from the start.
        "onset de_novo; therapy drug=letrozole start=2015-04-01": "metastatic",
        # A drug without another approved use, in advanced disease.
        "stage.stated IV; therapy drug=letrozole": "",
        "stage.stated IV; therapy drug=fulvestrant; therapy drug=letrozole": "",
        # Around a dated breast operation, before the spread.
        "onset recurrent; metastatic.date 2020; surgery procedure=lumpectomy date=2015-01; therapy drug=letrozole start=2015-06": "adjuvant",
        "onset recurrent; metastatic.date 2020; surgery procedure=lumpectomy date=2015-06; therapy drug=letrozole start=2015-01": "neoadjuvant",
        "stage.stated III; surgery procedure=mastectomy date=2025-01; therapy drug=letrozole start=2025-06": "adjuvant",
        "stage.stated IV; surgery procedure=lumpectomy date=2015-01; therapy drug=letrozole start=2015-06": "",
        # What is stated stays.
        "stage.stated IV; therapy drug=letrozole setting=adjuvant": "adjuvant",
    }
    for facts, setting in table.items():
        item = therapy(derived(facts), "letrozole")
        assert str(item.get("setting") or "") == setting, facts
    bones = derived("metastatic.date 2020-03-01; therapy drug=zoledronic_acid start=2020-04-01")
    assert therapy(bones, "zoledronic_acid").get("setting") is None, "not treatment of the cancer"
    item = therapy(derived("stage.stated IV; therapy drug=fulvestrant"), "fulvestrant")
    assert item.get("setting") == "metastatic"
    assert item.refines == "therapy:1"
    assert item.source.facts[0] == "therapy:1"
    assert "FDA" in item.source.citations[0]


def test_the_original_treatment_stays_in_the_case() -> None:
    case = derived("stage.stated IV; therapy drug=fulvestrant; complete therapy")
    assert case.fact("therapy:1").get("setting") is None
    assert [item.id for item in case.items("therapy")] == ["therapy:1:setting"]


def test_no_treatment_at_all() -> None:
    case = derived("stage.stated IV; no therapy")
    assert said(case, "first_line") == "yes"
    assert said(derived("stage.stated IV; complete therapy"), "first_line") == "yes"
    assert said(derived("stage.stated IV; complete therapy"), "lines.metastatic") == "0"
    assert said(derived("stage.stated IV"), "first_line") == ""
    assert said(derived("stage.stated IV; therapy drug=fulvestrant start=2020"), "first_line") == "no"
    assert said(derived("stage.stated IV; no therapy setting=metastatic"), "first_line") == "yes"


def test_lines_that_the_record_lists_stay_alone() -> None:
    case = derived(
        "line drug=letrozole setting=metastatic number=1; therapy drug=capecitabine start=2020 setting=metastatic"
    )
    assert shown(case) == ["letrozole / metastatic / 1"]


def test_the_sample_record() -> None:
    """Stage IV, bone; eleven drugs of which only the starts are known. What a careful reader would make of it:

    three aromatase inhibitors, month by month: exchanges, or lines, before or after the spread - nobody can say; then
    fulvestrant and palbociclib, which are for advanced disease, and four changes of drug after that. Five lines at least.
    """
    case = course(
        "exemestane 2019-06-01 ongoing=no",
        "zoledronic_acid 2019-06-01 ongoing=no",
        "anastrozole 2019-07-01 ongoing=no",
        "letrozole 2019-08-01 ongoing=no",
        "palbociclib 2019-09-01 ongoing=no",
        "fulvestrant 2019-09-01 ongoing=no",
        "capecitabine 2019-10-01 ongoing=no",
        "tamoxifen 2019-12-01 ongoing=no",
        "abemaciclib 2019-12-01 ongoing=no",
        "gemcitabine 2020-01-01 ongoing=no",
        "alpelisib 2020-02-01 ongoing=yes",
        complete=False,
        more="stage.stated IV; metastasis site=bone; er.status positive; pr.status positive; her2.status negative",
    )
    assert shown(case) == [
        "exemestane+anastrozole+letrozole",
        "fulvestrant+palbociclib / metastatic / >=1",
        "capecitabine / metastatic / >=2",
        "abemaciclib+tamoxifen / metastatic / >=3",
        "gemcitabine / metastatic / >=4",
        "alpelisib / metastatic / >=5",
        "anastrozole ?",
        "letrozole ?",
    ]
    assert said(case, "lines.metastatic") == ">=5"
    assert said(case, "first_line") == "no"
    assert said(case, "endocrine_resistance") == "", "why drugs were stopped is not on record"
    assert said(case, "bone_only") == "", "the list of places is not declared complete"
    assert said(case, "onset") == ""
    assert all("Only the dates" in line.note for line in case.items("line")[1:6])


@pytest.mark.parametrize(
    ("line", "today", "low", "high"),
    [
        ("letrozole 2020-01-01 2020-07-01", TODAY, 5.9, 6.0),
        ("letrozole 2020-01 2020-07", TODAY, 5.0, 7.0),
        ("letrozole 2020-01-01 ongoing=yes", dt.date(2020, 7, 1), 5.9, 6.0),
        ("letrozole 2020-01-01", dt.date(2020, 7, 1), 0.0, 6.0),
    ],
)
def test_months_on_a_treatment(line: str, today: dt.date, low: float, high: float) -> None:
    from abreast.case.implied import implied

    case = course(line)
    months = implied(case, therapy(case, "letrozole"), "months_on", today)
    assert isinstance(months, Quantity)
    assert low - 0.1 <= months.low <= months.high <= high + 0.1


def test_the_last_treatment_of_a_setting() -> None:
    from abreast.case.implied import implied

    case = course("doxorubicin 2015-01-01 setting=adjuvant", "tamoxifen 2015-08-01 setting=adjuvant")
    assert implied(case, therapy(case, "doxorubicin"), "last_in_setting", TODAY) is False
    assert implied(case, therapy(case, "tamoxifen"), "last_in_setting", TODAY) is True
    open_ = course("doxorubicin 2015-01-01 setting=adjuvant", complete=False)
    assert implied(open_, therapy(open_, "doxorubicin"), "last_in_setting", TODAY) is None
