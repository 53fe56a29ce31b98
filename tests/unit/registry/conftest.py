"""A registry of its own for every test that changes one, and one that all others share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from abreast.trials.registry import Registry, Study, open_registry, read_study


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry file as the first use makes it."""
    path = tmp_path_factory.mktemp("registry") / "registry.sqlite"
    open_registry(path).close()
    return path


@pytest.fixture(scope="session")
def shipped(built: Path) -> Iterator[Registry]:
    """The shipped registry, for reading only."""
    with open_registry(built) as registry:
        yield registry


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    """A copy of the registry file that a test may change or break."""
    return Path(shutil.copy(built, tmp_path / "registry.sqlite"))


@pytest.fixture
def make() -> Callable[..., Study]:
    """Read a study from the few fields that a test speaks of."""

    def build(**modules: dict[str, Any]) -> Study:
        protocol: dict[str, Any] = {"identificationModule": {"nctId": "NCT01234567", "briefTitle": "A Study"}}
        for name, fields in modules.items():
            protocol.setdefault(f"{name}Module", {}).update(fields)
        return read_study({"protocolSection": protocol})

    return build
