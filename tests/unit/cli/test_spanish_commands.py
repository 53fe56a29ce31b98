"""Every command that a person meets speaks Spanish: with ``--lang es`` after its name, or by the environment."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from abreast.cli import passphrase
from abreast.cli.console import asked_for
from abreast.cli.main import app, main
from abreast.foundation.errors import Stopped

ENGLISH = re.compile(
    r"\b(?:the|this|that|with|and|of|your|you|not|is|are|was|were|nothing|new|open|there|expected|found|it|to)\b"
)
CASE = """abreast: case/1
label: Rosa
facts:
- {is: stage.stated, value: IV}
- {is: er.status, value: positive}
- {is: her2.status, value: negative}
- {is: metastasis, site: bone}
- {is: therapy, drug: letrozole, start: 2024-02, setting: metastatic, certainty: suspected}
"""
PASSPHRASE = "cuatro palabras muy mías"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "rosa.yaml"
    file.write_text(CASE)
    return file


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "frase.txt"
    file.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return file


def spanish(*arguments: object, code: int = 0) -> str:
    """Run a command in Spanish; return what it says, having found no English beside names of files and sources."""
    done: Result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == code, (done.output, done.exception)
    said = re.sub(r"\S*/\S+|'[^']*'|^Fuente: .*$", "", done.output, flags=re.MULTILINE)
    assert not ENGLISH.search(said), said
    return done.output


def test_a_case_is_checked_and_shown(case: Path) -> None:
    assert "en orden. Datos: 5" in spanish("case", "check", case, "--lang", "es")
    shown = spanish("case", "show", case, "--lang", "es")
    assert "hueso" in shown
    assert "febrero de 2024" in shown
    assert "[sospech" in shown


def test_a_case_is_locked_changed_and_unlocked(case: Path, words: Path, tmp_path: Path) -> None:
    with_words = ("--passphrase-file", words)
    locked = spanish(*with_words, "case", "encrypt", case, "--lang", "es")
    assert "Bloqueado:" in locked
    assert "sin la frase de contraseña" in locked
    other = tmp_path / "otra.txt"
    other.write_text("otras cuatro palabras mías\n", encoding="utf-8")
    changed = spanish(*with_words, "case", "passphrase", case, "--new-passphrase-file", other, "--lang", "es")
    assert "Se cambió la frase de contraseña" in changed
    opened = spanish("--passphrase-file", other, "case", "decrypt", case, "--lang", "es")
    assert "Ya no está bloqueado" in opened
    assert case.read_text() == CASE


def test_the_passphrase_is_asked_for_in_spanish(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return PASSPHRASE

    monkeypatch.setenv("ABREAST_LANG", "es")
    monkeypatch.setattr(passphrase, "_typed", typed)
    spanish("case", "encrypt", case)
    spanish("case", "decrypt", case)
    assert asked == ["Nueva frase de contraseña: ", "Otra vez la misma: ", "Frase de contraseña de rosa.yaml: "]


def test_a_locked_case_says_what_it_needs_in_spanish(case: Path, words: Path) -> None:
    spanish("--passphrase-file", words, "case", "encrypt", case, "--lang", "es")
    done = CliRunner().invoke(app, ["case", "decrypt", str(case), "--lang", "es"])
    assert "este caso está bloqueado: ejecute esto en una terminal" in str(done.exception)


def test_watching_and_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    assert "Todavía no hay casos guardados" in spanish("watch", "--lang", "es")
    assert "Vea también:" in spanish("ask", "--lang", "es", "qué es el puerto")
    assert "no se inventa nada" in spanish("ask", "--lang", "es", "capital de francia", code=1)
    assert "datos médicos de" in spanish("version", "--lang", "es")


def test_reading_a_report(tmp_path: Path) -> None:
    report = tmp_path / "informe.txt"
    report.write_text("PATHOLOGY REPORT\nDate: 2026-03-02\nEstrogen receptor: positive (95 %)\n")
    read = CliRunner().invoke(app, ["read", str(report), "--lang", "es"]).output
    assert "No se leyó, o no se tomó como dato:" in read
    assert "receptor de estrógeno" in read.lower()


def test_the_environment_names_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_LANG", "es_MX.UTF-8")
    assert "datos médicos" in spanish("version")


def test_what_is_said_after_the_end_of_a_command_is_in_its_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def stop(*_arguments: object, **_names: object) -> None:
        raise Stopped("stopped")

    monkeypatch.setattr("abreast.session.load_case", stop)
    monkeypatch.setattr(sys, "argv", ["abreast", "read", str(tmp_path / "x.txt"), "--lang", "es"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "abreast: se detuvo; lo que se terminó queda guardado\n"
    assert asked_for() == "es"


FOR_REVIEWERS = {"knowledge check", "knowledge book", "evaluate criteria", "evaluate trec", "evaluate reports",
                 "evaluate vignettes"}  # fmt: skip
"""Commands that check and measure the English content: they print tables for those who work on it."""


def commands(of: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command with its names."""
    for name, one in getattr(of, "commands", {}).items():
        yield from commands(one, (*names, name))
    if not hasattr(of, "commands"):
        yield " ".join(names), of


def test_every_command_for_people_has_a_language() -> None:
    without = {
        name
        for name, one in commands(typer.main.get_command(app))
        if not any("--lang" in parameter.opts for parameter in one.params)
    }
    assert without == FOR_REVIEWERS


def test_looking_at_content_and_criteria(tmp_path: Path) -> None:
    text = tmp_path / "criteria.txt"
    text.write_text("Inclusion Criteria:\n\n* Metastatic breast cancer\n* Can hum a tune\n")
    read = CliRunner().invoke(app, ["criteria", "read", str(text), "--lang", "es"]).output
    assert "regla:  extent is metastatic" in read
    assert "no leído: '" in read
    assert "(revisado: " in CliRunner().invoke(app, ["knowledge", "list", "options", "--lang", "es"]).output


def test_judging_criteria(case: Path, tmp_path: Path) -> None:
    asked = tmp_path / "criteria.jsonl"
    asked.write_text('{"criterion": "Metastatic breast cancer", "section": "inclusion"}\n')
    done = CliRunner().invoke(
        app, ["judge", "--case", str(case), "--criteria", str(asked), "--out", str(tmp_path / "o"), "--lang", "es"]
    )
    assert done.exit_code == 0, done.output
    assert "1 criterio evaluado" in done.output
