"""Reports as plain text, for a terminal or a file."""

from __future__ import annotations

import math

from abreast.evaluation.criteria import LABELS, CriteriaReport, PairResult
from abreast.evaluation.trec import TrecReport
from abreast.rules import rule_text


def criteria_table(report: CriteriaReport, listed: int | None = None) -> str:
    """Return the figures, the confusion, and the wrong answers with their texts (``listed`` of each kind at most)."""
    rows = [
        ("pairs", str(len(report.results))),
        ("decided (fits or against)", _percent(report.decided)),
        ("accuracy among decided", _percent(report.accuracy_decided)),
        ("decided or rightly unknown, team left out", _percent(report.decided_or_rightly_unknown)),
        ("labelled answer, team left out", _percent(report.right_medical)),
        ("labelled answer, all", _percent(report.right)),
        ("answered fits: labelled fits or team", _percent(report.precision_fits)),
        ("answered against: labelled against", _percent(report.precision_against)),
        ("labelled against: found", _percent(report.recall_against)),
        ("labelled team: found", _percent(report.team_found)),
        ("not labelled team: not answered team", _percent(report.medical_not_team)),
    ]
    parts = [_rows(rows), "label \\ answer" + "".join(f"{label:>10}" for label in LABELS)]
    parts += [
        f"{label:<14}" + "".join(f"{report.confusion[label, answer]:>10}" for answer in LABELS) for label in LABELS
    ]
    for title, results in (
        ("wrong fits", report.wrong_fits),
        ("wrong against", report.wrong_against),
        ("missed against", report.missed_against),
    ):
        parts.append(f"\n{title}: {len(results)}")
        parts += [pair_text(one) for one in results[:listed]]
    if report.problems:
        parts.append(f"\nnot understood in the cases: {len(report.problems)}")
        parts += [f"  {problem}" for problem in report.problems[:listed]]
    return "\n".join(parts)


def pair_text(result: PairResult) -> str:
    """Return one pair with what it was read as."""
    pair = result.pair
    text = " ".join(pair.criterion.split())
    head = f"  {pair.pair_id} {pair.case_id} {pair.nct} {pair.section}: {result.answer}, labelled {pair.label}"
    lines = [head, f"    “{text}”", f"    label because: {pair.because}"]
    for piece in result.pieces:
        reasons = ", ".join((*piece.because, *(f"{name} declared complete" for name in piece.declared)))
        lines.append(f"    {piece.label}: {rule_text(piece.criterion.rule)}" + (f" <- {reasons}" if reasons else ""))
    return "\n".join(lines)


def trec_table(report: TrecReport) -> str:
    """Return the figures over all topics and for each."""
    heads = ("topic", "eligible", "excluded", "AUC", "sensitivity", "specificity", "coverage")
    lines = ["".join(f"{head:>12}" for head in heads)]
    for topic in (None, *report.topics):
        part = report.of(topic)
        cells = (
            topic or "all",
            str(len(part.judged("eligible"))),
            str(len(part.judged("excluded"))),
            _number(part.auc),
            _percent(part.sensitivity),
            _percent(part.specificity),
            _percent(part.coverage),
        )
        lines.append("".join(f"{cell:>12}" for cell in cells))
    lines.append(f"AUC over all pairs, whatever their topic: {_number(report.auc_pooled)}")
    for judgment in ("eligible", "excluded", "not_relevant"):
        said = ", ".join(
            f"{standing} {report.counts[judgment, standing]}" for standing in ("nothing_against", "not_yet", "against")
        )
        lines.append(f"judged {judgment}: {said}")
    if report.without_text:
        lines.append(f"judged, but without a text: {len(report.without_text)}")
    return "\n".join(lines)


def _rows(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name:<46}{value:>8}" for name, value in rows) + "\n"


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{share * 100:.1f} %"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
