"""The shape of a difference between two plans. Its JSON form is published in ``docs/plan-difference.schema.json``."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from abreast.plan.model import Struct

SCHEMA_VERSION = 1

ReasonKind = Literal["fact", "registry", "criteria", "knowledge", "abreast", "day", "not_clear"]


class Reason(Struct, frozen=True, kw_only=True):
    """Why something changed.

    ``fact``: what the case says changed. ``registry``: the trial's record. ``criteria``: the text of its criteria.
    ``knowledge``: the medical facts. ``abreast``: another version reads or knows more. ``day``: time has passed.
    ``not_clear``: several of these could be it. ``facts`` are ids into the later plan, or, when ``gone``, the earlier.
    """

    kind: ReasonKind
    text: str
    facts: tuple[str, ...] = ()
    gone: bool = False


class FactChange(Struct, frozen=True, kw_only=True):
    """A fact that is new, says something else now, or is gone. ``derived``: abreast worked it out from others."""

    kind: Literal["new", "changed", "removed"]
    id: str
    attribute: str
    name: str
    before: str = ""
    after: str = ""
    date: str = ""
    origin: str = ""
    derived: bool = False
    text: str


class ConflictChange(Struct, frozen=True, kw_only=True):
    """A disagreement between sources that is new, or is settled."""

    kind: Literal["new", "settled"]
    attribute: str
    name: str
    text: str


class OptionChange(Struct, frozen=True, kw_only=True):
    """An option that came, went, or stands differently; ``before`` and ``after`` are standings, empty for none."""

    kind: Literal["appeared", "gone", "changed"]
    id: str
    name: str
    before: str = ""
    after: str = ""
    text: str
    why: tuple[Reason, ...]


class TestChange(Struct, frozen=True, kw_only=True):
    """A test to ask about that is new, was done (its result is in the case now), or left the list otherwise."""

    kind: Literal["new", "done", "gone"]
    id: str
    name: str
    text: str
    why: tuple[Reason, ...]


class WarningChange(Struct, frozen=True, kw_only=True):
    """A danger sign that is new to the plan, that the record shows now, that it no longer shows, or that left it."""

    kind: Literal["new", "present", "over", "gone"]
    id: str
    title: str
    text: str
    why: tuple[Reason, ...]


TrialChangeKind = Literal["opened", "closed", "fits", "not_yet", "against", "criteria"]


class TrialChange(Struct, frozen=True, kw_only=True):
    """A trial that opened or closed, that stands differently, or whose criteria were rewritten."""

    kind: TrialChangeKind
    nct: str
    title: str
    text: str
    why: tuple[Reason, ...]


class ScopeChange(Struct, frozen=True, kw_only=True):
    """Whether the plan is for the person at all is answered differently now."""

    before: str
    after: str
    text: str


class Made(Struct, frozen=True, kw_only=True):
    """When a plan was made, and from what."""

    made: str
    knowledge_as_of: str
    registry_date: str
    abreast: str


class PlanDifference(Struct, frozen=True, kw_only=True):
    """Everything that changed. ``count`` leaves out what only follows: facts that were worked out from others."""

    schema: int = SCHEMA_VERSION
    before: Made
    after: Made
    count: int
    scope: ScopeChange | None = None
    facts: tuple[FactChange, ...] = ()
    conflicts: tuple[ConflictChange, ...] = ()
    warnings: tuple[WarningChange, ...] = ()
    options: tuple[OptionChange, ...] = ()
    tests: tuple[TestChange, ...] = ()
    trials: tuple[TrialChange, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed that is worth telling."""
        return self.count > 0


def difference_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a difference."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "abreast plan difference",
        "version": SCHEMA_VERSION,
        **msgspec.json.schema(PlanDifference),
    }
