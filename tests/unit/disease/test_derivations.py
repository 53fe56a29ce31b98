"""The rules of the disease room as data: whole, cited, reviewed, and refused when they are not."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from abreast.case import timeline
from abreast.disease.derivations import DATA, Derivation, load_knowledge, read_knowledge
from abreast.disease.make import stable_id
from abreast.foundation.errors import AbreastError
from abreast.rules.expression import Known, atoms
from abreast.vocabulary import Vocabulary

RULES = [rule for blocks in load_knowledge().blocks.values() for block in blocks for rule in block.rules]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: stable_id(rule.attribute, rule.name))
def test_every_rule_says_why_and_according_to_whom(rule: Derivation) -> None:
    assert rule.citations
    assert rule.why.endswith(".")
    assert "you should" not in rule.why.lower()


def test_rules_that_may_hold_together_give_facts_with_ids_of_their_own() -> None:
    for blocks in load_knowledge().blocks.values():
        for block in blocks:
            ids = [stable_id(rule.attribute, rule.name) for rule in block.rules]
            assert block.choose == "first" or len(set(ids)) == len(ids)


def test_publications_have_an_address_and_a_day_of_review() -> None:
    for publication in load_knowledge().publications.values():
        assert publication.url.startswith("https://")
        assert dt.date(2026, 1, 1) <= publication.reviewed <= dt.date.today()


def test_every_publication_is_used() -> None:
    knowledge = load_knowledge()
    used = {citation for rule in RULES for citation in rule.citations}
    used |= {*knowledge.stage_citations, *knowledge.performance_citations, *knowledge.advanced_only_citations}
    used |= {*knowledge.acquired_citations}
    in_code = ("ckd_epi_2021", "cockcroft_gault_1976", "abc4_2018", "abc5_2020", "de_novo_2021")
    assert set(knowledge.cite(*knowledge.publications)) == used | set(knowledge.cite(*in_code))


def test_what_is_known_is_asked_only_to_find_dates() -> None:
    """A fact must not follow from not knowing something: ``known`` stands only where a date is all that is asked."""
    for rule in RULES:
        for atom in atoms(rule.when):
            if isinstance(atom, Known):
                assert atom.attribute.endswith(".date"), rule.name


def test_classes_named_in_code_exist(vocabulary: Vocabulary) -> None:
    for name in (*timeline.EXCHANGED_WITHIN, "systemic_therapy", "ovarian_suppression", "endocrine_therapy"):
        assert vocabulary.term("drug", name)
    for drug in ("zoledronic_acid", "denosumab", "ondansetron"):
        if drug in vocabulary.terms["drug"]:
            assert "systemic_therapy" not in vocabulary.ancestors("drug", drug)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "receptors.yaml",
            "er.percent > 10 %",
            "er.precent > 10 %",
            "receptors.yaml, er.status, ER positive: there is no",
        ),
        ("receptors.yaml", "value: low_positive", "value: lowish", "receptor has no term 'lowish'"),
        (
            "receptors.yaml",
            "sources: [asco_cap_er_2020]",
            "sources: [hearsay]",
            "expected sources that sources.yaml lists",
        ),
        ("receptors.yaml", "sources: [asco_cap_er_2020]", "sources: []", "expected sources that sources.yaml lists"),
        ("course.yaml", "value: no", "value: perhaps", "expected yes or no for first_line, found 'perhaps'"),
        ("extent.yaml", "      lasting: true", "      lastng: true", "unknown field `lastng`"),
        ("stage.yaml", "stage: IIIC", "stage: IIID", "stage has no term 'IIID'"),
        ("advanced_only.yaml", "palbociclib", "palboclib", "drug has no term 'palboclib'"),
        ("sources.yaml", "reviewed: 2026-11-21", "reviewed: lately", "sources.yaml: asco_cap_er_2020"),
    ],
)
def test_wrong_data_are_refused(
    vocabulary: Vocabulary, tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AbreastError) as raised:
        read_knowledge(folder, vocabulary)
    assert expected in str(raised.value)
