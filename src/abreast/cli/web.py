"""``abreast open``: the app in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abreast.cli.console import LANG, note, out
from abreast.foundation.language import gettext as _

FILES = Annotated[
    list[Path] | None,
    typer.Argument(help="Records or case files about one person, to begin a new case with.", show_default=False),
]
PORT = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to use; 0 means any that is free.")]
BROWSER = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser, or only show the address.")]
CASES = Annotated[
    Path | None,
    typer.Option("--cases", help="The folder where cases are kept.", show_default="cases, in your data folder"),
]


TODAY = Annotated[str, typer.Option("--today", help="Make plans for another day (YYYY-MM-DD).", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("open")(open_app)


def open_app(
    files: FILES = None,
    port: PORT = 0,
    browser: BROWSER = True,
    cases: CASES = None,
    today: TODAY = "",
    lang: LANG = "",
) -> None:
    """Open the app in your browser: answer questions, bring a record, read your plan.

    It runs on this computer and can be reached from this computer only. Stop it with Ctrl+C; your answers are saved
    as you give them. Without --lang it speaks the language that your browser prefers; it can be changed on every page.
    """
    import webbrowser

    from abreast.cli.load import compiling, read_day
    from abreast.foundation.errors import InputError
    from abreast.foundation.packed import data_folder
    from abreast.session import load_case, open_bench
    from abreast.session.vault import Locked
    from abreast.web.app import Address, serve
    from abreast.web.desk import Desk
    from abreast.web.store import Store

    read_day(today)
    desk = Desk(Store(cases or data_folder() / "cases"), lambda: open_bench(note, compiling()), lambda: read_day(today))
    desk.language = lang
    if files:
        try:
            desk.add(load_case(files))
        except Locked as error:
            put = _("Put it into %(folder)s, and open it from the list.") % {"folder": desk.store.folder}
            raise InputError(f"{error} {put}") from None

    def ready(address: Address) -> None:
        out().print(_("abreast is at %(address)s") % {"address": address.shown}, soft_wrap=True, markup=False)
        note(_("Your cases are in %(folder)s. Stop with Ctrl+C.") % {"folder": desk.store.folder})
        if browser and not webbrowser.open(address.once):
            note(_("No browser could be opened: copy the address above into one."))

    serve(desk, port, ready)
