"""Where cases are kept: one folder that the person sees, one case file and one file of notes for each case.

The case file is the published format (``docs/case-file.md``). The notes hold what a case file has no place for: which
questions were asked and which of them were answered with "I do not know", and what reading the records left over.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from abreast.case import Case
from abreast.case.file import read_case, write_case
from abreast.foundation.errors import InputError, Place
from abreast.foundation.packed import write_whole
from abreast.plan import Reading
from abreast.plan.model import NotUnderstood
from abreast.session import Loaded
from abreast.vocabulary import Vocabulary

CASE_FILE = re.compile(r"[^/\\\0.][^/\\\0]*\.(yaml|yml|json)")
NOTES = ".notes.json"


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


class Notes(msgspec.Struct, frozen=True):
    """What is kept beside a case file."""

    asked: tuple[Asked, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    problems: tuple[str, ...] = ()
    questions: Questions = Questions()

    def asking(self, one: Asked) -> Notes:
        """Return the notes with a question put; one that was put before keeps its place."""
        if any(other.id == one.id for other in self.asked):
            return msgspec.structs.replace(self, asked=tuple(one if o.id == one.id else o for o in self.asked))
        return msgspec.structs.replace(self, asked=(*self.asked, one))

    def find(self, question: str) -> Asked | None:
        """Return how a question was put, or ``None`` when it was not."""
        return next((one for one in self.asked if one.id == question), None)


@dataclass(frozen=True)
class Saved:
    """A case file in the folder."""

    name: str
    changed: dt.datetime


class Store:
    """The folder of cases. Files in it are readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made when the first case is saved."""
        self.folder = folder

    def saved(self) -> list[Saved]:
        """Return the case files, the one changed last first."""
        if not self.folder.is_dir():
            return []
        files = [one for one in self.folder.iterdir() if _is_case(one.name) and one.is_file()]
        found = [Saved(one.name, dt.datetime.fromtimestamp(one.stat().st_mtime)) for one in files]
        return sorted(found, key=lambda one: (one.changed, one.name), reverse=True)

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
        if not _is_case(name) or not (self.folder / name).is_file():
            raise InputError("there is no such case in your folder any more", Place(str(self.folder)))
        return self.folder / name

    def read(self, name: str, vocabulary: Vocabulary) -> tuple[Loaded, Notes]:
        """Read a case and its notes; notes that cannot be read are as good as none, and the case says so.

        Raises:
            InputError: when there is no such case, or its file is damaged.
        """
        path = self.path(name)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise InputError("this case file cannot be read; it may be damaged", Place(str(path))) from None
        case = read_case(text, name, vocabulary)
        notes = self._notes(name)
        return Loaded(case, Reading(notes.not_understood, notes.problems)), notes

    def _notes(self, name: str) -> Notes:
        try:
            return msgspec.json.decode((self.folder / (name + NOTES)).read_bytes(), type=Notes)
        except FileNotFoundError:
            return Notes()
        except (OSError, msgspec.MsgspecError):
            return Notes(problems=("The notes of this case could not be read: some questions may be asked again.",))

    def write(self, name: str, case: Case, notes: Notes) -> None:
        """Write a case and its notes, each whole or not at all; when this returns, they are on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = write_case(case, "json" if name.endswith(".json") else "yaml")
        write_whole(self.folder / name, text.encode())
        write_whole(self.folder / (name + NOTES), msgspec.json.encode(notes))

    def delete(self, name: str) -> None:
        """Delete a case and its notes.

        Raises:
            InputError: when there is no such case.
        """
        path = self.path(name)
        (self.folder / (name + NOTES)).unlink(missing_ok=True)
        path.unlink()


def _is_case(name: str) -> bool:
    return bool(CASE_FILE.fullmatch(name)) and not name.endswith(NOTES)


__all__ = ["Asked", "Notes", "Questions", "Saved", "Store"]
