"""Printed documents: tagged, titled, in a language, read in order by another library, and words stay words."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.case import Case, Fact, Source
from abreast.foundation import language
from abreast.knowledge import load_knowledge
from abreast.knowledge.definitions import read_definitions
from abreast.knowledge.loader import DATA
from abreast.outputs.book import HEADINGS, read_book
from abreast.outputs.documents import PAPERS, Press
from abreast.outputs.documents.blocks import Document, Heading, Run, Table, bullets, para
from abreast.outputs.documents.blocks import Para as Paragraph
from abreast.outputs.documents.book_document import book_pdf
from abreast.outputs.documents.papers import pages
from abreast.outputs.documents.typeset import INSTEAD, typeset
from abreast.plan import Plan
from abreast.vocabulary import Vocabulary
from tests.plans import SAMPLE, plan_without_trials, sample_facts

DAY = dt.date(2026, 11, 21)
KINDS = ("whole", "summary", "questions", "clinician")


@pytest.fixture(scope="module")
def case(vocabulary: Vocabulary) -> Case:
    told = Fact("er.percent", vocabulary_quantity(), source=Source("answer", place="How much ER?"))
    return Case.of(vocabulary, (*sample_facts(vocabulary), told))


def vocabulary_quantity() -> object:
    from abreast.vocabulary import Quantity

    return Quantity.exact(90.0, "%")


@pytest.fixture(scope="module")
def plan(case: Case, vocabulary: Vocabulary) -> Plan:
    return plan_without_trials(case)


@pytest.fixture(scope="module")
def press(plan: Plan, case: Case) -> Press:
    return Press(plan, case)


_MADE: dict[str, bytes] = {}


def made(press: Press, kind: str) -> bytes:
    """A document of the press, set once for all tests."""
    if kind not in _MADE:
        _MADE[kind] = getattr(press, kind)()
    return _MADE[kind]


def text_of(content: bytes) -> str:
    """The text as a reader that knows nothing of tags finds it, page after page."""
    with pypdfium2.PdfDocument(content) as document:
        found = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(found).replace("\ufffe", "").replace("\u200b", "").split())


def flat(words: str) -> str:
    """The letters alone: lines and pages break where they must, some at a hyphen."""
    without_feet = re.sub(r"abreast informs and prepares; it does not prescribe\. Page \d+ of \d+", "", words)
    return re.sub(r"[\s\x02\u00ad\u200b\ufffe-]", "", without_feet).replace("“", '"').replace("”", '"')


def nodes(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Every structure element, in reading order."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from nodes(one)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from nodes(node.K)


def elements(node: pikepdf.Object) -> Iterator[str]:
    """Every structure element's type, in reading order."""
    return (str(one.S) for one in nodes(node))


# --- what every document is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_tagged_titled_and_says_its_language(press: Press, kind: str) -> None:
    with pikepdf.open(io.BytesIO(made(press, kind))) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en-US"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"])
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        types = set(elements(root.StructTreeRoot.K))
        assert {"/H1", "/P"} <= types
        assert all(page.mediabox[2] == 612 for page in document.pages), "US Letter unless asked otherwise"


def test_spanish_says_so(press: Press) -> None:
    with language.use("es"), pikepdf.open(io.BytesIO(press.summary())) as document:
        assert str(document.Root.Lang) == "es-US"


def test_what_is_not_translated_is_read_aloud_as_english_and_says_so(press: Press) -> None:
    first = press.plan.tests[0]
    left = msgspec.structs.replace(press.plan, translations={f"tests/{first.id}": "english"})
    with language.use("es"):
        content = Press(left, press.case).whole()
    with pikepdf.open(io.BytesIO(content)) as document:
        tongues = [str(one.Lang) for one in nodes(document.Root.StructTreeRoot.K) if "/Lang" in one]
    assert any(one.startswith("en") for one in tongues)
    assert flat("Aún sin traducir") in flat(text_of(content)) or "Not translated yet" in text_of(content)


def test_a4_is_a4(plan: Plan, case: Case) -> None:
    assert "a4" in PAPERS
    with pikepdf.open(io.BytesIO(Press(plan, case, "a4").summary())) as document:
        assert round(float(document.pages[0].mediabox[3])) == 842


