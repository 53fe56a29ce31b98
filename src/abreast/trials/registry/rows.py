"""From records to rows of the registry file, and what is done to many of them at once. Callers hold the transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from abreast.foundation.dates import PartialDate
from abreast.trials.registry import history
from abreast.trials.registry.reading import read_study
from abreast.trials.registry.snapshot import Entry, snapshot, snapshot_entries
from abreast.trials.registry.study import Copy, Site, Study
from abreast.trials.registry.subject import subject


class Changes(msgspec.Struct, frozen=True):
    """What an update did: numbers of studies that are new, that changed; how many were the same; what was unusable."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: int = 0
    refused: tuple[str, ...] = ()


_decoder = msgspec.msgpack.Decoder(Study)


def decode(reading: bytes) -> Study:
    """Return the study that a row keeps.

    Raises:
        msgspec.DecodeError: when the row is damaged.
    """
    return _decoder.decode(reading)


def with_shared_places(study: Study, shared: dict[str, str]) -> Study:
    """Return a study whose sites share the words that many sites have: a fourth of what thousands of studies take up.

    ``shared`` holds the words of the studies before it, and takes in those that are new.
    """
    share = shared.setdefault
    sites = tuple(
        [
            Site(
                one.facility,
                share(one.city, one.city),
                share(one.state, one.state),
                share(one.zip, one.zip),
                share(one.country, one.country),
                one.lat,
                one.lon,
                share(one.status, one.status),
                one.contacts,
            )
            for one in study.sites
        ]
    )
    return msgspec.structs.replace(study, sites=sites) if sites else study


@cache
def reading_version() -> str:
    """Return a name for how records are read now; it changes with the reader, its words, and the shape of a study."""
    folder = resources.files(__package__)
    parts = ("study.py", "reading.py", "subject.py", "rows.py", "data/subject.yaml")
    return hashlib.blake2b(b"\0".join(folder.joinpath(part).read_bytes() for part in parts), digest_size=12).hexdigest()


class _Known(msgspec.Struct, frozen=True):
    """What is kept of a study, as far as an update must know it."""

    digest: str
    freshness: tuple[bool, str, str]
    gone: bool


def upsert(
    connection: sqlite3.Connection,
    entries: Iterable[Entry],
    *,
    newer_only: bool,
    only: bool = False,
    day: dt.date | None = None,
) -> Changes:
    """Add or update studies; with ``only``, remove every study that is not among them.

    ``newer_only`` leaves a study alone unless the entry was updated later, or as late and copied later; a converted
    record never takes the place of another. With ``day``, what changed goes into the history under that day.
    """
    rows = connection.execute("SELECT nct, digest, converted, last_update, taken, gone FROM study")
    known = {
        nct: _Known(digest, (not converted, update, taken), bool(gone))
        for nct, digest, converted, update, taken, gone in rows
    }
    added: list[str] = []
    changed: list[str] = []
    refused: list[str] = []
    seen: set[str] = set()
    same = 0
    for entry in entries:
        text = record_text(entry.record)
        study = _read(entry.record, entry.copy, text)
        if not study.nct:
            refused.append(next((line for line in study.problems if "nctId" in line), "no registry number"))
            continue
        seen.add(study.nct)
        before = known.get(study.nct)
        if before and not _is_news(study, before, newer_only=newer_only):
            same += 1
            continue
        (changed if before else added).append(study.nct)
        if day:
            history.write(connection, history.compare(day, _kept(connection, study.nct), study))
        _write(connection, study)
        connection.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", (study.nct, zlib.compress(text, 6)))
        known[study.nct] = _Known(study.digest, _freshness(study), False)
    if only:
        _remove(connection, known.keys() - seen)
    return Changes(tuple(added), tuple(changed), same, tuple(refused))


def _is_news(study: Study, before: _Known, *, newer_only: bool) -> bool:
    if newer_only:
        return before.digest != study.digest and _freshness(study) > before.freshness
    return before.digest != study.digest or before.gone or before.freshness[0] is study.copy.converted


def close_gone(connection: sqlite3.Connection, numbers: Iterable[str], day: dt.date) -> tuple[str, ...]:
    """Mark studies that the registry no longer has, and return those that were not marked before; none is deleted."""
    marked = []
    for nct in numbers:
        before = _kept(connection, nct)
        if before is None or before.copy.gone:
            continue
        gone = msgspec.structs.replace(before.copy, gone=PartialDate.of(day))
        after = msgspec.structs.replace(before, copy=gone)
        history.write(connection, history.compare(day, before, after))
        _write(connection, after)
        marked.append(nct)
    return tuple(marked)


def _kept(connection: sqlite3.Connection, nct: str) -> Study | None:
    row = connection.execute("SELECT reading FROM study WHERE nct = ?", (nct,)).fetchone()
    return decode(row[0]) if row else None


