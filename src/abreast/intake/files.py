"""One door for files: what a file holds is told from its content, not from its name."""

from __future__ import annotations

import re

from abreast.case.file import read_case
from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext as _
from abreast.intake.fhir import read_fhir
from abreast.intake.model import Intake
from abreast.vocabulary import Vocabulary

_CASE_KEY = re.compile(rb"""^[\s{]*(?:\#[^\n]*\n\s*)*["']?(?:abreast|label|facts)["']?\s*:""")
_HEAD = 4096

_OLD_OFFICE = (b"{\\rtf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OFFICE = re.compile(
    rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|word/|mimetypeapplication/vnd\.oasis)", re.DOTALL
)
_APPLE_PHOTO = re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avif)", re.DOTALL)
_WEB_PAGE = re.compile(rb"(?is)\W*<(?:!doctype html|html|head|body|div|p|table)\b")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_file(content: bytes, file: str, vocabulary: Vocabulary, *, patient: str = "") -> Intake:
    """Read a case file, a FHIR record, a C-CDA document, a portal's zip, or a report (text, PDF or picture).

    ``patient`` chooses one person of a record that holds several.

    Raises:
        InputError: naming the file, the place and what was expected, when nothing could be read.
    """
    if not content.strip():
        raise InputError(_("the file is empty"), Place(file))
    if is_case_file(content, file):
        return _case(content, file, vocabulary)
    other = _other_kind(content)
    if other:
        raise InputError(other, Place(file))
    if content.startswith(b"PK"):
        from abreast.intake.archive import is_archive, read_archive

        if is_archive(content):
            return read_archive(content, file, vocabulary, patient=patient)
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        return _xml(content, file, vocabulary)
    if not head.startswith((b"{", b"[")):  # the families of reports take time to load, and a record needs none
        from abreast.intake.report import is_report, read_report

        if is_report(content, file):
            return read_report(content, file, vocabulary)
        if _is_binary(content):
            why = _(
                "no text, no PDF, no picture and no record that can be read; if it was downloaded, download it again"
            )
            raise InputError(why, Place(file))
    return read_fhir(content, file, vocabulary, patient=patient or None)


def _other_kind(content: bytes) -> str:
    """Return what a file is and how to bring it, when it is of a kind that people have but that is not read here.

    The marks are those of the formats: the first name in an Office Open XML or OpenDocument package, the brand of an
    ISO base media file (HEIF: ISO/IEC 23008-12), the compound files of older Office programs.
    """
    if content.startswith(_OLD_OFFICE) or _OFFICE.match(content):
        return _("a document of a word processor; open it, save or print it as PDF, or copy its words into a text file")
    if _APPLE_PHOTO.match(content):
        return _("a photo in the HEIC or AVIF format of newer phones; save it as JPEG, or take a screenshot of it")
    return ""


def _is_binary(content: bytes) -> bool:
    """Return whether zero bytes say that it is no text; every other byte is one in UTF-16, which records come in."""
    return b"\x00" in content[:_HEAD] and not content.startswith(_UTF16) and content[:2].count(0) != 1


def _xml(content: bytes, file: str, vocabulary: Vocabulary) -> Intake:
    from abreast.intake.ccda import is_document, read_document

    if not is_document(content):
        if not _WEB_PAGE.match(content[:_HEAD]):
            why = _("expected a record (FHIR in JSON, C-CDA in XML) or a report, found other XML")
            raise InputError(why, Place(file))
        said = _(
            "a web page, not the record itself; open it, save or print it as PDF, or copy its words into a text file"
        )
        raise InputError(said, Place(file))
    return read_document(content, file, vocabulary)


def is_case_file(content: bytes, file: str) -> bool:
    """Return whether the content begins as a case file does; a YAML file is always taken for one."""
    if file.lower().endswith((".yaml", ".yml")):
        return True
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    return bool(_CASE_KEY.match(head)) and b'"resourceType"' not in head


def _case(content: bytes, file: str, vocabulary: Vocabulary) -> Intake:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"expected UTF-8 text; byte {error.start} is not", Place(file)) from None
    case = read_case(text, file, vocabulary)
    return Intake(facts=case.facts, complete=case.complete, settled=case.settled, label=case.label, patient_count=1)
