"""The body in neutral facts: measurements, other illnesses, side effects, medicines, allergies and symptoms."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.medication import drugs_in_words, is_treatment
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    find_term,
    is_none,
    is_nothing,
    parted,
    read_date,
    read_quantity,
    tables,
    without_remark,
)
from abreast.vocabulary import Quantity


def unwrap(value: Any) -> tuple[Any, PartialDate | None]:
    """Return the value and date of ``{"value": ..., "unit": ..., "date": ...}``; any other value has no date."""
    if isinstance(value, Mapping) and "value" in value:
        unit = value.get("unit")
        number = value["value"]
        return f"{number} {unit}" if unit and number is not None else number, read_date(value.get("date"))
    return value, None


# --- measurements ---------------------------------------------------------------------------------------------------


def read_labs(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read measurements by name; a name may end in its unit ("LVEF_percent", "ast_xULN")."""
    if not isinstance(value, Mapping):
        draft.leave(place, f"not measurements by name: {value}")
        return
    for name, one in value.items():
        if one is None:
            continue
        attribute, unit = lab_name(draft, str(name))
        here = f"{place}.{name}"
        if attribute:
            read_lab(draft, here, one, KeyRow(keys=(str(name),), read="lab", attribute=attribute, unit=unit))
        elif unwrap(one)[0] is not None:
            draft.leave(here, "not a measurement that is known here")
    del row


def lab_name(draft: Draft, name: str) -> tuple[str, str]:
    """Return the attribute that a name means and the unit that it ends in."""
    labs = tables().labs
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    for suffix in ("", *labs.suffixes):
        stem = plain.removesuffix(f"_{suffix}") if suffix else plain
        if suffix and stem == plain:
            continue
        attribute = labs.names.get(stem) or _attribute(draft, stem)
        if attribute:
            return attribute, labs.suffixes.get(suffix, "")
    return "", ""


def _attribute(draft: Draft, stem: str) -> str:
    words = stem.replace("_", " ")
    for attribute in draft.vocabulary.attributes.values():
        names = {attribute.id, attribute.name, *attribute.synonyms}
        if attribute.kind == "number" and attribute.shape == "one":
            folded = {re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip() for name in names}
            if words in folded:
                return attribute.id
    return ""


