"""What follows from no treatment at all, and from tablets that are taken."""

from __future__ import annotations

import pytest

from tests.spec.disease.disease_tables import derived

_ALL_KNOWN = "complete therapy; complete radiation; complete surgery; "


@pytest.mark.parametrize(
    ("told", "complete"),
    [
        ("", True),
        ("surgery procedure=mastectomy", False),
        ("therapy drug=letrozole", False),
        ("toxicity kind=fatigue grade=1", False),
    ],
)
def test_without_treatment_no_side_effect_is_left_out(told: str, complete: bool) -> None:
    case = derived(f"{_ALL_KNOWN}{told}")
    assert (case.is_complete("toxicity") is not None) is complete


def test_treatment_that_may_be_missing_leaves_side_effects_open() -> None:
    assert derived("complete therapy; complete surgery").is_complete("toxicity") is None


@pytest.mark.parametrize(
    ("told", "swallows"),
    [
        ("therapy drug=letrozole ongoing=yes", True),
        ("medicine drug=metformin ongoing=yes", True),
        ("therapy drug=letrozole ongoing=no", None),
        ("therapy drug=fulvestrant ongoing=yes", None),
        ("therapy drug=letrozole ongoing=yes; swallows_tablets no", False),
    ],
)
def test_whoever_takes_tablets_can_swallow_them(told: str, swallows: bool | None) -> None:
    assert derived(told).read("swallows_tablets").value is swallows
