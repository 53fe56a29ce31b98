"""From a document to PDF, through typst: tagged (PDF/UA-1), with the fonts that ship, without a file or a network."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from abreast.foundation.errors import AbreastError
from abreast.outputs.documents.blocks import Document

if TYPE_CHECKING:
    import typst

DATA = Path(__file__).parent / "data"

Paper = Literal["us-letter", "a4"]
PAPERS: tuple[Paper, ...] = ("us-letter", "a4")

INSTEAD = "\u25a1"
"""What is shown for a character that no font here has: an empty box, never nothing."""

_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_TRIES = 4
_CELL, _WORD, _ADDRESS = 16, 40, 70


class TypesettingError(AbreastError):
    """A document cannot be set. A fault of ours: what a person brings is data and cannot break a template."""


def typeset(
    document: Document,
    *,
    language: str,
    paper: Paper,
    day: dt.date,
    template: str = "document",
    extra: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the document as PDF/UA-1.

    ``extra`` is what a template takes beside the document. ``language`` is the BCP 47 code of its words; ``day`` is
    its date, so that the same document is the same file. Characters that neither the fonts here nor those of the
    machine have become an empty box.

    Raises:
        TypesettingError: when the template itself is at fault.
    """
    content = {"document": msgspec.to_builtins(document), "extra": dict(extra or {})}
    return _compile(template, {"language": language, "paper": paper, **_breakable(content)}, day)


def _compile(template: str, data: dict[str, Any], day: dt.date) -> bytes:
    import typst

    data = _each_text(data, lambda text: _CONTROL.sub(" ", text))
    stamp = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    for attempt in range(_TRIES):
        own_fonts = attempt == 0
        compiler = typst.Compiler(
            input=DATA / f"{template}.typ",
            root=DATA,
            font_paths=_fonts(own_fonts),
            ignore_system_fonts=True,
            sys_inputs={"data": msgspec.json.encode(data).decode()},
        )
        try:
            made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=stamp)
        except typst.TypstError as error:
            missing = _missing(error.diagnostic)
            if not missing or attempt == _TRIES - 1:
                # The words of the error may be words of a case: only the first line's kind is told.
                raise TypesettingError(f"the template {template!r} cannot be set") from None
            if not own_fonts:
                data = _each_text(data, partial(_translated, str.maketrans(missing)))
            continue
        assert isinstance(made, bytes)
        return made
    raise AssertionError("unreachable")


@lru_cache(maxsize=2)
def _fonts(own: bool) -> typst.Fonts:
    """Return the fonts that ship; with ``own`` false, those of the machine behind them."""
    import typst

    return typst.Fonts(include_system_fonts=not own, font_paths=[DATA / "fonts"])


def _missing(diagnostic: str) -> dict[str, str]:
    """Return what to put for each character that an error of typst says no font has."""
    texts = (_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in _MISSING.findall(diagnostic))
    return {character: INSTEAD for text in texts for character in text if character != INSTEAD}


def _breakable(value: Any, most: int = 0) -> Any:
    """Return plain values in which long words (places in a record, addresses) may break, so as to stay on the paper.

    ``most`` is how many letters a word may have before it; 0 leaves words alone.
    """
    if isinstance(value, str):
        return re.sub(rf"(\S{{{most}}})(?=\S)", "\\1\u200b", value) if most and len(value) > most else value
    if isinstance(value, dict):
        return {key: _breakable(one, _most(key, value) or most) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_breakable(one, most) for one in value]
    return value


def _most(key: str, inside: dict[str, Any]) -> int:
    """Return how long words of an element may be: cells of a table are narrow; addresses break by themselves."""
    if key == "text":
        return _ADDRESS if inside.get("url") else _WORD
    return {"rows": _CELL, "head": _CELL, "title": _WORD}.get(key, 0)


def _translated(table: dict[int, str], text: str) -> str:
    return text.translate(table)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return plain values with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_text(one, change) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_each_text(one, change) for one in value]
    return value


__all__ = ["DATA", "PAPERS", "Paper", "TypesettingError", "typeset"]
