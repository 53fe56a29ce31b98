"""JSON Lines read with errors that name the line, and one text judged as one criterion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.rules import Context
from abreast.trials.eligibility import read_criterion
from abreast.trials.eligibility.model import Section
from abreast.trials.match import CriterionVerdict, Label, judge_criterion

T = TypeVar("T")


def read_lines(path: Path, shape: type[T]) -> Iterator[T]:
    """Yield one value a line; empty lines are passed over.

    Raises:
        InputError: naming file and line, when the file cannot be read or a line does not have the shape.
    """
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if line.strip():
            try:
                yield from_json(line, shape)
            except DecodingError as error:
                raise InputError(f"expected {_wanted(shape)}: {error}", Place(path.name, f"line {number}")) from None


def read_text(path: Path) -> str:
    """Return a file's text; raise :class:`InputError` when it is not there or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("expected text in UTF-8", Place(path.name)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", Place(str(path))) from None


def _wanted(shape: type) -> str:
    names = [field.encode_name for field in msgspec.structs.fields(shape) if field.required]
    return f"a JSON object with {', '.join(repr(name) for name in names)}"


class Judged(msgspec.Struct, frozen=True):
    """One text as one answer, and the pieces that it was read as (the reader makes one of it)."""

    label: Label
    pieces: tuple[CriterionVerdict, ...]


def judge_text(text: str, section: Section, context: Context) -> Judged:
    """Read a text as one criterion of its section and judge it."""
    verdict = judge_criterion(read_criterion(text, section), context)
    return Judged(verdict.label, (verdict,))
