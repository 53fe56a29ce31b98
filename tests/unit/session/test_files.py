"""Files of one person become one case: nothing is lost, ids stay apart, choices keep pointing at their fact."""

from __future__ import annotations

import pytest

from abreast.foundation.errors import InputError
from abreast.session import load_uploads
from abreast.session.files import together

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


def test_no_file_is_told() -> None:
    with pytest.raises(InputError, match="choose at least one file"):
        load_uploads([])
