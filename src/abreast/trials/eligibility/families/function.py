"""Laboratory values and organ function, with their exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import msgspec

from abreast.rules import (
    All,
    AnyOf,
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
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.numbers import conj_of, values_of
from abreast.trials.eligibility.grammar import Result, Said, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import Quantity, load_vocabulary

Reference = Literal["", "uln", "lln"]
Limit = tuple[str, float, str, str]

_TOGETHER = {"transaminase": ("ast", "alt")}
_WITHOUT_UNIT: dict[str, tuple[tuple[float, str], ...]] = {
    # (from this number on, unit): a number without its unit is read only where no other unit is possible
    "anc": ((500.0, "/uL"), (0.3, "10*9/L")),
    "platelets": ((10000.0, "/uL"), (10.0, "10*9/L")),
    "hemoglobin": ((50.0, "g/L"), (5.0, "g/dL")),
    "wbc": ((1000.0, "/uL"), (1.0, "10*9/L")),
    "lvef": ((20.0, "%"),),
    "qtcf": ((300.0, "ms"),),
    "inr": ((0.5, "{ratio}"),),
    "creatinine_clearance": ((10.0, "mL/min"),),
    "egfr": ((10.0, "mL/min"),),
    "hba1c": ((3.0, "%"),),
    "bmi": ((10.0, "kg/m2"),),
    "bp.systolic": ((60.0, "mm[Hg]"),),
    "bp.diastolic": ((30.0, "mm[Hg]"),),
    "heart_rate": ((20.0, "/min"),),
    "spo2": ((50.0, "%"),),
    "lymphocytes": ((100.0, "/uL"), (0.1, "10*9/L")),
    "bilirubin": ((0.5, "mg/dL"),),
    "creatinine": ((0.5, "mg/dL"),),
    "albumin": ((10.0, "g/L"), (1.0, "g/dL")),
}


class Labs(msgspec.Struct, frozen=True, gc=False):
    """Laboratory values with their first limit: what a limit "if liver metastases" further on belongs to."""

    attributes: tuple[str, ...]
    conj: str
    rule: Expression


def compare(attribute: str, limit: Limit) -> Expression | None:
    """Return the comparison of a laboratory value with a limit; ``None`` when the unit does not fit."""
    op, number, unit, times = limit
    if attribute == "creatinine" and unit == "mL/min":
        attribute = "creatinine_clearance"
    if times:
        multiple = Compare(attribute, NumberTest(cast("Comparison", op), number, times=cast("Reference", times)))
        if attribute == "lvef" and times == "lln" and number == 1:
            # 55 % is normal by the ranges in common use (ASE/EACVI 2015: from 52 % in men and 54 % in women; British
            # Society of Echocardiography: from 55 %), so that the laboratory's own range need not be known
            clear = Compare("lvef", NumberTest(">=", 55, "%"))
            return any_of([multiple, clear]) if op in (">=", ">") else all_of([multiple, Not(clear)])
        return multiple
    vocabulary = load_vocabulary()
    known = vocabulary.attribute(attribute)
    if not unit:
        guess = next((code for least, code in _WITHOUT_UNIT.get(attribute, ()) if number >= least), None)
        if guess is None:
            return None
        unit = guess
    if unit == "10*9/L" and number >= 10000:
        # "100,000 x 10*9/L": a slip of the registry for 100,000/mm3
        unit = "/uL"
    if known.unit and vocabulary.convert(Quantity.exact(number, unit), attribute, known.unit) is None:
        return None
    return Compare(attribute, NumberTest(cast("Comparison", op), number, unit))


def _joined(attributes: Sequence[str], conj: str, limit: Limit, scene: Scene) -> Expression | None:
    """Join several values under one limit.

    A requirement holds for each of them, whatever the word between; an exclusion strikes when one is out of bounds.
    """
    parts: list[Expression] = []
    for attribute in attributes:
        for one in _TOGETHER.get(attribute, (attribute,)):
            part = compare(one, limit)
            if part is None:
                return None
            parts.append(part)
    return any_of(parts) if scene.section == "exclusion" else all_of(parts)


def _normal(attributes: Sequence[str], scene: Scene) -> Expression:
    vocabulary = load_vocabulary()
    parts: list[Expression] = []
    for attribute in attributes:
        for one in _TOGETHER.get(attribute, (attribute,)):
            if one in _HIGH_IS_BAD:
                parts.append(Compare(one, NumberTest("<=", 1.0, times="uln")))
            elif one == "lvef":
                parts.append(cast("Expression", compare(one, (">=", 1.0, "", "lln"))))
            elif one in _LOW_IS_BAD:
                parts.append(Compare(one, NumberTest(">=", 1.0, times="lln")))
            else:
                parts.append(Compare(one, NumberTest("<=", 1.0, times="uln")))
                parts.append(Compare(one, NumberTest(">=", 1.0, times="lln")))
            assert one in vocabulary.attributes
    return all_of(parts)


_HIGH_IS_BAD = frozenset(
    [
        "creatinine",
        "bilirubin",
        "ast",
        "alt",
        "alp",
        "inr",
        "ptt",
        "pt",
        "bilirubin.direct",
        "lipase",
        "amylase",
        "ggt",
        "ldh",
        "troponin",
        "qtcf",
    ]
)
_LOW_IS_BAD = frozenset(["anc", "platelets", "hemoglobin", "albumin", "lvef", "creatinine_clearance", "egfr"])


@builder
def labs(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read one or more laboratory values under one limit."""
    named = [value for token in of_kind(tokens, "lab") for value in values_of(token)]
    conj = conj_of(of_kind(tokens, "lab")[0])
    if has_kind(tokens, "normal") and not has_kind(tokens, "lim"):
        return "L", Labs(tuple(named), conj, _normal(named, scene))
    limits = [token.value for token in of_kind(tokens, "lim")]
    read = _joined(named, conj, limits[0], scene)
    if read is None and len(limits) > 1:
        read = _joined(named, conj, limits[1], scene)
    if read is None:
        return None
    return "L", Labs(tuple(named), conj, read)


