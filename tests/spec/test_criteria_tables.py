"""Each line of the tables in ``criteria/`` is read as the rule beside it."""

from pathlib import Path

import pytest

from abreast.rules import parse_rule, rule_text
from abreast.trials.eligibility import read_criterion
from abreast.vocabulary import load_vocabulary

FOLDER = Path(__file__).parent / "criteria"


def lines():
    for file in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                section, words, rule = (part.strip() for part in line.split(" | "))
                yield pytest.param(section, words, rule, id=f"{file.stem}:{number}")


@pytest.mark.parametrize(("section", "words", "rule"), list(lines()))
def test_words_are_read_as_the_rule(section, words, rule):
    read = read_criterion(words, "inclusion" if section == "in" else "exclusion")
    assert rule_text(read.rule) == rule_text(parse_rule(rule, load_vocabulary()))
    assert bool(read.residue) == ("unread" in rule)