def test_the_same_plan_gives_the_same_file(press: Press) -> None:
    assert press.summary() == made(press, "summary")


def test_fonts_are_inside(press: Press) -> None:
    with pikepdf.open(io.BytesIO(press.summary())) as document:
        names = {
            str(font.DescendantFonts[0].BaseFont)
            for page in document.pages
            for font in page.Resources.Font.values()  # type: ignore[operator]
        }
    assert names
    assert all("Atkinson" in name for name in names), names


# --- the plan ------------------------------------------------------------------------------------------------------


def test_the_plan_is_read_in_its_order(press: Press, plan: Plan) -> None:
    text = text_of(made(press, "whole"))
    wanted = ["Your plan of attack", "In short", plan.have.sentences[0].text, plan.tests[0].question]
    wanted += [one.name for one in plan.options if one.standing == "talk_about"][:3]
    wanted += [plan.warnings[0].act, plan.support[0].name]
    places = []
    start = text.index("In short 1") if "In short 1" in text else 0
    for words in wanted[1:]:
        start = text.index(" ".join(words.split()), start)
        places.append(start)
    assert places == sorted(places)


def test_nothing_that_matters_is_left_out(press: Press, plan: Plan) -> None:
    text = text_of(made(press, "whole"))
    for words in (
        *(one.name for one in plan.options),
        *(one.question for one in plan.tests),
        *(one.text for one in plan.questions),
        *(one.title for one in plan.warnings),
        *(one.act for one in plan.warnings),
        *(one.name for one in plan.support),
        *(fact.says for fact in plan.facts.values() if fact.origin.kind != "derived"),
        *(one.title for one in plan.sources.values()),
    ):
        assert flat(words) in flat(text), words


def test_every_reason_leads_to_the_record_and_to_a_source(press: Press, plan: Plan) -> None:
    with pikepdf.open(io.BytesIO(made(press, "whole"))) as document:
        links = sum(1 for page in document.pages for one in page.get("/Annots", []) if one.get("/Subtype") == "/Link")
    assert links > len(plan.options) + len(plan.tests)
    text = text_of(made(press, "whole"))
    assert "Because your record says:" in text
    last = list(plan.sources.values())[-1]
    assert flat(f"{len(plan.sources)} {last.title}") in flat(text)


# --- the summary ---------------------------------------------------------------------------------------------------


def test_the_summary_is_one_page(press: Press) -> None:
    assert pages(made(press, "summary")) == 1


def test_the_summary_of_a_long_case_is_one_page_and_says_what_it_left_out(plan: Plan, case: Case) -> None:
    long = "a very long sentence about what the record says " * 9
    grown = msgspec.structs.replace(
        plan,
        label="Someone with a rather long name that goes on and on",
        have=msgspec.structs.replace(
            plan.have,
            sentences=tuple(msgspec.structs.replace(one, text=long) for one in plan.have.sentences * 4),
            lines=plan.have.lines * 5,
        ),
        options=tuple(
            msgspec.structs.replace(one, name=f"{one.name} {long}", standing="talk_about") for one in plan.options * 3
        ),
        tests=tuple(msgspec.structs.replace(one, question=long) for one in plan.tests * 3),
        warnings_now=plan.warnings[:6],
        warnings=plan.warnings * 2,
    )
    content = Press(grown, case).summary()
    assert pages(content) == 1
    text = text_of(content)
    assert "more in the plan" in text
    assert "Call at once for" in text
    assert "911" in text


# --- the question sheet --------------------------------------------------------------------------------------------


def test_the_question_sheet_asks_everything_unless_told(press: Press, plan: Plan) -> None:
    text = text_of(press.questions())
    assert all(" ".join(one.text.split()) in text for one in plan.questions)


def test_chosen_questions_keep_their_order_and_own_words(press: Press, plan: Plan) -> None:
    chosen = [plan.questions[5].id, "Can I travel to my sister in May? #not *markup*", plan.questions[0].id, "  "]
    text = text_of(press.questions(chosen))
    wanted = [plan.questions[5].text, "Can I travel to my sister in May? #not *markup*", plan.questions[0].text]
    places = [text.index(" ".join(words.split())) for words in wanted]
    assert places == sorted(places)
    assert " ".join(plan.questions[1].text.split()) not in text
    assert "3. " in text
    assert "4. " not in text


