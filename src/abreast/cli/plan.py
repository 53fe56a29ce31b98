"""``abreast plan``: from files to a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import LANG, named_file, note, out
from abreast.cli.read import ACCEPT
from abreast.foundation.language import gettext as _

FILES = Annotated[
    list[Path] | None,
    typer.Argument(
        help="FHIR records (JSON, NDJSON), reports (text, PDF, picture), case files (YAML, JSON), or a folder of them.",
        show_default=False,
        parser=named_file,
        metavar="[FILES]...",
    ),
]
SAMPLE = Annotated[bool, typer.Option("--sample", help="Use the made-up sample person instead of files.")]
OUT = Annotated[Path, typer.Option("--out", help="The folder to write plan.html and plan.json to.")]
TODAY = Annotated[str, typer.Option("--today", help="Make the plan for another day (YYYY-MM-DD).", show_default=False)]
ZIP = Annotated[
    str, typer.Option("--zip", help="Your US ZIP code, for distances. It is not saved.", show_default=False)
]
LABEL = Annotated[str, typer.Option("--label", help="A name to show on the plan.", show_default=False)]
PATIENT = Annotated[
    str,
    typer.Option("--patient", help="Which person, when a record holds several (the Patient id).", show_default=False),
]
PDF = Annotated[
    Path | None,
    typer.Option(
        "--pdf",
        help="Also write the plan as a PDF to this file. For more papers: abreast documents.",
        show_default=False,
    ),
]
QUIET = Annotated[bool, typer.Option("--quiet", help="Write the files and print only where they are.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("plan")(plan)


def plan(
    files: FILES = None,
    sample: SAMPLE = False,
    out_folder: OUT = Path(),
    today: TODAY = "",
    zip_code: ZIP = "",
    label: LABEL = "",
    patient: PATIENT = "",
    quiet: QUIET = False,
    accept_read: ACCEPT = False,
    lang: LANG = "en",
    pdf: PDF = None,
) -> None:
    """Make a plan from a record.

    Reads the files, works out what they say, and writes plan.html (to read, keep and print) and plan.json (for other
    programs). Several files about the same person are put together; where they disagree, the plan says so.

    Example: abreast plan my-record.json --zip 60611 --out my-plan
    """
    from abreast.cli.load import load_case, plan_for, read_day, with_answers
    from abreast.foundation.packed import write_whole
    from abreast.outputs import plan_html, plan_json, print_plan

    loaded = with_answers(
        load_case(files or [], sample=sample, patient=patient, accept_read=accept_read), zip_code=zip_code, label=label
    )
    made = plan_for(loaded, read_day(today))
    out_folder.mkdir(parents=True, exist_ok=True)
    html, json = out_folder / "plan.html", out_folder / "plan.json"
    write_whole(html, plan_html(made).encode())
    write_whole(json, plan_json(made))
    if pdf:
        from abreast.outputs.documents import Press

        write_whole(pdf, Press(made, loaded.case).whole())
    console = out()
    if not quiet:
        print_plan(made, console)
        console.print()
    for problem in made.problems:
        note(_("note: %(problem)s") % {"problem": problem})
    console.print(_("The plan: %(file)s") % {"file": html}, soft_wrap=True, markup=False)
    console.print(_("For programs: %(file)s") % {"file": json}, soft_wrap=True, markup=False)
    if pdf:
        console.print(_("To print: %(file)s") % {"file": pdf}, soft_wrap=True, markup=False)
