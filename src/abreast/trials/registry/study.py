"""One study of the registry, as abreast reads it.

The field names follow ClinicalTrials.gov's API v2 (https://clinicaltrials.gov/data-api/about-api/study-data-structure),
shortened; values that the registry codes keep its codes (``RECRUITING``, ``PHASE2``), so that nothing is lost in
translation. Everything here is data; what follows from it (is the study open, what is it for, is it about
breast cancer) is worked out in :mod:`.status` and :mod:`.subject`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from abreast.foundation.dates import PartialDate

StudyType = Literal["interventional", "observational", "expanded_access", "unknown"]
Sex = Literal["all", "female", "male", "unknown"]
About = Literal["breast", "includes_breast", "other"]
Purpose = Literal["treatment", "supportive", "observational"]

_PHASE_NUMBERS = {"EARLY_PHASE1": 0.5, "PHASE1": 1.0, "PHASE2": 2.0, "PHASE3": 3.0, "PHASE4": 4.0}


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Someone whom the registry names for questions about a study; published by the study itself."""

    name: str = ""
    role: str = ""
    phone: str = ""
    phone_ext: str = ""
    email: str = ""


class Official(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person responsible for a study, with the place they work for."""

    name: str = ""
    affiliation: str = ""
    role: str = ""


class Site(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place where a study is carried out.

    ``status`` is the site's own recruitment code, or empty when the record gives none (it then follows the
    study's). ``lat`` and ``lon`` are degrees (WGS 84, usually the middle of the city), or both `None`.
    """

    facility: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    lat: float | None = None
    lon: float | None = None
    status: str = ""
    contacts: tuple[Contact, ...] = ()

    @property
    def where(self) -> str:
        """City, state and country, as far as they are known."""
        return ", ".join(part for part in (self.city, self.state, self.country) if part)


class Arm(msgspec.Struct, frozen=True, omit_defaults=True):
    """One group of participants; ``interventions`` are names as the record writes them ("Drug: Letrozole")."""

    label: str = ""
    type: str = ""
    description: str = ""
    interventions: tuple[str, ...] = ()


class Intervention(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a study gives, does or observes. ``type`` is the registry's code, empty when the record has none."""

    name: str = ""
    type: str = ""
    other_names: tuple[str, ...] = ()
    description: str = ""
    arms: tuple[str, ...] = ()


class Copy(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where this copy of a record comes from.

    ``taken`` is the day on which the registry handed the record out, when that is known. ``converted`` marks a
    record made from the registry's former XML format: good for reading criteria, never for recruitment status.
    ``gone`` is the day on which the registry was asked for the study and no longer had it.
    """

    source: str = ""
    taken: PartialDate | None = None
    converted: bool = False
    gone: PartialDate | None = None


class Subject(msgspec.Struct, frozen=True):
    """How a study relates to breast cancer and which list it belongs to, each with the words that led to it."""

    about: About
    about_because: str
    purpose: Purpose
    purpose_because: str


class Study(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One ClinicalTrials.gov record. What the record does not say is empty or `None`, never a guess.

    Attributes worth a word:
        nct: registry number, ``NCT`` and eight digits; empty only when the record has none.
        status: the registry's ``overallStatus`` code; empty when missing.
        last_known_status: the status before the registry set it to ``UNKNOWN``.
        min_age, max_age: limits in years (six months are 0.5); `None` when the record sets no limit.
        healthy_volunteers: whether people without the disease may join; `None` when not stated.
        criteria: the eligibility text exactly as registered, escapes and line ends included, so that a span in
            it can be quoted.
        condition_terms: MeSH headings that the registry assigned; ``condition_ancestors`` the wider headings.
        problems: what could not be read, each naming its place in the record; the rest was kept.
        digest: a fingerprint of the record that a store sets; it changes when the record does.
        subject: what :func:`~.subject.subject` said, kept by a store so that it is worked out once.
    """

    nct: str = ""
    acronym: str = ""
    title: str = ""
    official_title: str = ""
    summary: str = ""
    description: str = ""
    status: str = ""
    last_known_status: str = ""
    why_stopped: str = ""
    status_verified: PartialDate | None = None
    last_update: PartialDate | None = None
    first_posted: PartialDate | None = None
    start: PartialDate | None = None
    primary_completion: PartialDate | None = None
    completion: PartialDate | None = None
    study_type: StudyType = "unknown"
    patient_registry: bool = False
    primary_purpose: str = ""
    phases: tuple[str, ...] = ()
    allocation: str = ""
    masking: str = ""
    enrollment: int | None = None
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    condition_terms: tuple[str, ...] = ()
    condition_ancestors: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    intervention_terms: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    sex: Sex = "unknown"
    min_age: float | None = None
    max_age: float | None = None
    healthy_volunteers: bool | None = None
    population: str = ""
    criteria: str = ""
    sponsor: str = ""
    sponsor_class: str = ""
    collaborators: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    officials: tuple[Official, ...] = ()
    sites: tuple[Site, ...] = ()
    org_id: str = ""
    other_ids: tuple[str, ...] = ()
    copy: Copy = Copy()
    problems: tuple[str, ...] = ()
    digest: str = ""
    subject: Subject | None = None

    @property
    def url(self) -> str:
        """The study's public page."""
        return f"https://clinicaltrials.gov/study/{self.nct}" if self.nct else ""

    @property
    def phase_number(self) -> float | None:
        """The highest phase as a number for ordering (early phase 1 is 0.5), or `None` without one."""
        return max((_PHASE_NUMBERS[phase] for phase in self.phases if phase in _PHASE_NUMBERS), default=None)

    @property
    def confirmed(self) -> PartialDate | None:
        """When the study last confirmed its status: the date it was verified, else that of its last update."""
        return self.status_verified or self.last_update
