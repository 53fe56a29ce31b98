"""Neutral facts: a case as plain JSON, with values partly in words, turned into a case without guessing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from abreast.case import Declaration, Source
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.reader import merge
from abreast.intake.model import Intake
from abreast.intake.neutral import disease, genes, health, illnesses, markers, measures, spread, treatment
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    is_none,
    is_nothing,
    key_rows,
    plain,
    read_date,
    read_quantity,
    stance,
    without_remark,
)
from abreast.vocabulary import Quantity, Vocabulary

Reader = Callable[[Draft, str, Any, KeyRow], None]


def read_neutral(
    facts: Mapping[str, Any],
    complete: Mapping[str, Any] | Iterable[str] | None,
    as_of: dt.date | str | None,
    vocabulary: Vocabulary,
    *,
    file: str = "facts",
) -> Intake:
    """Read neutral facts: keys as in ``data/keys.yaml``, values as numbers, flags, dates, lists, or words.

    ``null`` is unknown, and so is a key that is missing. ``complete`` names the keys whose lists are complete (a
    mapping to true, or names); ``None`` stands for a form of facts in which a list that is there is complete, only
    ``null`` is unknown, and measurements without a date are of the day of the facts. A list is declared complete only
    when every item of it was understood: otherwise what it seems to leave out might be in the part that was not read.
    ``as_of`` is the day of the facts; a state without a date of its own is true on that day.

    What was not understood is in ``unused``, with its words. Nothing is guessed; never raises for malformed values.
    """
    draft = Draft(vocabulary, file, _day(as_of) or _day(facts.get("as_of")))
    draft.lab_date = draft.as_of if complete is None else None
    draft.one("cancer", "cancer", "breast")
    rows = key_rows()
    keys = sorted(facts, key=lambda key: _order(rows.get(plain(str(key)))))
    for key in keys:
        _read_key(draft, str(key), facts[key], rows.get(plain(str(key))))
    return Intake(
        facts=merge(draft.facts),
        complete=tuple(_declared(draft, facts, complete, rows)),
        unused=tuple(dict.fromkeys(draft.unused)),
        patient_count=1,
    )


def _day(value: object) -> PartialDate | None:
    return PartialDate.of(value) if isinstance(value, dt.date) else read_date(value)


def _order(row: KeyRow | None) -> int:
    """Sort the sample first, since it dates the markers; last what says more of, or again, what other keys say."""
    return {"specimen": 0, "brain": 2, "medicines": 2}.get(row.read if row is not None else "", 1)


def _read_key(draft: Draft, key: str, value: Any, row: KeyRow | None) -> None:
    if value is None or value == "":
        return
    row = row or _row_of_attribute(draft, key)
    if row is None:
        draft.leave(key, "not a key that is known here")
        return
    if isinstance(value, list):
        value = [one for one in value if one is not None and one != ""]
        if len(value) == 1 and isinstance(value[0], str) and (is_none(value[0]) or is_nothing(value[0])):
            value = value[0]
    if isinstance(value, str) and is_nothing(value):
        draft.leave(key, f"not known: {value}", row.list)
        return
    try:
        READERS[row.read](draft, key, value, row)
    except OverflowError:  # JSON knows no largest number
        draft.leave(key, "a number beyond what anybody measures", row.list)


def _row_of_attribute(draft: Draft, key: str) -> KeyRow | None:
    """Return a row for a key that is an attribute's id or name."""
    words = plain(key)
    for attribute in draft.vocabulary.attributes.values():
        if attribute.shape == "one" and not attribute.derived:
            names = {plain(name) for name in (attribute.id, attribute.name, *attribute.synonyms)}
            if words in names:
                read = {"number": "lab", "flag": "flag", "date": "date", "term": "term"}.get(attribute.kind, "text")
                return KeyRow(keys=(key,), read=read, attribute=attribute.id)
    attribute_id, unit = measures.lab_name(draft, key)
    return KeyRow(keys=(key,), read="lab", attribute=attribute_id, unit=unit) if attribute_id else None


