"""``abreast criteria``: how eligibility text is read."""

from __future__ import annotations

from typing import Annotated

import typer

from abreast.cli.console import out

app = typer.Typer(help="See how eligibility criteria are read.", no_args_is_help=True)


@app.command()
def read(what: Annotated[str, typer.Argument(help="An NCT number, or a file with eligibility text.")]) -> None:
    """Show for each criterion what was read, word for word, and what was not, so that it can be checked."""
    from abreast.cli.load import eligibility_text
    from abreast.rules import rule_text
    from abreast.trials.eligibility import read_criteria

    text = eligibility_text(what)
    console = out()
    for number, criterion in enumerate(read_criteria(text), 1):
        cohort = f" [{criterion.cohort}]" if criterion.cohort else ""
        console.print(f"{number}. {criterion.section}{cohort} ({criterion.family})", style="bold", markup=False)
        console.print(f"   text:  {' '.join(criterion.text.split())}", markup=False)
        console.print(f"   rule:  {rule_text(criterion.rule)}", markup=False)
        for one in criterion.reads:
            words = " ".join(one.span.of(text).split())
            console.print(f"   read:  {words!r} by {one.by}", style="dim", markup=False)
        for span in criterion.residue:
            console.print(f"   not read: {' '.join(span.of(text).split())!r}", style="yellow", markup=False)
