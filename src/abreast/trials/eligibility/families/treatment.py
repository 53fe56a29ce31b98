"""Treatment: which drug or class, in which setting and line, with which end, and how long ago."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import msgspec

from abreast.rules import (
    All,
    AnyOf,
    Count,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Not,
    NumberTest,
    Period,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
)
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.disease import RECURRENT
from abreast.trials.eligibility.families.numbers import FLIP, Bounded, Length, Many, Window, conj_of, days_of, values_of
from abreast.trials.eligibility.grammar import Result, Said, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary

_OUTCOMES = {"progression": ("progression",), "intolerance": ("intolerance",), "either": ("progression", "intolerance")}
_LONG_AGO = Period(6, "months")
"""Five half-lives of any cancer drug lie inside this time."""


@lru_cache(maxsize=2048)
def is_supportive(drug: str) -> bool:
    """Whether a drug or class is taken for other reasons than to treat the cancer."""
    above = load_vocabulary().ancestors("drug", drug)
    return drug in _OTHERS or ("supportive_medicine" in above and "systemic_therapy" not in above)


_OTHERS = frozenset(["herbal"])


class Item(msgspec.Struct, frozen=True, gc=False):
    """One kind of treatment in a list: drugs, radiation or surgery."""

    kind: str
    values: tuple[str, ...]
    conj: str = "or"


@builder
def treatments(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a list of treatments of any kind."""
    items: list[Item] = []
    if scene.section == "inclusion" and all(token.kind == "surg" and token.value == "minor" for token in tokens):
        return "filler", ""  # a biopsy is how something was confirmed
    for token in tokens:
        if token.kind in ("drug", "surg", "procedure", "rttech"):
            items.append(Item(token.kind, values_of(token), conj_of(token)))
        elif token.kind in ("rt", "palrt"):
            sites = (
                tuple(value for near in of_kind(tokens, "site") for value in values_of(near))
                if len(tokens) <= 3
                else ()
            )
            items.append(Item(token.kind, sites))
        elif token.kind == "trs":
            items += token.value[0]
    joined = "or" if has_kind(tokens, "or", "slash") else "and"
    if has_kind(tokens, "comma") and not has_kind(tokens, "and", "or"):
        joined = "or"
    return "trs", (tuple(items), joined)


def _date_where(field: str, window: Window | None) -> tuple[Where, ...]:
    test = window.test() if window else None
    return (Where(field, test),) if test else ()


def _in_window(list_: str, where: tuple[Where, ...], field: str, window: Window | None) -> Expression:
    """Return "has had it inside the window", with half-lives where the text gives them.

    When the longer of a period and some half-lives counts, treatment inside the period is inside for certain, and
    treatment in the last six months may be; when the shorter counts, earlier treatment is outside for certain.
    """
    if window is None:
        return Has(list_, where)
    if window.period is None:
        recent = Has(list_, (*where, Where(field, DateTest("within", _LONG_AGO))))
        return all_of([recent, Team(f"{window.half_lives:g} half-lives of the drug")])
    inside = Has(list_, (*where, Where(field, DateTest("within", window.period))))
    if not window.half_lives:
        return inside
    if window.which == "shorter":
        return all_of([inside, Team(f"{window.half_lives:g} half-lives of the drug")])
    if days_of(window.period) >= days_of(_LONG_AGO):
        return inside
    recent = Has(list_, (*where, Where(field, DateTest("within", _LONG_AGO))))
    return any_of([inside, all_of([recent, Team(f"{window.half_lives:g} half-lives of the drug")])])


def item_rule(item: Item, extra: tuple[Where, ...], window: Window | None, ongoing: bool) -> list[Expression]:
    """Return one rule for each treatment of an item."""
    match item.kind:
        case "drug":
            return [_drug_rule(drug, extra, window, ongoing) for drug in item.values]
        case "rt" | "palrt" | "rttech":
            where: tuple[Where, ...] = ()
            if item.kind == "rttech":
                where = (Where("technique", TermTest(item.values)),)
                if item.values == ("whole_brain",):
                    where = (Where("site", TermTest(("brain",))), *where)
            elif item.values:
                where = (Where("site", TermTest(item.values)),)
            if ongoing and window is None:
                recent = _in_window("radiation", where, "end", Window("within", Period(28, "days")))
                return [all_of([recent, Team("whether radiation is still going on")])]
            if item.kind == "palrt":
                where = (*where, Where("intent", TermTest(("palliative",))))
            return [_in_window("radiation", where, "end", window)]
        case "surg":
            return [_surgery(item.values, window)]
        case _:
            return [_in_window("surgery", (Where("procedure", TermTest(item.values)),), "date", window)]


