"""Where the cancer has spread, in neutral facts: the list of sites, and what is said of the brain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from abreast.case import Certainty
from abreast.foundation.dates import PartialDate
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    Stance,
    is_none,
    is_nothing,
    parted,
    read_date,
    stance,
    tables,
    without_remark,
)
from abreast.vocabulary import Quantity

_OTHER_SIDE = {"axillary_node": "contralateral_axillary_node", "breast": "contralateral_breast"}
_NAMES = ("site", "name", "location")


def read_sites(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read places of spread: words ("bone (spine, pelvis)"), or objects with a site, a date and more."""
    for here, one in draft.each(place, "metastasis", value, none={"site": "distant"}):
        if isinstance(one, Mapping):
            _site(draft, here, str(next((one[key] for key in _NAMES if one.get(key)), "")), one, row)
        elif isinstance(one, str):
            parts = parted(one, r"[,;/]|\band\b|\+|&")
            several = len(parts) > 1 and all(draft.site(stance(without_remark(part)[0]).text)[0] for part in parts)
            for part in parts if several else [one]:
                _site(draft, here, part, {}, row)
        else:
            draft.leave(here, "not a place of spread", row.list)


def _site(draft: Draft, place: str, text: str, more: Mapping[str, Any], row: KeyRow) -> None:
    head, remark = without_remark(text)
    meant = draft.stance(place, head, row.list)
    if meant is None:
        return
    status = more.get("status")
    if status is False or more.get("present") is False or (isinstance(status, str) and is_none(status)):
        meant, status = Stance("denied", meant.text), ""
    phrase = Phrase(f"{remark}, {status or ''}")
    unsure = meant.kind == "suspected" or phrase.take(tables().words.hedge)
    site, _ = draft.site(meant.text)
    if re.search(r"\bcontralateral\b", text, re.IGNORECASE) and site:
        site, _ = draft.site(f"contralateral {meant.text}") if site not in _OTHER_SIDE else (_OTHER_SIDE[site], "")
        phrase.take(r"\bcontralateral\b")
    if not site:
        draft.leave(place, f"not a place that is known: {text}", row.list)
        return
    if meant.kind == "denied":
        draft.item(place, "metastasis", {"site": site}, draft.as_of, absent=True, note=text)
        return
    certainty: Certainty = "suspected" if unsure else "certain"
    stable = _stable_since(phrase)
    _treated_on(draft, place, phrase)
    fields = _lesion(draft, phrase)
    number = more.get("number") if more.get("number") is not None else more.get("count")
    if isinstance(number, int) and not isinstance(number, bool):
        fields["number"] = Quantity.exact(float(number))
    fields |= {
        "date": read_date(more.get("date")) or phrase.take_date(),
        "stable_since": read_date(more.get("stable_since")) or stable,
    }
    inside = _parts(draft, site, phrase)
    for one in inside or (site,):
        draft.item(place, "metastasis", {"site": one, **fields}, draft.as_of, certainty=certainty, note=text)
    if phrase.left:
        draft.leave(place, f"not understood: {phrase.left}")
    for key in more:
        known = (*_NAMES, "date", "status", "stable_since", "present", "number", "count")
        if key not in known and more[key] is not None:
            draft.leave(f"{place}.{key}", "not a part of a place of spread that is known")


_DAY = r"((?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)"


def _stable_since(phrase: Phrase) -> PartialDate | None:
    """Take out since when lesions have been stable; what is said of being stable stays."""
    found = re.search(rf"\bstable (since {_DAY})", phrase.rest, re.IGNORECASE)
    if found is None:
        return None
    phrase.drop(found.start(1), found.end(1))
    return read_date(found[2])


def _treated_on(draft: Draft, place: str, phrase: Phrase) -> None:
    """Take out the day of a treatment: it is not the day on which the lesion was found."""
    found = re.search(
        rf"\b(?:treated|irradiated|resected|SRS|WBRT|radiosurgery)(?: (?:in|on|with))? {_DAY}",
        phrase.rest,
        re.IGNORECASE,
    )
    if found:
        phrase.drop(found.start(1), found.end(1))
        draft.leave(place, f"the day of a treatment, which belongs to the treatments: {found[0]}")


