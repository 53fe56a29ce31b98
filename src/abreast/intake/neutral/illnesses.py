"""Other illnesses in neutral facts, and tests for viruses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate, shift
from abreast.intake.neutral.draft import Draft, Many
from abreast.intake.neutral.health import medicines_of
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    Says,
    Stance,
    find_term,
    is_none,
    is_nothing,
    parted,
    read_date,
    read_grade,
    stance,
    tables,
    take_grade,
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
            apart = ";" in text and find_term(part, "procedure", draft.vocabulary)
            if not parts or apart or find_term(part, "illness", draft.vocabulary):
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
        whole = find_term(f"{row.term.replace('_', ' ')} {value}", "illness", draft.vocabulary)
        kind = _narrower(draft, row.term, whole.term if whole else "")
        _illness(draft, place, {"name": kind.replace("_", " "), "status": str(value)}, row)


_HEART = ("heart_failure", "cardiomyopathy", "heart_disease")
_NAMES = ("name", "condition", "diagnosis", "illness", "disease")
_STARTS = ("year", "date", "start", "since", "onset")
_PARTS = {*_NAMES, *_STARTS, "type", "status", "present", "end", "grade", "treatment", "medication"}


def _illness(draft: Draft, place: str, one: Mapping[str, Any], row: KeyRow) -> None:
    title = str(next((one[key] for key in _NAMES if one.get(key)), ""))
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
    if re.search(r"\btrait\b", title, re.IGNORECASE):  # to carry a gene is not to have the illness
        draft.leave(place, f"not an illness that is known: {title}", row.list)
        return
    name, status = Phrase(_in_situ(f"{meant.text}{comma}{tail}")), Phrase(_in_situ(said_of))
    heart = Phrase(f"{name.text}; {status.text}").take(_NYHA)
    if heart:
        name.take(_NYHA)
        status.take(_NYHA)
    short = stance(said_of)
    if is_nothing(said_of):
        draft.leave(place, f"not known: {title} ({said_of})", row.list)
        return
    refused = False in (one.get("status"), one.get("present")) or re.fullmatch(r"\W*(false|no)\W*", said_of.lower())
    if refused or (re.fullmatch(r"\W*", short.text) and short.kind == "denied"):
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
            draft.rest(place, Phrase(f"{name.rest}; {status.rest}"))
            return
        draft.leave(place, f"not an illness that is known: {name.text}", row.list)
        return
    whole = Phrase(f"{name.rest}; {status.rest}")
    _heart_class(draft, place, heart if kind in _HEART else None)
    fields = _course(draft, place, one, kind, whole)
    note = "; ".join(text for text in (title, said_of) if text)
    if negated:
        fields = {"kind": kind, "status": "active" if fields["status"] == "active" else None}
    certainty: Certainty = "suspected" if unsure else "certain"
    draft.item(place, "illness", fields, draft.as_of, absent=negated, certainty=certainty, note=note)
    for key in ("treatment", "medication"):
        if one.get(key):
            _treatment_of(draft, f"{place}.{key}", str(one[key]))
    if one.get("grade") is not None and fields.get("grade") is None and not negated:
        draft.leave(f"{place}.grade", f"not a grade: {one['grade']}")
    more = find_term(whole.bare, "illness", draft.vocabulary)
    joined = re.search(r"(^|\W)(and|/|\+|&)\s+\w", whole.bare)
    draft.rest(place, whole, row.list if more or joined else "")
    for key, part in one.items():
        if key not in _PARTS and part is not None:
            draft.leave(f"{place}.{key}", "not a part of an illness that is known")


def _course(draft: Draft, place: str, one: Mapping[str, Any], kind: str, whole: Phrase) -> dict[str, Many]:
    """Return the state, grade and dates of an illness; what the words say of treatment and pressure becomes facts."""
    start = next((date for key in _STARTS if (date := read_date(one.get(key)))), None)
    _measured_inside(draft, place, whole)
    _causes_inside(draft, whole)
    graded = take_grade(whole)
    over = re.search(rf"\b(?:{_OVER})\W+(?:\w+\W+)?{_DAY}", whole.rest, re.IGNORECASE)
    ended = whole.take(re.escape(over[1])) if over else None
    states = _status_of(draft, kind)
    before = Phrase(whole.rest).says(states)
    past = bool(before) and before[0].value in ("resolved", "past")
    treated = _treatment_inside(draft, f"{place}.treatment", whole, past=past)
    said = whole.says(states)
    free = whole.take(rf"\b(?:none|no (?:episodes?|attacks?|events?|seizures?|recurrence)) since {_DAY}")
    therapy = whole.take(
        rf"\b(?:treated|resected|operated|stent\w*|(?:chemo|radio)therapy|\w+ectomy|surgery)\b[^,;]*?{_DAY}"
    )
    if therapy:
        draft.leave(place, f"the day of a treatment, not of the illness: {therapy[0]}")
    since = whole.take(r"\bsince\b")
    date = whole.take_date() or _ago(draft, whole)
    infection = "infection" in draft.vocabulary.ancestors("illness", kind)
    state = "past" if free else said[0].value if said else "active" if treated and infection else "present"
    _pressure_inside(draft, place, whole, date)
    over_since = read_date(ended[0]) if ended else read_date(free[1]) if free else None
    end = read_date(one.get("end")) or over_since
    if state == "resolved" and date and end and not since and not start and date.earliest <= end.earliest:
        start = date
    elif state == "resolved" and date and (since or end):
        draft.leave(place, f"of what was {date} is not said")
        date = None
    return {
        "kind": kind,
        "status": state,
        "grade": read_grade(one.get("grade")) or graded,
        "start": start or (date if since or state in ("present", "past", "chronic", "active") else None),
        "end": end or (date if state == "resolved" else None),
    }


_DAY = r"((?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)"
_OVER = r"resolved|recovered|healed|cured|in (?:complete )?remission|excised|removed"


def _status_of(draft: Draft, kind: str) -> tuple[Says, ...]:
    """Return the words for the state of an illness.

    Only of cancer does "in remission" say that it is over; other illnesses that are quiet can come back (colitis).
    """
    rows = tables().words.illness_status
    if "second_cancer" in (kind, *draft.vocabulary.ancestors("illness", kind)):
        return rows
    return (Says(pattern=r"in (?:complete |full )?remission|quiescent|inactive|not active", value="controlled"), *rows)


def _measured_inside(draft: Draft, place: str, whole: Phrase) -> None:
    """Read a measurement that stands in the words for an illness ("HbA1c 7.1 %", "CD4 640")."""
    for attribute, pattern in _MEASURED:
        measured = whole.take(pattern)
        if measured:
            draft.one(place, attribute, Quantity.exact(float(measured[1]), draft.vocabulary.attribute(attribute).unit))


def _ago(draft: Draft, whole: Phrase) -> PartialDate | None:
    """Take out a time before the day of the facts ("3 months ago"), as exactly as its unit tells."""
    found = whole.take(r"\b(\d{1,3}) (month|year)s? ago\b")
    if found is None or draft.as_of is None:
        return None
    day = shift(draft.as_of.earliest, -int(found[1]), "months" if found[2].lower() == "month" else "years")
    return PartialDate(day.year, day.month) if found[2].lower() == "month" else PartialDate(day.year)


def _heart_class(draft: Draft, place: str, found: re.Match[str] | None) -> None:
    """Read the class of heart failure of the New York Heart Association (I to IV)."""
    if found:
        numbers = [float(_CLASSES.get(one.upper(), one)) for one in (found["low"], found["high"]) if one]
        draft.one(place, "nyha", Quantity(numbers[0], max(numbers), ""), draft.as_of)


def _in_situ(text: str) -> str:
    """Name a cancer of the breast ducts that stayed in place as what it is beside another cancer: an earlier one."""
    return re.sub(r"\b(ductal carcinoma in situ|DCIS)\b", "prior ductal carcinoma in situ", text, flags=re.IGNORECASE)


_NYHA = (
    r"\bNYHA\W*(?:functional )?(?:class |stage )?(?P<low>I{1,3}|IV|[1-4])"
    r"(?:\s?(?:-|–|/|to|or)\s?(?P<high>I{1,3}|IV|[1-4]))?\b"
)
_CLASSES = {"I": 1, "II": 2, "III": 3, "IV": 4}
_MEASURED = (
    ("hba1c", r"\bHbA1c\W{0,3}(?:of )?(\d{1,2}(?:\.\d+)?)\s?%"),
    ("lvef", r"\b(?:LVEF|EF|ejection fraction)\W{0,3}(?:of )?(\d{2}(?:\.\d+)?)\s?%"),
    ("cd4", r"\bCD4\+?(?: count)?\W{0,3}(?:of )?(\d{2,4})\b(?!\s?%)(?:\s?(?:/|per )\s?(?:uL|µL|mm3|mm\^3))?"),
)


def _causes_inside(draft: Draft, whole: Phrase) -> None:
    """Take out the drug that brought an illness on ("from pembrolizumab"): the note keeps it."""
    for match in list(_CAUSE.finditer(whole.rest)):
        words = match["drug"].split()
        for length in (2, 1):
            drug = draft.vocabulary.by_name("drug", " ".join(words[:length]))
            if drug:
                whole.take(re.escape(f"{match['how']} {' '.join(words[:length])}"))
                break


_CAUSE = re.compile(
    r"\b(?P<how>from|due to|caused by|induced by|related to|secondary to|after|under) "
    r"(?P<drug>[A-Za-z][\w-]+(?: [A-Za-z][\w-]+)?)",
    re.IGNORECASE,
)


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


def _treatment_inside(draft: Draft, place: str, phrase: Phrase, *, past: bool = False) -> bool:
    """Read the medicines that the words of an illness name ("on apixaban"); return whether one is being taken.

    Of an illness that is over (``past``) nobody knows whether they are taken still ("resolved on prednisone"), unless
    they stand on their own ("resolved, on warfarin"): they stay unread.
    """
    taken = False
    for match in list(_GIVEN.finditer(phrase.rest)):
        absent = match["how"].lower() in ("off", "without", "no longer on", "not on")
        since = read_date(match["day"]) if match["day"] else None
        drugs = medicines_of(draft, f"{match['route'] or ''}{match['drug']}")
        apart = re.search(r"[,;]\W*$", phrase.rest[: match.start()].replace("\u200b", " "))
        if not drugs or (past and not absent and not apart):
            continue
        for drug in drugs:
            fields = {"drug": drug, "ongoing": None if absent else True, "start": None if absent else since}
            draft.item(place, "medicine", fields, draft.as_of, absent=absent)
        phrase.take(re.escape(match[0]))
        taken = taken or not absent
    return taken


_GIVEN = re.compile(
    r"\b(?P<how>no longer on|not on|on|off|taking|takes|without|using|uses) (?P<route>oral |inhaled |topical |nasal )?"
    r"(?P<drug>[A-Za-z][\w/-]+"
    r"(?: (?:alafenamide|disoproxil(?: fumarate)?|anticoagulation|therapy|glargine|steroids?))?)"
    r"(?: (?:inhalers?|only|as needed|prn|daily))*(?: \d+(?:\.\d+)? ?m?c?g(?:/d(?:ay)?)?)?"
    r"(?: since (?P<day>(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?))?",
    re.IGNORECASE,
)


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
    kind = draft.term("illness", name.text)
    results = {fact.attribute: fact.value for fact in draft.facts if fact.source.place == place}
    meant = _hepatitis_of(kind or "", results)
    if meant is not None:
        kind, state = meant
        fields = {"kind": kind, "status": state}
        draft.item(place, "illness", fields, draft.as_of, absent=not state, note=status.text)
    _treatment_inside(draft, f"{place}.treatment", status)
    draft.rest(place, status)
    return True


def _hepatitis_of(kind: str, results: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the illness that test results show, and its state ("": there is none); ``None``: they leave it open."""
    surface, core = results.get("hbsag"), results.get("anti_hbc")
    if kind in ("hepatitis_b", "hepatitis_b_past"):
        if surface == "positive" or results.get("hbv_dna") == "positive":
            return "hepatitis_b", "present"
        if surface == "negative" and core == "positive":
            return "hepatitis_b_past", "resolved"
        return ("hepatitis_b", "") if surface == "negative" else None
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
