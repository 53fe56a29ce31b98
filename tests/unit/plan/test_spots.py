"""Where the cancer is: what the record says, with what is suspected or gone told apart, and nothing that it denies."""

from __future__ import annotations

import datetime as dt

import pytest

from abreast.case import Case, Fact, Source
from abreast.knowledge import load_knowledge
from abreast.plan import prepare
from abreast.plan.spots import spots
from abreast.vocabulary import Vocabulary

SAID = Source("answer", place="test")


def fact(attribute: str, value: str | None = None, certainty: str = "certain", **fields: str) -> Fact:
    return Fact(
        attribute,
        value=value,
        fields={name: (one,) for name, one in fields.items()},
        certainty=certainty,  # type: ignore[arg-type]
        source=SAID,
    )


CASES: list[tuple[str, list[Fact], list[tuple[str, str, str]]]] = [
    ("nothing known", [], []),
    ("another cancer", [fact("cancer", "lung")], []),
    ("side not told", [fact("cancer", "breast")], [("breast", "present", "")]),
    ("left breast", [fact("cancer", "breast"), fact("side", "left")], [("breast", "present", "left")]),
    ("both breasts", [fact("cancer", "breast"), fact("side", "bilateral")], [("breast", "present", "both")]),
    (
        "operated on",
        [fact("cancer", "breast"), fact("side", "right"), fact("surgery", procedure="modified_radical_mastectomy")],
        [("breast", "gone", "right")],
    ),
    (
        "nodes by N",
        [fact("cancer", "breast"), fact("side", "left"), fact("n.clinical", "N2a")],
        [("breast", "present", "left"), ("regional_node", "present", "left")],
    ),
    ("no nodes by N", [fact("cancer", "breast"), fact("n.clinical", "N0")], [("breast", "present", "")]),
    (
        "nodes that a list names are not told twice",
        [fact("n.clinical", "N3c"), fact("metastasis", site="supraclavicular_node")],
        [("supraclavicular_node", "present", "")],
    ),
    (
        "suspected and gone",
        [
            fact("metastasis", site="liver"),
            fact("metastasis", certainty="suspected", site="lung"),
            fact("metastasis", site="brain", status="resolved"),
        ],
        [("liver", "present", ""), ("lung", "suspected", ""), ("brain", "gone", "")],
    ),
    ("denied", [Fact("metastasis", fields={"site": ("brain",)}, absent=True, source=SAID)], []),
]


@pytest.mark.parametrize(("facts", "expected"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_where_the_cancer_is(vocabulary: Vocabulary, facts: list[Fact], expected: list[tuple[str, str, str]]) -> None:
    case = Case.of(vocabulary, facts)
    made = spots(prepare(case, load_knowledge(vocabulary), dt.date(2026, 11, 21)))
    assert [(one.place, one.standing, one.side) for one in made] == expected
    assert all(one.because.facts for one in made)
