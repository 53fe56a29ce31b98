"""The form of the registry file, and how an older one is brought to it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

APPLICATION_ID = 0x61627265  # "abre": tells our file from any other SQLite file

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE study (
        id          INTEGER PRIMARY KEY,
        nct         TEXT NOT NULL UNIQUE,
        status      TEXT NOT NULL,
        about       TEXT NOT NULL,
        purpose     TEXT NOT NULL,
        last_update TEXT NOT NULL,
        source      TEXT NOT NULL,
        taken       TEXT NOT NULL,
        converted   INTEGER NOT NULL,
        digest      TEXT NOT NULL,
        reading     BLOB NOT NULL
    );
    CREATE INDEX study_about ON study (about, purpose, status);
    CREATE INDEX study_last_update ON study (last_update);
    CREATE TABLE record (
        nct  TEXT PRIMARY KEY REFERENCES study (nct) ON DELETE CASCADE,
        json BLOB NOT NULL
    );
    CREATE TABLE compiled (
        nct            TEXT NOT NULL REFERENCES study (nct) ON DELETE CASCADE,
        reader_version TEXT NOT NULL,
        digest         TEXT NOT NULL,
        payload        BLOB NOT NULL,
        PRIMARY KEY (nct, reader_version)
    );
    CREATE TABLE note (
        name  TEXT PRIMARY KEY,
        value TEXT NOT NULL
    );
    CREATE VIRTUAL TABLE words USING fts5 (
        names, title, conditions, interventions, sponsor, summary, criteria,
        tokenize = "porter unicode61 remove_diacritics 2"
    );
    """,
    """
    ALTER TABLE study ADD COLUMN gone TEXT NOT NULL DEFAULT '';
    CREATE TABLE history (
        id       INTEGER PRIMARY KEY,
        day      TEXT NOT NULL,
        nct      TEXT NOT NULL,
        before   TEXT NOT NULL,
        after    TEXT NOT NULL,
        criteria BLOB
    );
    CREATE INDEX history_nct ON history (nct, day);
    CREATE TABLE run (
        id    INTEGER PRIMARY KEY CHECK (id = 1),
        state BLOB NOT NULL
    );
    CREATE TABLE staged (
        nct      TEXT PRIMARY KEY,
        status   TEXT NOT NULL,
        in_scope INTEGER NOT NULL,
        json     BLOB NOT NULL
    );
    CREATE TABLE listed (
        nct TEXT PRIMARY KEY
    );
    """,
)
"""One script a schema version; ``PRAGMA user_version`` says how many have run. Add to the end, change nothing above.

The second: ``study.gone`` is the day from which the registry no longer listed a study; ``history`` holds what each
update changed (see :class:`~.history.Change`); ``run`` and ``staged`` hold an update under way, so that it can be
stopped at any moment; ``listed`` holds the studies that the last update found among the open ones.
"""


def migrate(connection: sqlite3.Connection) -> None:
    """Run the scripts that this file has not seen, each whole or not at all."""
    with transaction(connection):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in MIGRATIONS[version:]:
            for statement in script.split(";\n"):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold one transaction: what is written in the block is kept whole when it ends well, and not at all otherwise."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # on a full disk SQLite has rolled back by itself
            connection.execute("ROLLBACK")
        raise
