"""Treatments in neutral facts: drugs with their outcomes, radiation and operations; all three may stand in one list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.codes import load_tables
from abreast.intake.fhir.medication import drugs_in_words, is_treatment
from abreast.intake.neutral import disease
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    harmless,
    is_none,
    is_nothing,
    parted,
    read_date,
    stance,
    tables,
)
from abreast.intake.staging import parse_categories
from abreast.vocabulary import Quantity

_RADIATION = re.compile(
    r"radio-?therap\w*|\bradiation\b|irradiat\w*|\bsbrt\b|\bsrs\b|\bsabr\b|\bwbrt\b|radiosurgery|\bRT\b", re.IGNORECASE
)
_OPERATION = re.compile(
    r"mastectom|lumpectom|\bsurgery\b|excision|dissection|sentinel|ovariectom|oophorectom|resection", re.IGNORECASE
)
_JOINED = re.compile(r"\s*(?:\+|;|,|&|→|->)\s*|\s+(?:and|plus|with|then|followed by)\s+")


def read_therapies(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read courses of treatment: one fact for each drug, sharing what is said of the course."""
    courses = draft.each(place, "therapy", value)
    for here, one in courses:
        course = _course_of(one)
        names = course.get("drugs")
        words = " + ".join(map(str, names)) if isinstance(names, (list, tuple)) else str(names or "")
        if is_none(words):
            if len(courses) == 1:
                draft.item(place, "therapy", {}, draft.as_of, absent=True)
            continue
        about = f"{course.get('setting') or ''}; {course.get('outcome') or ''}"
        if stance(about).kind == "open":
            draft.leave(here, f"planned, offered or declined: {words} ({about.strip('; ')})")
        elif _RADIATION.search(words):
            _irradiation(draft, here, words, course)
        elif _OPERATION.search(words):
            _operation(draft, here, words, read_date(course.get("start")), row)
        else:
            _course(draft, here, names, course, row)
        for key, part in one.items() if isinstance(one, Mapping) else ():
            if key not in _PARTS and part is not None:
                draft.leave(f"{here}.{key}", "not a part of a treatment that is known")


_NAMES = {
    "drugs": ("agents", "drugs", "drug", "regimen", "name", "treatment"),
    "setting": ("setting", "intent"),
    "outcome": (
        "outcome",
        "best_response",
        "response",
        "reason_stopped",
        "stop_reason",
        "reason",
        "reason_for_stopping",
        "reason_for_discontinuation",
    ),
    "start": ("start", "date"),
    "stop": ("stop", "end"),
}
"""The names that a part of a treatment may have; the first that is there counts."""
_PARTS = {"class", "line", "ongoing", "cycles", "note", "site"}.union(*_NAMES.values())


def _course_of(one: Any) -> dict[str, Any]:
    """Return a treatment with its parts under one name each; words alone are its drugs."""
    if not isinstance(one, Mapping):
        return {"drugs": one}
    course = {key: one[key] for key in ("class", "line", "ongoing", "cycles", "site") if one.get(key) is not None}
    for name, others in _NAMES.items():
        said = [one[other] for other in others if one.get(other) is not None]
        if name == "outcome" and said:
            course[name] = "; ".join(map(str, said))
        elif said:
            course[name] = said[0]
    return course


def _course(draft: Draft, place: str, names: Any, course: Mapping[str, Any], row: KeyRow) -> None:
    listed = [str(one) for one in names] if isinstance(names, (list, tuple)) else [str(names or "")]
    drugs: list[str] = []
    for text in listed:
        meant = draft.stance(place, text, row.list or "therapy")
        if meant is None:
            continue
        if meant.kind == "denied":
            for drug in _drugs(draft, place, meant.text, course, row):
                draft.item(place, "therapy", {"drug": drug}, draft.as_of, absent=True, note=text)
            continue
        bare, said = _timed(meant.text)
        if len(listed) > 1:
            said.pop("cycles", None)  # of this one, not of all ("AC x4", "paclitaxel x12")
        course = {**said, **{key: part for key, part in course.items() if part is not None}}
        drugs += _drugs(draft, place, bare, course, row)
    drugs = list(dict.fromkeys(drugs))
    if not drugs:
        return
    shared, ends = _shared(draft, place, course, drugs)
    certainty: Certainty = "suspected" if any(stance(text).kind == "suspected" for text in listed) else "certain"
    regimen = " + ".join(draft.vocabulary.term("drug", drug).name for drug in drugs) if len(drugs) > 1 else None
    for drug in drugs:
        fields = {"drug": drug, "regimen": regimen, **shared}
        if drug in ends:
            fields |= {"end": ends[drug], "outcome": (), "ongoing": False}
        if is_treatment(drug, draft.vocabulary):
            draft.item(place, "therapy", fields, certainty=certainty, note=str(course.get("outcome") or ""))
        else:
            kept = {name: fields[name] for name in ("drug", "start", "end", "ongoing")}
            draft.item(place, "medicine", kept, draft.as_of)


