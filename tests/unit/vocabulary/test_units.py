"""Units and substance factors agree with independent libraries and with the molar masses."""

from __future__ import annotations

import pint
import pytest

from abreast.vocabulary import Quantity, Vocabulary

PINT = """
1            | dimensionless
%            | percent
a            | julian_year
wk           | week
d            | day
h            | hour
s            | second
ms           | millisecond
mm           | millimeter
cm           | centimeter
m            | meter
[in_i]       | inch
kg           | kilogram
[lb_av]      | pound
kg/m2        | kilogram / meter ** 2
10*9/L       | 1e9 / liter
/uL          | 1 / microliter
/mL          | 1 / milliliter
10*12/L      | 1e12 / liter
g/dL         | gram / deciliter
g/L          | gram / liter
mg/dL        | milligram / deciliter
mg/L         | milligram / liter
ug/L         | microgram / liter
ng/mL        | nanogram / milliliter
ng/dL        | nanogram / deciliter
pg/mL        | picogram / milliliter
mol/L        | mole / liter
mmol/L       | millimole / liter
umol/L       | micromole / liter
nmol/L       | nanomole / liter
pmol/L       | picomole / liter
U/L          | enzyme_unit / liter
U/mL         | enzyme_unit / milliliter
ukat/L       | microkatal / liter
mL/min       | milliliter / minute
mL/s         | milliliter / second
mm[Hg]       | millimeter_Hg
/min         | 1 / minute
Gy           | gray
cGy          | centigray
mg/d         | milligram / day
g/d          | gram / day
mg/g         | milligram / gram
Cel          | degC
[degF]       | degF
"""

NOT_IN_PINT = {"mo", "lakh/cumm", "meq/L", "m[IU]/L", "m[IU]/mL", "{mut}/Mb", "{score}", "{ratio}", "{xULN}", "{xLLN}"}
"""Counts and arbitrary units, the mean month (365.25 / 12 days), and lakh (100,000), which no library knows."""

MOLAR_MASS = """
creatinine       | umol/L | 113.12
bilirubin        | umol/L | 584.66
bilirubin.direct | umol/L | 584.66
glucose          | mmol/L | 180.16
calcium          | mmol/L | 40.078
magnesium        | mmol/L | 24.305
phosphate        | mmol/L | 30.974
uric_acid        | umol/L | 168.11
cholesterol      | mmol/L | 386.65
bun              | mmol/L | 28.014
hemoglobin       | mmol/L | 16114
estradiol        | pmol/L | 272.38
free_t4          | pmol/L | 776.87
vitamin_d        | nmol/L | 400.64
"""
"""Grams in a mole of what is measured (BUN: its nitrogen; hemoglobin: one chain with its iron)."""

READINGS = """
creatinine | 88.4 umol/L        | mg/dL  | 1.0
creatinine | 1 mg/dL            | umol/L | 88.4
bilirubin  | 17.1 µmol/L        | mg/dL  | 1.0
glucose    | 5.55 mmol/L        | mg/dL  | 100
calcium    | 2.5 mmol/L         | mg/dL  | 10.02
magnesium  | 1.4 meq/L          | mg/dL  | 1.70
hemoglobin | 6.2 mmol/L         | g/dL   | 9.99
hemoglobin | 100 g/L            | g/dL   | 10
anc        | 1500 cells/mm3     | 10*9/L | 1.5
platelets  | 1.5 lakh/cumm      | 10*9/L | 150
platelets  | 100 K/uL           | 10*9/L | 100
potassium  | 4.1 mEq/L          | mmol/L | 4.1
albumin    | 38 g/L             | g/dL   | 3.8
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


@pytest.fixture(scope="module")
def registry() -> pint.UnitRegistry:
    units = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    units.define("julian_year = 365.25 * day")
    return units


@pytest.mark.parametrize(("unit", "theirs"), _rows(PINT))
def test_a_unit_agrees_with_pint(unit: str, theirs: str, vocabulary: Vocabulary, registry: pint.UnitRegistry) -> None:
    known = vocabulary.units[unit]
    base = dict(_rows(PINT))[known.base]
    if known.offset:
        assert 98.6 * known.factor + known.offset == pytest.approx(registry.Quantity(98.6, theirs).to(base).magnitude)
    elif unit != known.base:
        ratio = registry(theirs) / registry(base)
        assert known.factor == pytest.approx(ratio.to("dimensionless").magnitude, rel=1e-9)
    else:
        assert known.factor == 1


def test_every_unit_is_compared_or_named_as_not_comparable(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.units) == {unit for unit, _ in _rows(PINT)} | NOT_IN_PINT


def test_no_spelling_stands_for_two_units(vocabulary: Vocabulary) -> None:
    seen: dict[str, str] = {}
    for code, unit in vocabulary.units.items():
        for spelling in (code, *unit.synonyms):
            assert seen.setdefault(spelling, code) == code, spelling


@pytest.mark.parametrize(("attribute", "unit", "grams"), _rows(MOLAR_MASS))
def test_a_molar_factor_is_the_molar_mass(attribute: str, unit: str, grams: str, vocabulary: Vocabulary) -> None:
    known = vocabulary.attribute(attribute)
    moles = vocabulary.units[unit].factor
    per_own_unit = vocabulary.units[known.unit].factor
    assert known.conversions[unit] == pytest.approx(moles * float(grams) / per_own_unit, rel=1e-3)


@pytest.mark.parametrize(("attribute", "value", "unit", "expected"), _rows(READINGS))
def test_a_reading_converts(attribute: str, value: str, unit: str, expected: str, vocabulary: Vocabulary) -> None:
    number, _, written = value.partition(" ")
    converted = vocabulary.convert(Quantity.exact(float(number), written), attribute, unit)
    assert converted is not None
    assert converted.unit == unit
    assert converted.low == pytest.approx(float(expected), rel=2e-3)


def test_what_cannot_be_converted_is_not(vocabulary: Vocabulary) -> None:
    assert vocabulary.convert(Quantity.exact(1, "mg/dL"), None, "mmol/L") is None
    assert vocabulary.convert(Quantity.exact(1, "U/L"), "creatinine", "mg/dL") is None
    assert vocabulary.convert(Quantity.exact(1, "furlong"), "height", "cm") is None
    assert vocabulary.convert(Quantity.exact(1, "cm"), "height", "furlong") is None
    assert vocabulary.convert(Quantity.exact(1), "height", "cm") is None


def test_normal_limits_convert_with_the_value(vocabulary: Vocabulary) -> None:
    reading = Quantity(90, 90, "umol/L", normal_low=45, normal_high=84)
    converted = vocabulary.convert(reading, "creatinine", "mg/dL")
    assert converted is not None
    assert converted.normal_high == pytest.approx(0.95, rel=0.01)
