"""Drugs: statements, prescriptions, doses given, and packs handed out.

Cancer drugs become ``therapy``, all others ``medicine``; which is which is the vocabulary's to say.

*Dates.* A statement's ``effectivePeriod`` is taken as it stands. Its ``effectiveDateTime`` alone may be no more than
the moment at which a client sent the record (the mCODE trial-matching client does that), so it becomes a ``start``
only when the statements of the record have different dates, and never an ``end``: no washout may be worked out from
it. A prescription starts when its dosage says, else on the day it was written, with a note. Doses given make a
course: its start is the first of them, and it has no end, because the record may not hold the last.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from abreast.case import Certainty, Fact
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.codes import Medications, load_tables
from abreast.intake.fhir.node import Concept, Node, fold
from abreast.intake.fhir.record import Finding, Record, Resource
from abreast.intake.fhir.status import when
from abreast.vocabulary import Vocabulary

SAME_COURSE_DAYS = 183
"""Doses of a drug further apart than this begin another course."""

_PLANNED_INTENTS = ("proposal", "plan", "option")


def read_medication(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield a treatment or medicine for every drug that a resource names."""
    status = resource.root.text("status")
    if status in record.tables.content.medications.not_taken:
        yield resource.unused(f"its status is {status}: nothing was taken because of it", "status")
        return
    if resource.root.value.get("doNotPerform") is True:
        yield resource.unused("an order not to give this drug", "doNotPerform")
        return
    intent = resource.root.text("intent") if resource.type == "MedicationRequest" else ""
    if intent in _PLANNED_INTENTS:
        yield resource.unused(f"its intent is {intent}: planned, not given", "intent")
        return
    node, concept = _drug_concept(resource, record)
    drugs, note = drugs_of(concept, record.vocabulary)
    if not drugs:
        yield resource.unused(f"not a drug that is known here: {concept}", node)
        return
    for drug in drugs:
        yield _one(resource, record, node, drug, note)


def _drug_concept(resource: Resource, record: Record) -> tuple[Node, Concept]:
    root = resource.root
    for name in ("medicationCodeableConcept", "medication"):
        node = root.get(name)
        if node and not (isinstance(node.value, dict) and "reference" in node.value):
            concept = record.concept(node)
            if concept:
                return node, concept
    for name in ("medicationReference", "medication"):
        node = root.get(name)
        if not isinstance(node.value, dict):
            continue
        pointer = node.get("reference") if isinstance(node.get("reference").value, dict) else node
        target = record.follow(resource, pointer)
        if target is not None:
            return node, record.concept(target.root.get("code"))
        if node.text("display"):
            return node, Concept(names=(node.text("display"),))
    return root.get("medicationCodeableConcept"), Concept()


def _one(resource: Resource, record: Record, node: Node, drug: str, note: str) -> Finding:
    status = resource.root.text("status")
    start, end, from_where = _dates(resource, record)
    notes = [note, from_where]
    if status == "active" and end is not None:
        notes.append(f"called active, with an end on {end}: planned, or past")
        ongoing, end = None, None
    else:
        ongoing = _ongoing(resource, status, end)
    fields: dict[str, object] = {"drug": drug, "start": start, "end": end, "ongoing": ongoing}
    attribute = "therapy" if is_treatment(drug, record.vocabulary) else "medicine"
    if attribute == "therapy":
        outcome, why = _outcome(resource, record)
        fields |= {"setting": record.intent(resource), "outcome": outcome}
        notes.append(why)
    certainty: Certainty = "suspected" if status == "unknown" else "certain"
    known = {key: value for key, value in fields.items() if isinstance(value, (bool, str, PartialDate))}
    date = when(resource.root, "effective") or resource.root.date("authoredOn") or resource.root.date("whenHandedOver")
    note = "; ".join(text for text in notes if text)
    return record.fact(resource, node, attribute, fields=known, date=date, certainty=certainty, note=note)


