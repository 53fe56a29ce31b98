"""The map: places where the outlines are, held to points that d3's geoAlbersUsa (which made the outlines) gives."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from abreast.outputs.pictures.usa import HEIGHT, NUMBERED, WIDTH, map_svg, outlines, project

# Made with d3-geo 3.1.2: geoAlbersUsa().scale(1300).translate([487.5, 305])
D3 = {
    "New York": ((40.7128, -74.006), (869.72, 215.74)),
    "Seattle": ((47.6062, -122.3321), (97.62, 46.32)),
    "Chicago": ((41.88, -87.62), (638.38, 226.05)),
    "Miami": ((25.7617, -80.1918), (822.74, 572.54)),
    "San Diego": ((32.7157, -117.1611), (99.74, 397.47)),
    "Anchorage": ((61.2181, -149.9003), (112.28, 544.28)),
    "Honolulu": ((21.3069, -157.8583), (266.96, 549.19)),
}


@pytest.mark.parametrize("city", D3)
def test_a_city_stands_where_the_outlines_were_drawn_for_it(city: str) -> None:
    place, expected = D3[city]
    found = project(*place)
    assert found is not None
    assert found == pytest.approx(expected, abs=0.01)
    assert 0 < found[0] < WIDTH
    assert 0 < found[1] < HEIGHT


@pytest.mark.parametrize("place", [(18.4, -66.1), (37.57, 126.98), (51.5, -0.1), (-33.9, 151.2)])
def test_what_lies_elsewhere_is_not_drawn(place: tuple[float, float]) -> None:
    assert project(*place) is None
    assert map_svg([place]) == ""


def test_the_nearest_carry_the_numbers_of_the_list_and_the_words_say_how_many() -> None:
    cities = [place for place, _ in D3.values()]
    drawn = map_svg([cities[0], None, *cities[1:]], home=cities[2])
    picture = ElementTree.fromstring(drawn)
    texts = [one.text for one in picture.iter("text")]
    assert sorted(texts) == ["1", "3", "4", "5"]  # the second place is not known
    assert len([one for one in picture if one.get("class") == "far"]) == len(cities) - NUMBERED + 1
    assert "7 places" in "".join(picture.itertext())
    assert len([one for one in picture if one.get("class") == "home"]) == 1


def test_places_in_one_city_are_one_mark_with_the_lowest_number() -> None:
    city = D3["Chicago"][0]
    drawn = ElementTree.fromstring(map_svg([city, city, city]))
    assert [one.text for one in drawn.iter("text")] == ["1"]


def test_the_outlines_are_small_and_nothing_but_lines() -> None:
    assert len(outlines()) < 10_000
    assert re.fullmatch(r"[Ml0-9 -]+", outlines())
