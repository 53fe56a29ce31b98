"""The reading grade: syllables by spelling, and names set aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from abreast.knowledge.reading import NO_NAMES, Names, grade, syllables, word_count
from abreast.vocabulary import Vocabulary

# Counted by hand.
SYLLABLES = {
    1: "eye tired played called died tried cells stopped takes years hair bone they one were there side used goes does "
    "can't",
    2: "cancer treatment table tables handled changes doses wanted going diet patient special fluid science quiet "
    "value doesn't trial doctor fever seizure people include",
    3: "medicine period usual serious employer nausea infection hospital vomiting appointment area together continue "
    "ovaries carries",
    4: "radiation medication diabetes diarrhea usually anxiety society experience oncologist menopausal",
}
WORDS = [(word, count) for count, words in SYLLABLES.items() for word in words.split()]
MISREAD = frozenset({"tired", "carries"})
"""Words that the rules of spelling get wrong; more than a few would make the grade worthless."""


@pytest.mark.parametrize(("word", "count"), [pair for pair in WORDS if pair[0] not in MISREAD])
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_few_words_are_misread() -> None:
    wrong = [word for word, count in WORDS if syllables(word) != count]
    assert set(wrong) <= MISREAD
    assert len(wrong) / len(WORDS) < 0.05


def test_the_formula() -> None:
    # Ten words, two sentences, ten syllables: 0.39 * 5 + 11.8 * 1 - 15.59
    assert grade("The cat sat on it. The dog sat too, now.") == pytest.approx(-1.84)


def test_a_decimal_point_ends_no_sentence() -> None:
    assert word_count("It lasted 9.5 months for half of them.") == 8
    assert grade("It lasted 9.5 months for half.") == grade("It lasted 9 months for half.")


def test_longer_words_and_sentences_grade_higher() -> None:
    assert grade("It helps. It is mild.") < grade("It helps, and it is mild.") < grade("It alleviates considerably.")


def test_names_are_one_word_of_two_syllables(vocabulary: Vocabulary) -> None:
    names = Names.of(vocabulary)
    plain = grade("Ask about doctor now.", names)
    assert grade("Ask about trastuzumab deruxtecan now.", names) == plain
    assert grade("Ask about Enhertu now.", names) == plain
    assert grade("Ask about trastuzumab deruxtecan now.", NO_NAMES) > plain + 5


def test_words_of_the_list_are_set_aside(vocabulary: Vocabulary, tmp_path: Path) -> None:
    (tmp_path / "reading.yaml").write_text("words: [chemotherapy]\n")
    names = Names.of(vocabulary, tmp_path)
    assert grade("Ask about chemotherapy now.", names) == grade("Ask about doctor now.", names)


def test_no_words_no_grade() -> None:
    assert grade("...") == 0.0
