"""Measuring: how well criteria are read and answered, on sets that somebody else has labelled."""

from abreast.evaluation.criteria import CriteriaReport, PairResult, evaluate_criteria
from abreast.evaluation.judge import judge_file
from abreast.evaluation.tables import criteria_table, trec_table
from abreast.evaluation.trec import TrecReport, TrecResult, evaluate_trec

__all__ = [
    "CriteriaReport",
    "PairResult",
    "TrecReport",
    "TrecResult",
    "criteria_table",
    "evaluate_criteria",
    "evaluate_trec",
    "judge_file",
    "trec_table",
]
