"""Reading the data files: what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from abreast.foundation.errors import InputError, VocabularyError
from abreast.vocabulary.loader import DATA, read_folder

ATTRIBUTE = '- id: weight\n  name: "Weight"\n  plain: "weight"\n  group: person\n  kind: number\n  unit: "kg"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "attributes").mkdir()
    (tmp_path / "terms" / "drug").mkdir(parents=True)
    (tmp_path / "units.yaml").write_text('"kg": {base: "kg", factor: 1}\n', encoding="utf-8")
    (tmp_path / "attributes" / "person.yaml").write_text(ATTRIBUTE, encoding="utf-8")
    (tmp_path / "terms" / "side.yaml").write_text("- id: left\n  name: left\n", encoding="utf-8")
    (tmp_path / "terms" / "drug" / "a.yaml").write_text("- id: aspirin\n  name: aspirin\n", encoding="utf-8")
    return tmp_path


def test_a_folder_of_files_is_one_set(folder: Path) -> None:
    (folder / "terms" / "drug" / "b.yaml").write_text("- id: heparin\n  name: heparin\n", encoding="utf-8")
    content = read_folder(folder)
    assert set(content.terms) == {"side", "drug"}
    assert set(content.terms["drug"]) == {"aspirin", "heparin"}
    assert content.attributes["weight"].unit == "kg"


def test_normal_limits_take_the_unit_of_the_attribute(folder: Path) -> None:
    (folder / "attributes" / "person.yaml").write_text(ATTRIBUTE + '  normal_low: "40"\n', encoding="utf-8")
    normal = read_folder(folder).attributes["weight"].normal_low
    assert normal is not None
    assert (normal.low, normal.unit) == (40, "kg")


@pytest.mark.parametrize(
    ("file", "text", "error", "words"),
    [
        ("terms/side.yaml", "- id: left\n  name: left\n  colour: red\n", VocabularyError, "side.yaml, left: .*colour"),
        ("terms/side.yaml", "- id: left\n  name: a\n- id: left\n  name: b\n", VocabularyError, "'left' stands twice"),
        ("attributes/person.yaml", ATTRIBUTE + ATTRIBUTE, VocabularyError, "'weight' stands twice"),
        ("attributes/person.yaml", ATTRIBUTE.replace("number", "colour"), VocabularyError, "person.yaml, weight"),
        ("terms/side.yaml", "- id: left\n  name: a\n  name: b\n", InputError, "side.yaml.*'name' stands twice"),
    ],
)
def test_a_slip_names_file_and_entry(folder: Path, file: str, text: str, error: type[Exception], words: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words):
        read_folder(folder)


def test_every_file_says_what_it_holds() -> None:
    for file in DATA.rglob("*.yaml"):
        assert file.read_text(encoding="utf-8").startswith("# "), file.name
