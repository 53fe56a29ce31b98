"""Side effects, symptoms, medicines, allergies and the family in neutral facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.medication import drugs_in_words, is_treatment
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    find_term,
    parted,
    read_date,
)
from abreast.vocabulary import Quantity, Vocabulary

_listed = re.compile("[,;]").split


def read_toxicities(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read side effects that are left, with their grades."""
    for here, one in draft.each(place, "toxicity", value, parts=parted):
        parts = one if isinstance(one, Mapping) else {"name": str(one)}
        meant = draft.stance(here, str(parts.get("name") or ""), row.list)
        if meant is None:
            continue
        phrase = Phrase(meant.text)
        graded = phrase.take(r"\b(?:grade|g)\s?([0-5])\b")
        over = phrase.take(r"\b(resolved|recovered|healed)\b")
        grade = parts.get("grade") if isinstance(parts.get("grade"), int) else int(graded[1]) if graded else None
        kind = phrase.take_term("illness", draft.vocabulary)
        if not kind:
            draft.leave(here, f"not a side effect that is known: {phrase.text}", row.list)
            continue
        if meant.kind == "denied":
            draft.item(here, "toxicity", {"kind": kind}, draft.as_of, absent=True)
            continue
        fields = {
            "kind": kind,
            "grade": Quantity.exact(float(grade)) if grade is not None else None,
            "date": read_date(parts.get("date")),
            "status": "resolved" if over or parts.get("status") == "resolved" else None,
        }
        certainty: Certainty = "suspected" if meant.kind == "suspected" else "certain"
        draft.item(here, "toxicity", fields, draft.as_of, certainty=certainty)
        draft.rest(here, phrase)


