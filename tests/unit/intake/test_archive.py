"""A portal's zip: its files together are one person's record; what is dangerous in it ends in a message."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from abreast.foundation.errors import InputError
from abreast.intake import archive
from abreast.intake.files import read_file
from abreast.intake.model import Intake
from abreast.vocabulary import Vocabulary

DATA = Path(__file__).parents[2] / "data"
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-05-01"}
CONDITION = {
    "resourceType": "Condition",
    "id": "c",
    "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C50.912"}]},
}


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def attributes(read: Intake) -> set[str]:
    return {fact.attribute for fact in read.facts}


def test_fhir_in_many_files_is_one_record(vocabulary: Vocabulary) -> None:
    lines = b"\n".join(json.dumps(one).encode() for one in (CONDITION, {**CONDITION, "id": "d"}))
    content = zipped({"Patient.json": json.dumps(PATIENT).encode(), "Condition.ndjson": lines, "manifest.json": b"{}"})
    read = read_file(content, "export.zip", vocabulary)
    assert {"sex", "birth_date", "cancer"} <= attributes(read)
    assert read.patient_count == 1
    assert not any("there is no Patient" in problem for problem in read.problems)
    assert any("manifest.json" in one.place for one in read.unused)


def test_documents_reports_and_an_archive_inside(vocabulary: Vocabulary) -> None:
    letter = b"PATHOLOGY REPORT\nEstrogen receptor: positive (90%).\nHER2 IHC: 0.\n"
    content = zipped(
        {
            "IHE_XDM/SUBSET01/DOC0001.XML": (DATA / "ccda" / "portal.xml").read_bytes(),
            "IHE_XDM/SUBSET01/DOC0002.XML": (DATA / "ccda" / "portal.xml").read_bytes(),
            "INDEX.HTM": b"<html>look here</html>",
            "more.zip": zipped({"letter.txt": letter, "deeper.zip": zipped({"a.txt": b"x"})}),
            "__MACOSX/._letter.txt": b"\x00\x01",
        }
    )
    read = read_file(content, "portal.zip", vocabulary)
    assert {"therapy", "er.percent"} <= attributes(read)
    why = {one.place.split(", ", 1)[1]: one.why for one in read.unused if one.type == "file"}
    assert "same file again" in why["IHE_XDM/SUBSET01/DOC0002.XML"]
    assert "in an archive in an archive" in why["more.zip / deeper.zip"]
    assert "INDEX.HTM" in why
    percent = next(fact for fact in read.facts if fact.attribute == "er.percent")
    assert "letter.txt" in percent.source.file


def test_a_broken_file_is_told_and_the_rest_is_read(vocabulary: Vocabulary) -> None:
    content = zipped({"Patient.json": json.dumps(PATIENT).encode(), "bad.pdf": b"%PDF-1.7 nothing more"})
    read = read_file(content, "export.zip", vocabulary)
    assert "sex" in attributes(read)
    assert any("bad.pdf" in problem for problem in read.problems)


def test_a_bomb_is_refused_in_bounded_memory(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 4 * 2**20)
    content = zipped({"big.txt": b"0" * (40 * 2**20)})
    assert len(content) < 100_000
    with pytest.raises(InputError, match=r"bomb\.zip: it unpacks to more than 4 MB"):
        read_file(content, "bomb.zip", vocabulary)


def test_one_file_that_is_too_large_is_left_out(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 2**20)
    content = zipped({"export.xml": b" " * (2 * 2**20), "Patient.json": json.dumps(PATIENT).encode()})
    read = read_file(content, "export.zip", vocabulary)
    assert any("larger than 1 MB" in one.why for one in read.unused)
    assert "sex" in attributes(read)


def test_too_many_files(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    with pytest.raises(InputError, match="it holds 4 files; expected at most 3"):
        read_file(zipped({f"{n}.txt": b"x" for n in range(4)}), "many.zip", vocabulary)


def test_a_password(vocabulary: Vocabulary) -> None:
    content = bytearray(zipped({"a.txt": b"secret"}, zipfile.ZIP_STORED))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    with pytest.raises(InputError, match="protected with a password"):
        read_file(bytes(content), "locked.zip", vocabulary)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped({"Patient.json": json.dumps(PATIENT).encode()})[:60], "damaged or cut off"),
        (zipped({}), "no record and no report"),
        (zipped({"a.bin": b"\x00\x01"}), "no record and no report"),
    ],
    ids=["cut", "empty", "no text"],
)
def test_nothing_to_read(vocabulary: Vocabulary, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_file(content, "export.zip", vocabulary)
