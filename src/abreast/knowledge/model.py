"""The shapes of the knowledge packs. ``docs/knowledge.md`` tells a reviewer what each key means.

An entry is one YAML file. Conditions are rules of the one rule language. Every statement names its sources
(ids of entries in ``data/sources``); a statement without any takes those of its entry.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from abreast.rules import FALSE, TRUE, Expression


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all knowledge structs: immutable, unknown keys refused."""


class Reference(Struct, frozen=True, kw_only=True):
    """A publication, label, registry record or page that statements rest on.

    ``seen`` says how it was checked: ``full`` (the text itself), ``abstract``, ``secondary`` (a report about it).
    ``date`` is the day of the version that was read, as precisely as it is known.
    """

    id: str
    title: str
    kind: Literal["label", "approval", "trial", "guideline", "article", "organisation", "registry", "nci", "law"]
    publisher: str
    date: str
    checked: str
    seen: Literal["full", "abstract", "secondary"]
    url: str = ""
    pmid: str = ""
    nct: str = ""
    note: str = ""


class Statement(Struct, frozen=True, kw_only=True):
    """Words shown to a person, and the sources they rest on."""

    text: str
    sources: tuple[str, ...] = ()


class Conditional(Struct, frozen=True, kw_only=True):
    """A statement that is shown when its rule holds (or might hold, where nothing is known)."""

    when: Expression
    text: str
    sources: tuple[str, ...] = ()


class SideEffect(Struct, frozen=True, kw_only=True):
    """One side effect; ``report`` says whom to tell and how fast, in plain words.

    ``per_hundred`` is how many of 100 people had it in the source named, any grade unless the text says otherwise.
    """

    text: str
    report: str = ""
    per_hundred: float | None = None
    sources: tuple[str, ...] = ()


class Arm(Struct, frozen=True, kw_only=True):
    """One arm of a trial and its figure; ``per_hundred`` when the figure is a share of people."""

    name: str
    value: float
    unit: Literal["per_hundred", "months"]


class Evidence(Struct, frozen=True, kw_only=True):
    """What a trial showed, with both arms' figures and a plain sentence.

    ``picture`` lets a surface draw the figures of both arms as groups of 100 people, and says what they count:
    ``benefit`` is what the option is given for, ``harm`` what it can cause. Never given for how many lived or died.
    """

    trial: str
    nct: str = ""
    pmid: str = ""
    who: str = ""
    comparison: str = ""
    end_point: str = ""
    picture: Literal["benefit", "harm", ""] = ""
    arms: tuple[Arm, ...] = ()
    text: str
    sources: tuple[str, ...] = ()


class Regulatory(Struct, frozen=True, kw_only=True):
    """Where the option stands with the FDA."""

    status: Literal["approved", "approved_for_other_use", "not_approved", "not_a_drug"]
    text: str
    date: str = ""
    sources: tuple[str, ...] = ()


class Entry(Struct, frozen=True, kw_only=True):
    """What every entry has: ``reviewed`` is the day its facts were last checked, ``review_due`` when to check again."""

    id: str
    reviewed: str
    review_due: str
    sources: tuple[str, ...] = ()


