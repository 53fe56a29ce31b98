"""How far it is from a person's ZIP code to a study's site.

Both ends are points: the middle of a ZIP code area (US Census Bureau gazetteer 2021) and, as a rule, the middle of a
city, which is what the registry gives. A distance is therefore good for "near" and "far", not for a travel time.
Nothing is looked up outside this machine.
"""

from __future__ import annotations

import datetime as dt
import gzip
import math
import re
from functools import cache
from importlib import resources

import msgspec

from abreast.foundation.errors import InputError
from abreast.foundation.language import gettext
from abreast.trials.registry.status import takes_people
from abreast.trials.registry.study import Site, Study

_EARTH_KM = 6371.0088  # mean radius (IUGG 1980)
_KM_PER_MILE = 1.609344  # exact, by definition of the international mile
_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")
_ROW = len("00601  18.1806  -66.7500\n")  # zip_centroids.txt.gz: every line is as long as this one


class Point(msgspec.Struct, frozen=True):
    """A place on the map, in degrees; ``approximate`` when a stand-in was taken (a nearby ZIP, a city's middle)."""

    lat: float
    lon: float
    approximate: bool = False


class Distance(msgspec.Struct, frozen=True, order=True):
    """A distance as the crow flies."""

    km: float
    approximate: bool = False

    @property
    def miles(self) -> float:
        """The same distance in international miles."""
        return self.km / _KM_PER_MILE


class NearSite(msgspec.Struct, frozen=True):
    """A site with its distance (`None`: nobody knows where it is) and whether it takes people (`None`: not stated)."""

    site: Site
    distance: Distance | None
    recruiting: bool | None


def locate_zip(text: str) -> Point:
    """Return the middle of a US ZIP code area; ``12345`` and ``12345-6789`` are understood.

    A ZIP that has no area of its own (a post-office box) is given the nearest number with the same first three digits,
    which the postal service sorts together, and is marked approximate.

    Raises:
        InputError: when the text is no ZIP code, or no area shares its first three digits.
    """
    match = _ZIP.fullmatch(text.strip())
    if not match:
        raise InputError(
            gettext("a US ZIP code has five digits, such as 60611; found %(text)s") % {"text": _shown(text)}
        )
    wanted = match[1]
    table = _zip_table()
    row = _row_from(table, wanted)
    found = [_zip_at(table, index) for index in (row - 1, row) if 0 <= index < len(table) // _ROW]
    exact = [zip_code for zip_code in found if zip_code == wanted]
    near = exact or [zip_code for zip_code in found if zip_code[:3] == wanted[:3]]
    if not near:
        raise InputError(
            gettext("the ZIP code %(code)s is not in the list of US ZIP code areas; give one nearby") % {"code": wanted}
        )
    chosen = min(near, key=lambda zip_code: abs(int(zip_code) - int(wanted)))
    _, lat, lon = table[_row_from(table, chosen) * _ROW :][:_ROW].split()
    return Point(float(lat), float(lon), approximate=chosen != wanted)


def locate_site(site: Site) -> Point | None:
    """Return where a site is: its own coordinates, else the middle of its ZIP code area or of its city, else `None`."""
    if site.lat is not None and site.lon is not None:
        return Point(site.lat, site.lon)
    if site.country == "United States" and _ZIP.fullmatch(site.zip):
        try:
            return msgspec.structs.replace(locate_zip(site.zip), approximate=True)
        except InputError:
            pass
    return _cities().get(city_key(site.city, site.state, site.country))


def distance(a: Point, b: Point) -> Distance:
    """Return the great-circle distance (haversine formula on a sphere; within 0.6 % of the true one)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return Distance(2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, h))), a.approximate or b.approximate)


def nearest_sites(
    study: Study, origin: Point | None, today: dt.date, *, recruiting_only: bool = True, limit: int | None = 3
) -> tuple[NearSite, ...]:
    """Return the study's sites, nearest first; sites that nobody can place come last, in the record's order.

    With ``recruiting_only``, sites that say they take nobody are left out, and those that do not say are kept. Without
    an ``origin`` no distance is known and the record's order stands.
    """
    sites = [NearSite(site, _distance_to(site, origin), takes_people(site, study, today)) for site in study.sites]
    if recruiting_only:
        sites = [each for each in sites if each.recruiting is not False]
    sites.sort(key=lambda each: each.distance.km if each.distance else math.inf)
    return tuple(sites[:limit])


def city_key(city: str, state: str, country: str) -> str:
    """Return how a city is looked up: small letters, "St." and "Saint" alike, no punctuation."""
    text = re.sub(r"\bsaint\b", "st", f"{city}|{state}|{country}".lower().replace(".", "").replace("-", " "))
    return re.sub(r"\s+", " ", text)


def _distance_to(site: Site, origin: Point | None) -> Distance | None:
    point = locate_site(site) if origin else None
    return distance(origin, point) if origin and point else None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 20 else text[:17] + "...") if text.strip() else "nothing"


@cache
def _zip_table() -> str:
    packed = resources.files(__package__).joinpath("data", "zip_centroids.txt.gz").read_bytes()
    return gzip.decompress(packed).decode("ascii")


def _zip_at(table: str, index: int) -> str:
    return table[index * _ROW : index * _ROW + 5]


def _row_from(table: str, wanted: str) -> int:
    """Return the first row whose ZIP code is not below the one wanted."""
    low, high = 0, len(table) // _ROW
    while low < high:
        middle = (low + high) // 2
        if _zip_at(table, middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@cache
def _cities() -> dict[str, Point]:
    packed = resources.files(__package__).joinpath("data", "cities.txt.gz").read_bytes()
    rows = (line.rsplit("|", 2) for line in gzip.decompress(packed).decode("utf-8").splitlines())
    return {key: Point(float(lat), float(lon), approximate=True) for key, lat, lon in rows}
