"""One word for one thing in everything Spanish: the list of ``docs/translation.md``."""

from __future__ import annotations

import re

import pytest

from abreast.foundation.language import use
from abreast.knowledge import load_knowledge
from abreast.knowledge.translation import english
from abreast.vocabulary import load_vocabulary
from abreast.vocabulary.spoken import speaking

WORDS = """
    not                                             | but
    historial                                       | expediente
    bochornos                                       | sofocos
    células blancas                                 | glóbulos blancos
    juntas? de tumores                              | comité de tumores
    una comité                                      | un comité
    consejer[oa]s? genétic|asesor en genética       | asesor genético
    cuidados de hospicio|hospice                    | hospicio
    (?:el|al|del) tratamiento hormonal              | la terapia hormonal
    hormonoterapia|terapia endocrina                | terapia hormonal
    efectos (?:colaterales|adversos)                | efectos secundarios
    estadio                                         | etapa
    ganglios? centinelas                            | ganglio centinela
    sala de urgencias                               | sala de emergencias
"""
EXPLAINED = {"answers/hot_flashes": "bochornos", "options/hot_flash_care": "bochornos"}
"""Where the other word stands in brackets, because somebody may look for it."""
SEARCHED = re.compile(r"^(?:also_asked|synonyms)")


def _rows() -> list[tuple[str, str]]:
    lines = [line.split(" | ") for line in WORDS.strip().splitlines()[1:]]
    return [(wrong.strip(), right.strip()) for wrong, right in lines]


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """Every Spanish text that is shown, by where it stands."""
    vocabulary = load_vocabulary()
    texts = {
        f"{kind}/{entry.id} {key}": text if isinstance(text, str) else "; ".join(text)
        for kind, entry in load_knowledge(vocabulary, "es").entries()
        for key, text in english(entry).items()
        if not SEARCHED.match(key)
    }
    with use("es"):
        spanish = speaking(vocabulary)
    for name, one in spanish.attributes.items():
        texts[f"attribute {name}"] = "; ".join((one.name, one.plain, one.ask, one.why, one.where))
    return texts


@pytest.mark.parametrize(("wrong", "right"), _rows())
def test_one_word_for_one_thing(said: dict[str, str], wrong: str, right: str) -> None:
    pattern = re.compile(rf"\b(?:{wrong})", re.IGNORECASE)
    elsewhere = {where: text for where, text in said.items() if EXPLAINED.get(where.split()[0]) != wrong}
    found = [where for where, text in elsewhere.items() if pattern.search(text)]
    assert found == [], f"say {right}"


def test_the_texts_are_spanish(said: dict[str, str]) -> None:
    assert len(said) > 3000
    assert "receptor de estrógeno" in " ".join(said.values())
