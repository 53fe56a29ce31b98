"""``abreast case``: case files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import complain, note, out

app = typer.Typer(help="Check, show and make case files.", no_args_is_help=True)

FORMAT = Annotated[str, typer.Option("--format", help="yaml or json.")]
PATIENT = Annotated[
    str,
    typer.Option("--patient", help="Which person, when a record holds several (the Patient id).", show_default=False),
]


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Case files to check.")]) -> None:
    """Check case files against the format and the vocabulary.

    Says for each file how many facts it holds and where its facts disagree. Ends with 2 when a file is not in order.
    """
    from abreast.case.doubts import doubts
    from abreast.cli.load import load_case, read_day
    from abreast.foundation.errors import AbreastError

    failed = False
    for file in files:
        try:
            loaded = load_case([file])
        except AbreastError as error:
            complain(str(error))
            failed = True
            continue
        out().print(f"{file}: in order, {len(loaded.case.facts)} facts", markup=False)
        for problem in loaded.reading.problems:
            note(f"  note: {problem}")
        for doubt in doubts(loaded.case, read_day("")):
            note(f"  hard to believe: {doubt}")
        for conflict in loaded.case.conflicts:
            note(f"  facts disagree about {conflict.attribute}: {', '.join(fact.id for fact in conflict.facts)}")
    if failed:
        raise typer.Exit(2)


@app.command()
def show(
    files: Annotated[list[Path], typer.Argument(help="A record or case file, or several about one person.")],
    patient: PATIENT = "",
) -> None:
    """Show every fact of a record with its date and where it comes from, and what was not used and why."""
    from abreast.cli.load import load_case
    from abreast.plan.words import say_fact

    loaded = load_case(files, patient=patient)
    console = out()
    for fact in loaded.case.facts:
        name = loaded.case.vocabulary.attribute(fact.attribute).name
        date = f" ({fact.date})" if fact.date else ""
        doubt = "" if fact.certainty == "certain" else f" [{fact.certainty}]"
        said = say_fact(fact, loaded.case.vocabulary)
        console.print(f"{name}: {said}{date}{doubt}  <- {fact.source}", markup=False)
    for one in loaded.reading.not_understood:
        note(f"not used: {one.place}: {one.what} ({one.why})")


@app.command()
def make(
    files: Annotated[list[Path], typer.Argument(help="Record files about one person.")],
    to: Annotated[Path, typer.Option("--to", help="The case file to write.")],
    format_: FORMAT = "yaml",
    patient: PATIENT = "",
) -> None:
    """Make a case file from record files, to look at, correct and keep."""
    from abreast.case.file import write_case
    from abreast.cli.load import load_case
    from abreast.foundation.packed import write_whole

    if format_ not in ("yaml", "json"):
        raise typer.BadParameter("expected yaml or json", param_hint="--format")
    loaded = load_case(files, patient=patient)
    write_whole(to, write_case(loaded.case, "yaml" if format_ == "yaml" else "json").encode())
    out().print(f"The case file: {to}", markup=False)
