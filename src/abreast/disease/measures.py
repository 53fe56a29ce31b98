"""What follows from numbers: age, body mass index, kidney function, performance status."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Protocol

from abreast.case import Case, Fact
from abreast.disease.derivations import Knowledge
from abreast.disease.make import derived
from abreast.foundation.dates import PartialDate, years_between
from abreast.foundation.language import mark
from abreast.vocabulary import Quantity


class _Estimate(Protocol):
    """A formula for the kidneys: creatinine in mg/dL and age in years to mL/min."""

    def __call__(self, creatinine: float, age: float) -> float: ...


def age_facts(case: Case, today: dt.date) -> Iterator[Fact]:
    """Yield the age today, from the birth date, or from an age that was stated on a known day."""
    if case.read("age").facts and case.read("age").facts[0].date == PartialDate.of(today):
        return
    birth = case.read("birth_date").fact
    stated = _number(case, "age", "a")
    if birth and isinstance(birth.value, PartialDate):
        low = years_between(birth.value.latest, today)
        high = years_between(birth.value.earliest, today)
        used, rule = birth, mark("age from the date of birth")
    elif stated and stated[1].date:
        low = int(stated[0].low) + years_between(stated[1].date.latest, today)
        high = int(stated[0].high) + years_between(stated[1].date.earliest, today) + 1
        used, rule = stated[1], mark("age now, from the age on an earlier day")
    else:
        return
    if 0 <= low <= high:
        age = Quantity(low, high, "a")
        yield derived(case, "age", age, rule=rule, facts=[used.id], citations=(), date=PartialDate.of(today))


def bmi_facts(case: Case) -> Iterator[Fact]:
    """Yield weight divided by the square of height, when the record does not state it."""
    weight, height = _number(case, "weight", "kg"), _number(case, "height", "m")
    if case.read("bmi").facts or weight is None or height is None or height[0].low <= 0:
        return
    value = Quantity(weight[0].low / height[0].high ** 2, weight[0].high / height[0].low ** 2, "kg/m2")
    facts = [weight[1].id, height[1].id]
    yield derived(case, "bmi", value, rule=mark("weight divided by height squared"), facts=facts, citations=())


def kidney_facts(case: Case, knowledge: Knowledge) -> Iterator[Fact]:
    """Yield eGFR (CKD-EPI 2021) and creatinine clearance (Cockcroft-Gault) where the record does not state them.

    Both are for adults with a steady creatinine, so they stand beside a stated value only when there is none.
    """
    creatinine, age, sex = _number(case, "creatinine", "mg/dL"), _age_at(case), case.read("sex").fact
    if creatinine is None or age is None or sex is None or creatinine[0].low <= 0 or age[0].low < 18:
        return
    used = [creatinine[1].id, age[1].id, sex.id]
    female = sex.value == "female"
    date = creatinine[1].date
    if not case.read("egfr").facts:

        def gfr(creatinine: float, age: float) -> float:
            return ckd_epi_2021(creatinine, age, female=female)

        citations = knowledge.cite("ckd_epi_2021")
        value = _range(gfr, creatinine[0], age[0])
        yield derived(case, "egfr", value, rule=mark("eGFR, CKD-EPI 2021"), facts=used, citations=citations, date=date)
    weight = _number(case, "weight", "kg")
    if weight and not case.read("creatinine_clearance").facts:
        low, high = weight[0].low, weight[0].high

        def slow(creatinine: float, age: float) -> float:
            return cockcroft_gault(creatinine, age, low, female=female)

        def fast(creatinine: float, age: float) -> float:
            return cockcroft_gault(creatinine, age, high, female=female)

        value = Quantity(_range(slow, creatinine[0], age[0]).low, _range(fast, creatinine[0], age[0]).high, "mL/min")
        yield derived(
            case,
            "creatinine_clearance",
            value,
            rule=mark("creatinine clearance, Cockcroft-Gault"),
            facts=[*used, weight[1].id],
            citations=knowledge.cite("cockcroft_gault_1976"),
            date=date,
        )


def ckd_epi_2021(creatinine: float, age: float, *, female: bool) -> float:
    """Return the estimated GFR in mL/min/1.73 m2 (Inker and others 2021, without a coefficient for race)."""
    kappa, alpha = (0.7, -0.241) if female else (0.9, -0.302)
    ratio = creatinine / kappa
    return float(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age * (1.012 if female else 1))


def cockcroft_gault(creatinine: float, age: float, weight: float, *, female: bool) -> float:
    """Return the estimated creatinine clearance in mL/min from the actual body weight in kg."""
    return (140 - age) * weight / (72 * creatinine) * (0.85 if female else 1)


def performance_facts(case: Case, knowledge: Knowledge) -> Iterator[Fact]:
    """Yield Karnofsky from a stated ECOG and the reverse, each as the range that published tables span.

    Both are worked out even when both are stated: a stated value inside the range agrees with it, one outside is a
    conflict that the person sees.
    """
    table = knowledge.karnofsky_of_ecog
    ecog, karnofsky = _number(case, "ecog", ""), _number(case, "karnofsky", "%")
    if ecog and (steps := [step for step in table if ecog[0].low <= step <= ecog[0].high]):
        value = Quantity(min(table[step][0] for step in steps), max(table[step][1] for step in steps), "%")
        yield _performance(case, knowledge, "karnofsky", value, ecog[1])
    if karnofsky:
        low, high = karnofsky[0].low, karnofsky[0].high
        steps = [step for step, (least, most) in table.items() if least <= high and low <= most]
        if steps:
            yield _performance(case, knowledge, "ecog", Quantity(min(steps), max(steps)), karnofsky[1])


def _performance(case: Case, knowledge: Knowledge, attribute: str, value: Quantity, used: Fact) -> Fact:
    return derived(
        case,
        attribute,
        value,
        rule=mark("ECOG and Karnofsky side by side"),
        facts=[used.id],
        citations=knowledge.performance_citations,
        date=used.date,
    )


def _number(case: Case, attribute: str, unit: str) -> tuple[Quantity, Fact] | None:
    """Return the number that counts, in ``unit``, when both its ends are known."""
    fact = case.read(attribute).fact
    if fact is None or not isinstance(fact.value, Quantity):
        return None
    own = case.vocabulary.attribute(attribute).unit
    if own and not fact.value.unit:
        return None
    value = case.vocabulary.convert(fact.value, attribute, unit)
    return (value, fact) if value and math.isfinite(value.low) and math.isfinite(value.high) else None


def _age_at(case: Case) -> tuple[Quantity, Fact] | None:
    """Return the age on the day of the creatinine, from the birth date; else the age that counts."""
    birth, measured = case.read("birth_date").fact, case.read("creatinine").fact
    if birth and isinstance(birth.value, PartialDate) and measured and measured.date:
        low = years_between(birth.value.latest, measured.date.earliest)
        high = years_between(birth.value.earliest, measured.date.latest)
        return Quantity(low, high, "a"), birth
    return _number(case, "age", "a")


def _range(formula: _Estimate, creatinine: Quantity, age: Quantity) -> Quantity:
    """Return the formula over two ranges; it falls with creatinine and with age."""
    return Quantity(formula(creatinine.high, age.high), formula(creatinine.low, age.low), "mL/min")
