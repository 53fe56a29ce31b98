"""``abreast evaluate``, ``abreast judge`` and ``abreast screen``: measuring, and many people at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import LANG, complain, counter, note, out
from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext

app = typer.Typer(help="Measure abreast against labelled cases.", no_args_is_help=True)

FOLDER = Annotated[Path, typer.Argument(help="A folder of labelled cases; docs/evaluation.md tells the formats.")]


def register(parent: typer.Typer) -> None:
    """Add the top-level commands of this module."""
    parent.command("judge")(judge)
    parent.command("screen")(screen)


@app.command()
def criteria(folder: FOLDER) -> None:
    """Measure criterion by criterion: cases.json, pairs.jsonl."""
    from abreast.evaluation import criteria_table, evaluate_criteria

    out().print(criteria_table(evaluate_criteria(folder)), markup=False)


@app.command()
def trec(folder: FOLDER) -> None:
    """Measure trial by trial: topics.xml, judgments.tsv, criteria_texts.jsonl.gz."""
    from abreast.evaluation import evaluate_trec, trec_table

    out().print(trec_table(evaluate_trec(folder)), markup=False)


@app.command()
def reports(folder: FOLDER) -> None:
    """Measure the reading of reports: *.txt, labels.jsonl, traps.jsonl."""
    from abreast.evaluation.reports import evaluate_reports, reports_table

    out().print(reports_table(evaluate_reports(folder)), markup=False, soft_wrap=True)


@app.command()
def vignettes(
    folder: FOLDER,
    matches: Annotated[bool, typer.Option("--matches", help="Print how each item was matched, too.")] = False,
) -> None:
    """Measure plan by plan: whole cases, and what a plan must and must not say (*.jsonl)."""
    from abreast.evaluation.vignettes import evaluate_vignettes, matches_text, vignettes_table

    report = evaluate_vignettes(folder)
    out().print(vignettes_table(report), markup=False, soft_wrap=True)
    if matches:
        out().print(f"\n{matches_text(report)}", markup=False, soft_wrap=True)


def judge(
    case: Annotated[Path, typer.Option("--case", help="A case file or record.")],
    criteria_file: Annotated[Path, typer.Option("--criteria", help="Criteria, one JSON object a line.")],
    to: Annotated[Path, typer.Option("--out", help="Where to write the answers, one JSON object a line.")],
    today: Annotated[str, typer.Option("--today", help="For another day (YYYY-MM-DD).", show_default=False)] = "",
    lang: LANG = "en",
) -> None:
    """Judge anyone's criteria for one case: fits, against, unknown or team, each with its reasons."""
    from abreast.cli.load import read_day
    from abreast.evaluation import judge_file

    report = judge_file(case, criteria_file, to, read_day(today))
    counted = ", ".join(f"{count} {label}" for label, count in report.counts.most_common())
    told = ngettext(
        "%(num)d criterion judged (%(counted)s): %(file)s",
        "%(num)d criteria judged (%(counted)s): %(file)s",
        report.total,
    )
    note(told % {"num": report.total, "counted": counted, "file": to})


def screen(
    patients: Annotated[Path, typer.Argument(help="A folder or NDJSON of records or case files, or Parquet of facts.")],
    to: Annotated[Path, typer.Option("--out", help="The Parquet file to write.")],
    today: Annotated[str, typer.Option("--today", help="For another day (YYYY-MM-DD).", show_default=False)] = "",
    lang: LANG = "en",
) -> None:
    """Match many people against the whole registry: one row for each person and trial. Can be stopped and resumed."""
    from abreast.cli.load import read_day
    from abreast.screening import Progress
    from abreast.screening import screen as screen_people

    show = counter(every=1)

    def tell(progress: Progress) -> None:
        if show:
            show(progress.done, progress.people, _("People screened"))

    report = screen_people(patients, to, read_day(today), progress=tell)
    for problem in report.problems:
        complain(f"{problem.person}: {problem.message}")
    told = _("%(screened)d of %(people)d people against %(studies)d studies")
    if report.kept:
        told = _("%(screened)d of %(people)d people against %(studies)d studies, %(kept)d of them in an earlier run")
    counts = {"screened": report.screened, "people": report.people, "studies": report.studies, "kept": report.kept}
    note(told % counts)
    out().print(_("The verdicts: %(file)s") % {"file": report.out}, markup=False)
    out().print(_("The criteria that they count: %(file)s") % {"file": report.criteria}, markup=False)
    if report.problems:
        raise typer.Exit(1)
