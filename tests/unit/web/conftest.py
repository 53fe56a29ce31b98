"""A desk whose cases are in a folder of the test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from abreast.session import Bench, open_bench
from abreast.web.desk import Desk
from abreast.web.store import Store

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="session")
def bench() -> Bench:
    """All that plans are made with."""
    return open_bench()


@pytest.fixture
def desk(tmp_path: Path, bench: Bench) -> Desk:
    """A desk with an empty folder."""
    return Desk(Store(tmp_path / "cases"), lambda: bench, lambda: TODAY)
