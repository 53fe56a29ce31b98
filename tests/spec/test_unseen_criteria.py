"""Criteria of trials that are not in the labelled set, with answers written down by reading, before the reader was run.

``unseen/pairs.jsonl`` has the format of ``evaluation/criteria/pairs.jsonl`` and is asked of the same invented cases.
What came of the first look at each part is told in ``evaluation/README.md``; here they keep what was reached since.
"""

from pathlib import Path

import pytest

from abreast.evaluation import CriteriaReport
from abreast.evaluation.criteria import Pair, PairResult, read_cases
from abreast.evaluation.lines import judge_text, read_lines

CASES = Path(__file__).parents[2] / "evaluation" / "criteria" / "cases.json"
PAIRS = Path(__file__).parent / "unseen" / "pairs.jsonl"


@pytest.fixture(scope="module")
def report() -> CriteriaReport:
    contexts, _ = read_cases(CASES)
    results = []
    for pair in read_lines(PAIRS, Pair):
        judged = judge_text(pair.criterion, pair.section, contexts[pair.case_id])
        results.append(PairResult(pair, judged.label, judged.pieces))
    return CriteriaReport(tuple(results))


def test_none_of_them_is_in_the_labelled_set(report: CriteriaReport) -> None:
    labelled = {pair.nct for pair in read_lines(CASES.with_name("pairs.jsonl"), Pair)}
    assert not {one.pair.nct for one in report.results} & labelled


def test_what_is_decided_is_right(report: CriteriaReport) -> None:
    wrong = [(one.pair.pair_id, one.pair.criterion) for one in (*report.wrong_fits, *report.wrong_against)]
    assert not wrong


def test_enough_is_decided(report: CriteriaReport) -> None:
    assert report.right >= 0.83
    assert report.recall_against >= 0.77
