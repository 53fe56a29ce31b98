"""Translated entries: held to their English, and checked."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

from abreast.foundation import language
from abreast.knowledge import Knowledge, load_knowledge
from abreast.knowledge.check_translations import check_translations
from abreast.knowledge.loader import in_language
from abreast.knowledge.model import AnswerEntry, Arm, Evidence, Statement, Warning
from abreast.knowledge.spanish import faults, perspicuity, syllables
from abreast.knowledge.translation import (
    Reviewed,
    Translation,
    english,
    figures,
    mark,
    read_translations,
    state,
    translated,
)
from abreast.rules import TRUE
from abreast.vocabulary import load_vocabulary

WARNING = Warning(
    id="fever",
    reviewed="2026-11-21",
    review_due="2027-05-21",
    title="Fever",
    urgency="emergency",
    when=TRUE,
    signs=("38 degrees", "Chills"),
    text=Statement(text="An infection can spread fast.", sources=("one",)),
    act=Statement(text="Call 911."),
)
TEXTS = {
    "title": "Fiebre",
    "signs[0]": "38 grados",
    "signs[1]": "Escalofríos",
    "text.text": "Una infección puede avanzar rápido.",
    "act.text": "Llame al 911.",
}
SPANISH = Translation(of=mark(WARNING), texts=TEXTS)
KNOWLEDGE = Knowledge(references={}, warnings=(WARNING,))


def test_the_texts_of_an_entry_have_paths_and_rules_and_sources_are_not_among_them() -> None:
    assert english(WARNING) == {
        "title": "Fever",
        "signs[0]": "38 degrees",
        "signs[1]": "Chills",
        "text.text": "An infection can spread fast.",
        "act.text": "Call 911.",
    }


def test_a_translation_takes_the_place_of_the_words_and_of_nothing_else() -> None:
    one = translated(WARNING, SPANISH)
    assert english(one) == TEXTS
    assert (one.id, one.when, one.urgency, one.text.sources) == (WARNING.id, TRUE, "emergency", ("one",))


def test_every_entry_that_ships_can_be_translated_whole() -> None:
    knowledge = load_knowledge(load_vocabulary(), "en")
    for _, entry in knowledge.entries():
        upper = {
            key: text.upper() if isinstance(text, str) else tuple(one.upper() for one in text)
            for key, text in english(entry).items()
        }
        assert english(translated(entry, Translation(of=mark(entry), texts=upper))) == upper


def test_a_changed_word_makes_a_translation_stale_and_a_changed_rule_or_figure_does_not() -> None:
    assert state(WARNING, None) == "missing"
    assert state(WARNING, SPANISH) == "unreviewed"
    reviewed = msgspec.structs.replace(SPANISH, reviewed=Reviewed(by="A nurse", date="2026-12-01"))
    assert state(WARNING, reviewed) == "reviewed"
    assert state(msgspec.structs.replace(WARNING, priority=1), SPANISH) == "unreviewed"
    assert state(msgspec.structs.replace(WARNING, title="High fever"), SPANISH) == "stale"


def test_lists_of_other_ways_to_say_it_may_differ_in_length() -> None:
    entry = AnswerEntry(
        id="a", reviewed="2026-11-21", review_due="2027-05-21", question="Why?", also_asked=("How so?",), answer=()
    )
    one = Translation(of=mark(entry), texts={"question": "¿Por qué?", "also_asked": ("¿Cómo así?", "¿Y eso?")})
    assert state(entry, one) == "unreviewed"
    assert translated(entry, one).also_asked == ("¿Cómo así?", "¿Y eso?")


def test_names_of_studies_stay_and_names_of_arms_do_not() -> None:
    arms = (Arm(name="without", value=10, unit="per_hundred"),)
    evidence = Evidence(trial="DESTINY-Breast04", who="people", comparison="x", end_point="y", arms=arms, text="z")
    option = load_knowledge(load_vocabulary(), "en").options[0]
    keys = english(msgspec.structs.replace(option, evidence=(evidence,))).keys()
    assert {key for key in keys if key.startswith("evidence")} == {
        "evidence[0].end_point",
        "evidence[0].arms[0].name",
        "evidence[0].text",
    }


def test_the_packs_in_a_language_say_how_each_entry_stands() -> None:
    knowledge = in_language(KNOWLEDGE, "es", {"warnings/fever": SPANISH})
    assert (knowledge.language, knowledge.states) == ("es", {"warnings/fever": "unreviewed"})
    assert knowledge.warnings[0].title == "Fiebre"
    stale = in_language(KNOWLEDGE, "es", {"warnings/fever": msgspec.structs.replace(SPANISH, of="00000000")})
    assert (stale.states, stale.warnings[0].title) == ({"warnings/fever": "stale"}, "Fever")
    assert in_language(KNOWLEDGE, "es", {}).states == {"warnings/fever": "missing"}


def test_the_packs_are_loaded_in_the_language_of_now() -> None:
    vocabulary = load_vocabulary()
    assert load_knowledge(vocabulary).states == {}
    with language.use("es"):
        knowledge = load_knowledge(vocabulary)
    assert knowledge.language == "es"
    assert len(knowledge.states) == sum(1 for _ in knowledge.entries())
    assert knowledge is load_knowledge(vocabulary, "es")


def test_an_entry_that_cannot_be_read_is_left_in_english(tmp_path: Path) -> None:
    write(tmp_path, "of: [")
    assert read_translations("es", tmp_path) == {}


# --- the check -----------------------------------------------------------------------------------------------------


def write(folder: Path, text: str, name: str = "fever") -> None:
    file = folder / "es" / "warnings" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def found(folder: Path, of: str = SPANISH.of, **changed: str | None) -> list[tuple[str, str, str]]:
    texts = {key: text for key, text in {**TEXTS, **changed}.items() if text is not None}
    write(folder, yaml.safe_dump({"of": of, "reviewed": None, "texts": texts}, allow_unicode=True))
    return [(one.level, one.key, one.text) for one in check_translations(KNOWLEDGE, folder)]


def test_a_good_translation_has_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("key", "text", "level", "said"),
    [
        ("title", None, "error", "is not translated"),
        ("name", "Fiebre", "error", "the entry has no such text"),
        ("title", " ", "error", "is empty"),
        ("act.text", "Llame al 912.", "error", "the figures are not those of the English: -911, +912"),
        ("signs[0]", "Treinta y ocho grados", "error", "the figures are not those of the English: -38"),
        ("text.text", "Usted debe tomar un antibiótico.", "error", "wording that prescribes or promises"),
        ("text.text", "Una infección puede avanzar en tu cuerpo.", "error", "the person is spoken to as usted"),
        ("text.text", "Una infección puede avanzar — rápido.", "error", "in place of the dash"),
        (
            "text.text",
            "Consecuentemente, determinadas complicaciones infecciosas potencialmente desestabilizadoras progresan "
            "aceleradamente, particularmente inmunodeprimidos.",
            "look",
            "reads rather hard",
        ),
    ],
)
def test_each_fault_is_named_with_its_key(tmp_path: Path, key: str, text: str | None, level: str, said: str) -> None:
    findings = found(tmp_path, **{key: text})
    assert [(one[0], one[1]) for one in findings] == [(level, key)]
    assert said in findings[0][2]


def test_a_stale_translation_is_due_and_only_that(tmp_path: Path) -> None:
    assert [(level, key) for level, key, _ in found(tmp_path, of="0" * 8, title=None)] == [("due", "of")]


def test_a_file_that_belongs_to_nothing_or_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "of: x", "nobody")
    write(tmp_path, "of: 1\ntexts: {}")
    findings = check_translations(KNOWLEDGE, tmp_path)
    assert [(one.file, one.level) for one in findings] == [
        ("es/warnings/fever.yaml", "error"),
        ("es/warnings/nobody.yaml", "error"),
    ]


def test_the_translations_that_ship_have_no_error() -> None:
    findings = check_translations(load_knowledge(load_vocabulary(), "en"))
    assert [str(one) for one in findings if one.level == "error"] == []


# --- Spanish -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("sol", 1),
        ("hueso", 2),
        ("guía", 2),
        ("agüero", 3),
        ("ciudad", 2),
        ("río", 2),
        ("leer", 2),
        ("ayuda", 3),
        ("hay", 1),
        ("muy", 1),
        ("y", 1),
        ("aéreo", 4),
        ("construir", 2),
        ("metástasis", 4),
        ("quimioterapia", 5),
        ("HER2", 2),
        ("qq", 1),
    ],
)
def test_syllables_of_spanish_words(word: str, count: int) -> None:
    assert syllables(word) == count


def test_short_sentences_of_short_words_read_easier() -> None:
    easy = "Llame a su médico hoy. Diga que tiene fiebre. No espere a mañana."
    hard = "Comuníquese inmediatamente con su profesional sanitario si experimentase manifestaciones febriles."
    assert perspicuity(easy) > 65 > 40 > perspicuity(hard)
    assert perspicuity("") == 100


@pytest.mark.parametrize(
    "text",
    [
        "Tome 2 tabletas al día.",
        "Son 500 miligramos.",
        "Usted debe empezar la quimioterapia.",
        "Usted es elegible.",
        "Usted es un buen candidato.",
        "Le recomendamos este medicamento.",
        "Es la mejor opción para usted.",
        "Esto no cambia su esperanza de vida.",
        "Se garantiza.",
        "Deje de tomar el medicamento.",
        "Una de cada ocho personas.",
        "Pregunta a tu equipo.",
        "Contigo va alguien.",
    ],
)
def test_what_a_spanish_text_must_not_say(text: str) -> None:
    assert list(faults(text))


@pytest.mark.parametrize(
    "text",
    [
        "Pregunte por este medicamento.",
        "Podría servirle. Su equipo decide con usted.",
        "Le pasó a 5 de cada 100 personas.",
        "La tuberculosis y el tumor son otra cosa.",
        "Hay que tomar la decisión con calma.",
    ],
)
def test_what_a_spanish_text_may_say(text: str) -> None:
    assert not list(faults(text))


def test_figures_are_compared_without_the_marks_of_thousands() -> None:
    assert figures("12,000 people, 4.5 months, 1-800-555-0100") == figures("1-800-555-0100; 4.5; 12000")
