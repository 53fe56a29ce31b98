"""Structured topics of TREC Clinical Trials 2023 on breast cancer: field names and short texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from abreast.case import Fact
from abreast.intake.fhir.reader import merge
from abreast.intake.model import Intake
from abreast.intake.neutral import disease, markers, measures, treatment
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    Phrase,
    is_none,
    is_nothing,
    key_rows,
    plain,
    tables,
)
from abreast.vocabulary import Vocabulary


def read_trec_topic(fields: Mapping[str, str | None], vocabulary: Vocabulary, *, file: str = "topic") -> Intake:
    """Read a structured topic of TREC Clinical Trials 2023 on breast cancer: field names and short texts.

    An empty field is unknown. "no" in a field about earlier treatment denies that treatment; "yes" states it.
    """
    draft = Draft(vocabulary, file, None)
    draft.one("template", "cancer", "breast")
    for name, value in fields.items():
        text = (value or "").strip()
        key = plain(name)
        if not text or is_nothing(text):
            continue
        reader = _TOPIC.get(key)
        if reader:
            reader(draft, name, text)
        else:
            draft.leave(name, "not a field that is known here")
    return Intake(facts=merge(_without_repeats(draft.facts)), unused=tuple(draft.unused), patient_count=1)


def _without_repeats(facts: list[Fact]) -> list[Fact]:
    """Leave out a treatment that two fields name in the same words."""
    kept: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        kept.setdefault((fact.attribute, fact.value, tuple(sorted(fact.fields.items())), fact.absent), fact)
    return list(kept.values())


def _topic_diagnosis(draft: Draft, place: str, text: str) -> None:
    phrase = Phrase(text)
    if phrase.take(r"^(yes|confirmed)\b") or phrase.take(r"\bbreast (cancer|carcinoma)\b"):
        draft.one(place, "confirmed", True)
    stage = phrase.take(r"\bstage\s+(\S+)")
    if stage:
        disease.read_stage(draft, place, stage[0], key_rows()["stage"])
        draft.one(place, "confirmed", True)
    histology = phrase.take_term("histology", draft.vocabulary)
    if histology:
        draft.one(place, "histology", histology)
    if phrase.left:
        disease.read_extent(draft, place, phrase.left, key_rows()["extent"])


def _topic_receptors(draft: Draft, place: str, text: str) -> None:
    """``ER+, PR-``, ``positive``, ``ER positive``, ``triple negative``."""
    phrase = Phrase(text)
    if phrase.take(r"triple[- ]negative"):
        for attribute in ("er.status", "pr.status", "her2.status"):
            draft.one(place, attribute, "negative")
    for pattern, attribute in (
        (r"ER|estrogen receptor", "er.status"),
        (r"PR|PgR|progesterone receptor", "pr.status"),
        (r"HR|hormone receptors?", "hr.status"),
    ):
        found = phrase.take(rf"\b(?:{pattern})\s*(?:status)?\s*[:=-]?\s*(positive|negative|pos|neg|\+|-|−)(?!\w)")
        if found:
            draft.one(place, attribute, "positive" if found[1].lower() in ("positive", "pos", "+") else "negative")
    bare = phrase.take(r"^\s*(positive|negative)\s*$")
    if bare:
        draft.one(place, "hr.status", bare[1].lower())
    draft.rest(place, phrase)


def _topic_her2(draft: Draft, place: str, text: str) -> None:
    markers.read_her2(draft, place, text, key_rows()["her2_status"])


def _topic_chemotherapy(draft: Draft, place: str, text: str) -> None:
    _topic_treatment(draft, place, text, "chemotherapy")


def _topic_any_treatment(draft: Draft, place: str, text: str) -> None:
    if not is_none(text):
        _topic_treatment(draft, place, text, "")


def _topic_treatment(draft: Draft, place: str, text: str, default: str) -> None:
    if is_none(text):
        draft.item(place, "therapy", {"drug": default}, absent=True)
        return
    phrase = Phrase(text)
    plain = bool(phrase.take(r"^yes\b"))
    setting = next((said.value for said in phrase.says(tables().words.setting)), "")
    names = phrase.bare.strip(" ,;")
    if treatment.is_radiation(names):
        treatment.read_radiations(draft, place, [text], key_rows()["radiotherapy"])
        return
    drugs = treatment.drugs_of_words(draft, place, names, default) if names else []
    for drug in drugs or ([default] if default and (plain or not names) else []):
        draft.item(place, "therapy", {"drug": drug, "setting": setting}, note=text)


def _topic_radiotherapy(draft: Draft, place: str, text: str) -> None:
    if re.match(r"yes\b", text.lower()):
        draft.item(place, "radiation", {}, note=text)
    elif is_none(text):
        draft.item(place, "radiation", {}, absent=True)
    else:
        treatment.read_radiations(draft, place, [text], key_rows()["radiotherapy"])


def _topic_mastectomy(draft: Draft, place: str, text: str) -> None:
    if is_none(text):
        draft.item(place, "surgery", {"procedure": "mastectomy"}, absent=True)
    elif re.match(r"yes\b", text.lower()):
        draft.item(place, "surgery", {"procedure": "mastectomy"}, note=text)
    else:
        treatment.read_operations(draft, place, [text], key_rows()["surgery"])


def _topic_performance(draft: Draft, place: str, text: str) -> None:
    measures.read_performance(draft, place, text, key_rows()["ecog"])


_TOPIC: dict[str, Callable[[Draft, str, str], None]] = {
    "definitive_diagnosis": _topic_diagnosis,
    "her2": _topic_her2,
    "hormone_receptors": _topic_receptors,
    "prior_chemotherapy": _topic_chemotherapy,
    "prior_radiotherapy": _topic_radiotherapy,
    "prior_mastectomy": _topic_mastectomy,
    "surgery_related_therapy": _topic_any_treatment,
    "performance_status": _topic_performance,
}
