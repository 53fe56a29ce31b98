"""The pages of trials: the list, narrowed to places where one could go, and one trial with criteria and places.

What a list is narrowed to is kept in memory for the open case, and never in an address: it may tell where one lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abreast.foundation.language import gettext as _
from abreast.outputs.pictures.usa import NUMBERED, map_svg
from abreast.plan import all_trials
from abreast.plan.assemble import origin
from abreast.plan.model import PlanSite, PlanTrial, TrialStanding
from abreast.plan.trials import sites
from abreast.web.desk import Desk
from abreast.web.frame import go, missing, one, page
from abreast.web.plan_frame import SECTIONS, render_plan
from abreast.web.questions import Answers

MILES = (25, 50, 100, 250, 500)
MOST = 40
USA = "United States"


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to: a state, and a distance in miles as the crow flies; nothing for either is all."""

    state: str = ""
    miles: int = 0

    def takes(self, site: PlanSite) -> bool:
        """Whether a place is within it; one whose distance nobody knows is not within any distance."""
        in_state = not self.state or (site.state == self.state and site.country == USA)
        return in_state and (not self.miles or (site.miles is not None and site.miles <= self.miles))


class Kept:
    """What the list of each case is narrowed to, as long as the app runs."""

    def __init__(self) -> None:
        """Begin with nothing narrowed."""
        self._of_case: dict[str, Narrowed] = {}

    def of(self, desk: Desk) -> Narrowed:
        """Return what the list of the open case is narrowed to."""
        return self._of_case.get(desk.opened().name, Narrowed())

    def keep(self, desk: Desk, narrowed: Narrowed) -> None:
        """Remember it for the open case."""
        self._of_case[desk.opened().name] = narrowed


@dataclass(frozen=True)
class Found:
    """A trial that has a place within what the list is narrowed to: the nearest one, and how many there are."""

    standing: TrialStanding
    listed: PlanTrial | None
    nearest: PlanSite
    count: int


def trials_page(kept: Kept, desk: Desk, request: Request, _form: Answers) -> Response:
    """Show the trials that may fit: the first of each list, or all that have a place nearby."""
    plan, narrowed = desk.plan(), kept.of(desk)
    here = origin(desk.opened().case)
    places = {standing.nct: _places(desk, standing.nct) for standing in _open(plan.trials.standings)}
    found = list(_near(desk, places, narrowed)) if narrowed != Narrowed() else []
    found.sort(key=lambda one: (one.standing.verdict != "nothing_against", one.nearest.miles or 0, one.standing.nct))
    values: dict[str, Any] = {
        "narrowed": narrowed,
        "miles_choices": MILES if here else (),
        "states": sorted({site.state for some in places.values() for site in some if site.country == USA} - {""}),
        "found": found[:MOST],
        "found_count": len(found),
    }
    return render_plan(desk, request, "trials.html.j2", plan, title=_(SECTIONS["trials"]), **values)


def _open(standings: Iterable[TrialStanding]) -> Iterator[TrialStanding]:
    for standing in standings:
        if standing.recruitment in ("open", "opening_soon") and standing.verdict != "against":
            yield standing


def _places(desk: Desk, nct: str) -> tuple[PlanSite, ...]:
    prepared = desk.bench().studies.get(nct)
    return sites(prepared.study, origin(desk.opened().case), desk.today(), limit=None) if prepared else ()


def _near(desk: Desk, places: dict[str, tuple[PlanSite, ...]], narrowed: Narrowed) -> Iterator[Found]:
    plan = desk.plan()
    listed = {trial.nct: trial for trial in all_trials(plan)}
    for standing in _open(plan.trials.standings):
        within = [site for site in places[standing.nct] if narrowed.takes(site)]
        if within:
            yield Found(standing, listed.get(standing.nct), within[0], len(within))


def narrow(kept: Kept, desk: Desk, request: Request, form: Answers) -> Response:
    """Keep what the list is narrowed to, and show it."""
    del request
    state, miles = one(form, "state"), one(form, "miles")
    number = next((number for number in MILES if miles == str(number)), 0)
    kept.keep(desk, Narrowed() if one(form, "all") else Narrowed(" ".join(state.split())[:60], number))
    return go("/plan/trials#list")


def trial(desk: Desk, request: Request, _form: Answers) -> Response:
    """Show one trial of the registry, whether the plan lists it or not."""
    plan, nct = desk.plan(), request.path_params["nct"]
    found = next((one for one in all_trials(plan) if one.nct == nct), None)
    found = found or desk.bench().trial(nct, desk.opened().loaded, desk.today())
    if found is None:
        return missing(desk, request)
    places = _places(desk, nct)
    here = origin(desk.opened().case)
    home = (here.lat, here.lon) if here else None
    drawn = map_svg([(s.lat, s.lon) if s.lat is not None and s.lon is not None else None for s in places], home)
    values: dict[str, Any] = {"trial": found, "places": places, "map": drawn, "home": home, "numbered": NUMBERED}
    return render_plan(desk, request, "trial.html.j2", plan, title=found.title, **values)


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of the trials."""
    kept = Kept()
    return [
        page(desk, "/plan/trials", partial(trials_page, kept)),
        page(desk, "/plan/trials", partial(narrow, kept), "POST"),
        page(desk, "/plan/trials/{nct}", trial),
    ]


__all__ = ["Narrowed", "routes"]
