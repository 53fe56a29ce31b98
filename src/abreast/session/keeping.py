"""A case file and everything that is kept beside it, in clear or locked; each change is on the disk when it returns.

In clear there are up to three files: the case file ``NAME`` (``docs/case-file.md``), ``NAME.notes.json`` (what was
asked, notes and appointments) and ``NAME.seen`` (the last plans that were shown, to tell what changed since). Locked,
there is one file, ``NAME``, that holds all of it (:mod:`abreast.session.vault`): one file is replaced whole or not at
all. What a crash in the midst of locking can leave, half-written files and parts in clear, is taken away when the case
is opened the next time, or deleted.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from abreast.foundation.decoding import from_json, from_msgpack
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.foundation.language import gettext as _
from abreast.foundation.packed import write_whole
from abreast.plan import Plan, difference, for_comparison
from abreast.plan.model import NotUnderstood
from abreast.session.vault import Ask, DamagedVault, Key, Locked, is_locked, label_of, lock, open_key, unlock

NOTES = ".notes.json"
SEEN = ".seen"
WATCHED = ".watched"
"""How the trials stood for a case the last time they were watched (:mod:`abreast.session.watching`); only in clear."""
DAMAGED = ".damaged"
"""Ends the name of notes that could not be read: they are kept, but not used."""

PLANS_KEPT = 4
"""How many plans are kept to compare with: one for each sitting in which something was new."""


# --- what is kept --------------------------------------------------------------------------------------------------


class Asked(msgspec.Struct, frozen=True):
    """A question that was put: ``attribute`` and ``rule`` say what about, ``how`` how it ended."""

    id: str
    title: str
    attribute: str
    rule: str = ""
    how: Literal["answered", "unknown"] = "answered"


class Questions(msgspec.Struct, frozen=True):
    """What the person made of the questions to take along.

    ``picked`` are ids in the person's order (``None`` as long as nothing was picked: then the first of the plan's are
    proposed); ``own`` are the person's own questions by id; ``answers`` is what the team said, by id.
    """

    picked: tuple[str, ...] | None = None
    own: dict[str, str] = {}
    answers: dict[str, str] = {}


class Remark(msgspec.Struct, frozen=True):
    """A note in the person's own words, of a day. It is never read by a rule."""

    date: str
    text: str


class Appointment(msgspec.Struct, frozen=True):
    """A visit that is planned: an ISO day, a time of day when known (``14:30``), and with whom or what for."""

    date: str
    time: str = ""
    what: str = ""

    def when(self) -> dt.date:
        """Return the day, or the moment in UTC when the time of day is known: by the clock of this machine."""
        day = dt.date.fromisoformat(self.date)
        if not self.time:
            return day
        return dt.datetime.combine(day, dt.time.fromisoformat(self.time)).astimezone(dt.UTC)


