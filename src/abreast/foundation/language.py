"""The language of what a person reads: which one it is now, and words, dates, numbers and lists in it.

The language belongs to a request or a command, not to the program: it is kept in a context variable, so that two
people can use one app in two languages. English is the language of the source; the others are gettext catalogs in
``abreast/locale``. Ask for words at run time, never at import::

    from abreast.foundation.language import gettext as _, ngettext

    title = _("Your plan")
    said = ngettext("%(count)d trial", "%(count)d trials", count) % {"count": count}

Constants at the top of a module are marked with :func:`mark`, which only lets the catalog find them, and go through
:func:`gettext` when they are shown. See ``docs/translation.md``.
"""

from __future__ import annotations

import datetime as dt
import gettext as catalogs
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from abreast.foundation.errors import InputError

LOCALE = Path(__file__).parent.parent / "locale"
"""The folder of the catalogs."""

DOMAIN = "abreast"

SOURCE = "en"
"""The language of the words in the source, and of whatever is not translated."""

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "es": "Español"})
"""Every language of the app, with its own name for itself."""

_REGION = {"en": "en_US", "es": "es_US"}
"""Whose numbers and dates: the United States writes a decimal point in both."""

_DAY = {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"}
_MONTH = {"en": "MMMM y", "es": "MMMM 'de' y"}
_BEFORE_DAY = {"en": "", "es": "el "}
"""What stands between a preposition and a day."""

_language: ContextVar[str] = ContextVar("language", default=SOURCE)


def current() -> str:
    """Return the language of now: a key of :data:`LANGUAGES`."""
    return _language.get()


@contextmanager
def use(language: str) -> Iterator[None]:
    """Speak a language inside a ``with`` block.

    Raises:
        InputError: when there is no such language.
    """
    token = _language.set(known(language))
    try:
        yield
    finally:
        _language.reset(token)


def known(language: str) -> str:
    """Return a language as :data:`LANGUAGES` names it: ``ES``, ``es-MX`` and ``es_US.UTF-8`` are ``es``.

    Raises:
        InputError: when it is none of them.
    """
    short = language.strip().lower().replace("_", "-").split("-")[0].split(".")[0]
    if short not in LANGUAGES:
        raise InputError(f"there is no language {language!r}; abreast speaks {', '.join(LANGUAGES)}")
    return short


def preferred(accept: str) -> str:
    """Return the language that an ``Accept-Language`` header likes best (RFC 9110, 12.5.4), or the source's."""
    wishes = []
    for part in accept.split(","):
        name, _, weight = part.partition(";q=")
        short = name.strip().lower().split("-")[0]
        try:
            liked = float(weight) if weight else 1.0
        except ValueError:
            continue
        if short in LANGUAGES and liked > 0:
            wishes.append((liked, short))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else SOURCE


# --- words ---------------------------------------------------------------------------------------------------------


@lru_cache
def _catalog(language: str) -> catalogs.NullTranslations:
    return catalogs.translation(DOMAIN, LOCALE, [language], fallback=language == SOURCE)


def gettext(message: str) -> str:
    """Return a message in the language of now."""
    return _catalog(current()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a message that goes with a count, in the language of now."""
    return _catalog(current()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """Return a message of which the same English words mean something else elsewhere."""
    return _catalog(current()).pgettext(context, message)


def npgettext(context: str, one: str, many: str, count: int) -> str:
    """Return :func:`ngettext` within a context."""
    return _catalog(current()).npgettext(context, one, many, count)


def mark(message: str) -> str:
    """Return the message as it is; the word only lets the catalog find it."""
    return message


# --- dates, numbers, lists -----------------------------------------------------------------------------------------
# Babel is imported where it is used: it takes 80 ms, and most commands say no date.


def say_day(day: dt.date) -> str:
    """Return a day in words: ``9 March 2024``, ``9 de marzo de 2024``."""
    return _formatted(day, _DAY[current()], _REGION[current()])


def say_month(day: dt.date) -> str:
    """Return the month of a day in words: ``March 2024``, ``marzo de 2024``."""
    return _formatted(day, _MONTH[current()], _REGION[current()])


@lru_cache(maxsize=4096)
def _formatted(day: dt.date, pattern: str, region: str) -> str:
    """Return a date in a pattern: a plan says the same few days hundreds of times."""
    from babel.dates import format_date

    return format_date(day, pattern, region)


def say_iso(text: str) -> str:
    """Return an ISO date of any precision in words: ``9 March 2024``, ``March 2024``, ``2024``."""
    parts = text.split("-")
    try:
        if len(parts) == 3:
            return say_day(dt.date.fromisoformat(text))
        if len(parts) == 2:
            return say_month(dt.date(int(parts[0]), int(parts[1]), 1))
    except ValueError:
        pass
    return text


def say_iso_after(text: str) -> str:
    """Return an ISO date as it stands after a preposition: ``desde el 9 de marzo de 2024``, ``desde marzo de 2024``."""
    said = say_iso(text)
    return _BEFORE_DAY[current()] + said if said != text and text.count("-") == 2 else said


def say_number(number: float) -> str:
    """Return a number with the marks of the language: ``12,345.6``."""
    from babel.numbers import format_decimal

    return format_decimal(number, locale=_REGION[current()])


def say_list(items: Sequence[str], kind: Literal["and", "or"] = "and") -> str:
    """Return words as a list in a sentence: ``bone, liver and lung``, ``hueso, hígado y pulmón``.

    Spanish says *e* for *y* before the sound of i, and *u* for *o* before the sound of o (Diccionario panhispánico de
    dudas, "y" and "o").
    """
    if len(items) < 2:
        return "".join(items)
    joined = _joining(items[-1], kind)
    return f"{', '.join(items[:-1])} {joined} {items[-1]}"


def _joining(before: str, kind: Literal["and", "or"]) -> str:
    if current() == "en":
        return kind
    start = before.lstrip("«\"'(").lower()
    if kind == "or":
        return "u" if start.startswith(("o", "ó", "ho", "hó", "8", "11 ")) else "o"
    sounds_i = start.startswith(("i", "í", "hi", "hí")) and not start.startswith(("hie", "hia", "io", "ia"))
    return "e" if sounds_i else "y"


__all__ = [
    "LANGUAGES",
    "LOCALE",
    "SOURCE",
    "current",
    "gettext",
    "known",
    "mark",
    "ngettext",
    "npgettext",
    "pgettext",
    "preferred",
    "say_day",
    "say_iso",
    "say_iso_after",
    "say_list",
    "say_month",
    "say_number",
    "use",
]
