"""Make the outlines of the states for the map of trial sites: ``src/abreast/outputs/pictures/data/us_states.txt``.

Takes ``states-albers-10m.json`` of the npm package us-atlas 3.0.1 (ISC license; shapes of the US Census Bureau):

    npm pack us-atlas@3.0.1 && tar xzf us-atlas-3.0.1.tgz
    .venv/bin/python scripts/make_map.py package/states-albers-10m.json

The file is TopoJSON: borders that two states share stand in it once. Each line of points is simplified (Ramer, Douglas
and Peucker), islands that would be smaller than a dot are left out, and all lines become one SVG path.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

OUT = Path(__file__).parents[1] / "src" / "abreast" / "outputs" / "pictures" / "data" / "us_states.txt"
TOLERANCE = 1.6
SMALLEST = 9.0
"""Points may move by this much, and closed lines must be this wide or high, of 975 by 610."""

Point = tuple[float, float]


def lines(topology: dict) -> Iterator[list[Point]]:  # type: ignore[type-arg]
    """Yield every line of a TopoJSON file as absolute points."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        made = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            made.append((x * scale_x + move_x, y * scale_y + move_y))
        yield made


def simplified(points: list[Point]) -> list[Point]:
    """Return the points without those that lie within the tolerance of the line between others."""
    if len(points) < 3:
        return points
    start, end = points[0], points[-1]
    far, where = max((_distance(point, start, end), index) for index, point in enumerate(points[1:-1], start=1))
    if far <= TOLERANCE:
        return [start, end]
    return simplified(points[: where + 1])[:-1] + simplified(points[where:])


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    if dx == dy == 0:
        return math.dist(point, start)
    along = max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / (dx * dx + dy * dy)))
    return math.dist(point, (start[0] + along * dx, start[1] + along * dy))


def large_enough(points: list[Point]) -> bool:
    """Whether a line is open (a border) or closed around something that can be seen."""
    if points[0] != points[-1]:
        return True
    across, down = zip(*points, strict=True)
    return max(max(across) - min(across), max(down) - min(down)) >= SMALLEST


def path(points: list[Point]) -> str:
    """Return a line as an SVG path in whole numbers, each point measured from the one before."""
    rounded = [(round(x), round(y)) for x, y in points]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(rounded) if a != b]
    if not steps:
        return ""
    return f"M{rounded[0][0]} {rounded[0][1]}l" + " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")


def main(source: str) -> None:
    """Write the outlines."""
    topology = json.loads(Path(source).read_text(encoding="utf-8"))
    made = "".join(path(simplified(line)) for line in lines(topology) if large_enough(line))
    OUT.write_text(made + "\n", encoding="ascii")
    sys.stdout.write(f"wrote {OUT.name}: {len(made):,} characters\n")


if __name__ == "__main__":
    main(sys.argv[1])
