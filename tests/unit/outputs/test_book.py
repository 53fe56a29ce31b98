"""The book for reviewers: all that the packs say is in it, every link leads somewhere, nothing is loaded."""

from __future__ import annotations

import datetime as dt
import html
import re

import msgspec
import pytest

from abreast.knowledge import Knowledge, load_knowledge
from abreast.knowledge.check import texts
from abreast.knowledge.definitions import Definition, read_definitions
from abreast.knowledge.loader import DATA
from abreast.outputs.book import HEADINGS, RuleLine, _Reader, book_html, read_book
from abreast.rules import parse_rule
from abreast.vocabulary import Vocabulary
from tests.unit.outputs.page import Page

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def knowledge(vocabulary: Vocabulary) -> Knowledge:
    return load_knowledge(vocabulary)


@pytest.fixture(scope="module")
def page(knowledge: Knowledge, vocabulary: Vocabulary) -> str:
    return book_html(read_book(knowledge, read_definitions(DATA), vocabulary, "1.2.3", TODAY))


@pytest.fixture(scope="module")
def read(page: str) -> Page:
    return Page.of(page)


def test_the_page_is_whole_and_loads_nothing(read: Page, page: str) -> None:
    assert read.open == []
    assert read.loads == []
    assert "@import" not in page
    assert "url(" not in page


def test_every_place_has_one_name_and_every_link_inside_leads_to_it(read: Page) -> None:
    assert len(read.ids) == len(set(read.ids))
    assert {link for link in read.links if link.startswith("#")} <= {f"#{one}" for one in read.ids}


def test_every_entry_and_every_source_has_its_place(read: Page, knowledge: Knowledge) -> None:
    wanted = {f"{kind}-{entry.id}" for kind, entry in knowledge.entries()}
    wanted |= {f"source-{name}" for name in knowledge.references} | set(HEADINGS)
    assert wanted <= set(read.ids)


def test_every_text_of_every_entry_is_on_the_page(page: str, knowledge: Knowledge) -> None:
    # Dates are written out, people to ask are called by their titles, and a share is told as "of 100 people".
    unseen = {"reviewed", "review_due", "who", "unit"}
    plain = html.unescape(page)
    missing = [
        (kind, entry.id, key)
        for kind, entry in knowledge.entries()
        for key, field, text in texts(entry)
        if field not in unseen and text not in plain
    ]
    assert missing == []


def test_no_rule_is_left_in_the_words_of_a_programmer(page: str) -> None:
    shown = re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL)
    assert not re.search(r"(Compare|TermTest|FlagTest|AnyOf|All)\(", shown)
    assert "{{" not in shown


def test_an_entry_whose_review_is_due_says_so(knowledge: Knowledge, vocabulary: Vocabulary) -> None:
    one = msgspec.structs.replace(knowledge.answers[0], review_due="2026-11-20")
    few = msgspec.structs.replace(Knowledge(references=knowledge.references), answers=(one, knowledge.answers[1]))
    assert book_html(read_book(few, {}, vocabulary, "1", TODAY)).count("overdue") == 1


def test_what_an_entry_says_stays_text(knowledge: Knowledge, vocabulary: Vocabulary) -> None:
    one = msgspec.structs.replace(knowledge.answers[0], question="<script>alert(1)</script> & more?")
    few = msgspec.structs.replace(Knowledge(references=knowledge.references), answers=(one,))
    made = book_html(read_book(few, {}, vocabulary, "1", TODAY))
    assert "<script>alert" not in made
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more?" in made


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("always", RuleLine("holds for everyone")),
        ("known therapy(drug: letrozole) and has therapy(drug: letrozole)", "The record says: "),
        ("unknown therapy(drug: letrozole) or no therapy(drug: letrozole)", "The record does not say: "),
        ("known pregnant and pregnant is yes", "The record says: "),
        ("extent is metastatic and sex is male", "All of these:"),
        ("extent is metastatic or sex is male", "One or more of these:"),
        ("at least 2 of (sex is male; age >= 18; pregnant is yes)", "At least 2 of these:"),
        ("not (extent is metastatic and sex is male)", "Not so:"),
    ],
)
def test_a_rule_in_words(vocabulary: Vocabulary, rule: str, words: RuleLine | str) -> None:
    line = _Reader(vocabulary, {}).read(parse_rule(rule, vocabulary))
    if isinstance(words, RuleLine):
        assert line == words
    else:
        assert line.text.startswith(words)


def test_a_named_piece_is_called_by_its_name(vocabulary: Vocabulary) -> None:
    named = {"spread": Definition(rule="extent is metastatic", why="Stage 4.")}
    line = _Reader(vocabulary, named).read(parse_rule("extent is metastatic and sex is male", vocabulary))
    assert line.parts[0] == RuleLine("Stage 4.", piece="spread")
    assert line.parts[1].piece == ""
