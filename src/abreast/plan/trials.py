"""The trials section: the verdicts of matching, put in plain words, in three ranked lists."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from abreast.foundation.language import gettext
from abreast.plan.model import (
    AgainstPoint,
    Because,
    OpenPoint,
    PlanCriterion,
    PlanSite,
    PlanTrial,
    Trials,
    TrialStanding,
)
from abreast.plan.view import View
from abreast.trials.match import CriterionVerdict, TrialVerdict
from abreast.trials.match.ranking import Ranked
from abreast.trials.registry.places import NearSite, Point, locate_site, nearest_sites
from abreast.trials.registry.study import Contact, Study

SHOWN = 15
"""How many trials of a list a plan holds; ``abreast trials`` shows the rest."""
SITES_SHOWN = 5
AGAINST_KEPT = 3
"""How many criteria that stand against a trial its short standing keeps, and how many characters of each."""
AGAINST_CHARACTERS = 240

_STANDING_SHOWN = ("nothing_against", "not_yet")


@dataclass(frozen=True)
class Matched:
    """What matching gave: the verdicts in three ranked lists, the studies, and what the registry says of itself."""

    ranked: Ranked
    studies: Mapping[str, Study]
    registry_date: str
    registry_words: str


def trials(view: View, matched: Matched, origin: Point | None) -> Trials:
    """Return the open trials with nothing against them, or that only time stands in the way of, in three lists."""
    lists = (matched.ranked.treatment, matched.ranked.supportive, matched.ranked.observational)
    open_ = [one for verdicts in lists for one in verdicts if _may_be_shown(one)]
    made = [
        tuple(plan_trial(view, matched.studies[one.nct], one, origin) for one in _chosen(verdicts))
        for verdicts in lists
    ]
    return Trials(
        treatment=made[0],
        supportive=made[1],
        observational=made[2],
        looked_at=len(matched.studies),
        open_now=len(open_),
        ruled_out=sum(1 for one in open_ if one.standing == "against"),
        registry_date=matched.registry_date,
        registry_words=matched.registry_words,
        criteria_read=_reading(open_),
        standings=_standings(matched),
    )


def _may_be_shown(verdict: TrialVerdict) -> bool:
    return verdict.about != "other" and verdict.recruitment.state in ("open", "opening_soon")


def _standings(matched: Matched) -> tuple[TrialStanding, ...]:
    ranked = matched.ranked
    verdicts = (*ranked.treatment, *ranked.supportive, *ranked.observational)
    about = sorted((one for one in verdicts if one.about != "other"), key=lambda one: one.nct)
    return tuple(_standing(matched.studies[one.nct], one) for one in about)


def _standing(study: Study, verdict: TrialVerdict) -> TrialStanding:
    against = verdict.best.labelled("against")[:AGAINST_KEPT] if _may_be_shown(verdict) else ()
    return TrialStanding(
        nct=verdict.nct,
        title=verdict.title,
        purpose=verdict.purpose,
        verdict=verdict.standing,
        recruitment=verdict.recruitment.state,
        not_yet=str(verdict.not_yet) if verdict.not_yet else "",
        last_update=str(study.last_update) if study.last_update else "",
        criteria=hashlib.blake2b(study.criteria.encode(), digest_size=6).hexdigest(),
        against=tuple(
            AgainstPoint(text=_cut(one.criterion.text), facts=one.because, declared=one.declared) for one in against
        ),
    )


def _cut(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= AGAINST_CHARACTERS:
        return words
    return words[:AGAINST_CHARACTERS].rsplit(" ", 1)[0] + " ..."


def _chosen(verdicts: Iterable[TrialVerdict]) -> list[TrialVerdict]:
    return [one for one in verdicts if _may_be_shown(one) and one.standing in _STANDING_SHOWN][:SHOWN]


def _reading(verdicts: Iterable[TrialVerdict]) -> dict[str, int]:
    counts = {"whole": 0, "in_part": 0, "not_read": 0}
    for verdict in verdicts:
        for one in verdict.best.criteria:
            read = "whole" if one.criterion.fully_read else "in_part" if one.criterion.partly_read else "not_read"
            counts[read] += 1
    return counts


def plan_trial(view: View, study: Study, verdict: TrialVerdict, origin: Point | None = None) -> PlanTrial:
    """Return one trial with every criterion marked, the original words quoted."""
    best = verdict.best
    decisive = [one for one in best.criteria if one.label == "against"] or list(best.labelled("fits"))
    facts = tuple(dict.fromkeys(fact for one in decisive for fact in one.because))
    declared = tuple(dict.fromkeys(name for one in decisive for name in one.declared))
    missing = tuple(one for criterion in best.labelled("unknown") for one in criterion.missing)
    because = Because(facts=facts, declared=declared) or Because(
        not_in_record=tuple(dict.fromkeys(view.question(one) for one in missing))
        or (gettext("what its criteria ask for"),)
    )
    return PlanTrial(
        nct=verdict.nct,
        title=verdict.title,
        verdict=verdict.standing,
        label=verdict.label,
        recruitment=verdict.recruitment.state,
        recruitment_words=_recruitment(verdict),
        purpose=verdict.purpose,
        phases=study.phases,
        treatments=tuple(one.name for one in study.interventions),
        why_listed=verdict.asks_for,
        counts={str(label): count for label, count in best.counts.items()},
        criteria=tuple(_criterion(view, one) for one in best.criteria),
        decided_by=_decided_by(view, best.labelled("unknown")),
        not_yet=str(verdict.not_yet) if verdict.not_yet else "",
        sites=sites(study, origin, view.today),
        site_count=len(study.sites),
        contact=_say_contacts(study.contacts),
        last_update=str(study.last_update) if study.last_update else "",
        because=because,
        sources=(f"nct:{verdict.nct}",),
    )


def _recruitment(verdict: TrialVerdict) -> str:
    return " ".join(part for part in (verdict.recruitment.because, verdict.recruitment.caution) if part)


def _criterion(view: View, one: CriterionVerdict) -> PlanCriterion:
    return PlanCriterion(
        section="registry" if one.source == "registry" else one.criterion.section,
        text=one.criterion.text,
        cohort=one.criterion.cohort,
        label=one.label,
        because=Because(facts=one.because, declared=one.declared),
        open_points=view.open_points(one.missing),
        not_yet=str(one.not_yet) if one.not_yet else "",
        not_read=one.not_read,
    )


def _decided_by(view: View, unknown: Sequence[CriterionVerdict]) -> tuple[OpenPoint, ...]:
    missing = [one for verdict in unknown for one in verdict.missing if one.why not in ("team", "unread")]
    return view.open_points(tuple(missing))[:5]


def sites(study: Study, origin: Point | None, today: dt.date, limit: int | None = SITES_SHOWN) -> tuple[PlanSite, ...]:
    """Return the places of a study that may take people, the nearest first; all of them without a ``limit``."""
    return tuple(_site(near) for near in nearest_sites(study, origin, today, limit=limit))


def _site(near: NearSite) -> PlanSite:
    point = locate_site(near.site)
    return PlanSite(
        facility=near.site.facility,
        city=near.site.city,
        state=near.site.state,
        country=near.site.country,
        status=near.site.status,
        miles=near.distance.miles if near.distance else None,
        contact=_say_contacts(near.site.contacts),
        lat=point.lat if point else None,
        lon=point.lon if point else None,
    )


def _say_contacts(contacts: Sequence[Contact]) -> str:
    for contact in contacts:
        said = ", ".join(part for part in (contact.name, contact.phone, contact.email) if part)
        if contact.phone or contact.email:
            return said
    return ""
