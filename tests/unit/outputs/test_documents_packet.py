"""The packet for a second opinion: everything in its place, and one bad file spoils nothing."""

from __future__ import annotations

import datetime as dt
import io
import random
from pathlib import Path

import pdfplumber
import pikepdf
import pypdfium2
import pytest

from abreast.case import Case
from abreast.outputs.documents import Press
from abreast.outputs.documents.blocks import Document, Heading, NewPage, para
from abreast.outputs.documents.packet import Attachment, _open, cover_letter, requests, write_packet
from abreast.outputs.documents.typeset import typeset
from abreast.vocabulary import Vocabulary
from tests.plans import plan_without_trials, sample_facts

DAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def press(vocabulary: Vocabulary) -> Press:
    case = Case.of(vocabulary, sample_facts(vocabulary))
    return Press(plan_without_trials(case), case)


def report(words: str, count: int) -> bytes:
    """A report of some pages."""
    body = [block for page in range(count) for block in (NewPage(), Heading(1, f"{words} {page + 1}"), para(words))]
    return typeset(Document(words, (), tuple(body[1:]), "foot"), language="en", paper="a4", day=DAY)


def attached(name: str, content: bytes) -> Attachment:
    return Attachment(name, io.BytesIO(content))


def packet(press: Press, *attachments: Attachment, letter: str = "") -> tuple[bytes, list[str]]:
    stream = io.BytesIO()
    left_out = write_packet(press, stream, letter=letter, attachments=attachments)
    return stream.getvalue(), left_out


def texts(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def test_reports_stand_behind_in_order_under_the_numbers_of_the_contents(press: Press) -> None:
    files = [attached("zeta pathology.pdf", report("Pathology", 3)), attached("alpha scan.pdf", report("Scan", 2))]
    content, left_out = packet(press, *files)
    pages = texts(content)
    assert left_out == []
    front = len(pages) - 5
    assert [page.split(" foot")[0].split()[-2] for page in pages[front:]]
    assert "Pathology 1" in pages[front]
    assert "Scan 2" in pages[-1]
    contents = next(page for page in pages if "My reports" in page)
    with pdfplumber.open(io.BytesIO(content)) as other:
        lines = (other.pages[pages.index(contents)].extract_text() or "").splitlines()
    numbers = {name: int(line.split()[-1]) for line in lines for name in ("zeta", "alpha", "Timeline") if name in line}
    assert numbers["zeta"] == front + 1
    assert numbers["alpha"] == front + 4
    assert "Timeline" in pages[numbers["Timeline"] - 1]
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page


def test_the_packet_has_letter_summary_timeline_and_what_to_ask_for(press: Press) -> None:
    content, _ = packet(press)
    pages = texts(content)
    whole = " ".join(pages)
    assert pages[0].startswith("Letter [Your name]")
    places = [
        whole.index(words) for words in ("Dear Dr.", "Contents", "Summary", "Timeline", "What to ask for, and send")
    ]
    assert places == sorted(places)
    for what, who in requests(press.plan, press.case):
        assert "".join(what.split()[:3]) in "".join(whole.split()), what
        assert who.split()[0] in whole


def test_what_the_record_names_is_asked_for_by_name(press: Press) -> None:
    asked = " ".join(what for what, _ in requests(press.plan, press.case))
    assert "Slides" in asked
    assert "disc" in asked
    assert "block" in asked
    assert "breast-conserving" in asked
    assert "radiation" in asked


def test_bookmarks_lead_to_sections_and_files(press: Press) -> None:
    content, _ = packet(press, attached("a.pdf", report("A", 2)), attached("b.pdf", report("B", 1)))
    with pikepdf.open(io.BytesIO(content)) as document, document.open_outline() as outline:
        titles = [one.title for one in outline.root]
        assert titles[-1] == "My reports"
        assert "Timeline" in titles
        assert [one.title for one in outline.root[-1].children] == ["a.pdf", "b.pdf"]
        places = [document.pages.index(pikepdf.Page(one.destination[0])) for one in outline.root[-1].children]
        assert places == [len(document.pages) - 3, len(document.pages) - 1]


def test_a_bad_file_is_named_and_the_rest_is_made(press: Press, tmp_path: Path) -> None:
    good = report("Good", 1)
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as document:
        document.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    content, left_out = packet(
        press,
        attached("words.pdf", b"This is not a PDF."),
        attached("cut off.pdf", good[:200]),
        attached("locked.pdf", locked.getvalue()),
        attached("empty.pdf", empty.getvalue()),
        attached("nothing.pdf", b""),
        Attachment("gone.pdf", tmp_path / "gone.pdf"),
        attached("good.pdf", good),
    )
    for name in ("words.pdf", "cut off.pdf", "locked.pdf", "empty.pdf", "nothing.pdf", "gone.pdf"):
        assert sum(name in words for words in left_out) == 1, left_out
    assert "password" in next(words for words in left_out if "locked" in words)
    assert "Good 1" in texts(content)[-1]
    assert len(left_out) == 6


def test_a_file_without_a_user_password_is_taken(press: Press) -> None:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(report("Held", 1))) as document:
        document.save(held, encryption=pikepdf.Encryption(user="", owner="secret"))
    content, left_out = packet(press, attached("held.pdf", held.getvalue()))
    assert left_out == []
    assert "Held 1" in texts(content)[-1]


