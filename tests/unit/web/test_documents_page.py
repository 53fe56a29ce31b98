"""The page of documents: each is downloaded under a name that tells nothing; the packet says what it left out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pikepdf
import pytest
from pypdfium2 import PdfDocument
from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.outputs.documents.shelf import KINDS
from abreast.session import Bench
from abreast.web import documents, plan_pages
from abreast.web.desk import Desk
from abreast.web.store import Questions, Store

from .conftest import TODAY

SAMPLE = "app_TrialMatching_Patient02.json"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, bench: Bench) -> Desk:
    """One desk for the whole module: most of these tests only look at its plan."""
    desk = Desk(Store(tmp_path_factory.mktemp("cases")), lambda: bench, lambda: TODAY)
    desk.add_uploads([(SAMPLE, resources.files("abreast.intake").joinpath("samples", SAMPLE).read_bytes())])
    return desk


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[*documents.routes(desk), *plan_pages.routes(desk)])) as client:
        yield client


def report(pages: int = 1) -> bytes:
    stream = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(stream)
    return stream.getvalue()


def send(client: TestClient, *files: tuple[str, bytes], letter: str = "Dear Dr. Lee,") -> str:
    given = [("files", (name, content, "application/pdf")) for name, content in files]
    answer = client.post("/plan/documents/packet", data={"letter": letter}, files=given or {"files": ("", b"")})
    assert answer.status_code == 200
    assert answer.url.path == "/plan/documents"
    return answer.text


def test_the_page_tells_of_every_document_what_it_is_for(client: TestClient) -> None:
    page = client.get("/plan/documents")
    assert page.status_code == 200
    for kind in KINDS:
        assert kind.file in page.text or kind.id == "packet"
        assert kind.purpose in page.text or kind.id == "letter"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.id != "packet"], ids=lambda kind: kind.id)
def test_every_document_is_sent_as_a_file(client: TestClient, kind: object) -> None:
    answer = client.get(f"/plan/documents/{kind.file}")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{kind.file}"'  # type: ignore[attr-defined]
    assert answer.headers["content-type"].startswith(kind.media.split(";")[0])  # type: ignore[attr-defined]
    assert answer.content


def test_the_paper_is_chosen(client: TestClient) -> None:
    content = client.get("/plan/documents/summary.pdf?paper=a4").content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert round(float(pdf.pages[0].mediabox[3])) == 842
    assert "summary.pdf?paper=a4" in client.get("/plan/documents?paper=a4").text


def test_the_sheet_has_the_questions_that_were_picked(client: TestClient, desk: Desk) -> None:
    desk.keep_questions(Questions(picked=("own-1",), own={"own-1": "May I fly in May?"}))
    with PdfDocument(client.get("/plan/documents/questions.pdf").content) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
    assert "May I fly in May?" in text
    assert desk.plan().questions[0].text not in " ".join(text.split())


def test_the_sheet_has_the_answers_that_were_noted(client: TestClient, desk: Desk) -> None:
    asked = desk.plan().questions[0].id
    answers = {asked: "After the scan.", "own-1": "Yes, with care.", "gone": "Not on the list."}
    desk.keep_questions(Questions(picked=("own-1", asked), own={"own-1": "May I fly in May?"}, answers=answers))
    with PdfDocument(client.get("/plan/documents/questions.pdf").content) as pdf:
        text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert text.index("May I fly in May?") < text.index("Yes, with care.") < text.index("After the scan.")
    assert "Not on the list." not in text
    shown = client.get("/plan/questions").text
    assert '<div class="printed">Yes, with care.</div>' in shown
    assert shown.count('<div class="printed">') == 2


def test_reminders_tell_nothing_unless_asked_to(client: TestClient) -> None:
    assert "oncolog" not in client.get("/plan/documents/calendar.ics").text.lower()
    assert "oncolog" in client.get("/plan/documents/calendar.ics?tell=yes").text.lower()


def test_the_packet_holds_the_letter_and_the_reports_in_the_order_of_their_names(client: TestClient) -> None:
    page = send(client, ("10 last.pdf", report(3)), ("2 first.pdf", report(1)), letter="Dear Dr. Okafor,")
    assert "Your packet is ready." in page
    assert "Dear Dr. Okafor" in page
    content = client.get("/plan/documents/second-opinion.pdf").content
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root[-1].children] == ["2 first.pdf", "10 last.pdf"]


def test_a_report_that_cannot_be_used_is_named(client: TestClient) -> None:
    page = send(client, ("good.pdf", report()), ("bad.pdf", b"no"))
    assert "bad.pdf is damaged" in page
    assert client.get("/plan/documents/second-opinion.pdf").content.startswith(b"%PDF")


def test_a_packet_needs_no_report(client: TestClient) -> None:
    assert "Your packet is ready." in send(client)


def test_the_packet_of_one_person_is_not_given_to_another(client: TestClient, desk: Desk) -> None:
    send(client)
    mine = desk.opened().name
    desk.begin()
    answer = client.get("/plan/documents/second-opinion.pdf", follow_redirects=False)
    shown = client.get("/plan/documents").text
    desk.open_saved(mine)
    assert answer.status_code == 303
    assert "Your packet is ready." not in shown


def test_without_a_case_one_is_sent_to_the_start(bench: Bench, tmp_path: Path) -> None:
    empty = Desk(Store(tmp_path), lambda: bench, lambda: TODAY)
    with TestClient(Starlette(routes=documents.routes(empty))) as client:
        for address in ("/plan/documents", "/plan/documents/plan.pdf"):
            assert client.get(address, follow_redirects=False).headers["location"] == "/"
        assert client.post("/plan/documents/packet", data={}, follow_redirects=False).headers["location"] == "/"


def test_a_document_that_does_not_exist_is_said_to_be_missing(client: TestClient) -> None:
    assert client.get("/plan/documents/..%2F..%2Fetc%2Fpasswd").status_code == 404
    assert client.get("/plan/documents/secrets.pdf").status_code == 404
