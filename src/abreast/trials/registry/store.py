"""The trial registry on this machine: one SQLite file.

Each study is kept twice: whole, as the registry gave it, and as the :class:`~.study.Study` that was read from it, so
that starting does not read records again. A new version of the reader reads them all again by itself. Words are found
by FTS5 with Porter stemming. The file is built from the shipped copy at first use; a damaged one is set aside under
another name, never deleted, and built anew. Several processes may open it, and build it, at the same time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from abreast.foundation.errors import Place, RegistryError
from abreast.foundation.language import gettext as _
from abreast.foundation.packed import data_folder
from abreast.trials.registry import history
from abreast.trials.registry.query import read_query
from abreast.trials.registry.rows import (
    Changes,
    bring_up_to_date,
    damaged_records,
    decode,
    fill,
    is_current,
    upsert,
    with_shared_places,
)
from abreast.trials.registry.schema import APPLICATION_ID, MIGRATIONS, migrate, transaction
from abreast.trials.registry.snapshot import Entry
from abreast.trials.registry.status import is_open
from abreast.trials.registry.study import Study

T = TypeVar("T")

_WEIGHTS = "12.0, 8.0, 6.0, 6.0, 3.0, 2.0, 1.0"  # of the columns of `words`, in their order
_BUSY_SECONDS = 30.0
_DAMAGE = (sqlite3.DatabaseError, msgspec.DecodeError, zlib.error)


class Hit(msgspec.Struct, frozen=True):
    """A study that a search found, with the words around the find; ``all_words`` is false for a part of the words."""

    study: Study
    excerpt: str
    all_words: bool


def registry_file() -> Path:
    """Return where the registry of this machine is kept."""
    return data_folder() / "registry.sqlite"


def open_registry(path: Path | None = None, *, thorough: bool = False) -> Registry:
    """Open the registry, making it from the shipped copy if it is not there; ``path`` is for tests and other places.

    ``thorough`` reads all of it first, so that damage is found now and not later. What a person should know of (a
    damaged file set aside, a folder that cannot be written) is in :attr:`Registry.notices`.

    Raises:
        RegistryError: when the file was made by a newer version of abreast.
    """
    return Registry.open(path or registry_file(), thorough=thorough)


_STORED = "FROM compiled JOIN study USING (nct) WHERE compiled.reader_version = ? AND compiled.digest = study.digest"


class Registry:
    """The studies on this machine. Use :func:`open_registry`; close it, or use it in a ``with`` statement.

    Every method may raise :class:`~abreast.foundation.errors.RegistryError` when the file cannot be used.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, notices: Iterable[str] = ()) -> None:
        """Take over an open connection; ``path`` is `None` for a registry in memory."""
        self._connection = connection
        self._lock = threading.RLock()
        self.path = path
        self.notices: tuple[str, ...] = tuple(notices)

    # --- opening and closing ---

    @classmethod
    def open(cls, path: Path, *, thorough: bool = False) -> Registry:
        """Open the registry file at ``path``; see :func:`open_registry`."""
        try:
            connection, notices = _open_or_build(path, thorough=thorough)
        except (OSError, sqlite3.OperationalError) as error:
            return cls.in_memory(
                f"The trial registry cannot be kept in {path.parent} ({_reason(error)}). It is made anew each time."
            )
        return cls(connection, path, notices)

    @classmethod
    def in_memory(cls, *notices: str) -> Registry:
        """Return the shipped copy, kept nowhere."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        _make(connection)
        return cls(connection, None, notices)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the registry."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self.close()

    # --- reading ---

    def study(self, nct: str) -> Study | None:
        """Return one study by its registry number, or `None`."""
        found = self._studies("WHERE nct = ?", (nct.strip().upper(),))
        return found[0] if found else None

    def studies(self, *, relevant_only: bool = False) -> tuple[Study, ...]:
        """Return every study, in order of number; ``relevant_only`` leaves out those not about breast cancer."""
        return self._studies("WHERE about <> 'other' ORDER BY nct" if relevant_only else "ORDER BY nct")

    def record(self, nct: str) -> dict[str, Any] | None:
        """Return a study's record as the registry gave it, or `None`."""

        def read() -> dict[str, Any] | None:
            rows = self._connection.execute("SELECT json FROM record WHERE nct = ?", (nct.strip().upper(),)).fetchall()
            return json.loads(zlib.decompress(rows[0][0])) if rows else None

        return self._healing(read)

    def count(self) -> int:
        """Return how many studies there are."""
        return int(self._rows("SELECT count(*) FROM study")[0][0])

    @property
    def snapshot_date(self) -> dt.date | None:
        """The newest update of any study here, `None` when there is no study: how new this registry can claim to be.

        Studies converted from the former format do not count.
        """
        newest = self._rows("SELECT max(last_update) FROM study WHERE NOT converted AND length(last_update) = 10")[0][0]
        return dt.date.fromisoformat(newest) if newest else None

    @property
    def synced(self) -> dt.date | None:
        """The day on which this registry was last brought up to date as a whole, `None` when it never was."""
        day = self.notes().get("synced", "")
        return dt.date.fromisoformat(day) if day else None

    @property
    def as_of(self) -> dt.date | None:
        """For which day this registry can speak: the day of the last sync, else that of the newest update in it."""
        days = [day for day in (self.synced, self.snapshot_date) if day]
        return max(days, default=None)

    @property
    def credit(self) -> str:
        """The sentences that must stand wherever studies are shown: the source, its date, no endorsement."""
        newest, synced = self.snapshot_date, self.synced
        said = [
            _("Studies: ClinicalTrials.gov, US National Library of Medicine."),
            _("Newest update in this copy: %(day)s.") % {"day": newest or _("none")},
        ]
        if synced:
            said.append(
                _("Last compared with the registry on %(day)s; its data were of %(data)s.")
                % {"day": synced, "data": self.notes().get("data", "")[:10] or synced}
            )
        return " ".join((*said, _("Neither endorses abreast.")))

    def notes(self) -> dict[str, str]:
        """Return what is kept about the file as a whole, by name."""
        return dict(self._rows("SELECT name, value FROM note"))

    def history(self, nct: str = "", since: str = "") -> tuple[history.Change, ...]:
        """Return what updates changed, oldest first: about one study or all, from a day (ISO) on."""
        rows = self._rows(
            "SELECT day, nct, before, after, criteria FROM history WHERE (nct = ? OR ? = '') AND day >= ? ORDER BY id",
            (nct, nct, since),
        )
        return tuple(map(history.read, rows))

    def search(
        self, text: str, limit: int = 20, *, open_on: dt.date | None = None, relevant_only: bool = False
    ) -> tuple[Hit, ...]:
        """Return the studies that hold the words of ``text``, best first; any text may be given.

        A registry number finds its study at once. Phrases stand in quotes. When no study holds every word, those
        that hold some are returned and say so. Studies about breast cancer stand above those that include it, old
        copies below both, and what is not about breast cancer below all. ``open_on`` keeps those that take people on
        that day.
        """
        query = read_query(text)
        hits = [Hit(study, "", True) for nct in query.numbers if (study := self.study(nct))]
        for words, whole in ((query.all_of, True), (query.any_of, False)):
            if words and (whole or not hits):
                hits += [Hit(study, excerpt, whole) for study, excerpt in self._find(words, relevant_only)]
        unique = {hit.study.nct: hit for hit in reversed(hits) if open_on is None or is_open(hit.study, open_on)}
        return tuple(reversed(unique.values()))[: max(limit, 0)]

    def _find(self, words: str, relevant_only: bool) -> list[tuple[Study, str]]:
        sql = f"""
            SELECT study.reading, snippet(words, -1, '', '', ' … ', 16)
            FROM words JOIN study ON study.id = words.rowid
            WHERE words MATCH ? AND (study.about <> 'other' OR NOT ?)
            ORDER BY study.about = 'other', study.converted, study.about = 'includes_breast',
                     bm25(words, {_WEIGHTS}), study.nct
            """  # noqa: S608 - the weights are a constant of this module

        def read() -> list[tuple[Study, str]]:
            rows = self._connection.execute(sql, (words, relevant_only))
            return [(decode(reading), excerpt) for reading, excerpt in rows]

        return self._healing(read)

    # --- writing ---

    def upsert(self, entries: Iterable[Entry], *, newer_only: bool = False, day: dt.date | None = None) -> Changes:
        """Add or update studies, all or nothing.

        A record without a registry number is refused and named. ``newer_only`` leaves a study alone unless the entry
        was updated later, or as late and copied later. With ``day``, what changed goes into the history.
        """
        with self.writing() as connection:
            return upsert(connection, entries, newer_only=newer_only, day=day)

    def replace_all(self, entries: Iterable[Entry]) -> Changes:
        """Put these studies in the place of all others, all or nothing; a study not among them is removed."""
        with self.writing() as connection:
            return upsert(connection, entries, newer_only=False, only=True)

    # --- compiled criteria, which another room makes ---

    def compiled(self, nct: str, reader_version: str) -> bytes | None:
        """Return what was stored for a study under this version, if the study has not changed since; else `None`."""
        rows = self._rows(f"SELECT payload {_STORED} AND compiled.nct = ?", (reader_version, nct))
        return rows[0][0] if rows else None

    def compiled_numbers(self, reader_version: str) -> frozenset[str]:
        """Return the numbers of the studies for which something was stored, and that have not changed since."""
        return frozenset(row[0] for row in self._rows(f"SELECT compiled.nct {_STORED}", (reader_version,)))

    def store_compiled(self, reader_version: str, payloads: Iterable[tuple[Study, bytes]]) -> None:
        """Keep what was compiled from these studies, all or nothing; what other versions made of them is dropped.

        Goes by :attr:`Study.digest`: if a study changed meanwhile, its payload is kept but never returned.
        """
        with self.writing() as connection:
            for study, payload in payloads:
                connection.execute("DELETE FROM compiled WHERE nct = ?", (study.nct,))
                connection.execute(
                    "INSERT INTO compiled SELECT nct, ?, ?, ? FROM study WHERE nct = ?",
                    (reader_version, study.digest, payload, study.nct),
                )

    # --- health ---

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the file, in words; nothing when it is sound. Reads all of it."""
        try:
            with self._lock:
                run = self._connection.execute
                wrong = [row[0] for row in run("PRAGMA integrity_check") if row[0] != "ok"]
                wrong += [f"a row of {row[0]} belongs to no study" for row in run("PRAGMA foreign_key_check")]
                wrong += [f"the record of {nct} is not what was stored" for nct in damaged_records(self._connection)]
                run("INSERT INTO words (words) VALUES ('integrity-check')")
                return tuple(wrong)
        except sqlite3.DatabaseError as error:
            return (str(error),)

    def mend(self) -> None:
        """Set the file aside and make it anew from the shipped copy; :attr:`notices` says so.

        Raises:
            RegistryError: when nothing can be written there.
        """
        if self.path is None:
            return
        with self._lock:
            self._connection.close()
            try:
                with _only_one(self.path.parent):
                    self.notices += _set_aside(self.path)
                    _build(self.path)
                self._connection = _connect(self.path)
            except (OSError, sqlite3.Error) as error:
                raise _cannot_use(self.path, error) from None

    # --- the connection ---

    def _studies(self, where: str, values: tuple[object, ...] = ()) -> tuple[Study, ...]:
        sql = f"SELECT reading FROM study {where}"  # noqa: S608 - called with constants
        shared: dict[str, str] = {}
        return self._healing(
            lambda: tuple(with_shared_places(decode(row[0]), shared) for row in self._connection.execute(sql, values))
        )

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        return self._healing(lambda: self._connection.execute(sql, values).fetchall())

    def _healing(self, read: Callable[[], T]) -> T:
        """Read; when the file turns out to be damaged, set it aside, build it anew, and read again."""
        with self._lock:
            try:
                return read()
            except _DAMAGE as error:
                if self.path is None or not _is_damage(error):
                    raise _cannot_use(self.path, error) from None
            self._connection.close()
            try:
                self._connection, notices = _open_or_build(self.path, thorough=True)
                self.notices += notices
                return read()
            except (OSError, *_DAMAGE) as error:
                raise _cannot_use(self.path, error) from None

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold one transaction on the file: what is written in the block is kept whole, or not at all.

        Raises:
            RegistryError: when it cannot be written.
        """
        with self._lock:
            try:
                with transaction(self._connection):
                    yield self._connection
            except sqlite3.DatabaseError as error:
                why = _("the trial registry cannot be written; it is as it was before (%(why)s)") % {"why": error}
                raise RegistryError(why, Place(str(self.path)) if self.path else None) from None


