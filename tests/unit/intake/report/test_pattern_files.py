"""The patterns of the data files, and those made of them, do not get lost either."""

from __future__ import annotations

import re

import pytest

from abreast.intake.report.families.blood import labs
from abreast.intake.report.families.gene_words import genes
from abreast.intake.report.families.sites import _sites
from abreast.intake.report.families.virology import _tests
from abreast.intake.report.words import patterns
from tests.unit.intake.report.test_patterns import gets_lost

FILES = ("context.yaml", "gene_parts.yaml", "lesions.yaml", "samples.yaml", "spread.yaml")


@pytest.mark.parametrize("file", FILES)
def test_the_patterns_of_a_file_stay_quick(file: str) -> None:
    assert not {name: unit for name, pattern in patterns(file).items() if (unit := gets_lost(pattern))}


@pytest.mark.parametrize(
    "pattern", [labs(), genes(), _sites()[0], _tests()], ids=["blood tests", "genes", "places", "virology"]
)
def test_the_patterns_of_names_stay_quick(pattern: re.Pattern[str]) -> None:
    assert not gets_lost(pattern)
