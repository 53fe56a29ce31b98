"""Bringing several files at once: what cannot be read is named beside what was read."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from abreast.web.app import routes
from abreast.web.desk import Desk

CASE = ("case.yaml", b"abreast: case/1\nfacts:\n  - {is: stage.stated, value: IV}\n")
REPORT = ("report.txt", b"Pathology report\nER: positive (95%)\n")
PHOTO = ("photo.heic", b"\x00\x00\x00\x18ftypheic")


@pytest.mark.parametrize(("readable", "page"), [(CASE, "/record"), (REPORT, "/reports")])
def test_a_file_that_cannot_be_read_is_named_on_the_page_that_follows(
    desk: Desk, readable: tuple[str, bytes], page: str
) -> None:
    client = TestClient(Starlette(routes=routes(desk)))
    shown = client.post("/bring", files=[("files", PHOTO), ("files", readable)])
    assert shown.url.path == page
    assert "photo.heic: a photo in the HEIC or AVIF format" in shown.text
    assert desk.opened().case.facts
