"""Pieces of rules with a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from abreast.foundation.errors import KnowledgeError, Place
from abreast.knowledge.definitions import Definition, expanded, read_definitions

NAMED = {
    "spread": Definition(rule="extent is metastatic", why="x"),
    "had": Definition(rule="has therapy($)", why="x"),
    "spread_after": Definition(rule="@spread and @had(drug: letrozole)", why="x"),
    "circle": Definition(rule="not @circle", why="x"),
}


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("age >= 18", "age >= 18"),
        ("@spread", "(extent is metastatic)"),
        ("not @spread and age >= 18", "not (extent is metastatic) and age >= 18"),
        (
            "@had(drug: [letrozole, anastrozole], ongoing: yes)",
            "(has therapy(drug: [letrozole, anastrozole], ongoing: yes))",
        ),
        ("@spread_after", "((extent is metastatic) and (has therapy(drug: letrozole)))"),
    ],
)
def test_a_name_is_replaced_by_its_rule(text: str, whole: str) -> None:
    assert expanded(text, NAMED) == whole


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@nobody", "no definition @nobody"),
        ("@had", "something in parentheses"),
        ("@spread(drug: letrozole)", "nothing in parentheses"),
        ("@circle", "circle"),
    ],
)
def test_faults_name_the_place(text: str, words: str) -> None:
    with pytest.raises(KnowledgeError, match=words) as error:
        expanded(text, NAMED, Place("a.yaml", "when"))
    assert str(error.value).startswith("a.yaml, when")


def test_a_folder_without_definitions_has_none(tmp_path: Path) -> None:
    assert read_definitions(tmp_path) == {}


def test_definitions_are_read_anew_when_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "definitions.yaml"
    file.write_text("a: {rule: always, why: x}\n")
    assert set(read_definitions(tmp_path)) == {"a"}
    file.write_text("a: {rule: always, why: x}\nb: {rule: never, why: x}\n")
    assert set(read_definitions(tmp_path)) == {"a", "b"}


def test_a_definition_says_why(tmp_path: Path) -> None:
    (tmp_path / "definitions.yaml").write_text("a: {rule: always}\n")
    with pytest.raises(KnowledgeError, match="why"):
        read_definitions(tmp_path)
