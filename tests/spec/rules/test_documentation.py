"""The examples of the documentation are read by what they document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abreast.case.file import read_case
from abreast.rules import parse_rule
from tests.spec.rules.rule_tables import VOCABULARY

DOCS = Path(__file__).parents[3] / "docs"
LANGUAGE = (DOCS / "rule-language.md").read_text(encoding="utf-8")
CASE_FILE = (DOCS / "case-file.md").read_text(encoding="utf-8")


def examples() -> list[str]:
    """Return the lines of the code blocks and what stands in the first column of the tables."""
    blocks = [line for block in re.findall(r"```\n(.*?)```", LANGUAGE, re.DOTALL) for line in block.splitlines()]
    cells = [
        code
        for line in LANGUAGE.splitlines()
        if line.startswith("| `")
        for code in re.findall(r"`([^`]+)`", line.split("|")[1])
    ]
    return blocks + cells


@pytest.mark.parametrize("rule", examples())
def test_every_example_is_a_rule(rule: str) -> None:
    assert parse_rule(rule, VOCABULARY)


def test_there_are_examples() -> None:
    assert len(examples()) > 20


def test_the_case_file_of_the_documentation() -> None:
    block = re.search(r"```yaml\n(.*?)```", CASE_FILE, re.DOTALL)
    assert block
    assert len(read_case(block[1], "case-file.md", VOCABULARY).facts) == 5