def test_noted_answers_stand_under_their_questions(press: Press, plan: Plan) -> None:
    picked, own = plan.questions[5], "Can I travel in May?"
    long = "\n".join(f"Line {number} of what was said, with *marks* and # signs." for number in range(120))
    content = press.questions(
        [picked.id, own, plan.questions[0].id], {picked.id: "Yes, on Tuesday.\n\nBring it.", own: long}
    )
    text = text_of(content)
    wanted = [picked.text, "What they said:", "Yes, on Tuesday.", "Bring it.", own, "Line 0 of", "Line 119 of"]
    places = [text.index(" ".join(words.split())) for words in (*wanted, plan.questions[0].text)]
    assert places == sorted(places)
    assert text.count("What they said:") == 2
    assert pages(content) > pages(press.questions([picked.id, own, plan.questions[0].id]))


# --- the clinician's summary ---------------------------------------------------------------------------------------


def test_the_clinical_summary_has_codes_dates_and_places(press: Press) -> None:
    text = text_of(made(press, "clinician"))
    for words in ("LOINC 85337-4", "RxNorm 72965", "SNOMED CT", "HGNC", "2019-08-01", f"{SAMPLE}, Observation/"):
        assert words in text, words
    assert "patient's answer" in text
    assert "unknown, not absent" in text


# --- words stay words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nasty",
    ["#panic()", "= not a heading", "*not strong* _x_ $math$ @label <label>", '"quoted" \\ // not a comment', "[x](y)"],
)
def test_markup_in_a_record_is_shown_as_it_is(nasty: str) -> None:
    document = Document("T", (nasty,), (Heading(1, nasty), para(nasty), bullets([nasty]), table(nasty)), nasty)
    text = text_of(typeset(document, language="en", paper="us-letter", day=DAY))
    assert text.replace("“", '"').replace("”", '"').count(nasty) >= 5


def table(words: str) -> Table:
    return Table((words,), ((words,),), (1,))


def test_a_character_without_a_letter_form_becomes_a_box() -> None:
    document = Document("T", (), (Heading(1, "One"), para("before \U00012000 \U00013000 after")), "foot")
    text = text_of(typeset(document, language="en", paper="us-letter", day=DAY))
    assert INSTEAD in text
    assert "before" in text
    assert "after" in text


@settings(max_examples=25)
@given(st.text(max_size=100))
def test_any_text_can_be_set(words: str) -> None:
    document = Document("T", (), (Heading(1, "One"), Paragraph((Run(words, "quote"),)), table(words)), "foot")
    content = typeset(document, language="en", paper="a4", day=DAY)
    assert pages(content) >= 1


def test_long_words_stay_on_the_paper() -> None:
    long = "Observation/" + "x" * 300
    document = Document("T", (), (Heading(1, "One"), para(long), Table(("A", "B"), ((long, long),), (1, 3))), "foot")
    content = typeset(document, language="en", paper="us-letter", day=DAY)
    with pypdfium2.PdfDocument(content) as opened:
        page = opened[0].get_textpage()
        assert all(page.get_charbox(place)[2] < 612 - 40 for place in range(page.count_chars()))


def test_the_typesetter_is_loaded_only_when_it_is_needed() -> None:
    look = "print(*(name in sys.modules for name in ('typst', 'pikepdf')))"
    check = f"import sys, abreast.cli.main, abreast.outputs.documents; {look}"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# --- the book for reviewers ----------------------------------------------------------------------------------------


def test_the_book_on_paper_holds_every_entry_with_its_rule_and_sources(vocabulary: Vocabulary) -> None:
    knowledge = load_knowledge(vocabulary)
    few = msgspec.structs.replace(knowledge, **{kind: getattr(knowledge, kind)[:2] for kind in HEADINGS})
    book = read_book(few, read_definitions(DATA), vocabulary, "1.2.3", DAY)
    content = book_pdf(book)
    text = flat(text_of(content))
    for kind, listed in book.pages.items():
        for one in listed:
            assert flat(one.title) in text, one.title
            assert flat(f"{kind}/{one.id}: checked") in text
    assert flat("When it is shown:") in text
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "en-US"
