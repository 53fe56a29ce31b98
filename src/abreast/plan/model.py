"""The plan: a plain immutable value that every surface renders and none changes.

Its JSON form is published in ``docs/plan.schema.json``. Every recommendation carries ``because`` (what in the case
it rests on) and ``sources`` (ids into :attr:`Plan.sources`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from abreast.knowledge import Evidence, Regulatory, SideEffect

SCHEMA_VERSION = 1


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all plan structs: immutable, fields by name."""


class Origin(Struct, frozen=True, kw_only=True):
    """Where a fact comes from; for a derived fact, the rule and the facts it used."""

    kind: Literal["fhir", "report", "answer", "file", "derived"]
    words: str
    file: str = ""
    place: str = ""
    quote: str = ""
    rule: str = ""
    facts: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


class PlanFact(Struct, frozen=True, kw_only=True):
    """A fact as shown: ``name`` and ``says`` are plain words, ``date`` is ISO cut to what is known.

    ``value`` is what it says in the terms of the vocabulary, the same in every language: ``positive``, ``90 %``,
    ``drug=letrozole; start=2024-03``.
    """

    id: str
    attribute: str
    group: str
    name: str
    says: str
    value: str = ""
    date: str = ""
    certainty: Literal["certain", "suspected", "unconfirmed"] = "certain"
    absent: bool = False
    origin: Origin


class Because(Struct, frozen=True, kw_only=True):
    """What a line of the plan rests on.

    ``facts`` are ids into :attr:`Plan.facts`. ``declared`` names lists whose completeness somebody declared.
    ``not_in_record`` says in plain words what the record leaves open, where that is the reason.
    """

    facts: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    not_in_record: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it names anything at all."""
        return bool(self.facts or self.declared or self.not_in_record)


class Line(Struct, frozen=True, kw_only=True):
    """A sentence with its reasons and sources."""

    text: str
    because: Because = Because()
    sources: tuple[str, ...] = ()


class OpenPoint(Struct, frozen=True, kw_only=True):
    """Something that is not known, put as a question; ``attribute`` says what an answer would fill in.

    ``rule`` is the question in the rule language when it is about items of a list: ``has metastasis(site: brain)``.
    """

    question: str
    attribute: str
    why: str
    facts: tuple[str, ...] = ()
    rule: str = ""


class Conflict(Struct, frozen=True, kw_only=True):
    """Facts that disagree, side by side. ``overtaken`` tells a change over time from a contradiction."""

    attribute: str
    name: str
    text: str
    facts: tuple[str, ...]
    overtaken: bool = False


class TherapyLine(Struct, frozen=True, kw_only=True):
    """One line of treatment; dates are ISO cut to what is known."""

    number: int
    drugs: tuple[str, ...]
    setting: str
    start: str
    end: str
    outcome: str
    facts: tuple[str, ...]


EventKind = Literal["diagnosis", "spread", "treatment", "surgery", "radiation", "result"]


class Event(Struct, frozen=True, kw_only=True):
    """One dated point or stretch of the person's history, for the timeline."""

    start: str
    end: str = ""
    ongoing: bool = False
    kind: EventKind
    text: str
    fact: str


class Spot(Struct, frozen=True, kw_only=True):
    """A place of the body where the cancer is, was, or may be. ``place`` is a term of the vocabulary's ``site``.

    ``side`` is that of the breast it began in: nodes near the breast lie on that side, and the other breast opposite.
    """

    place: str
    name: str
    standing: Literal["present", "suspected", "gone"]
    side: Literal["left", "right", "both", ""] = ""
    because: Because = Because()


class Scope(Struct, frozen=True, kw_only=True):
    """Whether this plan is for the person at all."""

    status: Literal["advanced", "not_advanced", "unknown", "not_breast"]
    text: str
    because: Because


class WhatYouHave(Struct, frozen=True, kw_only=True):
    """What the record says about the disease."""

    extent: str
    stage_stated: str
    stage_anatomic: str
    stage_differs: bool
    subtype: str
    lines: tuple[TherapyLine, ...]
    sentences: tuple[Line, ...]
    facts: tuple[str, ...]


class Caution(Struct, frozen=True, kw_only=True):
    """Something that stands against an option or calls for care. ``certain``: no fact is missing to tell."""

    kind: Literal["against", "care"]
    certain: bool
    text: str
    because: Because
    open_points: tuple[OpenPoint, ...] = ()
    sources: tuple[str, ...] = ()


