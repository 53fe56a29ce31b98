"""Any text at all can be read: no error, spans inside the text, time that grows with its length only."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case
from abreast.case.file import read_case, write_case
from abreast.foundation.errors import InputError
from abreast.intake.files import read_file
from abreast.intake.report import intake_of, read_text
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
WORDS = [
    "ER",
    "PR",
    "HER2",
    "HER-2/neu",
    "IHC",
    "FISH",
    "Ki-67",
    "positive",
    "negative",
    "95%",
    "3+",
    "2+",
    "0",
    "not",
    "amplified",
    "ratio",
    "1.3",
    "grade",
    "3",
    "pT2",
    "pN1",
    "M0",
    "(2/14)",
    "stage",
    "IV",
    "left",
    "right",
    "breast",
    "invasive",
    "ductal",
    "carcinoma",
    "metastases",
    "liver",
    "bone",
    "brain",
    "no",
    "evidence",
    "of",
    "suspicious",
    "for",
    "?",
    "mother",
    "sister",
    "BRCA2",
    "c.5946del",
    "PIK3CA",
    "H1047R",
    "not",
    "detected",
    "VUS",
    "letrozole",
    "palbociclib",
    "stopped",
    "progression",
    "03/2024",
    "-",
    "11/2024",
    "12/13/2024",
    "Mar",
    "2023",
    "2024-02-30",
    "Hb",
    "10.2",
    "g/dL",
    "150-400",
    "ECOG",
    "1",
    "LVEF",
    "60%",
    "IMPRESSION:",
    "FINDINGS:",
    "PLAN:",
    "Family",
    "history:",
    "AMENDED",
    "REPORT",
    "|",
    "....",
    "\n",
    "\n\n",
    "\x0c",
    ".",
    ";",
    ":",
    "(",
    ")",
    "mm",
    "cm",
    "34",
    "x",
    "28",
    "Gy",
    "in",
    "15",
    "#",
    "if",
    "would",
    "declined",
    "planned",
]
FRAGMENTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=120).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400) | FRAGMENTS)
def test_any_text_is_read_and_every_finding_lies_in_it(text: str) -> None:
    read = read_text(text, "any.txt")
    assert len(read.report.norm) == len(text)
    for finding in read.findings:
        assert 0 <= finding.start < finding.end <= len(text)


@settings(max_examples=100, deadline=None)
@given(FRAGMENTS)
def test_what_was_read_fits_the_vocabulary_and_is_never_certain(text: str) -> None:
    intake = intake_of(read_text(text, "any.txt"), VOCABULARY)
    case = Case.of(VOCABULARY, intake.facts)
    assert all(fact.certainty != "certain" and fact.source.place.startswith("page ") for fact in case.facts)
    again = read_case(write_case(case), "again.yaml", VOCABULARY)
    assert [fact.attribute for fact in again.facts] == [fact.attribute for fact in case.facts]


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_under_a_text_name_are_read_or_refused_clearly(content: bytes) -> None:
    with contextlib.suppress(InputError):
        read_file(b"report " + content, "any.txt", VOCABULARY)


@pytest.mark.parametrize(
    "piece",
    [
        "ER ",
        "metastases in ",
        "no ",
        "12/",
        "grade 3 (",
        "HER2 IHC ",
        " | ",
        "1 x ",
        "PIK3CA, ",
        "\n",
        "0",
        "a",
        "Hb ",
        "letrozole + ",
    ],
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    def seconds(times: int) -> float:
        text = "Report. Breast carcinoma. " + piece * times
        start = time.process_time()
        read_text(text, "long.txt")
        return time.process_time() - start

    seconds(10)
    short, long = seconds(500), seconds(4_000)
    assert long < max(1.0, 24 * short)
