"""Dictations in small letters are read as if they were written."""

from __future__ import annotations

import pytest

from abreast.intake.report.spoken import is_spoken, written

LONG = " the patient was seen today in clinic and is doing very well with no new complaints of any kind" * 3


@pytest.mark.parametrize(
    ("spoken", "read"),
    [
        ("er ten percent weak", "ER 10 percent weak"),
        ("pr zero", "PR 0"),
        ("her two one plus", "HER2 1+"),
        ("her two positive", "HER2 positive"),
        ("brca one and two negative", "BRCA1/2 negative"),
        ("a vus in palb two", "a vus in PALB2"),
        ("y p t one b y p n zero", "ypT1b ypN0"),
        ("clinical stage two b she", "clinical stage IIB she"),
        ("hemoglobin thirteen point one", "hemoglobin 13.1"),
        ("platelets two hundred and forty four", "platelets 244"),
        ("residual eight millimeter tumor", "residual 8 mm tumor"),
        ("pd l one cps less than one", "PD-L1 cps <1"),
        ("her two sisters came", "her 2 sisters came"),
        ("grade three", "grade 3"),
    ],
)
def test_words_become_signs_and_places_stay(spoken: str, read: str) -> None:
    text = spoken + LONG
    assert " ".join(written(text).split()).startswith(read)
    assert len(written(text)) == len(text)


@pytest.mark.parametrize("text", ["her two one plus", "Biopsy One. ER ten percent. " + LONG.title()])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert not is_spoken(text)
    assert written(text) == text
