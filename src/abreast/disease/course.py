"""The course of the disease: first spread, what each treatment was for, lines of treatment, endocrine resistance."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from abreast.case import Case, Declaration, Fact, Source
from abreast.case.implied import DAYS_PER_MONTH, implied, progressed
from abreast.case.timeline import SAME_START_DAYS, against_cancer, lines_of_therapy
from abreast.disease.derivations import Knowledge
from abreast.disease.make import day_of, derived, latest
from abreast.foundation.dates import PartialDate, shift
from abreast.foundation.language import mark
from abreast.vocabulary import Quantity, Relation, Vocabulary

DE_NOVO_MONTHS = 3
"""Spread found within so many months of the first diagnosis was there at diagnosis: staging takes some weeks."""
RECURRENT_MONTHS = 6
"""Spread found later than so many months after a first diagnosis came back; in between, it stays open."""
SURGERY_MONTHS = 12
"""Drug treatment that starts within so many months of the breast operation belongs to it."""


# --- onset ---------------------------------------------------------------------------------------------------------


def onset_facts(case: Case, knowledge: Knowledge) -> Iterator[Fact]:
    """Yield whether the spread was there at the first diagnosis or came later, where dates settle it."""
    diagnosis = _date(case, "diagnosis.date")
    spread = _date(case, "metastatic.date")
    if diagnosis is None or case.read("extent").value != "metastatic":
        return
    citations = knowledge.cite("de_novo_2021")
    for first in filter(None, (spread, _first_sign_of_spread(case))):
        if first.day.latest <= shift(diagnosis.day.earliest, DE_NOVO_MONTHS, "months"):
            rule = mark("spread found with the first diagnosis")
            yield derived(case, "onset", "de_novo", rule=rule, facts=[diagnosis.fact, first.fact], citations=citations)
            return
    if spread and spread.day.earliest > shift(diagnosis.day.latest, RECURRENT_MONTHS, "months"):
        rule = mark("spread found long after the first diagnosis")
        yield derived(case, "onset", "recurrent", rule=rule, facts=[diagnosis.fact, spread.fact], citations=citations)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A day and the fact that gives it."""

    day: PartialDate
    fact: str


def _date(case: Case, attribute: str) -> _Dated | None:
    fact = case.read(attribute).fact
    return _Dated(fact.value, fact.id) if fact and isinstance(fact.value, PartialDate) else None


def _first_sign_of_spread(case: Case) -> _Dated | None:
    """Return the earliest dated sign of distant spread; the spread itself may be older."""
    signs = [
        _Dated(day, fact.id)
        for fact in (*case.about("extent"), *case.items("metastasis"))
        if fact.certainty == "certain" and _is_spread(case.vocabulary, fact) and (day := day_of(fact))
    ]
    return min(signs, key=lambda sign: (sign.day.latest, sign.fact), default=None)


def _is_spread(vocabulary: Vocabulary, fact: Fact) -> bool:
    if fact.attribute == "extent":
        # A derived sign may carry the day of a later statement that it contradicts, so only stated ones are looked at.
        return fact.value == "metastatic" and fact.source.kind != "derived"
    return any(
        isinstance(site, str) and vocabulary.relate("site", site, "distant") is Relation.IS
        for site in fact.fields.get("site", ())
    )


# --- what a treatment was for ----------------------------------------------------------------------------------------


def setting_facts(case: Case, knowledge: Knowledge) -> Iterator[Fact]:
    """Yield each treatment whose setting the record does not state, but its dates or the drug make plain.

    A treatment started after spread was found, or after other treatment for advanced disease, was for advanced disease;
    so was a drug that has no other approved use, when the cancer is advanced, and all treatment of a cancer that
    had spread from the start. Treatment around a dated breast operation, before the spread, went with the operation.
    All others stay open.
    """
    open_ = [
        item
        for item in case.items("therapy")
        if item.certainty == "certain"
        and item.get("setting") is None
        and against_cancer(case.vocabulary, item) is Relation.IS
    ]
    found: dict[str, Fact] = {}
    for item in sorted(open_, key=_start_order):
        reason = _advanced(case, knowledge, item, found) or _around_surgery(case, item)
        if reason is not None:
            found[item.id] = _with_setting(item, reason)
    yield from (found[item.id] for item in open_ if item.id in found)


@dataclass(frozen=True, slots=True)
class _Reason:
    setting: str
    rule: str
    facts: tuple[str, ...]
    citations: tuple[str, ...] = ()


