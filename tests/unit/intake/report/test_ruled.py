"""Ruled tables of a PDF: a cell that runs over several lines stays one cell, and stays under its head."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest
import typst

from abreast.intake.report import read_text, sources
from abreast.intake.report.sources import read_source

ROWS = [
    ["Marker", "Left breast core, 9 March 2021", "Liver biopsy, 2 May 2024, after two lines of treatment"],
    ["Estrogen receptor (ER)", "Positive, 95 %, strong in nearly all of the nuclei that were seen", "Positive, 10 %"],
    ["Progesterone receptor (PR)", "Positive, 60 %", "Negative, 0 %"],
    ["HER2 (IHC)", "0", "1+, faint and incomplete staining of membranes in a fifth of the cells"],
]


def page(rows: Sequence[Sequence[str]], stroke: str = "0.5pt") -> bytes:
    cells = ", ".join(f"[{cell.replace('+', chr(92) + '+')}]" for row in rows for cell in row)
    text = f"""
    #set text(size: 9pt)
    Receptors of both samples
    #table(columns: (30mm, 1fr, 1fr), stroke: {stroke}, {cells})
    Reported by telephone.
    """
    return bytes(typst.compile(text.encode()))


def said(content: bytes) -> set[tuple[str, object, str]]:
    found = read_text(read_source(content, "table.pdf").text).findings
    return {(one.attribute, one.value, str(one.date)) for one in found}


def test_each_value_belongs_to_the_sample_over_it() -> None:
    assert {
        ("er_percent", 95.0, "2021-03-09"), ("er_percent", 10.0, "2024-05-02"),
        ("pr_status", "positive", "2021-03-09"), ("pr_status", "negative", "2024-05-02"),
        ("her2_ihc", "0", "2021-03-09"), ("her2_ihc", "1+", "2024-05-02"),
    } <= said(page(ROWS))  # fmt: skip


def test_words_around_the_table_stay_in_their_order() -> None:
    text = read_source(page(ROWS), "table.pdf").text
    assert text.index("Receptors of both") < text.index("Marker") < text.index("HER2 (IHC)") < text.index("Reported by")


def test_a_page_without_lines_is_read_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    assert "Estrogen receptor" in read_source(page(ROWS, stroke="none"), "table.pdf").text


def test_a_page_that_the_library_cannot_take_is_read_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "ruled_tables", lambda *_: ())
    assert "Estrogen receptor" in read_source(page(ROWS), "table.pdf").text


def test_a_table_that_lost_words_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sources.ruled_tables

    def short(content: bytes, number: int, height: float) -> tuple[sources.RuledTable, ...]:
        return tuple(
            sources.RuledTable(one.left, one.bottom, one.right, one.top, one.lines[:-1])
            for one in whole(content, number, height)
        )

    monkeypatch.setattr(sources, "ruled_tables", short)
    assert "fifth of the cells" in " ".join(read_source(page(ROWS), "table.pdf").text.split())
