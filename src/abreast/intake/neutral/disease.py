"""The disease in neutral facts: staging, sites of spread, the brain, markers and gene findings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from abreast.case import Certainty, Value
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.codes import load_tables
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    is_none,
    is_nothing,
    parted,
    read_date,
    read_quantity,
    tables,
    without_remark,
)
from abreast.intake.staging import Category, Letter, parse_categories, parse_category, parse_stage
from abreast.intake.variants import short_change
from abreast.vocabulary import Quantity

_LETTERS: dict[str, Letter] = {"t": "t", "n": "n", "m": "m"}


def read_stage(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read a stage group; a remark in parentheses stays as a note."""
    text, remark = without_remark(str(value))
    stage = parse_stage(text, draft.vocabulary)
    for part in () if stage else parted(text):
        stage = stage or parse_stage(part, draft.vocabulary)
    if stage:
        draft.one(place, row.attribute, stage.term, note=remark)
    categories = list(parse_categories(str(value), draft.vocabulary))
    for category in categories:
        if category.attribute:
            draft.one(place, category.attribute, category.term)
    if not stage and not categories:
        draft.leave(place, f"not a stage group: {value}")


def read_tnm(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read T, N and M categories with their prefixes; ``row.prefix`` stands in where a category has none."""
    text, remark = without_remark(str(value))
    found = list(parse_categories(text, draft.vocabulary))
    if not found and row.letter:
        single = parse_category(text, _LETTERS[row.letter], draft.vocabulary)
        found = [single] if single else []
    if not found:
        draft.leave(place, f"not a TNM category: {value}")
    for category in found:
        known = category if category.prefix else Category(category.letter, category.term, row.prefix)
        if known.attribute:
            draft.one(place, known.attribute, known.term, note=remark)
        else:
            draft.leave(place, f"a category at recurrence or autopsy: {value}")


def read_extent(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read how far it has spread and how it came about ("recurrent, distant"); a hedge leaves it suspected."""
    del row
    phrase = Phrase(str(value))
    certainty: Certainty = "suspected" if phrase.take(tables().words.hedge) else "certain"
    phrase.take(r"^\s*new(ly diagnosed|ly found)?\b")
    for said in phrase.says(tables().words.extent):
        meant: Value = {"yes": True, "no": False}.get(said.value, said.value)
        draft.one(place, said.attribute, meant, draft.as_of, certainty=certainty)
    phrase.take_term("site", draft.vocabulary)  # where a recurrence is: the sites have a key of their own
    draft.rest(place, phrase)


def read_histology(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read the type of cancer; a remark in parentheses stays as a note."""
    text, remark = without_remark(str(value))
    row_ = load_tables().morphology.by_name([text])
    term = draft.vocabulary.by_name("histology", text) or (row_.histology if row_ else "")
    if not term:
        phrase = Phrase(text)
        term = phrase.take_term("histology", draft.vocabulary)
        grade = phrase.take(r"\b(?:grade\s?|g)([1-3])\b")
        if term and grade:
            draft.one(place, "grade", Quantity.exact(float(grade[1])))
        if term:
            draft.rest(place, phrase)
    if term:
        draft.one(place, row.attribute, term, note=remark)
    else:
        draft.leave(place, f"not a type of breast cancer that is known: {value}")


def read_side(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read which breast."""
    side = draft.answers("side").by_text(str(value))
    if side:
        draft.one(place, row.attribute, side)
        if re.search(r"\bonly\b", str(value)):
            draft.one(place, "bilateral", False)
    else:
        draft.leave(place, f"neither left nor right: {value}")


# --- where it has spread ------------------------------------------------------------------------------------------


def read_sites(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read places of spread: words ("bone (spine, pelvis)"), or objects with a site, a date and more."""
    if isinstance(value, str):
        if is_none(value):
            draft.item(place, "metastasis", {"site": "distant"}, draft.as_of, absent=True)
            return
        value = [value]
    if isinstance(value, Mapping) and "site" not in value:
        value = [f"{'no ' if there is False else ''}{site}" for site, there in value.items() if isinstance(there, bool)]
    if isinstance(value, Mapping):
        value = [value]
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        if isinstance(one, Mapping):
            _site(draft, here, str(one.get("site") or ""), one, row)
        elif isinstance(one, str):
            parts = parted(one)
            several = len(parts) > 1 and all(draft.site(without_remark(part)[0])[0] for part in parts)
            for part in parts if several else [one]:
                _site(draft, here, part, {}, row)
        else:
            draft.leave(here, "not a place of spread", row.list)


def _site(draft: Draft, place: str, text: str, more: Mapping[str, Any], row: KeyRow) -> None:
    head, remark = without_remark(text)
    beginning = Phrase(head)
    denied = beginning.take(r"^\s*(no|without|not in)\s+")
    phrase = Phrase(f"{remark}, {more.get('status') or ''}")
    unsure = beginning.take(rf"{tables().words.hedge}|\?\s*$") or phrase.take(tables().words.hedge)
    site, _ = draft.site(beginning.bare)
    if not site:
        draft.leave(place, f"not a place that is known: {text}", row.list)
        return
    if denied:
        draft.item(place, "metastasis", {"site": site}, draft.as_of, absent=True, note=text)
        return
    certainty: Certainty = "suspected" if unsure else "certain"
    fields = _lesion(draft, phrase)
    fields |= {
        "date": read_date(more.get("date")) or phrase.take_date(),
        "stable_since": read_date(more.get("stable_since")),
    }
    inside = _parts(draft, site, phrase)
    for one in inside or (site,):
        draft.item(place, "metastasis", {"site": one, **fields}, draft.as_of, certainty=certainty, note=text)
    if phrase.left:
        draft.leave(place, f"not understood: {phrase.left}")
    for key in more:
        if key not in ("site", "date", "status", "stable_since") and more[key] is not None:
            draft.leave(f"{place}.{key}", "not a part of a place of spread that is known")


_BONES = {"pelvis": "pelvis_bone", "hip": "femur", "chest": "rib"}


def _parts(draft: Draft, site: str, phrase: Phrase) -> tuple[str, ...]:
    """Return the places inside a place that a remark names ("bone (spine, pelvis)")."""
    found = []
    for word in [one.strip() for one in phrase.bare.replace(" and ", ",").split(",")]:
        part, _ = draft.site(word) if word else ("", "")
        if part and site in draft.vocabulary.ancestors("site", _BONES.get(part, part) if site == "bone" else part):
            found.append(_BONES.get(part, part) if site == "bone" else part)
            phrase.take(re.escape(word))
    return tuple(dict.fromkeys(found))


def _lesion(draft: Draft, phrase: Phrase) -> dict[str, Any]:
    """Return number, size and state of lesions that a phrase names."""
    fields: dict[str, Any] = {}
    count = phrase.take(r"\b(\d{1,2}|one|two|three|single)\b(?= (?:\w+ ){0,3}?(?:lesion|metastas|nodule|spot))")
    if count:
        words = {"one": 1, "single": 1, "two": 2, "three": 3}
        fields["number"] = Quantity.exact(float(words.get(count[1].lower(), count[1])))
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
        )
        if key not in known and one is not None:
            draft.leave(f"{place}.{key}", "not a part of what is read about the brain")


def _brain_presence(draft: Draft, place: str, value: Mapping[str, Any], scan: PartialDate | None) -> None:
    present = value.get("present")
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
        if is_nothing(phrase.text):
            return
        phrase.take(r"^(yes|present)\b")
        certainty: Certainty = "suspected" if phrase.take(tables().words.hedge) else "certain"
        fields = {**_lesion(draft, phrase), "site": "brain", "stable_since": since}
        fields |= {"symptomatic": symptomatic} if symptomatic is not None else {}
        if value.get("treated") is False:
            fields |= {"treated": False, "status": "untreated"}
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


# --- markers --------------------------------------------------------------------------------------------------------


def read_specimen(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read which tissue the receptors were measured on, and whether that was a biopsy of a metastasis."""
    del row
    phrase = Phrase(str(value))
    draft.sample_date = phrase.take_date()
    draft.sample = phrase.bare.strip(" ,")
    site, _ = draft.site(draft.sample)
    distant = bool(site) and "distant" in draft.vocabulary.ancestors("site", site)
    if distant or "metasta" in draft.sample.lower():
        draft.one(place, "biopsied_metastasis", True, draft.sample_date)
    if re.search(r"biops|\bcore\b|resect|mastectomy|lumpectomy|metasta", draft.sample, re.IGNORECASE):
        draft.one(place, "confirmed", True, draft.sample_date)


_PERCENT = r"(?:[<>≤≥]=?\s?)?\d+(?:\.\d+)?(?:\s?(?:-|–|to)\s?\d+(?:\.\d+)?)?\s?%"


def read_receptor(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read a percentage of cells; words such as "positive" give the status instead."""
    if isinstance(value, str):
        quantity = read_quantity(value, row.unit, draft.vocabulary)
        percent = re.findall(_PERCENT, value)
        if isinstance(quantity, str) and len(percent) == 1 and not quantity.startswith("not an exact number"):
            quantity = read_quantity(percent[0], row.unit, draft.vocabulary)  # "positive (95%)", "95%, strong"
        if isinstance(quantity, str) and draft.answers("result").by_text(value) is None:
            draft.leave(place, quantity)
            return
        if isinstance(quantity, str):
            read_result(draft, place, value, KeyRow(keys=row.keys, read="result", attribute=row.status, sample=True))
            return
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        read_result(draft, place, value, KeyRow(keys=row.keys, read="result", attribute=row.status, sample=True))
        return
    else:
        quantity = Quantity.exact(float(value), row.unit)
    if 0 <= quantity.high <= 100 or (quantity.high == float("inf") and quantity.low <= 100):
        draft.one(place, row.attribute, quantity, draft.sample_date, specimen=draft.sample)
    else:
        draft.leave(place, f"not a percentage: {value}")


def read_result(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read positive or negative for an attribute of that kind."""
    text = {True: "positive", False: "negative"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    attribute = draft.vocabulary.attribute(row.attribute)
    result = draft.answers("result").by_text(without_remark(text)[0])
    if result and result in draft.vocabulary.terms[attribute.terms]:
        date, specimen = (draft.sample_date, draft.sample) if row.sample else (None, "")
        draft.one(place, row.attribute, result, date, specimen=specimen, note=without_remark(text)[1])
    elif result == "nothing" or is_nothing(text):
        draft.leave(place, f"not known: {text}")
    else:
        draft.leave(place, f"neither positive nor negative: {text}")


def read_answer(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read one of the answers of a test (HER2 by IHC or ISH)."""
    text = str(value)
    set_name = draft.vocabulary.attribute(row.attribute).terms
    if is_nothing(text):
        draft.leave(place, f"not known: {text}")
        return
    if len(set(re.findall(r"[0-3](?=\s?\+)", text))) > 1:
        draft.leave(place, f"more than one score: {text}")
        return
    term = draft.answers(set_name).by_text(text) or draft.vocabulary.by_name(set_name, without_remark(text)[0])
    if term and term in draft.vocabulary.terms[set_name]:
        note = without_remark(text)[1]
        draft.one(place, row.attribute, term, draft.sample_date, specimen=draft.sample, note=note)
    else:
        draft.leave(place, f"not a result that is known: {text}")


def read_her2(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read HER2 as stated, with a score or amplification when the words have one ("2+ / FISH negative")."""
    text = str(value)
    phrase = Phrase(text)
    score = phrase.take(r"\b(?:ihc\s*)?([0123])\s?\+|\bihc\s*0\b")
    if score:
        draft.one(place, "her2.ihc", f"{score[1]}+" if score[1] not in (None, "0") else "0", draft.sample_date)
    ish = phrase.take(
        r"\b(?:fish|ish)[ :-]*(positive|negative|amplified|not amplified|non-amplified)|(non|not)?[- ]?amplified"
    )
    if ish:
        negative = re.search(r"neg|non|not", ish[0], re.IGNORECASE)
        draft.one(place, "her2.ish", "not_amplified" if negative else "amplified", draft.sample_date)
    term = draft.vocabulary.by_name("her2", without_remark(phrase.bare)[0].strip(" ,/")) or ""
    result = draft.answers("result").by_text(phrase.bare.strip(" ,/"))
    status = term or (result if result in ("positive", "negative") else "")
    if re.search(r"her2.?low|^low", text, re.IGNORECASE):
        status = "low"
    if status:
        draft.one(place, row.attribute, status, draft.sample_date, specimen=draft.sample)
    elif not score and not ish:
        draft.leave(place, f"not known: {text}" if is_nothing(text) else f"not understood as HER2: {text}")


def read_pdl1(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read PD-L1 by the score that the words name ("CPS 12", "TPS 5%", "IC 1%"), with its antibody, or as a word."""
    phrase = Phrase(str(value))
    some = False
    for score, attribute, unit in (("CPS", "pdl1.cps", "{score}"), ("TPS", "pdl1.tps", "%"), ("IC", "pdl1.ic", "%")):
        found = phrase.take(rf"\b{score}\s*(?:of|[:=])?\s*((?:[<>≤≥]=?\s?)?\d+(?:\.\d+)?)\s?%?")
        quantity = read_quantity(found[1], unit, draft.vocabulary) if found else ""
        if isinstance(quantity, Quantity):
            some = True
            draft.one(place, attribute, quantity, draft.sample_date, specimen=draft.sample)
    assay = phrase.take_term("pdl1_assay", draft.vocabulary)
    if assay:
        draft.one(place, "pdl1.assay", assay)
    if not some:
        read_result(draft, place, phrase.bare, row)


def read_genomic_assay(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read an expression test of the tumor ("Oncotype DX RS 28", "MammaPrint low risk")."""
    del row
    phrase = Phrase(str(value))
    oncotype = phrase.take(r"\boncotype(?: ?dx)?\b\W*(?:rs|recurrence score|score)?\W*(?:of )?(\d{1,3})\b")
    mammaprint = phrase.take(r"\bmammaprint\b\W*(?:is |was )?(?:ultra)?-?(low|high)(?:[- ]risk)?\b")
    if oncotype and float(oncotype[1]) <= 100:
        draft.one(place, "oncotype", Quantity.exact(float(oncotype[1]), "{score}"))
    if mammaprint:
        draft.one(place, "mammaprint", mammaprint[1].lower())
    if not oncotype and not mammaprint:
        draft.leave(place, f"not understood: {value}")


def read_nodes(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read how many nodes were positive ("2/12 positive", "0 of 3"), or an N category."""
    text = str(value)
    counted = re.match(r"\s*(\d{1,2})(?:\s?(?:/|of|out of)\s?\d{1,2})?(?:\s+(?:\w+ )?(?:nodes? )?positive)?\s*$", text)
    categories = list(parse_categories(text, draft.vocabulary))
    if counted:
        draft.one(place, row.attribute, Quantity.exact(float(counted[1])))
    elif categories:
        read_tnm(draft, place, value, row)
    else:
        draft.leave(place, f"not a number of nodes: {text}")


def read_removed(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read what a report on removed tissue says ("ypT1c ypN1a, RCB-II", "pT2 pN0, margins clear")."""
    del row
    phrase = Phrase(str(value))
    left_after_treatment(draft, place, phrase)
    for category in parse_categories(phrase.rest, draft.vocabulary):
        if category.attribute:
            draft.one(place, category.attribute, category.term)
            phrase.take(rf"\b{category.prefix}{category.letter}\w*(\([^)]*\))?")
    draft.rest(place, phrase)


def left_after_treatment(draft: Draft, place: str, phrase: Phrase) -> None:
    """Read what words say of the tissue that was removed after treatment (residual disease, RCB-II, ypT2 ypN2)."""
    if phrase.take(r"\b(no residual (invasive )?(disease|cancer)|pathologic(al)? complete (response|remission)|pcr)\b"):
        draft.one(place, "residual_disease", False)
    elif phrase.take(r"\bresidual (invasive )?(disease|cancer)\b|\bnon-?pcr\b|\bno pcr\b"):
        draft.one(place, "residual_disease", True)
    burden = phrase.take(r"\bRCB[- ]?(0|III|II|I|[1-3])\b")
    if burden:
        number = {"0": 0, "I": 1, "II": 2, "III": 3}.get(burden[1].upper(), burden[1])
        draft.one(place, "rcb", Quantity.exact(float(number)))
    for category in parse_categories(phrase.rest, draft.vocabulary):
        if category.prefix.startswith("y"):
            draft.one(place, category.attribute, category.term)
            phrase.take(rf"\b{category.prefix}{category.letter}\w*(\([^)]*\))?")


def read_assay(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read which antibody PD-L1 was tested with."""
    term = draft.term("pdl1_assay", str(value))
    if term:
        draft.one(place, row.attribute, term, note=str(value))
    else:
        draft.leave(place, f"not an assay that is known: {value}")


def read_msi(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read microsatellite and mismatch repair status from one text ("MSS, pMMR")."""
    del row
    some = False
    for part in re.split(r"[,;/]| and ", str(value)):
        msi = "" if "mmr" in part.lower() else draft.answers("msi").by_text(part)
        mmr = draft.answers("mmr").by_text(part) if not msi else None
        for attribute, term in (("msi", msi), ("mmr", mmr)):
            if term:
                some = True
                draft.one(place, attribute, term)
    if not some:
        draft.leave(place, f"not known: {value}" if is_nothing(str(value)) else f"not understood: {value}")


def read_tmb(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read tumor mutational burden as a number or as a word."""
    del row
    level = draft.answers("high_low").by_text(str(value))
    if level:
        draft.one(place, "tmb.status", level)
        return
    quantity = read_quantity(str(value), "{mut}/Mb", draft.vocabulary)
    if isinstance(quantity, str):
        draft.leave(place, quantity)
    else:
        draft.one(place, "tmb", quantity)


def read_tissue(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read whether tissue is stored; a text names the tissue."""
    if isinstance(value, bool):
        draft.one(place, row.attribute, value)
    elif is_nothing(str(value)):
        draft.leave(place, f"not known: {value}")
    else:
        draft.one(place, row.attribute, not is_none(str(value)), Phrase(str(value)).take_date(), note=str(value))


# --- genes ----------------------------------------------------------------------------------------------------------

_WILD = (
    r"wild[- ]?type|\bwt\b|\bintact\b|not? (?:mutated|detected|altered|found|present)|\bnegative\b|\bnormal\b|unmutated"
    r"|\bnone\b(?: found| detected)?|\b(?:no|without|neither|absence of)\b"
)
"""Words that say that a gene was looked at and nothing was found."""

_FOUND = r"\b(mutations?|mutated|mutant|positive|present|detected|altered|alterations?|variants?|found)\b"
_OPEN = r"\b(not (yet )?(tested|done|known)|pending|awaited|unknown)\b"
_GENE = re.compile(
    r"\b[gst]?BRCA\s?1\s?(?:/|and|&|or)\s?(?:[gst]?BRCA)?\s?2\b|\b[A-Za-z][A-Za-z0-9-]{1,11}\b", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,/&+]*(?:\b(?:and|or|nor)\b)?[\s,/&+]*")
_PARTS_OF_VARIANT = (
    "gene",
    "alteration",
    "variant",
    "change",
    "type",
    "significance",
    "classification",
    "result",
    "status",
)


def read_variants(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read gene findings: objects with gene and alteration, or words ("PIK3CA H1047R", "BRCA1/2 negative").

    A finding that is listed with its change, and not called uncertain or benign, is one that counts: neutral facts list
    nothing else, and name wild-type genes as such.
    """
    if isinstance(value, str):
        value = [value]
    if isinstance(value, Mapping):
        value = [value] if "gene" in value else [f"{gene} {what}" for gene, what in value.items() if what is not None]
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        if isinstance(one, Mapping):
            words = " ".join(str(one[key]) for key in _PARTS_OF_VARIANT if one.get(key))
            fraction = _percent(one.get("vaf"))
            _variants(draft, here, words, row, origin=str(one.get("origin") or row.origin), fraction=fraction)
            for key, part in one.items():
                if key not in (*_PARTS_OF_VARIANT, "origin", "vaf") and part is not None:
                    draft.leave(f"{here}.{key}", "not a part of a gene finding that is known")
        elif isinstance(one, str) and one.strip():
            _variants(draft, here, one, row, origin=row.origin, fraction=None)
        else:
            draft.leave(here, "not a gene finding", row.list)


def _variants(draft: Draft, place: str, text: str, row: KeyRow, *, origin: str, fraction: Quantity | None) -> None:
    """Read each group of genes of a text with the words that belong to it."""
    about = Phrase(origin)
    date = about.take_date()
    kind = draft.answers("variant_origin").by_text(re.sub(r"\(.*", "", about.bare).strip()) or ""
    plasma = bool(re.search(r"ctdna|plasma|liquid|blood", origin, re.IGNORECASE))
    groups = _gene_groups(draft, text[:2000])
    if not groups:
        draft.leave(place, f"no gene that is known: {text}", row.list)
    for genes, words in groups:
        phrase = Phrase(words)
        own = "germline" if phrase.take(r"\bgermline\b") else "somatic" if phrase.take(r"\bsomatic\b") else kind
        share = phrase.take(r"\bVAF\W{0,3}(\d+(?:\.\d+)?)\s?%|(\d+(?:\.\d+)?)\s?% VAF\b")
        blood = bool(phrase.take(r"\b(?:in |on |by )?(?:ctdna|plasma|liquid biopsy)\b")) or plasma
        when = phrase.take_date() or date
        vaf = Quantity.exact(float(share[1] or share[2]), "%") if share else fraction
        if phrase.take(_OPEN):
            draft.leave(place, f"not known: {' '.join(genes)} {words}", row.list)
        elif phrase.take(_WILD):
            phrase.take(_FOUND)
            phrase.take(r"\b(pathogenic|deleterious)\b")
            for gene in genes:
                draft.item(place, "variant", {"gene": gene, "origin": own}, when or draft.as_of, absent=True, note=text)
            draft.rest(place, phrase, row.list)
        else:
            _finding(draft, place, phrase, genes, _Seen(own, when, vaf, "ctDNA" if blood else None, row.list))
            draft.rest(place, phrase)


def _gene_groups(draft: Draft, text: str) -> list[tuple[tuple[str, ...], str]]:
    """Part a text at its genes: genes that stand together share the words around them.

    ``PIK3CA H1047R, no ESR1 or AKT1 change`` has the groups PIK3CA (``H1047R``) and ESR1, AKT1 (``no change``).
    """
    groups: list[tuple[tuple[str, ...], int, int]] = []
    for match in _GENE.finditer(text):
        genes = _genes_of(draft, match[0])
        if not genes:
            continue
        between = text[groups[-1][2] : match.start()] if groups else ""
        if groups and _BETWEEN.fullmatch(between):
            groups[-1] = ((*groups[-1][0], *genes), groups[-1][1], match.end())
        else:
            groups.append((genes, match.start(), match.end()))
    found = []
    start = 0
    for index, (genes, first, last) in enumerate(groups):
        following = groups[index + 1][1] if index + 1 < len(groups) else len(text)
        end = following
        if following < len(text):
            joints = [last + joint.start() for joint in re.finditer(r"[,;]|\band\b", text[last:following])]
            end = joints[-1] if joints else following
        germline = "germline " if re.match(r"g[A-Z]", text[first:last]) else ""
        found.append((tuple(dict.fromkeys(genes)), f"{germline}{text[start:first]} {text[last:end]}"))
        start = end
    return found


def _genes_of(draft: Draft, name: str) -> tuple[str, ...]:
    """Return the genes of one word: ``PIK3CA``, ``gBRCA2``, ``BRCA1/2``, ``BRCA``."""
    if re.fullmatch(r"[gst]?BRCA(\s?1\s?(/|and|&|or)\s?([gst]?BRCA)?\s?2)?", name, re.IGNORECASE):
        return ("BRCA1", "BRCA2")
    bare = name[1:] if re.match(r"[gst][A-Z]{2}", name) else name
    gene = draft.vocabulary.by_name("gene", bare) if bare[:2].isupper() else None
    return (gene,) if gene else ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """How a finding was seen: what its fact has beside gene and change, and the list it belongs to."""

    origin: str
    date: PartialDate | None
    vaf: Quantity | None
    specimen: str | None
    list: str


def _finding(draft: Draft, place: str, phrase: Phrase, genes: tuple[str, ...], seen: _Seen) -> None:
    meaning = ""
    for pattern, term in (
        (r"likely benign|benign|polymorphism", "benign"),
        (r"(of )?uncertain( significance)?|\bvus\b|unknown significance", "uncertain"),
        (r"likely pathogenic", "likely_pathogenic"),
        (r"pathogenic|deleterious", "pathogenic"),
    ):
        if not meaning and phrase.take(pattern):
            meaning = term
    kind = ""
    for pattern, term in (
        (r"amplifi\w+", "amplification"),
        (r"fusion", "fusion"),
        (r"rearrang\w+", "rearrangement"),
        (r"(homozygous |deep )?(loss|deletion)\b", "loss"),
    ):
        if not kind and phrase.take(pattern):
            kind = term
    change = None
    for token in phrase.bare.split():
        change = short_change(token.strip(",;()"))
        if change:
            phrase.take(re.escape(token))
            break
    found = phrase.take(_FOUND)
    if not (meaning or kind or change or found):
        draft.leave(place, f"does not say what was found: {' '.join(genes)} {phrase.text.strip()}", seen.list)
        return
    if change and len(genes) > 1:
        draft.leave(place, f"does not say in which gene: {' '.join(genes)} {phrase.text.strip()}", seen.list)
        return
    for gene in genes:
        shown: dict[str, Any] = {
            "gene": gene,
            "alteration": change,
            "type": kind or ("mutation" if change or found else None),
            "significance": meaning or "pathogenic",
        }
        shown |= {"origin": seen.origin, "date": seen.date, "vaf": seen.vaf, "specimen": seen.specimen}
        draft.item(place, "variant", shown, seen.date or draft.as_of, note=phrase.text.strip())
    if seen.specimen and seen.date:
        draft.item(place, "genomic_test", {"kind": "liquid_biopsy", "date": seen.date}, seen.date)


def _percent(value: Any) -> Quantity | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Quantity.exact(float(value), "%")
    match = re.match(r"\s*(\d+(?:\.\d+)?)\s*%", value) if isinstance(value, str) else None
    return Quantity.exact(float(match[1]), "%") if match else None