def _start_order(item: Fact) -> tuple[dt.date, str]:
    start = item.get("start")
    return (start.earliest if isinstance(start, PartialDate) else dt.date.max, item.id)


def _with_setting(item: Fact, reason: _Reason) -> Fact:
    source = Source("derived", rule=reason.rule, facts=(item.id, *reason.facts), citations=reason.citations)
    fields = {**item.fields, "setting": (reason.setting,)}
    return replace(item, fields=fields, source=source, id=f"{item.id}:setting", refines=item.id)


def _advanced(case: Case, knowledge: Knowledge, item: Fact, found: dict[str, Fact]) -> _Reason | None:
    start = item.get("start")
    onset = case.read("onset").fact
    if onset and onset.value == "de_novo":
        return _Reason("metastatic", mark("the cancer had spread from the start"), (onset.id,), onset.source.citations)
    extent = case.read("extent").fact
    spread = extent is not None and extent.value == "metastatic"
    signs = (_date(case, "metastatic.date"), _first_sign_of_spread(case)) if spread else ()
    for sign in signs:
        if sign and isinstance(start, PartialDate) and start.earliest >= sign.day.latest:
            return _Reason("metastatic", mark("started after the spread was found"), (sign.fact,))
    drugs = item.fields.get("drug", ())
    advanced = extent is not None and extent.value in ("metastatic", "locally_advanced")
    if extent and advanced and any(drug in knowledge.advanced_only for drug in drugs):
        rule = mark("a drug approved for advanced disease only")
        return _Reason("metastatic", rule, (extent.id,), knowledge.advanced_only_citations)
    for other in (*case.items("therapy"), *found.values()):
        other_start = other.get("start")
        if (
            _is_setting(case.vocabulary, other, "metastatic")
            and isinstance(start, PartialDate)
            and isinstance(other_start, PartialDate)
            and start.earliest >= other_start.latest
        ):
            return _Reason("metastatic", mark("started after other treatment for advanced disease"), (other.id,))
    return None


def _is_setting(vocabulary: Vocabulary, item: Fact, setting: str) -> bool:
    own = item.get("setting")
    return isinstance(own, str) and vocabulary.relate("setting", own, setting) is Relation.IS


def _around_surgery(case: Case, item: Fact) -> _Reason | None:
    start, spread = item.get("start"), _date(case, "metastatic.date")
    extent = case.read("extent").fact
    if not isinstance(start, PartialDate) or extent is None:
        return None
    if extent.value == "metastatic" and (spread is None or start.latest >= spread.day.earliest):
        return None
    why = (extent.id, *((spread.fact,) if spread else ()))
    for surgery in case.items("surgery"):
        day = surgery.get("date")
        procedure = surgery.get("procedure")
        if not isinstance(day, PartialDate) or not isinstance(procedure, str) or surgery.certainty != "certain":
            continue
        if case.vocabulary.relate("procedure", procedure, "breast_surgery") is not Relation.IS:
            continue
        if day.latest <= start.earliest and start.latest <= shift(day.earliest, SURGERY_MONTHS, "months"):
            return _Reason("adjuvant", mark("started in the year after breast surgery"), (surgery.id, *why))
        if start.latest <= day.earliest and day.latest <= shift(start.earliest, SURGERY_MONTHS, "months"):
            return _Reason("neoadjuvant", mark("started in the year before breast surgery"), (surgery.id, *why))
    return None


# --- from treatment meant to cure to relapse -------------------------------------------------------------------------


def relapse_facts(case: Case) -> Iterator[Fact]:
    """Yield each treatment that was meant to cure with the months from its end to the first relapse.

    A relapse during the treatment counts as zero months. Dates that are only a month or a year give a range. Treatment
    that began after the relapse, and treatment whose end is not on record, stay as they are.
    """
    relapse = _relapse(case)
    if relapse is None:
        return
    for item in case.items("therapy"):
        start, end = item.get("start"), item.get("end")
        if (
            item.certainty != "certain"
            or not isinstance(end, PartialDate)
            or not _is_setting(case.vocabulary, item, "curative")
        ):
            continue
        if isinstance(start, PartialDate) and start.latest > relapse.day.earliest:
            continue
        shortest, longest = (relapse.day.earliest - end.latest).days, (relapse.day.latest - end.earliest).days
        months = Quantity(max(shortest, 0) / DAYS_PER_MONTH, max(longest, 0) / DAYS_PER_MONTH, "mo")
        source = Source(
            "derived", rule=mark("time from the end of treatment to the relapse"), facts=(item.id, relapse.fact)
        )
        fields = {**item.fields, "months_to_relapse": (months,)}
        yield replace(item, fields=fields, source=source, id=f"{item.id}:relapse", refines=item.id)


