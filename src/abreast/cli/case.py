"""``abreast case``: case files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import LANG, complain, named_file, note, out
from abreast.foundation.language import gettext as _

app = typer.Typer(help="Check, show, make, lock and unlock case files.", no_args_is_help=True)

FORMAT = Annotated[str, typer.Option("--format", help="yaml or json.")]
PATIENT = Annotated[
    str,
    typer.Option("--patient", help="Which person, when a record holds several (the Patient id).", show_default=False),
]


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Case files to check.", parser=named_file, metavar="FILES...")],
    lang: LANG = "en",
) -> None:
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
        told = _("%(file)s: in order. Facts: %(count)d") % {"file": file, "count": len(loaded.case.facts)}
        out().print(told, markup=False)
        for problem in loaded.reading.problems:
            note(_("  note: %(problem)s") % {"problem": problem})
        for doubt in doubts(loaded.case, read_day("")):
            note(_("  hard to believe: %(what)s") % {"what": doubt})
        for conflict in loaded.case.conflicts:
            facts = ", ".join(fact.id for fact in conflict.facts)
            note(_("  facts disagree about %(what)s: %(facts)s") % {"what": conflict.attribute, "facts": facts})
    if failed:
        raise typer.Exit(2)


@app.command()
def show(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="A record or case file, or several about one person.", parser=named_file, metavar="FILES..."
        ),
    ],
    patient: PATIENT = "",
    lang: LANG = "en",
) -> None:
    """Show every fact of a record with its date and where it comes from, and what was not used and why."""
    from abreast.cli.load import fact_line, load_case
    from abreast.plan.words import say_source
    from abreast.vocabulary.spoken import speaking

    loaded = load_case(files, patient=patient)
    vocabulary = speaking(loaded.case.vocabulary)
    console = out()
    for fact in loaded.case.facts:
        console.print(f"{fact_line(fact, vocabulary)}  <- {say_source(fact.source)}", markup=False)
    for one in loaded.reading.not_understood:
        told = _("not used: %(place)s: %(what)s (%(why)s)")
        note(told % {"place": one.place, "what": one.what, "why": one.why})


@app.command()
def make(
    files: Annotated[
        list[Path], typer.Argument(help="Record files about one person.", parser=named_file, metavar="FILES...")
    ],
    to: Annotated[Path, typer.Option("--to", help="The case file to write.")],
    format_: FORMAT = "yaml",
    patient: PATIENT = "",
    lang: LANG = "en",
) -> None:
    """Make a case file from record files, to look at, correct and keep."""
    from abreast.case.file import write_case
    from abreast.cli.load import load_case
    from abreast.foundation.packed import write_whole

    if format_ not in ("yaml", "json"):
        raise typer.BadParameter("expected yaml or json", param_hint="--format")
    loaded = load_case(files, patient=patient)
    write_whole(to, write_case(loaded.case, "yaml" if format_ == "yaml" else "json").encode())
    out().print(_("The case file: %(file)s") % {"file": to}, markup=False)


FILE = Annotated[Path, typer.Argument(help="The case file.", parser=named_file, metavar="FILE")]
LABEL = Annotated[
    str,
    typer.Option("--label", help="A name to show while it is locked; anyone can read it.", show_default=False),
]
NEW = Annotated[
    Path | None,
    typer.Option("--new-passphrase-file", help="Take the new passphrase from this file.", show_default=False),
]


@app.command()
def encrypt(file: FILE, label: LABEL = "", lang: LANG = "en") -> None:
    """Lock a case file with a passphrase: the file and what lies beside it become one encrypted file of the same name.

    If you forget the passphrase, nobody can open the case again. Copies that you made stay as they are.

    Example: abreast case encrypt case.yaml --label "A friend"
    """
    from abreast.case.file import read_case
    from abreast.cli.passphrase import new_passphrase
    from abreast.foundation.errors import InputError, Place
    from abreast.session.keeping import content_of, lock_case, read_kept
    from abreast.session.vault import is_locked, new_key
    from abreast.vocabulary import load_vocabulary

    if is_locked(content_of(file)):
        raise InputError(
            _("this case is locked already; 'abreast case passphrase' changes its passphrase"), Place(str(file))
        )
    read_case(read_kept(file).text, str(file), load_vocabulary())
    lock_case(file, new_key(new_passphrase()), label)
    out().print(_("Locked: %(file)s") % {"file": file}, markup=False)
    note(_("Nobody can open it without the passphrase. Copies and backups of it that you made before are not locked."))


@app.command()
def decrypt(file: FILE, lang: LANG = "en") -> None:
    """Take the lock off a case file: it, its notes and kept plans lie there in clear again."""
    from abreast.cli.passphrase import passphrase
    from abreast.session.keeping import content_of, key_of, unlock_case
    from abreast.session.vault import is_locked, label_of

    content = content_of(file)
    label = label_of(content, str(file)) if is_locked(content) else ""
    unlock_case(file, key_of(file, passphrase(label or file.name) if is_locked(content) else ""))
    out().print(_("Not locked any more: %(file)s") % {"file": file}, markup=False)


@app.command()
def passphrase(file: FILE, new_file: NEW = None, label: LABEL = "", lang: LANG = "en") -> None:
    """Change the passphrase of a locked case file, and with --label the name it shows. The key is made anew."""
    from abreast.cli import passphrase as asking
    from abreast.session.keeping import content_of, key_of, relock_case
    from abreast.session.vault import label_of, new_key

    shown = label_of(content_of(file), str(file))
    key = key_of(file, asking.passphrase(shown or file.name))
    relock_case(file, key, new_key(asking.new_passphrase(new_file, instead=True)), label or shown)
    out().print(_("The passphrase is changed: %(file)s") % {"file": file}, markup=False)