_DAY = r"((?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)"


def _timed(text: str) -> tuple[str, dict[str, Any]]:
    """Return a treatment's name without its dates and cycles ("letrozole 2019-2024", "CMF x6"), and these."""
    phrase = Phrase(text)
    said: dict[str, Any] = {}
    remark = re.search(r"\(([^)]*)\)\s*$", text)
    if remark and (
        re.match(r"(stopped|discontinued|ended)\b", remark[1]) or Phrase(remark[1]).says(tables().words.outcome)
    ):
        said["outcome"] = remark[1]
        phrase.take(re.escape(remark[0]))
    phrase.take(r"\b(?:in|on|within) an? (?:clinical )?(?:trial|study)\b|\bin clinical trial\b")
    span = phrase.take(rf"\(?\b(?:from )?{_DAY}\s?(?:-|–|to|until)\s?{_DAY}\b\)?")
    since = None if span else phrase.take(rf"\(?\bsince {_DAY}\b\)?")
    if span:
        said = {"start": span[1], "stop": span[2]}
    elif since:
        said = {"start": since[1], "ongoing": True}
    for setting in ("postneoadjuvant", "neoadjuvant", "adjuvant", "palliative", "maintenance"):
        if phrase.take(rf"\b{setting}\b"):
            said["setting"] = setting
            break
    phrase.take(r"\b(?:for |x )?\d+(?:\.\d+)? (?:years?|months?|weeks?)\b")
    if len(re.findall(r"\d", phrase.rest)) <= 2:
        cycles = phrase.take(r"(?:[x×]\s?(\d{1,2})|\b(\d{1,2}) cycles)\b")
        if cycles:
            said["cycles"] = int(cycles[1] or cycles[2])
    return phrase.bare or text, said


def _drugs(draft: Draft, place: str, text: str, course: Mapping[str, Any], row: KeyRow) -> list[str]:
    """Return the drugs (or classes, or the parts of a regimen) that a text names; say what was not understood."""
    vocabulary = draft.vocabulary
    whole = _named(draft, text)
    if whole:
        return whole
    found: list[str] = []
    for part in _JOINED.split(re.sub(r"\([^)]*\)", " ", text)):
        words = part.strip()
        if not words:
            continue
        drugs = _named(draft, words)
        halves = [_named(draft, half) for half in words.split("/")] if "/" in words else []
        if not drugs and halves and all(halves):
            drugs = [drug for half in halves for drug in half]
        if not drugs:
            phrase = Phrase(words)
            taken = phrase.take_term("drug", vocabulary)
            drugs = [taken] if taken and not phrase.left else []
        if not drugs and course.get("class"):
            known = vocabulary.by_name("drug", str(course["class"]))
            drugs = [known] if known else []
            if drugs:
                draft.leave(place, f"the drug {words!r} is not known; read as its class")
        if not drugs:
            draft.leave(place, f"not a drug that is known: {words}", row.list or "therapy")
        found += drugs
    return found


def _named(draft: Draft, words: str) -> list[str]:
    """Return the drugs of a name that is a drug, a class, a product or a regimen as a whole."""
    vocabulary = draft.vocabulary
    bare = re.sub(
        r"\b(weekly|dose[- ]dense|metronomic|oral|iv|sc|adjuvant|neoadjuvant)\b", " ", words, flags=re.IGNORECASE
    )
    for text in dict.fromkeys((words.strip(), " ".join(bare.split()))):
        regimen = vocabulary.by_name("regimen", text)
        drug = vocabulary.by_name("drug", text)
        if drug and not vocabulary.term("drug", drug).components:
            return [drug]
        term = vocabulary.term("drug", drug) if drug else vocabulary.term("regimen", regimen) if regimen else None
        if term:
            return [part for part in term.components if part in vocabulary.terms["drug"]]
        drugs = drugs_in_words(text, vocabulary) if text else ()
        if drugs:
            return list(drugs)
    return []


_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


