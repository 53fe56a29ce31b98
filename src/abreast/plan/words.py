"""Facts in plain words."""

from __future__ import annotations

from abreast.case import Fact, Value
from abreast.foundation.dates import PartialDate
from abreast.vocabulary import Attribute, Field, Quantity, Vocabulary

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_SPOKEN_UNIT = {
    "{score}": "",
    "{ratio}": "",
    "{mut}/Mb": "mutations per megabase",
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "10*9/L": "x 10^9/L",
    "mm[Hg]": "mmHg",
    "/min": "a minute",
    "m[IU]/L": "mIU/L",
    "m[IU]/mL": "mIU/mL",
    "{xULN}": "times the upper normal limit",
    "{xLLN}": "times the lower normal limit",
    "mg/d": "mg a day",
}


def say_date(date: PartialDate | None) -> str:
    """Return ``2024``, ``March 2024`` or ``9 March 2024``; nothing for no date."""
    if date is None:
        return ""
    if date.month is None:
        return str(date.year)
    month = f"{_MONTHS[date.month - 1]} {date.year}"
    return month if date.day is None else f"{date.day} {month}"


def say_value(value: Value, part: Attribute | Field, vocabulary: Vocabulary) -> str:
    """Return a value in plain words: a term's plain name, a number with its unit, yes or no, a date."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Quantity):
        return _say_quantity(value)
    if isinstance(value, PartialDate):
        return say_date(value)
    if part.kind == "term":
        term = vocabulary.terms[part.terms].get(value)
        return (term.name if term else "") or value
    return value


def _say_quantity(value: Quantity) -> str:
    unit = _SPOKEN_UNIT.get(value.unit, value.unit)
    bare = str(Quantity(value.low, value.high, "", value.low_open, value.high_open))
    return f"{bare} {unit}".strip()


def say_fact(fact: Fact, vocabulary: Vocabulary) -> str:
    """Return what a fact says, without its name: ``90 %``, ``bone``, ``letrozole, March 2024 to May 2025``."""
    attribute = vocabulary.attribute(fact.attribute)
    if attribute.shape == "one":
        return say_value(fact.value, attribute, vocabulary) if fact.value is not None else "not known"
    if fact.absent and not fact.fields:
        return "none"
    parts = [
        text
        for name, part in attribute.fields.items()
        if name not in ("start", "end", "ongoing")
        for text in [_say_field(name, fact.fields.get(name, ()), part, vocabulary)]
        if text
    ]
    period = _say_period(fact)
    said = ", ".join([*parts, period] if period else parts) or attribute.plain
    return f"no {said}" if fact.absent else said


def _say_field(name: str, values: tuple[Value, ...], part: Field, vocabulary: Vocabulary) -> str:
    if not values:
        return ""
    if part.kind == "flag":
        return (part.plain or name.replace("_", " ")) if values[0] is True else ""
    said = " and ".join(say_value(value, part, vocabulary) for value in values)
    if part.kind == "number":
        return f"{part.plain or name.replace('_', ' ')} {said}"
    if name.endswith("_since"):
        return f"{name.removesuffix('_since')} since {said}"
    return said


def _say_period(fact: Fact) -> str:
    start, end = fact.get("start"), fact.get("end")
    said_start = say_date(start) if isinstance(start, PartialDate) else ""
    said_end = say_date(end) if isinstance(end, PartialDate) else "now" if fact.get("ongoing") is True else ""
    if said_start and said_end:
        return said_start if said_start == said_end else f"{said_start} to {said_end}"
    if said_start:
        return f"from {said_start}"
    return f"until {said_end}" if said_end else ""


def listing(words: list[str] | tuple[str, ...], joint: str = "and") -> str:
    """Return ``a``, ``a and b``, or ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"
