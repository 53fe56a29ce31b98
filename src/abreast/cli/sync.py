"""``abreast sync``: bring the trials on this computer up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abreast.cli.console import LANG, counter, note, out
from abreast.foundation.errors import InputError, Place, Stopped
from abreast.foundation.language import gettext as _

if TYPE_CHECKING:
    from abreast.trials.registry.sync import Settings

FROM = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        help="Read files downloaded at ClinicalTrials.gov (JSON, CSV, zip) or a folder of them; nothing is sent.",
        show_default=False,
    ),
]
FULL = Annotated[bool, typer.Option("--full", help="Read every open trial again, not only what changed.")]
CHECK = Annotated[bool, typer.Option("--check", help="Only check the file with the trials; mend it if need be.")]
PROXY = Annotated[
    str,
    typer.Option("--proxy", help="Address of a proxy; without it, HTTPS_PROXY and NO_PROXY count.", show_default=False),
]
URL = Annotated[
    str,
    typer.Option(
        "--url",
        envvar="ABREAST_REGISTRY_URL",
        help="Another address of the registry's API: a mirror.",
        show_default="that of ClinicalTrials.gov",
    ),
]
PAGE = Annotated[int, typer.Option("--page-size", min=1, max=1000, help="Trials in one answer; fewer for slow lines.")]
TODAY = Annotated[str, typer.Option("--today", hidden=True, show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("sync")(sync)


def sync(
    files: FROM = None,
    full: FULL = False,
    check: CHECK = False,
    proxy: PROXY = "",
    url: URL = "",
    page_size: PAGE = 200,
    today: TODAY = "",
    lang: LANG = "en",
) -> None:
    """Bring the trials on this computer up to date from ClinicalTrials.gov.

    Asks for trials about breast cancer and solid tumors that take people. What is asked is the same for everybody and
    says nothing about you. It can be stopped with Ctrl+C at any moment and goes on from there the next time; until it
    is done, the trials stay as they were.

    Ends with 0 when all is well, 1 when the registry's counts do not agree or --check found damage, 2 when a file
    cannot be read, 3 when the registry cannot be reached or the folder not written, 130 when stopped.

    Example: abreast sync --from ctg-studies.json
    """
    from abreast.trials import syncing

    day = _day(today)
    if check:
        found = syncing.check_registry(note)
        for one in found:
            out().print(one, markup=False)
        if not found:
            out().print(_("The trials on this computer are in order."), markup=False)
        _say_source(syncing.registry_words())
        raise typer.Exit(1 if found else 0)
    shown = counter(every=1)
    progress = shown or syncing.unseen
    with stoppable():
        if files:
            taken = syncing.sync_from_files(files, day, tell=note, progress=progress)
            said, odd = syncing.say_files(taken), bool(taken.problems)
        else:
            outcome = syncing.sync_registry(
                day,
                settings=settings(url, proxy, page_size),
                full=full,
                tell=note,
                waiting=note if shown else syncing.silent,
                progress=progress,
            )
            said, odd = syncing.say_outcome(outcome), not outcome.verified
    for line in said:
        out().print(line, markup=False)
    _say_source(syncing.registry_words())
    if odd:
        raise typer.Exit(1)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl+C end the command with a word: typer would end it without one."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(_("stopped; what was fetched is kept")) from None


def settings(url: str, proxy: str, page_size: int) -> Settings:
    """Return how the registry is asked."""
    from abreast.trials.registry.sync import REGISTRY, Settings

    return Settings(url=url or REGISTRY, proxy=proxy, page_size=page_size)


def _day(text: str) -> dt.date:
    """Return the day named, or today; without what reads cases, which takes longer to load than to ask."""
    try:
        return dt.date.fromisoformat(text) if text else dt.date.today()
    except ValueError:
        why = _("expected a date such as 2026-11-21, found %(found)s") % {"found": repr(text)}
        raise InputError(why, Place("--today")) from None


def _say_source(words: tuple[str, ...]) -> None:
    for line in words:
        note(line)
