"""Facts in plain words."""

from __future__ import annotations

import math

from abreast.case import Fact, Source, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.language import gettext, mark, pgettext, say_iso, say_iso_after, say_list
from abreast.rules.words import words
from abreast.vocabulary import Attribute, Field, Quantity, Vocabulary
from abreast.vocabulary.quantity import format_number

_LIMITS = {"{xULN}": "uln", "{xLLN}": "lln"}
"""How a multiple of a limit is written as a unit, and as the phrases name it."""


def say_date(date: PartialDate | None) -> str:
    """Return ``2024``, ``March 2024`` or ``9 March 2024``; nothing for no date."""
    return say_iso(str(date)) if date else ""


def say_value(value: Value, part: Attribute | Field, vocabulary: Vocabulary) -> str:
    """Return a value in plain words: a term's plain name, a number with its unit, yes or no, a date."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Quantity):
        return _say_quantity(value)
    if isinstance(value, PartialDate):
        return say_date(value)
    if part.kind == "term":
        term = vocabulary.terms[part.terms].get(value)
        return (term.name if term else "") or value
    return value


def _say_quantity(value: Quantity) -> str:
    unit = words().units.get(_LIMITS.get(value.unit, value.unit), value.unit)
    if value.is_exact or math.isinf(value.low) or math.isinf(value.high):
        bare = str(Quantity(value.low, value.high, "", value.low_open, value.high_open))
    else:
        ends = {"low": format_number(value.low), "high": format_number(value.high)}
        bare = pgettext("numbers", "%(low)s to %(high)s") % ends
    return f"{bare} {unit}".strip()


def say_fact(fact: Fact, vocabulary: Vocabulary) -> str:
    """Return what a fact says, without its name: ``90 %``, ``bone``, ``letrozole, March 2024 to May 2025``."""
    attribute = vocabulary.attribute(fact.attribute)
    if attribute.shape == "one":
        return say_value(fact.value, attribute, vocabulary) if fact.value is not None else gettext("not known")
    if fact.absent and not fact.fields:
        return gettext("none")
    parts = [
        text
        for name, part in attribute.fields.items()
        if name not in ("start", "end", "ongoing")
        for text in [_say_field(name, fact.fields.get(name, ()), part, vocabulary)]
        if text
    ]
    period = _say_period(fact)
    said = ", ".join([*parts, period] if period else parts) or attribute.plain
    return gettext("no %(item)s") % {"item": said} if fact.absent else said


def day_beside(said: str, date: PartialDate | str | None) -> str:
    """Return a fact's day as it is told beside what the fact says; nothing where that ends with it already."""
    day = say_iso(str(date)) if date else ""
    return "" if day and said.endswith(day) else day


def _say_field(name: str, values: tuple[Value, ...], part: Field, vocabulary: Vocabulary) -> str:
    if not values:
        return ""
    if part.kind == "flag":
        return (part.plain or field_name(name)) if values[0] is True else ""
    said = say_list([say_value(value, part, vocabulary) for value in values])
    if part.kind == "number":
        return f"{part.plain or field_name(name)} {said}"
    if name.endswith("_since"):
        return gettext("%(what)s since %(day)s") % {"what": field_name(name.removesuffix("_since")), "day": said}
    return said


CERTAINTY = {"suspected": mark("suspected"), "unconfirmed": mark("not yet confirmed")}
"""How sure a source is of a fact that decides nothing."""

FIELD_NAMES = {
    "treated": mark("treated"),
    "symptomatic": mark("causing symptoms"),
    "stable": mark("stable"),
    "size": mark("size"),
    "number": mark("number"),
    "grade": mark("grade"),
    "severity": mark("severity"),
    "daily_dose": mark("daily dose"),
    "age": mark("age"),
    "vaf": mark("share of the sample"),
    "line": mark("line"),
    "cycles": mark("cycles"),
    "months_on": mark("months on it"),
    "months_to_progression": mark("months until the cancer grew"),
    "months_to_relapse": mark("months until the cancer came back"),
    "progressed_on": mark("the cancer grew during it"),
    "last_in_setting": mark("the latest one"),
    "major": mark("major"),
    "earlier_cancer": mark("for an earlier cancer"),
    "dose": mark("dose"),
}


def say_source(source: Source) -> str:
    """Return where a fact comes from, in words a person can follow."""
    if source.kind == "derived":
        return gettext("worked out: %(rule)s") % {"rule": gettext(source.rule)}
    if source.kind == "answer":
        return gettext("your answer")
    return ", ".join(part for part in (source.file, source.place) if part) or gettext("the case file")


def field_name(name: str) -> str:
    """Return what a field of a list is called in a sentence, when the vocabulary has no words for it."""
    return gettext(FIELD_NAMES[name]) if name in FIELD_NAMES else name.replace("_", " ")


def _say_period(fact: Fact) -> str:
    start, end = (str(day) if isinstance(day, PartialDate) else "" for day in (fact.get("start"), fact.get("end")))
    ongoing = not end and fact.get("ongoing") is True
    if start and not end and not ongoing:
        return gettext("from %(start)s") % {"start": say_iso_after(start)}
    return say_stretch(start, end, ongoing)


def say_stretch(start: str, end: str, ongoing: bool) -> str:
    """Return a stretch of time between two ISO dates in words; nothing when nothing is known of it."""
    if ongoing:
        return gettext("%(start)s until now") % {"start": say_iso_after(start)} if start else gettext("until now")
    if start and end and start != end:
        return gettext("%(start)s to %(end)s") % {"start": say_iso_after(start), "end": say_iso_after(end)}
    return say_iso(start) or (gettext("until %(end)s") % {"end": say_iso_after(end)} if end else "")
