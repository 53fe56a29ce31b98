"""The copy of the registry that ships with abreast, so that the first run needs no network."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from abreast.foundation.dates import PartialDate
from abreast.trials.registry.study import Copy


class Entry(msgspec.Struct, frozen=True):
    """A record as the registry gave it, and where the copy comes from."""

    record: dict[str, Any]
    copy: Copy


class Snapshot(msgspec.Struct, frozen=True):
    """What the shipped copy says of itself: see ``data/snapshot.json``.

    ``as_of`` is the newest update of any study in it. Most studies were copied earlier: their own dates count.
    """

    as_of: str
    digest: str
    source: str
    licence: str
    endorsement: str
    changes: str
    counts: dict[str, int | dict[str, int]]


@cache
def snapshot() -> Snapshot:
    """Return the manifest of the shipped copy."""
    text = resources.files(__package__).joinpath("data", "snapshot.json").read_bytes()
    return msgspec.json.decode(text, type=Snapshot)


def snapshot_entries() -> Iterator[Entry]:
    """Yield every record of the shipped copy, in order of number."""
    packed = resources.files(__package__).joinpath("data", "snapshot.jsonl.gz").read_bytes()
    yield from read_entries(packed)


def read_entries(packed: bytes) -> Iterator[Entry]:
    """Yield the records of a file in the snapshot's form (gzip, one ``{"copy": ..., "record": ...}`` a line)."""
    for line in gzip.decompress(packed).splitlines():
        value = json.loads(line)
        copy = value["copy"]
        taken = PartialDate.parse(copy["taken"]) if "taken" in copy else None
        yield Entry(value["record"], Copy(copy["source"], taken, copy.get("converted", False)))
