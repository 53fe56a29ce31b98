"""What is asked of the registry, in the terms of its API v2; ``docs/registry.md`` says where these are documented."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from abreast.foundation.packed import packed

SOURCE = "ClinicalTrials.gov API v2"
"""What :attr:`~..study.Copy.source` says of a record fetched here."""

Parameters = dict[str, str]


class Scope(msgspec.Struct, frozen=True):
    """Which studies are asked for: those about any of these conditions, with one of these statuses."""

    version: int
    conditions: tuple[str, ...]
    statuses: tuple[str, ...]

    @property
    def digest(self) -> str:
        """A name that changes when anything asked for does."""
        return hashlib.blake2b(msgspec.json.encode(self), digest_size=8).hexdigest()

    @property
    def words(self) -> str:
        """The conditions in the registry's expression syntax."""
        return " OR ".join(f'"{condition}"' for condition in self.conditions)

    def open_studies(self) -> Parameters:
        """Return what asks for every study in scope that takes people, or will."""
        return {"query.cond": self.words, "filter.overallStatus": ",".join(self.statuses)}

    def updated_since(self, day: dt.date) -> Parameters:
        """Return what asks for every study in scope that was updated on a day or later, whatever its status."""
        return {"query.cond": self.words, "filter.advanced": f"AREA[LastUpdatePostDate]RANGE[{day},MAX]"}


def by_number(numbers: Iterable[str]) -> Parameters:
    """Return what asks for studies by their registry numbers."""
    return {"filter.ids": ",".join(numbers)}


@cache
def scope() -> Scope:
    """Return what ships."""
    file = Path(str(resources.files(__package__).joinpath("data", "query.yaml")))
    return packed("registry-query", [file], Scope, lambda: _read(file))


def _read(file: Path) -> Scope:
    from abreast.foundation.yaml import read_yaml

    return msgspec.convert(read_yaml(file.read_text(encoding="utf-8"), file.name), Scope)
