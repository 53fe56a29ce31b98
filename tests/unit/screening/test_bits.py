"""Bits of patients in words, turned to planes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from abreast.case import Case, Declaration, Fact
from abreast.rules import Count, Has, TermTest, Where
from abreast.rules.planes import bits_of, truths
from abreast.screening.bits import Gathered, below, everyone, packed, planes_of_bits
from abreast.screening.columns import Columns
from abreast.screening.facts import facts_of
from abreast.vocabulary import load_vocabulary


@pytest.mark.parametrize("patients", [0, 1, 63, 64, 65, 1000])
def test_a_plane_for_each_bit(patients: int) -> None:
    flags = np.random.default_rng(patients).random((64, patients)) < 0.3
    planes = planes_of_bits(packed(flags))
    assert planes.shape == (64, -(-patients // 64))
    for bit in range(64):
        assert (bits_of(planes[bit], patients) == flags[bit]).all()


def test_few_rows_are_the_lowest_bits() -> None:
    flags = np.array([[True, False], [False, False], [True, True]])
    assert packed(flags).tolist() == [0b101, 0b100]
    assert [int(below(number)) for number in (0, 1, 32, 64)] == [0, 1, 2**32 - 1, 2**64 - 1]


def test_bits_of_several_questions_share_words() -> None:
    widths = [40, 20, 30, 4, 64]
    flags = [np.random.default_rng(width).random((width, 130)) < 0.5 for width in widths]
    gathered = Gathered(130)
    starts = [gathered.add(packed(one), width) for one, width in zip(flags, widths, strict=True)]
    planes = gathered.planes()
    assert len(planes) == 3 * 64
    for start, one in zip(starts, flags, strict=True):
        for row, expected in enumerate(one, start=start):
            assert (bits_of(planes[row], 130) == expected).all()


def test_everyone_is_no_one_beyond_the_last() -> None:
    assert [int(one).bit_count() for one in everyone(130)] == [64, 64, 2]
    assert everyone(0).tolist() == []


def test_more_items_than_a_byte_counts() -> None:
    vocabulary = load_vocabulary()
    lesions = [Fact("metastasis", fields={"site": ("bone" if at % 3 else "liver",)}) for at in range(400)]
    cases = [Case.of(vocabulary, lesions[:number], [Declaration("metastasis")]) for number in (400, 3, 0)]
    columns = Columns(facts_of((f"p{at}", case) for at, case in enumerate(cases)), vocabulary, dt.date(2026, 11, 21))
    atoms = [Has("metastasis", (Where("site", TermTest(("liver",))),)), Count("metastasis", "<=", 1)]
    planes = columns.atom_planes(atoms)
    assert truths(planes, 0, 3).tolist() == [1, 1, -1]
    assert truths(planes, 1, 3).tolist() == [-1, -1, 1]
