"""Where the passphrase of a locked case comes from: a file, the environment, or the terminal; never a command line.

What is written on a command line can be seen by every user of the machine, so there is no option for the passphrase
itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext as _

VARIABLE = "ABREAST_PASSPHRASE"

_file: Path | None = None


def use_file(path: Path | None) -> None:
    """Take passphrases from the first line of a file from now on."""
    global _file  # noqa: PLW0603 - one command runs in one process, and the option stands before its name
    _file = path


def passphrase(label: str) -> str:
    """Return the passphrase of a locked case: that of the file or the environment, or what is typed at the terminal.

    Raises:
        InputError: when there is none, and nobody to ask.
    """
    return _given() or _typed(_("Passphrase of %(name)s: ") % {"name": label})


def new_passphrase(file: Path | None = None, *, instead: bool = False) -> str:
    """Return a new passphrase: that of ``file``, or else as :func:`passphrase`; at the terminal it is typed twice.

    ``instead`` of another one: then what is given for the other is not taken.

    Raises:
        InputError: when there is none, or it is not one that is taken.
    """
    from abreast.session.vault import check_new

    given = first_line(file) if file else "" if instead else _given()
    if given:
        check_new(given)
        return given
    typed = _typed(_("New passphrase: "))
    check_new(typed, _typed(_("The same again: ")))
    return typed


def first_line(path: Path) -> str:
    """Return the first line of a file.

    Raises:
        InputError: when it cannot be read, or has none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(_("cannot be read as a passphrase file"), Place(str(path))) from None
    if not lines or not lines[0]:
        raise InputError(_("expected the passphrase in the first line"), Place(str(path)))
    return lines[0]


def _given() -> str:
    return first_line(_file) if _file else os.environ.get(VARIABLE, "")


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        told = _(
            "this case is locked: run this at a terminal, or use 'abreast --passphrase-file FILE ...' or %(variable)s"
        )
        raise InputError(told % {"variable": VARIABLE})
    from getpass import getpass

    return getpass(prompt)


__all__ = ["VARIABLE", "first_line", "new_passphrase", "passphrase", "use_file"]
