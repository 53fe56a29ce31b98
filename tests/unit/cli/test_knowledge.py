"""``abreast ask`` and ``abreast knowledge book``, as a person meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from abreast.cli.main import app

RUN = CliRunner()


def test_a_question_gets_its_answer_with_sources() -> None:
    done = RUN.invoke(app, ["ask", "what is her2 low?"])
    assert done.exit_code == 0
    assert done.stdout.startswith("What is HER2-low?")
    assert "Ask your team:" in done.stdout
    assert "Facts last checked on 21 November 2026" in done.stdout
    assert "Source: " in done.stdout
    assert "https://" in done.stdout


def test_the_words_of_a_question_need_no_quotes() -> None:
    assert RUN.invoke(app, ["ask", "what", "is", "her2", "low?"]).stdout.startswith("What is HER2-low?")


def test_without_an_answer_nothing_is_made_up() -> None:
    done = RUN.invoke(app, ["ask", "what is the capital of France"])
    assert done.exit_code == 1
    assert "nothing is made up" in done.stdout
    assert "A question for your team: what is the capital of France" in done.stdout
    assert "Source:" not in done.stdout


def test_a_word_of_the_glossary_is_explained() -> None:
    done = RUN.invoke(app, ["ask", "RECIST"])
    assert done.exit_code == 0
    assert done.stdout.startswith("RECIST")


@pytest.mark.parametrize("question", [[], [""], ["  "]])
def test_an_empty_question_is_told_so(question: list[str]) -> None:
    assert RUN.invoke(app, ["ask", *question]).exit_code == 2


def test_markup_in_a_question_stays_text() -> None:
    done = RUN.invoke(app, ["ask", "[red]zorblax[/red] [/]"])
    assert done.exit_code == 1
    assert "[red]zorblax[/red] [/]" in done.stdout


def test_the_book_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "for-review" / "book.html"
    done = RUN.invoke(app, ["knowledge", "book", "--out", str(file)])
    assert done.exit_code == 0
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert [one.name for one in file.parent.iterdir()] == ["book.html"]


def test_the_entries_can_be_listed_and_shown() -> None:
    listed = RUN.invoke(app, ["knowledge", "list", "answers"])
    assert "answers/what_is_her2_low: What is HER2-low?" in listed.stdout
    shown = RUN.invoke(app, ["knowledge", "show", "what_is_her2_low"])
    assert shown.exit_code == 0
    assert "question: What is HER2-low?" in shown.stdout