def _shared(
    draft: Draft, place: str, course: Mapping[str, Any], drugs: list[str]
) -> tuple[dict[str, Any], dict[str, PartialDate]]:
    """Return the fields that all drugs of a course share, and the drugs that ended before the others."""
    stop = course.get("stop")
    end = read_date(stop)
    phrase = Phrase(str(course.get("outcome") or ""))
    ends = _own_ends(draft, phrase, drugs)
    _left_at_surgery(draft, f"{place}.outcome", phrase)
    outcomes, growth = _outcomes(draft, phrase)
    ongoing: bool | None = None
    if end is not None:
        ongoing = False
    elif course.get("ongoing") is True or "ongoing" in outcomes or str(stop).lower() in ("ongoing", "current"):
        ongoing = True
    month = phrase.take(r"(?:month|after) (\d{1,3})(?: months)?")
    months = Quantity.exact(float(month[1]), "mo") if month and {"progression", "recurrence"} & set(outcomes) else None
    if outcomes and not re.search(tables().words.turned, phrase.rest, re.IGNORECASE):
        _circumstances(draft, phrase)
    draft.rest(f"{place}.outcome", phrase)
    if growth:
        draft.one(f"{place}.outcome", "progression.date", growth, growth)
    line = course.get("line")
    number = line if isinstance(line, int) and not isinstance(line, bool) else None
    if line is not None and number is None:
        match = re.match(r"\D*(\d+)", str(line))
        number = int(match[1]) if match else None
    cycles = course.get("cycles")
    setting = course.get("setting")
    if line is None and isinstance(setting, str):
        ordinal = re.search(
            r"\b(first|second|third|fourth|fifth|[1-9](?:st|nd|rd|th))[- ]line\b", setting, re.IGNORECASE
        )
        number = _ORDINALS.get(ordinal[1].lower()) or int(ordinal[1][0]) if ordinal else None
    return {
        "setting": _setting(draft, place, setting),
        "line": Quantity.exact(float(number)) if number else None,
        "start": read_date(course.get("start")),
        "end": end,
        "ongoing": ongoing,
        "outcome": tuple(one for one in outcomes if one in draft.vocabulary.terms["outcome"]),
        "months_to_progression": months,
        "cycles": Quantity.exact(float(cycles)) if isinstance(cycles, int) and not isinstance(cycles, bool) else None,
    }, ends


def _setting(draft: Draft, place: str, value: Any) -> str:
    if value is None:
        return ""
    known = draft.vocabulary.by_name("setting", str(value))
    if known:
        return known
    phrase = Phrase(str(value))
    said = phrase.says(tables().words.setting)
    if not said:
        draft.leave(f"{place}.setting", f"not a setting that is known: {value}")
    return said[0].value if said else ""


def _outcomes(draft: Draft, phrase: Phrase) -> tuple[list[str], PartialDate | None]:
    """Return how a course ended, and the day of a progression that the words give."""
    growth = None
    phrase.take(r"\bbest (?:overall )?response\b(?=\W*(?:was |of )?\w)")
    dated = re.search(
        r"(progress\w*|\bPD\b|recurrence|relapsed?|new \w*\s?lesions?)[^;,]*?((?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)",
        phrase.rest,
        re.IGNORECASE,
    )
    if dated:
        growth = read_date(dated[2])
        phrase.take(re.escape(dated[2]))
    outcomes = [said.value for said in phrase.says(tables().words.outcome)]
    stopped = phrase.take(r"(?:stopped|discontinued|ended) (?:early )?(?:for|because of|due to) ")
    if stopped:
        cause = phrase.take_term("illness", draft.vocabulary) or phrase.take_term("symptom", draft.vocabulary)
        if cause:
            outcomes.append("intolerance")  # a treatment that was stopped for an illness was stopped for harm
    return list(dict.fromkeys(outcomes)), growth


def _circumstances(draft: Draft, phrase: Phrase) -> None:
    """Take out what stands beside an outcome and stays in the note of the treatment: where, which grade, which harm."""
    phrase.take(r"\bgrade\s?[0-5]\b")
    for set_name in ("illness", "symptom", "site"):
        while phrase.take_term(set_name, draft.vocabulary):
            pass


def _left_at_surgery(draft: Draft, place: str, phrase: Phrase) -> None:
    """Read what an outcome says of the tissue that was removed afterwards (residual disease, RCB-II, ypT2 ypN2)."""
    disease.left_after_treatment(draft, place, Phrase(phrase.text))
    phrase.take(r"\bRCB[- ]?(0|III|II|I|[1-3])\b")
    while phrase.take(r"\byp?[TNM]\w*(\([^)]*\))?"):
        pass


