"""The pictures of a plan: right counts, words for those who do not see them, and never how many lived."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import msgspec
import pytest

from abreast.knowledge import Arm, Evidence, SideEffect, load_knowledge
from abreast.outputs.pictures import Share, body_svg, counted, icon_array, marks, say_spot
from abreast.outputs.pictures.body import HEIGHT, MIDDLE, NEAR, WIDTH
from abreast.plan.model import Because, OptionDetail, PlanOption, Spot
from abreast.vocabulary import Vocabulary

DETAIL = OptionDetail(
    what_it_is="A pill.",
    how_given="",
    what_it_is_like="",
    common=(
        SideEffect(text="Rash.", per_hundred=20),
        SideEffect(text="Loose stools. They can be strong.", per_hundred=70),
    ),
    serious=(SideEffect(text="Harm to the liver."),),
    checks=(),
    evidence=(),
    regulatory=None,
)
OPTION = PlanOption(
    id="a", name="A", plain_name="a", category="systemic", line="", standing="talk_about", why="", because=Because(),
    sources=(), question="?", reviewed="2026-11-21", overdue=False, detail=DETAIL,
)  # fmt: skip


def evidence(picture: str, *, unit: str = "per_hundred", end_point: str = "no growth at one year") -> Evidence:
    arms = [{"name": "new pill", "value": 68, "unit": unit}, {"name": "old pill", "value": 33.4, "unit": unit}]
    raw = {"trial": "T-1", "end_point": end_point, "picture": picture, "arms": arms, "text": "68 of 100, and 33.4."}
    return msgspec.convert(raw, Evidence)


def option(*shown: Evidence) -> PlanOption:
    return msgspec.structs.replace(OPTION, detail=msgspec.structs.replace(DETAIL, evidence=shown))


@pytest.mark.parametrize(
    ("value", "full"), [(0, 0), (0.4, 0), (3.8, 4), (33.4, 33), (33.5, 34), (85.5, 86), (99.6, 100), (100, 100)]
)
def test_a_group_has_a_hundred_dots_and_as_many_full_ones_as_the_study_counted(value: float, full: int) -> None:
    drawn = ElementTree.fromstring(icon_array(Share("new pill", value)))
    dots = {path.get("class"): len(re.findall("M", str(path.get("d")))) for path in drawn}
    assert dots["all"] == 100
    assert dots.get("hole", 0) == 100 - full
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == f"new pill: about {value:g} of 100 people"


def test_the_name_of_a_group_is_text_and_never_markup() -> None:
    drawn = ElementTree.fromstring(icon_array(Share('<b>"a" & b</b>', 5)))
    assert str(drawn.get("aria-label")).startswith('<b>"a" & b</b>:')


def test_what_is_not_marked_or_not_counted_in_people_is_not_drawn() -> None:
    assert counted(option(evidence(""), evidence("benefit", unit="months"))) == ()


def test_both_groups_are_drawn_and_harms_beside_benefits() -> None:
    made = counted(option(evidence("harm", end_point="severe side effects"), evidence("benefit")))
    assert [(one.kind, one.what, [share.said for share in one.shares]) for one in made] == [
        ("benefit", "no growth at one year", ["68", "33.4"]),
        ("harm", "severe side effects", ["68", "33.4"]),
    ]


def test_a_benefit_is_never_drawn_without_the_side_effects_that_were_counted() -> None:
    made = counted(option(evidence("benefit")))
    assert [(one.kind, one.what, one.shares[0].value) for one in made if one.kind == "harm"] == [
        ("harm", "Loose stools", 70),
        ("harm", "Rash", 20),
    ]


def test_no_pack_draws_how_many_lived(vocabulary: Vocabulary) -> None:
    drawn = [one for entry in load_knowledge(vocabulary).options for one in entry.evidence if one.picture]
    assert len(drawn) >= 20
    for one in drawn:
        assert not re.search(r"\b(alive(?! without growth)|lived|died|death)\b", one.end_point)
        assert all(isinstance(arm, Arm) and arm.unit == "per_hundred" for arm in one.arms)


# --- the body ------------------------------------------------------------------------------------------------------


def spot(place: str, standing: str = "present", side: str = "") -> Spot:
    return msgspec.convert({"place": place, "name": place, "standing": standing, "side": side}, Spot)


@pytest.mark.parametrize(
    ("place", "side", "right_of_the_picture"),
    [
        ("breast", "left", [True]),  # her left is on the right of the picture
        ("breast", "right", [False]),
        ("breast", "both", [True, False]),
        ("regional_node", "left", [True]),
        ("contralateral_breast", "left", [False]),
        ("contralateral_axillary_node", "right", [True]),
        ("spleen", "", [True]),
        ("liver", "left", [False]),  # the liver lies on the right, whichever breast it began in
    ],
)
def test_left_is_left_of_the_person(place: str, side: str, right_of_the_picture: list[bool]) -> None:
    [mark] = marks([spot(place, side=side)])
    assert [x > MIDDLE for x, _ in mark.at] == right_of_the_picture


def test_a_side_that_nobody_told_is_neither_left_nor_right() -> None:
    [breast, other] = marks([spot("breast"), spot("contralateral_breast")])
    assert [x for x, _ in breast.at] == [MIDDLE]
    assert other.at == ()
    assert say_spot(breast.spot) == "breast, side not in your record"


def test_every_place_of_the_vocabulary_is_on_the_figure_or_named_without_a_point(vocabulary: Vocabulary) -> None:
    vague = {"distant", "regional", "body", "visceral", "soft_tissue", "skin", "node", "distant_node"}
    for place in vocabulary.terms["site"]:
        [mark] = marks([spot(place, side="left")])
        assert bool(mark.at) == (place not in vague), place
        assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in mark.at)


def test_marks_do_not_cover_each_other() -> None:
    places = [
        "brain",
        "leptomeninges",
        "lung",
        "mediastinum",
        "pleura",
        "breast",
        "chest_wall",
        "liver",
        "spine",
        "bone",
    ]
    points = [point for mark in marks([spot(one, side="left") for one in places]) for point in mark.at]
    for number, (x, y) in enumerate(points):
        assert all(max(abs(x - other), abs(y - down)) >= NEAR - 1 for other, down in points[number + 1 :])


def test_what_is_suspected_or_gone_has_another_shape_and_other_words() -> None:
    drawn = str(body_svg([spot("liver"), spot("lung", "suspected"), spot("brain", "gone")]))
    assert drawn.count("<circle") == 1
    assert "M" in drawn[drawn.index('class="suspected"') :]
    said = "".join(ElementTree.fromstring(drawn).itertext())
    assert "1: liver; 2: lung (suspected, or not confirmed yet); 3: brain (gone, as your record says)" in said


def test_a_body_without_a_place_to_show_is_not_drawn() -> None:
    assert body_svg([spot("distant")]) == ""
    assert body_svg([]) == ""