def _dates(resource: Resource, record: Record) -> tuple[PartialDate | None, PartialDate | None, str]:
    """Return start, end and a note, by the rules at the top of this module."""
    root = resource.root
    period = root.get("effectivePeriod")
    moment = root.date("effectiveDateTime")
    if isinstance(period.value, dict):
        start, end = period.date("start"), period.date("end")
        return start, (end if resource.type == "MedicationStatement" else None), ""
    if resource.type == "MedicationStatement":
        return (moment if record.statements_differ else None), None, ""
    if resource.type == "MedicationRequest":
        for dosage in root.objects("dosageInstruction"):
            repeat = dosage.get("timing").get("repeat") if isinstance(dosage.get("timing").value, dict) else None
            bounds = repeat.get("boundsPeriod") if repeat and isinstance(repeat.value, dict) else None
            if bounds and isinstance(bounds.value, dict) and bounds.date("start"):
                return bounds.date("start"), None, ""
        written = root.date("authoredOn")
        return written, None, "start taken from the day of the prescription" if written else ""
    return moment or root.date("whenHandedOver") or root.date("whenPrepared"), None, ""


def _ongoing(resource: Resource, status: str, end: PartialDate | None) -> bool | None:
    """Return whether it goes on, as far as a statement says so; prescriptions stay "active" long after their end."""
    if status in ("stopped", "completed") or end is not None:
        return False if resource.type in ("MedicationStatement", "MedicationRequest") else None
    return True if status == "active" and resource.type == "MedicationStatement" else None


def _outcome(resource: Resource, record: Record) -> tuple[str, str]:
    """Return why it ended: the outcome, and the words when they are not one of ours."""
    reasons = [resource.root.get("statusReason")]
    for extension in resource.root.extensions("mcode-treatment-termination-reason"):
        reasons.append(extension.get("valueCodeableConcept"))
    words = []
    for reason in reasons:
        for node in reason.each():
            concept = record.concept(node)
            outcome = record.answer("outcome", concept)
            if outcome:
                return outcome, str(concept)
            if concept:
                words.append(str(concept))
    return "", "; ".join(words)


def is_treatment(drug: str, vocabulary: Vocabulary) -> bool:
    """Return whether a drug treats the cancer itself; medicines for bones or against side effects do not."""
    above = vocabulary.ancestors("drug", drug)
    return "systemic_therapy" in above and above.isdisjoint(load_tables().content.medications.medicines)


# --- which drug -----------------------------------------------------------------------------------------------------


def drugs_of(concept: Concept, vocabulary: Vocabulary) -> tuple[tuple[str, ...], str]:
    """Return the drugs that a medication names, and a note where its code and its words disagree.

    A code counts as far as the words bear it out: when they are more general (the code of nab-paclitaxel, called
    "paclitaxel") or name another drug, what both have in common is taken.
    """
    coded = tuple(
        dict.fromkeys(
            known[1] for c in concept.codings if (known := vocabulary.by_code(c.system, c.code, "drug")) is not None
        )
    )
    worded = next((drugs for name in concept.names if (drugs := drugs_in_words(name, vocabulary))), ())
    coded, worded = _components(coded, vocabulary), _components(worded, vocabulary)
    if not coded or not worded or set(coded) & set(worded):
        return coded or worded, ""
    if len(coded) > 1 or len(worded) > 1:
        return coded, ""
    shared = _in_common(coded[0], worded[0], vocabulary)
    names = [vocabulary.term("drug", drug).name for drug in (coded[0], worded[0])]
    return (shared,) if shared else coded, f"the code says {names[0]}, the words say {names[1]}"


def _in_common(first: str, second: str, vocabulary: Vocabulary) -> str:
    """Return the most special class (or drug) that both are, or "" when they share no more than being medicines."""
    above = vocabulary.ancestors("drug", first) & vocabulary.ancestors("drug", second)
    above -= {"systemic_therapy", "supportive_medicine"}
    return max(above, key=lambda term: (len(vocabulary.ancestors("drug", term)), term), default="")


