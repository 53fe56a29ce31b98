"""Files of kinds that people have and that are not read: each is named, with what to do instead."""

from __future__ import annotations

import pytest

from abreast.foundation.errors import InputError
from abreast.foundation.language import use
from abreast.intake.files import read_file
from abreast.vocabulary import Vocabulary
from tests.unit.intake.test_archive import zipped

WORDS = "a document of a word processor; open it, save or print it as PDF"
PHOTO = "a photo in the HEIC or AVIF format of newer phones; save it as JPEG"
PAGE = "a web page, not the record itself; open it, save or print it as PDF"
OTHER = "no text, no PDF, no picture and no record that can be read"
OPEN_DOCUMENT = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("letter.docx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), WORDS),
        ("letter.odt", OPEN_DOCUMENT, WORDS),
        ("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), WORDS),
        ("note.rtf", rb"{\rtf1\ansi ER: positive (95 %)}", WORDS),
        ("IMG_0001.HEIC", b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic", PHOTO),
        ("photo.jpg", b"\x00\x00\x00\x24ftypmif1\x00\x00\x00\x00mif1heic", PHOTO),
        ("results.html", b"<!DOCTYPE html>\n<html><body>ER: positive</body></html>", PAGE),
        ("results.pdf", b"\xef\xbb\xbf<html><p>Please log in</p></html>", PAGE),
        ("scan.pdf", b"\x81\x02" + bytes(3000), OTHER),
        ("report.txt", b"ER: positive\x00\x00 HER2: 1+", OTHER),
    ],
)
def test_a_file_of_another_kind_is_named(name: str, content: bytes, said: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError) as caught:
        read_file(content, name, vocabulary)
    assert str(caught.value).startswith(f"{name}: {said}")


def test_a_record_in_utf_16_is_no_other_kind(vocabulary: Vocabulary) -> None:
    record = '{"resourceType": "Patient", "id": "p", "birthDate": "1970-05-01"}'
    for content in (record.encode("utf-16"), record.encode("utf-16-le"), record.encode("utf-16-be")):
        assert [fact.attribute for fact in read_file(content, "record.json", vocabulary).facts] == ["birth_date"]


def test_a_zip_without_anything_to_read_says_what_kept_it_from_being_read(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abreast.intake.archive.MAX_FILE", 2 * 2**20)
    content = zipped({"readme.html": b"<html/>", "report.txt": bytes(3 * 2**20)})
    with pytest.raises(InputError, match=r"in this archive: portal\.zip, report\.txt: it is larger than 2 MB"):
        read_file(content, "portal.zip", vocabulary)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.json", b'{"resourceType": "Bundle", "entry": [', "el archivo termina en medio del JSON"),
        ("list.json", b"[1, 2]", "se esperaba un Bundle o un recurso FHIR y se encontró una lista"),
        ("null.json", b"null", "se esperaba un Bundle o un recurso FHIR y se encontró nada"),
        ("cut.xml", b"<ClinicalDocument><a>", "línea 1, columna 22: el XML está cortado o dañado aquí"),
        ("other.xml", b"<Other><ClinicalDocument/></Other>", "se esperaba un ClinicalDocument (C-CDA)"),
        ("many.zip", zipped({f"{number}.txt": b"" for number in range(5001)}), "contiene 5,001 archivos"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_spanish(
    name: str, content: bytes, said: str, vocabulary: Vocabulary
) -> None:
    with use("es"), pytest.raises(InputError) as caught:
        read_file(content, name, vocabulary)
    assert said in str(caught.value)


def test_what_was_set_aside_in_an_archive_is_told_in_spanish(vocabulary: Vocabulary) -> None:
    report = b"Pathology report\nER: positive (95%)\n"
    archive = zipped({"a.txt": report, "b.txt": report, "c.exe": b"MZ"})
    with use("es"):
        aside = [f"{one.type}: {one.why}" for one in read_file(archive, "all.zip", vocabulary).unused]
    assert "archivo: es otra vez el mismo archivo" in aside
    assert any(one.startswith("archivo: no es un expediente ni un informe") for one in aside)