def read_symptoms(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read symptoms in words; one text may name several ("leg weakness/unsteady gait")."""
    for here, one in draft.each(place, "symptom", value, parts=_listed):
        if isinstance(one, Mapping) and set(one) != {"name"}:  # else what is said of it might be that it is over
            draft.leave(here, f"not a symptom in words: {', '.join(map(str, one))}", row.list)
            continue
        words = str(one["name"] if isinstance(one, Mapping) else one)
        carried = False
        for part in re.split(r"(?<!\d)/|/(?!\d)|,| and |\b(?=or )|\b(?=nor )", words):
            joined = re.match(r"\s*n?or\s+", part)
            meant = draft.stance(here, part[joined.end() :] if joined else part, row.list)
            if meant is None:
                continue
            carried = denied = meant.kind == "denied" or (carried and joined is not None)
            phrase = Phrase(meant.text)
            if phrase.take(r"^\s*(resolved|past|former|previous)\b"):
                draft.leave(here, f"over: {part.strip()}")
                continue
            kind = phrase.take_term("symptom", draft.vocabulary)
            if kind:
                draft.item(
                    here,
                    "symptom",
                    {"kind": kind, "date": None if denied else draft.as_of},
                    draft.as_of,
                    absent=denied,
                    certainty="suspected" if meant.kind == "suspected" else "certain",
                    note=part,
                )
                draft.rest(here, phrase)
            elif part.strip():
                draft.leave(here, f"not a symptom that is known: {part.strip()}", row.list)


def read_medicines(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read medicines that are taken now, with a daily amount and a start when given."""
    for here, one in draft.each(place, "medicine", value, parts=_listed):
        text = str(one.get("name") or one.get("drug") or "") if isinstance(one, Mapping) else str(one)
        meant = draft.stance(here, re.sub(r"^\s*off\b", "no", text, flags=re.IGNORECASE), row.list)
        if meant is None:
            continue
        phrase = Phrase(meant.text)
        if meant.kind == "denied":
            drug = phrase.take_term("drug", draft.vocabulary)
            if drug and not phrase.left:
                draft.item(here, "medicine", {"drug": drug}, draft.as_of, absent=True)
            else:
                draft.leave(here, f"not a medicine that is known: {text}", row.list)
            continue
        over = phrase.take(r"\b(stopped|discontinued|ceased|until|former|past|previous|ended)\b")
        phrase.take(r"\b(as needed|prn|when needed)\b")
        amount = _daily(phrase)
        day = phrase.take_date()
        start = read_date(one.get("start")) if isinstance(one, Mapping) else None
        end = day if over else None
        start = start or (None if over else day)
        words = phrase.bare
        drugs = list(drugs_in_words(words, draft.vocabulary))
        if not drugs:
            taken = phrase.take_term("drug", draft.vocabulary)
            drugs = [taken] if taken and not phrase.left else []
        for drug in drugs:
            dose = amount if len(drugs) == 1 else None
            if over:
                shown = {"drug": drug, "start": start, "end": end, "ongoing": False}
                draft.item(here, "therapy" if is_treatment(drug, draft.vocabulary) else "medicine", shown, draft.as_of)
                continue
            if is_treatment(drug, draft.vocabulary):
                _current_treatment(draft, here, drug, start)
                continue
            fields = {"drug": drug, "start": start, "ongoing": True, "daily_dose": dose}
            draft.item(here, "medicine", fields, draft.as_of)
        if not drugs:
            draft.leave(here, f"not a medicine that is known: {phrase.text}", row.list)


def _current_treatment(draft: Draft, place: str, drug: str, start: PartialDate | None) -> None:
    """Add a drug against the cancer that stands among the medicines, unless a treatment says so already."""
    for fact in draft.facts:
        if fact.attribute == "therapy" and fact.fields.get("drug") == (drug,) and fact.fields.get("ongoing") == (True,):
            return
    draft.item(place, "therapy", {"drug": drug, "start": start, "ongoing": True})


_TIMES_A_DAY = {"bid": 2, "b.i.d.": 2, "twice daily": 2, "twice a day": 2, "tid": 3, "three times daily": 3}


def _daily(phrase: Phrase) -> Quantity | None:
    """Take out a daily amount ("20 mg/day", "5 mg bid")."""
    often = "|".join(re.escape(one) for one in _TIMES_A_DAY)
    pattern = rf"(\d+(?:\.\d+)?)\s?mg\s?(/\s?day|/\s?d\b|once daily|daily|a day|per day|qd\b|od\b|{often})"
    found = phrase.take(pattern)
    if not found:
        return None
    return Quantity.exact(float(found[1]) * _TIMES_A_DAY.get(found[2].casefold(), 1), "mg/d")


def read_allergies(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read allergies to drugs."""
    for here, one in draft.each(place, "allergy", value, parts=_listed):
        text = str(one.get("substance") or one.get("name") or "") if isinstance(one, Mapping) else str(one)
        meant = draft.stance(here, text, row.list)
        if meant is None:
            continue
        phrase = Phrase(meant.text)
        graded = phrase.take(r"\b(?:grade|g)\s?([0-5])\b")
        drug = phrase.take_term("drug", draft.vocabulary)
        if drug and meant.kind == "denied":
            draft.item(here, "allergy", {"substance": drug}, draft.as_of, absent=True, note=text)
        elif drug:
            grade = Quantity.exact(float(graded[1])) if graded else None
            draft.item(here, "allergy", {"substance": drug, "grade": grade}, note=text)
        else:
            draft.leave(here, f"not a substance that is known: {text}", row.list)


def _relatives(vocabulary: Vocabulary, text: str) -> list[str]:
    """Part words where each part names a relative; else they are about one."""
    parts = parted(text, r"[;,]|\band\b")
    return parts if all(find_term(one, "relation", vocabulary) for one in parts) else [" and ".join(parts)]


def read_family(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read cancer in the family in words ("mother breast cancer at 45")."""
    for here, one in draft.each(place, "family_history", value, parts=partial(_relatives, draft.vocabulary)):
        phrase = Phrase(" ".join(map(str, one.values())) if isinstance(one, Mapping) else str(one))
        relation = phrase.take_term("relation", draft.vocabulary)
        cancer = phrase.take_term("cancer", draft.vocabulary)
        if any(find_term(phrase.rest, name, draft.vocabulary) for name in ("relation", "cancer")):
            draft.leave(here, f"more than one relative or cancer: {phrase.text}", row.list)
            continue
        age = phrase.take(r"(?:at|age|aged|,)?\s*(\d{2})\b")
        if relation and cancer:
            fields = {
                "relation": relation,
                "cancer": cancer,
                "age": Quantity.exact(float(age[1]), "a") if age else None,
            }
            draft.item(here, "family_history", fields, note=phrase.text)
        else:
            draft.leave(here, f"not understood: {phrase.text}", row.list)
