"""``abreast read``: what a report says, each fact beside the words it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import note, out

FILES = Annotated[list[Path], typer.Argument(help="Reports of one person: text (.txt), PDF, or a picture of a page.")]
TO = Annotated[
    Path | None,
    typer.Option("--to", help="Write a case file (YAML) to look at, correct and keep.", show_default=False),
]
ACCEPT = Annotated[
    bool, typer.Option("--accept-read", help="Yes, I have looked at what was read: take it as confirmed.")
]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("read")(read)


def read(files: FILES, to: TO = None, accept_read: ACCEPT = False) -> None:
    """Read reports, and show each fact beside its words, with page and line.

    Shows the parts that were not read, too. Nothing that was read counts before you say yes: look at it, then use
    --accept-read here or with 'abreast plan', or correct the case file that --to writes.

    Example: abreast read pathology.pdf scan.txt --to my-case.yaml
    """
    from abreast.case.file import write_case
    from abreast.cli.load import load_case
    from abreast.foundation.packed import write_whole
    from abreast.plan.words import say_fact

    loaded = load_case(files, accept_read=accept_read)
    console = out()
    for fact in loaded.case.facts:
        name = loaded.case.vocabulary.attribute(fact.attribute).name
        date = f" ({fact.date})" if fact.date else ""
        doubt = "" if fact.certainty == "certain" else f" [{fact.certainty}]"
        console.print(f"{name}: {say_fact(fact, loaded.case.vocabulary)}{date}{doubt}", markup=False)
        words = f"“{fact.source.quote}”  " if fact.source.quote else ""
        console.print(f"    {words}{fact.source}", markup=False, style="dim")
    console.print(f"\nNot read, or not taken as a fact: {len(loaded.reading.not_understood)}")
    for one in loaded.reading.not_understood:
        said = "" if one.what == "words" else f"  {one.what}"
        console.print(f"    {one.place}{said}  ({one.why})", markup=False, style="dim")
    for conflict in loaded.case.conflicts:
        note(f"the reports disagree about {conflict.attribute}: {', '.join(fact.id for fact in conflict.facts)}")
    for problem in loaded.reading.problems:
        note(f"note: {problem}")
    if to is not None:
        write_whole(to, write_case(loaded.case).encode())
        console.print(f"\nThe case file: {to}", markup=False)