def test_what_a_report_could_start_is_taken_out(press: Press) -> None:
    armed = io.BytesIO()
    with pikepdf.open(io.BytesIO(report("Armed", 1))) as document:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.Root.OpenAction = script
        page = document.pages[0].obj
        page.AA = pikepdf.Dictionary(O=script)
        link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org")
        chain = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org", Next=script)
        page.Annots = pikepdf.Array(
            [
                pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=one)
                for one in (script, link, chain)
            ]
        )
        document.save(armed)
    content, _ = packet(press, attached("armed.pdf", armed.getvalue()))
    with pikepdf.open(io.BytesIO(content)) as document:
        last = document.pages[-1].obj
        assert "/OpenAction" not in document.Root
        assert "/AA" not in last
        assert [("/A" in note) for note in last.Annots] == [False, True, False]
    assert b"app.alert" not in content


@pytest.mark.parametrize("notes", [5, True, pikepdf.Name.X, "words", pikepdf.Array([5, None, pikepdf.Name.X, "words"])])
def test_a_page_whose_notes_are_none_is_taken(press: Press, notes: object) -> None:
    odd = io.BytesIO()
    with pikepdf.open(io.BytesIO(report("Odd", 1))) as document:
        document.pages[0].obj.Annots = notes
        document.save(odd)
    content, left_out = packet(press, attached("odd.pdf", odd.getvalue()))
    assert left_out == []
    assert "Odd 1" in texts(content)[-1]


def test_a_report_with_bytes_changed_is_taken_or_named(press: Press) -> None:
    """Only whether a file is taken: the first pages are set each time, which takes long."""
    whole, draw = report("Changed", 1), random.Random(20261121)
    for _ in range(400):
        changed = bytearray(whole)
        for _ in range(draw.choice((1, 5, 20))):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        left_out: list[str] = []
        opened = _open(attached("changed.pdf", bytes(changed)), left_out)
        assert (opened is None) == bool(left_out)
        if opened:
            opened.pdf.close()


def test_our_part_stays_tagged_and_only_says_to_be_accessible_where_it_is(press: Press) -> None:
    for attachments, ours in (((), True), ((attached("a.pdf", report("A", 1)),), False)):
        content, _ = packet(press, *attachments)
        with pikepdf.open(io.BytesIO(content)) as document:
            assert bool(document.Root.MarkInfo.Marked)
            assert str(document.Root.Lang) == "en-US"
            assert len(document.Root.StructTreeRoot.K) > 0
            with document.open_metadata() as metadata:
                assert ("pdfuaid:part" in metadata) is ours


def test_the_letter_is_the_persons(press: Press) -> None:
    content, _ = packet(press, letter="Dear Dr. Okafor,\n\nplease look at #my slides.\n\nAda")
    first = texts(content)[0]
    assert "Dear Dr. Okafor" in first
    assert "#my slides" in first
    assert "[Your name]" not in first


def test_the_proposed_letter_says_what_the_record_says_and_promises_nothing(press: Press) -> None:
    letter = cover_letter(press.plan)
    assert press.plan.have.sentences[0].text in letter
    assert press.plan.tests[0].question in letter
    assert "[Your name]" in letter
    assert "eligible" not in letter
