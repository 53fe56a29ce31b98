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
    read_grade,
    take_grade,
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
        if isinstance(parts.get("status"), str):
            phrase = Phrase(f"{meant.text}; {parts['status']}")
        graded = take_grade(phrase)
        over = phrase.take(r"\b(resolved|recovered|healed)\b")
        phrase.take(r"\b(ongoing|persistent|persists|present|stable|immune[- ]related)\b")
        grade = read_grade(parts.get("grade")) or graded
        if parts.get("grade") is not None and grade is None:
            draft.leave(f"{here}.grade", f"not a grade: {parts['grade']}")
        kind = phrase.take_term("illness", draft.vocabulary)
        if not kind:
            draft.leave(here, f"not a side effect that is known: {phrase.text}", row.list)
            continue
        if meant.kind == "denied":
            draft.item(here, "toxicity", {"kind": kind}, draft.as_of, absent=True)
            continue
        fields = {
            "kind": kind,
            "grade": grade,
            "date": read_date(parts.get("date")),
            "status": "resolved" if over else None,
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
        drugs = medicines_of(draft, phrase.bare)
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


_ROUTES = (
    (
        re.compile(
            r"\b(inhaled|inhaler|inhalers|inhalation|nebuli[sz]ed|nasal|intranasal|puffer|nasal spray)\b", re.IGNORECASE
        ),
        "inhaled_steroid",
    ),
    (re.compile(r"\b(topical|cream|ointment|lotion|eye drops?|mouthwash)\b", re.IGNORECASE), "topical_steroid"),
)
"""Ways of giving a steroid that do not reach the whole body, and the drug that it then is in the vocabulary."""
_HOW = re.compile(
    r"\b(nightly|at night|at bedtime|prophylactic|prophylaxis|q\d+w|as needed|prn|patch|injections?|therapy)\b",
    re.IGNORECASE,
)


def medicines_of(draft: Draft, words: str) -> list[str]:
    """Return the drugs that words for one medicine name; a steroid that is inhaled or put on the skin as such.

    Parts with a slash between them count when every one is known (``losartan/hydrochlorothiazide``), else none does.
    """
    route = next((drug for pattern, drug in _ROUTES if pattern.search(words)), "")
    bare = _HOW.sub(" ", words)
    for pattern, _ in _ROUTES:
        bare = pattern.sub(" ", bare)
    bare = " ".join(bare.split())
    drugs = _named_medicines(draft, words) or _named_medicines(draft, bare)
    if not drugs and "/" in bare:
        halves = [_named_medicines(draft, half) for half in bare.split("/")]
        drugs = [drug for half in halves for drug in half] if all(halves) else []
    if route:
        kin = draft.vocabulary.ancestors
        drugs = [route if "corticosteroid" in (drug, *kin("drug", drug)) else drug for drug in drugs]
    return list(dict.fromkeys(drugs))


def _named_medicines(draft: Draft, words: str) -> list[str]:
    drugs = list(drugs_in_words(words, draft.vocabulary))
    if not drugs:
        phrase = Phrase(words)
        taken = phrase.take_term("drug", draft.vocabulary)
        drugs = [taken] if taken and not phrase.left else []
    return drugs


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


_NO_ALLERGY = re.compile(r"(no (known )?((drug|medicine|other) )?allerg(y|ies)|nk(d)?a)\.?", re.IGNORECASE)


def _words(one: Any, *keys: str) -> str:
    """Return the words of an item: of the first of some keys that is there, or all of them."""
    if not isinstance(one, Mapping):
        return str(one)
    return str(next((one[key] for key in keys if one.get(key)), "")) if keys else "; ".join(map(str, one.values()))


def read_allergies(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read allergies to drugs."""
    if isinstance(value, str) and _NO_ALLERGY.fullmatch(value.strip()):
        value = False
    for here, one in draft.each(place, "allergy", value, parts=_listed):
        text = _words(one, "substance", "name", "drug", "allergen") if isinstance(one, Mapping) else str(one)
        if _NO_ALLERGY.fullmatch(text.strip()):
            continue
        meant = draft.stance(here, text, row.list)
        if meant is None:
            continue
        phrase = Phrase(meant.text)
        graded = take_grade(phrase)
        drug = phrase.take_term("drug", draft.vocabulary)
        if drug and meant.kind == "denied":
            draft.item(here, "allergy", {"substance": drug}, draft.as_of, absent=True, note=text)
        elif drug:
            told = read_grade(one.get("grade")) if isinstance(one, Mapping) else None
            draft.item(here, "allergy", {"substance": drug, "grade": told or graded}, note=_words(one))
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
        if re.fullmatch(
            r"(no|negative) (known )?(family )?(history )?(of |for )?(any )?(breast )?(cancer)?\W*", phrase.text.lower()
        ):
            scope = {"cancer": "breast"} if "breast" in phrase.text.lower() else {}
            draft.item(here, "family_history", scope, draft.as_of, absent=True, note=phrase.text)
            continue
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