def read_lab(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read one measurement: a number with its unit, a multiple of a normal limit, or "normal"."""
    value, date = unwrap(value)
    if value is None:
        return
    attribute = draft.vocabulary.attribute(row.attribute)
    remark = ""
    if isinstance(value, str):
        text, remark = without_remark(value)
        if is_nothing(text):
            draft.leave(place, f"not known: {value}")
            return
        date = date or Phrase(remark).take_date()
        quantity = _normal(row.attribute) if text.casefold() == "normal" else _measured(draft, text, row.unit)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        quantity = Quantity.exact(float(value), row.unit)
    else:
        quantity = f"not a number: {value}"
    if isinstance(quantity, str):
        draft.leave(place, quantity)
        return
    quantity_or_reason = _fitting(draft, quantity, row.attribute)
    if isinstance(quantity_or_reason, str):
        draft.leave(place, quantity_or_reason)
    else:
        draft.one(place, attribute.id, quantity_or_reason, date, note=remark)


def _measured(draft: Draft, text: str, unit: str) -> Quantity | str:
    return read_quantity(
        re.sub(r"\s*[x×]?\s*ULN\b", " {xULN}", re.sub(r"\s*[x×]?\s*LLN\b", " {xLLN}", text)), unit, draft.vocabulary
    )


def _normal(attribute: str) -> Quantity | str:
    """Return what "normal" bounds: not above the upper limit, or not below the lower one."""
    if attribute in tables().labs.upper:
        return Quantity(-math.inf, 1.0, "{xULN}")
    if attribute in tables().labs.lower:
        return Quantity(1.0, math.inf, "{xLLN}")
    return "normal, and nothing says which limit that means"


def _fitting(draft: Draft, quantity: Quantity, attribute: str) -> Quantity | str:
    known = draft.vocabulary.attribute(attribute)
    if quantity.unit in ("{xULN}", "{xLLN}"):
        return quantity
    if not quantity.unit and known.unit and known.unit not in ("{ratio}", "{score}"):
        return f"{quantity} has no unit"
    unit = quantity.unit or known.unit
    fitted = Quantity(quantity.low, quantity.high, unit, quantity.low_open, quantity.high_open)
    in_own = draft.vocabulary.convert(fitted, attribute, known.unit) if known.unit else fitted
    if in_own is None:
        return f"the unit {unit!r} is not one of {known.name}"
    limits = known.plausible
    if limits and (in_own.high < limits[0] or in_own.low > limits[1]):
        return f"{fitted} cannot be right for {known.name}: please check"
    return fitted


def read_performance(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read a performance status: a number, ``{value, date}``, or words ("ECOG 1", "ECOG 0-1", "KPS 80")."""
    value, date = unwrap(value)
    if value is None:
        return
    text, remark = without_remark(str(value))
    date = date or Phrase(remark).take_date()
    match = re.match(r"(?:(ECOG|WHO|KPS|Karnofsky)\D*)?(\d+)(?:\s?(?:-|–|to|or)\s?(\d+))?\s*%?$", text, re.IGNORECASE)
    if not match:
        draft.leave(place, f"not known: {text}" if is_nothing(text) else f"not a performance status: {text}")
        return
    low, high = float(match[2]), float(match[3] or match[2])
    karnofsky = (match[1] or "").casefold() in ("kps", "karnofsky") or (not match[1] and low >= 10)
    attribute = "karnofsky" if karnofsky else row.attribute
    limit = draft.vocabulary.attribute(attribute).plausible
    if limit and not limit[0] <= low <= high <= limit[1]:
        draft.leave(place, f"not a performance status: {text}")
        return
    unit = draft.vocabulary.attribute(attribute).unit
    draft.one(place, attribute, Quantity(low, high, unit), date or draft.as_of)


def read_pressure(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read a blood pressure such as ``128/76``."""
    del row
    value, date = unwrap(value)
    match = re.match(r"\s*(\d{2,3})\s?/\s?(\d{2,3})\b", str(value))
    if not match:
        draft.leave(place, f"not a blood pressure: {value}")
        return
    for attribute, number in (("bp.systolic", match[1]), ("bp.diastolic", match[2])):
        draft.one(place, attribute, Quantity.exact(float(number), "mm[Hg]"), date)


# --- illnesses ------------------------------------------------------------------------------------------------------


def read_illnesses(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read other illnesses: words, or objects with a name, a status, a year, a grade."""
    if isinstance(value, str):
        if is_none(value):
            draft.item(place, "illness", {}, draft.as_of, absent=True)
            return
        value = [value]
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        if isinstance(one, Mapping):
            _illness(draft, here, one, row)
        elif isinstance(one, str):
            for part in _each_illness(draft, one):
                _illness(draft, here, {"name": part}, row)
        else:
            draft.leave(here, "not an illness", row.list)


def _each_illness(draft: Draft, text: str) -> list[str]:
    """Part words at commas where each side names an illness ("hypertension, asthma"); else they are about one."""
    parts: list[str] = []
    for part in parted(text):
        if not parts or find_term(part, "illness", draft.vocabulary):
            parts.append(part)
        else:
            parts[-1] += f", {part}"
    return parts if all(find_term(part, "illness", draft.vocabulary) for part in parts) else [text]


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
    name = Phrase(str(one.get("name") or ""))
    status = Phrase("; ".join(str(one[key]) for key in ("type", "status") if isinstance(one.get(key), str)))
    if _hepatitis(draft, place, name, status):
        return
    negated = name.take(r"^(no|no known|never had|without)\s+")
    kind = name.take_term("illness", draft.vocabulary)
    special = status.take_term("illness", draft.vocabulary)
    kind = _narrower(draft, kind, special)
    if not kind:
        symptom = name.take_term("symptom", draft.vocabulary)
        if symptom:
            draft.item(place, "symptom", {"kind": symptom, "date": name.take_date()}, draft.as_of, absent=bool(negated))
            return
        draft.leave(place, f"not an illness that is known: {name.text}", row.list)
        return
    start = read_date(one.get("year")) or read_date(one.get("date")) or read_date(one.get("start"))
    whole = Phrase(f"{name.rest}; {status.rest}")
    grade = one.get("grade") if isinstance(one.get("grade"), int) else None
    graded = whole.take(r"\bgrade\s?([0-5])\b")
    number = grade if grade is not None else int(graded[1]) if graded else None
    said = whole.says(tables().words.illness_status)
    _treatment_inside(draft, f"{place}.treatment", whole)
    since = whole.take(r"\bsince\b")
    date = whole.take_date()
    state = said[0].value if said else "present"
    fields = {
        "kind": kind,
        "status": state,
        "grade": Quantity.exact(float(number)) if number is not None else None,
        "start": start or (date if since or state in ("present", "past", "chronic", "active") else None),
        "end": date if state == "resolved" and not since else None,
    }
    _pressure_inside(draft, place, whole, date)
    note = "; ".join(text for text in (name.text, status.text) if text)
    absent = bool(negated)
    draft.item(place, "illness", {"kind": kind} if absent else fields, draft.as_of, absent=absent, note=note)
    for text in (one.get("treatment"),):
        if text:
            _treatment_of(draft, f"{place}.treatment", str(text))
    more = find_term(whole.bare, "illness", draft.vocabulary)
    draft.rest(place, whole, row.list if more else "")
    for key, part in one.items():
        if key not in ("name", "type", "status", "year", "date", "start", "grade", "treatment") and part is not None:
            draft.leave(f"{place}.{key}", "not a part of an illness that is known")


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


def _treatment_inside(draft: Draft, place: str, phrase: Phrase) -> None:
    """Read a medicine that the words of an illness name ("on apixaban", "off anticoagulation")."""
    for match in list(re.finditer(r"\b(on|off|taking|without) (?:oral |inhaled )?([A-Za-z][\w-]+)", phrase.rest)):
        drug = draft.vocabulary.by_name("drug", match[2])
        if drug:
            absent = match[1] in ("off", "without")
            fields = {"drug": drug, "ongoing": None if absent else True}
            draft.item(place, "medicine", fields, draft.as_of, absent=absent)
            phrase.take(re.escape(match[0]))


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


# --- side effects, symptoms, medicines, allergies ---------------------------------------------------------------------


def read_toxicities(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read side effects that are left, with their grades."""
    if isinstance(value, str):
        if is_none(value):
            draft.item(place, "toxicity", {}, draft.as_of, absent=True)
            return
        value = [value]
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        parts = one if isinstance(one, Mapping) else {"name": str(one)}
        phrase = Phrase(str(parts.get("name") or ""))
        graded = phrase.take(r"\bgrade\s?([0-5])\b")
        grade = parts.get("grade") if isinstance(parts.get("grade"), int) else int(graded[1]) if graded else None
        kind = phrase.take_term("illness", draft.vocabulary)
        if not kind:
            draft.leave(here, f"not a side effect that is known: {phrase.text}", row.list)
            continue
        fields = {
            "kind": kind,
            "grade": Quantity.exact(float(grade)) if grade is not None else None,
            "date": read_date(parts.get("date")),
        }
        draft.item(here, "toxicity", fields, draft.as_of)
        draft.rest(here, phrase)


def read_symptoms(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read symptoms in words; one text may name several ("leg weakness/unsteady gait")."""
    if isinstance(value, str):
        if is_none(value):
            draft.item(place, "symptom", {}, draft.as_of, absent=True)
            return
        value = re.split(r",|;", value)
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        for part in re.split(r"/|,| and ", str(one)):
            phrase = Phrase(part)
            denied = phrase.take(r"^\s*(no|without)\s+")
            kind = phrase.take_term("symptom", draft.vocabulary)
            if kind:
                draft.item(
                    here,
                    "symptom",
                    {"kind": kind, "date": None if denied else draft.as_of},
                    draft.as_of,
                    absent=bool(denied),
                    note=part,
                )
                draft.rest(here, phrase)
            elif part.strip():
                draft.leave(here, f"not a symptom that is known: {part.strip()}", row.list)


def read_medicines(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read medicines that are taken now, with a daily amount and a start when given."""
    if isinstance(value, str):
        if is_none(value):
            draft.item(place, "medicine", {}, draft.as_of, absent=True)
            return
        value = re.split(r",|;", value)
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        phrase = Phrase(str(one.get("name") or one.get("drug") or "") if isinstance(one, Mapping) else str(one))
        amount = _daily(phrase)
        start = phrase.take_date() or (read_date(one.get("start")) if isinstance(one, Mapping) else None)
        words = phrase.bare
        drugs = list(drugs_in_words(words, draft.vocabulary))
        if not drugs:
            taken = phrase.take_term("drug", draft.vocabulary)
            drugs = [taken] if taken and not phrase.left else []
        for drug in drugs:
            dose = amount if len(drugs) == 1 else None
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
    if isinstance(value, str):
        if is_none(value):
            draft.item(place, "allergy", {}, draft.as_of, absent=True)
            return
        value = re.split(r",|;", value)
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        text = str(one.get("substance") or one.get("name") or "") if isinstance(one, Mapping) else str(one)
        phrase = Phrase(text)
        graded = phrase.take(r"\bgrade\s?([0-5])\b")
        drug = phrase.take_term("drug", draft.vocabulary)
        if drug:
            grade = Quantity.exact(float(graded[1])) if graded else None
            draft.item(here, "allergy", {"substance": drug, "grade": grade}, note=text)
        else:
            draft.leave(here, f"not a substance that is known: {text}", row.list)


def read_family(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read cancer in the family in words ("mother breast cancer at 45")."""
    if isinstance(value, str):
        if is_none(value):
            draft.item(place, "family_history", {}, draft.as_of, absent=True)
            return
        value = parted(value, r"[;,]|\band\b")
        value = (
            [" and ".join(value)] if any(not find_term(one, "relation", draft.vocabulary) for one in value) else value
        )
    if isinstance(value, Mapping):
        value = [value]
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
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
