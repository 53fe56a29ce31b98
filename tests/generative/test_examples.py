"""The suite tries the same examples whatever else is loaded: a red run means that the code changed, not its company."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from tests import conftest


def examples() -> list[tuple[int, str]]:
    """Return what a derandomized test is given, with the modules that are loaded now."""
    seen = []

    @settings(derandomize=True, database=None)
    @given(st.integers(), st.text(max_size=20))
    def collect(number: int, words: str) -> None:
        seen.append((number, words))

    collect()
    return seen


def load(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one more module of the person's own loaded, with constants that no other module has."""
    file = path / f"{path.name}.py"
    file.write_text(f"NUMBERS = {list(range(700_001, 700_099))}\nWORDS = {[f'{path.name} {n}' for n in range(99)]}\n")
    module = ModuleType(path.name)
    module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, path.name, module)


@contextmanager
def forgetting() -> Iterator[None]:
    """Keep what is mined here from the tests that follow: Hypothesis keeps a list of constants by their bounds."""
    providers.CONSTANTS_CACHE.cache.clear()
    yield
    providers.CONSTANTS_CACHE.cache.clear()


def test_another_module_changes_no_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "company"
    path.mkdir()
    before = examples()
    load(path, monkeypatch)
    assert examples() == before


def test_it_would_if_the_constants_of_modules_were_mined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "otherwise"
    path.mkdir()
    before = examples()
    monkeypatch.setattr(providers, "_get_local_constants", conftest._mined)
    load(path, monkeypatch)
    with forgetting():
        assert examples() != before
