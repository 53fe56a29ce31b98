"""Cancer that came back: how soon, or how late, after which treatment."""

from __future__ import annotations

from collections.abc import Sequence

from abreast.rules import Expression, Has, Not, NumberTest, Period, Team, TermTest, Where, all_of, any_of
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.disease import RECURRENT
from abreast.trials.eligibility.families.items import parts_of
from abreast.trials.eligibility.families.numbers import FLIP, days_of
from abreast.trials.eligibility.grammar import Result, Said, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token


@builder
def relapse(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a relapse within, or later than, some time after earlier treatment that was meant to cure.

    Growth during treatment of advanced disease has no such field: the time is then for the team.
    """
    parts = parts_of(tokens)
    found = of_kind(tokens, "trs")
    drugs: tuple[str, ...] = ()
    if not has_kind(tokens, "win", "cper", "dfi"):
        return None  # "progressed on at least one ..." gives a number of treatments, not a time
    if found:
        items, _ = found[0].value
        drugs = tuple(drug for item in items if item.kind == "drug" for drug in item.values)
    if not parts.settings and not drugs:
        return None
    if not all(_is_relapse(token.value) for token in of_kind(tokens, "E")):
        return None
    where: tuple[Where, ...] = (
        (Where("drug", TermTest(drugs)),) if drugs else (Where("drug", TermTest(("systemic_therapy",))),)
    )
    if parts.settings:
        where = (*where, Where("setting", TermTest(parts.settings)))
    treated = Has("therapy", where)
    bound = _time_to_relapse(tokens)
    curative = set(parts.settings) <= CURATIVE if parts.settings else not has_kind(tokens, "prog", "outc")
    if bound is not None and curative:
        if not parts.settings:
            where = (*where, Where("setting", TermTest(("curative",))))
        return say(relapsed(where, *bound, free=has_kind(tokens, "dfi")), main="relapse")
    if has_kind(tokens, "dfi") and scene.section == "inclusion":
        return say(any_of([Not(treated), Team("how long after treatment the cancer came back")]), main="relapse")
    if parts.settings and set(parts.settings) == {"metastatic"}:
        return say(all_of([treated, Team("how long after treatment the cancer grew")]), main="relapse")
    return say(all_of([treated, RECURRENT, Team("how long after treatment the cancer came back")]), main="relapse")


@builder
def relapsed_or_refractory(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "relapsed or refractory": the cancer came back, or grew in spite of treatment, from the start or later."""
    grew = (Where("drug", TermTest(("systemic_therapy",))), Where("outcome", TermTest(("progression",))))
    return say(any_of([RECURRENT, Has("therapy", grew)]), main="relapse")


@builder
def relapse_on_or_after(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "relapsed on adjuvant endocrine therapy after 12 months, or within 12 months of completing it"."""
    found = of_kind(tokens, "trs")[0]
    drugs = tuple(drug for item in found.value[0] if item.kind == "drug" for drug in item.values)
    settings = parts_of(tokens).settings or ("curative",)
    if not all(_is_relapse(token.value) for token in of_kind(tokens, "E")):
        return None
    window = of_kind(tokens, "win")[-1].value
    if not drugs or window.period is None or window.op != "within" or not set(settings) <= CURATIVE:
        return None
    where = (Where("drug", TermTest(drugs)), Where("setting", TermTest(settings)))
    soon = relapsed(where, "<=", months_of(window.period), free=False)
    lasted = [token.value for token in of_kind(tokens, "cper") if token.value.length.period]
    if not lasted:
        return say(soon, main="relapse")
    months = NumberTest(lasted[0].op, months_of(lasted[0].length.period))
    long_enough = any_of(
        [Has("therapy", (*where, Where("months_on", months))), Team("how long the treatment had lasted")]
    )
    return say(all_of([soon, long_enough]), main="relapse")


def _is_relapse(said: Said) -> bool:
    """Whether a rule that was read before says that the cancer came back, and no more."""
    return said.rule == RECURRENT


CURATIVE = frozenset(["curative", "adjuvant", "neoadjuvant"])


def _time_to_relapse(tokens: Sequence[Token]) -> tuple[Comparison, float] | None:
    """Return the one bound on the time between treatment and relapse, in months."""
    bounds: list[tuple[Comparison, Period]] = []
    for token in tokens:
        if token.kind == "win" and token.value.period and not token.value.half_lives:
            bounds.append(("<=" if token.value.op == "within" else ">=", token.value.period))
        elif token.kind == "cper" and token.value.length.period:
            bounds.append((token.value.op, token.value.length.period))
        elif token.kind in ("win", "cper", "lim", "len"):
            return None
    return (bounds[0][0], months_of(bounds[0][1])) if len(bounds) == 1 else None


def months_of(period: Period) -> float:
    """Return the length of a period in months."""
    return round(days_of(period) / 30.4375, 2)


def relapsed(where: tuple[Where, ...], op: Comparison, months: float, *, free: bool) -> Expression:
    """Return "came back so soon, or so late, after such treatment".

    "So late" is no relapse sooner than that after any such treatment. A time *free* of disease is asked only of those
    who had the treatment.
    """
    if op in ("<", "<="):
        soon = Has("therapy", (*where, Where("months_to_relapse", NumberTest(op, months, "mo"))))
        return all_of([soon, RECURRENT])
    sooner = Has("therapy", (*where, Where("months_to_relapse", NumberTest(FLIP[op], months, "mo"))))
    return Not(sooner) if free else all_of([Has("therapy", where), RECURRENT, Not(sooner)])