def _drug_rule(drug: str, extra: tuple[Where, ...], window: Window | None, ongoing: bool) -> Expression:
    if drug == "investigational_agent":
        return any_of([_in_window("therapy", (Where("drug", TermTest((drug,))),), "end", window)])
    if is_supportive(drug):
        if "vaccine" in load_vocabulary().ancestors("drug", drug):
            given = _in_window("medicine", (Where("drug", TermTest((drug,))),), "end", window)
            return any_of([given, Team("recent vaccinations, which lists of medicines leave out")])
        return _in_window("medicine", (Where("drug", TermTest((drug,))),), "end", window)
    where = (Where("drug", TermTest((drug,))), *extra)
    if ongoing and window is None:
        where = (*where, Where("ongoing", FlagTest(True)))
    return _in_window("therapy", where, "end", window)


def _surgery(values: tuple[str, ...], window: Window | None) -> Expression:
    """Return "had surgery"; major surgery without a time means recent surgery, which a study never leaves open."""
    where = (Where("major", FlagTest(True)),) if "major" in values else ()
    if window is not None:
        return _in_window("surgery", where, "date", window)
    if "minor" in values:
        return all_of(
            [
                Has("surgery", (Where("date", DateTest("within", Period(28, "days"))),)),
                Team("which small operations count"),
            ]
        )
    if not where:
        return Has("surgery")
    recent = Has("surgery", (*where, Where("date", DateTest("within", Period(28, "days")))))
    near = Has("surgery", (*where, Where("date", DateTest("within", _LONG_AGO))))
    return any_of([recent, all_of([near, Team("how recent the operation may be")])])


class Parts(msgspec.Struct, frozen=True):
    """What the words around treatments say of them."""

    window: Window | None
    settings: tuple[str, ...]
    outcomes: tuple[str, ...]
    ongoing: bool
    months: tuple[Bounded, ...]
    last: bool


def parts_of(tokens: Sequence[Token]) -> Parts:
    """Collect setting, window, outcome and length from the tokens of a pattern."""
    windows = [token.value for token in of_kind(tokens, "win")]
    settings = tuple(dict.fromkeys(value for token in of_kind(tokens, "setting") for value in values_of(token)))
    outcomes = tuple(
        dict.fromkeys(
            one for token in of_kind(tokens, "outc") for value in values_of(token) for one in _OUTCOMES[value]
        )
    )
    lengths = [token.value for token in of_kind(tokens, "cper")]
    return Parts(
        windows[0] if windows else None,
        tuple(one for one in settings if one != "any"),
        outcomes,
        has_kind(tokens, "ongoing", "req") and not outcomes,
        tuple(lengths),
        has_kind(tokens, "lastline"),
    )


def _extra(parts: Parts) -> tuple[Where, ...]:
    extra: tuple[Where, ...] = ()
    if parts.settings:
        extra = (*extra, Where("setting", TermTest(parts.settings)))
    if parts.outcomes:
        extra = (*extra, Where("outcome", TermTest(parts.outcomes)))
    if parts.last:
        extra = (*extra, Where("last_in_setting", FlagTest(True)))
    for bound in parts.months:
        if bound.length.period:
            months = days_of(bound.length.period) / 30.4375
            extra = (*extra, Where("months_on", NumberTest(bound.op, round(months, 2))))
    return extra


def _ended_before(item: Item, extra: tuple[Where, ...], window: Window) -> list[Expression]:
    """Return "ended at least so long ago" for the drugs of an item."""
    test = window.test()
    if item.kind != "drug" or test is None:
        return [Team("how long ago the treatment ended")]
    return [Has("therapy", (Where("drug", TermTest((drug,))), *extra, Where("end", test))) for drug in item.values]


