"""Whatever a file holds, reading it gives an intake or an :class:`InputError`: never another exception."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import abreast.intake
from abreast.case import Case
from abreast.case.file import read_case, write_case
from abreast.foundation.errors import InputError
from abreast.intake import Intake, read_fhir
from abreast.intake.fhir import READERS
from abreast.intake.fhir.codes import load_tables
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SAMPLES = sorted((Path(abreast.intake.__file__).parent / "samples").glob("*.json"))
RECORDS = [json.loads(path.read_bytes()) for path in SAMPLES]
RECORDS += [
    json.loads(path.read_bytes()) for path in sorted((Path(__file__).parents[1] / "data" / "mcode").glob("*.json"))
]

ELEMENTS = """resourceType Bundle entry resource Patient Observation Condition code coding system http://loinc.org
    89247-1 http://snomed.info/sct LA9633-4 valueQuantity value unit % status final component extension url subject
    reference Patient/a 2024-02-30 2024 display IV contained parameter text id a #a birthDate effectivePeriod start end
    medicationCodeableConcept letrozole bodySite stage summary focus valueCodeableConcept"""
WORDS = st.sampled_from(ELEMENTS.split())
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | WORDS
JSON_VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=25,
)


def read(value: Any) -> Intake | None:
    """Read a JSON value; ``None`` when the reader refused it in words."""
    try:
        return read_fhir(json.dumps(value).encode(), "f.json", VOCABULARY)
    except InputError:
        return None


def check(intake: Intake | None) -> None:
    """Whatever was read must be a case that can be saved and read back, and every fact has a source."""
    if intake is None:
        return
    assert all(fact.source.kind == "fhir" and fact.source.place for fact in intake.facts)
    assert all(one.why and one.place for one in intake.unused)
    case = Case.of(VOCABULARY, intake.facts)
    _ = case.conflicts
    assert read_case(write_case(case), "case.yaml", VOCABULARY).facts == case.facts


@given(JSON_VALUES)
def test_any_json(value: Any) -> None:
    check(read(value))


@given(
    st.lists(st.tuples(st.sampled_from(sorted(READERS)), st.dictionaries(WORDS, JSON_VALUES, max_size=6)), max_size=3)
)
def test_any_resources(resources: list[tuple[str, dict[str, Any]]]) -> None:
    entries = [{"resource": {**elements, "resourceType": kind}} for kind, elements in resources]
    check(read({"resourceType": "Bundle", "entry": entries}))


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    try:
        read_fhir(content, "f.json", VOCABULARY)
    except InputError:
        pass


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every element inside a JSON value."""
    found = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found.append((*here, key))
        found += paths(inner, (*here, key))
    return found


PATHS = [paths(record) for record in RECORDS]


@settings(max_examples=300)
@given(st.data())
def test_real_records_with_something_broken(data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(RECORDS) - 1))
    record = copy.deepcopy(RECORDS[which])
    for path in data.draw(st.lists(st.sampled_from(PATHS[which]), min_size=1, max_size=4)):
        node = record
        try:
            for key in path[:-1]:
                node = node[key]
            node[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue
        match data.draw(st.sampled_from(["replace", "remove", "wrap", "double"])):
            case "replace":
                node[path[-1]] = data.draw(JSON_VALUES)
            case "remove":
                del node[path[-1]]
            case "wrap":
                node[path[-1]] = [node[path[-1]]]
            case "double" if isinstance(node, list):
                node.append(node[path[-1]])
    check(read(record))


@settings(max_examples=40)
@given(st.sampled_from(SAMPLES), st.data())
def test_cut_off_anywhere(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes().rstrip()
    cut = content[: data.draw(st.integers(1, len(content) - 1))]
    with pytest.raises(InputError, match=r"cut off|not readable as JSON"):
        read_fhir(cut, path.name, VOCABULARY)


def test_reading_twice_gives_the_same() -> None:
    for path in SAMPLES:
        content = path.read_bytes()
        assert read_fhir(content, path.name, VOCABULARY) == read_fhir(content, path.name, VOCABULARY)


def test_every_resource_is_accounted_for() -> None:
    """Each resource of each record gives a fact or stands in the list of what was not used."""
    load_tables()
    for record in RECORDS:
        if record["resourceType"] != "Bundle":
            continue
        intake = read(record)
        assert intake is not None
        places = " ; ".join([*(fact.source.place for fact in intake.facts), *(one.place for one in intake.unused)])
        assert "more places" not in places
        for entry in record["entry"]:
            resource = entry.get("resource")
            if resource and "id" in resource:
                assert f"{resource['resourceType']}/{resource['id']}" in places
