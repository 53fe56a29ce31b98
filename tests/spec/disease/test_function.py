"""Whether blood counts, liver and kidneys count as good: at most grade 1 of CTCAE v5.0; worse says nothing."""

from __future__ import annotations

import pytest

from abreast.case import Case, Fact
from abreast.disease import derive
from abreast.vocabulary import load_vocabulary
from abreast.vocabulary.quantity import parse_quantity
from tests.spec.disease.disease_tables import TODAY

GOOD = {
    "anc": "2.6 10*9/L",
    "platelets": "168 10*9/L",
    "hemoglobin": "10.9 g/dL",
    "ast": "1.1 {xULN}",
    "alt": "1.3 {xULN}",
    "bilirubin": "0.5 {xULN}",
    "creatinine": "0.7 mg/dL",
}

TABLE = [
    # what differs from good values                             marrow liver kidney all
    ({}, "yes yes yes yes"),
    ({"anc": "1.4 10*9/L"}, "? yes yes ?"),
    ({"platelets": "92 10*9/L"}, "? yes yes ?"),
    ({"hemoglobin": "9.4 g/dL"}, "? yes yes ?"),
    ({"ast": "2.8 {xULN}"}, "yes ? yes ?"),
    ({"bilirubin": "1.6 {xULN}"}, "yes ? yes ?"),
    ({"creatinine": "3.0 mg/dL"}, "yes yes ? ?"),
    ({"creatinine": "3.0 mg/dL", "creatinine_clearance": "75 mL/min"}, "yes yes yes yes"),
    ({"anc": None}, "? yes yes ?"),
    ({"creatinine": None}, "yes yes ? ?"),
]


@pytest.mark.parametrize(("differs", "said"), TABLE)
def test_organ_function(differs: dict[str, str | None], said: str) -> None:
    values = {name: text for name, text in {**GOOD, **differs}.items() if text is not None}
    facts = [Fact(name, value=parse_quantity(text)) for name, text in values.items()]
    case = derive(Case.of(load_vocabulary(), facts), TODAY)
    names = ("marrow_function_good", "liver_function_good", "kidney_function_good", "organ_function_good")
    assert " ".join("yes" if case.read(name).value is True else "?" for name in names) == said
