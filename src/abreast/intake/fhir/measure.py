"""Numbers in a record: value, comparator, unit and the laboratory's normal limits."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from abreast.intake.fhir.node import Node
from abreast.vocabulary import Attribute, Quantity, Vocabulary
from abreast.vocabulary.quantity import parse_quantity

_SAME_UNIT = {"1/1000000{Base}": "{mut}/Mb", "1/10*6.{Base}": "{mut}/Mb", "{Mutations}/Mb": "{mut}/Mb"}
_COUNTING = ("", "1", "{score}", "{ratio}", "{#}", "{INR}", "{count}", "Count")
_RANGE = re.compile(r"\s*(-?[\d.]+)\s*(?:-|–|to)\s*(-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Target:
    """What a number is to become: an attribute, the unit that goes without saying, the limits of what is possible."""

    attribute: Attribute
    default_unit: str = ""
    plausible: tuple[float, float] | None = None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Limits in the attribute's own unit outside which a value is an error of the record."""
        return self.plausible or self.attribute.plausible


def read_quantity(node: Node, target: Target, vocabulary: Vocabulary) -> Quantity | str:
    """Read a FHIR Quantity for an attribute; the reason in words when it cannot be used."""
    number = node.number("value")
    if number is None:
        return "no number"
    comparator = node.text("comparator")
    unit = _unit(node, vocabulary)
    quantity = _compared(number, comparator, unit or "")
    if quantity is None:
        return f"the comparator {comparator!r} is not known"
    return fit(quantity, unit, target, vocabulary, node.text("unit") or node.text("code"))


def read_number(number: float, target: Target, vocabulary: Vocabulary) -> Quantity | str:
    """Read a bare number (valueInteger) for an attribute."""
    return fit(Quantity.exact(number), "", target, vocabulary, "")


def read_words(text: str, target: Target, vocabulary: Vocabulary) -> Quantity | str:
    """Read a number written as text (``<5 %``, ``1.9 x10^9/L``)."""
    try:
        quantity = parse_quantity(text[:100])
    except ValueError:
        return f"not a number: {text[:60]!r}"
    unit = vocabulary.unit(quantity.unit) if quantity.unit else ""
    return fit(replace(quantity, unit=unit or ""), unit, target, vocabulary, quantity.unit)


def fit(quantity: Quantity, unit: str | None, target: Target, vocabulary: Vocabulary, written: str) -> Quantity | str:
    """Give a number its unit and check that it can be one of the attribute's; the reason in words when it cannot.

    ``unit`` is "" when none was given and ``None`` when the one ``written`` is not known. A number without a unit takes
    the attribute's only where that goes without saying (a score, a ratio, a percentage that its code implies).
    """
    own = target.attribute.unit
    if unit is None:
        return f"the unit {written!r} is not known"
    if unit in _COUNTING and (own in _COUNTING or target.default_unit in ("{score}", "{mut}/Mb")):
        unit = own
    if not unit and own:
        if not target.default_unit:
            return "no unit"
        unit = target.default_unit
    quantity = replace(quantity, unit=unit)
    if own and vocabulary.convert(quantity, target.attribute.id, own) is None:
        return f"the unit {written or unit!r} is not one of {target.attribute.name}"
    in_own = vocabulary.convert(quantity, target.attribute.id, own) if own else quantity
    limits = target.limits
    if limits and in_own is not None and (in_own.high < limits[0] or in_own.low > limits[1]):
        return f"{written_as(quantity)} cannot be right for {target.attribute.name}: please check"
    return quantity


def written_as(quantity: Quantity) -> str:
    """Return the number and unit for a message."""
    return str(replace(quantity, normal_low=None, normal_high=None))


def with_normal_limits(quantity: Quantity, ranges: Node, attribute: str, vocabulary: Vocabulary) -> Quantity:
    """Return the quantity with the laboratory's normal limits from ``referenceRange``, in the quantity's unit."""
    for one in ranges.each():
        if not isinstance(one.value, dict) or not _is_normal(one):
            continue
        low = _limit(one.get("low"), quantity, attribute, vocabulary)
        high = _limit(one.get("high"), quantity, attribute, vocabulary)
        if low is None and high is None:
            low, high = _limits_in_words(one.text("text"))
        if (low is not None or high is not None) and not (low is not None and high is not None and low >= high):
            return replace(quantity, normal_low=low, normal_high=high)
    return quantity


def _is_normal(range_: Node) -> bool:
    codes = [coding.text("code") for coding in range_.get("type").objects("coding")] if range_.get("type") else []
    return not codes or "normal" in codes


def _limit(node: Node, quantity: Quantity, attribute: str, vocabulary: Vocabulary) -> float | None:
    if not isinstance(node.value, dict):
        return None
    number = node.number("value")
    if number is None:
        return None
    unit = _unit(node, vocabulary) or quantity.unit
    if unit in _COUNTING and quantity.unit in _COUNTING:
        return number
    converted = vocabulary.convert(Quantity.exact(number, unit), attribute, quantity.unit)
    return converted.low if converted else None


def _limits_in_words(text: str) -> tuple[float | None, float | None]:
    match = _RANGE.match(text)
    if not match:
        return None, None
    try:
        return float(match[1]), float(match[2])
    except ValueError:
        return None, None


def _unit(node: Node, vocabulary: Vocabulary) -> str | None:
    """Return the UCUM code, "" when the record gives no unit, ``None`` when it gives one that is not known."""
    written = [text for text in (node.text("code"), node.text("unit")) if text]
    for text in written:
        unit = _SAME_UNIT.get(text) or vocabulary.unit(text)
        if unit:
            return unit
        if text in _COUNTING:
            return "1"
    return None if written else ""


def _compared(number: float, comparator: str, unit: str) -> Quantity | None:
    match comparator:
        case "":
            return Quantity.exact(number, unit)
        case "<" | "<=":
            return Quantity(-math.inf, number, unit, high_open=comparator == "<")
        case ">" | ">=":
            return Quantity(number, math.inf, unit, low_open=comparator == ">")
        case _:
            return None
