"""What the status elements of a resource say about how far it can be trusted."""

from __future__ import annotations

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.node import Concept, Node
from abreast.intake.fhir.record import Record, Resource

_OBSERVATION_OUT = {"entered-in-error": "entered in error", "cancelled": "cancelled"}
_SUSPECTED = ("preliminary", "registered", "partial", "unknown")
_CONDITION_OUT = {"refuted": "refuted", "entered-in-error": "entered in error"}


def observation_status(resource: Resource) -> tuple[Certainty, str]:
    """Return the certainty of an observation or report, and a reason when it is not to be used at all."""
    status = resource.root.text("status")
    if status in _OBSERVATION_OUT:
        return "suspected", f"its status is {_OBSERVATION_OUT[status]}"
    return ("suspected" if status in _SUSPECTED else "certain"), ""


def verification(resource: Resource, record: Record) -> tuple[Certainty, str]:
    """Return the certainty of a condition or allergy, and a reason when it is not to be used at all."""
    codes = codes_of(record.concept(resource.root.get("verificationStatus")))
    for code in codes:
        if code in _CONDITION_OUT:
            return "suspected", f"its verification status is {_CONDITION_OUT[code]}"
    doubted = any(code in ("unconfirmed", "provisional", "differential") for code in codes)
    return ("suspected" if doubted else "certain"), ""


def codes_of(concept: Concept) -> tuple[str, ...]:
    """Return the codes of a concept, and its names where a status was sent as text."""
    return (*(coding.code for coding in concept.codings), *(name.lower() for name in concept.names))


def when(node: Node, name: str) -> PartialDate | None:
    """Return ``<name>DateTime``, ``<name>Instant``, or the end (else the start) of ``<name>Period``."""
    moment = node.date(f"{name}DateTime") or node.date(f"{name}Instant")
    if moment:
        return moment
    period = node.get(f"{name}Period")
    if isinstance(period.value, dict):
        return period.date("end") or period.date("start")
    return None
