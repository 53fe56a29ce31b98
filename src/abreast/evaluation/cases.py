"""Cases from the forms that people measure with: neutral facts, TREC topics, and files of any kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abreast.case import Case
from abreast.disease import derive
from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.intake import Intake
from abreast.intake.files import read_file
from abreast.intake.neutral import read_neutral, read_trec_topic
from abreast.rules import Context
from abreast.vocabulary import load_vocabulary


def neutral_context(raw: Mapping[str, Any], file: str) -> tuple[Context, tuple[str, ...]]:
    """Return one case of ``cases.json`` on its own day, with derived facts, and what was not understood of it.

    Raises:
        InputError: naming the case, when it has no day or no facts.
    """
    name = str(raw.get("id", ""))
    facts, as_of = raw.get("facts"), raw.get("as_of")
    if not isinstance(facts, Mapping):
        raise InputError("expected 'facts' with a value for each key", Place(file, name))
    try:
        today = dt.date.fromisoformat(str(as_of))
    except ValueError:
        raise InputError(f"expected 'as_of' to be a day such as 2026-11-01, not {as_of!r}", Place(file, name)) from None
    intake = read_neutral(facts, raw.get("complete"), today, load_vocabulary(), file=file)
    return _context(intake, today), tuple(str(one) for one in intake.unused)


def topic_context(fields: Mapping[str, str | None], file: str, today: dt.date) -> Context:
    """Return the case of a TREC topic; a field that it leaves empty is unknown."""
    return _context(read_trec_topic(fields, load_vocabulary(), file=file), today)


def file_context(path: Path, today: dt.date) -> Context:
    """Return the case of a case file, a FHIR record, or one neutral case (then on its own day).

    Raises:
        InputError: when the file cannot be read, or is none of these.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", Place(str(path))) from None
    neutral = _neutral(content)
    if neutral is not None:
        return neutral_context({"as_of": today.isoformat(), **neutral}, path.name)[0]
    return _context(read_file(content, path.name, load_vocabulary()), today)


def _neutral(content: bytes) -> Mapping[str, Any] | None:
    """Return a neutral case: a JSON object whose ``facts`` are named by key, where a case file has a list."""
    try:
        raw = from_json(content)
    except DecodingError:
        return None
    return raw if isinstance(raw, dict) and isinstance(raw.get("facts"), dict) and "abreast" not in raw else None


def _context(intake: Intake, today: dt.date) -> Context:
    case = Case.of(load_vocabulary(), intake.facts, intake.complete, intake.settled, intake.label)
    return Context(derive(case, today), today)
