"""Age, sex, menopause, pregnancy, contraception, performance status, and other things about the person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from abreast.rules import (
    TRUE,
    Compare,
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
    parse_rule,
)
from abreast.rules.expression import Comparison
from abreast.trials.eligibility.families.numbers import Bounded, values_of
from abreast.trials.eligibility.grammar import Result, Scene, builder, has_kind, of_kind, say
from abreast.trials.eligibility.tokens import Token
from abreast.vocabulary import load_vocabulary


@lru_cache(maxsize=512)
def rule(text: str) -> Expression:
    """Return a rule written in the rule language."""
    return parse_rule(text, load_vocabulary())


def number(attribute: str, op: str, value: float, unit: str = "") -> Expression:
    """Return the comparison of an attribute with a number."""
    return Compare(attribute, NumberTest(cast("Comparison", op), value, unit))


def term(attribute: str, *terms: str) -> Expression:
    """Return the test of an attribute for terms."""
    return Compare(attribute, TermTest(tuple(dict.fromkeys(terms))))


def flag(attribute: str, value: bool = True) -> Expression:
    """Return the test of a yes-or-no attribute."""
    return Compare(attribute, FlagTest(value))


# Whoever has passed the menopause, is a man, or is sixty or older is not of childbearing potential: studies that put an
# age into their definition count women of sixty and more as postmenopausal (NCT03808337: "60 years old or no menses").
_CANNOT_BE_PREGNANT = (term("sex", "male"), term("menopause", "postmenopausal"), number("age", ">=", 60))
CHILDBEARING = all_of([Not(part) for part in _CANNOT_BE_PREGNANT])
PREGNANT = all_of([*(Not(part) for part in _CANNOT_BE_PREGNANT), flag("pregnant")])
NOT_PREGNANT = any_of([*_CANNOT_BE_PREGNANT, flag("pregnant", False)])
BREASTFEEDING = all_of([*(Not(part) for part in _CANNOT_BE_PREGNANT), flag("breastfeeding")])
FERTILE = Not(all_of([term("sex", "female"), any_of([term("menopause", "postmenopausal"), number("age", ">=", 60)])]))


@builder
def age(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "age 18 or older", "between 18 and 75 years of age"."""
    parts: list[Expression] = []
    for token in tokens:
        if token.kind == "yrange":
            parts += [number("age", ">=", token.value[0]), number("age", "<=", token.value[1])]
        elif token.kind == "cper":
            bounded: Bounded = token.value
            if not bounded.length.period or bounded.length.period.unit != "years":
                return None
            parts.append(number("age", bounded.op, float(bounded.length.period.amount)))
        elif token.kind == "lim":
            op, value, unit, times = token.value
            if unit or times or value < 10:
                return None
            parts.append(number("age", op, value))
    numbers = [float(token.value) for token in of_kind(tokens, "num")]
    ops = of_kind(tokens, "pcmp")
    if not parts and len(numbers) == 1 and ops and 10 <= numbers[0] <= 99:
        parts = [number("age", str(ops[0].value), numbers[0])]
    if not parts and len(numbers) == 2 and numbers[0] < numbers[1]:
        parts = [number("age", ">=", numbers[0]), number("age", "<=", numbers[1])]
    if not parts:
        return None
    return say(all_of(parts))


