"""Whole cases, and what their plans must and must not say. The rules of matching are in ``docs/evaluation.md``."""

from __future__ import annotations

from pathlib import Path

import pytest

from abreast.evaluation.vignettes import Vignette, judge_vignette, read_vignettes

CASES = read_vignettes(Path(__file__).parent)


@pytest.mark.parametrize("vignette", CASES, ids=[f"{one.id} {one.title}" for one in CASES])
def test_plan_says_what_it_must(vignette: Vignette) -> None:
    misses = judge_vignette(vignette).misses
    assert not misses, "\n".join(f"{one.field}: {one.item}\n    {one.outcome.by}" for one in misses)


def test_every_case_says_why_and_by_whom() -> None:
    for one in CASES:
        assert one.sources, one.id
        assert one.why or one.title, one.id


def test_ids_stand_once() -> None:
    assert len({one.id for one in CASES}) == len(CASES) >= 60
