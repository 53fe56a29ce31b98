"""Other illnesses, second cancers, toxicity left from treatment, allergies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from abreast.rules import (
    Compare,
    Expression,
    Has,
    Not,
    NumberTest,
    Period,
    Team,
    TermTest,
    Where,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import Comparison, DateTest
from abreast.trials.eligibility.families.numbers import ROMAN, Many, Window, values_of
from abreast.trials.eligibility.grammar import Result, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary

_STATUS = {
    "active": "active",
    "current": "present",
    "uncontrolled": "uncontrolled",
    "controlled": "controlled",
    "resolved": "resolved",
    "chronic": "present",
    "symptomatic": "active",
    "stable": "controlled",
}
_ANTI_INFECTIVE = Has("medicine", (Where("drug", TermTest(("antibiotic", "antiviral", "antifungal"))),))
"""An infection that needs drugs shows in the list of medicines."""
_VAGUE = frozenset(["serious_illness"])
_UNRELATED = ("antibiotic", "nsaid", "latex", "contrast_agent")
"""What many people are allergic to, and no study of a cancer drug gives."""
_SOON_OVER = frozenset(["trauma"])
"""What studies mean only when it is recent."""
_BOTH_LISTS = frozenset(["neuropathy", "toxicity"])
_HISTORIES = {
    "ovarian": "ovarian_cancer_history",
    "prostate": "prostate_cancer_history",
    "pancreatic": "pancreatic_cancer_history",
}


@lru_cache(maxsize=512)
def _also_toxicity(kind: str) -> bool:
    return not _BOTH_LISTS.isdisjoint(load_vocabulary().ancestors("illness", kind))


def _known(kind: str) -> bool:
    return kind in load_vocabulary().terms["illness"]


def kinds_of(where: Sequence[Where]) -> tuple[str, ...]:
    """Return the kinds that conditions on an illness ask for."""
    tests = [one.test for one in where if one.field == "kind" and not one.negated]
    return tuple(term for test in tests if isinstance(test, TermTest) for term in test.terms)


def has_illness(kinds: Sequence[str], where: tuple[Where, ...]) -> Expression:
    """Return "has one of these illnesses"; what may be a side effect is looked for among those too."""
    terms = tuple(dict.fromkeys(kinds))
    if "heart_disease" in terms:
        # high blood pressure is listed by itself wherever a study means it
        where = (
            (*where, Where("kind", TermTest(("hypertension",)), negated=True)) if "hypertension" not in terms else where
        )
    parts: list[Expression] = [Has("illness", (Where("kind", TermTest(terms)), *where))]
    side_effects = tuple(kind for kind in terms if _also_toxicity(kind))
    plain = tuple(one for one in where if one.field in ("grade", "status"))
    if side_effects:
        parts.append(Has("toxicity", (Where("kind", TermTest(side_effects)), *plain)))
    return any_of(parts)


def _kinds(tokens: Sequence[Token]) -> list[str]:
    """Return the illnesses that are named; a malignancy without more words is another cancer."""
    named = [value for token in of_kind(tokens, "illness") for value in values_of(token)]
    return ["second_cancer" if kind == "any_cancer" else kind for kind in named]


@builder
def illness(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read one or more illnesses with their state, severity, treatment and window.

    How severe an illness is, and whether it needs treatment, is for the team to say; that somebody does not have it at
    all is not.
    """
    kinds = _kinds(tokens)
    if not all(_known(kind) for kind in kinds):
        kinds = [kind for kind in kinds if _known(kind)]
        if not kinds:
            return None
    if set(kinds) <= {"second_cancer"} or "second_cancer" in kinds:
        return _second_cancer(tokens, scene)
    where: tuple[Where, ...] = ()
    if any(token.value == "risk" for token in of_kind(tokens, "qual")):
        return say(Team("the risk of this illness"), main="illness", extra=tuple(kinds))
    told = [values_of(token) for token in of_kind(tokens, "stat")]
    if len(told) > 1:
        told = [values for values in told if values != ("current",)] or told  # "uncontrolled intercurrent illness"
    states = [value for values in told for value in values]
    if not states and has_kind(tokens, "ongoing") and not has_kind(tokens, "hist", "prior"):
        states.append("current")
    if has_kind(tokens, "qual") and has_kind(tokens, "or"):
        states = []  # "severe or uncontrolled": it need not be uncontrolled
    terms = tuple(dict.fromkeys(_STATUS[state] for state in states if state in _STATUS))
    if terms and not has_kind(tokens, "hist"):
        where = (*where, Where("status", TermTest(terms)))
    limits = [token.value for token in of_kind(tokens, "lim")]
    if any(unit or times or number > 5 for _, number, unit, times in limits):
        return None
    grades = [token.value[:2] for token in of_kind(tokens, "gr", "lim")]
    if grades:
        where = (*where, Where("grade", NumberTest(cast("Comparison", grades[0][0]), grades[0][1])))
    windows = [token.value for token in of_kind(tokens, "win") if token.value.period]
    treated = has_kind(tokens, "reqtx", "steroids")
    if windows and windows[0].op == "within" and not treated:
        where = (*where, Where("start", DateTest("within", windows[0].period)))
    rule = has_illness(kinds, where)
    if set(kinds) == _VAGUE:
        # "a serious illness": any that somebody has may be one, and the team says which
        now = () if where or has_kind(tokens, "hist", "prior") else (Where("status", TermTest(("present",))),)
        rule = Has("illness", (*where, *now))
    if any(value == "negative" for token in of_kind(tokens, "pol") for value in values_of(token)):
        return say(Not(has_illness(kinds, ())), main="illness", extra=tuple(kinds))
    present = not has_kind(tokens, "hist", "prior") and not windows
    needed = [token.value for token in of_kind(tokens, "reqtx")]
    given = [one for one in needed if not isinstance(one, str)]
    if present and given:
        return say(all_of([rule, *given]), main="illness", extra=tuple(kinds))
    if present and "drug" in needed and all(_is_a(kind, "infection") or kind == "infection" for kind in kinds):
        rule = all_of([rule, _ANTI_INFECTIVE])
    if set(kinds) <= _SOON_OVER and not windows and scene.section == "exclusion":
        return say(all_of([rule, Team("how recent it is")]), main="illness", extra=tuple(kinds))
    vague = has_kind(tokens, "qual", "naive", "reqtx", "steroids", "classed", "detectable") or not _VAGUE.isdisjoint(
        kinds
    )
    if vague or (windows and windows[0].op == "before"):
        rule = all_of([rule, Team("how serious it is, and how it is treated")])
    return say(rule, main="illness", extra=tuple(kinds))


