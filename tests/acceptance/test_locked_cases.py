"""Locked case files and what changed, as a person runs the commands."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from abreast.foundation.language import say_iso
from tests.acceptance.people import TODAY, run

CASE = """# my own words
abreast: case/1
label: Ada Elmwood
facts:
- {is: stage.stated, value: IV}
- {is: er.status, value: positive}
- {is: sex, value: female}
"""
SCHEMA = Path(__file__).parents[2] / "docs" / "plan-difference.schema.json"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.yaml"
    file.write_text(CASE)
    return file


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "words.txt"
    file.write_text("four words of mine\n")
    return file


def test_a_case_is_locked_used_and_unlocked_again(case: Path, words: Path, tmp_path: Path) -> None:
    with_words = ("--passphrase-file", str(words))
    assert run(*with_words, "changes", str(case), "--seen", "--today", TODAY).code == 0
    ran = run(*with_words, "case", "encrypt", str(case), "--label", "A friend")
    assert ran.code == 0, ran.err
    locked = case.read_bytes()
    assert b"Elmwood" not in locked
    assert b"A friend" in locked
    assert sorted(one.name for one in tmp_path.iterdir()) == ["case.yaml", "words.txt"]
    for command in (["case", "check"], ["case", "show"], ["plan", "--out", str(tmp_path / "plan"), "--quiet"]):
        ran = run(*with_words, *command, str(case))
        assert ran.code == 0, ran.err
    assert "four words" not in ran.out + ran.err
    assert case.read_bytes() == locked
    assert run(*with_words, "case", "decrypt", str(case)).code == 0
    assert case.read_text() == CASE


def test_without_the_passphrase_it_stays_shut(case: Path, words: Path, tmp_path: Path) -> None:
    run("--passphrase-file", str(words), "case", "encrypt", str(case))
    locked = case.read_bytes()
    other = tmp_path / "other.txt"
    other.write_text("four words of hers")
    for arguments, said in (
        ((), "at a terminal"),
        (("--passphrase-file", str(other)), "not the passphrase"),
        (("--passphrase-file", str(tmp_path / "nowhere")), "passphrase file"),
    ):
        ran = run(*arguments, "case", "check", str(case))
        assert ran.code == 2
        assert said in ran.err
        assert "four words" not in ran.err
    for command in (["case", "decrypt"], ["changes"]):
        assert run("--passphrase-file", str(other), *command, str(case)).code == 2
    assert case.read_bytes() == locked
    case.write_bytes(locked[:-40])
    ran = run("--passphrase-file", str(words), "case", "check", str(case))
    assert ran.code == 2
    assert "damaged" in ran.err


def test_the_passphrase_is_changed(case: Path, words: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.txt"
    new.write_text("other words of mine")
    run("--passphrase-file", str(words), "case", "encrypt", str(case), "--label", "A friend")
    ran = run("--passphrase-file", str(words), "case", "passphrase", str(case), "--new-passphrase-file", str(new))
    assert ran.code == 0, ran.err
    assert run("--passphrase-file", str(words), "case", "check", str(case)).code == 2
    assert run("--passphrase-file", str(new), "case", "check", str(case)).code == 0
    assert b"A friend" in case.read_bytes()


def test_what_is_no_case_or_locked_already_is_not_locked(case: Path, words: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.yaml").write_text("dear: doctor\n")
    ran = run("--passphrase-file", str(words), "case", "encrypt", str(tmp_path / "letter.yaml"))
    assert ran.code == 2
    assert (tmp_path / "letter.yaml").read_text() == "dear: doctor\n"
    run("--passphrase-file", str(words), "case", "encrypt", str(case))
    assert "locked already" in run("--passphrase-file", str(words), "case", "encrypt", str(case)).err
    assert "not locked" in run("--passphrase-file", str(words), "case", "decrypt", str(tmp_path / "letter.yaml")).err


@pytest.mark.parametrize("locked", [False, True])
def test_changes_are_told_once_with_seen_and_again_and_again_without(case: Path, words: Path, locked: bool) -> None:
    def changes(*more: str) -> tuple[int, str]:
        ran = run("--passphrase-file", str(words), "changes", str(case), "--today", TODAY, *more)
        return ran.code, ran.out + ran.err

    if locked:
        run("--passphrase-file", str(words), "case", "encrypt", str(case))
    assert changes() == (0, "There is no earlier plan to compare with. Use --seen to keep the plan of now.\n")
    assert changes("--seen")[0] == 0
    code, said = changes("--seen")
    assert code == 0
    assert f"Nothing changed since {say_iso(TODAY)}." in said
    if locked:
        run("--passphrase-file", str(words), "case", "decrypt", str(case))
    case.write_text(f"{CASE}- {{is: her2.status, value: positive}}\n")
    if locked:
        run("--passphrase-file", str(words), "case", "encrypt", str(case))
    for _ in range(2):
        code, said = changes()
        assert code == 1
        assert "HER2" in said
        assert "Options to talk about" in said
    found = json.loads(run("--passphrase-file", str(words), "changes", str(case), "--today", TODAY, "--json").out)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert changes("--seen")[0] == 1
    assert changes("--seen")[0] == 0


def test_changes_since_a_plan_that_was_kept_as_a_file(case: Path, tmp_path: Path) -> None:
    run("plan", str(case), "--out", str(tmp_path), "--today", TODAY, "--quiet")
    assert run("changes", str(case), "--since", str(tmp_path / "plan.json"), "--today", TODAY).code == 0
    case.write_text(f"{CASE}- {{is: metastasis, site: brain}}\n")
    ran = run("changes", str(case), "--since", str(tmp_path / "plan.json"), "--today", TODAY)
    assert ran.code == 1
    assert "brain" in ran.out
    assert sorted(one.name for one in tmp_path.iterdir()) == ["case.yaml", "plan.html", "plan.json"]
    assert "expected a plan" in run("changes", str(case), "--since", str(case)).err