_BONES = {"pelvis": "pelvis_bone", "hip": "femur", "chest": "rib"}


def _parts(draft: Draft, site: str, phrase: Phrase) -> tuple[str, ...]:
    """Return the places inside a place that a remark names ("bone (spine, pelvis)")."""
    found = []
    for word in [one.strip() for one in phrase.bare.replace(" and ", ",").split(",")]:
        part, _ = draft.site(word) if word else ("", "")
        if word and not part and site == "node":
            part, _ = draft.site(f"{word} lymph node")
        if part and site in draft.vocabulary.ancestors("site", _BONES.get(part, part) if site == "bone" else part):
            found.append(_BONES.get(part, part) if site == "bone" else part)
            phrase.take(re.escape(word))
    return tuple(dict.fromkeys(found))


def _lesion(draft: Draft, phrase: Phrase) -> dict[str, Any]:
    """Return number, size and state of lesions that a phrase names."""
    fields: dict[str, Any] = {}
    count = phrase.take(
        r"\b(single|solitary)\b|(?<![\d.])\b(\d{1,2}(?!\.\d|\s?[cm]m\b)|one|two|three)\b"
        r"(?= (?:\w+ ){0,3}?(?:lesion|metastas|nodule|spot))"
    )
    if count:
        words = {"one": 1, "single": 1, "solitary": 1, "two": 2, "three": 3}
        said_count = (count[1] or count[2]).lower()
        fields["number"] = Quantity.exact(float(words.get(said_count, said_count)))
    size = phrase.take(r"(?:\d+(?:\.\d+)?\s?(?:-|–|to)\s?)?(\d+(?:\.\d+)?)\s?(mm|cm)\b")
    if size:
        fields["size"] = Quantity.exact(float(size[1]), size[2].lower())
    symptoms = phrase.take(r"\b(a|non-?)?symptomatic\b")
    if symptoms:
        fields["symptomatic"] = symptoms[1] is None
    said = phrase.says(tables().words.lesion)
    statuses = [one.status for one in said]
    if "treated" in statuses and "stable" in statuses:
        fields["status"] = "treated_stable"
    elif statuses:
        fields["status"] = next((one for one in statuses if one != "untreated"), statuses[0])
    treated = [one.treated for one in said if one.treated is not None]
    if treated:
        fields["treated"] = treated[0]
    return fields


