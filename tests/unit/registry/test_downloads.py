"""Files downloaded at ClinicalTrials.gov by hand: whole records as JSON, and tables without criteria as CSV."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from abreast.foundation.errors import InputError
from abreast.trials.registry import Registry, open_registry
from abreast.trials.registry.downloads import CSV_SOURCE, JSON_SOURCE, take_files
from tests.fake import ctgov
from tests.fake.ctgov import study

TODAY = ctgov.today()
A, B = "NCT90000001", "NCT90000002"

# The columns of the site's download, in its order.
HEADER = (
    "NCT Number,Study Title,Study URL,Acronym,Study Status,Brief Summary,Study Results,Conditions,Interventions,"
    "Primary Outcome Measures,Secondary Outcome Measures,Other Outcome Measures,Sponsor,Collaborators,Sex,Age,Phases,"
    "Enrollment,Funder Type,Study Type,Study Design,Other IDs,Start Date,Primary Completion Date,Completion Date,"
    "First Posted,Results First Posted,Last Update Posted,Locations,Study Documents"
)
COLUMNS = next(csv.reader([HEADER]))
ROW = {
    "NCT Number": A,
    "Study Title": "Elacestrant, and \"more\",\nin Breast Cancer",
    "Study Status": "NOT_YET_RECRUITING",
    "Brief Summary": "A summary.",
    "Conditions": "Breast Cancer|Metastasis",
    "Interventions": "DRUG: Elacestrant|PROCEDURE: Biopsy",
    "Sponsor": "Somebody",
    "Collaborators": "One|Two",
    "Sex": "FEMALE",
    "Age": "ADULT, OLDER_ADULT",
    "Phases": "PHASE1|PHASE2",
    "Enrollment": "120",
    "Funder Type": "OTHER",
    "Study Type": "INTERVENTIONAL",
    "Study Design": "Allocation: NA|Intervention Model: SINGLE_GROUP|Masking: NONE|Primary Purpose: TREATMENT",
    "Start Date": "2026-12",
    "Completion Date": "2029-01-31",
    "First Posted": "2026-10-30",
    "Last Update Posted": "2026-11-02",
}  # fmt: skip


def table(*rows: dict[str, str], columns: list[str] = COLUMNS) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def registry(path: Path) -> Registry:
    with open_registry(path) as opened:
        opened.replace_all([])
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def put(name: str, content: bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_bytes(content)
        return file

    return put


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


ONE, TWO = study(A), study(B)
FORMS = {
    "one.json": json.dumps(ONE).encode(),
    "ctg-studies.json": json.dumps([ONE, TWO]).encode(),
    "page.json": json.dumps({"totalCount": 2, "studies": [ONE, TWO], "nextPageToken": "x"}).encode(),
    "lines.ndjson": b"\n".join(json.dumps(one).encode() for one in (ONE, TWO)),
    "bom.json": b"\n".join(json.dumps(one).encode() for one in (ONE,)) + b"\n\n",
    "packed.json.gz": gzip.compress(json.dumps([ONE, TWO]).encode()),
    "ctg-studies.json.zip": zipped(**{f"{A}_json": json.dumps(ONE).encode(), f"{B}_json": json.dumps(TWO).encode()}),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_the_registrys_json(registry: Registry, write: Callable[[str, bytes], Path], name: str) -> None:
    outcome = take_files(registry, [write(name, FORMS[name])], TODAY)
    assert outcome.problems == ()
    found = registry.study(A)
    assert found is not None
    assert found.copy.source == JSON_SOURCE
    assert registry.record(A) == ONE
    assert registry.count() == outcome.studies == len(outcome.changes.added)
    assert registry.history(A)[0].opened


def test_a_table_gives_what_it_has(registry: Registry, write: Callable[[str, bytes], Path]) -> None:
    take_files(registry, [write("ctg-studies.csv", b"\xef\xbb\xbf" + table(ROW))], TODAY)
    found = registry.study(A)
    assert found is not None
    assert found.problems == ("eligibilityModule.eligibilityCriteria: expected a value, found nothing",)
    assert (found.title, found.status) == ('Elacestrant, and "more",\nin Breast Cancer', "NOT_YET_RECRUITING")
    assert (found.phases, found.enrollment, found.sex) == (("PHASE1", "PHASE2"), 120, "female")
    assert [(one.type, one.name) for one in found.interventions] == [("DRUG", "Elacestrant"), ("PROCEDURE", "Biopsy")]
    assert (found.conditions, found.collaborators) == (("Breast Cancer", "Metastasis"), ("One", "Two"))
    assert [str(day) for day in (found.start, found.completion, found.first_posted, found.last_update)] == [
        "2026-12", "2029-01-31", "2026-10-30", "2026-11-02"]  # fmt: skip
    assert (found.primary_purpose, found.criteria, found.copy.source) == ("TREATMENT", "", CSV_SOURCE)


def test_a_table_brings_status_and_dates_to_a_study_that_is_known(
    registry: Registry, write: Callable[[str, bytes], Path]
) -> None:
    take_files(registry, [write("a.json", json.dumps([ONE, TWO]).encode())], TODAY)
    rows = (ROW | {"Study Status": "COMPLETED"}, {"NCT Number": B, "Study Status": "COMPLETED"})
    outcome = take_files(registry, [write("b.csv", table(*rows))], TODAY)
    first, second = registry.study(A), registry.study(B)
    assert first is not None
    assert second is not None
    assert (first.status, str(first.last_update)) == ("COMPLETED", "2026-11-02")
    assert first.criteria == "Inclusion Criteria:\n\n* Metastatic breast cancer\n"
    assert first.title == "A Study of Breast Cancer"
    assert second.status == "RECRUITING"  # a row without a date does not say how new it is
    assert outcome.changes.changed == (A,)
    assert registry.history(A)[-1].closed


def test_an_older_file_changes_nothing(registry: Registry, write: Callable[[str, bytes], Path]) -> None:
    take_files(registry, [write("new.json", json.dumps(study(A, "New", update="2026-10-01")).encode())], TODAY)
    older = [
        write("old.json", json.dumps(study(A, "Old", update="2026-09-01")).encode()),
        write("old.csv", table(ROW | {"Last Update Posted": "2026-09-01"})),
    ]
    assert take_files(registry, older, TODAY).changes.same == 2
    found = registry.study(A)
    assert found is not None
    assert (found.title, found.status) == ("New", "RECRUITING")


def test_a_folder_is_read_whole_and_what_cannot_be_read_is_named(
    registry: Registry, write: Callable[[str, bytes], Path], tmp_path: Path
) -> None:
    write("folder/a.json", FORMS["one.json"])
    write("folder/more/b.csv", table({"NCT Number": B, "Last Update Posted": "2026-11-02"}, {"NCT Number": "12"}))
    write("folder/cut.json", FORMS["ctg-studies.json"][:200])
    write("folder/notes.txt", b"not a download")
    outcome = take_files(registry, [tmp_path / "folder"], TODAY)
    assert sorted(outcome.changes.added) == [A, B]
    assert len(outcome.problems) == 2
    assert any("cut.json, line 1: not readable as JSON" in problem for problem in outcome.problems)
    assert any("b.csv, line 3: no registry number" in problem for problem in outcome.problems)


BAD = {
    "missing": (None, "there is no such file"),
    "empty.json": (b"", "holds no study"),
    "cut.json": (FORMS["ctg-studies.json"][:200], "line 1: not readable as JSON"),
    "other.json": (b'{"resourceType": "Bundle"}', "expected studies"),
    "others.json": (b'[3, {"protocolSection": {}}]', r"\[0\]: expected studies"),
    "deep.json": (b"[" * 100_000, "not readable"),
    "other.csv": (b"Name,Age\nx,3\n", "no column .NCT Number"),
    "broken.zip": (b"PK\x03\x04 no", "damaged or cut off"),
    "empty.csv": (table(), "holds no study"),
    "empty.zip": (zipped(), "no JSON or CSV"),
    "broken.json.gz": (b"\x1f\x8b\x08 no", "damaged or cut off"),
    "cut.json.gz": (FORMS["packed.json.gz"][:-20], "damaged or cut off"),
    "plain.json.gz": (b"{}", "damaged or cut off"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_told_and_changes_nothing(
    registry: Registry, write: Callable[[str, bytes], Path], tmp_path: Path, name: str
) -> None:
    content, words = BAD[name]
    file = tmp_path / name if content is None else write(name, content)
    with pytest.raises(InputError, match=words) as error:
        take_files(registry, [file], TODAY)
    assert name in str(error.value)
    assert registry.count() == 0


def test_a_bomb_is_not_unpacked(
    registry: Registry, write: Callable[[str, bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abreast.trials.registry.downloads._LARGEST", 100_000)
    bombs = [
        write("bomb.zip", zipped(a_json=b"[" + b" " * 1_000_000 + b"]")),
        write("bomb.json.gz", gzip.compress(b"[" + b" " * 1_000_000 + b"]")),
        write("large.json", os.urandom(100_001)),
    ]
    for bomb in bombs:
        with pytest.raises(InputError, match=r"too large|unpacks to more than"):
            take_files(registry, [bomb], TODAY)
