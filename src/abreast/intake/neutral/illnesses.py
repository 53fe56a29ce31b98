"""Other illnesses in neutral facts, and tests for viruses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.neutral.draft import Draft, Many
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    Stance,
    find_term,
    is_none,
    is_nothing,
    parted,
    read_date,
    stance,
    tables,
)
from abreast.vocabulary import Quantity


def read_illnesses(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read other illnesses: words, or objects with a name, a status, a year, a grade."""
    for here, one in draft.each(place, "illness", value):
        if isinstance(one, Mapping):
            _illness(draft, here, one, row)
        elif isinstance(one, str):
            for part in _each_illness(draft, one):
                _illness(draft, here, {"name": part}, row)
        else:
            draft.leave(here, "not an illness", row.list)


def _each_illness(draft: Draft, text: str) -> list[str]:
    """Part words where each side names an illness ("hypertension, asthma and gout"); else they are about one."""
    parts: list[str] = []
    for piece in parted(text, r"\band\b|\+|&"):
        for index, part in enumerate(parted(piece, "[,;]")):
            if not parts or find_term(part, "illness", draft.vocabulary):
                parts.append(part)
            else:
                parts[-1] += f"{', ' if index else ' and '}{part}"
    return parts


def read_illness(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read one illness that the key names: yes or no, or words for its state."""
    if value is False or (isinstance(value, str) and is_none(value)):
        draft.item(place, "illness", {"kind": row.term}, draft.as_of, absent=True)
    elif value is True:
        draft.item(place, "illness", {"kind": row.term, "status": "present"}, draft.as_of)
    elif isinstance(value, Mapping):
        _illness(draft, place, {"name": row.term.replace("_", " "), **value}, row)
    elif isinstance(value, str) and is_nothing(value):
        draft.leave(place, f"not known: {value}")
    else:
        _illness(draft, place, {"name": row.term.replace("_", " "), "status": str(value)}, row)


def _illness(draft: Draft, place: str, one: Mapping[str, Any], row: KeyRow) -> None:
    title = str(one.get("name") or "")
    said_of = "; ".join(str(one[key]) for key in ("type", "status") if isinstance(one.get(key), str))
    told = re.match(r"([^:,(]+)[:,(]\s*(.+?)\)?\s*$", title)
    if told and draft.vocabulary.by_name("illness", told[1].strip()):
        title, said_of = told[1].strip(), "; ".join(text for text in (told[2], said_of) if text)
    if _hepatitis(draft, place, Phrase(title), Phrase(said_of)):
        return
    head, comma, tail = title.partition(",")
    meant = draft.stance(place, head, row.list)
    if meant is None:
        return
    name, status = Phrase(f"{meant.text}{comma}{tail}"), Phrase(said_of)
    short = stance(said_of)
    if re.fullmatch(r"\W*", short.text) and short.kind == "denied":
        status, meant = Phrase(""), Stance("denied", meant.text)
    unsure = meant.kind == "suspected" or bool(status.take(tables().words.hedge))
    negated = meant.kind == "denied"
    kind = name.take_term("illness", draft.vocabulary)
    special = status.take_term("illness", draft.vocabulary)
    kind = _narrower(draft, kind, special)
    if not kind:
        symptom = name.take_term("symptom", draft.vocabulary)
        if symptom:
            draft.item(place, "symptom", {"kind": symptom, "date": name.take_date()}, draft.as_of, absent=negated)
            return
        draft.leave(place, f"not an illness that is known: {name.text}", row.list)
        return
    whole = Phrase(f"{name.rest}; {status.rest}")
    fields = _course(draft, place, one, kind, whole)
    note = "; ".join(text for text in (title, said_of) if text)
    if negated:
        fields = {"kind": kind, "status": "active" if fields["status"] == "active" else None}
    certainty: Certainty = "suspected" if unsure else "certain"
    draft.item(place, "illness", fields, draft.as_of, absent=negated, certainty=certainty, note=note)
    if one.get("treatment"):
        _treatment_of(draft, f"{place}.treatment", str(one["treatment"]))
    more = find_term(whole.bare, "illness", draft.vocabulary)
    joined = re.search(r"(^|\W)(and|/|\+|&)\s+\w", whole.bare)
    draft.rest(place, whole, row.list if more or joined else "")
    for key, part in one.items():
        if key not in ("name", "type", "status", "year", "date", "start", "grade", "treatment") and part is not None:
            draft.leave(f"{place}.{key}", "not a part of an illness that is known")


def _course(draft: Draft, place: str, one: Mapping[str, Any], kind: str, whole: Phrase) -> dict[str, Many]:
    """Return the state, grade and dates of an illness; what the words say of treatment and pressure becomes facts."""
    start = read_date(one.get("year")) or read_date(one.get("date")) or read_date(one.get("start"))
    grade = one.get("grade") if isinstance(one.get("grade"), int) else None
    graded = whole.take(r"\bgrade\s?([0-5])\b")
    number = grade if grade is not None else int(graded[1]) if graded else None
    treated = _treatment_inside(draft, f"{place}.treatment", whole)
    said = whole.says(tables().words.illness_status)
    since = whole.take(r"\bsince\b")
    date = whole.take_date()
    infection = "infection" in draft.vocabulary.ancestors("illness", kind)
    state = said[0].value if said else "active" if treated and infection else "present"
    _pressure_inside(draft, place, whole, date)
    return {
        "kind": kind,
        "status": state,
        "grade": Quantity.exact(float(number)) if number is not None else None,
        "start": start or (date if since or state in ("present", "past", "chronic", "active") else None),
        "end": date if state == "resolved" and not since else None,
    }


def _narrower(draft: Draft, kind: str, special: str) -> str:
    """Return the narrower of two illnesses when one is a kind of the other, else the first that is known."""
    if kind and special:
        return special if kind in draft.vocabulary.ancestors("illness", special) else kind
    return kind or special


def _pressure_inside(draft: Draft, place: str, phrase: Phrase, date: PartialDate | None) -> None:
    match = phrase.take(r"\b(\d{2,3})/(\d{2,3})\b")
    if match:
        for attribute, number in (("bp.systolic", match[1]), ("bp.diastolic", match[2])):
            draft.one(place, attribute, Quantity.exact(float(number), "mm[Hg]"), date)


def _treatment_inside(draft: Draft, place: str, phrase: Phrase) -> bool:
    """Read a medicine that the words of an illness name ("on apixaban"); return whether one is being taken."""
    taken = False
    for match in list(re.finditer(r"\b(on|off|taking|without) (?:oral |inhaled )?([A-Za-z][\w-]+)", phrase.rest)):
        drug = draft.vocabulary.by_name("drug", match[2])
        if drug:
            absent = match[1] in ("off", "without")
            fields = {"drug": drug, "ongoing": None if absent else True}
            draft.item(place, "medicine", fields, draft.as_of, absent=absent)
            phrase.take(re.escape(match[0]))
            taken = taken or not absent
    return taken


def _treatment_of(draft: Draft, place: str, text: str) -> None:
    for part in re.split(r",|;| and ", text):
        denied = re.match(r"\s*(no|not on|without)\s+(.+)", part)
        drug = draft.term("drug", denied[2] if denied else part)
        if drug:
            ongoing = None if denied else True
            draft.item(place, "medicine", {"drug": drug, "ongoing": ongoing}, draft.as_of, absent=bool(denied))
        else:
            draft.leave(place, f"not a medicine that is known: {part.strip()}")


# --- viruses --------------------------------------------------------------------------------------------------------

_VIRUS_TESTS = (
    (r"anti-?hbc( total| igg)?|core antibody", "anti_hbc"),
    (r"hbs-?ag|surface antigen", "hbsag"),
    (r"(hbv )?dna", "hbv_dna"),
    (r"anti-?hcv|hcv antibody", "anti_hcv"),
    (r"(hcv )?rna", "hcv_rna"),
)


def _hepatitis(draft: Draft, place: str, name: Phrase, status: Phrase) -> bool:
    """Read results of hepatitis tests that stand in the status of an illness; ``True`` when that was all it said."""
    some = _virus_tests(draft, place, status)
    if not some:
        return False
    kind = draft.vocabulary.by_name("illness", name.text)
    results = {fact.attribute: fact.value for fact in draft.facts if fact.source.place == place}
    meant = _hepatitis_of(kind or "", results)
    if meant is not None:
        kind, state = meant
        fields = {"kind": kind, "status": state}
        draft.item(place, "illness", fields, draft.as_of, absent=not state, note=status.text)
    draft.rest(place, status)
    return True


def _hepatitis_of(kind: str, results: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the illness that test results show, and its state ("": there is none); ``None``: they leave it open."""
    surface, core = results.get("hbsag"), results.get("anti_hbc")
    if kind == "hepatitis_b":
        if surface == "positive" or results.get("hbv_dna") == "positive":
            return kind, "present"
        if surface == "negative" and core == "positive":
            return "hepatitis_b_past", "resolved"
        return (kind, "") if surface == "negative" else None
    if kind == "hepatitis_c":
        antibody, virus = results.get("anti_hcv"), results.get("hcv_rna")
        if virus == "positive":
            return kind, "present"
        if antibody == "positive" and virus == "negative":
            return kind, "resolved"
        return (kind, "") if antibody == "negative" else None
    return None


def _virus_tests(draft: Draft, place: str, phrase: Phrase) -> bool:
    some = False
    for pattern, attribute in _VIRUS_TESTS:
        found = phrase.take(rf"\b(?:{pattern})\W+(positive|negative|undetectable|not detected|detectable|detected)\b")
        known = draft.vocabulary.attributes.get(attribute)
        if not found or known is None:
            continue
        negative = found[found.lastindex or 0].lower() in ("negative", "undetectable", "not detected")
        if known.kind == "term":
            some = True
            draft.one(place, attribute, "negative" if negative else "positive", draft.as_of)
    return some


def read_virus(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read a virus: "negative" denies the infection; words may give single tests instead."""
    text = {True: "positive", False: "negative"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    phrase = Phrase(text)
    if is_nothing(text):
        draft.leave(place, f"not known: {text}")
    elif _hepatitis(draft, place, Phrase(row.term.replace("_", " ")), phrase):
        return
    elif re.match(r"(negative|none|no)\b", text.lower()):
        draft.item(place, "illness", {"kind": row.term}, draft.as_of, absent=True, note=text)
        if row.attribute:
            draft.one(place, row.attribute, "negative", phrase.take_date() or draft.as_of)
    elif re.match(r"(positive|yes)\b", text.lower()):
        draft.item(place, "illness", {"kind": row.term, "status": "present"}, draft.as_of, note=text)
        if row.attribute:
            draft.one(place, row.attribute, "positive", phrase.take_date() or draft.as_of)
    else:
        read_illness(draft, place, text, row)
