"""``abreast documents``: everything to print, to hand over and to put into a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abreast.cli.console import LANG, note, out
from abreast.cli.plan import FILES, LABEL, PATIENT, SAMPLE, TODAY, ZIP
from abreast.cli.read import ACCEPT
from abreast.foundation.language import gettext

if TYPE_CHECKING:
    from abreast.outputs.documents.shelf import Kind
    from abreast.outputs.documents.typeset import Paper

OUT = Annotated[Path, typer.Option("--out", help="The folder to write to; files of the same names are replaced.")]
ONLY = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        help="Only this one (may be given several times): summary, questions, plan, clinician, letter, packet, "
        "calendar, case-fhir, plan-fhir.",
        show_default=False,
    ),
]
PAPER = Annotated[str, typer.Option("--paper", help="us-letter or a4.")]
QUESTION = Annotated[
    list[str] | None,
    typer.Option(
        "--question",
        help="A question for the sheet, in your words or by its id; give several in your order. Without it, all.",
        show_default=False,
    ),
]
LETTER = Annotated[
    Path | None,
    typer.Option(
        "--letter", help="Your edited cover-letter.txt, for the packet. Without it, a proposal.", show_default=False
    ),
]
ATTACH = Annotated[
    list[Path] | None,
    typer.Option(
        "--attach", help="A PDF file of yours to put behind the packet; give several in your order.", show_default=False
    ),
]
DISCREET = Annotated[
    bool,
    typer.Option(
        "--discreet/--tell",
        help="Calendar entries that tell nothing, or that say what they are about. Who else sees your calendar?",
    ),
]
VISIT = Annotated[
    list[str] | None,
    typer.Option(
        "--visit",
        help="An appointment for the calendar: '2026-12-03 14:30 Dr. Lee'. May be repeated.",
        show_default=False,
    ),
]
ZONE = Annotated[
    str,
    typer.Option(
        "--zone", help="The time zone of visits, such as America/Chicago.", show_default="that of this machine"
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("documents")(documents)


def documents(
    files: FILES = None,
    out_folder: OUT = Path(),
    sample: SAMPLE = False,
    only: ONLY = None,
    lang: LANG = "en",
    paper: PAPER = "us-letter",
    question: QUESTION = None,
    letter: LETTER = None,
    attach: ATTACH = None,
    discreet: DISCREET = True,
    visit: VISIT = None,
    zone: ZONE = "",
    today: TODAY = "",
    zip_code: ZIP = "",
    label: LABEL = "",
    patient: PATIENT = "",
    accept_read: ACCEPT = False,
) -> None:
    """Write the documents of a plan: PDF to print, a packet for a second opinion, a calendar, FHIR for other programs.

    The names of the files say nothing about you. Ends with 1 when a PDF of yours had to be left out of the packet; the
    rest is made.

    Example: abreast documents my-record.json --out my-papers --only summary --only packet --attach biopsy.pdf
    """
    from abreast.cli.load import load_case, plan_for, read_day, with_answers
    from abreast.foundation.packed import writing_whole
    from abreast.outputs.calendar import read_visit
    from abreast.outputs.documents.packet import Attachment
    from abreast.outputs.documents.papers import Press
    from abreast.outputs.documents.shelf import Wishes

    wanted, size = _kinds(only or []), _paper(paper)
    wishes = Wishes(
        questions=tuple(question) if question else None,
        discreet=discreet,
        visits=tuple(read_visit(one, zone) for one in visit or []),
        letter=_text(letter) if letter else "",
        attachments=tuple(Attachment(one.name, one) for one in attach or []),
        person=label,
    )
    _exist(attach or [])
    loaded = with_answers(
        load_case(files or [], sample=sample, patient=patient, accept_read=accept_read),
        zip_code=zip_code,
        label=label,
    )
    press = Press(plan_for(loaded, read_day(today)), loaded.case, size)
    for problem in press.plan.problems:
        note(gettext("note: %(problem)s") % {"problem": problem})
    left_out = False
    for kind in wanted:
        with writing_whole(out_folder / kind.file) as stream:
            told = kind.write(press, wishes, stream)
        out().print(f"{gettext(kind.title)}: {out_folder / kind.file}", soft_wrap=True, markup=False)
        for sentence in told:
            note(sentence)
            left_out = True
    if left_out:
        raise typer.Exit(1)


def _kinds(names: list[str]) -> tuple[Kind, ...]:
    from abreast.foundation.errors import InputError, Place
    from abreast.outputs.documents.shelf import KINDS, kinds

    try:
        return kinds(names)
    except KeyError as error:
        known = ", ".join(one.id for one in KINDS)
        raise InputError(_one_of(known, error.args[0]), Place("--only")) from None


def _paper(name: str) -> Paper:
    from abreast.foundation.errors import InputError, Place
    from abreast.outputs.documents.typeset import PAPERS

    for paper in PAPERS:
        if paper == name.lower():
            return paper
    raise InputError(_one_of(", ".join(PAPERS), name), Place("--paper"))


def _one_of(known: str, found: str) -> str:
    return gettext("expected one of %(known)s; found %(found)s") % {"known": known, "found": repr(found)}


def _text(file: Path) -> str:
    from abreast.foundation.errors import InputError, Place

    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(gettext("there is no such file"), Place(str(file))) from None
    except UnicodeDecodeError as error:
        raise InputError(
            gettext("expected UTF-8 text; byte %(number)d is not") % {"number": error.start}, Place(str(file))
        ) from None


def _exist(files: list[Path]) -> None:
    """Refuse a misspelled name before anything is made; what is in a file is told when it is opened."""
    from abreast.foundation.errors import InputError, Place

    for file in files:
        if not file.is_file():
            raise InputError(gettext("there is no such file"), Place(str(file)))
