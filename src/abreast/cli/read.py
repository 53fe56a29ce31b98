"""``abreast read``: what a report says, each fact beside the words it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import LANG, named_file, note, out
from abreast.foundation.language import gettext as _

FILES = Annotated[
    list[Path],
    typer.Argument(
        help="Reports of one person: text (.txt), PDF, or a picture of a page.", parser=named_file, metavar="FILES..."
    ),
]
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


def read(files: FILES, to: TO = None, accept_read: ACCEPT = False, lang: LANG = "en") -> None:
    """Read reports, and show each fact beside its words, with page and line.

    Shows the parts that were not read, too. Nothing that was read counts before you say yes: look at it, then use
    --accept-read here or with 'abreast plan', or correct the case file that --to writes.

    Example: abreast read pathology.pdf scan.txt --to my-case.yaml
    """
    from abreast.case.file import write_case
    from abreast.cli.load import fact_line, load_case
    from abreast.foundation.packed import write_whole
    from abreast.plan.words import say_source
    from abreast.vocabulary.spoken import speaking

    loaded = load_case(files, accept_read=accept_read)
    console, vocabulary = out(), speaking(loaded.case.vocabulary)
    for fact in loaded.case.facts:
        console.print(fact_line(fact, vocabulary), markup=False)
        words = f"“{fact.source.quote}”  " if fact.source.quote else ""
        console.print(f"    {words}{say_source(fact.source)}", markup=False, style="dim")
    if loaded.mentioned:
        console.print("\n" + _("Mentioned; is it so of this person? No part of the case:"))
        for fact in loaded.mentioned:
            console.print(f"    {fact_line(fact, vocabulary)}", markup=False)
            console.print(f"        “{fact.source.quote}”  {say_source(fact.source)}", markup=False, style="dim")
    told = _("Not read, or not taken as a fact: %(count)d")
    console.print("\n" + told % {"count": len(loaded.reading.not_understood)})
    for one in loaded.reading.not_understood:
        said = "" if one.what == "words" else f"  {one.what}"
        console.print(f"    {one.place}{said}  ({one.why})", markup=False, style="dim")
    for conflict in loaded.case.conflicts:
        facts = ", ".join(fact.id for fact in conflict.facts)
        about = vocabulary.attribute(conflict.attribute).name
        note(_("the reports disagree about %(what)s: %(facts)s") % {"what": about, "facts": facts})
    for problem in loaded.reading.problems:
        note(_("note: %(problem)s") % {"problem": problem})
    if to is not None:
        write_whole(to, write_case(loaded.case).encode())
        console.print("\n" + _("The case file: %(file)s") % {"file": to}, markup=False)