class OptionDetail(Struct, frozen=True, kw_only=True):
    """What an option is, what it is like, and what studies showed: the texts of its knowledge entry."""

    what_it_is: str
    how_given: str
    what_it_is_like: str
    common: tuple[SideEffect, ...]
    serious: tuple[SideEffect, ...]
    checks: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    regulatory: Regulatory | None


class PlanOption(Struct, frozen=True, kw_only=True):
    """An option and how it stands for this person.

    ``standing``: ``talk_about`` (worth talking about now), ``depends`` (could become one; ``open_points`` tell) or
    ``not_now`` (something in the record stands against it; ``cautions`` says what).
    """

    id: str
    name: str
    plain_name: str
    category: str
    line: str
    standing: Literal["talk_about", "depends", "not_now"]
    why: str
    because: Because
    sources: tuple[str, ...]
    open_points: tuple[OpenPoint, ...] = ()
    cautions: tuple[Caution, ...] = ()
    question: str
    compare_with: tuple[str, ...] = ()
    reviewed: str
    overdue: bool
    detail: OptionDetail


class PlanTest(Struct, frozen=True, kw_only=True):
    """A test to ask about, and what it would decide; ``settles`` names what of the case its result says."""

    id: str
    name: str
    plain_name: str
    urgency: Literal["emergency", "now", "soon", "routine"]
    why: str
    why_for_you: tuple[Line, ...]
    what_it_is_like: str
    who_orders: str
    question: str
    decides_options: tuple[str, ...]
    decides_trials: int
    because: Because
    sources: tuple[str, ...]
    overdue: bool = False
    settles: tuple[str, ...] = ()


class PlanWarning(Struct, frozen=True, kw_only=True):
    """A danger sign. ``present`` is true when the record already shows it.

    ``act_english`` holds the English of ``act`` in a plan of another language: words to show in a hospital.
    """

    id: str
    title: str
    urgency: Literal["emergency", "same_day", "tell_team", "good_to_know"]
    present: bool
    signs: tuple[str, ...]
    text: str
    act: str
    act_english: str = ""
    because: Because
    sources: tuple[str, ...]


class PlanQuestion(Struct, frozen=True, kw_only=True):
    """A question to take along."""

    id: str
    text: str
    who: tuple[str, ...]
    topic: str
    why: str
    because: Because
    sources: tuple[str, ...]


class PlanAppointment(Struct, frozen=True, kw_only=True):
    """Somebody to see."""

    id: str
    name: str
    why: str
    timing: str
    bring: tuple[str, ...]
    because: Because
    sources: tuple[str, ...]


class PlanSupport(Struct, frozen=True, kw_only=True):
    """Help to be had."""

    id: str
    name: str
    needs: tuple[str, ...]
    communities: tuple[str, ...]
    what: str
    who_qualifies: str
    phone: str
    url: str
    checked: str
    because: Because
    sources: tuple[str, ...]


class PlanAdvice(Struct, frozen=True, kw_only=True):
    """A titled piece of advice."""

    id: str
    title: str
    paragraphs: tuple[Line, ...]
    because: Because
    sources: tuple[str, ...]


class PlanCentre(Struct, frozen=True, kw_only=True):
    """A centre for a second opinion; ``miles`` is the straight line from the person's ZIP code, when it is known."""

    name: str
    city: str
    state: str
    designation: str
    miles: float | None
    note: str


class PlanCriterion(Struct, frozen=True, kw_only=True):
    """One criterion of a trial, in the registry's own words, and how it stands.

    ``not_read`` quotes the words that were not understood; ``cohort`` the part of the trial it belongs to.
    """

    section: Literal["inclusion", "exclusion", "registry"]
    text: str
    cohort: str = ""
    label: Literal["fits", "against", "unknown", "team"]
    because: Because
    open_points: tuple[OpenPoint, ...] = ()
    not_yet: str = ""
    not_read: tuple[str, ...] = ()


class PlanSite(Struct, frozen=True, kw_only=True):
    """A place where a trial is done; ``lat`` and ``lon`` are degrees, as a rule of the middle of the city."""

    facility: str
    city: str
    state: str
    country: str
    status: str
    miles: float | None
    contact: str = ""
    lat: float | None = None
    lon: float | None = None