class Option(Entry, frozen=True, kw_only=True):
    """Something that can be done, and that may be worth talking about.

    ``when`` holds when it is worth talking about now. ``not_when`` are things that stand against it, ``care_with``
    things that call for care. ``priority`` orders options of the same plan: lower comes first. ``drugs`` are the
    components given together; ``compare_with`` names at most two options that stand beside it.
    """

    name: str
    plain_name: str
    category: Literal["systemic", "surgery", "radiation", "supportive", "no_further_treatment", "trial", "referral"]
    settings: tuple[Literal["stage3", "stage4", "any"], ...]
    line: str
    priority: int
    when: Expression
    drugs: tuple[str, ...] = ()
    not_when: tuple[Conditional, ...] = ()
    care_with: tuple[Conditional, ...] = ()
    what_it_is: Statement
    why: Statement
    how_given: Statement | None = None
    what_it_is_like: Statement | None = None
    common: tuple[SideEffect, ...] = ()
    serious: tuple[SideEffect, ...] = ()
    checks: tuple[Statement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    regulatory: Regulatory | None = None
    compare_with: tuple[str, ...] = ()
    question: str


class TestEntry(Entry, frozen=True, kw_only=True):
    """A test that is missing, or due; ``settles`` names the attributes whose value it would give.

    ``when`` holds when it should be asked about. ``urgency`` orders: ``now`` is before anything is decided.
    """

    name: str
    plain_name: str
    when: Expression
    settles: tuple[str, ...] = ()
    urgency: Literal["emergency", "now", "soon", "routine"] = "soon"
    priority: int = 100
    why: Statement
    why_for_you: tuple[Conditional, ...] = ()
    not_when: tuple[Conditional, ...] = ()
    what_it_is_like: Statement
    who_orders: str
    question: str


class Question(Entry, frozen=True, kw_only=True):
    """A question to take along. ``who`` are the people to ask; lower ``priority`` comes first."""

    text: str
    who: tuple[
        Literal[
            "medical_oncologist",
            "surgeon",
            "radiation_oncologist",
            "plastic_surgeon",
            "genetic_counselor",
            "palliative_care",
            "social_worker",
            "dentist",
            "nurse",
            "pharmacist",
            "trial_team",
            "companion",
            "second_opinion",
            "primary_care",
        ],
        ...,
    ]
    topic: str
    when: Expression = TRUE
    priority: int = 100
    why: str = ""


class Warning(Entry, frozen=True, kw_only=True):
    """A danger sign, or a caution that depends on the case.

    ``present`` holds when the case itself already shows the sign: it then stands first in the plan. ``when`` holds when
    the sign should be known beforehand. ``act`` says whom to call, in words one can follow at 3 in the morning.
    """

    title: str
    urgency: Literal["emergency", "same_day", "tell_team", "good_to_know"]
    when: Expression
    present: Expression = FALSE
    signs: tuple[str, ...] = ()
    text: Statement
    act: Statement
    priority: int = 100


class Support(Entry, frozen=True, kw_only=True):
    """An organisation or programme that helps; a phone number only where more than one source gives it."""

    name: str
    needs: tuple[str, ...]
    communities: tuple[str, ...] = ()
    when: Expression = TRUE
    what: Statement
    who_qualifies: str
    phone: str = ""
    url: str
    languages: tuple[str, ...] = ("en",)
    priority: int = 100


class Appointment(Entry, frozen=True, kw_only=True):
    """Somebody to see: why, when in the journey, what to bring."""

    name: str
    when: Expression
    why: Statement
    timing: str
    bring: tuple[str, ...] = ()
    priority: int = 100


class Advice(Entry, frozen=True, kw_only=True):
    """A titled piece of plain advice (second opinion, relatives); shown when its rule holds."""

    title: str
    when: Expression = TRUE
    paragraphs: tuple[Statement, ...]
    priority: int = 100


class GlossaryEntry(Entry, frozen=True, kw_only=True):
    """A word and what it means."""

    term: str
    synonyms: tuple[str, ...] = ()
    definition: Statement


class AnswerEntry(Entry, frozen=True, kw_only=True):
    """A question that people ask first, and a short sourced answer."""

    question: str
    also_asked: tuple[str, ...] = ()
    answer: tuple[Statement, ...]
    ask_team: str = ""


class Centre(Struct, frozen=True, kw_only=True):
    """A cancer centre that could give a second opinion."""

    name: str
    city: str
    state: str
    latitude: float
    longitude: float
    designation: str


KINDS: dict[str, type[Entry]] = {
    "options": Option,
    "tests": TestEntry,
    "questions": Question,
    "warnings": Warning,
    "support": Support,
    "appointments": Appointment,
    "second_opinion": Advice,
    "relatives": Advice,
    "glossary": GlossaryEntry,
    "answers": AnswerEntry,
}
"""Folder below ``data`` and the shape of the entries in it."""
