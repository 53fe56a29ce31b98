"""``abreast watch``: what is new for the saved cases since the last time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abreast.cli import sync as syncing
from abreast.cli.console import LANG, complain, counter, named_file, note, out
from abreast.foundation.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    from abreast.session.watching import Told
    from abreast.trials.registry.sync import Settings

CASES = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Case files, or folders of them.",
        show_default="the cases of the app",
        parser=named_file,
        metavar="[CASES]...",
    ),
]
SYNC = Annotated[bool, typer.Option("--sync", help="First bring the trials up to date (uses the network).")]
JSON = Annotated[bool, typer.Option("--json", help="Write JSON for other programs.")]
TODAY = Annotated[str, typer.Option("--today", help="As of another day (YYYY-MM-DD).", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("watch")(watch)


def watch(
    cases: CASES = None,
    sync: SYNC = False,
    json: JSON = False,
    today: TODAY = "",
    proxy: syncing.PROXY = "",
    url: syncing.URL = "",
    page_size: syncing.PAGE = 200,
    lang: LANG = "en",
) -> None:
    """Tell for each saved case which trials opened, closed, came nearer or changed what they ask since the last time.

    The first look at a case only keeps how the trials stand. Locked cases are left out and named. Nothing about a
    case leaves this computer.

    Ends with 0 when nothing is new, 1 when something is, 2 when a case could not be read, 3 when the trials could not
    be brought up to date (the cases are still looked at) or nothing could be kept.

    Example, for cron: abreast watch --sync --json
    """
    from abreast.cli.load import compiling, read_day, registry
    from abreast.foundation.errors import InputError, RegistryError
    from abreast.foundation.packed import data_folder
    from abreast.session import open_bench, watching

    day = read_day(today)
    files = tuple(
        file
        for named in cases or [data_folder() / "cases"]
        for file in (watching.cases_in(named) if named.is_dir() or not cases else (named,))
    )
    if cases and not files:
        raise InputError(_("there is no case file in %(places)s") % {"places": ", ".join(map(str, cases))})
    failed = False
    if sync:
        try:
            with syncing.stoppable():
                _sync(day, syncing.settings(url, proxy, page_size))
        except RegistryError as error:
            complain(str(error))
            failed = True
    told: list[Told] = []
    if files:
        bench = open_bench(note, compiling())
        with registry() as store:
            for file in files:
                try:
                    told.append(watching.watch(file, bench, store, day))
                except OSError as error:
                    why = _("%(file)s: how the trials stand could not be kept beside it (%(why)s)")
                    complain(why % {"file": file, "why": error.strerror})
                    failed = True
            _show(told, store.credit, str(store.as_of or ""), day, json)
    elif json:
        _show(told, "", "", day, json)
    else:
        out().print(_("There are no saved cases yet; 'abreast open' makes one, or name case files."), markup=False)
    if failed:
        raise typer.Exit(3)
    if any(one.status == "unreadable" for one in told):
        raise typer.Exit(2)
    raise typer.Exit(1 if any(one.news for one in told) else 0)


def _sync(day: dt.date, settings: Settings) -> None:
    from abreast.trials.syncing import say_outcome, silent, sync_registry, unseen

    shown = counter(every=1)
    outcome = sync_registry(day, settings=settings, tell=note, waiting=note if shown else silent,
                            progress=shown or unseen)  # fmt: skip
    for line in say_outcome(outcome):
        note(line)


def _show(told: list[Told], credit: str, as_of: str, day: dt.date, json: bool) -> None:
    import msgspec

    from abreast.session.watching import say_told

    if json:
        made = {"made": str(day), "registry": as_of, "credit": credit, "cases": told}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(made), indent=1).decode() + "\n")
        return
    for one in told:
        for line in say_told(one):
            out().print(line, markup=False)
    note(credit)
