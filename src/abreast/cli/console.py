"""Where words go: results to standard output, everything else to standard error; quiet when not on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from abreast.foundation import language as languages
from abreast.foundation.errors import InputError
from abreast.foundation.language import gettext as _

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and of what."""


_asked: list[str] = []
"""The language that the command was asked to speak, for what is said when it has ended."""


def _speak(context: typer.Context, language: str) -> str:
    """Speak a language for as long as the command runs."""
    if language and not context.resilient_parsing:
        language = languages.known(language)
        context.with_resource(languages.use(language))
        _asked[:] = [language]
    return language


def asked_for() -> str:
    """Return the language that the command was asked to speak, or else that of the environment.

    A language that abreast does not speak is told where the command reads it; here it is English.
    """
    try:
        return languages.known(_asked[0] if _asked else os.environ.get("ABREAST_LANG", "") or languages.SOURCE)
    except InputError:
        return languages.SOURCE


LANG = Annotated[
    str,
    typer.Option(
        "--lang",
        envvar="ABREAST_LANG",
        callback=_speak,
        is_eager=True,  # what is wrong with the other arguments is told in this language too
        help="The language: en (English) or es (Spanish).",
    ),
]
"""The option of every command that makes something for a person to read; it holds while the command runs."""


def named_file(text: str) -> Path:
    """Return the path that a person named; for arguments, so that a name left empty is not the folder they are in.

    Raises:
        InputError: when it is empty, as an empty variable of a script makes it.
    """
    if not text:
        raise InputError(_("a file name is empty; expected the name of a file, or . for the folder you are in"))
    return Path(text)


def out() -> Console:
    """Return the console for results; a letter that where they go cannot show becomes a question mark."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)


def complain(message: str) -> None:
    """Write an error for the person to standard error."""
    _beside().print(f"abreast: {message}", style="red", markup=False)


def note(message: str) -> None:
    """Write a remark to standard error."""
    _beside().print(message, markup=False)


def _beside() -> Console:
    """Return the console for all but results; on a terminal, lines end between words."""
    return Console(stderr=True, soft_wrap=not sys.stderr.isatty(), highlight=False)


def counter(every: int = 25) -> Progress | None:
    """Return a progress callback that counts on the terminal; ``None`` when standard error is not one."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int, what: str) -> None:
        if done == of or done % every == 0:
            sys.stderr.write(f"\r{what}: {done} of {of}" + ("\n" if done == of else ""))
            sys.stderr.flush()

    return show
