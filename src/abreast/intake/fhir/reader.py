"""Reading a FHIR record: from bytes to facts, and to a list of what was not used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from abreast.case import Case, Fact
from abreast.foundation.errors import InputError, Place
from abreast.intake.fhir.codes import Tables, load_tables
from abreast.intake.fhir.condition import OTHER_CANCER, diagnose, read_condition
from abreast.intake.fhir.condition import has_breast_cancer as breast_cancer_in
from abreast.intake.fhir.decode import Document, read_document
from abreast.intake.fhir.medication import gather_doses, read_medication
from abreast.intake.fhir.observation import read_observation
from abreast.intake.fhir.other import read_allergy, read_family_history, read_report, read_research_subject
from abreast.intake.fhir.own import Own, beside, read_own
from abreast.intake.fhir.patient import read_parameters, read_patient
from abreast.intake.fhir.procedure import read_procedure
from abreast.intake.fhir.record import (
    Finding,
    People,
    Record,
    Resource,
    choose_person,
    doubt,
    index_references,
    subject_of,
)
from abreast.intake.model import Intake, Unused
from abreast.vocabulary import Relation, Vocabulary

Reader = Callable[[Resource, Record], Iterator[Finding]]

READERS: dict[str, Reader] = {
    "Patient": read_patient,
    "Parameters": read_parameters,
    "Condition": read_condition,
    "Observation": read_observation,
    "MedicationStatement": read_medication,
    "MedicationRequest": read_medication,
    "MedicationAdministration": read_medication,
    "MedicationDispense": read_medication,
    "Procedure": read_procedure,
    "AllergyIntolerance": read_allergy,
    "FamilyMemberHistory": read_family_history,
    "DiagnosticReport": read_report,
    "ResearchSubject": read_research_subject,
}
"""The types of resources that hold facts, and who reads them."""

_DOSES = ("MedicationAdministration", "MedicationDispense")
_PLACES_SHOWN = 4


def read_fhir(
    content: bytes, file: str, vocabulary: Vocabulary, *, patient: str | None = None, in_full: bool = True
) -> Intake:
    """Read FHIR R4 (also R5 where it differs little) with the profiles of mCODE STU 2 to 4.

    ``content`` may be a bundle of any type, a single resource, a list of resources, NDJSON, or a bundle inside
    Parameters. Each fact keeps the resource and path it came from; each resource, and each part of one, that became
    no fact is in ``unused`` with its reason. Contradictions come out as facts side by side. ``patient`` chooses among
    several people, by id or reference.

    A medication statement with ``effectiveDateTime`` alone gives a ``start`` only when the statements of the record
    have differing dates, and never an ``end`` (see :mod:`abreast.intake.fhir.medication`). Resources that name a
    subject whom the record does not hold, beside one Patient, give facts that are ``unconfirmed``.

    What abreast wrote itself is read from the facts that it put there in full (:mod:`abreast.intake.fhir.own`);
    ``in_full`` false reads the standard elements alone, as another program would.

    Raises:
        InputError: when the file is not FHIR in JSON, is cut off or too large (naming line, column and byte), holds
            only resources of other types (naming them), or several people and ``patient`` names none of them.
    """
    document = read_document(content, file)
    resources = tuple(document.resources)
    _check_types(document, resources, file)
    people = choose_person(resources, file, patient)
    record = _record(resources, file, vocabulary, load_tables())
    findings = [finding for resource in resources for finding in _read(resource, record, people)]
    facts = _of_this_cancer([finding for finding in findings if isinstance(finding, Fact)], vocabulary)
    unused = [finding for finding in findings if isinstance(finding, Unused)]
    kept, set_aside = facts
    own = read_own(resources, file, vocabulary) if in_full and people.count == 1 else Own()
    problems = [*document.problems, *own.problems, *_problems(resources, people, unused, file)]
    read = Intake(
        facts=merge(kept),
        unused=tuple(dict.fromkeys([*document.unused, *unused, *set_aside])),
        problems=tuple(problems),
        patient_count=people.count,
    )
    return read if own.case is None else _with_own(read, own, own.case)


def _with_own(read: Intake, own: Own, case: Case) -> Intake:
    """Return what abreast wrote in full, and what the standard elements say beside it."""
    return replace(
        read,
        facts=(*case.facts, *beside(own, read.facts)),
        complete=case.complete,
        settled=case.settled,
        label=case.label,
        unused=tuple(one for one in read.unused if one.place.partition(",")[0] not in own.labels),
    )


def _check_types(document: Document, resources: tuple[Resource, ...], file: str) -> None:
    if document.is_bundle or any(resource.type in READERS for resource in resources):
        return
    types = ", ".join(sorted({resource.type for resource in resources}))
    raise InputError(f"expected a Bundle or a resource about a patient, found {types}", Place(file))


def _record(resources: tuple[Resource, ...], file: str, vocabulary: Vocabulary, tables: Tables) -> Record:
    record = Record(file, vocabulary, tables, resources, index_references(resources))
    conditions = [resource for resource in resources if resource.type == "Condition"]
    others = frozenset(one.label for one in conditions if diagnose(one, record).kind == OTHER_CANCER)
    return replace(record, breast=breast_cancer_in(record), other_cancers=others)


def _read(resource: Resource, record: Record, people: People) -> Iterator[Finding]:
    """Yield what a resource says, once it is clear that it is about this person and that it may be read at all."""
    reader = READERS.get(resource.type)
    if reader is None:
        why = record.tables.content.resources.get(
            resource.type, f"abreast reads nothing from resources of type {resource.type}"
        )
        yield resource.unused(why)
        return
    if (
        isinstance(resource.root.value.get("modifierExtension"), (list, dict))
        and resource.root.value["modifierExtension"]
    ):
        yield resource.unused(
            "it carries a modifier that abreast does not know and that may change its meaning", "modifierExtension"
        )
        return
    subject = subject_of(resource)
    if resource.type == "Patient" and people.chosen is not None and resource.id != people.chosen.id:
        yield resource.unused("another patient")
        return
    if subject in people.other and (people.count > 1 or not people.patients):
        yield resource.unused(f"it is about another patient ({subject})", "subject")
        return
    if people.count > 1 and not subject and resource.type != "Patient" and not resource.inside:
        yield resource.unused("it does not say which patient it is about", "subject")
        return
    findings = reader(resource, record)
    if subject in people.other:
        findings = doubt(findings, f"the record does not hold its subject, {subject}")
    yield from _counted(resource, findings)


def _counted(resource: Resource, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings; add what was of the wrong type, and a reason when there is nothing else."""
    some = False
    for finding in findings:
        some = True
        yield finding
    for path, why in dict.fromkeys(resource.root.wrong):
        some = True
        yield resource.unused(why, path)
    if not some:
        yield resource.unused("nothing in it says anything that decides here")


