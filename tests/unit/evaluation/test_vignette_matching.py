"""How an expectation is held against a plan: strict where it must be, and never by a part of a name."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from abreast.evaluation.expectations import met, not_offered, offered, read_wanted, said, test_asked, test_not_asked
from abreast.evaluation.ideas import load_dictionary
from abreast.evaluation.sayings import Saying, Sayings, sayings
from abreast.evaluation.vignettes import judge_vignette, plan_of, read_vignettes, vignettes_table
from abreast.foundation.errors import InputError
from abreast.knowledge import load_knowledge
from abreast.vocabulary import load_vocabulary

CASES = Path(__file__).parents[2] / "spec" / "vignettes" / "shared_examples.jsonl"


@lru_cache
def heard() -> Sayings:
    """What the plan of the first case says; the tests put other pieces in its place."""
    plan, case, _ = plan_of(read_vignettes(CASES)[0])
    return sayings(plan, case, load_knowledge(load_vocabulary()))


def option(name: str, *drugs: str, standing: str = "talk_about", line: str = "") -> Sayings:
    """A plan with this one option."""
    piece = Saying("option", "x", name, name, drugs, standing, line)
    return replace(heard(), options=(piece,), tests=(), warnings=(), details=())


def warning(text: str) -> Sayings:
    return replace(heard(), warnings=(Saying("warning", "x", text, text),), details=())


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("inavolisib + palbociclib + fulvestrant", [("inavolisib",), ("palbociclib",), ("fulvestrant",)]),
        ("Enhertu", [("trastuzumab_deruxtecan",)]),
        ("trastuzumab (naked antibody)", [("trastuzumab",)]),
        ("TCHP: docetaxel + carboplatin", [("docetaxel",), ("carboplatin",)]),
        ("THP", [("taxane",), ("trastuzumab",), ("pertuzumab",)]),
        ("CDK4/6 inhibitor (ribociclib) + AI", [("cdk4_6_inhibitor", "ribociclib"), ("aromatase_inhibitor",)]),
        ("chemotherapy (doxorubicin + cyclophosphamide)", [("chemotherapy",), ("doxorubicin",), ("cyclophosphamide",)]),
        ("bone-modifying agent: denosumab", [("bone_agent", "denosumab")]),
        ("PD-L1 CPS", []),
    ],
)  # fmt: skip
def test_drugs_of_an_expectation(text: str, groups: list[tuple[str, ...]]) -> None:
    assert list(read_wanted(text, load_dictionary()).drugs) == groups


@pytest.mark.parametrize(
    ("item", "plan", "right"),
    [
        ("trastuzumab", option("x", "trastuzumab_deruxtecan"), False),
        ("trastuzumab + pertuzumab", option("x", "trastuzumab"), False),
        ("taxane", option("x", "paclitaxel"), True),
        ("letrozole", option("x", "aromatase_inhibitor"), True),
        ("letrozole", option("x", "endocrine_therapy"), False),
        ("endocrine therapy + CDK4/6 inhibitor", option("x", "ribociclib", "letrozole"), True),
        ("elacestrant", option("x", "elacestrant", standing="depends"), False),
        ("elacestrant if ESR1 is mutated", option("x", "elacestrant", standing="depends"), True),
        ("elacestrant", option("x", "elacestrant", standing="not_now"), False),
        ("capecitabine (adjuvant)", option("Capecitabine", "capecitabine", line="later line"), False),
        ("capecitabine (adjuvant)", option("After surgery: capecitabine", "capecitabine"), True),
        ("radiotherapy after surgery", option("Radiation after surgery"), True),
        ("stereotactic radiosurgery", option("Radiation for a painful bone spot"), False),
    ],
)
def test_offered(item: str, plan: Sayings, right: bool) -> None:
    assert offered(item, plan).right is right


@pytest.mark.parametrize(
    ("item", "plan", "right"),
    [
        ("elacestrant | imlunestrant", option("x", "imlunestrant"), False),
        ("elacestrant", option("x", "elacestrant", standing="depends"), True),
        ("elacestrant", option("x", "elacestrant", standing="not_now"), True),
        ("letrozole alone", option("x", "letrozole", "ribociclib"), True),
        ("letrozole alone", option("x", "letrozole"), False),
        ("letrozole without ovarian suppression", option("AI and ovarian suppression", "letrozole"), True),
        ("letrozole without ovarian suppression", option("AI", "letrozole"), False),
        ("trastuzumab (naked antibody)", option("x", "trastuzumab_emtansine"), True),
        ("upfront surgery as the standard plan", option("Breast surgery after treatment"), True),
        ("upfront surgery as the standard plan", option("Surgery first, then drugs"), False),
    ],
)  # fmt: skip
def test_not_offered(item: str, plan: Sayings, right: bool) -> None:
    assert not_offered(item, plan).right is right


@pytest.mark.parametrize(
    ("item", "text", "right"),
    [
        ("hyperglycaemia on PI3K-pathway inhibitor", "High blood sugar on PI3K and AKT drugs", True),
        ("hyperglycaemia on PI3K-pathway inhibitor", "High blood sugar with steroids", False),
        ("EMERGENCY: possible spinal cord compression", "Pressure on the spinal cord: call 911", True),
        ("EMERGENCY: possible spinal cord compression", "Call 911 for new chest pain", False),
        ("ILD (new cough)", "Lung inflammation", True),
        ("neuropathy", "A weak or numb side of the face", False),
    ],
)
def test_warning_said(item: str, text: str, right: bool) -> None:
    assert said(item, warning(text)).right is right


def test_tests() -> None:
    assert test_asked("fasting glucose and HbA1c", heard()).right
    assert not test_asked("lumbar puncture", heard()).right
    assert not test_not_asked("CT, HbA1c or PET-CT", heard()).right
    assert test_not_asked("PD-L1 CPS", heard()).right


@pytest.mark.parametrize(
    ("field", "accepted", "right"),
    [
        ("extent", ("stage IV",), True),
        ("extent", ("non-metastatic stage III",), False),
        ("stage", ("recurrent metastatic (rM1)",), True),
        ("stage", ("IIIA",), False),
        ("subtype", ("HR+/HER2-negative (IHC 0)",), True),
        ("subtype", ("HR+/HER2-low",), False),
        ("subtype", ("TNBC",), False),
    ],
)
def test_disease(field: str, accepted: tuple[str, ...], right: bool) -> None:
    assert met(field, accepted, heard()).right is right  # type: ignore[arg-type]


def test_table_lists_every_miss_with_its_text() -> None:
    vignette = read_vignettes(CASES)[0]
    expect = type(vignette.expect)(options_must=("elacestrant",), warnings_must=("superior vena cava",))
    result = judge_vignette(type(vignette)(id="z", facts=vignette.facts, expect=expect))
    from abreast.evaluation.vignettes import VignettesReport

    table = vignettes_table(VignettesReport((result,)))
    assert "options_must: elacestrant" in table
    assert "warnings_must: superior vena cava" in table
    assert "cases right in everything: 0 of 1" in table


def test_errors_name_the_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least one case"):
        read_vignettes(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"id": "a", "expect": {}}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        read_vignettes(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"id": "a", "facts": {}, "expect": {}}\n', encoding="utf-8")
    with pytest.raises(InputError, match="as_of"):
        judge_vignette(read_vignettes(tmp_path)[0])
