"""Conditions: the breast cancer, where it has spread, other cancers, other illnesses, and findings coded as diagnoses.

A regional node is listed with the metastases because that is how records send it; its site is not a distant one,
and rules that ask for distant spread ask for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abreast.case import Certainty, Value
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.codes import ConditionRow
from abreast.intake.fhir.node import Concept, Node, fold
from abreast.intake.fhir.record import Finding, Record, Resource
from abreast.intake.fhir.status import codes_of, verification, when
from abreast.intake.staging import parse_stage

BREAST, SPREAD, OTHER_CANCER, HISTORY, ILLNESS = "breast", "spread", "other cancer", "history", "illness"
_PAST = {"resolved": "resolved", "inactive": "past", "remission": "past"}
_STAGE_TYPE = {"260998006": "clinical", "261023001": "pathologic"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a condition is, before anything is said about it."""

    kind: str
    row: ConditionRow | None = None
    site: str = ""
    side: str = ""


def diagnose(resource: Resource, record: Record) -> Diagnosis:
    """Tell breast cancer from spread, another cancer, a history and another illness: code, place, profile, words."""
    concept = record.concept(resource.root.get("code"))
    site, side = place_of(resource, record)
    tables = record.tables
    profiles = resource.profiles
    if next(tables.findings.by_codes(concept), None):
        return Diagnosis(ILLNESS, site=site, side=side)
    row = next(tables.breast.by_codes(concept), None)
    if row:
        return Diagnosis(BREAST, row, site, side)
    row = next(tables.secondary.by_codes(concept), None)
    if row or record.term_by_code("site", concept) or "mcode-secondary-cancer-condition" in profiles:
        return Diagnosis(SPREAD, row, site, side)
    if next(tables.history.by_codes(concept), None) or tables.history.by_name(concept.names):
        return Diagnosis(HISTORY)
    other = next(tables.other_cancer.by_codes(concept), None)
    if (other or "mcode-primary-cancer-condition" in profiles) and site == "breast":
        return Diagnosis(BREAST, None, site, side)
    if other:
        return Diagnosis(OTHER_CANCER)
    return _by_words(resource, concept, record, site, side)


def _by_words(resource: Resource, concept: Concept, record: Record, site: str, side: str) -> Diagnosis:
    tables = record.tables
    row = tables.breast.by_name(concept.names)
    if row:
        return Diagnosis(BREAST, row, site, side)
    row = tables.secondary.by_name(concept.names)
    if row:
        return Diagnosis(SPREAD, row, site, side)
    if "mcode-primary-cancer-condition" in resource.profiles or tables.other_cancer.by_name(concept.names):
        return Diagnosis(OTHER_CANCER)
    return Diagnosis(ILLNESS, site=site, side=side)


def place_of(resource: Resource, record: Record) -> tuple[str, str]:
    """Return the site and side of the first body site that is known; the side may stand in a qualifier."""
    for node in resource.root.each("bodySite"):
        site, side = site_of(node, record)
        if site:
            return site, side
    return "", ""


def site_of(node: Node, record: Record) -> tuple[str, str]:
    """Return the site and side of one body site, with its laterality extension."""
    site, side = record.tables.site(record.concept(node), record.vocabulary)
    for name in ("mcode-laterality-qualifier", "mcode-body-location-qualifier"):
        for extension in node.extensions(name):
            side = record.answer("side", record.concept(extension.get("valueCodeableConcept"))) or side
    return site, side