# --- operations for an earlier cancer --------------------------------------------------------------------------------


def surgery_facts(case: Case) -> Iterator[Fact]:
    """Yield each operation that was done long before a first cancer was found: it was for another one.

    Only of a cancer that never came back the day of its diagnosis tells which operations are too early for it.
    """
    diagnosis, onset = _date(case, "diagnosis.date"), case.read("onset").fact
    if diagnosis is None or onset is None or onset.value != "de_novo":
        return
    for item in case.items("surgery"):
        day = item.get("date")
        if not isinstance(day, PartialDate) or item.certainty != "certain" or item.get("earlier_cancer") is not None:
            continue
        if shift(day.latest, SURGERY_MONTHS, "months") < diagnosis.day.earliest:
            rule = mark("operation long before this cancer was found")
            source = Source("derived", rule=rule, facts=(item.id, diagnosis.fact, onset.id))
            fields = {**item.fields, "earlier_cancer": (True,)}
            yield replace(item, fields=fields, source=source, id=f"{item.id}:earlier", refines=item.id)


# --- no treatment, no side effects ----------------------------------------------------------------------------------

_TREATMENTS = ("therapy", "radiation", "surgery")


def untreated(case: Case) -> Iterator[Declaration]:
    """Yield that no side effect of treatment is left out, where it is sure that there was no treatment at all."""
    if case.about("toxicity") or case.is_complete("toxicity") is not None:
        return
    if all(case.is_complete(name) is not None and not case.items(name) for name in _TREATMENTS):
        rule = mark("no treatment was given, so there are no side effects of it")
        yield Declaration("toxicity", Source("derived", rule=rule, declared=_TREATMENTS))


# --- lines -----------------------------------------------------------------------------------------------------------


def with_lines(case: Case, knowledge: Knowledge, today: dt.date) -> Case:
    """Return the case with its lines of treatment and their number; lines that the record itself lists stay alone."""
    if case.about("line"):
        return case.adding(_count_of_lines(case, case.is_complete("line") is not None, knowledge))
    lines = lines_of_therapy(case, today)
    case = case.adding(lines.facts, (lines.complete,) if lines.complete else ())
    return case.adding(_count_of_lines(case, lines.complete is not None, knowledge))


def _count_of_lines(case: Case, complete: bool, knowledge: Knowledge) -> Iterator[Fact]:
    """Yield how many lines were for advanced disease: from those that surely were to those that may have been."""
    if case.read("lines.metastatic").facts:
        return
    lines = case.items("line")
    sure = [line for line in lines if line.certainty == "certain" and _is_setting(case.vocabulary, line, "metastatic")]
    maybe = [line for line in lines if line not in sure and not _is_other_setting(case.vocabulary, line)]
    low = float(len(sure))
    numbers = [number.low for line in sure if isinstance(number := line.get("number"), Quantity)]
    low = max([low, *numbers])
    high = low + len(maybe) if complete else math.inf
    if low == 0 and math.isinf(high):
        return
    yield derived(
        case,
        "lines.metastatic",
        Quantity(low, high),
        rule=mark("lines for advanced disease, counted"),
        facts=[line.id for line in (*sure, *maybe)],
        declared=("therapy",) if complete else (),
        citations=sure[0].source.citations if sure else knowledge.cite("abc5_2020"),
    )


def _is_other_setting(vocabulary: Vocabulary, line: Fact) -> bool:
    own = line.get("setting")
    return isinstance(own, str) and vocabulary.relate("setting", own, "metastatic") is Relation.IS_NOT


# --- endocrine resistance --------------------------------------------------------------------------------------------


