"""Criteria of trials outside of the labelled set, with answers written down by reading, before the reader was run.

``unseen/*.jsonl`` have the format of ``evaluation/criteria/pairs.jsonl``. They are asked of the cases of the labelled
set and of six more invented ones (``unseen/cases.json``). What came of the first look at each part is told in
``evaluation/README.md``; here they keep what was reached since.

``unseen/aside`` holds a batch that no rule was mended for; no test reads it.
"""

from pathlib import Path

import pytest

from abreast.evaluation import CriteriaReport
from abreast.evaluation.criteria import Pair, PairResult, read_cases
from abreast.evaluation.lines import judge_text, read_lines

LABELLED = Path(__file__).parents[2] / "evaluation" / "criteria"
UNSEEN = Path(__file__).parent / "unseen"

FLOORS = {
    # file: labelled answer, obstacles found
    "pairs.jsonl": (0.86, 0.84),
    "batch_1.jsonl": (0.88, 0.86),
    "batch_2.jsonl": (0.90, 0.96),
    "batch_3.jsonl": (0.84, 0.87),
    "batch_4.jsonl": (0.68, 0.76),  # observational studies and other cancers too
}


@pytest.fixture(scope="module")
def reports() -> dict[str, CriteriaReport]:
    contexts = read_cases(LABELLED / "cases.json")[0] | read_cases(UNSEEN / "cases.json")[0]
    made = {}
    for file in FLOORS:
        results = []
        for pair in read_lines(UNSEEN / file, Pair):
            judged = judge_text(pair.criterion, pair.section, contexts[pair.case_id])
            results.append(PairResult(pair, judged.label, judged.pieces))
        made[file] = CriteriaReport(tuple(results))
    return made


def test_none_of_them_is_in_the_labelled_set(reports: dict[str, CriteriaReport]) -> None:
    labelled = {pair.nct for pair in read_lines(LABELLED / "pairs.jsonl", Pair)}
    assert not {one.pair.nct for report in reports.values() for one in report.results} & labelled


@pytest.mark.parametrize("file", FLOORS)
def test_what_is_decided_is_right(reports: dict[str, CriteriaReport], file: str) -> None:
    report = reports[file]
    assert [(one.pair.pair_id, one.pair.criterion) for one in (*report.wrong_fits, *report.wrong_against)] == []


@pytest.mark.parametrize("file", FLOORS)
def test_enough_is_decided(reports: dict[str, CriteriaReport], file: str) -> None:
    right, found = FLOORS[file]
    assert reports[file].right >= right
    assert reports[file].recall_against >= found