@builder
def therapy(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read treatments with their setting, outcome and window, in whatever order the words stand."""
    parts = parts_of(tokens)
    found = of_kind(tokens, "trs")
    if found:
        items, joined = found[0].value
    else:
        if not (parts.settings or parts.window or parts.outcomes or has_kind(tokens, "naive")):
            return None
        if not has_kind(tokens, "tx", "prior", "naive", "ongoing"):
            return None
        items, joined = (Item("drug", ("systemic_therapy",)),), "or"
    if parts.outcomes and not all(item.kind == "drug" for item in items):
        return None
    window = parts.window
    gap = window is not None and window.op == "before"
    if gap and window is not None:
        window = msgspec.structs.replace(window, op="within")
    if window is None and len(parts.months) == 1 and not has_kind(tokens, "forin") and tokens[0].kind != "cper":
        only = parts.months[0]
        if only.op in ("<", "<="):
            window = Window("within", only.length.period, only.length.half_lives)
            parts = msgspec.structs.replace(parts, months=())
    extra = _extra(parts)
    rules: list[Expression] = []
    separate: list[Expression] = []
    for item in items:
        each = item_rule(item, extra if item.kind == "drug" else (), window, parts.ongoing)
        if parts.settings and item.kind != "drug" and set(parts.settings) != {"metastatic"}:
            each = [all_of([one, Team("when in the course of treatment it was given")]) for one in each]
        rules.append(all_of(each) if item.conj == "and" else any_of(each))
        separate += each
    either = any_of(separate)
    if "progression" in parts.outcomes and parts.settings and "metastatic" not in parts.settings:
        # after treatment meant to cure, the cancer may have come back later: whether soon enough is for the team
        drugs = tuple(drug for item in items for drug in item.values)
        if parts.window is not None and parts.window.period is not None and parts.window.op == "within":
            where = (Where("drug", TermTest(drugs)), Where("setting", TermTest(parts.settings)))
            either = any_of(
                [
                    Has("therapy", (*where, Where("outcome", TermTest(("progression",))))),
                    _relapsed(where, "<=", _months(parts.window.period), free=False),
                ]
            )
            return say(either, main="therapy", extra=either)
        given = Has("therapy", (Where("drug", TermTest(drugs)), Where("setting", TermTest(parts.settings))))
        either = any_of([either, all_of([given, RECURRENT, Team("how soon after treatment the cancer came back")])])
        return say(either, main="therapy", extra=either)
    if gap and scene.section == "exclusion" and not has_kind(tokens, "last") and parts.window is not None:
        # "stopped more than 6 months ago" under an exclusion is what it says, unless it speaks of the last dose
        long_ago = any_of([rule for item in items for rule in _ended_before(item, extra, parts.window)])
        return say(long_ago, main="therapy", extra=long_ago, family="washout")
    if gap and scene.section == "exclusion":
        return say(either, main="therapy", extra=either, family="washout")
    if gap or has_kind(tokens, "naive"):
        return say(Not(either), main="therapy_gap" if gap else "naive", family="washout" if gap else "")
    supportive = all(item.kind == "drug" and all(is_supportive(drug) for drug in item.values) for item in items)
    if supportive and scene.section == "inclusion" and has_kind(tokens, "stat"):
        return say(any_of([Not(either), Team("a stable dose")]), main="therapy_dose")
    rule = all_of(rules) if joined == "and" and scene.section == "inclusion" else any_of(rules)
    if scene.section == "exclusion":
        rule = either
    else:
        rule = _for_this_cancer(rule)
    if _and_nothing_else(tokens):
        only = Team("whether nothing else was given")
        rule, either = all_of([rule, only]), all_of([either, only])
    return say(rule, main="therapy", extra=either, family="washout" if window else "")


def _and_nothing_else(tokens: Sequence[Token]) -> bool:
    """Whether "only" or "alone" stands beside treatment: whoever had more than that is not meant."""
    at = next((index for index, token in enumerate(tokens) if token.kind == "trs"), None)
    if at is None:
        return False
    before = at > 0 and tokens[at - 1].kind == "only"
    after = next((token.kind for token in tokens[at + 1 :] if token.kind not in ("tx", "setting", "prior")), "")
    return before or after == "only"


def _for_this_cancer(rule: Expression) -> Expression:
    """Return a requirement of an operation on the breast, or of any, without those that were for an earlier cancer."""
    match rule:
        case All(parts):
            return all_of(_for_this_cancer(part) for part in parts)
        case AnyOf(parts):
            return any_of(_for_this_cancer(part) for part in parts)
        case Has("surgery", where) if all(_is_of_breast(one) for one in where):
            return Has("surgery", (*where, Where("earlier_cancer", FlagTest(False))))
        case _:
            return rule


def _is_of_breast(where: Where) -> bool:
    """Whether a condition names nothing but operations on the breast or the armpit."""
    if where.field != "procedure" or not isinstance(where.test, TermTest):
        return False
    above = load_vocabulary().ancestors
    return all(not _BREAST.isdisjoint({one, *above("procedure", one)}) for one in where.test.terms)


_BREAST = frozenset(["breast_surgery", "axillary_surgery"])


def unclear(first: Expression, second: Expression, about: str) -> Expression:
    """Return what holds when both readings of unclear words hold, fails when both fail, and is for the team between."""
    if first == second:
        return first
    return any_of([all_of([first, second]), all_of([any_of([first, second]), Team(about)])])


@builder
def lines(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a number of lines or regimens: "no more than 2 prior lines of chemotherapy for metastatic disease"."""
    bounds = _line_bounds(tokens)
    if not bounds:
        return None
    parts = parts_of(tokens)
    found = of_kind(tokens, "trs")
    drugs: tuple[str, ...] = ()
    if found:
        items, _ = found[0].value
        if not all(item.kind == "drug" for item in items):
            return None
        drugs = tuple(drug for item in items for drug in item.values if drug != "systemic_therapy")
    base = (Where("drug", TermTest(drugs)),) if drugs else ()
    if parts.outcomes:
        base = (*base, Where("outcome", TermTest(parts.outcomes)))
    if parts.outcomes and all(op in (">=", ">") for op, _ in bounds) and max(number for _, number in bounds) > 1:
        return say(_lines_then(bounds, parts, drugs), main="lines")
    rules: list[Expression] = []
    for op, number in bounds:
        in_metastatic = Count("line", op, number, (*base, Where("setting", TermTest(("metastatic",)))))
        if parts.settings and set(parts.settings) != {"metastatic"}:
            rules.append(Count("line", op, number, (*base, Where("setting", TermTest(parts.settings)))))
        elif parts.settings or not drugs:
            rules.append(in_metastatic)
        else:
            rules.append(
                unclear(in_metastatic, Count("line", op, number, base), "which earlier treatment counts as a line")
            )
    return say(all_of(rules), main="lines")


def _lines_then(bounds: list[tuple[Comparison, int]], parts: Parts, drugs: tuple[str, ...]) -> Expression:
    """Return "progression after two lines": on each of them, or on the last only?"""
    outcome = Where("outcome", TermTest(parts.outcomes))
    base: tuple[Where, ...] = (Where("drug", TermTest(drugs)),) if drugs else ()
    where = (*base, Where("setting", TermTest(("metastatic",))))
    each = all_of([Count("line", op, number, (*where, outcome)) for op, number in bounds])
    some = [Count("line", op, number, where) for op, number in bounds]
    any_drug = (Where("drug", TermTest(drugs or ("systemic_therapy",))), outcome)
    return unclear(each, all_of([*some, Has("therapy", any_drug)]), "on which lines the cancer must have grown")


def _line_bounds(tokens: Sequence[Token]) -> list[tuple[Comparison, int]]:
    bounds: list[tuple[Comparison, int]] = []
    numbers: list[int] = []
    op: str | None = None
    for token in tokens:
        if token.kind == "line":
            break
        if token.kind == "cmp":
            op = str(token.value)
        elif token.kind == "num":
            if float(token.value) > 20:
                return []
            numbers.append(int(token.value))
            if op:
                bounds.append((cast("Comparison", op), int(token.value)))
                op = None
        elif token.kind == "pcmp" and numbers and not bounds:
            bounds.append((cast("Comparison", token.value), numbers[-1]))
        elif token.kind == "lim":
            if token.value[2] or token.value[3]:
                return []
            bounds.append((cast("Comparison", token.value[0]), int(token.value[1])))
    if bounds:
        return bounds
    if len(numbers) > 1:
        low, high = min(numbers), max(numbers)
        return [(">=", low), ("<=", high)] if low else [("<=", high)]
    return [(">=", numbers[0])] if numbers else []


@builder
def setting_of(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "for metastatic disease" as the setting of a treatment."""
    states = {value for token in of_kind(tokens, "ext") for value in values_of(token)}
    if states & {"metastatic", "advanced", "locally_advanced", "unresectable", "recurrent"} and "early" not in states:
        return "setting", "metastatic"
    if "early" in states or "in_situ" in states:
        return "setting", "curative"
    return "setting", "any"


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
    curative = set(parts.settings) <= _CURATIVE if parts.settings else not has_kind(tokens, "prog", "outc")
    if bound is not None and curative:
        if not parts.settings:
            where = (*where, Where("setting", TermTest(("curative",))))
        return say(_relapsed(where, *bound, free=has_kind(tokens, "dfi")), main="relapse")
    if has_kind(tokens, "dfi") and scene.section == "inclusion":
        return say(any_of([Not(treated), Team("how long after treatment the cancer came back")]), main="relapse")
    if parts.settings and set(parts.settings) == {"metastatic"}:
        return say(all_of([treated, Team("how long after treatment the cancer grew")]), main="relapse")
    return say(all_of([treated, RECURRENT, Team("how long after treatment the cancer came back")]), main="relapse")


@builder
def relapse_on_or_after(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "relapsed on adjuvant endocrine therapy after 12 months, or within 12 months of completing it"."""
    found = of_kind(tokens, "trs")[0]
    drugs = tuple(drug for item in found.value[0] if item.kind == "drug" for drug in item.values)
    settings = parts_of(tokens).settings or ("curative",)
    if not all(_is_relapse(token.value) for token in of_kind(tokens, "E")):
        return None
    window = of_kind(tokens, "win")[-1].value
    if not drugs or window.period is None or window.op != "within" or not set(settings) <= _CURATIVE:
        return None
    where = (Where("drug", TermTest(drugs)), Where("setting", TermTest(settings)))
    soon = _relapsed(where, "<=", _months(window.period), free=False)
    lasted = [token.value for token in of_kind(tokens, "cper") if token.value.length.period]
    if not lasted:
        return say(soon, main="relapse")
    months = NumberTest(lasted[0].op, _months(lasted[0].length.period))
    long_enough = any_of(
        [Has("therapy", (*where, Where("months_on", months))), Team("how long the treatment had lasted")]
    )
    return say(all_of([soon, long_enough]), main="relapse")


def _is_relapse(said: Said) -> bool:
    """Whether a rule that was read before says that the cancer came back, and no more."""
    return said.rule == RECURRENT


_CURATIVE = frozenset(["curative", "adjuvant", "neoadjuvant"])


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
    return (bounds[0][0], _months(bounds[0][1])) if len(bounds) == 1 else None


def _months(period: Period) -> float:
    return round(days_of(period) / 30.4375, 2)


def _relapsed(where: tuple[Where, ...], op: Comparison, months: float, *, free: bool) -> Expression:
    """Return "came back so soon, or so late, after such treatment".

    "So late" is no relapse sooner than that after any such treatment. A time *free* of disease is asked only of those
    who had the treatment.
    """
    if op in ("<", "<="):
        soon = Has("therapy", (*where, Where("months_to_relapse", NumberTest(op, months, "mo"))))
        return all_of([soon, RECURRENT])
    sooner = Has("therapy", (*where, Where("months_to_relapse", NumberTest(FLIP[op], months, "mo"))))
    return Not(sooner) if free else all_of([Has("therapy", where), RECURRENT, Not(sooner)])


@builder
def steroid_dose(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read steroids above a daily dose (of prednisone or its equivalent)."""
    drugs = {drug for token in of_kind(tokens, "drug") for drug in values_of(token)}
    op, number, unit, times = of_kind(tokens, "lim")[0].value
    if not drugs & _STEROIDS or not drugs <= _STEROIDS | {"immunosuppressant"} or times or unit not in ("mg/d", "mg"):
        return None
    where = (
        Where("drug", TermTest(("corticosteroid",))),
        Where("daily_dose", NumberTest(cast("Comparison", op), number, "mg/d")),
    )
    windows = [token.value for token in of_kind(tokens, "win") if token.value.period and token.value.op == "within"]
    rule = _in_window("medicine", where, "end", windows[0] if windows else None)
    others = [_in_window("medicine", (Where("drug", TermTest((drug,))),), "end", None) for drug in drugs - _STEROIDS]
    return say(any_of([rule, *others]), main="therapy")


_STEROIDS = frozenset(
    ["corticosteroid", "prednisone", "prednisolone", "methylprednisolone", "dexamethasone", "hydrocortisone"]
)


@builder
def outcome_alone(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read that earlier treatment failed or was not tolerated, whichever it was."""
    outcomes = parts_of(tokens).outcomes
    where = (Where("drug", TermTest(("systemic_therapy",))), Where("outcome", TermTest(outcomes)))
    return say(Has("therapy", where), main="therapy")


@builder
def last_line(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "last line"."""
    return "lastline", ""


@builder
def washout_line(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "Chemotherapy: >= 3 weeks" in a list of times that must have passed."""
    bounded: Bounded = of_kind(tokens, "cper")[0].value
    if bounded.op not in (">=", ">") or bounded.length.period is None:
        return None
    items, _ = of_kind(tokens, "trs")[0].value
    window = Window("within", bounded.length.period)
    either = any_of([rule for item in items for rule in item_rule(item, (), window, False)])
    if scene.section == "exclusion":
        return say(either, main="therapy", family="washout")
    return say(Not(either), main="therapy_gap", family="washout")


@builder
def completed_before(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "must have been completed 2 weeks before the first dose"."""
    window: Window = of_kind(tokens, "win")[0].value
    if scene.section == "exclusion" or window.period is None or not (window.ago or window.op == "before"):
        return None
    items, _ = of_kind(tokens, "trs")[0].value
    inside = Window("within", window.period)
    return say(Not(any_of([rule for item in items for rule in item_rule(item, (), inside, False)])), main="therapy_gap")


@builder
def ordinal_lines(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "after first-line treatment": as many lines for advanced disease, or more."""
    parts = parts_of(tokens)
    found = of_kind(tokens, "trs")
    items = found[0].value[0] if found else ()
    if has_kind(tokens, "naive") or not all(item.kind == "drug" for item in items) or set(parts.settings) & _CURATIVE:
        return None
    drugs = tuple(drug for item in items for drug in item.values if drug != "systemic_therapy")
    number = _ORDINALS[str(of_kind(tokens, "ordinal")[0].value)]
    where: tuple[Where, ...] = (Where("drug", TermTest(drugs)),) if drugs else ()
    if parts.outcomes:
        where = (*where, Where("outcome", TermTest(parts.outcomes)))
    where = (*where, Where("setting", TermTest(("metastatic",))))
    if drugs and number > 1:
        return None  # whether the drug was given in that line or in any is not said
    return say(Count("line", ">=", number, where), main="lines")


_ORDINALS = {"first": 1, "second": 2, "third": 3}


@builder
def progressed_last(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "progression on the most recent therapy"."""
    outcomes = parts_of(tokens).outcomes or ("progression",)
    where = (Where("drug", TermTest(("systemic_therapy",))), Where("outcome", TermTest(outcomes)))
    return say(Has("therapy", (*where, Where("last_in_setting", FlagTest(True)))), main="therapy")


@builder
def response_after(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "complete response after neoadjuvant therapy"."""
    said: Said = tokens[0].value
    settings = parts_of(tokens).settings
    if said.main != "response" or not settings or not isinstance(said.rule, Has):
        return None
    return msgspec.structs.replace(said, rule=Has("therapy", (*said.rule.where, Where("setting", TermTest(settings)))))


@builder
def progressed_on(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "progression (clinical or radiographic) on a PARP inhibitor"."""
    parts = parts_of(tokens)
    items, _ = of_kind(tokens, "trs")[0].value
    drugs = tuple(drug for item in items if item.kind == "drug" for drug in item.values)
    if not drugs or has_kind(tokens, "win"):
        return None
    where: tuple[Where, ...] = (Where("drug", TermTest(drugs)), Where("outcome", TermTest(("progression",))))
    if parts.settings:
        where = (*where, Where("setting", TermTest(parts.settings)))
    return say(Has("therapy", where), main="therapy", extra=Has("therapy", where))


@lru_cache(maxsize=256)
def _acting_on(target: str) -> tuple[str, ...]:
    """Return the drugs whose mechanism names a target."""
    words = re.compile(rf"(?<![\w-]){re.escape(target)}(?![\w-])", re.IGNORECASE)
    return tuple(one.id for one in load_vocabulary().terms["drug"].values() if words.search(one.mechanism))


@builder
def targeted(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read treatment against a target.

    What every drug of the vocabulary acts on is known, so that a target which some of them name is had by these alone,
    or by a drug that was on trial. For any other target the team says which drugs are meant.
    """
    named = {str(value) for token in of_kind(tokens, "target") for value in values_of(token)} - {"", "anti"}
    named |= {value.removesuffix("_gene").upper() for token in of_kind(tokens, "gene") for value in values_of(token)}
    drugs = [_acting_on(target) for target in sorted(named)]
    if drugs and all(drugs) and not has_kind(tokens, "rec", "word"):
        known = Has("therapy", (Where("drug", TermTest(tuple(dict.fromkeys(one for some in drugs for one in some)))),))
        on_trial = Has("therapy", (Where("drug", TermTest(("investigational_agent",))),))
        rule = any_of([known, all_of([on_trial, Team("whether a drug has this target")])])
        return say(rule, main="therapy", extra=rule)
    rule = all_of(
        [
            Has("therapy", (Where("drug", TermTest(("targeted_therapy", "immunotherapy"))),)),
            Team("whether a drug has this target"),
        ]
    )
    return say(rule, main="therapy", extra=rule)


@builder
def radiation_dose(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a dose of radiation, in gray, after the place it went to."""
    said = tokens[0].value
    op, number, unit, _ = of_kind(tokens, "lim")[0].value
    if unit != "Gy" or not isinstance(said.rule, Has) or said.rule.list != "radiation":
        return None
    where = (*said.rule.where, Where("dose", NumberTest(cast("Comparison", op), number, "Gy")))
    windows = [token.value for token in of_kind(tokens, "win")]
    rule = _in_window("radiation", where, "end", windows[0] if windows else None)
    return say(rule, main="therapy", extra=rule)


@builder
def transfusions(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read transfusions in a window."""
    windows = [token.value for token in of_kind(tokens, "win")]
    where = _date_where("date", msgspec.structs.replace(windows[0], op="within")) if windows else ()
    return say(Has("transfusion", where), main="transfusion")


@builder
def qualifier(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "requiring systemic treatment" after an illness; ``drug`` when nothing but drugs can be meant."""
    other = has_kind(tokens, "surg", "procedure", "rt", "txnoun", "word", "studydrug")
    need = Need("" if other or not has_kind(tokens, "tx", "drug") else "drug")
    need.windows = [token.value for token in of_kind(tokens, "win") if isinstance(token.value, Window)]
    return "reqtx", need


class Need(str):
    """What kind of treatment is needed ("drug", or "" for any), and the time in which it was."""

    __slots__ = ("windows",)
    windows: list[Window]


@builder
def steroids(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "requiring steroids"."""
    drugs = {drug for token in of_kind(tokens, "drug") for drug in values_of(token)}
    if drugs == {"systemic_therapy"}:
        return "reqtx", "drug"
    drugs -= {"systemic_therapy"}
    if not drugs <= {"corticosteroid"}:
        supportive = [drug for drug in drugs if is_supportive(drug)]
        where = (Where("drug", TermTest(tuple(sorted(supportive)))),)
        return ("reqtx", Has("medicine", where) if supportive and len(supportive) == len(drugs) else "")
    return ("steroids", "")


@builder
def biopsy_team(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read giving tissue or blood for the study."""
    return "team", "tissue"


@builder
def archival(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read stored tumor tissue."""
    from abreast.trials.eligibility.families.person import flag

    return say(flag("archival_tissue"), main="tissue")


__all__ = ["Item", "Length", "Many", "is_supportive", "item_rule", "unclear"]


@builder
def nothing_never(tokens: Sequence[Token], scene: Scene) -> Result:
    """Decline: the words belong to two patterns."""
    return None


@builder
def drugs_alike(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a list of drugs as one; examples in parentheses count as part of it."""
    values: list[object] = []
    for token in of_kind(tokens, "drug"):
        values += values_of(token)
    conj = "and" if has_kind(tokens, "and", "plus") and not has_kind(tokens, "or", "slash") else "or"
    return "drug", Many(tuple(dict.fromkeys(values)), conj)


@builder
def radiation(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read radiation with the places it went to."""
    sites: list[str] = [value for token in of_kind(tokens, "site") for value in values_of(token)]
    for token in of_kind(tokens, "les"):
        sites += token.value.sites
    kept = next(token for token in tokens if token.kind in ("rt", "palrt"))
    settings = of_kind(tokens, "setting")
    if settings and not sites:
        return None
    return "trs", ((Item(kept.kind, tuple(dict.fromkeys(sites))),), "or")


@builder
def radiation_of_metastases(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "palliative radiotherapy for bone metastases" as radiation to those places."""
    said: Said = tokens[-1].value
    sites = getattr(said.extra, "sites", ())
    return ("trs", ((Item(tokens[0].kind, sites),), "or")) if said.main == "metastasis" and sites else None


@builder
def antibody_test(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "hepatitis C antibody" as the test for the infection, not as a drug."""
    if values_of(tokens[1]) != ("monoclonal_antibody",):
        return None
    return Token("illness", tokens[0].start, tokens[-1].end, tokens[0].value)


@builder
def counted(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "at least two prior chemotherapies"."""
    bounds = _line_bounds(tokens)
    found = of_kind(tokens, "trs")
    if not bounds or any(number > 12 for _, number in bounds):
        return None
    parts = parts_of(tokens)
    drugs: tuple[str, ...] = ()
    if found:
        items, _ = found[0].value
        if not all(item.kind == "drug" for item in items):
            return None
        drugs = tuple(drug for item in items for drug in item.values if drug != "systemic_therapy")
    where: tuple[Where, ...] = (Where("drug", TermTest(drugs)),) if drugs else ()
    if parts.settings:
        where = (*where, Where("setting", TermTest(parts.settings)))
    if bounds == [(">=", 1)] and drugs:
        return say(Has("therapy", where), main="therapy")
    return say(all_of([Count("line", op, number, where) for op, number in bounds]), main="lines")


@builder
def other_gap(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read another length of time for some drugs: "(6 weeks for nitrosoureas or mitomycin C)"."""
    first: Said = of_kind(tokens, "E")[0].value
    other: Said = of_kind(tokens, "E")[1].value
    length: Length = next(
        token.value if token.kind == "len" else token.value.length for token in of_kind(tokens, "len", "cper")
    )
    dates = [where for where in _wheres(first.rule) if isinstance(where.test, DateTest) and where.test.op == "within"]
    drugs = [where.test.terms for where in _wheres(other.rule) if isinstance(where.test, TermTest)]
    known = first.main in ("therapy", "therapy_gap") and other.main == "therapy" and first.family == "washout"
    if not known or not dates or not drugs or length.period is None or len(drugs) != len(_wheres(other.rule)):
        return None
    terms = tuple(term for group in drugs for term in group)
    given = Has("therapy", (Where("drug", TermTest(terms)), Where("end", DateTest("within", length.period))))
    rule = all_of([first.rule, Not(given)]) if first.main == "therapy_gap" else any_of([first.rule, given])
    return msgspec.structs.replace(first, rule=rule)


def _wheres(rule: Expression) -> list[Where]:
    """Return every condition on a treatment in a rule."""
    match rule:
        case Has("therapy", where):
            return list(where)
        case Not(part):
            return _wheres(part)
        case All(parts) | AnyOf(parts):
            return [where for part in parts for where in _wheres(part)]
        case _:
            return []