def _second_cancer(tokens: Sequence[Token], scene: Scene) -> Result:
    if len(tokens) == 1 and tokens[0].value == "any_cancer" and scene.section == "inclusion":
        return "cancerw", ""  # "a malignancy" under "Inclusion" may well be the one that the study is about
    windows = [
        token.value for token in of_kind(tokens, "win", "dur") if isinstance(token.value, Window) and token.value.period
    ]
    needed = [one for token in of_kind(tokens, "reqtx") for one in getattr(token.value, "windows", ())]
    window = next((one for one in (*windows, *needed) if one.period), None)
    active = any(
        value in ("active", "current", "uncontrolled")
        for token in of_kind(tokens, "stat")
        for value in values_of(token)
    )
    active = active or has_kind(tokens, "ongoing", "reqtx", "prog")
    active = active or any("active" in values_of(token) for token in of_kind(tokens, "illness"))
    return say(second_cancer_rule((), window, active), main="second_cancer", extra=((), window, active))


def second_cancer_rule(excepted: tuple[str, ...], window: Window | None, active: bool) -> Expression:
    """Return "had another cancer", leaving out the kinds that a study does not mind.

    With a window it must have begun inside it, or still be active.
    """
    where: tuple[Where, ...] = (Where("kind", TermTest(("second_cancer",))),)
    if excepted:
        where = (*where, Where("kind", TermTest(excepted), negated=True))
    if window is not None and window.period is not None:
        recent = Has("illness", (*where, Where("start", DateTest("within", window.period))))
        return any_of([recent, Has("illness", (*where, Where("status", TermTest(("active",)))))])
    if active:
        return Has("illness", (*where, Where("status", TermTest(("active",)))))
    return Has("illness", where)


