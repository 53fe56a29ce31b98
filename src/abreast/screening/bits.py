"""Bits of things in words of 64, and a quick way from *64 answers a word* to *64 patients a word*.

What many tests say of one content is packed into a word: a bit for each test. Words are gathered for items and
patients much faster than the answers one by one, and only at the end turned to planes (:mod:`abreast.rules.planes`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from abreast.rules.planes import BITS, Words
from abreast.screening.vectors import Flags

Bits = npt.NDArray[np.uint64]
"""One word for each thing."""

ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_SWAPS = tuple(
    (step, np.uint64(mask))
    for step, mask in (
        (32, 0x0000_0000_FFFF_FFFF),
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    )
)
"""Steps of turning a square of 64 by 64 bits: blocks of 32, then of 16 ... change places across the diagonal."""


def packed(flags: Flags) -> Bits:
    """Return a word for each column of at most 64 rows of flags; the first row is the lowest bit."""
    rows, things = flags.shape
    side_by_side = np.zeros((things, BITS), dtype=np.bool_)
    side_by_side[:, :rows] = flags.T
    return np.packbits(side_by_side, axis=1, bitorder="little").view("<u8")[:, 0].astype(np.uint64)


def below(number: int) -> np.uint64:
    """Return the word in which the lowest ``number`` bits are set."""
    return ALL >> np.uint64(BITS - number) if number else np.uint64(0)


def everyone(patients: int) -> Bits:
    """Return the plane in which the bit of each patient is set."""
    plane = np.full(-(-patients // BITS), ALL, dtype=np.uint64)
    if patients % BITS:
        plane[-1] = below(patients % BITS)
    return plane


def planes_of_bits(words: Bits) -> Words:
    """Return a plane for each of the 64 bits: word by word of 64 patients, the first patient in the lowest bit.

    The recursive transposition of a bit matrix: Warren, Hacker's Delight, 2nd edition, section 7-3.
    """
    columns = -(-len(words) // BITS)
    padded = np.zeros(columns * BITS, dtype=np.uint64)
    padded[: len(words)] = words
    square = np.ascontiguousarray(padded.reshape(columns, BITS).T)
    for step, mask in _SWAPS:
        halves = square.reshape(BITS // (2 * step), 2, step, columns)
        low, high = halves[:, 0], halves[:, 1]
        width = np.uint64(step)
        differ = ((low >> width) ^ high) & mask
        high ^= differ
        low ^= differ << width
    return square


class Gathered:
    """Bits of the patients from several questions, packed side by side."""

    def __init__(self, patients: int) -> None:
        """Begin with none."""
        self._patients = patients
        self._words: list[Bits] = []
        self._used: list[int] = []

    def add(self, bits: Bits, width: int) -> int:
        """Keep the lowest ``width`` bits of each patient's word, all others zero; return the plane of the first."""
        for at, used in enumerate(self._used):
            if used + width <= BITS:
                self._words[at] |= bits << np.uint64(used)
                self._used[at] += width
                return at * BITS + used
        self._words.append(bits.copy())
        self._used.append(width)
        return (len(self._words) - 1) * BITS

    def planes(self) -> Words:
        """Return the planes of all bits."""
        if not self._words:
            return np.zeros((0, -(-self._patients // BITS)), dtype=np.uint64)
        return np.concatenate([planes_of_bits(words) for words in self._words])
