"""Measurements of the body in neutral facts: laboratory values, performance status, blood pressure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from abreast.foundation.dates import PartialDate
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.genes import read_variants
from abreast.intake.neutral.markers import read_result
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
    is_nothing,
    plain,
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
        elif isinstance(one, str) and str(name).upper() in ("DPYD", "UGT1A1"):
            gene = KeyRow(keys=(str(name),), read="variants", list="variant", origin="germline")
            read_variants(draft, here, f"{name} {one}", gene)
        elif plain(str(name)) in _RESULTS and isinstance(unwrap(one)[0], (str, bool)):
            result = KeyRow(keys=(str(name),), read="result", attribute=plain(str(name)))
            read_result(draft, here, unwrap(one)[0], result)
        elif unwrap(one)[0] is not None:
            draft.leave(here, "not a measurement that is known here")
    del row


_RESULTS = ("hbsag", "anti_hbc", "hbv_dna", "anti_hcv", "hcv_rna", "hiv_test")
"""Tests among the measurements that are positive or negative."""


def lab_name(draft: Draft, name: str) -> tuple[str, str]:
    """Return the attribute that a name means and the unit that it ends in."""
    labs = tables().labs
    whole = plain(name)
    for suffix in ("", *labs.suffixes):
        stem = whole.removesuffix(f"_{suffix}") if suffix else whole
        if suffix and stem == whole:
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
        draft.one(place, attribute.id, quantity_or_reason, date or draft.lab_date, note=remark)


def _measured(draft: Draft, text: str, unit: str) -> Quantity | str:
    if re.match(r"\W*\d{1,3}\.\d{3}\s?/\s?(?:[uµμ]L|mm)", text):
        return f"a point that may part thousands: {text}"
    text = re.sub(r"[x×]?\s?10[Ee]\+?0?(\d{1,2})(?=\s?/)", r"x10^\1", text)
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


_ONE_UNIT = ("egfr", "creatinine_clearance", "qtcf", "lvef")
"""What is measured in one unit only, so that it goes without saying."""


def _fitting(draft: Draft, quantity: Quantity, attribute: str) -> Quantity | str:
    known = draft.vocabulary.attribute(attribute)
    if quantity.unit in ("{xULN}", "{xLLN}"):
        return quantity
    if not quantity.unit and known.unit and known.unit not in ("{ratio}", "{score}") and attribute not in _ONE_UNIT:
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
