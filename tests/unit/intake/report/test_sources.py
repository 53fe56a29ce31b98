"""Files that people have: text, PDF with its layout, pictures; and clear words for those that cannot be read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from abreast.foundation.errors import InputError
from abreast.foundation.language import use
from abreast.intake.files import read_file
from abreast.intake.report import sources
from abreast.intake.report.sources import read_source
from abreast.vocabulary import load_vocabulary
from tests.unit.intake.report.pdf import pdf_of

VOCABULARY = load_vocabulary()
REPORT = "Collected: 03/14/2024\nLeft breast, core biopsy: invasive ductal carcinoma, grade 2.\nER: positive (95%)"


def test_a_pdf_gives_facts_with_page_and_line() -> None:
    read = read_file(pdf_of(["First page.\nNothing here.", REPORT]), "report.pdf", VOCABULARY)
    percent = next(fact for fact in read.facts if fact.attribute == "er.percent")
    assert percent.source.place == "page 2, line 3"
    assert percent.source.quote == "ER: positive (95%)"
    assert str(percent.date) == "2024-03-14"


def test_columns_of_a_pdf_stay_apart() -> None:
    text = read_source(
        pdf_of(["TEST                 RESULT     UNITS\nHemoglobin           10.2       g/dL"]), "t.pdf"
    ).text
    assert [line.split() for line in text.split("\n")][1] == ["Hemoglobin", "10.2", "g/dL"]
    assert "Hemoglobin   " in text


def test_a_ten_page_pdf_takes_less_than_a_second() -> None:
    page = "\n".join(["The specimen is received fresh. ER positive 95 %. No evidence of liver metastases."] * 50)
    content = pdf_of([page] * 10)
    read_file(content, "warm.pdf", VOCABULARY)
    start = time.process_time()
    read_file(content, "ten.pdf", VOCABULARY)
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pdf_of([REPORT], encrypt="x"), "password"),
        (pdf_of([REPORT])[:200], "damaged or cut off"),
        (b"%PDF-1.4 nothing", "damaged or cut off"),
        (b"PK\x03\x04 zip", "archive is damaged"),
        (pdf_of([""]), "no words"),
        (b"\xff\xd8\xff broken picture", "picture"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_file(content, "my-report", VOCABULARY)
    assert "my-report" in str(caught.value)


def test_a_picture_without_the_reader_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources.shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="tesseract"):
        read_source(b"\x89PNG\r\n\x1a\n", "photo.png")


def test_only_so_many_pages_are_read_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_PAGES", 3)
    source = read_source(pdf_of([REPORT] * 5), "long.pdf")
    assert source.text.count("\f") == 2
    assert "first 3 of its 5 pages" in source.problems[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_the_usual_encodings(encoding: str) -> None:
    assert "Müller 95 %" in read_source("Dr Müller 95 %\r\nER".encode(encoding), "a.txt").text


def test_the_samples_give_facts() -> None:
    for file in sorted(Path("examples/reports").glob("*.txt")):
        read = read_file(file.read_bytes(), file.name, VOCABULARY)
        assert read.facts
        assert all(fact.certainty in ("unconfirmed", "suspected") for fact in read.facts)


@pytest.mark.parametrize(("language", "said"), [("en", "500,000 characters"), ("es", "500,000 caracteres")])
def test_a_text_beyond_the_bound_is_read_up_to_there_and_says_so(language: str, said: str) -> None:
    content = ("The weather was fine.\n" * 30_000).encode()
    with use(language):
        source = read_source(content, "book.txt")
        within = read_source(content[: sources.MOST_PLAIN], "book.txt")
    assert len(source.text) == sources.MOST_PLAIN
    assert said in source.problems[0]
    assert within.problems == ()
