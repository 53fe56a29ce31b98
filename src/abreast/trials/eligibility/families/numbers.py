"""Numbers with comparisons, lengths of time, and windows of time before a study starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import msgspec

from abreast.rules import DateTest, Period
from abreast.rules.expression import Comparison, TimeUnit
from abreast.trials.eligibility.grammar import Result, Scene, builder, has_kind, of_kind
from abreast.trials.eligibility.tokens import Token

FLIP: dict[str, Comparison] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Length(msgspec.Struct, frozen=True, gc=False):
    """A length of time; ``half_lives`` when it is given in half-lives of a drug."""

    period: Period | None
    half_lives: float = 0.0


class Bounded(msgspec.Struct, frozen=True, gc=False):
    """A length of time with a comparison."""

    op: Comparison
    length: Length


class Window(msgspec.Struct, frozen=True, gc=False):
    """A stretch of time before the study starts.

    ``within`` means inside it, ``before`` at least that long ago. With ``half_lives`` the study takes the ``longer`` or
    the ``shorter`` of the two. ``ago`` marks a time without a comparison ("2 weeks before").
    """

    op: Literal["within", "before"]
    period: Period | None
    half_lives: float = 0.0
    which: str = ""
    ago: bool = False

    def test(self) -> DateTest | None:
        """Return the test of a date that the window stands for, if it is given in calendar time."""
        return DateTest(self.op, self.period) if self.period else None


def length_of(number: float, unit: str) -> Length:
    """Return ``number`` of a unit; hours count as days and parts of a unit as the next smaller one."""
    if unit == "half_lives":
        return Length(None, number)
    if unit == "hours":
        return Length(Period(max(1, round(number / 24)), "days"))
    if number != int(number):
        days = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}[unit]
        return Length(Period(min(100_000, round(number * days)), "days"))
    return Length(Period(int(min(number, 100_000)), cast("TimeUnit", unit)))


_WIDE = 3
"""A range is wide when its end is so many times its start."""


@builder
def period(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "28 days (4 weeks)"; the longer one of a range counts."""
    numbers, units = of_kind(tokens, "num"), of_kind(tokens, "tunit")
    both = [float(token.value) for token in numbers[:2]]
    if has_kind(tokens, "dash", "to") and len(both) == 2 and both[0] * _WIDE <= both[1]:
        return None  # "within the past 12-48 months" has two ends
    number = max(float(token.value) for token in numbers[:2]) if has_kind(tokens, "dash", "to") else numbers[0].value
    return "len", length_of(float(number), units[0].value)


