"""Columns of a table by the time that their heads tell."""

from __future__ import annotations

import pytest

from abreast.intake.report.families.columns import Dated, dated_heads, under
from abreast.intake.report.statements import Report
from abreast.intake.report.tables import lines_of
from abreast.intake.report.text import ReportText

LESIONS = """TARGET LESIONS          BASELINE    NADIR     TODAY
 1  Liver seg 8           41 mm       28 mm     26 mm
Baseline scan: 05 MAR 2024      Scan: 08 JUL 2024
"""
BLOOD = """                     10/09/2024    20/08/2024    Units
Haemoglobin              118          112        g/L
Potassium              haemolysed     4.3        mmol/L
Sodium                                140        mmol/L
"""


def table(text: str) -> tuple[Report, Dated]:
    report = Report(ReportText(text))
    found = dated_heads(report, lines_of(report.words)[0])
    assert found is not None
    return report, found


def test_the_newest_column_is_of_now() -> None:
    _, found = table(BLOOD)
    assert [column.now for column in found.times.values()] == [True, False]
    assert str(found.times[found.now].date) == "2024-09-10"


def test_a_word_for_now_needs_no_date_and_a_baseline_has_its_date_elsewhere() -> None:
    report, found = table(LESIONS)
    assert found.now == 3
    assert str(found.times[1].date) == "2024-03-05"
    row = under(found, lines_of(report.words)[1])
    assert row is not None
    assert {number: cell.text for number, cell in row[1].items()} == {1: "41 mm", 2: "28 mm", 3: "26 mm"}


def test_a_cell_that_is_missing_leaves_the_others_in_their_columns() -> None:
    report, found = table(BLOOD)
    row = under(found, lines_of(report.words)[3])
    assert row is not None
    assert (row[0], {number: cell.text for number, cell in row[1].items()}) == ("Sodium", {1: "140", 2: "mmol/L"})


@pytest.mark.parametrize(
    "line",
    [
        "Patient: A. Example   born 08/1958      drawn: 12/03/2024      report: 12/11/2024",
        "Liver seg 8          41 mm      26 mm",
        "Scan 10/09/2024",
    ],
)
def test_a_line_that_is_no_head(line: str) -> None:
    report = Report(ReportText(line))
    assert dated_heads(report, lines_of(report.words)[0]) is None
