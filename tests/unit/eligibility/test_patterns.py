"""The lexicon and the patterns fit the vocabulary and each other, and every test line of a pattern holds."""

import time
from itertools import product

import pytest

from abreast.rules import parse_rule, rule_text
from abreast.trials.eligibility import read_criterion
from abreast.trials.eligibility.families.numbers import values_of
from abreast.trials.eligibility.grammar import load_patterns
from abreast.trials.eligibility.lexicon import expand, read_entries
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
TERMS = {
    "drug": "drug",
    "gene": "gene",
    "histology": "histology",
    "tnm_t": "tnm_t",
    "tnm_n": "tnm_n",
    "site": "site",
    "menop": "menopause",
    "setting": "setting",
    "sex": "sex",
    "procedure": "procedure",
}


_OBSTACLES = ("Prior", "Chemo", "Active", "Myocardial", "Pregnant", "NYHA", "Liver")
"""What the lines begin with that studies put under "Exclusion"."""


def lines():
    for pattern, reads in load_patterns()[1].items():
        for words, rule in reads.items():
            yield pytest.param(words, rule, id=f"{pattern}: {words}")


@pytest.mark.parametrize(("words", "rule"), list(lines()))
def test_the_test_line_of_a_pattern(words, rule):
    read = read_criterion(
        words,
        "exclusion"
        if words.startswith(("Prior", "Chemo", "Active", "Myocardial", "Pregnant", "NYHA", "Liver"))
        else "inclusion",
    )
    assert rule_text(read.rule) == rule_text(parse_rule(rule, VOCABULARY))
    assert not read.residue


def test_every_term_of_the_lexicon_is_in_the_vocabulary():
    missing = {
        (entry.kind, value)
        for entry in read_entries()
        if entry.kind in TERMS
        for value in values_of(Token(entry.kind, 0, 0, entry.value))
        if value not in VOCABULARY.terms[TERMS[entry.kind]]
    }
    assert missing == set()


def test_every_laboratory_value_is_an_attribute():
    known = {*VOCABULARY.attributes, "transaminase"}
    assert {entry.value for entry in read_entries() if entry.kind == "lab"} <= known


def test_every_rule_of_the_lexicon_is_a_rule():
    for rule in {entry.value for entry in read_entries() if entry.kind == "rule"}:
        parse_rule(rule, VOCABULARY)


def test_phrases_with_alternatives():
    assert list(expand("a (b|c) d; e")) == ["a b d", "a c d", "e"]
    assert list(expand("(x|) y")) == ["x y", "y"]


def test_no_pattern_gets_lost_in_long_lists():
    """A pattern with a repeat inside a repeat takes twice as long for each further word, and then never ends.

    Twenty-six words of one or two kinds show it: such a pattern needs minutes for them, any other far less than a
    millisecond, so that the limit does not depend on the machine.
    """
    for pattern in load_patterns()[0]:
        letters = sorted({one for one in pattern.expression.pattern if ord(one) > 0x2000})
        for first, second in product(letters, repeat=2):
            begun = time.process_time()
            for needed in ("", *pattern.needs):
                pattern.expression.search(needed + (first + second) * 13 + "a")
            spent = time.process_time() - begun
            assert spent < 1, f"{pattern.id} takes {spent:.1f} s for a list of {len(letters)} kinds of words"
