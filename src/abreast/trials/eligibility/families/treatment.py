"""Treatment: which drug or class, in which setting, with which end, and how long ago."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec

from abreast.rules import (
    All,
    AnyOf,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Not,
    NumberTest,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
)
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.disease import RECURRENT
from abreast.trials.eligibility.families.items import (
    Item,
    Parts,
    date_where,
    in_window,
    is_supportive,
    item_rule,
    parts_of,
)
from abreast.trials.eligibility.families.numbers import Length, Window, conj_of, days_of, values_of
from abreast.trials.eligibility.families.person import flag
from abreast.trials.eligibility.families.relapse import months_of, relapsed
from abreast.trials.eligibility.grammar import Result, Said, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary


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
                    relapsed(where, "<=", months_of(parts.window.period), free=False),
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
    rule = either if scene.section == "exclusion" else _for_this_cancer(rule)
    if _and_nothing_else(tokens):
        rule, either = all_of([rule, _ALONE]), all_of([either, _ALONE])
    return say(rule, main="therapy", extra=either, family="washout" if window else "")


_ALONE = Team("whether nothing else was given")


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
def outcome_alone(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read that earlier treatment failed or was not tolerated, whichever it was."""
    outcomes = parts_of(tokens).outcomes
    where = (Where("drug", TermTest(("systemic_therapy",))), Where("outcome", TermTest(outcomes)))
    return say(Has("therapy", where), main="therapy")


@builder
def washout_line(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "Chemotherapy: >= 3 weeks" in a list of times that must have passed."""
    bounds = of_kind(tokens, "cper")
    length = bounds[0].value.length if bounds else of_kind(tokens, "len")[0].value
    if (bounds and bounds[0].value.op not in (">=", ">")) or length.period is None:
        return None
    items = [item for token in of_kind(tokens, "trs") for item in token.value[0]]
    window = Window("within", length.period)
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


@builder
def radiation_dose(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a dose of radiation, in gray, after the place it went to."""
    said = tokens[0].value
    op, number, unit, _ = of_kind(tokens, "lim")[0].value
    if unit != "Gy" or not isinstance(said.rule, Has) or said.rule.list != "radiation":
        return None
    where = (*said.rule.where, Where("dose", NumberTest(cast("Comparison", op), number, "Gy")))
    windows = [token.value for token in of_kind(tokens, "win")]
    rule = in_window("radiation", where, "end", windows[0] if windows else None)
    return say(rule, main="therapy", extra=rule)


@builder
def transfusions(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read transfusions in a window."""
    windows = [token.value for token in of_kind(tokens, "win")]
    where = date_where("date", msgspec.structs.replace(windows[0], op="within")) if windows else ()
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
def biopsy_team(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read giving tissue or blood for the study."""
    return "team", "tissue"


@builder
def archival(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read stored tumor tissue."""
    return say(flag("archival_tissue"), main="tissue")


@builder
def nothing_never(tokens: Sequence[Token], scene: Scene) -> Result:
    """Decline: the words belong to two patterns."""
    return None


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
def surgery_of_metastases(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "resection of brain metastases" as the operation on that place."""
    said: Said = tokens[-1].value
    sites = set(getattr(said.extra, "sites", ()))
    if said.main != "metastasis" or not sites or not isinstance(said.rule, Has) or len(said.rule.where) > 1:
        return None
    if not {value for token in of_kind(tokens, "procedure", "surg") for value in values_of(token)} <= _ANY_OPERATION:
        return None
    named = {operation for place, operation in _OPERATIONS.items() if place in sites}
    return "procedure", named.pop() if len(named) == 1 else "metastasectomy"


_ANY_OPERATION = frozenset(["breast_surgery", "any", "major"])
_OPERATIONS = {
    "brain": "craniotomy",
    "cns": "craniotomy",
    "liver": "liver_resection",
    "lung": "lung_resection",
    "bone": "bone_surgery",
}
"""Operations on metastases, by place."""


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
