"""Stages and TNM categories as people write them."""

from __future__ import annotations

import pytest

from abreast.intake.staging import parse_categories, parse_category, parse_stage
from abreast.intake.variants import short_change
from abreast.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IIIA", "IIIA"),
        ("3A", "IIIA"),
        ("c3A", "c IIIA"),
        ("p2B", "p IIB"),
        ("4", "IV"),
        ("IV", "IV"),
        ("IVA", "IV"),
        ("Stage IV", "IV"),
        ("stage 4 breast cancer", "IV"),
        ("Stage 3A (qualifier value)", "IIIA"),
        ("American Joint Committee on Cancer stage IIIC (qualifier value)", "IIIC"),
        ("Stage group: IIB", "IIB"),
        ("anatomic stage IB", "IB"),
        ("0", "0"),
        ("ypIIA", "yp IIA"),
        ("IIC", ""),  # breast cancer has no stage IIC
        ("Binet stage B", ""),
        ("grade 3", ""),
        ("IVC filter", ""),
        ("", ""),
    ],
)
def test_stage(text: str, expected: str) -> None:
    stage = parse_stage(text, VOCABULARY)
    assert (f"{stage.prefix} {stage.term}".strip() if stage else "") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cT3", "t.clinical T3"),
        ("pT1c", "t.pathologic T1c"),
        ("cT3/ypT2", "t.clinical T3; t.post_treatment T2"),
        ("pT2 pN1mi cM0", "t.pathologic T2; n.pathologic N1mi; m.clinical M0"),
        ("T4d", "t.clinical T4d"),
        ("Tis", "t.clinical Tis"),
        ("TX", "t.clinical TX"),
        ("pN0 (i-)", "n.pathologic N0"),
        ("pN0(i+)", "n.pathologic N0i+"),
        ("pN1(mi)", "n.pathologic N1mi"),
        ("N2", "n.clinical N2"),
        ("M1", "m.clinical M1"),
        ("MX", ""),  # a category that the AJCC no longer has
        ("American Joint Committee on Cancer cN3 (qualifier value)", "n.clinical N3"),
        ("rT2", " T2"),
        ("T-DM1", ""),
        ("T7 vertebra", ""),
        ("MRI", ""),
    ],
)
def test_categories(text: str, expected: str) -> None:
    found = parse_categories(text, VOCABULARY)
    assert "; ".join(f"{one.attribute} {one.term}" for one in found) == expected


@pytest.mark.parametrize(
    ("text", "letter", "expected"),
    [("c3", "t", "t.clinical T3"), ("p2b", "n", "n.pathologic N2b"), ("1", "m", "m.clinical M1"), ("c9", "t", "")],
)
def test_a_category_without_its_letter(text: str, letter: str, expected: str) -> None:
    found = parse_category(text, letter, VOCABULARY)  # type: ignore[arg-type]
    assert (f"{found.attribute} {found.term}" if found else "") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NP_006209.2:p.(His1047Arg)", "H1047R"),
        ("p.Tyr1183Ter", "Y1183*"),
        ("p.E545K", "E545K"),
        ("H1047R", "H1047R"),
        ("NM_024675.3(PALB2):c.3549C>A (p.Tyr1183Ter)", "Y1183*"),
        ("NM_000455.5:c.725G>A", "c.725G>A"),
        ("c.5946delT pathogenic", "c.5946delT"),
        ("p.(Lys1702SerfsTer5)", "K1702Sfs*5"),
        ("NC_000016.10:g.23603471G>T", None),
        ("amplification", None),
        ("", None),
    ],
)
def test_changes_in_short(text: str, expected: str | None) -> None:
    assert short_change(text) == expected