def read_brain(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read what is said of the brain: present or not, lesions treated and not, the lining, steroids, the scan."""
    if isinstance(value, (str, bool)):
        value = {"present": value}
    if not isinstance(value, Mapping):
        draft.leave(place, "not understood")
        return
    scan = read_date(value.get("mri")) or read_date(value.get("date"))
    if value.get("mri") is not None and scan:
        draft.item(f"{place}.mri", "exam", {"kind": "brain_mri", "date": scan}, scan)
    _brain_presence(draft, place, value, scan)
    read_leptomeningeal(draft, f"{place}.leptomeningeal", value.get("leptomeningeal"), row)
    _steroids(draft, f"{place}.steroids", value.get("steroids"))
    lesions_named = any(value.get(key) not in (None, False) for key in ("treated", "untreated"))
    for key, one in value.items():
        known = (
            "present",
            "treated",
            "untreated",
            "stable_since",
            "stable",
            "leptomeningeal",
            "steroids",
            "mri",
            "date",
            "symptomatic",
            *(("number",) if not lesions_named else ()),
        )
        if key not in known and one is not None:
            draft.leave(f"{place}.{key}", "not a part of what is read about the brain")


def _brain_presence(draft: Draft, place: str, value: Mapping[str, Any], scan: PartialDate | None) -> None:
    present = value.get("present")
    meant = stance(present) if isinstance(present, str) else None
    if isinstance(present, str) and (is_nothing(present) or (meant and meant.kind in ("open", "unclear"))):
        draft.leave(f"{place}.present", f"not known: {present}")
        return
    if meant and meant.kind == "denied" and not is_none(str(present)):
        phrase = Phrase(str(present))
        scan = scan or phrase.take_date()
        present = False
    if present is False or (isinstance(present, str) and (is_none(present) or present.lower() in ("no", "absent"))):
        draft.item(f"{place}.present", "metastasis", {"site": "brain"}, scan or draft.as_of, absent=True)
        return
    lesions = [(key, value[key]) for key in ("treated", "untreated") if value.get(key) not in (None, False)]
    symptomatic = value.get("symptomatic") if isinstance(value.get("symptomatic"), bool) else None
    since = read_date(value.get("stable_since"))
    first = _seen_before(draft) if lesions else None
    for key, text in lesions:
        phrase = Phrase(text if isinstance(text, str) else "")
        fields = _lesion(draft, phrase)
        date = phrase.take_date()
        treated = key == "treated"
        stable = (
            value.get("stable") is True or since is not None or fields.get("status") in ("stable", "treated_stable")
        )
        status = ("treated_stable" if stable else "treated") if treated else fields.get("status", "untreated")
        fields |= {"site": "brain", "status": status, "treated": treated}
        fields |= {"symptomatic": symptomatic} if symptomatic is not None else {}
        fields |= {"stable_since": since, "date": first} if treated else {"date": date or first}
        draft.item(
            f"{place}.{key}", "metastasis", fields, date or draft.as_of, note=str(text) if text is not True else ""
        )
    if not lesions and (present is True or isinstance(present, str)):
        phrase = Phrase(present if isinstance(present, str) else "")
        phrase.take(r"^(yes|present)\b")
        since = since or _stable_since(phrase)
        _treated_on(draft, f"{place}.present", phrase)
        certainty: Certainty = "suspected" if phrase.take(tables().words.hedge) else "certain"
        fields = {**_lesion(draft, phrase), "site": "brain", "stable_since": since}
        fields |= {"symptomatic": symptomatic} if symptomatic is not None else {}
        if value.get("treated") is False:
            fields |= {"treated": False, "status": "untreated"}
        number = value.get("number")
        if isinstance(number, int) and not isinstance(number, bool):
            fields["number"] = Quantity.exact(float(number))
        fields |= {"date": phrase.take_date()}
        draft.item(f"{place}.present", "metastasis", fields, draft.as_of, certainty=certainty, note=phrase.text)
        draft.rest(f"{place}.present", phrase)


def _seen_before(draft: Draft) -> PartialDate | None:
    """Take the brain out of the list of sites, where nothing but its date is said of it, and return that date."""
    for fact in draft.facts:
        if (
            fact.attribute == "metastasis"
            and fact.fields.get("site") == ("brain",)
            and set(fact.fields) <= {"site", "date"}
        ):
            draft.facts.remove(fact)
            date = fact.get("date")
            return date if isinstance(date, PartialDate) else None
    return None


def read_leptomeningeal(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read whether the lining of the brain is affected."""
    del row
    if value is True or (isinstance(value, str) and value.lower() in ("yes", "present")):
        draft.item(place, "metastasis", {"site": "leptomeninges"}, draft.as_of)
    elif value is False or (isinstance(value, str) and is_none(value)):
        draft.item(place, "metastasis", {"site": "leptomeninges"}, draft.as_of, absent=True)
    elif isinstance(value, str) and re.search(tables().words.hedge, value, re.IGNORECASE):
        draft.item(place, "metastasis", {"site": "leptomeninges"}, draft.as_of, certainty="suspected", note=value)
    elif value is not None:
        draft.leave(place, f"neither yes nor no: {value}")


def _steroids(draft: Draft, place: str, value: Any) -> None:
    if value is None:
        return
    phrase = Phrase(str(value))
    date = phrase.take_date()
    if value is False or re.match(r"(none|no|off)\b", phrase.text.lower()):
        draft.item(place, "medicine", {"drug": "corticosteroid"}, draft.as_of or date, absent=True, note=str(value))
    else:
        drug = "corticosteroid" if value is True else draft.term("drug", phrase.bare) or "corticosteroid"
        draft.item(place, "medicine", {"drug": drug, "start": date, "ongoing": True}, draft.as_of, note=str(value))
