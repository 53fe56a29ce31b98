"""Files of one person become one case: nothing is lost, ids stay apart, choices keep pointing at their fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from abreast.foundation.errors import InputError
from abreast.session import load_uploads
from abreast.session.files import load_case, together

STAGE = b"""abreast: case/1
facts:
  - {is: stage.stated, value: IV, id: stage}
"""
OTHER_STAGE = b"""abreast: case/1
facts:
  - {is: stage.stated, value: III, id: stage}
settled:
  - {attribute: stage.stated, fact: stage}
"""


def test_two_files_that_disagree_are_a_conflict() -> None:
    loaded = load_uploads([("first.yaml", STAGE), ("second.yaml", OTHER_STAGE.split(b"settled")[0])])
    assert [fact.id for fact in loaded.case.facts] == ["stage", "stage/2"]
    assert loaded.case.read("stage.stated").conflict


def test_a_file_that_comes_later_keeps_its_choice_on_its_own_fact() -> None:
    both = together(load_uploads([("first.yaml", STAGE)]), load_uploads([("second.yaml", OTHER_STAGE)]))
    assert both.case.read("stage.stated").value == "III"
    assert len({fact.id for fact in both.case.facts}) == 2


def test_one_upload_that_cannot_be_read_is_named_and_the_rest_is_taken() -> None:
    loaded = load_uploads([("photo.heic", b"\x00\x00\x00\x18ftypheic"), ("case.yaml", STAGE), ("cut.json", b"{")])
    assert loaded.case.read("stage.stated").value == "IV"
    assert [one.split(":")[0].split(",")[0] for one in loaded.reading.problems] == ["photo.heic", "cut.json"]
    assert "HEIC" in loaded.reading.problems[0]


def test_uploads_of_which_none_can_be_read_are_refused() -> None:
    with pytest.raises(InputError, match=r"photo\.heic: .*HEIC"):
        load_uploads([("photo.heic", b"\x00\x00\x00\x18ftypheic"), ("empty.txt", b"")])


def test_no_file_is_told() -> None:
    with pytest.raises(InputError, match="choose at least one file"):
        load_uploads([])


@pytest.mark.parametrize(
    ("first", "second", "warns"), [("11/02/1961", "12/04/1969", 1), ("11/02/1961", "11/02/1961", 0)]
)
def test_reports_with_two_dates_of_birth_may_be_of_two_people(first: str, second: str, warns: int) -> None:
    told = "The files give different dates of birth. Are they all about the same person?"
    one, two = (("a.txt", f"DOB: {first}\nER: positive".encode()), ("b.txt", f"DOB: {second}\nPR: positive".encode()))
    at_once = load_uploads([one, two])
    one_by_one = together(load_uploads([one]), load_uploads([two]))
    for loaded in (at_once, one_by_one, together(at_once, load_uploads([two]))):
        assert loaded.reading.problems.count(told) == warns


def test_the_sample_and_files_are_not_taken_together() -> None:
    with pytest.raises(InputError, match="--sample is a made-up person"):
        load_case([Path("mine.json")], sample=True)
