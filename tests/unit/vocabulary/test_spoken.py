"""The vocabulary in another language: every name, and nothing but names."""

from __future__ import annotations

from pathlib import Path

import pytest

from abreast.foundation import language
from abreast.foundation.errors import VocabularyError
from abreast.vocabulary import Vocabulary
from abreast.vocabulary.spoken import DATA, Words, read_words, speaking

OTHERS = [name for name in language.LANGUAGES if name != language.SOURCE]


def words(name: str, kind: str) -> dict[str, Words]:
    return {file.stem: read_words(file) for file in sorted((DATA / name / kind).glob("*.yaml"))}


@pytest.mark.parametrize("name", OTHERS)
def test_every_attribute_has_all_its_words_and_no_other_has_any(name: str, vocabulary: Vocabulary) -> None:
    said = {key: one for file in words(name, "attributes").values() for key, one in file.attributes.items()}
    assert said.keys() == vocabulary.attributes.keys()
    for key, one in said.items():
        known = vocabulary.attributes[key]
        for part in ("name", "plain", "ask", "why", "where"):
            assert bool(getattr(one, part)) == bool(getattr(known, part)), f"{key}: {part}"
        assert one.ask.endswith("?") == known.ask.endswith("?"), key


@pytest.mark.parametrize("name", OTHERS)
def test_every_term_has_its_names_and_no_other_has_any(name: str, vocabulary: Vocabulary) -> None:
    said = {key: file.terms for key, file in words(name, "terms").items()}
    assert {key: set(terms) for key, terms in said.items()} == {k: set(terms) for k, terms in vocabulary.terms.items()}
    for key, terms in said.items():
        for term, one in terms.items():
            assert isinstance(one, tuple) == bool(vocabulary.term(key, term).plain), f"{key}: {term}"


def test_names_change_with_the_language_and_meaning_does_not(vocabulary: Vocabulary) -> None:
    with language.use("es"):
        spanish = speaking(vocabulary)
        assert spanish is speaking(vocabulary)
    assert spanish.term("site", "bone").name == "hueso"
    assert spanish.attribute("er.status").name == "Receptor de estrógeno"
    assert spanish.relate("drug", "letrozole", "aromatase_inhibitor") is vocabulary.relate(
        "drug", "letrozole", "aromatase_inhibitor"
    )
    assert spanish.version == vocabulary.version
    assert speaking(vocabulary) is vocabulary


@pytest.mark.parametrize(
    ("text", "drug"), [("letrozol", "letrozole"), ("Letrozole", "letrozole"), ("Ibrance", "palbociclib")]
)
def test_a_drug_is_found_by_its_spanish_and_its_english_name(text: str, drug: str, vocabulary: Vocabulary) -> None:
    with language.use("es"):
        assert speaking(vocabulary).by_name("drug", text) == drug


def test_a_file_of_another_form_is_an_error_that_names_it(tmp_path: Path) -> None:
    file = tmp_path / "es" / "terms" / "site.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("names: {bone: hueso}", encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"es/terms/site\.yaml"):
        read_words(file)