def _own_ends(draft: Draft, phrase: Phrase, drugs: list[str]) -> dict[str, PartialDate]:
    """Take out ends of single drugs ("docetaxel to 2025-08")."""
    ends: dict[str, PartialDate] = {}
    for match in list(
        re.finditer(r"([A-Za-z][\w-]+) (?:to|until|stopped) ((?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)", phrase.rest)
    ):
        drug = draft.vocabulary.by_name("drug", match[1])
        date = read_date(match[2])
        if drug in drugs and drug and date:
            ends[drug] = date
            phrase.take(re.escape(match[0]))
    return ends


# --- radiation ------------------------------------------------------------------------------------------------------


def read_radiations(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read courses of radiation: words for the place, dose, technique and intent, and dates."""
    if value is True:
        draft.item(place, "radiation", {}, draft.as_of)
        return
    for here, one in draft.each(place, "radiation", value):
        if isinstance(one, Mapping):
            words = " ".join(str(one[key]) for key in ("site", "type", "technique", "dose") if one.get(key))
            _irradiation(draft, here, words, _course_of(one), row)
            for key, part in one.items():
                if key not in {*_PARTS, "type", "technique", "dose", "fractions"} and part is not None:
                    draft.leave(f"{here}.{key}", "not a part of radiation that is known")
        elif isinstance(one, str) and is_nothing(one):
            draft.leave(here, f"not known: {one}", row.list)
        elif isinstance(one, str) and is_none(one):
            continue
        elif isinstance(one, str):
            _irradiation(draft, here, one, {}, row)
        else:
            draft.leave(here, "not radiation", row.list)


def _irradiation(draft: Draft, place: str, words: str, course: Mapping[str, Any], row: KeyRow | None = None) -> None:
    meant = draft.stance(place, words, row.list if row else "radiation")
    if meant is None:
        return
    phrase = Phrase(meant.text)
    dose = _dose(phrase)
    tables_ = load_tables()
    found = tables_.technique.by_name([words])
    technique = found.technique if found else "whole_brain" if re.search(r"\bWBRT\b", words, re.IGNORECASE) else ""
    said = phrase.says(tables().words.setting)
    intent = _setting(draft, place, course.get("setting")) or (said[0].value if said else "")
    start = read_date(course.get("start")) or phrase.take_date()
    end = read_date(course.get("stop"))
    if end is None and re.search(r"(?:\bto|until|-|–)\s*(?:19|20)\d\d", phrase.bare):
        end = phrase.take_date()
    phrase.take(r"whole[- ]brain|\bwbrt\b") if technique == "whole_brain" else None
    phrase.take(_RADIATION.pattern)
    side = tables_.answers["side"].by_text(words) or ""
    head = technique == "whole_brain" or re.search(r"\bgamma[- ]?knife\b", words, re.IGNORECASE)
    phrase.take(r"\bgamma[- ]?knife\b")
    sites = ("brain",) if head else _sites(draft, phrase)
    if meant.kind == "denied":
        for site in sites:
            draft.item(place, "radiation", {"site": site}, draft.as_of, absent=True, note=words)
        if not sites:
            draft.leave(place, f"not understood: {words}", row.list if row else "")
        return
    certainty: Certainty = "suspected" if meant.kind == "suspected" else "certain"
    for site in sites or ("",):
        fields = {
            "site": site,
            "technique": technique,
            "intent": intent,
            "side": side,
            "start": start,
            "end": end,
            "dose": dose,
        }
        draft.item(place, "radiation", fields, end or start, certainty=certainty, note=words)
    if not sites:
        draft.leave(place, f"the place that was treated is not known: {words}", row.list if row else "")


def _dose(phrase: Phrase) -> Quantity | None:
    """Take out a total dose: ``30 Gy in 10 fractions``, ``8 Gy x1``, ``5 x 4 Gy``."""
    each = phrase.take(r"(\d+)\s?[x×]\s?(\d+(?:\.\d+)?)\s?Gy")
    if each:
        return Quantity.exact(float(each[1]) * float(each[2]), "Gy")
    times = phrase.take(r"(\d+(?:\.\d+)?)\s?Gy\s?[x×]\s?(\d+)")
    if times:
        return Quantity.exact(float(times[1]) * float(times[2]), "Gy")
    total = phrase.take(r"(\d+(?:\.\d+)?)\s?Gy(?:\s?(?:in|/)\s?\d+(?:\s?(?:fractions?|fx?))?)?")
    return Quantity.exact(float(total[1]), "Gy") if total else None


def _sites(draft: Draft, phrase: Phrase) -> tuple[str, ...]:
    """Return the places that words for radiation name ("chest wall and regional nodes", "T5-T8")."""
    found: dict[str, None] = {}
    for part in re.split(r",|;|\+|/| and ", phrase.bare):
        spine = re.findall(r"\b([CTLS])\d{1,2}\b", part)
        for letter in dict.fromkeys(spine):
            found[{"C": "cervical_spine", "T": "thoracic_spine", "L": "lumbar_spine", "S": "sacrum"}[letter]] = None
        site = "" if spine else draft.site(part.strip())[0]
        if site:
            found[site] = None
    return tuple(found)


# --- operations -----------------------------------------------------------------------------------------------------


_PARTS_OF_OPERATION = ("side", "laterality", "procedure", "name", "type", "date", "year", "note")


def read_operations(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read operations with their dates and sides."""
    if value is True:
        draft.leave(place, "does not say which operation", row.list)
        return
    for here, one in draft.each(place, "surgery", value):
        if isinstance(one, Mapping):
            words = " ".join(
                str(one[key]) for key in ("side", "laterality", "procedure", "name", "type") if one.get(key)
            )
            _operation(draft, here, words, read_date(one.get("date")) or read_date(one.get("year")), row)
            for key, part in one.items():
                if key not in _PARTS_OF_OPERATION and part is not None:
                    draft.leave(f"{here}.{key}", "not a part of an operation that is known")
        elif isinstance(one, str) and not is_nothing(one):
            _operation(draft, here, one, None, row)
        else:
            draft.leave(here, f"not known: {one}", row.list)


def _operation(draft: Draft, place: str, words: str, date: PartialDate | None, row: KeyRow) -> None:
    """Read operations of one text; parts without a side or date of their own share those of the part before."""
    side = ""
    lost = []
    of = row.list if row.list == "surgery" else ""
    days = Phrase(words)
    single = days.take_date()
    if date is None and days.take_date() is None:  # the only day in the words is that of all parts
        date = single
    for index, part in enumerate(parted(words, r"[,;+&]|\band\b|\bwith\b")):
        phrase = Phrase(part)
        date = phrase.take_date() or date
        side = draft.answers("side").by_text(part) or side
        meant = draft.stance(place, phrase.bare, of)
        if meant is None:
            continue
        surgery = load_tables().surgery.by_name([meant.text])
        known = draft.vocabulary.by_name("procedure", meant.text.strip()) or Phrase(meant.text).take_term(
            "procedure", draft.vocabulary
        )
        found: dict[str, bool | None] = {}
        if surgery:
            found = dict.fromkeys(surgery.procedures, surgery.major)
        elif known:
            found = {known: None}
        elif list(parse_categories(phrase.bare, draft.vocabulary)):
            disease.read_removed(draft, place, part, row)
        elif index and draft.site(phrase.bare)[0]:
            continue  # where the operation before was done
        elif any(
            word.casefold() not in harmless() for word in re.findall(r"[A-Za-z]{3,}", phrase.bare)
        ) and not re.search(r"^\W*(left|right|both sides|bilateral)( breast| side)?\W*$", phrase.bare):
            lost.append(part.strip())
        for procedure, major in found.items():
            if meant.kind == "denied":
                draft.item(place, "surgery", {"procedure": procedure}, draft.as_of, absent=True, note=words)
                continue
            certainty: Certainty = "suspected" if meant.kind == "suspected" else "certain"
            fields = {"procedure": procedure, "side": side, "date": date, "major": major}
            draft.item(place, "surgery", fields, date, certainty=certainty, note=words)
    if lost:
        draft.leave(place, f"not an operation that is known: {'; '.join(lost)}", of)


def is_radiation(words: str) -> bool:
    """Return whether words for a treatment speak of radiation."""
    return bool(_RADIATION.search(words))


def drugs_of_words(draft: Draft, place: str, words: str, default: str) -> list[str]:
    """Return the drugs or classes that words name ("hormonal therapy"); ``default`` counts as its own class."""
    row = KeyRow(keys=(place,), read="therapies", list="therapy")
    return _drugs(draft, place, words, {"class": default or None}, row)
