"""Whole short reports and all that is read of them: ``whole/*.txt``.

Above the line of equals signs stands the report. On that line stand the attributes that the example is about; under it
everything that is stated, doubted or of earlier among them (attribute=value [qualifier]), and nothing else may be read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from abreast.intake.report import read_text

FOLDER = Path(__file__).parent / "whole"
SAME_AS_NOW = {"new"}
NOT_READ = {"superseded", "pending", "germline pending", "conditional", "considered"}


def said(attribute: str, value: object, qualifier: str) -> str:
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    shown = "" if qualifier in SAME_AS_NOW else qualifier
    return f"{attribute}={plain}" + (f" [{shown}]" if shown else "")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_everything_that_a_report_says_of_some_attributes(file: Path) -> None:
    text, _, below = file.read_text(encoding="utf-8").partition("======== ")
    about, *expected = below.strip().splitlines()
    read = {
        said(one.attribute, one.value, one.qualifier)
        for one in read_text(text).findings
        if one.attribute in about.split() and one.qualifier not in NOT_READ
    }
    assert sorted(read) == sorted(set(expected))
