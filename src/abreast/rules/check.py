"""The type check of an expression against the vocabulary."""

from __future__ import annotations

import math

from abreast.foundation.errors import Place, RuleError, VocabularyError
from abreast.rules.expression import (
    Compare,
    Count,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Known,
    NumberTest,
    Period,
    TermTest,
    Test,
    Where,
    walk,
)
from abreast.vocabulary import Attribute, Field, Quantity, Vocabulary

_TEST_OF_KIND = {"term": TermTest, "number": NumberTest, "flag": FlagTest, "date": DateTest}


def check(rule: Expression, vocabulary: Vocabulary, place: Place | None = None) -> None:
    """Raise :class:`RuleError` when the rule speaks of something that the vocabulary does not have.

    Every attribute must exist and have the shape the atom asks for; every field must exist; a test must fit
    the kind of value; every term must be in the term set; every unit must convert to the attribute's own.
    """
    try:
        for node in walk(rule):
            match node:
                case Compare(attribute, test, within):
                    known = _shaped(vocabulary, attribute, "one")
                    _check_test(vocabulary, known.id, known, test)
                    if within is not None:
                        _check_window(known.id, test, within)
                case Has(name, where):
                    _check_wheres(vocabulary, _shaped(vocabulary, name, "list"), where)
                case Count(name, _, number, where):
                    if number < 0:
                        raise VocabularyError(f"a count cannot be compared with {number}")
                    _check_wheres(vocabulary, _shaped(vocabulary, name, "list"), where)
                case Known(name, where):
                    known = vocabulary.attribute(name)
                    if where:
                        _check_wheres(vocabulary, _shaped(vocabulary, name, "list"), where)
                case _:
                    pass
    except VocabularyError as error:
        raise RuleError(error.message, place) from None


def _shaped(vocabulary: Vocabulary, name: str, shape: str) -> Attribute:
    known = vocabulary.attribute(name)
    if known.shape != shape:
        use = f"ask with 'has {name}(...)'" if known.shape == "list" else f"compare it, as in '{name} is ...'"
        raise VocabularyError(f"{name} is {'a list' if known.shape == 'list' else 'not a list'}: {use}")
    return known


def _check_wheres(vocabulary: Vocabulary, known: Attribute, wheres: tuple[Where, ...]) -> None:
    for where in wheres:
        _check_test(vocabulary, f"{known.id}.{where.field}", vocabulary.field(known.id, where.field), where.test)


def _check_test(vocabulary: Vocabulary, label: str, part: Attribute | Field, test: Test) -> None:
    expected = _TEST_OF_KIND.get(part.kind)
    if expected is None or not isinstance(test, expected):
        raise VocabularyError(f"{label} is a {part.kind}, which this test does not fit: {test}")
    if isinstance(test, TermTest):
        if not test.terms:
            raise VocabularyError(f"{label}: the list of values is empty")
        for term in test.terms:
            vocabulary.term(part.terms, term)
    if isinstance(test, DateTest):
        _check_period(label, test.period)
    if isinstance(test, NumberTest) and not math.isfinite(test.number):
        raise VocabularyError(f"{label} cannot be compared with {test.number}")
    if isinstance(test, NumberTest) and not test.times and test.unit:
        _check_unit(vocabulary, label, part, test.unit)


def _check_window(label: str, test: Test, within: Period) -> None:
    if isinstance(test, DateTest):
        raise VocabularyError(f"{label}: a date is compared with one period, not with two")
    _check_period(label, within)


def _check_period(label: str, period: Period) -> None:
    if period.amount < 0:
        raise VocabularyError(f"{label}: a period cannot be {period.amount} {period.unit}")


def _check_unit(vocabulary: Vocabulary, label: str, part: Attribute | Field, unit: str) -> None:
    code = vocabulary.unit(unit)
    if code is None:
        raise VocabularyError(f"{label}: the unit {unit!r} is not known")
    attribute = part.id if isinstance(part, Attribute) else None
    if vocabulary.convert(Quantity.exact(1.0, code), attribute, part.unit) is None:
        raise VocabularyError(f"{label}: {unit!r} cannot be turned into {part.unit!r}")