@builder
def second_cancer_except(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read the exceptions of a rule about other cancers: skin cancer, in situ cancers, cancers cured long ago."""
    said = tokens[0].value
    if said.main != "second_cancer":
        return None
    excepted, window, active = said.extra
    more: list[str] = list(excepted)
    cured = False
    for token in tokens[1:]:
        for value in values_of(token) if token.kind in ("illness", "cancer", "histology", "ext") else ():
            if token.kind == "illness" and _known(value) and value != "second_cancer":
                more.append(value)
            elif token.kind == "illness" and value == "cured_other":
                cured = True
            elif token.kind == "cancer" and value in _HISTORIES:
                more.append(_HISTORIES[value])
            elif token.kind == "histology" and value in ("dcis", "lcis"):
                more.append("dcis_other")
            elif token.kind == "ext" and value == "in_situ":
                more.append("in_situ_cancer")
    windows = [
        token.value
        for token in of_kind(tokens[1:], "win", "dur")
        if isinstance(token.value, Window) and token.value.period
    ]
    lengths = [token.value.length for token in of_kind(tokens[1:], "cper") if token.value.op in (">=", ">")]
    lengths += [token.value for token in of_kind(tokens[1:], "len")]
    years = [length.period for length in lengths if length.period and length.period.unit == "years"]
    if window is None and (windows or years):
        window = Window("within", windows[0].period if windows else years[0])
    rule = second_cancer_rule(tuple(dict.fromkeys(more)), window, active)
    if cured and window is None:
        rule = all_of([rule, Team("whether the other cancer counts as cured")])
    if isinstance(said.rule, Not):
        rule = negate(rule)
    return say(rule, main="second_cancer", extra=(tuple(dict.fromkeys(more)), window, active))


@builder
def heart_class(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a New York Heart Association class: heart failure of that class, or a worse one.

    A class "or better" is asked of those who have heart failure.
    """
    failing = Has("illness", (Where("kind", TermTest(("heart_failure",))),))
    limits = [token.value for token in of_kind(tokens, "lim", "gr")]
    numbers = [float(token.value) for token in of_kind(tokens, "num")]
    numbers += [float(ROMAN.get(str(token.value), 0)) for token in of_kind(tokens, "roman")]
    numbers += [float(value[1]) for value in limits]
    op = next((str(token.value) for token in of_kind(tokens, "cmp", "pcmp")), limits[0][0] if limits else ">=")
    if not numbers or not 1 <= min(numbers) <= max(numbers) <= 4:
        return "illness", "heart_failure"
    if op in ("<", "<=") or (scene.section == "inclusion" and min(numbers) == 1):
        worse = Compare("nyha", NumberTest("<", max(numbers)) if op == "<" else NumberTest("<=", max(numbers)))
        return say(Not(all_of([failing, Not(worse)])), main="illness", extra=("heart_failure",))
    at_least = Compare("nyha", NumberTest(">", min(numbers)) if op == ">" else NumberTest(">=", min(numbers)))
    return say(all_of([failing, at_least]), main="illness", extra=("heart_failure",))


@builder
def any_toxicity(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read side effects left from earlier treatment above a grade."""
    grades = [token.value for token in of_kind(tokens, "gr", "lim")]
    excepted = [value for token in of_kind(tokens, "illness") for value in values_of(token) if _known(value)]
    where: tuple[Where, ...] = ()
    if has_kind(tokens, "surg") and not grades and not has_kind(tokens, "anycause", "tx", "trs", "drug"):
        recent = Has("surgery", (Where("date", DateTest("within", Period(6, "months"))),))
        settled = Not(all_of([recent, Team("recovery from the operation")]))
        return say(negate(settled) if has_kind(tokens, "neg", "unrec") else settled, main="recovered")
    if grades:
        grade = grades[0]
        op = str(grade[0])
        if has_kind(tokens, "recovered", "unrec"):
            op = {"<=": ">", "<": ">=", "=": ">"}.get(op, op)
        where = (Where("grade", NumberTest(cast("Comparison", op), grade[1])),)
    elif has_kind(tokens, "recovered", "unrec"):
        where = (Where("grade", NumberTest(">", 1)),)
    if excepted:
        where = (*where, Where("kind", TermTest(tuple(dict.fromkeys(excepted))), negated=True))
    rule: Expression = Has("toxicity", where)
    over = has_kind(tokens, "recovered", "unrec") and not has_kind(tokens, "adequate")
    if not grades and not over:  # who has recovered has, by common use, nothing left above grade 1
        rule = all_of([rule, Team("whether side effects have settled enough")])
    calm = has_kind(tokens, "recovered", "unrec") != has_kind(tokens, "neg", "unrec")
    if calm and scene.section == "exclusion" and has_kind(tokens, "must"):
        calm = False  # what "must have settled" under an exclusion is what the study asks for
    return say(Not(rule) if calm else rule, main="recovered" if calm else "toxicity")


@builder
def allergy(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read an allergy: to named drugs, or to what the study gives, which the team must name."""
    drugs = tuple(dict.fromkeys(drug for token in of_kind(tokens, "drug") for drug in values_of(token)))
    known = [drug for drug in drugs if drug != "investigational_agent"]
    parts: list[Expression] = []
    if known:
        parts.append(Has("allergy", (Where("substance", TermTest(tuple(known))),)))
    if not known or has_kind(tokens, "studydrug", "word"):
        other = Where("substance", TermTest(_UNRELATED), negated=True)
        parts.append(all_of([Has("allergy", (other,)), Team("allergy to what the study gives")]))
    return say(any_of(parts), main="allergy")


__all__ = ["has_illness", "kinds_of", "second_cancer_rule"]


@builder
def last_illness(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "viral, bacterial or fungal infection" as infection."""
    kept = of_kind(tokens, "illness")[-1]
    return "illness", kept.value


@builder
def load(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a condition on the amount of virus in the blood, which records seldom hold: the team asks for it."""
    return "undetectable", ""


@builder
def transplants(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a transplant of any kind."""
    return "illness", "stem_cell_transplant" if has_kind(tokens, "graft") and not has_kind(
        tokens, "organ", "or"
    ) else "transplant"


@builder
def transplant_lists(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "stem cell or solid organ transplant"."""
    kinds = [value for token in of_kind(tokens, "illness") for value in values_of(token)]
    return ("illness", "transplant") if all(_is_a(kind, "transplant") for kind in kinds) else None


_OF_ORGAN = {
    "lung": "lung_disease",
    "liver": "liver_disease",
    "heart": "heart_disease",
    "kidney": "kidney_disease",
    "marrow": "blood_disorder",
    "endocrine_therapy": "endocrine_disease",
}


@builder
def organ_illnesses(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "liver or kidney disease": the last word belongs to each organ before it."""
    organs = [value for token in of_kind(tokens, "site", "organ", "labhead", "drug") for value in values_of(token)]
    kinds = [value for token in of_kind(tokens, "illness") for value in values_of(token)]
    last = values_of(tokens[-1])
    if not set(organs) <= set(_OF_ORGAN) or not set(last) <= _ORGAN_ILLNESSES:
        return None
    return "illness", Many(tuple(dict.fromkeys((*(_OF_ORGAN[organ] for organ in organs), *kinds))), "or")


_ORGAN_ILLNESSES = frozenset(
    [
        *_OF_ORGAN.values(),
        *("serious_illness", "neurologic_disease", "gi_disease", "psychiatric_illness", "metabolic_disease"),
        *("autoimmune_disease", "immunodeficiency"),
    ]
)
"""Illnesses that are named by "... disease" after a list of organs."""


@builder
def infection_lists(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "bacterial, viral or fungal infection"."""
    kinds = [value for token in of_kind(tokens, "illness") for value in values_of(token)]
    return ("illness", "infection") if all(_is_a(kind, "infection") for kind in kinds) else None


def _is_a(kind: str, above: str) -> bool:
    return _known(kind) and above in load_vocabulary().ancestors("illness", kind)


@builder
def narrower_illness(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "hepatitis B virus" and "infection" side by side as one illness: the narrower of the two."""
    first, second = (tuple(map(str, values_of(token))) for token in tokens)
    if first and all(_known(kind) and any(_is_a(kind, above) for above in second) for kind in first):
        return "illness", tokens[0].value
    return None


@builder
def free_since(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "at least 5 years since another malignancy" in a requirement: none since then, and none now."""
    kinds = [str(value) for value in values_of(tokens[-1])]
    length = tokens[0].value
    period = length.period if isinstance(length, Window) else getattr(length, "length", length).period
    late = tokens[0].kind == "len" or length.op in (">=", ">", "before")
    if scene.section == "exclusion" or kinds not in (["second_cancer"], ["any_cancer"]) or period is None or not late:
        return None
    window = Window("within", period)
    return say(Not(second_cancer_rule((), window, False)), main="second_cancer", extra=((), window, False))


@builder
def illnesses(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a list of illnesses as one; a list with states and severities in it stays as it is."""
    values: list[object] = []
    for token in of_kind(tokens, "illness"):
        values += values_of(token)
    if {"second_cancer", "any_cancer"} & set(values) or has_kind(tokens, "stat", "qual", "hist"):
        return None
    conj = "and" if has_kind(tokens, "and") and not has_kind(tokens, "or", "slash") else "or"
    return "illness", Many(tuple(dict.fromkeys(values)), conj)


@builder
def only_second_cancer(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read another cancer with its window, so that its exceptions can be read next."""
    if _kinds(tokens) != ["second_cancer"]:
        return None
    return _second_cancer(tokens, scene)


@builder
def allergy_said(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read an allergy together with what it is to."""
    flat: list[Token] = []
    for token in tokens:
        if token.kind == "trs":
            items, _ = token.value
            flat += [
                Token("drug", token.start, token.end, drug)
                for item in items
                if item.kind == "drug"
                for drug in item.values
            ]
        else:
            flat.append(token)
    return allergy(flat, scene)
