"""Words in, studies out; and no text that can break it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.trials.registry import Registry, about, is_open
from abreast.trials.registry.query import read_query

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "numbers", "phrases"),
    [
        ("palbociclib letrozole", (), ('"palbociclib"', '"letrozole"')),
        ('"brain metastases" tucatinib', (), ('"brain metastases"', '"tucatinib"')),
        ("HER2-low", (), ('"HER2 low"',)),
        ("nct04862663", ("NCT04862663",), ()),
        ("NCT 04862663, NCT-06380751", ("NCT04862663", "NCT06380751"), ()),
        ("NCT04862663 fulvestrant", ("NCT04862663",), ('"fulvestrant"',)),
        ("title:breast AND NOT (x) NEAR/3 *", (), ('"title breast"', '"AND"', '"NOT"', '"x"', '"NEAR 3"')),
        ('an "open quote', (), ('"an"', '"open"', '"quote"')),
        ("", (), ()),
        ("*** -- \"\" '' ^", (), ()),
    ],
)
def test_how_a_text_is_read(text: str, numbers: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    query = read_query(text)
    assert (query.numbers, query.phrases) == (numbers, phrases)


def test_a_long_text_is_searched_by_its_first_words() -> None:
    assert len(read_query(" ".join(f"word{n}" for n in range(1000))).phrases) == 32


@given(st.text())
@settings(max_examples=300)
def test_no_text_raises(shipped: Registry, text: str) -> None:
    assert isinstance(shipped.search(text), tuple)


@given(st.text(alphabet="\"'*()^:-+{}[]<>=~!&|,.;\\/ aNEARORDT\x00\ud800é²", max_size=60))
@settings(max_examples=300)
def test_no_syntax_raises(shipped: Registry, text: str) -> None:
    assert isinstance(shipped.search(text), tuple)


def test_a_number_finds_its_study(shipped: Registry) -> None:
    assert [hit.study.nct for hit in shipped.search("nct04862663")] == ["NCT04862663"]
    assert shipped.search("NCT99999999") == ()


def test_a_number_comes_before_what_its_words_find(shipped: Registry) -> None:
    hits = shipped.search("NCT06380751 capivasertib")
    assert hits[0].study.nct == "NCT06380751"
    assert "NCT04862663" in {hit.study.nct for hit in hits}


def test_words_are_stemmed_and_accents_do_not_matter(shipped: Registry) -> None:
    plural = {hit.study.nct for hit in shipped.search("metastasis brain", limit=500)}
    assert {hit.study.nct for hit in shipped.search("metastasís brain", limit=500)} == plural
    assert len(plural) > 20


def test_every_word_must_be_there(shipped: Registry) -> None:
    hits = shipped.search("capivasertib fulvestrant")
    assert hits
    for hit in hits:
        assert hit.all_words
        text = str(hit.study).lower()
        assert "capivasertib" in text
        assert "fulvestrant" in text


def test_when_no_study_has_every_word_those_with_some_say_so(shipped: Registry) -> None:
    hits = shipped.search("capivasertib xyzzyplugh")
    assert hits
    assert not any(hit.all_words for hit in hits)
    assert shipped.search("xyzzyplugh") == ()


def test_a_phrase_is_narrower_than_its_words(shipped: Registry) -> None:
    words = {hit.study.nct for hit in shipped.search("breast metastatic", limit=500)}
    phrase = {hit.study.nct for hit in shipped.search('"metastatic breast"', limit=500)}
    assert phrase < words


def test_other_ids_and_sponsors_are_found(shipped: Registry) -> None:
    study = next(study for study in shipped.studies() if study.org_id and study.other_ids)
    assert study.nct in {hit.study.nct for hit in shipped.search(f'"{study.org_id}"')}
    hits = shipped.search('"Memorial Sloan Kettering"', limit=500)
    assert hits


def test_only_open_studies_when_asked(shipped: Registry) -> None:
    every = shipped.search("breast cancer", limit=500)
    open_now = shipped.search("breast cancer", limit=500, open_on=TODAY)
    assert {hit.study.nct for hit in open_now} == {hit.study.nct for hit in every if is_open(hit.study, TODAY)}
    assert 0 < len(open_now) < len(every)


def test_a_limit_counts_after_the_filter(shipped: Registry) -> None:
    assert len(shipped.search("breast cancer", limit=7, open_on=TODAY)) == 7
    assert shipped.search("breast cancer", limit=0) == ()


def test_this_disease_stands_above_others_and_current_copies_above_old_ones(shipped: Registry) -> None:
    hits = shipped.search("cancer", limit=500)
    order = {"breast": 0, "includes_breast": 1, "other": 2}
    ranks = [(about(hit.study) == "other", hit.study.copy.converted, order[about(hit.study)] == 1) for hit in hits]
    assert ranks == sorted(ranks)
    assert {about(hit.study) for hit in hits} == set(order)
    assert "other" not in {about(hit.study) for hit in shipped.search("cancer", limit=500, relevant_only=True)}


def test_a_hit_shows_the_words_around_it(shipped: Registry) -> None:
    (hit, *_) = shipped.search("capivasertib")
    assert "capivasertib" in hit.excerpt.lower()
