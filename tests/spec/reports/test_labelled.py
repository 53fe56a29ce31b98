"""The labelled reports of tests/data/reports hold the limits that the reading is built to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from abreast.evaluation.reports import ReportsReport, evaluate_reports, reports_table
from abreast.foundation.errors import InputError

STRICT = ("er_", "pr_", "her2_", "stage", "t_category", "n_category", "m_category", "metastasis", "variant")


@pytest.fixture(scope="module")
def tuning() -> ReportsReport:
    return evaluate_reports(Path("tests/data/reports/tuning"))


def test_the_limits_hold(tuning: ReportsReport) -> None:
    together = tuning.of(*STRICT)
    assert together.precision >= 0.98, reports_table(tuning)
    assert together.recall >= 0.90, reports_table(tuning)
    assert not tuning.sprung


def test_little_that_is_so_is_only_asked(tuning: ReportsReport) -> None:
    """A reader that left everything to the person would spring no trap."""
    labelled_so, asked = tuning.unclear
    assert asked
    assert labelled_so <= 20


def folder(tmp_path: Path, text: str, labels: list[dict[str, object]], traps: list[dict[str, object]]) -> Path:
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps({"report": "a", **one}) + "\n" for one in labels))
    (tmp_path / "traps.jsonl").write_text("".join(json.dumps({"report": "a", **one}) + "\n" for one in traps))
    return tmp_path


def test_a_wrong_value_a_missed_one_and_a_trap_are_counted(tmp_path: Path) -> None:
    labels: list[dict[str, object]] = [
        {"attribute": "er_percent", "value": 40, "quote": "ER 90%", "quote_start": 0},
        {"attribute": "grade", "value": 3, "quote": "unread", "quote_start": 8},
    ]
    traps: list[dict[str, object]] = [
        {"must_not": {"attribute": "er_percent", "value": 90}, "quote": "ER 90%", "match": "value", "why": "test"}
    ]
    report = evaluate_reports(folder(tmp_path, "ER 90%. unread", labels, traps))
    assert report.of("er_percent").wrong == 1
    assert report.of("grade").recall == 0
    assert len(report.sprung) == 1
    assert "er_percent 90" in reports_table(report)


def test_what_is_only_asked_is_neither_found_nor_wrong_and_springs_no_trap(tmp_path: Path) -> None:
    labels: list[dict[str, object]] = [{"attribute": "her2_ihc", "value": "3+", "quote": "HER2 3+", "quote_start": 11}]
    traps: list[dict[str, object]] = [
        {"must_not": {"attribute": "grade", "value": 3}, "quote": "grade 3", "why": "test"}
    ]
    report = evaluate_reports(folder(tmp_path, "Checklist: HER2 3+, grade 3 carcinoma", labels, traps))
    assert not report.sprung
    assert (report.of("her2_ihc").recall, report.of("grade").wrong) == (0, 0)
    assert report.unclear == (1, 2)
    assert "not counted above: 2; labelled so: 1" in reports_table(report)


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"labels\.jsonl"):
        evaluate_reports(tmp_path)