# --- the file ---


def _open_or_build(path: Path, *, thorough: bool = False) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """Return a connection to a sound, current registry at this path, and what to tell the person.

    Raises:
        OSError, sqlite3.OperationalError: when the file can be neither used nor made.
        RegistryError: when it was made by a newer version.
    """
    if not thorough and (connection := _open_sound(path)):
        return connection, ()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(path.parent):
        # Another process may have built it while this one waited.
        if connection := _open_sound(path, thorough=thorough):
            return connection, ()
        notices = _set_aside(path)
        _build(path)
        return _connect(path), notices


def _connect(path: Path) -> sqlite3.Connection:
    if not os.access(path.parent, os.W_OK):  # write-ahead logging needs to write beside the file, even to read
        uri = f"{path.resolve().as_uri()}?immutable=1"
        return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _open_sound(path: Path, *, thorough: bool = False) -> sqlite3.Connection | None:
    """Return a connection to the registry at this path, brought up to date, or `None` when there is none to be used."""
    if not path.exists():
        return None
    connection = None
    try:
        connection = _connect(path)
        _prepare(connection, path, thorough)
    except _DAMAGE as error:
        if connection:
            connection.close()
        if _is_damage(error):
            return None
        raise
    except BaseException:
        if connection:
            connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, thorough: bool) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise sqlite3.DatabaseError("malformed: not a registry of abreast")
    if version > len(MIGRATIONS):
        raise RegistryError(
            f"this registry was made by a newer version of abreast (its form is {version}; this version knows forms up"
            f" to {len(MIGRATIONS)}). Update abreast, or move the file away to start from the copy that ships with it",
            Place(str(path)),
        )
    if thorough and connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("malformed")
    if version < len(MIGRATIONS):
        migrate(connection)
    if thorough:
        for (reading,) in connection.execute("SELECT reading FROM study"):
            decode(reading)
    if not is_current(connection):
        with transaction(connection):
            bring_up_to_date(connection)


