"""Slips of the pen in the names of drugs."""

from __future__ import annotations

import pytest

from abreast.intake.report.spelling import Misspelt

NAMES = Misspelt(
    {"letrozole": "letrozole", "ribociclib": "ribociclib", "ibrance": "palbociclib", "taxol": "paclitaxel"}
)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ribociclb", "ribociclib"),
        ("ribociclibb", "ribociclib"),
        ("letrozoel", "letrozole"),
        ("ibrence", "palbociclib"),
        ("letrozole", None),  # spelt right: found by its name
        ("letrazoel", None),  # two slips
        ("taxal", None),  # too short to be sure
        ("balance", None),
    ],
)
def test_one_slip_is_forgiven(word: str, meant: str | None) -> None:
    assert NAMES.meant(word) == meant
