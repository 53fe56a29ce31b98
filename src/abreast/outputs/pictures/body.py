"""The places of the cancer on a figure of the body, seen from the front: her left is on the right of the picture.

The figure is drawn here, in few and neutral lines. A mark shows the organ and not the exact spot: what a record does
not tell, the picture cannot show. Marks differ by shape, so that they can be told apart without colors, and carry the
numbers of the list beside the picture, which says the same in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from abreast.foundation.language import gettext as _
from abreast.plan.model import Spot

WIDTH, HEIGHT, MIDDLE = 240, 424, 120
NEAR = 19
"""Marks are kept this far apart."""

Point = tuple[float, float]

# Half of the outline as control points, from the neck to the crotch, measured from the middle.
_HALF: tuple[Point, ...] = (
    (9, 60), (11, 76), (34, 82), (50, 92), (56, 122), (62, 164), (69, 206), (74, 232), (66, 240), (59, 212), (51, 168),
    (43, 128), (38, 118), (35, 150), (34, 176), (41, 212), (43, 256), (36, 312), (35, 350), (25, 392), (31, 408),
    (12, 410), (12, 392), (10, 312), (5, 236),
)  # fmt: skip
_HEAD = (MIDDLE, 36, 20, 26)

# Where a mark of a place stands, from the middle; a place on the side of the breast has its distance in _SIDED.
_CENTRAL: dict[str, Point] = {
    "brain": (0, 24), "cns": (0, 24), "brainstem": (0, 44), "leptomeninges": (10, 18), "skull": (-11, 20),
    "eye": (9, 36), "head_neck": (0, 52), "thyroid": (0, 70), "cervical_spine": (0, 66), "cervical_node": (9, 66),
    "spinal_cord": (0, 150), "spine": (0, 150), "thoracic_spine": (0, 116), "lumbar_spine": (0, 190),
    "sacrum": (0, 208),
    "bone": (28, 280), "bone_marrow": (28, 300), "pelvis_bone": (26, 214), "femur": (28, 262), "rib": (28, 142),
    "sternum": (0, 108), "humerus": (53, 130), "scapula": (30, 96), "clavicle": (20, 86),
    "lung": (0, 118), "pleura": (0, 134), "chest": (0, 118), "mediastinum": (0, 112), "mediastinal_node": (0, 112),
    "pericardium": (8, 126), "liver": (-16, 160), "spleen": (24, 160), "pancreas": (4, 170), "adrenal": (0, 164),
    "kidney": (0, 176), "gi_tract": (0, 184), "peritoneum": (8, 192), "abdomen": (0, 180), "abdominal_node": (-8, 186),
    "ovary": (0, 216), "uterus": (0, 220), "bladder": (0, 226), "pelvis": (0, 216), "pelvic_node": (14, 222),
}  # fmt: skip
_SIDED: dict[str, Point] = {
    "breast": (19, 124), "tumor_bed": (19, 124), "chest_wall": (24, 114), "regional_node": (40, 108),
    "axillary_node": (40, 108), "internal_mammary_node": (8, 112), "supraclavicular_node": (18, 80),
    "infraclavicular_node": (24, 90),
}  # fmt: skip
_OPPOSITE: dict[str, Point] = {"contralateral_breast": (19, 124), "contralateral_axillary_node": (40, 108)}
_STEPS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1), (2, 0), (-2, 0), (0, 2))

_SHAPES = {
    "present": Markup('<circle class="present" cx="{x:g}" cy="{y:g}" r="8.5"/>'),
    "suspected": Markup('<path class="suspected" d="M{x:g} {top:g}l11 11-11 11-11-11z"/>'),
    "gone": Markup('<path class="gone" d="M{left:g} {up:g}h16v16h-16z"/>'),
}


@dataclass(frozen=True)
class Mark:
    """A numbered place; it may have no point on the figure, or two when both sides are meant."""

    number: int
    spot: Spot
    at: tuple[Point, ...]


def marks(spots: Sequence[Spot]) -> tuple[Mark, ...]:
    """Return the places numbered in their order, each with its points; none for a place that no figure can show."""
    taken: list[Point] = []
    made = []
    for number, spot in enumerate(spots, start=1):
        points = [_free(point, taken) for point in _points(spot)]
        taken.extend(points)
        made.append(Mark(number, spot, tuple(points)))
    return tuple(made)


def _points(spot: Spot) -> Iterator[Point]:
    if spot.place in _CENTRAL:
        across, down = _CENTRAL[spot.place]
        yield MIDDLE + across, down
        return
    across, down = _SIDED.get(spot.place) or _OPPOSITE.get(spot.place) or (0, 0)
    if not down:
        return
    sign = -1 if spot.place in _OPPOSITE else 1
    if spot.side in ("left", "both"):
        yield MIDDLE + sign * across, down
    if spot.side in ("right", "both"):
        yield MIDDLE - sign * across, down
    if not spot.side and spot.place not in _OPPOSITE:
        yield MIDDLE, down


def _free(wanted: Point, taken: Sequence[Point]) -> Point:
    """Return the wanted point, or the first one near it that no other mark covers."""
    for across, down in _STEPS:
        point = wanted[0] + across * NEAR, wanted[1] + down * NEAR
        if all(max(abs(point[0] - x), abs(point[1] - y)) >= NEAR - 1 for x, y in taken):
            return point
    return wanted


def body_svg(spots: Sequence[Spot]) -> Markup:
    """Return the picture, or nothing when no place can be shown on it."""
    numbered = marks(spots)
    if not any(mark.at for mark in numbered):
        return Markup("")
    words = "; ".join(f"{mark.number}: {say_spot(mark.spot)}" for mark in numbered)
    start = Markup(
        '<svg class="body" viewBox="0 0 {w} {h}" role="img" aria-labelledby="body-title body-words">'
        '<title id="body-title">{title}</title><desc id="body-words">{words}</desc>'
    ).format(w=WIDTH, h=HEIGHT, title=_("Where the cancer is, on a figure seen from the front"), words=words)
    sides = Markup('<text x="4" y="16">{right}</text><text x="{w}" y="16" text-anchor="end">{left}</text>').format(
        right=_("Your right"), left=_("Your left"), w=WIDTH - 4
    )
    figure = Markup(
        '<ellipse class="skin" cx="{}" cy="{}" rx="{}" ry="{}"/><path class="skin" d="{}"/><path class="lines" d="{}"/>'
    ).format(*_HEAD, _OUTLINE, _CHEST)
    drawn = [_mark(mark, x, y) for mark in numbered for x, y in mark.at]
    return start + sides + figure + Markup("").join(drawn) + Markup("</svg>")


def _mark(mark: Mark, x: float, y: float) -> Markup:
    """Return a full circle for what is there, a diamond for what is suspected, an empty square for what is gone."""
    shape = _SHAPES[mark.spot.standing].format(x=x, y=y, top=y - 11, left=x - 8, up=y - 8)
    label = Markup('<text class="on-{}" x="{:g}" y="{:g}" text-anchor="middle">{}</text>')
    return shape + label.format(mark.spot.standing, x, y + 3.6, mark.number)


def say_spot(spot: Spot) -> str:
    """Return a place in words, with its side and with what is not certain about it."""
    side = {"left": _("left"), "right": _("right"), "both": _("both sides")}.get(spot.side, "")
    name = spot.name
    if spot.place in _SIDED:
        name = _("%(place)s, %(side)s") % {"place": name, "side": side or _("side not in your record")}
    if spot.standing == "suspected":
        return _("%(place)s (suspected, or not confirmed yet)") % {"place": name}
    if spot.standing == "gone" and spot.place not in _SIDED:
        return _("%(place)s (gone, as your record says)") % {"place": name}
    return name


def _smooth(points: Sequence[Point]) -> str:
    """Return a closed curve through the middles between the points, which pull it to them."""
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(points, (*points[1:], points[0]), strict=True)]
    start = f"M{middles[-1][0]:g} {middles[-1][1]:g}"
    return start + "".join(f"Q{p[0]:g} {p[1]:g} {m[0]:g} {m[1]:g}" for p, m in zip(points, middles, strict=True)) + "z"


_OUTLINE = _smooth([(MIDDLE + x, y) for x, y in _HALF] + [(MIDDLE - x, y) for x, y in reversed(_HALF)])
_CHEST = "M108 128q-8 9-19 5M132 128q8 9 19 5M120 198v3"

__all__ = ["Mark", "body_svg", "marks", "say_spot"]