class Notes(msgspec.Struct, frozen=True):
    """What is kept beside a case file. ``opened`` is when it was last opened, ISO to the minute."""

    asked: tuple[Asked, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    problems: tuple[str, ...] = ()
    questions: Questions = Questions()
    remarks: tuple[Remark, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    opened: str = ""

    def asking(self, one: Asked) -> Notes:
        """Return the notes with a question put; one that was put before keeps its place."""
        if any(other.id == one.id for other in self.asked):
            return msgspec.structs.replace(self, asked=tuple(one if o.id == one.id else o for o in self.asked))
        return msgspec.structs.replace(self, asked=(*self.asked, one))

    def find(self, question: str) -> Asked | None:
        """Return how a question was put, or ``None`` when it was not."""
        return next((one for one in self.asked if one.id == question), None)

    def next_appointment(self, today: dt.date) -> Appointment | None:
        """Return the first appointment from today on, or ``None``."""
        coming = [one for one in self.appointments if one.date >= today.isoformat()]
        return min(coming, key=lambda one: (one.date, one.time), default=None)


NO_NOTES = Notes()


class Snapshot(msgspec.Struct, frozen=True):
    """A plan that was shown: when (ISO to the minute), and what of it is needed to compare, packed."""

    shown: str
    packed: bytes

    def plan(self) -> Plan | None:
        """Return the plan, or ``None`` when another version of abreast kept it in a shape that is not read any more."""
        try:
            return from_json(zlib.decompress(self.packed), Plan)
        except (DecodingError, zlib.error):
            return None


def snapshot(plan: Plan, shown: dt.datetime) -> Snapshot:
    """Return what is kept of a plan that is shown now."""
    return Snapshot(minute(shown), zlib.compress(msgspec.json.encode(for_comparison(plan))))


def minute(moment: dt.datetime) -> str:
    """Return a moment as it is kept: ISO, to the minute."""
    return moment.isoformat(timespec="minutes")


@dataclass(frozen=True)
class Kept:
    """Everything that is kept of one case: the text of its file, its notes, the last plans that were shown."""

    text: str
    notes: Notes = NO_NOTES
    seen: tuple[Snapshot, ...] = ()

    def seeing(self, plan: Plan, shown: dt.datetime, *, instead: bool = False) -> Kept:
        """Return this with a plan added to those shown, or put in the place of the last when nothing is new in it.

        ``instead`` puts it in the place of the last even so: the earlier one was shown in the same sitting.
        """
        last = self.seen[-1].plan() if self.seen else None
        if last is not None and not difference(last, plan) and not instead:
            return self
        before = self.seen[:-1] if instead else self.seen
        return replace(self, seen=(*before, snapshot(plan, shown))[-PLANS_KEPT:])


class _Bundle(msgspec.Struct, frozen=True):
    """What is in a locked file."""

    case: str
    notes: Notes
    seen: tuple[Snapshot, ...]


# --- reading -------------------------------------------------------------------------------------------------------


def key_of(path: Path, passphrase: str) -> Key:
    """Return the key of a locked case.

    Raises:
        WrongPassphrase: when the file is in order and the passphrase is another.
        DamagedVault: when the file is damaged.
        InputError: when it cannot be read, or is not locked.
    """
    content = content_of(path)
    if not is_locked(content):
        raise InputError(_("This case is not locked."), Place(str(path)))
    return open_key(content, passphrase, str(path))


def read_kept(path: Path, key: Key | None = None) -> Kept:
    """Return everything that is kept of a case. Notes that cannot be read are set aside, and the notes say so.

    Raises:
        Locked: when the case is locked and there is no key.
        WrongPassphrase: when the key is not the one it is locked with.
        DamagedVault: when it is locked and damaged.
        InputError: when the file cannot be read.
    """
    content = content_of(path)
    if is_locked(content):
        if key is None:
            raise Locked(_("This case is locked with a passphrase."), Place(str(path)))
        kept = _unbundled(unlock(content, key, str(path)), str(path))
        tidy(path)
        return kept
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(_("This case file cannot be read; it may be damaged."), Place(str(path))) from None
    return Kept(text, _notes_or_aside(path), _read_seen(path))


def content_of(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        InputError: when it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(_("There is no such file."), Place(str(path))) from None
    except OSError as error:
        raise InputError(_("It cannot be opened: %(why)s.") % {"why": error.strerror}, Place(str(path))) from None


def read_text(path: Path, content: bytes, ask: Ask | None) -> str:
    """Return the text of a locked case file; ``ask`` is called for its passphrase.

    Raises:
        Locked: when there is nobody to ask.
        WrongPassphrase: when the passphrase is another.
        DamagedVault: when the file is damaged.
    """
    label = label_of(content, str(path))
    if ask is None:
        raise Locked(_("This case is locked with a passphrase."), Place(str(path)))
    key = open_key(content, ask(label or path.name), str(path))
    return _unbundled(unlock(content, key, str(path)), str(path)).text


def _unbundled(plain: bytes, file: str) -> Kept:
    try:
        bundle = from_msgpack(plain, _Bundle)
    except DecodingError:
        raise DamagedVault(_("This locked case holds something that abreast did not write."), Place(file)) from None
    return Kept(bundle.case, bundle.notes, bundle.seen)


def read_notes(path: Path) -> Notes | None:
    """Return the notes beside a case file in clear; ``None`` when there are some that cannot be read."""
    try:
        return from_json(_beside(path, NOTES).read_bytes(), Notes)
    except FileNotFoundError:
        return Notes()
    except (OSError, DecodingError):
        return None


def _notes_or_aside(path: Path) -> Notes:
    notes = read_notes(path)
    if notes is not None:
        return notes
    aside = _beside(path, NOTES + DAMAGED)
    with contextlib.suppress(OSError):
        _beside(path, NOTES).replace(aside)
    said = _("The notes of this case could not be read and were set aside in %(file)s. Questions may be asked again.")
    return Notes(problems=(said % {"file": aside.name},))


def _read_seen(path: Path) -> tuple[Snapshot, ...]:
    try:
        return from_msgpack(_beside(path, SEEN).read_bytes(), tuple[Snapshot, ...])
    except (OSError, DecodingError):
        return ()


# --- writing -------------------------------------------------------------------------------------------------------


def write_kept(path: Path, kept: Kept, key: Key | None, label: str = "", before: Kept | None = None) -> None:
    """Write everything that is kept of a case: locked with a key, or in clear. On the disk when this returns.

    ``label`` is the name that a locked case shows. ``before`` is what the disk holds: in clear, only files that differ
    from it are written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if key is not None:
        bundle = msgspec.msgpack.encode(_Bundle(kept.text, kept.notes, kept.seen))
        write_whole(path, lock(bundle, key, label))
        return
    if before is None or before.seen != kept.seen:
        _write_seen(path, kept.seen)
    if before is None or before.text != kept.text:
        write_whole(path, kept.text.encode())
    if before is None or before.notes != kept.notes:
        write_whole(_beside(path, NOTES), msgspec.json.encode(kept.notes))


def _write_seen(path: Path, seen: tuple[Snapshot, ...]) -> None:
    if seen:
        write_whole(_beside(path, SEEN), msgspec.msgpack.encode(seen))
    else:
        _beside(path, SEEN).unlink(missing_ok=True)


def lock_case(path: Path, passphrase_key: Key, label: str) -> None:
    """Lock a case that is in clear: everything of it goes into one locked file, then what lay beside is removed.

    Raises:
        InputError: when it is locked already, or cannot be read.
    """
    if is_locked(content_of(path)):
        raise InputError(_("This case is locked already."), Place(str(path)))
    write_kept(path, read_kept(path), passphrase_key, label)
    tidy(path, older=0)


def unlock_case(path: Path, key: Key) -> None:
    """Take the lock off: notes and plans are written beside first, the case file last; until then it is locked.

    Raises:
        WrongPassphrase: when the key is another.
        DamagedVault: when the file is damaged.
    """
    kept = read_kept(path, key)
    _write_seen(path, kept.seen)
    write_whole(_beside(path, NOTES), msgspec.json.encode(kept.notes))
    write_whole(path, kept.text.encode())


def relock_case(path: Path, key: Key, new: Key, label: str | None = None) -> None:
    """Lock a locked case with another key, and another name to show when one is given.

    Raises:
        WrongPassphrase: when the first key is not the one it is locked with.
        DamagedVault: when the file is damaged.
    """
    shown = label_of(content_of(path), str(path)) if label is None else label
    write_kept(path, read_kept(path, key), new, shown)


# --- taking away ---------------------------------------------------------------------------------------------------


def tidy(path: Path, older: float = 60) -> None:
    """Take away what a crash left of a locked case: parts in clear, and files that were half written.

    Only what is ``older`` than some seconds: anything else may be another program's, which is writing it now.
    """
    beside = (_beside(path, end) for end in (NOTES, SEEN, WATCHED, NOTES + DAMAGED))
    for leftover in (*beside, *_half_written(path)):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime >= older:
                leftover.unlink()


def files_of(path: Path) -> tuple[Path, ...]:
    """Return every file that abreast wrote for a case and that is there: the case file first."""
    own = (path, *(_beside(path, end) for end in (NOTES, SEEN, WATCHED, NOTES + DAMAGED)), *_half_written(path))
    return tuple(one for one in own if one.is_file())


def _half_written(path: Path) -> Iterator[Path]:
    """Yield files of this case that were being written when the program or the machine stopped."""
    for name in (path.name, *(path.name + end for end in (NOTES, SEEN, WATCHED))):
        for one in path.parent.glob(f".{_literal(name)}.????????"):
            if one.is_file():
                yield one


def _literal(name: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


__all__ = [
    "DAMAGED",
    "NOTES",
    "PLANS_KEPT",
    "SEEN",
    "Appointment",
    "Asked",
    "Kept",
    "Notes",
    "Questions",
    "Remark",
    "Snapshot",
    "content_of",
    "files_of",
    "key_of",
    "lock_case",
    "minute",
    "read_kept",
    "read_notes",
    "read_text",
    "relock_case",
    "snapshot",
    "tidy",
    "unlock_case",
    "write_kept",
]
