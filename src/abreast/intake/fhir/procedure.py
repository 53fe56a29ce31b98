"""Procedures: operations and radiation, as mCODE STU 2 (one procedure, one place) and 3 to 4 (courses) send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.codes import SurgeryRow
from abreast.intake.fhir.condition import place_of, site_of
from abreast.intake.fhir.node import Concept, Node
from abreast.intake.fhir.record import Finding, Record, Resource
from abreast.intake.fhir.status import when
from abreast.vocabulary import Quantity

_RADIATION_PROFILES = (
    "mcode-cancer-related-radiation-procedure",
    "mcode-radiotherapy-course-summary",
    "mcode-teleradiotherapy-treatment-phase",
    "mcode-brachytherapy-treatment-phase",
)
_NOT_DONE = {
    "not-done": "was not done",
    "entered-in-error": "was entered in error",
    "preparation": "is only planned",
}


def read_procedure(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield operations and radiation; say of other procedures that they are no treatment."""
    status = resource.root.text("status")
    if status in _NOT_DONE:
        yield resource.unused(f"the procedure {_NOT_DONE[status]}", "status")
        return
    certainty: Certainty = "suspected" if status in ("unknown", "on-hold") else "certain"
    concept = record.concept(resource.root.get("code"))
    found = _kind(resource, record, concept)
    if isinstance(found, SurgeryRow):
        yield from _operations(resource, record, concept, found, certainty)
    elif found == "radiation":
        yield from _radiation(resource, record, concept, certainty)
    elif record.tables.not_a_treatment.by_name(concept.names):
        yield resource.unused(f"an examination, not a treatment: {concept}", "code")
    else:
        yield resource.unused(f"not an operation or radiation that is known here: {concept}", "code")


def _kind(resource: Resource, record: Record, concept: Concept) -> SurgeryRow | str:
    """Return the operation, "radiation", or "": by code, by profile, then by words."""
    tables = record.tables
    row = next(tables.surgery.by_codes(concept), None)
    if row:
        return row
    if next(tables.radiation.by_codes(concept), None) or next(tables.technique.by_codes(concept), None):
        return "radiation"
    known = record.term_by_code("procedure", concept)
    if known:
        return SurgeryRow(procedures=(known,), major=False if known == "biopsy" else None)
    if any(profile in _RADIATION_PROFILES for profile in resource.profiles):
        return "radiation"
    row = tables.surgery.by_name(concept.names)
    if row:
        return row
    if tables.radiation.by_name(concept.names):
        return "radiation"
    known = record.term("procedure", concept)
    return SurgeryRow(procedures=(known,)) if known else ""


def _operations(
    resource: Resource, record: Record, concept: Concept, row: SurgeryRow, certainty: Certainty
) -> Iterator[Finding]:
    side = record.tables.answers["side"].by_text(" ".join(concept.names)) or place_of(resource, record)[1]
    date = when(resource.root, "performed") or when(resource.root, "occurrence")
    for procedure in row.procedures:
        fields = {"procedure": procedure, "side": side, "date": date, "major": row.major}
        yield record.fact(resource, "code", "surgery", fields=fields, date=date, certainty=certainty)


@dataclass(frozen=True, slots=True)
class _Target:
    node: Node | str
    site: str
    side: str
    dose: Quantity | None = None
    words: str = ""


def _radiation(resource: Resource, record: Record, concept: Concept, certainty: Certainty) -> Iterator[Finding]:
    start, end = _period(resource)
    intent = record.intent(resource)
    targets = list(_targets(resource, record)) or [_Target("code", "", "")]
    for target in targets:
        fields = {
            "site": target.site,
            "technique": _technique(resource, record, concept, target.words),
            "intent": intent,
            "side": target.side,
            "start": start,
            "end": end,
            "dose": target.dose,
        }
        yield record.fact(resource, target.node, "radiation", fields=fields, date=end or start, certainty=certainty)
        if not target.site:
            yield resource.unused("the place that was treated is not given, or not known here", target.node)


def _period(resource: Resource) -> tuple[PartialDate | None, PartialDate | None]:
    """Return start and end; a single date is a start, because nothing says that it was the last day."""
    for name in ("performed", "occurrence"):
        period = resource.root.get(f"{name}Period")
        if isinstance(period.value, dict):
            return period.date("start"), period.date("end")
        moment = resource.root.date(f"{name}DateTime")
        if moment:
            return moment, None
    return None, None


def _targets(resource: Resource, record: Record) -> Iterator[_Target]:
    """Yield the volumes that were treated with their doses (STU 3 and 4), else the body sites.

    A volume that the record does not hold takes the body site of the course, when that is one.
    """
    sites = [
        _Target(node, *site_of(node, record), words=" ".join(record.concept(node).names))
        for node in resource.root.each("bodySite")
    ]
    volumes = [
        _volume(resource, record, extension)
        for extension in resource.root.extensions("mcode-radiotherapy-dose-delivered-to-volume")
    ]
    if not volumes:
        yield from sites
    for volume in volumes:
        if not volume.site and len(sites) == 1:
            yield replace(volume, site=sites[0].site, side=volume.side or sites[0].side)
        else:
            yield volume


def _volume(resource: Resource, record: Record, extension: Node) -> _Target:
    site, side, words, dose = "", "", "", None
    for part in extension.extensions("volume"):
        target = record.follow(resource, part.get("valueReference"))
        if target is not None:
            location = target.root.get("location")
            site, side = record.tables.site(record.concept(location), record.vocabulary)
            for qualifier in target.root.each("locationQualifier"):
                side = record.answer("side", record.concept(qualifier)) or side
            words = target.root.text("description")
        else:
            words = (
                part.get("valueReference").text("display") if isinstance(part.get("valueReference").value, dict) else ""
            )
        if not site and words:
            site, side = record.tables.site(Concept(names=(words,)), record.vocabulary)
    for part in extension.extensions("totalDoseDelivered"):
        dose = _dose(part.get("valueQuantity"), record)
    return _Target(extension, site, side, dose, words)


def _dose(node: Node, record: Record) -> Quantity | None:
    number = node.number("value") if isinstance(node.value, dict) else None
    unit = record.vocabulary.unit(node.text("code") or node.text("unit")) if number is not None else None
    if number is None or unit not in ("Gy", "cGy"):
        return None
    return record.vocabulary.convert(Quantity.exact(number, unit), None, "Gy")


def _technique(resource: Resource, record: Record, concept: Concept, words: str) -> str:
    """Return the most telling technique among the procedure's code, its techniques and its words."""
    concepts = [concept]
    for outer in resource.root.extensions("mcode-radiotherapy-modality-and-technique"):
        for name in ("mcode-radiotherapy-technique", "mcode-radiotherapy-modality"):
            concepts += [record.concept(one.get("valueCodeableConcept")) for one in outer.extensions(name)]
    for name in ("mcode-radiotherapy-technique", "mcode-radiotherapy-modality"):
        concepts += [record.concept(one.get("valueCodeableConcept")) for one in resource.root.extensions(name)]
    concepts += [record.concept(node) for node in resource.root.each("usedCode")]
    rows = [record.tables.technique.find(one) for one in (*concepts, Concept(names=(words,) if words else ()))]
    found = [row.technique for row in rows if row is not None]
    return next((one for one in found if one != "external_beam"), found[0] if found else "")
