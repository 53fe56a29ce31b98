"""Whatever stands in an eligibility text, reading it ends well, stays in its place, and takes time in proportion."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.rules import check
from abreast.rules.expression import Residue, walk
from abreast.trials.eligibility import compile_study, read_criterion
from abreast.trials.eligibility.lexicon import read_entries
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
PHRASES = sorted({" ".join(entry.words) for entry in read_entries()})
WORDS = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(["no", "and", "or", "unless", "except", "if", "(", ")", ",", ";", ".", ":", "-"]),
    st.sampled_from(["within 4 weeks", ">= 3", "1.5 x ULN", "grade 2", "\n* ", "\n  - ", "Exclusion Criteria:"]),
    st.sampled_from(["must", "allowed", "not allowed", "xyzzy", "HER2-", "2+", "0-1"]),
)
SENTENCES = st.lists(WORDS, max_size=40).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text):
    for criterion in compile_study("NCT00000000", text).criteria:
        assert text[criterion.span.start : criterion.span.end] == criterion.text


@settings(max_examples=400, deadline=None)
@given(SENTENCES, st.sampled_from(["inclusion", "exclusion"]))
def test_words_of_the_lexicon_in_any_order(text, section):
    for criterion in compile_study("NCT00000000", text).criteria:
        check(criterion.rule, VOCABULARY)
        for span in (*criterion.residue, *(read.span for read in criterion.reads)):
            assert 0 <= span.start <= span.end
            assert span.end <= len(text)
    read = read_criterion(text, section)
    check(read.rule, VOCABULARY)
    unread = [node for node in walk(read.rule) if isinstance(node, Residue)]
    assert not unread or read.residue, "words that were not read are told as residue"


def test_time_grows_with_the_text_and_no_faster():
    sentence = "Prior chemotherapy or radiotherapy within 4 weeks, no active brain metastases unless treated, "
    for seed in (
        sentence,
        "chemotherapy, ",
        "( ",
        "no ",
        "and or ",
        "HER2 ",
        "grade 2 ",
        "* a\n",
        "(a) ",
        "prior ",
        "\n - x:\n   - y",
        "12 ",
    ):
        once = _seconds(seed * 60)
        many = _seconds(seed * 480)
        assert many < 8 * 6 * max(once, 0.004), f"{seed!r}: {once:.4f} s, eight times as much text {many:.4f} s"


def _seconds(text):
    start = time.perf_counter()
    compile_study("NCT00000000", text)
    return time.perf_counter() - start