class PlanTrial(Struct, frozen=True, kw_only=True):
    """A trial and how it stands for this person; ``label`` is the honest one-line verdict."""

    nct: str
    title: str
    verdict: Literal["nothing_against", "not_yet", "against"]
    label: str
    recruitment: Literal["open", "opening_soon", "closed", "stale", "unknown"]
    recruitment_words: str
    purpose: Literal["treatment", "supportive", "observational"]
    phases: tuple[str, ...]
    treatments: tuple[str, ...]
    why_listed: tuple[str, ...]
    counts: dict[str, int]
    criteria: tuple[PlanCriterion, ...]
    decided_by: tuple[OpenPoint, ...]
    not_yet: str
    sites: tuple[PlanSite, ...]
    site_count: int
    contact: str
    last_update: str
    because: Because
    sources: tuple[str, ...]


class AgainstPoint(Struct, frozen=True, kw_only=True):
    """A criterion that stands against a trial: the registry's words, cut when long, and the facts behind it."""

    text: str
    facts: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()


class TrialStanding(Struct, frozen=True, kw_only=True):
    """How one trial stands, in short: so that two plans can be compared in the trials that neither shows.

    ``criteria`` changes when the registered text of the criteria does. ``against`` holds the first few criteria that
    stand against an open trial.
    """

    nct: str
    title: str
    purpose: Literal["treatment", "supportive", "observational"]
    verdict: Literal["nothing_against", "not_yet", "against"]
    recruitment: Literal["open", "opening_soon", "closed", "stale", "unknown"]
    not_yet: str = ""
    last_update: str = ""
    criteria: str = ""
    against: tuple[AgainstPoint, ...] = ()


class Trials(Struct, frozen=True, kw_only=True):
    """The trials that may fit, in three lists, and how many were looked at.

    ``standings`` has every trial about breast cancer, by number, whether it is shown or not.
    """

    treatment: tuple[PlanTrial, ...]
    supportive: tuple[PlanTrial, ...]
    observational: tuple[PlanTrial, ...]
    looked_at: int
    open_now: int
    ruled_out: int
    registry_date: str
    registry_words: str
    criteria_read: dict[str, int]
    standings: tuple[TrialStanding, ...] = ()


class FindOut(Struct, frozen=True, kw_only=True):
    """Something worth finding out next: options and trials that it decides, options whose safety it bears on.

    ``rule`` is as in :class:`OpenPoint`.
    """

    question: str
    attribute: str
    where_to_find: str
    options: tuple[str, ...]
    cautions: tuple[str, ...]
    trials: int
    why: str
    rule: str = ""


class NotUnderstood(Struct, frozen=True, kw_only=True):
    """A part of the input that no fact was made from, and why."""

    place: str
    what: str
    why: str


class PlanReference(Struct, frozen=True, kw_only=True):
    """A source that the plan rests on."""

    id: str
    title: str
    publisher: str
    date: str
    checked: str
    url: str
    seen: str


class Plan(Struct, frozen=True, kw_only=True):
    """Everything that a surface shows. A pure function of the case, the knowledge, the registry and the day.

    ``complete`` names the lists that somebody declared complete. ``language`` is that of its words; ``translations``
    names the entries of the knowledge, by ``kind/id``, that are still in English, or whose translation is unreviewed.
    """

    schema: int = SCHEMA_VERSION
    abreast: str
    language: str = "en"
    translations: dict[str, Literal["english", "unreviewed"]] = {}
    made: str
    knowledge_as_of: str
    notice: str
    label: str
    scope: Scope
    warnings_now: tuple[PlanWarning, ...]
    have: WhatYouHave
    conflicts: tuple[Conflict, ...]
    find_out_next: tuple[FindOut, ...]
    tests: tuple[PlanTest, ...]
    options: tuple[PlanOption, ...]
    trials: Trials
    second_opinion: tuple[PlanAdvice, ...]
    centres: tuple[PlanCentre, ...]
    appointments: tuple[PlanAppointment, ...]
    questions: tuple[PlanQuestion, ...]
    warnings: tuple[PlanWarning, ...]
    support: tuple[PlanSupport, ...]
    relatives: tuple[PlanAdvice, ...]
    glossary: dict[str, str]
    timeline: tuple[Event, ...]
    spots: tuple[Spot, ...] = ()
    facts: dict[str, PlanFact]
    sources: dict[str, PlanReference]
    not_understood: tuple[NotUnderstood, ...]
    problems: tuple[str, ...]
    complete: tuple[str, ...] = ()
