"""The signs in ``data/signs.yaml`` name parts of rules that exist, and never take long to look for."""

import re
import time

import msgspec
import pytest

from abreast.foundation.yaml import read_yaml
from abreast.trials.eligibility.lexicon import DATA
from abreast.trials.eligibility.signs import Sign
from abreast.vocabulary import load_vocabulary

SIGNS = msgspec.convert(read_yaml((DATA / "signs.yaml").read_text(encoding="utf-8"), "signs.yaml"), list[Sign])


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.means)
def test_a_sign_is_about_lists_and_attributes_that_exist(sign: Sign) -> None:
    assert set(sign.about) <= set(load_vocabulary().attributes)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.means)
def test_looking_for_a_sign_takes_time_in_proportion_to_the_text(sign: Sign) -> None:
    """Words of which the pattern itself is made, over and over, show a repeat inside a repeat."""
    pattern = re.compile(sign.says, re.IGNORECASE)
    words = re.findall(r"[a-z]{3,}", sign.says)
    begun = time.process_time()
    for word in dict.fromkeys(words):
        pattern.search(f"{word} " * 2000)
    pattern.search(" ".join(words * 200))
    assert time.process_time() - begun < 1