def _of_this_cancer(facts: list[Fact], vocabulary: Vocabulary) -> tuple[list[Fact], list[Unused]]:
    """Set aside staging and markers when the record's only cancer is not a breast cancer."""
    cancers = [str(fact.value) for fact in facts if fact.attribute == "cancer" and fact.certainty == "certain"]
    if not cancers or any(vocabulary.relate("cancer", cancer, "breast") is not Relation.IS_NOT for cancer in cancers):
        return facts, []
    kept, aside = [], []
    for fact in facts:
        if fact.attribute != "cancer" and vocabulary.attribute(fact.attribute).group in ("disease", "markers"):
            why = "the record's cancer is not a breast cancer, and this is about that cancer"
            aside.append(Unused(fact.source.place, fact.source.place.partition("/")[0], why))
        else:
            kept.append(fact)
    return kept, aside


def merge(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Gather doses into courses, then facts that say exactly the same into one that names every place."""
    doses: list[Fact] = []
    others: list[Fact] = []
    for fact in facts:
        (doses if fact.source.place.startswith(_DOSES) else others).append(fact)
    groups: dict[tuple[object, ...], list[Fact]] = {}
    for fact in (*others, *gather_doses(doses)):
        key = (
            fact.attribute,
            fact.value,
            tuple(sorted(fact.fields.items())),
            fact.absent,
            fact.date,
            fact.certainty,
            fact.specimen,
            fact.note,
        )
        groups.setdefault(key, []).append(fact)
    return tuple(_merged(group) for group in groups.values())


def _merged(group: list[Fact]) -> Fact:
    places = list(dict.fromkeys(fact.source.place for fact in group))
    if len(places) == 1:
        return group[0]
    shown = "; ".join(places[:_PLACES_SHOWN])
    more = f"; and {len(places) - _PLACES_SHOWN} more places" if len(places) > _PLACES_SHOWN else ""
    return replace(group[0], source=replace(group[0].source, place=shown + more))


def _problems(resources: tuple[Resource, ...], people: People, unused: Iterable[Unused], file: str) -> Iterator[str]:
    if people.other and people.count == 1 and people.patients:
        named = sorted(people.other)
        count = sum(subject_of(resource) in people.other for resource in resources)
        yield (
            f"{file}: {count} resources name a subject that is not the record's Patient ({', '.join(named[:5])}); "
            "what they say is kept, unconfirmed"
        )
    if not people.patients and resources:
        yield f"{file}: there is no Patient, so age and sex are not known"
    for one in unused:
        if any(words in one.why for words in ("cannot be right", "has died", "a ratio of two limits")):
            yield str(one)