def _declared(
    draft: Draft,
    facts: Mapping[str, Any],
    complete: Mapping[str, Any] | Iterable[str] | None,
    rows: Mapping[str, KeyRow],
) -> Iterable[Declaration]:
    if complete is None:
        names = [str(key) for key, value in facts.items() if isinstance(value, list)]
    elif isinstance(complete, Mapping):
        names = [str(key) for key, value in complete.items() if value is True]
    else:
        names = [str(one) for one in complete]
    found: dict[str, Declaration] = {}
    for name in names:
        row = rows.get(plain(name))
        if row is None or not row.list:
            if complete is not None:
                draft.leave(f"complete.{name}", "not a list that is known here")
        elif facts.get(name) is None:
            draft.leave(f"complete.{name}", "the list is not there")
        elif row.list in draft.unread:
            draft.leave(f"complete.{name}", "called complete, but a part of it was not understood")
        else:
            source = Source("file", draft.file, f"complete.{name}" if complete is not None else name)
            found.setdefault(row.list, Declaration(row.list, source, draft.as_of))
    return found.values()


# --- readers of one value -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    value: Any
    date: PartialDate | None
    note: str = ""


def _said(draft: Draft, value: Any, row: KeyRow) -> _Said:
    value, date = measures.unwrap(value)
    note = ""
    if isinstance(value, str):
        value, note = without_remark(value)
    when = date or (draft.as_of if row.now else draft.sample_date if row.sample else None)
    return _Said(value, when, note)


