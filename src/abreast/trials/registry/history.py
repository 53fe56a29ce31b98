"""What updates changed: one row for each study that an update touched, so that "what is new" can be told later.

A row keeps the status before and after and, where the criteria changed, their former words. The rest of an older
record is not kept: the registry itself shows it on the study's page.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import zlib
from typing import Any

import msgspec

from abreast.trials.registry.status import OPEN_STATUSES
from abreast.trials.registry.study import Study

GONE = "GONE"
"""Stands in the place of a status when the registry no longer lists a study; no code of the registry is spelled so."""


class Change(msgspec.Struct, frozen=True):
    """What one update changed about one study.

    Attributes:
        day: the day on which it was seen here.
        nct: the registry number.
        before, after: the registry's status codes; ``before`` is empty for a study that was new here, and either is
            :data:`GONE` while the registry does not list the study.
        criteria: the former eligibility text, if that changed; otherwise `None`.
    """

    day: str
    nct: str
    before: str
    after: str
    criteria: str | None = None

    @property
    def opened(self) -> bool:
        """Whether the study now takes people, or will, and did not before."""
        return self.after in OPEN_STATUSES and self.before not in OPEN_STATUSES

    @property
    def closed(self) -> bool:
        """Whether the study took people, or would, and now does not."""
        return self.before in OPEN_STATUSES and self.after not in OPEN_STATUSES

    @property
    def gone(self) -> bool:
        """Whether the registry no longer lists it."""
        return self.after == GONE


def compare(day: dt.date, before: Study | None, after: Study) -> Change:
    """Return what is different between two copies of a study; ``before`` is `None` for a new one."""
    former = before.criteria if before is not None and before.criteria != after.criteria else None
    return Change(str(day), after.nct, standing(before), standing(after), former)


def standing(study: Study | None) -> str:
    """Return the status of a study as history writes it."""
    if study is None:
        return ""
    return GONE if study.copy.gone else study.status


def write(connection: sqlite3.Connection, change: Change) -> None:
    """Add a row. The caller holds the transaction."""
    criteria = None if change.criteria is None else zlib.compress(change.criteria.encode("utf-8", "replace"), 6)
    connection.execute(
        "INSERT INTO history (day, nct, before, after, criteria) VALUES (?, ?, ?, ?, ?)",
        (change.day, change.nct, change.before, change.after, criteria),
    )


def read(row: tuple[Any, ...]) -> Change:
    """Return a row of ``day, nct, before, after, criteria``."""
    day, nct, before, after, criteria = row
    text = None if criteria is None else zlib.decompress(criteria).decode("utf-8")
    return Change(day, nct, before, after, text)
