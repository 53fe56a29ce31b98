"""A treatment, and what the words around it say: its window, its setting, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from abreast.rules import DateTest, Expression, FlagTest, Has, Period, Team, TermTest, Where, all_of, any_of
from abreast.trials.eligibility.families.numbers import Bounded, Window, days_of, values_of
from abreast.trials.eligibility.grammar import has_kind, of_kind
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


def date_where(field: str, window: Window | None) -> tuple[Where, ...]:
    """Return the condition that a date lies inside the window; none without a window in calendar time."""
    test = window.test() if window else None
    return (Where(field, test),) if test else ()


def in_window(list_: str, where: tuple[Where, ...], field: str, window: Window | None) -> Expression:
    """Return "has had it inside the window", with half-lives where the text gives them.

    When the longer of a period and some half-lives counts, treatment inside the period is inside for certain, and
    treatment in the last six months may be; when the shorter counts, earlier treatment is outside for certain. What
    goes on is inside, whatever the half-life.
    """
    if window is None:
        return Has(list_, where)
    if window.period is None:
        recent = Has(list_, (*where, Where(field, DateTest("within", _LONG_AGO))))
        return any_of(
            [*_going_on(list_, where), all_of([recent, Team(f"{window.half_lives:g} half-lives of the drug")])]
        )
    inside = Has(list_, (*where, Where(field, DateTest("within", window.period))))
    if not window.half_lives:
        return inside
    if window.which == "shorter":
        return any_of(
            [*_going_on(list_, where), all_of([inside, Team(f"{window.half_lives:g} half-lives of the drug")])]
        )
    if days_of(window.period) >= days_of(_LONG_AGO):
        return inside
    recent = Has(list_, (*where, Where(field, DateTest("within", _LONG_AGO))))
    return any_of([inside, all_of([recent, Team(f"{window.half_lives:g} half-lives of the drug")])])


def _going_on(list_: str, where: tuple[Where, ...]) -> list[Expression]:
    """Return "has it now", for the lists that tell what goes on."""
    return [Has(list_, (*where, Where("ongoing", FlagTest(True))))] if list_ in ("therapy", "medicine") else []


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
                recent = in_window("radiation", where, "end", Window("within", Period(28, "days")))
                return [all_of([recent, Team("whether radiation is still going on")])]
            if item.kind == "palrt":
                where = (*where, Where("intent", TermTest(("palliative",))))
            return [in_window("radiation", where, "end", window)]
        case "surg":
            return [_surgery(item.values, window)]
        case _:
            return [in_window("surgery", (Where("procedure", TermTest(item.values)),), "date", window)]


def _drug_rule(drug: str, extra: tuple[Where, ...], window: Window | None, ongoing: bool) -> Expression:
    if drug == "investigational_agent":
        now = (Where("ongoing", FlagTest(True)),) if ongoing and window is None else ()
        return in_window("therapy", (Where("drug", TermTest((drug,))), *now), "end", window)
    if is_supportive(drug):
        if "vaccine" in load_vocabulary().ancestors("drug", drug):
            given = in_window("medicine", (Where("drug", TermTest((drug,))),), "end", window)
            return any_of([given, Team("recent vaccinations, which lists of medicines leave out")])
        return in_window("medicine", (Where("drug", TermTest((drug,))),), "end", window)
    where = (Where("drug", TermTest((drug,))), *extra)
    if ongoing and window is None:
        where = (*where, Where("ongoing", FlagTest(True)))
    return in_window("therapy", where, "end", window)


def _surgery(values: tuple[str, ...], window: Window | None) -> Expression:
    """Return "had surgery"; major surgery without a time means recent surgery, which a study never leaves open."""
    where = (Where("major", FlagTest(True)),) if "major" in values else ()
    if window is not None:
        return in_window("surgery", where, "date", window)
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


def unclear(first: Expression, second: Expression, about: str) -> Expression:
    """Return what holds when both readings of unclear words hold, fails when both fail, and is for the team between."""
    if first == second:
        return first
    return any_of([all_of([first, second]), all_of([any_of([first, second]), Team(about)])])
