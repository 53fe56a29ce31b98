"""What matching says: of one criterion, of one part of a study, of a whole study."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from abreast.rules import Missing
from abreast.trials.eligibility import Criterion
from abreast.trials.match.line import label_line
from abreast.trials.registry import About, Purpose, Recruitment

Label = Literal["fits", "against", "unknown", "team"]
Standing = Literal["nothing_against", "not_yet", "against"]
CriterionSource = Literal["text", "registry"]


class CriterionVerdict(msgspec.Struct, frozen=True, gc=False):
    """How one criterion stands for this person.

    Attributes:
        criterion: the criterion, with its words, its rule and what was not read of it.
        label: ``fits`` (does not stand in the way), ``against``, ``unknown`` (a fact is missing, or words were
            not understood), or ``team`` (nothing that a record holds could settle it).
        because: ids of the facts that decided it.
        declared: lists that somebody declared complete, where the answer rests on that.
        missing: what would have to be known.
        not_yet: for ``against``: the first day from which it no longer is, if only time stands in the way.
        source: whether the study's own text says it, or a field of its registry record (age, sex).
    """

    criterion: Criterion
    label: Label
    because: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    not_yet: dt.date | None = None
    source: CriterionSource = "text"

    @property
    def not_read(self) -> tuple[str, ...]:
        """The words of the criterion that were not understood, verbatim."""
        return self.criterion.unread


class CohortVerdict(msgspec.Struct, frozen=True):
    """How one part of a study stands: its own criteria and those that hold for the whole study.

    ``cohort`` holds the words that name the part; it is empty for a study without parts, and for the rest of a study
    of which only one part is named. ``criteria`` are in the order of the text, the registry's fields first.
    """

    cohort: str
    standing: Standing
    not_yet: dt.date | None
    criteria: tuple[CriterionVerdict, ...]
    counts: dict[Label, int]

    def labelled(self, label: Label) -> tuple[CriterionVerdict, ...]:
        """Return the criteria with this label."""
        return tuple(one for one in self.criteria if one.label == label)

    @property
    def open_points(self) -> int:
        """How many criteria are left to confirm: those that are unknown or for the team."""
        return self.counts["unknown"] + self.counts["team"]


class TrialVerdict(msgspec.Struct, frozen=True):
    """How one study stands for this person on one day.

    Attributes:
        nct: the registry number.
        title: the study's title, as registered.
        standing: that of the part that stands best.
        not_yet: for ``not_yet``: the first day from which nothing stands against it.
        cohorts: every part of the study, the one that stands best first.
        recruitment: whether it takes new people, as far as the record can say today.
        purpose: which of the three lists it belongs to.
        about: how it relates to breast cancer.
        asks_for: what of this person the study asks for by name ("a change in ESR1"), the most special first.
        specificity: how special these are together: the higher, the more the study is about people like this one.
        phase: the highest phase as a number, when it has one.
        miles: straight line to the nearest site that may take people, when a ZIP code is known.
    """

    nct: str
    title: str
    standing: Standing
    not_yet: dt.date | None
    cohorts: tuple[CohortVerdict, ...]
    recruitment: Recruitment
    purpose: Purpose
    about: About
    asks_for: tuple[str, ...] = ()
    specificity: int = 0
    phase: float | None = None
    miles: float | None = None

    @property
    def best(self) -> CohortVerdict:
        """The part of the study that stands best."""
        return self.cohorts[0]

    @property
    def label(self) -> str:
        """The honest line, in the language of now: "nothing against it; 3 things to confirm"."""
        return label_line(self.cohorts)

    @property
    def is_open(self) -> bool:
        """Whether the study may be shown as recruiting."""
        return self.recruitment.state == "open"