def _read_date(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    date = read_date(value)
    if date:
        draft.one(place, row.attribute, date)
    else:
        draft.leave(place, f"not a date: {value}")


def _read_number(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    said = _said(draft, value, row)
    if isinstance(said.value, str):
        text = re.sub(r"^\s*(CPS|TPS|IC|Ki-?67)\b\W*(?=[<>≤≥]|\d)", "", said.value, flags=re.IGNORECASE)
        quantity = read_quantity(text, row.unit, draft.vocabulary)
    elif isinstance(said.value, (int, float)) and not isinstance(said.value, bool):
        quantity = Quantity.exact(float(said.value), row.unit)
    else:
        quantity = f"not a number: {said.value}"
    if isinstance(quantity, str):
        draft.leave(place, quantity)
        return
    own = draft.vocabulary.attribute(row.attribute)
    fits = not own.unit or draft.vocabulary.convert(quantity, own.id, own.unit) is not None
    if fits:
        specimen = draft.sample if row.sample else ""
        draft.one(place, row.attribute, quantity, said.date, specimen=specimen, note=said.note)
    else:
        draft.leave(place, f"the unit {quantity.unit!r} is not one of {own.name}")


def _read_term(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    said = _said(draft, value, row)
    known = draft.vocabulary.attribute(row.attribute)
    text = str(said.value)
    if known.terms == "menopause" and text.lower().strip() in ("pre", "peri", "post"):
        text = f"{text.strip()}menopausal"
    term = draft.vocabulary.by_name(known.terms, text)
    if term is None and known.terms in _ANSWERED:
        term = draft.answers(known.terms).by_text(text)
    if term is None:
        phrase = Phrase(text)
        term = phrase.take_term(known.terms, draft.vocabulary) if known.terms not in ("stage",) else None
        if term and phrase.left and known.terms == "sex":  # "trans man": not for this table to tell
            term = None
        if term and phrase.left:
            draft.rest(place, phrase)
    if term:
        draft.one(place, row.attribute, term, said.date, note=said.note)
    else:
        draft.leave(place, f"not understood: {text}")


_ANSWERED = ("menopause", "smoking", "variant_origin", "significance", "side", "msi", "mmr", "high_low")
_YES = re.compile(r"(yes|true|present|positive|in use)\b", re.IGNORECASE)
_NOT_SAID = re.compile(r"not (needed|required|relevant|necessary)|declin\w+|refus\w+", re.IGNORECASE)
_WEEKS = re.compile(r"\d+\s?(weeks|wk)\b", re.IGNORECASE)
_NO = re.compile(r"(no|not|none|false|absent|negative|never)\b", re.IGNORECASE)


def _read_flag(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    said = _said(draft, value, row)
    if isinstance(said.value, bool):
        draft.one(place, row.attribute, said.value, said.date, note=said.note)
        return
    text = str(said.value)
    tested = re.match(
        r"\W*(?:pregnancy |urine |serum )?(?:test|hcg) (?:was )?(negative|positive)\b", text, re.IGNORECASE
    )
    if row.attribute == "pregnant" and tested:
        day = Phrase(text).take_date() or said.date
        draft.one(place, row.attribute, tested[1].lower() == "positive", day, note=text)
    elif _NOT_SAID.match(text):
        draft.leave(place, f"neither yes nor no: {text}")
    elif re.search(r"\bnon-?measurable\b|\bnot measurable\b", text, re.IGNORECASE) and row.attribute == "measurable":
        draft.one(place, row.attribute, False, said.date, note=text)
    elif _YES.match(text) or (row.attribute == "pregnant" and _WEEKS.match(text)):
        draft.one(place, row.attribute, True, said.date, note=text)
    elif _NO.match(text) or is_none(text):
        draft.one(place, row.attribute, False, said.date, note=text)
    elif row.attribute == "contraception" and text:
        draft.one(place, row.attribute, True, said.date, note=text)  # a method is named
    else:
        draft.leave(place, f"neither yes nor no: {text}")


def _read_grade(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """``2``, ``G2``, ``grade 2``."""
    match = re.match(r"\s*(?:nottingham |histologic )?(?:grade\s?|g)?([1-3]|I{1,3})\b", str(value), re.IGNORECASE)
    if match and not isinstance(value, bool):
        number = float(match[1]) if match[1].isdigit() else len(match[1])
        draft.one(place, row.attribute, Quantity.exact(float(number)))
    else:
        draft.leave(place, f"not a grade: {value}")


def _read_text(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    draft.one(place, row.attribute, str(value).strip())


def _read_participation(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    if isinstance(value, bool) or is_none(str(value)):
        draft.one(place, row.attribute, value is True, draft.as_of)
    elif stance(str(value)).kind in ("open", "denied", "unclear") or re.search(_NOT_NOW, str(value), re.IGNORECASE):
        draft.leave(place, f"does not say that it is so now: {value}")
    else:
        draft.one(place, row.attribute, True, draft.as_of, note=str(value))


_NOT_NOW = (
    r"\b(ended|completed|stopped|finished|left|withdr\w+|off study|former|previous\w*|past|prior|screening|registry"
    r"|observational)\b"
)


def _ignore(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """A key that says nothing about the person."""


READERS: dict[str, Reader] = {
    "date": _read_date,
    "number": _read_number,
    "term": _read_term,
    "flag": _read_flag,
    "text": _read_text,
    "participation": _read_participation,
    "ignore": _ignore,
    "grade": _read_grade,
    "histology": disease.read_histology,
    "side": disease.read_side,
    "stage": disease.read_stage,
    "tnm": disease.read_tnm,
    "extent": disease.read_extent,
    "sites": spread.read_sites,
    "brain": spread.read_brain,
    "leptomeningeal": spread.read_leptomeningeal,
    "specimen": markers.read_specimen,
    "receptors": markers.read_receptors,
    "receptor": markers.read_receptor,
    "result": markers.read_result,
    "answer": markers.read_answer,
    "her2": markers.read_her2,
    "assay": markers.read_assay,
    "msi": markers.read_msi,
    "tmb": markers.read_tmb,
    "pdl1": markers.read_pdl1,
    "genomic_assay": markers.read_genomic_assay,
    "nodes": disease.read_nodes,
    "removed": disease.read_removed,
    "tissue": markers.read_tissue,
    "variants": genes.read_variants,
    "therapies": treatment.read_therapies,
    "radiations": treatment.read_radiations,
    "operations": treatment.read_operations,
    "performance": measures.read_performance,
    "labs": measures.read_labs,
    "lab": measures.read_lab,
    "pressure": measures.read_pressure,
    "toxicities": health.read_toxicities,
    "illnesses": illnesses.read_illnesses,
    "illness": illnesses.read_illness,
    "virus": illnesses.read_virus,
    "symptoms": health.read_symptoms,
    "allergies": health.read_allergies,
    "medicines": health.read_medicines,
    "family": health.read_family,
}
