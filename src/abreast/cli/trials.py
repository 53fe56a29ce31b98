"""``abreast trials``: the registry on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import LANG, named_file, note, out
from abreast.foundation.language import gettext as _
from abreast.foundation.language import mark, ngettext, say_iso

app = typer.Typer(help="Search the trial registry on this machine, and explain a match.", no_args_is_help=True)

SECTION = {"registry": mark("registry"), "inclusion": mark("inclusion"), "exclusion": mark("exclusion")}
"""What part of a study's record a criterion stands in."""


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help='Words to look for; "a phrase" in quotes; or an NCT number.')],
    most: Annotated[int, typer.Option("--most", help="How many to show.")] = 20,
    open_only: Annotated[bool, typer.Option("--open", help="Only trials that take people now.")] = False,
    lang: LANG = "en",
) -> None:
    """Search titles, conditions, treatments and criteria."""
    from abreast.cli.load import read_day, registry
    from abreast.trials.registry import recruitment

    console = out()
    with registry() as store:
        hits = store.search(" ".join(words), limit=most, open_on=read_day("") if open_only else None)
        for hit in hits:
            state = recruitment(hit.study, read_day("")).state.replace("_", " ")
            console.print(f"{hit.study.nct}  [{state}]  {hit.study.title}", markup=False)
        found = ngettext("%(num)d trial found.", "%(num)d trials found.", len(hits)) % {"num": len(hits)}
        note(f"{found} {store.credit}")


@app.command()
def show(nct: Annotated[str, typer.Argument(help="An NCT number.")], lang: LANG = "en") -> None:
    """Show one trial as registered."""
    from abreast.cli.load import read_day, study
    from abreast.trials.registry import recruitment

    found = study(nct)
    state = recruitment(found, read_day(""))
    console = out()
    console.print(f"{found.nct}: {found.title}", style="bold", markup=False)
    console.print(state.because, markup=False)
    for name, value in (
        (_("Sponsor"), found.sponsor),
        (_("Phase"), ", ".join(found.phases)),
        (_("Treatments"), ", ".join(one.name for one in found.interventions)),
        (_("Conditions"), ", ".join(found.conditions)),
        (_("Sites"), str(len(found.sites))),
        (_("Last update"), say_iso(str(found.last_update or ""))),
    ):
        if value:
            console.print(f"{name}: {value}", markup=False)
    for text in (found.summary, found.criteria):
        console.print(f"\n{text}", markup=False)


@app.command()
def explain(
    nct: Annotated[str, typer.Argument(help="An NCT number.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Record or case files.", show_default=False, parser=named_file, metavar="[FILES]..."),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Use the made-up sample person instead of files.")] = False,
    today: Annotated[str, typer.Option("--today", help="For another day (YYYY-MM-DD).", show_default=False)] = "",
    lang: LANG = "en",
) -> None:
    """Say criterion by criterion how a trial fits a person: fits, against, not known, or for the trial team."""
    from abreast.cli.load import explain_trial, load_case, read_day
    from abreast.outputs.html import LABEL

    trial, view = explain_trial(nct, load_case(files or [], sample=sample), read_day(today))
    console = out()
    console.print(f"{trial.nct}: {trial.title}", style="bold", markup=False)
    console.print(f"{trial.label}. {trial.recruitment_words}", markup=False)
    for one in trial.criteria:
        heading = f"[{_(LABEL[one.label])}] {_(SECTION[one.section])}"
        console.print(f"\n{heading}: {' '.join(one.text.split())}", markup=False)
        for fact in one.because.facts:
            console.print("    " + _("because: %(fact)s") % {"fact": view[fact]}, markup=False)
        for name in one.because.declared:
            console.print("    " + _("because the list is declared complete: %(list)s") % {"list": name}, markup=False)
        for point in one.open_points:
            if point.why not in ("team", "unread"):
                console.print("    " + _("not known: %(question)s") % {"question": point.question}, markup=False)
        if one.not_yet:
            console.print("    " + _("holds from %(day)s") % {"day": say_iso(str(one.not_yet))}, markup=False)
        for words in one.not_read:
            console.print("    " + _("not understood: “%(words)s”") % {"words": words}, markup=False)
