"""One door for files: what a file holds is told from its content, not from its name."""

from __future__ import annotations

import re

from abreast.case.file import read_case
from abreast.foundation.errors import InputError, Place
from abreast.intake.fhir import read_fhir
from abreast.intake.model import Intake
from abreast.vocabulary import Vocabulary

_CASE_KEY = re.compile(rb"""^[\s{]*(?:\#[^\n]*\n\s*)*["']?(?:abreast|label|facts)["']?\s*:""")
_HEAD = 4096


def read_file(content: bytes, file: str, vocabulary: Vocabulary, *, patient: str = "") -> Intake:
    """Read a case file, a FHIR record, a C-CDA document, a portal's zip, or a report (text, PDF or picture).

    ``patient`` chooses one person of a record that holds several.

    Raises:
        InputError: naming the file, the place and what was expected, when nothing could be read.
    """
    if not content.strip():
        raise InputError("the file is empty", Place(file))
    if is_case_file(content, file):
        return _case(content, file, vocabulary)
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
    return read_fhir(content, file, vocabulary, patient=patient or None)


def _xml(content: bytes, file: str, vocabulary: Vocabulary) -> Intake:
    from abreast.intake.ccda import is_document, read_document

    if not is_document(content):
        raise InputError("expected a record (FHIR in JSON, C-CDA in XML) or a report, found XML or HTML", Place(file))
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