def _make(connection: sqlite3.Connection) -> None:
    migrate(connection)
    with transaction(connection):
        fill(connection)


def _build(path: Path) -> None:
    """Build the registry beside its place and put it there in one step. The caller holds the lock."""
    for left in path.parent.glob(f".{path.name}.*"):  # by a build that was killed
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        connection = sqlite3.connect(temporary, isolation_level=None)
        try:
            connection.execute(
                "PRAGMA journal_mode = MEMORY"
            )  # nobody else sees this file, and a half one is thrown away
            connection.execute("PRAGMA synchronous = OFF")
            _make(connection)
            connection.execute("PRAGMA journal_mode = WAL")  # the file remembers it
        finally:
            connection.close()
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _set_aside(path: Path) -> tuple[str, ...]:
    """Rename a file that cannot be used, with what SQLite keeps beside it; return what to tell the person."""
    if not path.exists():
        return ()
    stamp = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    path.replace(aside)
    for ending in ("-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).replace(aside.with_name(aside.name + ending))
    return (
        f"The trial registry could not be read. It was set aside as {aside.name} and made anew from the copy that ships"
        " with abreast. Updates made since are not in it: sync again.",
    )


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold a lock that SQLite gives and that ends with the process, however it ends."""
    lock = sqlite3.connect(folder / ".registry.lock", timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()


def _is_damage(error: Exception) -> bool:
    """Whether an error says that the file itself is broken, not that it is busy, full or forbidden."""
    if not isinstance(error, sqlite3.DatabaseError):
        return True
    signs = ("malformed", "not a database", "no such table", "no such column")
    return type(error) is sqlite3.DatabaseError or any(sign in str(error) for sign in signs)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _cannot_use(path: Path | None, error: Exception) -> RegistryError:
    return RegistryError(f"the trial registry cannot be used: {_reason(error)}", Place(str(path)) if path else None)
