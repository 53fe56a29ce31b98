"""The trials section: the verdicts of matching, put in plain words, in three ranked lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from abreast.plan.model import Because, OpenPoint, PlanCriterion, PlanSite, PlanTrial, Trials
from abreast.plan.view import View
from abreast.trials.match import CriterionVerdict, TrialVerdict
from abreast.trials.registry.places import Point, nearest_sites
from abreast.trials.registry.study import Contact, Study

SHOWN = 25
"""How many trials of a list a plan holds; ``abreast trials`` shows the rest."""
SITES_SHOWN = 5

_STANDING_SHOWN = ("nothing_against", "not_yet")


@dataclass(frozen=True)
class Matched:
    """What matching gave: every study with its verdict, ranked, and what the registry says of itself."""

    ranked: Sequence[tuple[Study, TrialVerdict]]
    registry_date: str
    registry_words: str


def trials(view: View, matched: Matched, origin: Point | None) -> Trials:
    """Return the open trials with nothing against them, or that only time stands in the way of, in three lists."""
    open_ = [pair for pair in matched.ranked if pair[1].recruitment.state in ("open", "opening_soon")]
    about = [pair for pair in open_ if pair[1].about != "other"]
    shown = [pair for pair in about if pair[1].standing in _STANDING_SHOWN]
    return Trials(
        treatment=_list(view, shown, "treatment", origin),
        supportive=_list(view, shown, "supportive", origin),
        observational=_list(view, shown, "observational", origin),
        looked_at=len(matched.ranked),
        open_now=len(about),
        ruled_out=sum(1 for pair in about if pair[1].standing == "against"),
        registry_date=matched.registry_date,
        registry_words=matched.registry_words,
        criteria_read=_reading(verdict for _, verdict in about),
    )


def _reading(verdicts: Iterable[TrialVerdict]) -> dict[str, int]:
    counts = {"whole": 0, "in_part": 0, "not_read": 0}
    for verdict in verdicts:
        for one in verdict.best.criteria:
            read = "whole" if one.criterion.fully_read else "in_part" if one.criterion.partly_read else "not_read"
            counts[read] += 1
    return counts


def _list(
    view: View, pairs: Sequence[tuple[Study, TrialVerdict]], purpose: str, origin: Point | None
) -> tuple[PlanTrial, ...]:
    chosen = [pair for pair in pairs if pair[1].purpose == purpose][:SHOWN]
    return tuple(plan_trial(view, study, verdict, origin) for study, verdict in chosen)


def plan_trial(view: View, study: Study, verdict: TrialVerdict, origin: Point | None = None) -> PlanTrial:
    """Return one trial with every criterion marked, the original words quoted."""
    best = verdict.best
    decisive = [one for one in best.criteria if one.label == "against"] or list(best.labelled("fits"))
    facts = tuple(dict.fromkeys(fact for one in decisive for fact in one.because))
    declared = tuple(dict.fromkeys(name for one in decisive for name in one.declared))
    missing = tuple(one for criterion in best.labelled("unknown") for one in criterion.missing)
    because = Because(facts=facts, declared=declared) or Because(
        not_in_record=tuple(dict.fromkeys(view.question(one) for one in missing)) or ("what its criteria ask for",)
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
        sites=_sites(study, origin, view.today),
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


def _sites(study: Study, origin: Point | None, today: dt.date) -> tuple[PlanSite, ...]:
    return tuple(
        PlanSite(
            facility=near.site.facility,
            city=near.site.city,
            state=near.site.state,
            country=near.site.country,
            status=near.site.status,
            miles=near.distance.miles if near.distance else None,
            contact=_say_contacts(near.site.contacts),
        )
        for near in nearest_sites(study, origin, today, limit=SITES_SHOWN)
    )


def _say_contacts(contacts: Sequence[Contact]) -> str:
    for contact in contacts:
        said = ", ".join(part for part in (contact.name, contact.phone, contact.email) if part)
        if contact.phone or contact.email:
            return said
    return ""
