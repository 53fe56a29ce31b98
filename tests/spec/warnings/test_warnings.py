"""Which warnings a case brings: a table (``table.yaml``) that reads as documentation."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from abreast.case import Case, Declaration, Fact, Value
from abreast.disease import derive
from abreast.foundation.dates import PartialDate
from abreast.foundation.yaml import read_yaml
from abreast.knowledge import Knowledge
from abreast.knowledge.loader import DATA, read_packs
from abreast.rules import FALSE, Context, Truth, evaluate
from abreast.vocabulary import Vocabulary, load_vocabulary
from abreast.vocabulary.quantity import parse_quantity

TODAY = dt.date(2026, 7, 1)
VOCABULARY = load_vocabulary()
FILE = Path(__file__).with_name("table.yaml")
TABLE: list[dict[str, Any]] = read_yaml(FILE.read_text(encoding="utf-8"), FILE.name)
HELP_FILE = Path(__file__).with_name("help.yaml")
HELP: list[dict[str, Any]] = read_yaml(HELP_FILE.read_text(encoding="utf-8"), HELP_FILE.name)


def _value(kind: str, text: str) -> Value:
    match kind:
        case "flag":
            return text == "yes"
        case "date":
            return PartialDate.parse(text)
        case "number":
            found = parse_quantity(text)
            assert found is not None, text
            return found
        case _:
            return text


def _case(text: str) -> Case:
    """Read "er.status positive; calcium 12 mg/dL @2026-06-25; no metastasis site=bone; !therapy" as a case."""
    facts: list[Fact] = []
    complete: list[Declaration] = []
    for number, part in enumerate(filter(None, (piece.strip() for piece in text.split(";")))):
        if part.startswith("!"):
            complete.append(Declaration(part[1:]))
            continue
        words = part.removeprefix("no ").split()
        attribute = VOCABULARY.attribute(words[0])
        if attribute.shape == "list":
            pairs = dict(word.split("=", 1) for word in words[1:])
            fields = {name: (_value(VOCABULARY.field(attribute.id, name).kind, said),) for name, said in pairs.items()}
            facts.append(Fact(attribute.id, fields=fields, absent=part.startswith("no "), id=f"f{number}"))
        else:
            said, _, day = " ".join(words[1:]).partition(" @")
            date = PartialDate.parse(day) if day else None
            facts.append(Fact(attribute.id, _value(attribute.kind, said), date=date, id=f"f{number}"))
    return derive(Case.of(VOCABULARY, facts, complete), TODAY)


@pytest.fixture(scope="module")
def packs() -> Knowledge:
    return read_packs(DATA, VOCABULARY)


def _standing(packs: Knowledge, case: Case) -> tuple[set[str], set[str]]:
    """Return the warnings that stand first and those to know beforehand, as a plan would sort them."""
    context = Context(case, TODAY)
    now = {one.id for one in packs.warnings if evaluate(one.present, context).truth is Truth.TRUE}
    know = {one.id for one in packs.warnings if one.id not in now and evaluate(one.when, context).truth is Truth.TRUE}
    return now, know


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["case"])
def test_warnings(packs: Knowledge, row: dict[str, Any]) -> None:
    stands, beforehand = _standing(packs, _case(row["record"]))
    assert set(row.get("now", ())) <= stands
    assert set(row.get("know", ())) <= beforehand
    assert not set(row.get("never", ())) & (stands | beforehand)
    assert "now" in row or not stands, f"nothing stands first here, but {stands}"


@pytest.mark.parametrize("row", HELP, ids=lambda row: row["case"])
def test_help(packs: Knowledge, row: dict[str, Any]) -> None:
    context = Context(_case(row["record"]), TODAY)

    def found(kind: str, truth: Truth) -> set[str]:
        entries = ((entry, getattr(entry, "when", FALSE)) for name, entry in packs.entries() if name == kind)
        return {entry.id for entry, when in entries if evaluate(when, context).truth is truth}

    shown: set[str] = set()
    for kind in ("options", "questions", "appointments", "second_opinion"):
        held = found(kind, Truth.TRUE)
        assert set(row.get(kind, ())) <= held, kind
        shown |= held
    waiting = found("options", Truth.UNKNOWN)
    assert set(row.get("depends", ())) <= waiting
    assert not set(row.get("never", ())) & (shown | waiting)


def test_few_warnings_are_for_everyone(packs: Knowledge) -> None:
    _, know = _standing(packs, _case(""))
    assert know == {"fever_low_counts", "sudden_breathlessness", "thoughts_of_suicide"}


def test_every_emergency_says_whom_to_call(packs: Knowledge) -> None:
    for warning in packs.warnings:
        if warning.urgency == "emergency":
            assert "911" in warning.act.text or "988" in warning.act.text, warning.id


def test_every_danger_sign_of_the_vocabulary_is_answered(packs: Knowledge) -> None:
    """A danger sign in the record of someone with stage 4 always brings a warning that stands first."""
    for sign in _danger_signs(VOCABULARY):
        stands, _ = _standing(packs, _case(f"m.clinical M1; metastasis site=brain; symptom kind={sign}"))
        assert stands, sign


def _danger_signs(vocabulary: Vocabulary) -> list[str]:
    return [term.id for term in vocabulary.terms["symptom"].values() if "danger_sign" in term.is_a]


def test_every_warning_is_met_in_some_row(packs: Knowledge) -> None:
    named = {name for row in TABLE for key in ("now", "know") for name in row.get(key, ())}
    assert {one.id for one in packs.warnings} == named
