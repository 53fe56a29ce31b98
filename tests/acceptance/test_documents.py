"""``abreast documents`` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from abreast.outputs.documents.shelf import KINDS

from .people import TODAY, run


def text_of(file: Path) -> str:
    with PdfDocument(file) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    ran = run("documents", "--sample", "--out", str(folder), "--today", TODAY, "--zip", "60611")
    assert ran.code == 0, ran.err
    for kind in KINDS:
        assert str(folder / kind.file) in ran.out
    return folder


def test_every_document_is_written_for_its_owner_only(folder: Path) -> None:
    assert {one.name for one in folder.iterdir()} == {kind.file for kind in KINDS}
    assert all(one.stat().st_mode & 0o077 == 0 for one in folder.iterdir())


def test_the_plan_on_paper_has_trials_with_words_of_care(folder: Path) -> None:
    text = text_of(folder / "plan.pdf")
    assert "Clinical trials that may fit" in text
    assert "NCT" in text
    assert "only the trial team can say" in text
    assert "miles" in text
    assert "you are eligible" not in text.lower()


def test_the_summary_of_a_real_case_is_one_page(folder: Path) -> None:
    with pikepdf.open(folder / "summary.pdf") as document:
        assert len(document.pages) == 1


def test_the_document_for_programs_names_the_studies(folder: Path) -> None:
    bundle = json.loads((folder / "plan-fhir.json").read_bytes())
    studies = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "ResearchStudy"]
    assert studies
    assert all(one["identifier"][0]["value"].startswith("NCT") for one in studies)


def test_the_case_goes_out_and_comes_in_again(folder: Path, tmp_path: Path) -> None:
    ran = run("plan", str(folder / "case-fhir.json"), "--out", str(tmp_path), "--today", TODAY, "--quiet")
    assert ran.code == 0
    again = json.loads((tmp_path / "plan.json").read_bytes())
    assert again["have"]["subtype"] == "HR+/HER2-"
    assert not again["problems"]
    assert not again["not_understood"]


def test_a_bad_file_ends_with_1_and_the_rest_is_made(tmp_path: Path) -> None:
    bad = tmp_path / "scan of May.pdf"
    bad.write_bytes(b"no PDF")
    ran = run("documents", "--sample", "--out", str(tmp_path / "o"), "--only", "packet", "--attach", str(bad))
    assert ran.code == 1
    assert "scan of May.pdf is damaged" in ran.err
    assert (tmp_path / "o" / "second-opinion.pdf").read_bytes().startswith(b"%PDF")
    assert {one.name for one in (tmp_path / "o").iterdir()} == {"second-opinion.pdf"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "poster"], "--only: expected one of summary"),
        (["--paper", "a5"], "--paper: expected one of us-letter, a4"),
        (["--attach", "nowhere.pdf"], "nowhere.pdf: there is no such file"),
        (["--letter", "nowhere.txt"], "nowhere.txt: there is no such file"),
        (["--visit", "soon"], "expected a day such as 2026-12-03"),
        (["--lang", "xx"], "there is no language 'xx'"),
    ],
)
def test_what_cannot_be_understood_ends_with_2_and_says_what_was_expected(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    ran = run("documents", "--sample", "--out", str(tmp_path / "o"), *arguments)
    assert ran.code == 2
    assert told in ran.err
    assert not (tmp_path / "o").exists()


def test_spanish_papers_say_that_they_are(tmp_path: Path) -> None:
    ran = run("documents", "--sample", "--out", str(tmp_path), "--only", "summary", "--lang", "es", "--today", TODAY)
    assert ran.code == 0, ran.err
    with pikepdf.open(tmp_path / "summary.pdf") as document:
        assert str(document.Root.Lang) == "es-US"


def test_a_plan_can_be_written_as_pdf_at_once(tmp_path: Path) -> None:
    ran = run("plan", "--sample", "--out", str(tmp_path), "--pdf", str(tmp_path / "my.pdf"), "--quiet")
    assert ran.code == 0
    assert f"To print: {tmp_path / 'my.pdf'}" in ran.out
    assert (tmp_path / "my.pdf").read_bytes().startswith(b"%PDF")
