"""A registry that `abreast sync` has changed is seen by the app that is running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from abreast.session import load_case, open_bench
from abreast.trials.registry import Copy, Entry, Registry, open_registry
from abreast.web.desk import Desk
from abreast.web.store import Store
from tests.fake.ctgov import study
from tests.unit.web.conftest import TODAY

CASE = """\
abreast: case/1
facts:
- {is: cancer, value: breast}
- {is: m.clinical, value: M1}
- {is: sex, value: female}
- {is: birth_date, value: 1965-03-01}
"""
CRITERIA = "Inclusion Criteria:\n\n* Metastatic breast cancer\n\nExclusion Criteria:\n\n* Pregnancy\n"


def put(registry: Registry, nct: str) -> None:
    record = study(nct, f"Trial {nct} in Breast Cancer", criteria=CRITERIA, update="2026-11-01")
    registry.upsert([Entry(record, Copy("test"))], day=TODAY)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry of this machine, with one trial; open, as it is while another process brings it up to date."""
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    with open_registry() as registry:
        registry.replace_all([])
        put(registry, "NCT00000001")
        yield registry


def test_a_changed_registry_is_seen_without_a_restart(registry: Registry, tmp_path: Path) -> None:
    case = tmp_path / "ann.yaml"
    case.write_text(CASE)
    desk = Desk(Store(tmp_path / "cases"), open_bench, lambda: TODAY)
    desk.add(load_case([case]))
    before, bench = desk.plan(), desk.bench()
    assert before.trials.treatment
    assert (desk.plan(), desk.bench()) == (before, bench)
    assert desk.plan() is before  # nothing changed: nothing is made anew
    put(registry, "NCT00000002")
    shown = {one.nct for one in desk.plan().trials.treatment}
    assert shown == {"NCT00000001", "NCT00000002"}
    assert desk.bench() is not bench


def test_reading_new_criteria_is_no_change(registry: Registry) -> None:
    assert open_bench().is_current()  # although what was read of the criteria went into the registry
