"""The markers of the tumor in neutral facts: receptors, HER2, PD-L1 and other tests of tissue."""

from __future__ import annotations

import re
from typing import Any

from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    is_none,
    is_nothing,
    read_quantity,
    stance,
    without_remark,
)
from abreast.vocabulary import Quantity


def read_specimen(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read which tissue the receptors were measured on, and whether that was a biopsy of a metastasis."""
    del row
    text, earlier = _earlier(str(value))
    for part in earlier:
        _read_earlier(draft, place, part)
    phrase = Phrase(text)
    draft.sample_date = phrase.take_date()
    draft.sample = phrase.bare.strip(" ,")
    site, _ = draft.site(draft.sample)
    distant = bool(site) and "distant" in draft.vocabulary.ancestors("site", site)
    if distant or "metasta" in draft.sample.lower():
        draft.one(place, "biopsied_metastasis", True, draft.sample_date)
    if re.search(r"biops|\bcore\b|resect|mastectomy|lumpectomy|metasta", draft.sample, re.IGNORECASE):
        draft.one(place, "confirmed", True, draft.sample_date)


_EARLIER = re.compile(
    r"\(([^()]*\b(?:primary|original|initial|first)\b[^()]*)\)|;\s*((?:the )?(?:primary|original|initial)\b[^;]*)",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:(?P<receptor>ER|PR)\W{0,3}(?P<percent>\d+)\s?%|HER2\W{0,3}(?:IHC\W{0,2})?(?P<score>0|[1-3]\s?\+)(?![\d.%]))",
    re.IGNORECASE,
)


def _earlier(text: str) -> tuple[str, list[str]]:
    """Part the words about this sample from those about an earlier one ("(primary 2021: ER 90 %, HER2 0)")."""
    parts = [next(filter(None, one.groups())) for one in _EARLIER.finditer(text) if _SAID.search(one.group())]
    return (_EARLIER.sub(" ", text), parts) if parts else (text, [])


def _read_earlier(draft: Draft, place: str, text: str) -> None:
    """Read the receptors of an earlier sample. Without its date they cannot be told from those of now, and are left."""
    phrase = Phrase(text)
    date = phrase.take_date()
    if date is None:
        draft.leave(place, f"an earlier sample without a date: {text}")
        return
    for said in _SAID.finditer(phrase.rest):
        if said["receptor"]:
            quantity = Quantity.exact(float(said["percent"]), "%")
            draft.one(place, f"{said['receptor'].lower()}.percent", quantity, date, specimen="earlier sample")
        else:
            draft.one(place, "her2.ihc", said["score"].replace(" ", ""), date, specimen="earlier sample")


_NAMED = re.compile(
    r"\b(?P<name>ER|o?estrogen receptors?|PR|PgR|progesterone receptors?|HR|hormone receptors?)(?: status)?"
    r"(?:\s?(?P<sign>[-+−])(?=\s*(?:$|[,;/)&]|and\b))"
    r"|\W{0,3}?(?P<percent>(?:[<>≤≥]=?\s?)?\d+(?:\.\d+)?(?:\s?[-–]\s?\d+)?\s?%)"
    r"|\W{0,3}?(?P<word>low[- ]positive|positive|negative|pos|neg)(?!\w))",
    re.IGNORECASE,
)
_NAMED_HER2 = re.compile(r"\bHER-?2(?:/neu)?(?P<said>[^;]*)", re.IGNORECASE)
_RECEPTORS = {"e": "er", "o": "er", "p": "pr", "h": "hr"}


def read_receptors(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read several receptors from one text ("ER 95 %, PR neg, HER2 IHC 1+", "HR+/HER2-", "triple negative")."""
    del row
    phrase = Phrase(str(value))
    if is_nothing(phrase.text):
        draft.leave(place, f"not known: {value}")
        return
    if phrase.take(r"\btriple[- ]negative\b|\bTNBC\b"):
        for attribute in ("er.status", "pr.status", "her2.status"):
            draft.one(place, attribute, "negative", draft.sample_date, specimen=draft.sample)
    named = [(_RECEPTORS[found["name"][0].lower()], found) for found in _NAMED.finditer(phrase.rest)]
    for name in [name for name, _ in named]:
        if [other for other, _ in named].count(name) > 1:
            draft.leave(place, f"more than one result of one receptor: {value}")
            return
    for name, found in named:
        if _one_receptor(draft, place, name, found):
            phrase.take(re.escape(found[0]))
    her2 = phrase.take(_NAMED_HER2.pattern)
    if her2:
        sign = re.match(r"\s?([-+−])\s*(?:$|[,;/)])", her2["said"])
        text = ("positive" if sign[1] == "+" else "negative") if sign else her2["said"].strip(" ,:=-/")
        read_her2(draft, place, text, _HER2_ROW)
    phrase.take(r"\b(breast cancer|disease|status)\b")
    draft.rest(place, phrase)


_HER2_ROW = KeyRow(keys=("her2_status",), read="her2", attribute="her2.status", sample=True)


def _one_receptor(draft: Draft, place: str, name: str, found: re.Match[str]) -> bool:
    """Add the result of one receptor; ``False`` when it cannot be one (a percentage of both hormone receptors)."""
    if found["percent"]:
        quantity = read_quantity(found["percent"], "%", draft.vocabulary)
        if name == "hr" or isinstance(quantity, str):
            return False
        draft.one(place, f"{name}.percent", quantity, draft.sample_date, specimen=draft.sample)
        return True
    said = (found["sign"] or found["word"]).lower()
    result = (
        "low_positive" if said.startswith("low") else "positive" if said in ("+", "pos", "positive") else "negative"
    )
    if result == "low_positive" and name != "er":
        result = "positive"
    draft.one(place, f"{name}.status", result, draft.sample_date, specimen=draft.sample)
    return True


def _names_others(text: str) -> bool:
    """Return whether a text names a receptor with its result, so that it is not only about the one of its key."""
    return bool(_NAMED.search(text)) and bool(re.search(r"[,;/]", text))


_PERCENT = r"(?:[<>≤≥]=?\s?)?\d+(?:\.\d+)?(?:\s?(?:-|–|to)\s?\d+(?:\.\d+)?)?\s?%"


def read_receptor(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read a percentage of cells; words such as "positive" give the status instead."""
    if isinstance(value, str) and _names_others(value):
        read_receptors(draft, place, value, row)
        return
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
    if row.attribute in ("er.status", "pr.status", "hr.status") and _NAMED.search(text):
        read_receptors(draft, place, text, row)
        return
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
    ratio = re.search(r"\bratio\W{0,4}(?:of )?(\d+(?:\.\d+)?)", text) if row.attribute == "her2.ish" else None
    if ratio:
        draft.one(place, "her2.ratio", Quantity.exact(float(ratio[1]), "{ratio}"), draft.sample_date)
    if len(set(re.findall(r"(?<![\d.*])(?:0(?![\d.%]|\s?%)|[1-3](?=\s?\+))", text))) > 1:
        draft.leave(place, f"more than one score: {text}")
        return
    if row.attribute == "her2.ihc":
        _ish_beside(draft, place, text)
    if ratio:
        text = re.sub(r"[,;(]?\s*(?:\bHER2/CEP17 )?\bratio\b.*", "", text, flags=re.IGNORECASE).strip()
    term = draft.answers(set_name).by_text(text) or draft.vocabulary.by_name(set_name, without_remark(text)[0])
    if term and term in draft.vocabulary.terms[set_name]:
        note = without_remark(text)[1]
        draft.one(place, row.attribute, term, draft.sample_date, specimen=draft.sample, note=note)
    elif not ratio:
        draft.leave(place, f"not a result that is known: {text}")


_ISH = (
    r"\b(?:D?FISH|D?ISH|CISH)(?:[ :/-]*(?P<word>positive|negative|pos\b|neg\b|amplified|not amplified|non-?amplified)"
    r"|\s?(?P<sign>[-+−])(?=\s*(?:$|[,;)/])))|(?P<bare>(?:non|not)?[- ]?\bamplified)\b"
)


def _ish_beside(draft: Draft, place: str, text: str) -> None:
    """Read a result of in situ hybridization that stands beside the score ("2+/ISH-")."""
    found = re.search(_ISH, text, re.IGNORECASE)
    if found:
        negative = re.search(r"neg|non|not|[-−]$", found[0], re.IGNORECASE)
        draft.one(place, "her2.ish", "not_amplified" if negative else "amplified", draft.sample_date)


def read_her2(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read HER2 as stated, with a score or amplification when the words have one ("2+ / FISH negative")."""
    text = str(value)
    phrase = Phrase(text)
    score = phrase.take(r"\b(?:ihc\s*)?([0123])\s?\+|\bihc\s*0\b")
    if score:
        draft.one(place, "her2.ihc", f"{score[1]}+" if score[1] not in (None, "0") else "0", draft.sample_date)
    _ish_beside(draft, place, phrase.rest)
    ish = phrase.take(_ISH)
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
        there = not (is_none(str(value)) or stance(str(value)).kind == "denied")
        draft.one(place, row.attribute, there, Phrase(str(value)).take_date(), note=str(value))
