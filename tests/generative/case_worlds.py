"""Strategies that make facts and cases of the shipped vocabulary."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

from hypothesis import strategies as st

from abreast.case import Case, Declaration, Fact, Settlement, Source, Value
from abreast.foundation.dates import PartialDate
from abreast.vocabulary import Attribute, Field, Quantity, Vocabulary, load_vocabulary

VOCABULARY = load_vocabulary()
WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2030, 12, 31))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(DAYS)
    return draw(
        st.sampled_from([PartialDate(day.year), PartialDate(day.year, day.month), PartialDate.of(day)]),
    )


@st.composite
def quantities(draw: st.DrawFn, unit: str) -> Quantity:
    """Every number that a case can hold: exact, a range with open or closed ends, one-sided, with normal limits."""
    numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3) + 0.0)
    low, high = sorted((draw(numbers), draw(numbers)))
    shape = draw(st.sampled_from(["exact", "range", "below", "above"]))
    normal = draw(st.one_of(st.none(), numbers))
    open_ = draw(st.booleans())
    match shape:
        case "exact":
            return Quantity(low, low, unit, normal_high=normal)
        case "range":
            return Quantity(low, high, unit, low_open=open_ and low < high, normal_low=normal)
        case "below":
            return Quantity(-math.inf, high, unit, high_open=open_, normal_high=normal)
        case _:
            return Quantity(low, math.inf, unit, low_open=open_)


def values(vocabulary: Vocabulary, part: Attribute | Field) -> st.SearchStrategy[Value]:
    match part.kind:
        case "flag":
            return st.booleans()
        case "term":
            return st.sampled_from(sorted(vocabulary.terms[part.terms]))
        case "date":
            return partial_dates()
        case "text":
            return WORDS
        case "number":
            return st.sampled_from([part.unit, "", "{odd unit}"]).flatmap(quantities)


SOURCES = st.one_of(
    st.just(Source("file")),
    st.builds(Source, st.sampled_from(["fhir", "report", "answer", "file"]), file=WORDS, place=WORDS, quote=WORDS),
)


@st.composite
def facts(draw: st.DrawFn, among: Iterable[str] = ()) -> Fact:
    known = VOCABULARY.attribute(draw(st.sampled_from(sorted(among or VOCABULARY.attributes))))
    value = draw(values(VOCABULARY, known)) if known.shape == "one" else None
    named = draw(st.lists(st.sampled_from(sorted(known.fields)), unique=True, max_size=4)) if known.fields else []
    fields = {
        name: tuple(draw(st.lists(values(VOCABULARY, known.fields[name]), min_size=1, max_size=2))) for name in named
    }
    return Fact(
        known.id,
        value,
        fields,
        absent=known.shape == "list" and draw(st.booleans()),
        date=draw(st.one_of(st.none(), partial_dates())),
        source=draw(SOURCES),
        certainty=draw(st.sampled_from(["certain", "certain", "suspected", "unconfirmed"])),
        specimen=draw(WORDS),
        note=draw(WORDS),
    )


LISTS = sorted(name for name, one in VOCABULARY.attributes.items() if one.shape == "list")


@st.composite
def cases(draw: st.DrawFn, among: Iterable[str] = (), max_facts: int = 6) -> Case:
    held = draw(st.lists(facts(among), max_size=max_facts))
    declarations = st.builds(
        Declaration, st.sampled_from(LISTS), source=SOURCES, date=st.one_of(st.none(), partial_dates())
    )
    case = Case.of(VOCABULARY, held, draw(st.lists(declarations, max_size=2)), label=draw(WORDS))
    ones = [fact for fact in case.facts if VOCABULARY.attribute(fact.attribute).shape == "one"]
    if ones and draw(st.booleans()):
        chosen = draw(st.sampled_from(ones))
        case = case.settling(Settlement(chosen.attribute, chosen.id))
    return case
