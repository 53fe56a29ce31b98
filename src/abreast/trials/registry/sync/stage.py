"""Where an update stands, kept in the registry's own file, so that it can be stopped at any moment and go on later.

Every page is kept together with the token of the next one, in one transaction: after a power cut, either both are
there or neither is. Nothing of it is seen by who reads studies, until :func:`take_in` puts all of it in place in one
transaction of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from abreast.foundation.dates import PartialDate
from abreast.foundation.decoding import from_msgpack
from abreast.foundation.errors import DecodingError
from abreast.trials.registry import history, rows
from abreast.trials.registry.snapshot import Entry
from abreast.trials.registry.status import OPEN_STATUSES
from abreast.trials.registry.store import Registry
from abreast.trials.registry.study import Copy
from abreast.trials.registry.sync.pages import Page, number_of, status_of, without_holder
from abreast.trials.registry.sync.query import SOURCE

Kind = Literal["full", "changed"]


class Run(msgspec.Struct, frozen=True):
    """An update under way.

    Attributes:
        kind: ``full`` reads every open study; ``changed`` those updated since ``since``.
        scope: the digest of what is asked for; another one makes the run useless.
        begun: the day on which it began.
        data: the time stamp of the registry's data.
        since: for ``changed``: the first day asked for.
        step: what is being done: reading the list, asking for single studies that the list lacks, or nothing any more.
        token: of the next page of the list.
        total: how many studies the registry says the list has, when it said so.
        passes: how often the list was begun.
        verified: whether what came is as many as the registry says there are.
        to_confirm: numbers of studies still to be asked for.
        gone: numbers that the registry does not have any more.
    """

    kind: Kind
    scope: str
    begun: str
    data: str = ""
    since: str = ""
    step: Literal["list", "confirm", "ready"] = "list"
    token: str = ""
    total: int | None = None
    passes: int = 1
    verified: bool = False
    to_confirm: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class Taken(msgspec.Struct, frozen=True):
    """What an update changed here, by registry number.

    Attributes:
        changes: studies that are new here, that changed, and how many were as before.
        opened, closed, gone: studies that now take people and did not, the other way round, and those of the closed
            that the registry no longer lists at all.
        left_out: how many came that do not take people and were not known here.
    """

    changes: rows.Changes = rows.Changes()
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    left_out: int = 0


def load(registry: Registry) -> Run | None:
    """Return the update that was begun and not finished, if there is one that can be read."""
    with registry.writing() as connection:
        row = connection.execute("SELECT state FROM run").fetchone()
    try:
        return from_msgpack(row[0], Run) if row else None
    except DecodingError:
        return None


def begin(registry: Registry, run: Run) -> Run:
    """Begin an update, or its list, from the start."""
    with registry.writing() as connection:
        connection.execute("DELETE FROM staged")
        _save(connection, run)
    return run


def keep(registry: Registry, page: Page, run: Run) -> Run:
    """Keep a page and where the update stands after it."""
    with registry.writing() as connection:
        in_scope = run.step == "list"
        studies = (_row(record, in_scope) for record in page.studies)
        connection.executemany("INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?)", studies)
        _save(connection, run)
    return run


def save(registry: Registry, run: Run) -> Run:
    """Keep where the update stands."""
    with registry.writing() as connection:
        _save(connection, run)
    return run


def staged(registry: Registry) -> int:
    """Return how many studies are kept so far, each counted once however often it came."""
    return int(_all(registry, "SELECT count(*) FROM staged")[0][0])


def doubtful(registry: Registry) -> tuple[str, ...]:
    """Return studies that the full list should have and has not, or that are here in a copy from elsewhere.

    Those that claim to take people were probably closed; only the registry can say.
    """
    marks = ", ".join("?" * len(OPEN_STATUSES))
    sql = f"""
        SELECT nct FROM study
        WHERE nct NOT IN (SELECT nct FROM staged) AND gone = '' AND (status IN ({marks}) OR source <> ?)
        ORDER BY nct
        """  # noqa: S608 - question marks
    return tuple(nct for (nct,) in _all(registry, sql, (*OPEN_STATUSES, SOURCE)))


def open_after(registry: Registry) -> int:
    """Return how many studies of the list will be open once what was fetched is taken in."""
    marks = ", ".join("?" * len(OPEN_STATUSES))
    sql = f"""
        SELECT count(*) FROM (
            SELECT nct FROM listed WHERE nct NOT IN (SELECT nct FROM staged)
            UNION SELECT nct FROM staged WHERE in_scope AND status IN ({marks})
        )
        """  # noqa: S608 - question marks
    return int(_all(registry, sql, OPEN_STATUSES)[0][0])


def take_in(registry: Registry, run: Run, today: dt.date) -> Taken:
    """Put everything that was fetched in place and end the update: all of it, or nothing."""
    with registry.writing() as connection:
        last = connection.execute("SELECT coalesce(max(id), 0) FROM history").fetchone()[0]
        known = {nct for (nct,) in connection.execute("SELECT nct FROM study")}
        wanted, left_out = _wanted(connection, known)
        changes = rows.upsert(connection, _entries(connection, wanted, today), newer_only=False, day=today)
        rows.close_gone(connection, run.gone, today)
        _list(connection, run)
        rows.keep(
            connection,
            synced=str(today),
            data=run.data,
            scope=run.scope,
            verified="yes" if run.verified else "no",
            **({"full": str(today)} if run.kind == "full" else {}),
        )
        connection.execute("DELETE FROM staged")
        connection.execute("DELETE FROM run")
        sql = "SELECT day, nct, before, after, criteria FROM history WHERE id > ?"
        seen = tuple(history.read(row) for row in connection.execute(sql, (last,)))
    return Taken(
        changes,
        opened=tuple(one.nct for one in seen if one.opened),
        closed=tuple(one.nct for one in seen if one.closed),
        gone=tuple(one.nct for one in seen if one.gone),
        left_out=left_out,
    )


def nothing_new(registry: Registry, today: dt.date, data: str) -> None:
    """Keep that the registry was asked today and its data are those that are here."""
    with registry.writing() as connection:
        rows.keep(connection, synced=str(today), data=data)


# --- rows ---


def _wanted(connection: sqlite3.Connection, known: set[str]) -> tuple[list[str], int]:
    found = list(connection.execute("SELECT nct, status FROM staged ORDER BY nct"))
    wanted = [nct for nct, status in found if nct in known or status in OPEN_STATUSES]
    return wanted, len(found) - len(wanted)


def _entries(connection: sqlite3.Connection, wanted: Iterable[str], today: dt.date) -> Iterator[Entry]:
    copy = Copy(SOURCE, PartialDate.of(today))
    for nct in wanted:
        (blob,) = connection.execute("SELECT json FROM staged WHERE nct = ?", (nct,)).fetchone()
        yield Entry(json.loads(zlib.decompress(blob)), copy)


def _list(connection: sqlite3.Connection, run: Run) -> None:
    """Bring the list of the open studies in scope up to date; what was asked for by number is not in it."""
    marks = ", ".join("?" * len(OPEN_STATUSES))
    if run.kind == "full":
        connection.execute("DELETE FROM listed")
    else:
        connection.execute("DELETE FROM listed WHERE nct IN (SELECT nct FROM staged)")
    connection.execute(
        f"INSERT OR IGNORE INTO listed SELECT nct FROM staged WHERE in_scope AND status IN ({marks})",  # noqa: S608 - question marks only
        OPEN_STATUSES,
    )


def _save(connection: sqlite3.Connection, run: Run) -> None:
    connection.execute("INSERT OR REPLACE INTO run VALUES (1, ?)", (msgspec.msgpack.encode(run),))


def _row(record: dict[str, Any], in_scope: bool) -> tuple[str, str, bool, bytes]:
    text = rows.record_text(without_holder(record))
    return number_of(record), status_of(record), in_scope, zlib.compress(text, 1)


def _all(registry: Registry, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
    with registry.writing() as connection:
        return connection.execute(sql, values).fetchall()
