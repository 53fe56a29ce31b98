"""Numbers, signs and units are told apart as criteria write them."""

import pytest

from abreast.trials.eligibility.tokens import lexemes, plain


def kinds(text):
    return [(one.kind, one.value if one.value is not None else one.word) for one in lexemes(text)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1500/mm3", "/uL"),
        ("1,500/mm\\^3", "/uL"),
        ("1.5 x 10^9/L", "10*9/L"),
        ("1.5 × 109/L", "10*9/L"),
        ("1.5 x 10\\^9/L", "10*9/L"),
        ("100 K/uL", "10*9/L"),
        ("100,000/µL", "/uL"),
        ("9.0 g/dL", "g/dL"),
        ("90g/L", "g/L"),
        ("50 mL/min", "mL/min"),
        ("60 mL/min/1.73 m2", "mL/min"),
        ("470msec", "ms"),
        ("34 μmol/L", "umol/L"),
    ],
)
def test_units(text, unit):
    found = kinds(text)
    assert found[0][0] == "num"
    assert found[1] == ("unit", unit)
    assert len(found) == 2


@pytest.mark.parametrize(
    "text",
    ["1.5 x ULN", "1.5 × upper limit of normal (ULN)", "1.5xULN", "1.5 times the institutional upper limit of normal"],
)
def test_multiples_of_the_upper_limit(text):
    assert [kind for kind, _ in kinds(text)] == ["num", "uln"]


@pytest.mark.parametrize(
    ("text", "sign"), [("\\>= 3", ">="), ("=< 3", "<="), ("≥3", ">="), ("</= 3", "<="), ("\\<3", "<"), (">/=3", ">=")]
)
def test_comparisons(text, sign):
    assert kinds(text) == [("cmp", sign), ("num", 3.0)]


def test_minus_range_and_hyphen():
    assert ("sign", "minus") in kinds("ER- tumor")
    assert ("sign", "range") in kinds("ECOG 0-1")
    assert [word for _, word in kinds("triple-negative")] == ["triple", "negative"]


def test_her2_scores_are_not_numbers():
    assert kinds("IHC 2+/ISH-")[1] == ("ihc", "2+")


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("Metastases", "metastasis"),
        ("tumours", "tumor"),
        ("therapies", "therapy"),
        ("Gilbert's", "gilbert"),
        ("oestrogen", "estrogen"),
    ],
)
def test_plain_words(raw, word):
    assert plain(raw) == word