def resistance_facts(case: Case, knowledge: Knowledge, today: dt.date) -> Iterator[Fact]:
    """Yield primary or secondary endocrine resistance as the ESO-ESMO consensus (ABC 4) defines them.

    *Primary*: relapse during the first two years of adjuvant endocrine treatment, or growth within six months of
    first-line endocrine treatment for advanced disease. *Secondary*: relapse on adjuvant endocrine treatment after
    two years, or within twelve months of completing it, or growth six months or more after the start of endocrine
    treatment for advanced disease. Where dates leave it open which of the two it is, it is "resistant".
    """
    relapse = _relapse(case)
    for item in case.items("therapy"):
        if item.certainty != "certain" or not _is_endocrine(case.vocabulary, item):
            continue
        kind: str | None = None
        used = [item.id]
        if _is_setting(case.vocabulary, item, "adjuvant") and relapse:
            kind, used = _adjuvant(item, relapse), [item.id, relapse.fact]
        elif _is_setting(case.vocabulary, item, "metastatic") and progressed(case.vocabulary, item):
            kind = _advanced_growth(case, item, today)
        if kind is not None:
            yield derived(
                case,
                "endocrine_resistance",
                kind,
                rule=_RESISTANCE[kind],
                facts=used,
                citations=knowledge.cite("abc4_2018", "abc5_2020"),
                date=latest([_grew_on(item), relapse.day if relapse and len(used) > 1 else None]),
                fact_id=f"endocrine_resistance:{kind}:{item.id}",
            )


_RESISTANCE = {
    "primary": mark("primary endocrine resistance (ESO-ESMO)"),
    "secondary": mark("secondary endocrine resistance (ESO-ESMO)"),
    "resistant": mark("endocrine resistance, primary or secondary (ESO-ESMO)"),
}


def _is_endocrine(vocabulary: Vocabulary, item: Fact) -> bool:
    return any(
        isinstance(drug, str) and vocabulary.relate("drug", drug, "endocrine_therapy") is Relation.IS
        for drug in item.fields.get("drug", ())
    )


def _relapse(case: Case) -> _Dated | None:
    """Return the first relapse on record: the date of recurrence, else of the spread in a cancer that came back."""
    recurrence = _date(case, "recurrence.date")
    if recurrence:
        return recurrence
    onset = case.read("onset").fact
    return _date(case, "metastatic.date") if onset and onset.value == "recurrent" else None


def _grew_on(item: Fact) -> PartialDate | None:
    end = item.get("end")
    return end if isinstance(end, PartialDate) else None


def _adjuvant(item: Fact, relapse: _Dated) -> str | None:
    start, end = item.get("start"), item.get("end")
    if not isinstance(start, PartialDate) or relapse.day.latest < start.earliest:
        return None
    on_treatment = isinstance(end, PartialDate) and relapse.day.latest <= end.earliest
    after = isinstance(end, PartialDate) and relapse.day.earliest > end.latest
    if after:
        assert isinstance(end, PartialDate)
        within_a_year = relapse.day.latest <= shift(end.earliest, 12, "months")
        return "secondary" if within_a_year else None
    if not on_treatment and item.get("ongoing") is not True:
        return None
    return _before_or_after(start, relapse.day, 24)


def _advanced_growth(case: Case, item: Fact, today: dt.date) -> str | None:
    months = implied(case, item, "months_to_progression", today)
    if not isinstance(months, Quantity):
        return "resistant"
    first = _first_endocrine(case, item)
    if months.low >= 6:
        return "secondary"
    if months.high < 6:
        # Growth within six months of a later endocrine line is neither of the two as they are defined.
        return {True: "primary", False: None, None: "resistant"}[first]
    return "resistant" if first is not False else None


def _first_endocrine(case: Case, item: Fact) -> bool | None:
    """Return whether this was the first endocrine line for advanced disease, as far as the record tells."""
    start = item.get("start")
    for other in case.items("therapy"):
        other_start = other.get("start")
        if (
            _is_endocrine(case.vocabulary, other)
            and _is_setting(case.vocabulary, other, "metastatic")
            and isinstance(start, PartialDate)
            and isinstance(other_start, PartialDate)
            and (start.earliest - other_start.latest).days > SAME_START_DAYS
        ):
            return False
    for line in case.items("line"):
        number = line.get("number")
        if line.certainty == "certain" and item.id in line.source.facts and isinstance(number, Quantity):
            return True if number.high == 1 else None
    return None


def _before_or_after(start: PartialDate, relapse: PartialDate, months: int) -> str:
    soonest = (relapse.earliest - start.latest).days / DAYS_PER_MONTH
    longest = (relapse.latest - start.earliest).days / DAYS_PER_MONTH
    if longest < months:
        return "primary"
    return "secondary" if soonest >= months else "resistant"


__all__ = ["onset_facts", "relapse_facts", "resistance_facts", "setting_facts", "with_lines"]