@builder
def range_of_years(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "18 to 75 years" as a range."""
    numbers = [float(token.value) for token in of_kind(tokens, "num")]
    unit = of_kind(tokens, "tunit")[0].value
    if unit != "years" or numbers[0] >= numbers[1] or numbers[1] < 30:
        return None
    return "yrange", (numbers[0], numbers[1])


@builder
def bounded(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "at least 4 weeks", "4 weeks or more"."""
    lengths = of_kind(tokens, "len")
    op = of_kind(tokens, "cmp", "pcmp")[0].value
    return "cper", Bounded(cast("Comparison", op), lengths[0].value)


def _longer(first: Length, second: Length, which: str) -> tuple[Period | None, float]:
    period = first.period or second.period
    half_lives = first.half_lives or second.half_lives
    if first.period and second.period:
        days = [_days(first.period), _days(second.period)]
        larger = first.period if days[0] >= days[1] else second.period
        smaller = second.period if days[0] >= days[1] else first.period
        period = smaller if which == "shorter" else larger
    return period, half_lives


def _days(period: Period) -> float:
    return period.amount * {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}[period.unit]


def days_of(period: Period) -> float:
    """Return the length of a period in days."""
    return _days(period)


@builder
def window(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "within 4 weeks or 5 half-lives, whichever is longer, before the first dose"."""
    lengths = [token.value if token.kind == "len" else token.value.length for token in of_kind(tokens, "len", "cper")]
    which = next((str(token.value) for token in of_kind(tokens, "whichever")), "")
    if len(lengths) > 1:
        period, half_lives = _longer(lengths[0], lengths[1], which)
    else:
        period, half_lives = lengths[0].period, lengths[0].half_lives
    op = "within"
    ops = [token.value.op for token in of_kind(tokens, "cper")]
    if ops and not has_kind(tokens, "within") and ops[0] in (">=", ">"):
        op = "before"
    ago = not ops and not has_kind(tokens, "within")
    return "win", Window(cast('Literal["within", "before"]', op), period, half_lives, which or "longer", ago)


@builder
def limit(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "<= 2.5 x ULN", ">= 1,500/mm3"."""
    op: str | None = next((str(token.value) for token in of_kind(tokens, "cmp", "pcmp")), None)
    number = next((float(token.value) for token in of_kind(tokens, "num")), None)
    unit = next((str(token.value) for token in of_kind(tokens, "unit")), "")
    times = "uln" if has_kind(tokens, "uln", "ulnword", "normal") else "lln" if has_kind(tokens, "lln") else ""
    if number is None:
        number = 1.0
    if op is None:
        return None
    return "lim", (op, number, unit, times)


@builder
def limit_within(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "within 1.5 x ULN" as at most that."""
    return "lim", ("<=", float(of_kind(tokens, "num")[0].value), "", "uln")


@builder
def limit_normal(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "below the normal range" and "above the normal range"."""
    op = str(tokens[0].value)
    return "lim", (op, 1.0, "", "lln" if op in ("<", "<=") else "uln")


@builder
def graded(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "grade 2 or higher", ">= grade 2", "grade 0-1"."""
    numbers = [
        float(token.value) if token.kind == "num" else float(ROMAN.get(token.value, -1))
        for token in of_kind(tokens, "num", "roman")
    ]
    if not numbers or min(numbers) < 0 or max(numbers) > 5:
        return None
    op = next((str(token.value) for token in of_kind(tokens, "cmp", "pcmp")), "")
    if op:
        return "gr", (op, numbers[0])
    if len(numbers) > 1:
        return "gr", (">=", min(numbers)) if max(numbers) >= 3 else ("<=", max(numbers))
    return "gr", ("=", numbers[0])


ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


@builder
def nothing(tokens: Sequence[Token], scene: Scene) -> Result:
    """Put a word that changes nothing in place of the tokens."""
    return "filler", ""


@builder
def first(tokens: Sequence[Token], scene: Scene) -> Result:
    """Keep the first token: what follows says the same again."""
    kept = tokens[0]
    return Token(kept.kind, tokens[0].start, tokens[-1].end, kept.value)


@builder
def alike(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read a list of the same kind ("A, B and C") as one token with many values and the word that joins them."""
    kinds = {"or", "slash"}
    values: list[object] = []
    kind = next(token.kind for token in tokens if token.kind not in _JOINTS)
    for token in tokens:
        if token.kind == kind:
            values += token.value.values if isinstance(token.value, Many) else [token.value]
    conj = "or" if any(token.kind in kinds for token in tokens) else "and"
    return kind, Many(tuple(values), conj)


_JOINTS = frozenset(["comma", "or", "and", "slash", "semi", "break", "to"])


class Many(msgspec.Struct, frozen=True, gc=False):
    """Several values of a kind, joined by "or" or "and"."""

    values: tuple[object, ...]
    conj: str


def values_of(token: Token) -> tuple[str, ...]:
    """Return the values of a token, one or many."""
    values = token.value.values if isinstance(token.value, Many) else (token.value,)
    return tuple(one for value in values for one in str(value).split("&"))


def conj_of(token: Token) -> str:
    """Return the word that joins the values of a token."""
    return token.value.conj if isinstance(token.value, Many) else "or"


__all__ = ["FLIP", "ROMAN", "Bounded", "Length", "Many", "Window", "conj_of", "days_of", "values_of"]


@builder
def graded_limit(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "grade >= 2" once the limit has been put together."""
    op, number, unit, times = of_kind(tokens, "lim")[0].value
    return None if unit or times or number > 5 else ("gr", (op, number))


@builder
def gene_digits(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "BRCA1/2" and "FGFR1/2/3"."""
    from abreast.vocabulary import load_vocabulary

    known = load_vocabulary().terms["gene"]
    first_gene = values_of(tokens[0])[-1]
    stem = first_gene.rstrip("0123456789")
    genes = [*values_of(tokens[0])]
    for token in of_kind(tokens, "num"):
        name = f"{stem}{int(token.value)}"
        if name not in known:
            return None
        genes.append(name)
    return "gene", Many(tuple(genes), "or")


@builder
def at_least_one(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "at least one" before a thing: it only says that there is such a thing."""
    return ("filler", "") if tokens[0].value == ">=" and float(tokens[1].value) == 1 else None


@builder
def one_unit(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "in the past year" as one of that unit."""
    return "win", Window("within", length_of(1, str(tokens[-1].value)).period)


@builder
def another_study(tokens: Sequence[Token], scene: Scene) -> Result:
    """Read "another clinical trial"."""
    return "otherstudy", ""