def _components(drugs: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    parts = [part for drug in drugs for part in (vocabulary.term("drug", drug).components or (drug,))]
    return tuple(dict.fromkeys(part for part in parts if part in vocabulary.terms["drug"]))


def drugs_in_words(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the drugs of a product name (``alpelisib Oral Product``, ``10 ML trastuzumab 15 MG/ML Injection
    [Ogivri]``).

    Words about strength and form may stand around the name; when anything else is left over, the drug is another one
    (trastuzumab is not trastuzumab duocarmazine) and nothing is returned.
    """
    whole = vocabulary.by_name("drug", text) or vocabulary.by_name(
        "drug", re.sub(r"^(.+) liposomal$", r"liposomal \1", text)
    )
    if whole:
        return (whole,)
    brand = re.search(r"\[([^\]]+)\]", text)
    found: list[str] = []
    for part in re.split(r"\s+/\s+|\s+\+\s+|\s+and\s+", re.sub(r"\[[^\]]*\]|\([^)]*\)|,", " ", text)):
        drug = _drug_in(part, vocabulary, _ignored())
        if drug is None:
            found = []
            break
        if drug:
            found.append(drug)
    if not found and brand:
        known = vocabulary.by_name("drug", brand[1])
        return (known,) if known else ()
    return tuple(dict.fromkeys(found))


def _drug_in(part: str, vocabulary: Vocabulary, ignored: frozenset[str]) -> str | None:
    """Return the drug of a part of a name, "" when that says only strength or form, ``None`` when it is not known."""
    words = part.split()
    while words and (_is_strength(words[0]) or words[0].casefold() in ignored):
        words = words[1:]
    if not words:
        return ""
    for length in range(len(words), 0, -1):
        drug = vocabulary.by_name("drug", " ".join(words[:length]))
        if drug and all(_is_strength(word) or word.casefold() in ignored for word in words[length:]):
            return drug
        suffix = re.match(r"(.+)-([a-z]{4})$", words[length - 1])
        if suffix:  # a biologic's four-letter suffix (trastuzumab-dkst) names the maker, not another drug
            bare = " ".join([*words[: length - 1], suffix[1]])
            drug = vocabulary.by_name("drug", bare)
            if drug and all(_is_strength(word) or word.casefold() in ignored for word in words[length:]):
                return drug
    return None


def _is_strength(word: str) -> bool:
    return bool(re.match(r"[\d.,]+(?:%|mg|mcg|g|ml|hr)?(?:/\S+)?$", word.casefold()))


@lru_cache(maxsize=1)
def _ignored() -> frozenset[str]:
    words: Medications = load_tables().content.medications
    return frozenset(fold(word) for word in (*words.forms, *words.units, *words.salts))


# --- doses into courses ---------------------------------------------------------------------------------------------


def gather_doses(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Gather facts about single doses of a drug into one fact per course, from the first dose on."""
    groups: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        key = (fact.attribute, fact.get("drug"), fact.get("setting"), fact.certainty)
        groups.setdefault(key, []).append(fact)
    return tuple(course for group in groups.values() for course in _courses(group))


def _courses(doses: Sequence[Fact]) -> Iterator[Fact]:
    ordered = sorted(doses, key=_day)
    course: list[Fact] = []
    for dose in ordered:
        if course and (_day(dose) - _day(course[-1])).days > SAME_COURSE_DAYS:
            yield _course(course)
            course = []
        course.append(dose)
    if course:
        yield _course(course)


def _day(fact: Fact) -> dt.date:
    start = fact.get("start")
    return start.earliest if isinstance(start, PartialDate) else dt.date.min


def _course(doses: Sequence[Fact]) -> Fact:
    first, last = doses[0], doses[-1]
    if len(doses) == 1:
        return first
    note = f"{len(doses)} doses recorded, the last on {last.get('start')}"
    places = list(dict.fromkeys((first.source.place, last.source.place)))
    return replace(
        first, source=replace(first.source, place="; ".join(places)), date=last.date or first.date, note=note
    )
