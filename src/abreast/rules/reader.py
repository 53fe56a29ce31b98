"""The one-line form of a rule, as packs write it, read into an expression tree.

The grammar is in ``grammar.lark``; ``docs/rule-language.md`` explains it with examples.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from abreast.foundation.errors import Place, RuleError
from abreast.rules import expression as ex
from abreast.rules.check import check
from abreast.vocabulary import Vocabulary

GRAMMAR = Path(__file__).parent / "grammar.lark"


def parse_rule(text: str, vocabulary: Vocabulary, place: Place | None = None) -> ex.Expression:
    """Read a rule and check it against the vocabulary.

    Raises:
        RuleError: naming ``place`` and the column, when the text is not a rule, or when it speaks of an attribute, a
            field, a value or a unit that the vocabulary does not have.
    """
    try:
        tree = _parser().parse(text)
        rule = cast("ex.Expression", _Build().transform(tree))
    except RecursionError:
        raise RuleError("not a rule: its parts are nested too deeply", place) from None
    except UnexpectedInput as error:
        raise RuleError(f"not a rule{_excerpt(text, error)}", place) from None
    except VisitError as error:
        raise RuleError(f"not a rule: {error.orig_exc}", place) from None
    check(rule, vocabulary, place)
    return rule


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", maybe_placeholders=False)


def _excerpt(text: str, error: UnexpectedInput) -> str:
    position = error.pos_in_stream
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if at_end or not isinstance(position, int) or not 0 <= position < len(text):
        return f": it ends too early: {text!r}"
    return f" at column {position + 1}: did not expect {text[position : position + 20]!r} in {text!r}"


def _bare(token: Token) -> str:
    text = str(token)
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL) if text.startswith('"') else text


def _whole(number: Token, what: str) -> int:
    try:
        return int(number)
    except ValueError:
        raise ValueError(f"expected a whole number {what}, found {number}") from None


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Turns the parse tree into expression nodes; one method a grammar rule."""

    def either(self, *parts: ex.Expression) -> ex.Expression:
        return ex.any_of(parts)

    def both(self, *parts: ex.Expression) -> ex.Expression:
        return ex.all_of(parts)

    def negation(self, part: ex.Expression) -> ex.Expression:
        return ex.negate(part)

    def at_least(self, number: Token, *parts: ex.Expression) -> ex.Expression:
        return ex.at_least(_whole(number, "after 'at least'"), parts)

    def always(self) -> ex.Expression:
        return ex.TRUE

    def never(self) -> ex.Expression:
        return ex.FALSE

    def team(self, about: Token) -> ex.Expression:
        return ex.Team(_bare(about))

    def residue(self, text: Token) -> ex.Expression:
        return ex.Residue(_bare(text))

    def is_(self, name: Token, test: ex.Test, within: ex.Period | None = None) -> ex.Expression:
        return ex.Compare(str(name), test, within)

    def is_not(self, name: Token, test: ex.Test, within: ex.Period | None = None) -> ex.Expression:
        return ex.Not(ex.Compare(str(name), test, within))

    def compare(self, name: Token, test: ex.Test, within: ex.Period | None = None) -> ex.Expression:
        return ex.Compare(str(name), test, within)

    def date(self, name: Token, test: ex.DateTest) -> ex.Expression:
        return ex.Compare(str(name), test)

    def has(self, name: Token, *where: ex.Where) -> ex.Expression:
        return ex.Has(str(name), where)

    def none(self, name: Token, *where: ex.Where) -> ex.Expression:
        return ex.Not(ex.Has(str(name), where))

    def count(self, name: Token, *rest: Any) -> ex.Expression:
        *where, op, number = rest
        return ex.Count(str(name), cast("ex.Comparison", str(op)), _whole(number, "to count to"), tuple(where))

    def known(self, name: Token, *where: ex.Where) -> ex.Expression:
        return ex.Known(str(name), where)

    def unknown(self, name: Token, *where: ex.Where) -> ex.Expression:
        return ex.Not(ex.Known(str(name), where))

    def where(self, field: Token, test: ex.Test) -> ex.Where:
        return ex.Where(str(field), test)

    def where_not(self, field: Token, test: ex.Test) -> ex.Where:
        return ex.Where(str(field), test, negated=True)

    def terms(self, *values: Token) -> ex.TermTest:
        return ex.TermTest(tuple(_bare(value) for value in values))

    def yes(self) -> ex.FlagTest:
        return ex.FlagTest(True)

    def no(self) -> ex.FlagTest:
        return ex.FlagTest(False)

    def number(self, op: Token, number: Token, unit: Token | None = None) -> ex.NumberTest:
        return ex.NumberTest(cast("ex.Comparison", str(op)), float(number), _bare(unit) if unit else "")

    def uln(self, op: Token, number: Token) -> ex.NumberTest:
        return ex.NumberTest(cast("ex.Comparison", str(op)), float(number), times="uln")

    def lln(self, op: Token, number: Token) -> ex.NumberTest:
        return ex.NumberTest(cast("ex.Comparison", str(op)), float(number), times="lln")

    def within(self, period: ex.Period) -> ex.DateTest:
        return ex.DateTest("within", period)

    def before(self, period: ex.Period) -> ex.DateTest:
        return ex.DateTest("before", period)

    def recent(self, period: ex.Period) -> ex.Period:
        return period

    def period(self, amount: Token, unit: Token) -> ex.Period:
        word = str(unit)
        return ex.Period(
            _whole(amount, "of days, weeks, months or years"),
            cast("ex.TimeUnit", word if word.endswith("s") else f"{word}s"),
        )
