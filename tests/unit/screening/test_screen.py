"""Screening files: every way in gives the same, a stopped run goes on, a bad record stops nobody else's."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from abreast.case import Case, Declaration, Fact
from abreast.case.file import read_case, write_case
from abreast.disease import derive
from abreast.foundation.errors import InputError, Stopped
from abreast.rules import Context
from abreast.screening import SCHEMA, Progress, facts_of, screen
from abreast.trials.match import load_matcher
from abreast.trials.registry import open_registry
from abreast.vocabulary import Quantity, Vocabulary

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("registry") / "registry.sqlite"


def case(age: int, vocabulary: Vocabulary) -> Case:
    facts = [
        Fact("age", Quantity.exact(float(age), "a")),
        Fact("sex", "male" if age % 2 else "female"),
        Fact("er.status", "positive"),
        Fact("metastasis", fields={"site": ("bone",)}),
    ]
    return Case.of(vocabulary, facts, [Declaration("therapy")])


@pytest.fixture
def folder(tmp_path: Path, vocabulary: Vocabulary) -> Path:
    people = tmp_path / "people"
    (people / "more").mkdir(parents=True)
    for age in range(15, 22):
        where = people / "more" if age > 18 else people
        (where / f"{age}.json").write_text(write_case(case(age, vocabulary), "json"), encoding="utf-8")
    return people


def rows(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    return {(Path(row["patient"]).name, row["nct"]): row for row in pq.read_table(path).to_pylist()}


def plain(found: dict[tuple[str, str], dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(value for name, value in row.items() if name != "patient") for row in found.values()]


def test_a_folder_and_what_matching_says(folder: Path, tmp_path: Path, registry: Path, vocabulary: Vocabulary) -> None:
    out = tmp_path / "matches.parquet"
    report = screen(folder, out, TODAY, registry=registry)
    with open_registry(registry) as opened:
        matcher = load_matcher(opened)
    assert (report.people, report.screened, report.problems) == (7, 7, ())
    assert report.studies == len(matcher.studies) > 300
    found = rows(out)
    assert len(found) == 7 * report.studies
    person = derive(read_case((folder / "17.json").read_text(), "17.json", vocabulary), TODAY)
    for verdict in matcher.judge(Context(person, TODAY)):
        row = found["17.json", verdict.nct]
        assert (row["standing"], row["not_yet"]) == (verdict.standing, verdict.not_yet)
        assert (row["fits"], row["against"]) == (verdict.best.counts["fits"], verdict.best.counts["against"])
    words = {(row["nct"], row["number"]): row["text"] for row in pq.read_table(report.criteria).to_pylist()}
    young = [row for (name, _), row in found.items() if name == "15.json" and row["deciding"]]
    assert any("Minimum age" in words[row["nct"], number] for row in young for number in row["deciding"])
    assert not out.with_name("matches.parquet.parts").exists()


def test_every_way_in_gives_the_same(folder: Path, tmp_path: Path, registry: Path, vocabulary: Vocabulary) -> None:
    files = sorted(folder.rglob("*.json"))
    lines = tmp_path / "people.ndjson"
    lines.write_text("\n\n".join(json.dumps(json.loads(file.read_text())) for file in files) + "\n")
    table = tmp_path / "facts.parquet"
    cases = [(file.name, read_case(file.read_text(), file.name, vocabulary)) for file in files]
    pq.write_table(pa.Table.from_batches([facts_of(cases)], schema=SCHEMA), table, row_group_size=5)
    outs = [tmp_path / f"{number}.parquet" for number in range(3)]
    for patients, out in zip((folder, lines, table), outs, strict=True):
        screen(patients, out, TODAY, registry=registry, at_once=2, workers=1)
    first, second, third = (plain(rows(out)) for out in outs)
    assert len(first) == 7 * len({row["nct"] for row in rows(outs[0]).values()})
    assert sorted(map(str, first)) == sorted(map(str, second)) == sorted(map(str, third))


def test_a_stopped_run_goes_on_where_it_stopped(folder: Path, tmp_path: Path, registry: Path) -> None:
    out, whole = tmp_path / "matches.parquet", tmp_path / "whole.parquet"
    screen(folder, whole, TODAY, registry=registry, at_once=2, workers=1)
    seen: list[Progress] = []
    with pytest.raises(Stopped):
        screen(folder, out, TODAY, registry=registry, at_once=2, progress=seen.append, stop=lambda: len(seen) == 2)
    assert not out.exists()
    assert [one.done for one in seen] == [2, 4]
    again: list[Progress] = []
    report = screen(folder, out, TODAY, registry=registry, at_once=2, progress=again.append)
    assert report.kept == 4
    assert [one.done for one in again] == [6, 7]
    assert rows(out) == rows(whole)


def test_parts_of_another_day_or_other_people_are_not_used(folder: Path, tmp_path: Path, registry: Path) -> None:
    out = tmp_path / "matches.parquet"
    seen: list[Progress] = []
    with pytest.raises(Stopped):
        screen(folder, out, TODAY, registry=registry, at_once=2, progress=seen.append, stop=lambda: len(seen) == 1)
    (folder / "16.json").write_text((folder / "15.json").read_text())
    assert screen(folder, out, TODAY, registry=registry, at_once=2).kept == 0


def test_a_bad_record_stops_nobody_elses(folder: Path, tmp_path: Path, registry: Path) -> None:
    (folder / "bad.json").write_text("{ this is no record")
    (folder / "latin.yaml").write_bytes(b"facts:\n  - age: \xe9")
    report = screen(folder, tmp_path / "matches.parquet", TODAY, registry=registry)
    assert (report.people, report.screened) == (9, 7)
    assert {problem.person for problem in report.problems} == {"bad.json", "latin.yaml"}
    assert all(problem.person in problem.message for problem in report.problems)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing", None, "no such file"),
        ("empty.ndjson", b"\n\n", "empty"),
        ("people.docx", b"x", "expected a folder"),
        ("people.parquet", b"x", "not readable as Parquet"),
    ],
)
def test_what_cannot_be_screened_is_said(
    tmp_path: Path, registry: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        screen(tmp_path / name, tmp_path / "out.parquet", TODAY, registry=registry)


def test_a_table_of_facts_with_a_wrong_attribute_names_it(tmp_path: Path, registry: Path) -> None:
    table = pa.table({"patient": ["a"], "attribute": ["shoe_size"], "item": [0], "value": ["42"]})
    pq.write_table(table, tmp_path / "facts.parquet")
    with pytest.raises(InputError, match="shoe_size"):
        screen(tmp_path / "facts.parquet", tmp_path / "out.parquet", TODAY, registry=registry)