def record_text(record: object) -> bytes:
    """Return a record as it is stored: compact JSON in the order it came in."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def fill(connection: sqlite3.Connection) -> None:
    """Put the shipped copy into an empty file."""
    upsert(connection, snapshot_entries(), newer_only=False)
    keep(connection, snapshot=snapshot().digest, reading=reading_version())


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the file was read by this reader and has taken in the copy that ships now."""
    known = dict(connection.execute("SELECT name, value FROM note"))
    return known.get("reading") == reading_version() and known.get("snapshot") == snapshot().digest


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Take in what a newer abreast brings: a reader that reads more, and studies updated since."""
    if is_current(connection):  # another process did it while this one waited for the file
        return
    known = dict(connection.execute("SELECT name, value FROM note"))
    if known.get("reading") != reading_version():
        _read_again(connection)
    if known.get("snapshot") != snapshot().digest:
        upsert(connection, snapshot_entries(), newer_only=True)
    keep(connection, snapshot=snapshot().digest, reading=reading_version())


def damaged_records(connection: sqlite3.Connection) -> list[str]:
    """Return the numbers of studies whose record is missing or is not what was stored."""
    rows = connection.execute("SELECT study.nct, digest, json FROM study LEFT JOIN record USING (nct)")
    return [nct for nct, digest, blob in rows if not _is_what_was_stored(digest, blob)]


def digest_of(text: bytes) -> str:
    """Return the fingerprint of a record's text."""
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def _is_what_was_stored(digest: str, blob: bytes | None) -> bool:
    try:
        return blob is not None and digest_of(zlib.decompress(blob)) == digest
    except zlib.error:
        return False


def keep(connection: sqlite3.Connection, **notes: str) -> None:
    """Keep what must be known about the whole file, by name."""
    connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?)", notes.items())


def _remove(connection: sqlite3.Connection, numbers: Iterable[str]) -> None:
    for nct in numbers:
        connection.execute("DELETE FROM words WHERE rowid = (SELECT id FROM study WHERE nct = ?)", (nct,))
        connection.execute("DELETE FROM study WHERE nct = ?", (nct,))


def _freshness(study: Study) -> tuple[bool, str, str]:
    return not study.copy.converted, str(study.last_update or ""), str(study.copy.taken or "")


def _read_again(connection: sqlite3.Connection) -> None:
    rows: list[Any] = connection.execute(
        "SELECT json, source, taken, converted, gone FROM record JOIN study USING (nct)"
    ).fetchall()
    for blob, source, taken, converted, gone in rows:
        text = zlib.decompress(blob)
        copy = Copy(source, _date(taken), bool(converted), _date(gone))
        _write(connection, _read(json.loads(text), copy, text))


def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _read(record: object, copy: Copy, text: bytes) -> Study:
    study = read_study(record, copy)
    return msgspec.structs.replace(study, digest=digest_of(text), subject=subject(study))


def _write(connection: sqlite3.Connection, study: Study) -> None:
    """Write the study's row and its words; a row that is there keeps its place, so that what hangs on it stays."""
    found = subject(study)
    row = {
        "nct": study.nct,
        "status": study.status,
        "about": found.about,
        "purpose": found.purpose,
        "last_update": str(study.last_update or ""),
        "source": study.copy.source,
        "taken": str(study.copy.taken or ""),
        "converted": study.copy.converted,
        "gone": str(study.copy.gone or ""),
        "digest": study.digest,
        "reading": msgspec.msgpack.encode(study),
    }
    connection.execute(
        f"""
        INSERT INTO study ({", ".join(row)}) VALUES ({", ".join(f":{name}" for name in row)})
        ON CONFLICT (nct) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in row)}
        """,  # noqa: S608 - the names are those written above
        row,
    )
    (id_,) = connection.execute("SELECT id FROM study WHERE nct = ?", (study.nct,)).fetchone()
    words = {
        "rowid": id_,
        "names": " ".join((study.nct, study.acronym, study.org_id, *study.other_ids)),
        "title": f"{study.title} {study.official_title}",
        "conditions": " ; ".join((*study.conditions, *study.keywords, *study.condition_terms)),
        "interventions": " ; ".join(word for each in study.interventions for word in (each.name, *each.other_names)),
        "sponsor": " ; ".join((study.sponsor, *study.collaborators)),
        "summary": study.summary,
        "criteria": study.criteria,
    }
    connection.execute("DELETE FROM words WHERE rowid = ?", (id_,))
    connection.execute(
        f"INSERT INTO words ({', '.join(words)}) VALUES ({', '.join(f':{name}' for name in words)})",  # noqa: S608 - as above
        words,
    )
