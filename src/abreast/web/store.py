"""The folder of cases that the person sees: a list of them, and each read, written and deleted with all it consists of.

What lies beside a case file, in clear or locked, is the matter of :mod:`abreast.session.keeping`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from abreast.case import Case
from abreast.case.file import read_case, write_case
from abreast.foundation.decoding import from_json
from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext as _
from abreast.foundation.yaml import read_yaml
from abreast.plan import Reading
from abreast.session import Loaded
from abreast.session.keeping import (
    DAMAGED,
    NOTES,
    SEEN,
    Asked,
    Kept,
    Notes,
    Questions,
    content_of,
    files_of,
    key_of,
    read_kept,
    read_notes,
    write_kept,
)
from abreast.session.vault import Key, fits, is_locked, label_of
from abreast.vocabulary import Vocabulary

CASE_FILE = re.compile(r"[^/\\\0.][^/\\\0]*\.(yaml|yml|json)")


@dataclass(frozen=True)
class Saved:
    """A case of the folder, as the list shows it.

    ``label`` is the name that the person gave it, or that of its file. Of a locked case nothing else is known, and of a
    damaged one neither. ``opened`` is ISO, to the minute.
    """

    name: str
    changed: dt.datetime
    label: str = ""
    locked: bool = False
    damaged: bool = False
    notes: Notes | None = None

    @property
    def opened(self) -> str:
        """When it was opened last, ISO to the minute, or nothing."""
        return self.notes.opened if self.notes else ""


@dataclass(frozen=True)
class Deleted:
    """What was deleted, by name, and what else is in the folder and was not written by abreast."""

    cases: int
    files: tuple[str, ...]
    left: tuple[str, ...] = ()


class Store:
    """The folder of cases. Files in it are readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made when the first case is saved."""
        self.folder = folder

    # --- the list --------------------------------------------------------------------------------------------

    def saved(self) -> list[Saved]:
        """Return the cases, the one changed last first."""
        return sorted(map(_saved, self._cases()), key=lambda one: (one.changed, one.name), reverse=True)

    def _cases(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [one for one in self.folder.iterdir() if _is_case(one.name) and one.is_file()]

    def new_name(self, today: dt.date) -> str:
        """Return a name that no file has; it says nothing but the day."""
        number = 1
        while True:
            name = f"case-{today}{f'-{number}' if number > 1 else ''}.yaml"
            if not (self.folder / name).exists():
                return name
            number += 1

    def path(self, name: str) -> Path:
        """Return where a case file is.

        Raises:
            InputError: when the folder has no such case.
        """
        if not self.has(name):
            raise InputError(_("There is no such case in your folder any more."), Place(str(self.folder)))
        return self.folder / name

    def files(self, name: str) -> tuple[str, ...]:
        """Return the names of every file that abreast wrote for a case.

        Raises:
            InputError: when there is no such case.
        """
        return tuple(one.name for one in files_of(self.path(name)))

    def stamp(self, name: str) -> tuple[int, ...]:
        """Return what changes when any file of a case does."""
        return tuple(one.stat().st_mtime_ns for one in files_of(self.path(name)))

    # --- one case --------------------------------------------------------------------------------------------

    def is_locked(self, name: str) -> bool:
        """Whether a case is locked with a passphrase.

        Raises:
            InputError: when there is no such case.
        """
        with self.path(name).open("rb") as file:
            return is_locked(file.read(4096))

    def is_as(self, name: str, key: Key | None) -> bool:
        """Whether a case is still locked with a key, or still in clear without one; one that is gone can be either."""
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            return True
        return fits(content, key) if key else not is_locked(content)

    def has(self, name: str) -> bool:
        """Whether the folder has such a case."""
        return _is_case(name) and (self.folder / name).is_file()

    def says(self, name: str, kept: Kept, key: Key | None) -> bool:
        """Whether the case and its notes are as kept here; neither when it was opened nor which plans were shown count.

        Raises:
            InputError: when its file is damaged.
        """
        there = read_kept(self.path(name), key)
        return there.text == kept.text and _unopened(there.notes) == _unopened(kept.notes)

    def key(self, name: str, passphrase: str) -> Key:
        """Return the key of a locked case.

        Raises:
            WrongPassphrase: when the passphrase is another.
            DamagedVault: when the file is damaged.
            InputError: when there is no such case.
        """
        return key_of(self.path(name), passphrase)

    def shown_as(self, name: str) -> str:
        """Return the name that a locked case shows.

        Raises:
            DamagedVault: when the file is damaged.
            InputError: when there is no such case.
        """
        return label_of(content_of(self.path(name)), name)

    def read(self, name: str, vocabulary: Vocabulary, key: Key | None = None) -> tuple[Loaded, Kept]:
        """Read a case and what is kept beside it; notes that cannot be read are set aside, and the case says so.

        Raises:
            Locked: when it is locked and there is no key.
            WrongPassphrase: when the key is not its key.
            InputError: when there is no such case, or its file is damaged.
        """
        kept = read_kept(self.path(name), key)
        case = read_case(kept.text, name, vocabulary)
        return Loaded(case, Reading(kept.notes.not_understood, kept.notes.problems)), kept

    def write(
        self,
        name: str,
        case: Case,
        kept: Kept,
        *,
        key: Key | None = None,
        label: str = "",
        before: Kept | None = None,
    ) -> Kept:
        """Write a case and what is kept beside it; when this returns, it is on the disk. Returns what was written.

        ``before`` is what the disk holds: of a case in clear, only files that differ from it are written.
        """
        kept = replace(kept, text=write_case(case, "json" if name.endswith(".json") else "yaml"))
        write_kept(self.folder / name, kept, key, label, before)
        return kept

    # --- taking away -----------------------------------------------------------------------------------------

    def delete(self, name: str) -> Deleted:
        """Delete a case with everything that abreast wrote for it.

        Raises:
            InputError: when there is no such case.
        """
        return Deleted(1, _unlinked(self.path(name)))

    def delete_all(self) -> Deleted:
        """Delete every case with everything that abreast wrote for it, and the folder when nothing is left in it."""
        cases = self._cases()
        files = [name for one in cases for name in _unlinked(one)]
        for orphan in self._orphans():
            orphan.unlink(missing_ok=True)
            files.append(orphan.name)
        left = sorted(one.name for one in self.folder.iterdir()) if self.folder.is_dir() else []
        if not left and self.folder.is_dir():
            self.folder.rmdir()
        return Deleted(len(cases), tuple(files), tuple(left))

    def _orphans(self) -> list[Path]:
        """Return files of ours whose case is gone: notes, plans, and what was half written."""
        if not self.folder.is_dir():
            return []
        ends = tuple(f"{kind}{end}" for kind in (".yaml", ".yml", ".json") for end in (NOTES, SEEN, NOTES + DAMAGED))
        half = re.compile(rf"\..+\.(yaml|yml|json)({re.escape(NOTES)}|{re.escape(SEEN)})?\.[a-z0-9_]{{8}}")
        files = [one for one in self.folder.iterdir() if one.is_file()]
        return [one for one in files if one.name.endswith(ends) or half.fullmatch(one.name)]


def _unopened(notes: Notes) -> Notes:
    return msgspec.structs.replace(notes, opened="")


class _Labelled(msgspec.Struct):
    """What the list of cases shows of a case file in JSON; what else stands there is not read."""

    label: str = ""


def _saved(path: Path) -> Saved:
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime)
    try:
        content = path.read_bytes()
        if is_locked(content):
            return Saved(path.name, changed, label_of(content, path.name) or path.name, locked=True)
        label = _label(content.decode("utf-8-sig"), path.name)
    except (OSError, InputError, UnicodeDecodeError):
        return Saved(path.name, changed, path.name, damaged=True)
    return Saved(path.name, changed, label or path.name, notes=read_notes(path))


def _label(text: str, name: str) -> str:
    """Return the label of a case file, without reading the rest of it: a list of many must not take long."""
    try:
        if name.endswith(".json"):
            return from_json(text, _Labelled).label
        line = re.search(r"^label:.*$", text, re.MULTILINE)
        found = read_yaml(line[0], name) if line else {}
    except InputError:
        return ""
    label = found.get("label") if isinstance(found, dict) else ""
    return label if isinstance(label, str) else ""


def _unlinked(path: Path) -> tuple[str, ...]:
    """Delete the files of a case, the case file last: what is left after a crash is still a case of the list."""
    files = files_of(path)
    for one in reversed(files):
        one.unlink(missing_ok=True)
    return tuple(one.name for one in files)


def _is_case(name: str) -> bool:
    return bool(CASE_FILE.fullmatch(name)) and not name.endswith(NOTES)


__all__ = ["Asked", "Deleted", "Notes", "Questions", "Saved", "Store"]
