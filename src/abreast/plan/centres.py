"""Centres for a second opinion, the nearest first when a ZIP code is known."""

from __future__ import annotations

from abreast.foundation.language import gettext, mark
from abreast.plan.model import PlanCentre
from abreast.plan.view import View
from abreast.trials.registry.places import Point, distance

SHOWN = 6
NOTE = mark(
    "These are cancer centers that the National Cancer Institute designates. This list may be out of date: confirm at "
    "https://www.cancer.gov/research/infrastructure/cancer-centers/find before you call."
)


def centres(view: View, origin: Point | None) -> tuple[PlanCentre, ...]:
    """Return the nearest centres by straight line; without a ZIP code, none: a list of all would not help."""
    if origin is None:
        return ()
    measured = sorted(
        (distance(origin, Point(one.latitude, one.longitude, approximate=True)).miles, one.name, one)
        for one in view.knowledge.centres
    )
    return tuple(
        PlanCentre(
            name=one.name,
            city=one.city,
            state=one.state,
            designation=one.designation,
            miles=round(miles),
            note=gettext(NOTE),
        )
        for miles, _, one in measured[:SHOWN]
    )