@builder
def labs_bare(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "Platelets 100,000/mm3" in a requirement: the sign was lost, and only one can be meant.

    At least so much of what must not run low, at most so much of what must not run high.
    """
    named = [value for token in of_kind(tokens, "lab") for value in values_of(token)]
    single = [one for name in named for one in _TOGETHER.get(name, (name,))]
    op = ">=" if set(single) <= _LOW_IS_BAD else "<=" if set(single) <= _HIGH_IS_BAD else ""
    if not op or scene.section == "exclusion":
        return None
    number = float(of_kind(tokens, "num")[0].value)
    unit = next((str(token.value) for token in of_kind(tokens, "unit")), "")
    times = "uln" if has_kind(tokens, "uln", "ulnword") else ""
    if op == ">=" and times:
        return None
    rule = _joined(named, "and", (op, number, unit, times), scene)
    return None if rule is None else ("L", Labs(tuple(named), "and", rule))


@builder
def qt_lab(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "QTc prolongation to > 470 ms" as the interval with its limit."""
    return "lab", "qtcf"


@builder
def prolonged_qt(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a long QT interval without a limit.

    Above 470 ms it is long for both sexes, up to 450 ms for neither (ICH E14 and the AHA/ACCF/HRS recommendations of
    2009); between them the team decides.
    """
    long = any_of(
        [
            Has("illness", (Where("kind", TermTest(("long_qt",))),)),
            Compare("qtcf", NumberTest(">", 470, "ms")),
            all_of([Compare("qtcf", NumberTest(">", 450, "ms")), Team("how long the QT interval may be")]),
        ]
    )
    return say(long, main="illness", extra=("long_qt",))


@builder
def lab_range(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a value between two limits."""
    named = [value for token in of_kind(tokens, "lab") for value in values_of(token)]
    first, second = [float(token.value) for token in of_kind(tokens, "num")][:2]
    unit = next((str(token.value) for token in of_kind(tokens, "unit")), "")
    low = _joined(named, "and", (">=", first, unit, ""), scene)
    high = _joined(named, "and", ("<=", second, unit, ""), scene)
    return None if low is None or high is None else ("L", Labs(tuple(named), "and", all_of([low, high])))


@builder
def lab_exception(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read the other limit for those with liver metastases, Gilbert's syndrome and the like."""
    base: Labs = of_kind(tokens, "L")[0].value
    condition = any_of(
        [_lesion(token) if token.kind == "les" else token.value for token in of_kind(tokens, "cond", "les")]
    )
    limits = [token.value for token in of_kind(tokens, "lim")]
    if not limits:
        return None
    other = _joined(base.attributes, base.conj, limits[0], scene)
    if other is None:
        return None
    if scene.section == "exclusion":
        rule = any_of([all_of([base.rule, negate(condition)]), all_of([condition, other])])
    else:
        rule = any_of([base.rule, all_of([condition, other])])
    return "L", msgspec.structs.replace(base, rule=rule)


@builder
def lab_free(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "except for those with Gilbert's syndrome", who then need not meet the limit."""
    base: Labs = of_kind(tokens, "L")[0].value
    condition = any_of(
        [_lesion(token) if token.kind == "les" else token.value for token in of_kind(tokens, "cond", "les")]
    )
    if has_kind(tokens, "qual"):
        condition = all_of([condition, Team("whether the values are in the range that is meant")])
    rule = all_of([base.rule, negate(condition)]) if scene.section == "exclusion" else any_of([base.rule, condition])
    return "L", msgspec.structs.replace(base, rule=rule)


@builder
def in_range(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "as long as PT or aPTT is within the therapeutic range", which the team must judge."""
    return "qual", ""


@builder
def lab_again(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a second limit for the same values: in another unit, or as the other end of a range."""
    base: Labs = of_kind(tokens, "L")[0].value
    limit: Limit = of_kind(tokens, "lim")[0].value
    other = _joined(base.attributes, base.conj, limit, scene)
    if other is None:
        return "L", base
    if has_kind(tokens, "and") and not has_kind(tokens, "lp"):
        return "L", msgspec.structs.replace(base, rule=all_of([base.rule, other]))
    if has_kind(tokens, "or"):
        return "L", msgspec.structs.replace(base, rule=any_of([base.rule, other]))
    return "L", base


@builder
def lab_by_sex(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read one limit for men and another for women."""
    base: Labs = of_kind(tokens, "L")[0].value
    sexes = [values_of(token)[0] for token in of_kind(tokens, "sex")]
    limits = of_kind(tokens, "lim")
    labs_ = of_kind(tokens, "L")
    if limits:
        other = _joined(base.attributes, base.conj, limits[0].value, scene)
    elif len(labs_) > 1:
        other = labs_[1].value.rule
    else:
        number, unit = (of_kind(tokens, kind)[0].value for kind in ("num", "unit"))
        op = _operator(base.rule)
        other = _joined(base.attributes, base.conj, (op, float(number), str(unit), ""), scene) if op else None
    if other is None or len(set(sexes)) != 2:
        return None
    parts = [
        all_of([Compare("sex", TermTest((sex,))), rule]) for sex, rule in zip(sexes, (base.rule, other), strict=False)
    ]
    return "L", msgspec.structs.replace(base, rule=any_of(parts))


def _operator(rule: Expression) -> str:
    """Return the comparison of a rule that is one comparison with a number."""
    return rule.test.op if isinstance(rule, Compare) and isinstance(rule.test, NumberTest) else ""


@builder
def labs_by_sex(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "QTcF: men < 450 ms; women < 470 ms"."""
    named = values_of(of_kind(tokens, "lab")[0])
    parts: list[Expression] = []
    for sex, limit_ in zip(of_kind(tokens, "sex"), of_kind(tokens, "lim"), strict=False):
        rule = _joined(named, "or", limit_.value, scene)
        if rule is None:
            return None
        parts.append(all_of([Compare("sex", TermTest(values_of(sex))), rule]))
    return "L", Labs(tuple(named), "or", any_of(parts))


@builder
def condition_alone(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read such a state when no limit goes with it."""
    return say(tokens[0].value, main="illness")


@builder
def lab_done(tokens: Sequence[Token], scene: Scene) -> Result:
    """Finish: nothing more belongs to these values."""
    base: Labs = tokens[0].value
    return say(base.rule, main="lab")


@builder
def condition(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read the state for which another limit counts."""
    parts: list[Expression] = []
    for token in tokens:
        if token.kind == "hepmets":
            parts.append(Has("metastasis", (Where("site", TermTest(("liver",))),)))
        elif token.kind == "bonemets":
            parts.append(Has("metastasis", (Where("site", TermTest(("bone",))),)))
        elif token.kind == "gilbert":
            parts.append(Has("illness", (Where("kind", TermTest(("gilbert",))),)))
        elif token.kind == "ontreat":
            parts.append(Has("medicine", (Where("drug", TermTest(("anticoagulant",))),)))
    return "cond", any_of(parts)


# Limits that nearly every trial of a cancer drug uses. Within them organ function is adequate whatever a study means by
# it; outside of them the study's own limits decide, and the team knows those.
_USUAL: dict[str, tuple[Expression, ...]] = {
    "marrow": (
        Compare("anc", NumberTest(">=", 1.5, "10*9/L")),
        Compare("platelets", NumberTest(">=", 100, "10*9/L")),
        Compare("hemoglobin", NumberTest(">=", 9, "g/dL")),
    ),
    "liver": (
        Compare("bilirubin", NumberTest("<=", 1.5, times="uln")),
        Compare("ast", NumberTest("<=", 2.5, times="uln")),
        Compare("alt", NumberTest("<=", 2.5, times="uln")),
    ),
    "kidney": (
        any_of(
            [
                Compare("creatinine", NumberTest("<=", 1.5, times="uln")),
                Compare("creatinine_clearance", NumberTest(">=", 60, "mL/min")),
            ]
        ),
    ),
}


def good_function(organs: Sequence[str]) -> Expression:
    """Return "these organs work well enough": stated so, or by the usual limits; beyond them the team decides."""
    from abreast.trials.eligibility.families.person import flag

    values = [any_of([flag(f"{organ}_function_good"), all_of(_USUAL[organ])]) for organ in organs]
    return any_of([flag("organ_function_good"), all_of(values), Team("the study's own limits for organ function")])


@builder
def organ_function(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "adequate bone marrow, liver and kidney function"."""
    named = {str(token.value) for token in of_kind(tokens, "organ")}
    named |= {"liver" for token in of_kind(tokens, "site") if "liver" in values_of(token)}
    known = [organ for organ in _USUAL if organ in named]
    return say(good_function(known if known and named <= set(_USUAL) else list(_USUAL)), main="organ")


@builder
def inadequate_function(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "inadequate bone marrow function"."""
    named = [value for token in of_kind(tokens, "lab") for value in values_of(token)]
    if named and not has_kind(tokens, "organ", "labhead", "site"):
        return say(negate(_normal(named, scene)), main="lab")
    good = organ_function(tokens, scene)
    return say(negate(good.rule), main="organ") if isinstance(good, Said) else None


@builder
def pressure(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "blood pressure > 150/90 mmHg"."""
    numbers = [float(token.value) for token in of_kind(tokens, "num", "lim") if token.kind == "num"]
    limits = [token.value for token in of_kind(tokens, "lim")]
    op = limits[0][0] if limits else ">"
    systolic = limits[0][1] if limits else numbers[0]
    diastolic = numbers[-1] if limits else numbers[1]
    if not 60 <= systolic <= 260 or not 30 <= diastolic <= 160:
        return None
    parts = [
        Compare("bp.systolic", NumberTest(cast("Comparison", op), systolic, "mm[Hg]")),
        Compare("bp.diastolic", NumberTest(cast("Comparison", op), diastolic, "mm[Hg]")),
    ]
    return say(any_of(parts) if op in (">", ">=") else all_of(parts))


@builder
def outside(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "below 18 or above 32 kg/m2 body mass index" under an exclusion: a value outside of two limits."""
    named = {value for token in of_kind(tokens, "lab") for value in values_of(token)}
    op, low, unit, times = of_kind(tokens, "lim")[0].value
    beyond = of_kind(tokens, "pcmp")[0].value
    high = float(of_kind(tokens, "num")[-1].value)
    if scene.section != "exclusion" or len(named) != 1 or times or op != "<" or beyond != ">=" or high <= low:
        return None
    unit = next((str(token.value) for token in of_kind(tokens, "unit")), unit)
    (lab,) = named
    below, above = Compare(lab, NumberTest("<", low, unit)), Compare(lab, NumberTest(">", high, unit))
    return say(any_of([below, above]), main="lab")


@builder
def hypertension_limit(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "uncontrolled hypertension (> 150/90 mmHg)": the limits say what uncontrolled means."""
    named = {value for token in of_kind(tokens, "illness") for value in values_of(token)}
    limits = [token for token in tokens if token.kind in ("lim", "num")]
    return pressure(limits, scene) if named == {"hypertension"} else None


@builder
def recent(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "within 28 days" after a measurement: an older one leaves the answer open."""
    said: Said = tokens[0].value
    window = of_kind(tokens, "win")[0].value
    if said.main in ("not_pregnant", "pregnancy", "organ", "measurable"):
        return msgspec.structs.replace(said)
    if said.main not in ("lab", "ecog", "karnofsky") or window.op != "within" or window.period is None:
        return None
    return msgspec.structs.replace(said, rule=within(said.rule, window.period))


def within(rule: Expression, period: Period) -> Expression:
    """Return a rule about measurements with a window: an older value leaves it open."""
    match rule:
        case Compare():
            return msgspec.structs.replace(rule, within=period)
        case All(parts):
            return All(tuple(within(part, period) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(within(part, period) for part in parts))
        case Not(part):
            return Not(within(part, period))
        case _:
            return rule


__all__ = ["Labs", "compare"]


@builder
def condition_list(tokens: Sequence[Token], scene: Scene) -> Result:
    """Join several such states: one of them is enough."""
    parts = [token.value if token.kind == "cond" else _lesion(token) for token in of_kind(tokens, "cond", "les")]
    return "cond", any_of(parts)


def _lesion(token: Token) -> Expression:
    from abreast.trials.eligibility.families.disease import has_lesions

    return has_lesions(token.value)


@builder
def last_token(tokens: Sequence[Token], scene: Scene) -> Result:
    """Keep the last token: what stands before it says the same."""
    kept = tokens[-1]
    return Token(kept.kind, tokens[0].start, kept.end, kept.value)
