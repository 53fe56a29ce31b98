"""Whatever a person drops on abreast: a clear error or a plan with what could be read, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.people import RECORDS, plan_of, run

PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female"}


def bundle(*resources: dict[str, object]) -> bytes:
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def refused(tmp_path: Path, name: str, content: bytes) -> str:
    file = tmp_path / name
    file.write_bytes(content)
    ran = run("plan", str(file), "--out", str(tmp_path))
    assert ran.code == 2, ran.err
    assert name in ran.err
    return ran.err


def test_truncated_json_says_where(tmp_path: Path) -> None:
    whole = (RECORDS / "app_TrialMatching_Patient02.json").read_bytes()
    assert "JSON" in refused(tmp_path, "cut.json", whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.json", b""),
        ("blank.json", b"  \n"),
        ("list.json", b"[1, 2]"),
        ("number.json", b"3"),
        ("text.json", b"dear doctor"),
        ("binary.json", bytes(range(256)) * 10),
        ("deep.json", b"[" * 100_000),
        ("other.json", b'{"hello": "world"}'),
    ],
)
def test_what_is_no_record_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    refused(tmp_path, name, content)


def test_another_resource_type_is_named(tmp_path: Path) -> None:
    assert "ValueSet" in refused(tmp_path, "valueset.json", b'{"resourceType": "ValueSet", "id": "x"}')


@pytest.mark.parametrize("command", [("plan",), ("read",), ("case", "show"), ("watch",)])
def test_an_empty_name_is_not_the_folder_one_is_in(command: tuple[str, ...]) -> None:
    ran = run(*command, "")
    assert (ran.code, "a file name is empty" in ran.err) == (2, True), ran.err
    assert "está vacío" in run(*command, "", "--lang", "es").err


def test_a_file_where_a_folder_is_expected_is_told(tmp_path: Path) -> None:
    there = tmp_path / "letter.txt"
    there.write_text("mine")
    ran = run("plan", "--sample", "--out", str(there))
    assert (ran.code, ran.err.splitlines()[-1]) == (
        2,
        f"abreast: {there}: expected a folder, found a file of that name",
    )
    assert there.read_text() == "mine"


def test_a_missing_file_and_no_file_at_all() -> None:
    ran = run("plan", "nowhere.json")
    assert ran.code == 2
    assert "nowhere.json" in ran.err
    assert run("plan").code == 2


def test_a_patient_without_birth_date_gets_a_plan_that_asks(tmp_path: Path) -> None:
    file = tmp_path / "bare.json"
    file.write_bytes(bundle(PATIENT))
    plan = plan_of(file, tmp_path)
    assert plan["scope"]["status"] == "unknown"
    assert "age" not in {fact["attribute"] for fact in plan["facts"].values()}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_a_wrong_encoding_is_read_or_named(tmp_path: Path, encoding: str) -> None:
    patient = {**PATIENT, "name": [{"family": "Müller"}]}
    text = bundle(patient).decode().replace("M\\u00fcller", "Müller")
    file = tmp_path / f"{encoding}.json"
    file.write_bytes(text.encode(encoding))
    ran = run("plan", str(file), "--out", str(tmp_path))
    assert ran.code in (0, 2)
    assert ran.code == 0 or file.name in ran.err


def test_a_bundle_of_fifty_megabytes(tmp_path: Path) -> None:
    noise = {"resourceType": "Observation", "status": "final", "code": {"text": "note"}, "valueString": "x" * 1_000_000}
    file = tmp_path / "large.json"
    file.write_bytes(bundle(PATIENT, *[noise] * 50))
    ran = run("plan", str(file), "--out", str(tmp_path))
    assert ran.code in (0, 2)
    assert ran.code == 0 or "large.json" in ran.err


def test_a_broken_case_file_names_line_and_expectation(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("abreast: case/1\nfacts:\n  - is: er.statuss\n    value: positive\n", encoding="utf-8")
    ran = run("case", "check", str(file))
    assert ran.code == 2
    assert "er.status" in ran.err


def test_a_day_that_is_none() -> None:
    ran = run("plan", "--sample", "--today", "tomorrow")
    assert ran.code == 2
    assert "tomorrow" in ran.err
