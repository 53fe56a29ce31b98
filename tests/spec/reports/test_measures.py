"""Which numbers of a scan are lengths, in mm; p before one means that it is of an earlier scan."""

from __future__ import annotations

import pytest

from abreast.intake.report.families.measures import measures_in

TABLE = """
an irregular mass of 34 x 30 x 27 mm                              -> 34
1.9 cm anterior to it, two satellite masses, 8 mm and 6 mm        -> 8, 6
two foci of 7 and 5 mm lie 1.2 cm medial to the mass              -> 7, 5
RUL nodule 9 mm (was 14). LLL nodule 6 mm (was 8)                 -> 9, p14, 6, p8
right parietal cavity 16 mm vs 13 mm                              -> 16, p13
seg 5 met 18 x 16 mm (was 31 x 25)                                -> 18, p31
paratracheal node 11 mm short axis (was 17)                       -> 11, p17
LLL nod 11mm (8)                                                  -> 11, p8
seg 2 met 1.9 (1.2) cm                                            -> 19, p12
increased to 11 mm from 7 mm                                      -> 11, p7
segment VIII measures 24 mm compared with 39 mm                   -> 24, p39
LARGEST RLL 2.3 CM, 1.5 CM ON 5/30                                -> 23, p15
a mass 6 cm from the nipple                                       -> none
5 mm axial images, 2.5 mm recon                                   -> none
PD needs an increase of >= 5 mm                                   -> none
sum of diameters 87 mm to 55 mm                                   -> none
cortical thickness 7 mm                                           -> none
tip of the port 2 cm above the atrium                             -> none
RVSP 28 mmHg                                                      -> none
"""


def rows():
    for line in TABLE.strip().splitlines():
        words, _, told = line.partition("->")
        yield pytest.param(words.strip(), told.strip(), id=words.strip())


@pytest.mark.parametrize(("words", "told"), list(rows()))
def test_what_a_phrase_measures(words: str, told: str) -> None:
    found = [f"{'p' if one.prior else ''}{one.value:g}" for one in measures_in(words)]
    assert (", ".join(found) or "none") == told
