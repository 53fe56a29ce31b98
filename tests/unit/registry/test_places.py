"""ZIP codes, distances and the sites nearest to a person."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import InputError
from abreast.trials.registry import (
    Distance,
    Point,
    Registry,
    Site,
    Study,
    distance,
    locate_site,
    locate_zip,
    nearest_sites,
    recruitment,
)

TODAY = dt.date(2026, 11, 21)
CHICAGO = Point(41.8975, -87.6224)


@pytest.mark.parametrize(
    ("text", "lat", "lon", "approximate"),
    [
        ("60611", 41.90, -87.62, False),
        (" 60611-4296 ", 41.90, -87.62, False),
        ("606114296", 41.90, -87.62, False),
        ("00601", 18.18, -66.75, False),  # the first of the table
        ("99929", 56.22, -131.92, False),  # the last
        ("96799", -14.32, -170.72, False),  # American Samoa, south of the equator
        ("10249", 40.7, -74.0, True),  # a New York post-office box
        ("85001", 33.5, -112.1, True),  # a Phoenix post-office box
    ],
)
def test_zip_codes(text: str, lat: float, lon: float, approximate: bool) -> None:
    point = locate_zip(text)
    assert (point.lat, point.lon) == (pytest.approx(lat, abs=0.2), pytest.approx(lon, abs=0.2))
    assert point.approximate is approximate


@pytest.mark.parametrize("text", ["", " ", "6061", "606111", "ABCDE", "60611-42", "K1A 0B1", "６０６１１", "60611x"])
def test_what_is_no_zip_code_says_what_is_expected(text: str) -> None:
    with pytest.raises(InputError, match="five digits"):
        locate_zip(text)


@pytest.mark.parametrize("text", ["00000", "09012", "99999"])
def test_a_zip_code_without_an_area_near_it_is_not_guessed(text: str) -> None:
    """Military mail has ZIP codes of its own; the nearest number would be in another country."""
    if text == "99999":
        assert locate_zip(text).approximate
    else:
        with pytest.raises(InputError, match="give one nearby"):
            locate_zip(text)


@given(st.text(max_size=30))
def test_no_text_breaks_the_look_up(text: str) -> None:
    try:
        point = locate_zip(text)
    except InputError as error:
        assert len(str(error)) < 200  # noqa: PT017
    else:
        assert -90 <= point.lat <= 90


@given(st.integers(0, 99999).map("{:05d}".format))
def test_every_five_digits_are_placed_or_refused(text: str) -> None:
    try:
        point = locate_zip(text)
    except InputError:
        return
    assert -15 < point.lat < 72


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        (Point(0, 0), Point(0, 0), 0.0),
        (Point(0, 0), Point(0, 1), 111.195),  # one degree of the equator
        (Point(0, 0), Point(0, 180), 20015.1),  # half way round
        (Point(90, 0), Point(-90, 0), 20015.1),
        (Point(0, 179.5), Point(0, -179.5), 111.195),  # across the date line
        (Point(36.12, -86.67), Point(33.94, -118.40), 2886.4),  # Nashville to Los Angeles airports
    ],
)
def test_distances(a: Point, b: Point, km: float) -> None:
    assert distance(a, b).km == pytest.approx(km, abs=0.5)
    assert distance(b, a).km == pytest.approx(km, abs=0.5)


def test_miles() -> None:
    assert Distance(1.609344).miles == 1
    assert distance(locate_zip("60611"), locate_zip("10001")).miles == pytest.approx(712, abs=5)


@pytest.mark.parametrize(
    ("site", "point"),
    [
        (Site(lat=1.0, lon=2.0, zip="60611", country="United States"), Point(1.0, 2.0)),
        (Site(zip="60611", country="United States", city="Nowhere"), locate_zip("60611")),
        (Site(zip="60611", country="Germany"), None),
        (Site(city="Las Vegas", state="Nevada", country="United States"), Point(36.175, -115.1372)),
        (Site(city="ST. LOUIS", state="Missouri", country="United States"), Point(38.6273, -90.1979)),
        (Site(city="Saint Louis", state="missouri", country="united states"), Point(38.6273, -90.1979)),
        (Site(city="Nowhere", state="Nevada", country="United States"), None),
        (Site(), None),
    ],
)
def test_where_a_site_is(site: Site, point: Point | None) -> None:
    found = locate_site(site)
    if point is None:
        assert found is None
    else:
        assert found is not None
        assert (found.lat, found.lon) == (pytest.approx(point.lat, abs=0.01), pytest.approx(point.lon, abs=0.01))
        assert found.approximate is (site.lat is None)


def _study(*sites: Site, status: str = "RECRUITING") -> Study:
    return Study(status=status, status_verified=PartialDate(2026, 2), sites=sites)


EVANSTON = Site(facility="Evanston", lat=42.04, lon=-87.69, status="RECRUITING")
BOSTON = Site(facility="Boston", lat=42.36, lon=-71.06, status="RECRUITING")
LOOP = Site(facility="Loop", lat=41.88, lon=-87.63, status="WITHDRAWN")
SILENT = Site(facility="Silent", lat=41.9, lon=-87.65)
NOWHERE = Site(facility="Nowhere", status="RECRUITING")


def test_nearest_first_and_the_unplaced_last() -> None:
    found = nearest_sites(_study(NOWHERE, BOSTON, EVANSTON, SILENT, LOOP), CHICAGO, TODAY, limit=None)
    assert [near.site.facility for near in found] == ["Silent", "Evanston", "Boston", "Nowhere"]
    assert [near.recruiting for near in found] == [None, True, True, True]
    assert found[1].distance is not None
    assert found[1].distance.miles == pytest.approx(10.5, abs=0.5)
    assert found[3].distance is None


def test_all_sites_can_be_asked_for() -> None:
    found = nearest_sites(_study(BOSTON, LOOP), CHICAGO, TODAY, recruiting_only=False)
    assert [(near.site.facility, near.recruiting) for near in found] == [("Loop", False), ("Boston", True)]


def test_a_closed_study_has_no_recruiting_site() -> None:
    assert nearest_sites(_study(EVANSTON, SILENT, status="COMPLETED"), CHICAGO, TODAY) == ()


def test_without_a_place_the_order_of_the_record_stands() -> None:
    found = nearest_sites(_study(BOSTON, EVANSTON), None, TODAY)
    assert [(near.site.facility, near.distance) for near in found] == [("Boston", None), ("Evanston", None)]


def test_most_open_shipped_studies_with_us_sites_can_be_placed(shipped: Registry) -> None:
    """Records without coordinates are placed by their city: without it, 3 in 5 US sites have no distance."""
    sites = [
        site
        for study in shipped.studies()
        if recruitment(study, TODAY).state == "open"
        for site in study.sites
        if site.country == "United States"
    ]
    placed = sum(locate_site(site) is not None for site in sites)
    own = sum(site.lat is not None for site in sites)
    assert own / len(sites) < 0.41
    assert placed / len(sites) > 0.89