@builder
def age_alone(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a bare ">= 18 years" as an age when it cannot well be anything else."""
    bounded: Bounded = of_kind(tokens, "cper")[0].value
    length = bounded.length.period
    if not length or length.unit != "years" or not 15 <= length.amount <= 99:
        return None
    return say(number("age", bounded.op, float(length.amount)))


@builder
def age_old(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read ">= 18 years of age", "18 years old or older"."""
    limits = of_kind(tokens, "lim")
    if limits and tokens[0].kind == "lim":
        if any(unit or times or value < 10 for _, value, unit, times in (token.value for token in limits)):
            return None
        return say(all_of([number("age", token.value[0], token.value[1]) for token in limits]))
    ops = of_kind(tokens, "pcmp")
    value = float(of_kind(tokens, "num")[0].value)
    if not ops or not 10 <= value <= 99:
        return None
    return say(number("age", str(ops[0].value), value))


@builder
def investigational(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read taking part in a study of an investigational drug, now or in a window before."""
    drugs = {value for token in of_kind(tokens, "drug") for value in values_of(token)}
    if not (has_kind(tokens, "investword") or drugs <= {"investigational_agent"}):
        return None
    parts: list[Expression] = [flag("in_other_trial")]
    windows = [token.value for token in of_kind(tokens, "win") if token.value.period and token.value.op == "within"]
    if windows:
        where = (
            Where("drug", TermTest(("investigational_agent",))),
            Where("end", DateTest("within", windows[0].period)),
        )
        parts.append(Has("therapy", where))
    return say(any_of(parts), main="other_trial")


@builder
def adult(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "adult" as eighteen or older."""
    return say(number("age", ">=", 18))


@builder
def sex(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read one sex; both together ask nothing."""
    sexes = {value for token in of_kind(tokens, "sex") for value in values_of(token)}
    if has_kind(tokens, "anysex") or len(sexes) > 1:
        return say(TRUE, main="sex", extra="any")
    return say(term("sex", *sexes), main="sex", extra=next(iter(sexes)))


@builder
def menopause(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a list of menopausal states; all of them together ask nothing, and none of them speaks of men."""
    states = {value for token in of_kind(tokens, "menop") for value in values_of(token)}
    if not has_kind(tokens, "lone") and {"premenopausal", "postmenopausal"} <= states:
        return say(TRUE, main="menopause")
    return say(term("menopause", *sorted(states)), main="menopause")


@builder
def pregnancy(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read pregnancy and breast-feeding, alone or as a list."""
    parts: list[Expression] = []
    if has_kind(tokens, "preg"):
        parts.append(PREGNANT)
    if has_kind(tokens, "bf"):
        parts.append(BREASTFEEDING)
    if has_kind(tokens, "planpreg"):
        parts.append(all_of([FERTILE, Team("plans for pregnancy")]))
    return say(any_of(parts), main="pregnancy")


@builder
def pregnancy_result(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "pregnancy test must be negative"."""
    if any(token.value == "negative" for token in of_kind(tokens, "pol")):
        return say(NOT_PREGNANT, main="not_pregnant")
    return say(PREGNANT, main="pregnancy")


@builder
def pregnancy_test(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a negative pregnancy test."""
    return say(NOT_PREGNANT, main="not_pregnant")


@builder
def childbearing(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "women of childbearing potential"."""
    return say(CHILDBEARING, main="childbearing")


@builder
def not_childbearing(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read being sterile, or otherwise unable to become pregnant."""
    operated = Has("surgery", (Where("procedure", TermTest(("oophorectomy", "hysterectomy", "tubal_ligation"))),))
    return say(any_of([Not(CHILDBEARING), operated]), main="not_childbearing")


@builder
def contraception(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read anything about contraception: for the team, and only for those who could need it."""
    sexes = {value for token in of_kind(tokens, "sex") for value in values_of(token)}
    who: Expression = FERTILE
    if sexes == {"male"}:
        who = term("sex", "male")
    elif sexes == {"female"} or (
        "male" not in sexes and any(token.value != "any" for token in of_kind(tokens, "wocbp"))
    ):
        who = CHILDBEARING
    return "contraception", who


@builder
def swallowing(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read being able, or unable, to swallow."""
    rule_ = flag("swallows_tablets")
    return say(Not(rule_) if has_kind(tokens, "unable") else rule_)


@builder
def other_trial(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read taking part in another trial."""
    taking_part = flag("in_other_trial")
    recent = [token.value.period for token in tokens if token.kind == "win" and token.value.op == "within"]
    if scene.section == "exclusion" and recent and recent[0]:
        given = Where("drug", TermTest(("investigational_agent",))), Where("end", DateTest("within", recent[0]))
        return say(any_of([taking_part, Has("therapy", given)]), main="other_trial")
    return say(taking_part, main="other_trial")


_WRITTEN = {
    "swallows_tablets": ("swallowing", "swallowing"),
    "in_other_trial": ("other_trial", "other_trial"),
    "evaluable": ("measurable", "measurable"),
    "measurable": ("measurable", "measurable"),
    "bone_only": ("metastases", "bone_only"),
    "visceral_crisis": ("metastases", "visceral_crisis"),
    "visceral": ("metastases", "visceral"),
    "inflammatory": ("histology", "inflammatory"),
    "side": ("stage", "side"),
    "multifocal": ("stage", "multifocal"),
    "onset": ("extent", "onset"),
    "residual_disease": ("response", "residual_disease"),
    "has": ("response", "response"),
    "no_evidence_of_disease": ("response", "no_evidence"),
    "archival_tissue": ("tissue", "tissue"),
    "organ_function_good": ("organ_function", "organ"),
}


@builder
def written(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a phrase whose rule stands in the lexicon."""
    text = str(tokens[0].value)
    if text.startswith("has medicine"):
        return say(rule(text), main="therapy", family="prior_treatment")
    family, main = _WRITTEN.get(text.removeprefix("not ").split(" ", 1)[0], ("other", ""))
    return say(rule(text), main=main, family=family)


@builder
def performance(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read ECOG or Karnofsky: a bound, a list or a range of scores."""
    karnofsky = has_kind(tokens, "kps")
    attribute = "karnofsky" if karnofsky else "ecog"
    limits = of_kind(tokens, "lim")
    if limits and limits[0].value[1] > _WORST:
        attribute = "karnofsky"  # "performance status >= 60" can be on no other scale
    if limits:
        op, value, unit, times = limits[0].value
        return None if times or unit not in ("", "%") else say(number(attribute, op, value), main=attribute)
    numbers = [float(token.value) for token in of_kind(tokens, "num")]
    most = 100 if karnofsky else _WORST
    if not numbers or max(numbers) > most:
        return None
    if karnofsky and len(numbers) == 1:
        return say(number(attribute, ">=", numbers[0]), main=attribute)
    parts = [number(attribute, "<=", max(numbers))]
    if min(numbers) > 0:
        parts.append(number(attribute, ">=", min(numbers)))
    return say(all_of(parts), main=attribute)


_WORST = 5
"""The worst state on the scale of ECOG."""


@builder
def either_scale(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read one scale given beside the other: either will do."""
    said = [token.value for token in of_kind(tokens, "E")]
    mains = [one.main for one in said]
    if len(said) != 2 or set(mains) != {"ecog", "karnofsky"}:
        return None
    return say(any_of([one.rule for one in said]), main="ecog")


__all__ = ["BREASTFEEDING", "CHILDBEARING", "FERTILE", "NOT_PREGNANT", "PREGNANT", "flag", "number", "rule", "term"]