def read_condition(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield what a condition says; see the module's words."""
    certainty, out = verification(resource, record)
    if out:
        yield resource.unused(out)
        return
    concept = record.concept(resource.root.get("code"))
    if not concept:
        yield resource.unused("it has no code and no text", "code")
        return
    found = diagnose(resource, record)
    if found.kind == BREAST:
        yield from _breast(resource, record, found, concept, certainty)
    elif found.kind == SPREAD:
        yield from _spread(resource, record, found, concept, certainty)
    elif found.kind == OTHER_CANCER:
        yield from _other_cancer(resource, record, concept, certainty)
    elif found.kind == HISTORY:
        yield resource.unused(f"says what was once so, not what is now: {concept}")
    else:
        yield from _illness(resource, record, concept, certainty, found)


def _dates(resource: Resource) -> tuple[PartialDate | None, PartialDate | None]:
    """Return the day it began (onset, else the day it was asserted) and the day it was recorded."""
    root = resource.root
    onset = root.date("onsetDateTime")
    if onset is None and isinstance(root.get("onsetPeriod").value, dict):
        onset = root.get("onsetPeriod").date("start")
    if onset is None:
        for extension in root.extensions("condition-assertedDate"):
            onset = extension.date("valueDateTime")
    return onset, root.date("recordedDate")


def _breast(
    resource: Resource, record: Record, found: Diagnosis, concept: Concept, certainty: Certainty
) -> Iterator[Finding]:
    onset, recorded = _dates(resource)
    date = recorded or onset

    def fact(node: Node | str, attribute: str, value: bool | str | PartialDate) -> Finding:
        return record.fact(resource, node, attribute, value, date=date, certainty=certainty)

    yield fact("code", "cancer", "breast")
    if onset:
        where = next((name for name in ("onsetDateTime", "onsetPeriod") if resource.root.get(name)), "extension")
        yield fact(where, "diagnosis.date", onset)
    side = _side_of_code(concept, record) or found.side
    if side:
        yield fact("bodySite" if found.side else "code", "side", side)
    if found.row:
        yield from _from_row(resource, record, found.row, "code", date=date, certainty=certainty)
    for extension in resource.root.extensions("mcode-histology-morphology-behavior"):
        yield from read_morphology(resource, record, extension.get("valueCodeableConcept"), date, certainty)
    yield from _stages(resource, record, date, certainty)
    status = codes_of(record.concept(resource.root.get("clinicalStatus")))
    if "recurrence" in status or "relapse" in status:
        yield fact("clinicalStatus", "onset", "recurrent")
    elif "remission" in status or "resolved" in status or "inactive" in status:
        yield resource.unused(
            f"{status[0]!r} may mean a part of the cancer only, so it does not say that none is left", "clinicalStatus"
        )


def _side_of_code(concept: Concept, record: Record) -> str:
    for coding in concept.codings:
        if coding.system == "icd10cm" and coding.code.upper().startswith(("C50", "D05", "Z90.1")):
            side = {"1": "right", "2": "left", "3": "bilateral"}.get(coding.code[-1])
            if side and len(coding.code) >= (7 if coding.code.upper().startswith("C50") else 6):
                return side
    for name in concept.names:
        side = record.tables.answers["side"].by_text(name)
        if side:
            return side
    return ""


def _from_row(
    resource: Resource,
    record: Record,
    row: ConditionRow,
    node: Node | str,
    *,
    date: PartialDate | None,
    certainty: Certainty,
) -> Iterator[Finding]:
    if row.histology:
        yield record.fact(resource, node, "histology", row.histology, date=date, certainty=certainty)
    for attribute, value in row.facts.items():
        yield record.fact(resource, node, attribute, value, date=date, certainty=certainty)
    if row.gene:
        yield record.fact(
            resource, node, "variant", fields={"gene": row.gene}, absent=row.absent, date=date, certainty=certainty
        )


def read_morphology(
    resource: Resource, record: Record, node: Node, date: PartialDate | None, certainty: Certainty
) -> Iterator[Finding]:
    """Yield the histology that an ICD-O-3 or SNOMED CT morphology means."""
    concept = record.concept(node)
    tables = record.tables
    row = next(tables.morphology.by_codes(concept), None)
    known = "" if row else record.term_by_code("histology", concept)
    if row is None and not known:
        row = tables.morphology.by_name(concept.names)
        known = "" if row else record.term("histology", concept)
    if row:
        yield from _from_row(resource, record, row, node, date=date, certainty=certainty)
    elif known:
        yield record.fact(resource, node, "histology", known, date=date, certainty=certainty)
    elif concept:
        yield resource.unused(f"does not name a type of breast cancer: {concept}", node)


def _stages(resource: Resource, record: Record, date: PartialDate | None, certainty: Certainty) -> Iterator[Finding]:
    for stage in resource.root.objects("stage"):
        node = stage.get("summary")
        if not node:
            continue
        concept = record.concept(node)
        read = stage_of(concept, record)
        if read:
            kind = next((_STAGE_TYPE[c] for c in codes_of(record.concept(stage.get("type"))) if c in _STAGE_TYPE), "")
            note = f"{kind} stage" if kind else ""
            yield record.fact(resource, node, "stage.stated", read, date=date, certainty=certainty, note=note)
        else:
            yield resource.unused(f"not a stage group of breast cancer: {concept}", node)


def stage_of(concept: Concept, record: Record) -> str:
    """Return the stage group that a concept names in code or words, or ""."""
    texts = [*concept.names, *(coding.code for coding in concept.codings if coding.system in ("ajcc", ""))]
    for text in texts:
        stage = parse_stage(text, record.vocabulary)
        if stage:
            return stage.term
    return record.answer("stage", concept) or ""


def _spread(
    resource: Resource, record: Record, found: Diagnosis, concept: Concept, certainty: Certainty
) -> Iterator[Finding]:
    onset, recorded = _dates(resource)
    site, note = found.site or _site_in_words(concept, record), ""
    if any(_FROM_BREAST.search(fold(name)) for name in concept.names):
        yield record.fact(resource, "code", "cancer", "breast", date=recorded or onset, certainty=certainty)
    status = next((s for s in codes_of(record.concept(resource.root.get("clinicalStatus"))) if s in _PAST), "")
    if status:
        note = f"recorded as {status}"
    yield record.fact(
        resource,
        "bodySite" if found.site else "code",
        "metastasis",
        fields={"site": site or None, "date": onset or recorded},
        date=recorded or onset,
        certainty=certainty,
        note=note,
    )
    if not site:
        yield resource.unused(f"the place of spread is not one that is known here: {concept}", "code")


_FROM_BREAST = re.compile(
    r"metasta\w*( malignant| invasive| recurrent)* "
    r"(breast|(carcinoma|cancer|neoplasm) of (the )?(female |male )?breast)|from .*\bbreast\b"
)
"""Words for spread that name the breast as where it came from."""


def _site_in_words(concept: Concept, record: Record) -> str:
    """Return the place of spread that a name gives; what stands behind "from" is where it came from."""
    targets = tuple(_FROM_BREAST.sub(" ", fold(name)).partition(" from ")[0] for name in concept.names)
    return record.tables.site(Concept(concept.codings, targets), record.vocabulary)[0]


def _other_cancer(resource: Resource, record: Record, concept: Concept, certainty: Certainty) -> Iterator[Finding]:
    onset, recorded = _dates(resource)
    if record.breast:
        kind = record.term("illness", concept) or "second_cancer"
        if kind:
            fields = {"kind": kind, "status": _status(resource, record), "start": onset}
            yield record.fact(
                resource,
                "code",
                "illness",
                fields=fields,
                date=recorded or onset,
                certainty=certainty,
                note=str(concept),
            )
        else:
            yield resource.unused(f"another cancer, which has no place in the vocabulary: {concept}")
    elif any(coding.code in _ANY_CANCER for coding in concept.codings):
        yield resource.unused(f"does not say which cancer: {concept}")
    else:
        cancer = cancer_of(concept, record) or "other"
        yield record.fact(
            resource, "code", "cancer", cancer, date=recorded or onset, certainty=certainty, note=str(concept)
        )


_ANY_CANCER = ("363346000", "C80.1", "C80.0")
"""Codes that say cancer, and not which."""


def cancer_of(concept: Concept, record: Record) -> str:
    """Return the term of the set ``cancer`` that a diagnosis names, or ""."""
    if record.tables.breast.find(concept):
        return "breast"
    known = record.term("cancer", concept)
    if known:
        return known
    for name in concept.names:
        organ = _CANCER_OF.sub("", fold(name)).strip()
        known = record.vocabulary.by_name("cancer", f"{organ} cancer") or ""
        if known:
            return known
    return ""


_CANCER_OF = re.compile(
    r"\b(primary|secondary|malignant|neoplasm|tumou?r|cancer|carcinoma|adenocarcinoma|of|the|female|male|left|right)\b"
)


def has_breast_cancer(record: Record) -> bool:
    """Return whether any condition of the record that is not refuted is a breast cancer."""
    return any(
        resource.type == "Condition"
        and not verification(resource, record)[1]
        and diagnose(resource, record).kind == BREAST
        for resource in record.resources
    )


def _status(resource: Resource, record: Record) -> str:
    codes = codes_of(record.concept(resource.root.get("clinicalStatus")))
    return next((_PAST[code] for code in codes if code in _PAST), "present" if codes else "")


def _illness(
    resource: Resource, record: Record, concept: Concept, certainty: Certainty, found: Diagnosis
) -> Iterator[Finding]:
    onset, recorded = _dates(resource)
    date = recorded or onset
    row = next(record.tables.findings.by_codes(concept), None) or record.tables.findings.by_name(concept.names)
    if row:
        yield from _from_row(resource, record, row, "code", date=date, certainty=certainty)
        return
    surgery = record.tables.surgery.find(concept) if _is_absence(concept) else None
    if surgery:
        for procedure in surgery.procedures:
            operation = {"procedure": procedure, "side": _side_of_code(concept, record) or found.side}
            yield record.fact(resource, "code", "surgery", fields=operation, certainty=certainty)
        return
    kind = record.term("illness", concept)
    symptom = "" if kind else record.term("symptom", concept)
    if symptom:
        fields: dict[str, Value | None] = {"kind": symptom, "date": onset or recorded}
        yield record.fact(resource, "code", "symptom", fields=fields, date=date, certainty=certainty)
        return
    if not kind:
        yield resource.unused(f"not an illness that decides anything here: {concept}", "code")
        return
    fields = {
        "kind": kind,
        "status": _status(resource, record),
        "start": onset,
        "end": when(resource.root, "abatement"),
    }
    yield record.fact(resource, "code", "illness", fields=fields, date=date, certainty=certainty)


def _is_absence(concept: Concept) -> bool:
    return any(coding.system == "icd10cm" and coding.code.startswith("Z90.1") for coding in concept.codings) or any(
        "absence of" in name.lower() for name in concept.names
    )
