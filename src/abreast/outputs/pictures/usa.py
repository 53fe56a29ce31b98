"""Trial sites on a map of the United States: drawn outlines, no tiles, nothing fetched.

Places are projected as the outlines were: Albers' equal-area conic projection with two parallels (J. P. Snyder,
Map Projections: A Working Manual, US Geological Survey Professional Paper 1395, 1987), with Alaska and Hawaii moved
below the Southwest, Alaska at 35 % of its size. What lies elsewhere cannot be shown and stands in the list only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from markupsafe import Markup

from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext

WIDTH, HEIGHT = 975, 610
_SCALE, _CENTRE = 1300, (487.5, 305.0)
NUMBERED = 5
"""How many of the nearest places carry their number in the list."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Region:
    """A part of the map: where it is on Earth (degrees), and where and how large it is drawn.

    ``axis`` is the meridian that stands upright, ``middle`` the latitude and the longitude from there of the point that
    ``shift`` moves (in units of the scale).
    """

    south: float
    north: float
    west: float
    east: float
    parallels: tuple[float, float]
    axis: float
    middle: Point
    scale: float
    shift: Point

    def project(self, lat: float, lon: float) -> Point:
        """Return the point of the map for a place, without looking whether it lies in the region."""
        first, second = (math.sin(math.radians(one)) for one in self.parallels)
        n = (first + second) / 2
        c = 1 + first * (2 * n - first)

        def conic(latitude: float, longitude: float) -> Point:
            r = math.sqrt(c - 2 * n * math.sin(math.radians(latitude))) / n
            angle = math.radians(longitude) * n
            return r * math.sin(angle), r * math.cos(angle)

        x, y = conic(lat, lon - self.axis)
        x_middle, y_middle = conic(*self.middle)
        k = _SCALE * self.scale
        return (
            _CENTRE[0] + self.shift[0] * _SCALE + k * (x - x_middle),
            _CENTRE[1] + self.shift[1] * _SCALE + k * (y - y_middle),
        )

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a place lies in the region."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


REGIONS = (
    Region(24, 50, -125.5, -66, (29.5, 45.5), -96, (38.7, -0.6), 1, (0, 0)),
    Region(51, 72, -180, -129, (55, 65), -154, (58.5, -2), 0.35, (-0.307, 0.201)),
    Region(18.5, 23, -161, -154, (8, 18), -157, (19.9, -3), 1, (-0.205, 0.212)),
)
"""The forty-eight states, Alaska, Hawaii."""


def project(lat: float, lon: float) -> Point | None:
    """Return the point of the map for a place in degrees, or ``None`` when the map does not show it."""
    for region in REGIONS:
        if region.holds(lat, lon):
            return region.project(lat, lon)
    return None


@cache
def outlines() -> str:
    """Return the borders of the states as an SVG path."""
    return resources.files(__package__).joinpath("data", "us_states.txt").read_text(encoding="ascii").strip()


def map_svg(places: Sequence[tuple[float, float] | None], home: tuple[float, float] | None = None) -> Markup:
    """Return the map, or nothing when it would show no place.

    ``places`` are latitude and longitude in the order of the list, ``None`` for one that nobody can place; the first
    few carry their numbers. ``home`` is where the person lives, as far as the ZIP code tells.
    """
    points = [project(*place) if place else None for place in places]
    shown = sum(point is not None for point in points)
    if not shown:
        return Markup("")
    words = ngettext(
        "%(count)d place on a map of the states. The list below names it.",
        "%(count)d places on a map of the states. The list below names them.",
        shown,
    )
    start = Markup(
        '<svg class="usa" viewBox="0 0 {} {}" role="img" aria-labelledby="usa-title usa-words"><title id="usa-title">'
        '{}</title><desc id="usa-words">{}</desc><path class="states" d="{}"/>'
    ).format(WIDTH, HEIGHT, _("Map of the places"), words % {"count": shown}, outlines())
    drawn = {point: number for number, point in reversed(list(enumerate(points, start=1))) if point}
    dots = [_dot(point) for point, number in drawn.items() if number > NUMBERED]
    near = [_numbered(point, number) for point, number in drawn.items() if number <= NUMBERED]
    mine = project(*home) if home else None
    return start + Markup("").join([*dots, *near, *([_home(mine)] if mine else [])]) + Markup("</svg>")


def _dot(point: Point) -> Markup:
    return Markup('<circle class="far" cx="{:.0f}" cy="{:.0f}" r="9"/>').format(*point)


def _numbered(point: Point, number: int) -> Markup:
    x, y = point
    return Markup(
        '<circle class="near" cx="{:.0f}" cy="{:.0f}" r="19"/>'
        '<text x="{:.0f}" y="{:.0f}" text-anchor="middle">{}</text>'
    ).format(x, y, x, y + 9, number)


def _home(point: Point) -> Markup:
    """Return a diamond: told from the places by its shape."""
    return Markup('<path class="home" d="M{:.0f} {:.0f}l17 17-17 17-17-17z"/>').format(point[0], point[1] - 17)


__all__ = ["HEIGHT", "NUMBERED", "REGIONS", "WIDTH", "Region", "map_svg", "project"]
