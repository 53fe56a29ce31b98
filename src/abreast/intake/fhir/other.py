"""Allergies, cancer in the family, reports that hold results, and taking part in a study."""

from __future__ import annotations

from collections.abc import Iterator

from abreast.intake.fhir.condition import cancer_of
from abreast.intake.fhir.medication import drugs_of
from abreast.intake.fhir.record import Finding, Record, Resource
from abreast.intake.fhir.status import codes_of, observation_status, verification, when
from abreast.vocabulary import Quantity

_NO_ALLERGY = ("716186003", "409137002")
_NO_DRUG_ALLERGY_WORDS = ("no known allerg", "no known drug allerg")
_GENE_REPORTS = ("51969-4", "81247-9", "55232-3", "51968-6")


def read_allergy(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield an allergy to a drug that is known here, or the statement that there is none."""
    certainty, out = verification(resource, record)
    if out:
        yield resource.unused(out, "verificationStatus")
        return
    concept = record.concept(resource.root.get("code"))
    date = resource.root.date("recordedDate") or resource.root.date("onsetDateTime")
    if any(coding.code in _NO_ALLERGY for coding in concept.codings) or any(
        words in name.lower() for name in concept.names for words in _NO_DRUG_ALLERGY_WORDS
    ):
        yield record.fact(resource, "code", "allergy", absent=True, date=date, certainty=certainty)
        return
    if any(code in ("resolved", "inactive") for code in codes_of(record.concept(resource.root.get("clinicalStatus")))):
        yield resource.unused(f"a former allergy: {concept}", "clinicalStatus")
        return
    drugs, note = drugs_of(concept, record.vocabulary)
    for drug in drugs:
        yield record.fact(
            resource, "code", "allergy", fields={"substance": drug}, date=date, certainty=certainty, note=note
        )
    if not drugs:
        yield resource.unused(f"not a substance that decides anything here: {concept}", "code")


def read_family_history(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield each cancer of a relative."""
    if resource.root.text("status") == "entered-in-error":
        yield resource.unused("its status is entered in error", "status")
        return
    relation = record.answer("relation", record.concept(resource.root.get("relationship")))
    for condition in resource.root.objects("condition"):
        concept = record.concept(condition.get("code"))
        cancer = cancer_of(concept, record)
        if not cancer:
            other = record.tables.other_cancer.find(concept)
            cancer = "other" if other else ""
        if not cancer:
            yield resource.unused(f"not a cancer: {concept}", condition)
            continue
        onset = condition.get("onsetAge")
        age = onset.number("value") if isinstance(onset.value, dict) else None
        fields = {
            "relation": relation,
            "cancer": cancer,
            "age": Quantity.exact(age, "a") if age is not None and 0 < age < 130 else None,
        }
        note = str(concept) if cancer == "other" else ""
        date = resource.root.date("date")
        yield record.fact(resource, condition, "family_history", fields=fields, date=date, note=note)


def read_report(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield that a gene test was done; the results of a report are observations that are read by themselves."""
    certainty, out = observation_status(resource)
    if out:
        yield resource.unused(out, "status")
        return
    concept = record.concept(resource.root.get("code"))
    date = when(resource.root, "effective") or resource.root.date("issued")
    if any(coding.code in _GENE_REPORTS for coding in concept.codings) or any(
        "genom" in profile for profile in resource.profiles
    ):
        yield record.fact(resource, "code", "genomic_test", fields={"date": date}, date=date, certainty=certainty)
    text = resource.root.text("conclusion") or resource.root.get("presentedForm")
    if text:
        yield resource.unused("holds text: use the report reader on it", "conclusion")
    else:
        yield resource.unused("its results are read by themselves")


def read_research_subject(resource: Resource, record: Record) -> Iterator[Finding]:
    """Yield that the person takes part in a study now."""
    status = resource.root.text("status") or resource.root.text("subjectState")
    if status in ("on-study", "on-study-intervention"):
        yield record.fact(resource, "status", "in_other_trial", True, date=resource.root.get("period").date("start"))
    else:
        yield resource.unused(f"does not say that a study goes on now (status {status or 'missing'})", "status")
