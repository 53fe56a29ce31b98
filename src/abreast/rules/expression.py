"""The expression tree: a closed set of small immutable nodes.

Leaves (*atoms*) ask the case one thing; ``All``, ``AnyOf``, ``Not`` and ``AtLeast`` join them. Nodes are
:class:`msgspec.Struct` values with a tag, so that a compiled criterion can be stored and read back as it is.

``Team`` is what no fact could settle (consent, an investigator's judgement); ``Residue`` is text that no rule
read. Both are always unknown, and say which of the two they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

Comparison = Literal["<", "<=", ">", ">=", "=", "!="]
TimeUnit = Literal["days", "weeks", "months", "years"]


class Period(msgspec.Struct, frozen=True):
    """A length of time: a whole number of units."""

    amount: int
    unit: TimeUnit


class TermTest(msgspec.Struct, frozen=True, tag="term", gc=False, cache_hash=True):
    """The value is one of ``terms`` (or a kind of one)."""

    terms: tuple[str, ...]


class NumberTest(msgspec.Struct, frozen=True, tag="number", gc=False, cache_hash=True):
    """The value compares so with ``number`` in ``unit`` ("" is the attribute's own unit).

    ``times`` measures in multiples of a normal limit: of the upper one ("uln") or the lower one ("lln").
    """

    op: Comparison
    number: float
    unit: str = ""
    times: Literal["", "uln", "lln"] = ""


class FlagTest(msgspec.Struct, frozen=True, tag="flag", gc=False, cache_hash=True):
    """The value is yes, or is no."""

    value: bool


class DateTest(msgspec.Struct, frozen=True, tag="date", gc=False, cache_hash=True):
    """The date lies ``within`` the period before today, or ``before`` it (at least that long ago)."""

    op: Literal["within", "before"]
    period: Period


Test = TermTest | NumberTest | FlagTest | DateTest


class Where(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """One condition on a field of an item; ``negated`` asks for the opposite."""

    field: str
    test: Test
    negated: bool = False


class Constant(msgspec.Struct, frozen=True, tag="constant", gc=False, cache_hash=True):
    """Always true or always false."""

    value: bool


class Compare(msgspec.Struct, frozen=True, tag="compare", gc=False, cache_hash=True):
    """The value of a ``one`` attribute passes a test.

    With ``within``, only a fact dated inside that period before today counts; an older one leaves the
    answer unknown.
    """

    attribute: str
    test: Test
    within: Period | None = None


class Has(msgspec.Struct, frozen=True, tag="has", gc=False, cache_hash=True):
    """A ``list`` attribute has an item that meets every condition."""

    list: str
    where: tuple[Where, ...] = ()


class Count(msgspec.Struct, frozen=True, tag="count", gc=False, cache_hash=True):
    """The number of items that meet every condition compares so with ``number``."""

    list: str
    op: Comparison
    number: int
    where: tuple[Where, ...] = ()


class Known(msgspec.Struct, frozen=True, tag="known", gc=False, cache_hash=True):
    """Something certain is said about the attribute (for a list: about items that meet the conditions).

    The only atom that is never unknown: packs use it to find what is missing. Trial criteria may not, since an
    answer must never turn from "no" to "yes" only because more became known.
    """

    attribute: str
    where: tuple[Where, ...] = ()


class Team(msgspec.Struct, frozen=True, tag="team", gc=False, cache_hash=True):
    """Something for the trial team or the doctor to settle: no fact of a case could."""

    about: str


class Residue(msgspec.Struct, frozen=True, tag="residue", gc=False, cache_hash=True):
    """Words of a criterion that no rule read."""

    text: str


class Not(msgspec.Struct, frozen=True, tag="not", gc=False, cache_hash=True):
    """The opposite of ``part``; what is unknown stays unknown."""

    part: Expression


class All(msgspec.Struct, frozen=True, tag="all", gc=False, cache_hash=True):
    """Every part holds."""

    parts: tuple[Expression, ...]


class AnyOf(msgspec.Struct, frozen=True, tag="any", gc=False, cache_hash=True):
    """At least one part holds."""

    parts: tuple[Expression, ...]


class AtLeast(msgspec.Struct, frozen=True, tag="at_least", gc=False, cache_hash=True):
    """At least ``number`` of the parts hold."""

    number: int
    parts: tuple[Expression, ...]


Expression = Constant | Compare | Has | Count | Known | Team | Residue | Not | All | AnyOf | AtLeast
Atom = Constant | Compare | Has | Count | Known | Team | Residue

TRUE = Constant(True)
FALSE = Constant(False)


def all_of(parts: Iterable[Expression]) -> Expression:
    """Return the conjunction, flattened, without repeats; of nothing, it is true."""
    return _join(All, parts, TRUE, FALSE)


def any_of(parts: Iterable[Expression]) -> Expression:
    """Return the disjunction, flattened, without repeats; of nothing, it is false."""
    return _join(AnyOf, parts, FALSE, TRUE)


def at_least(number: int, parts: Iterable[Expression]) -> Expression:
    """Return "at least ``number`` of", in its simplest form."""
    listed = tuple(parts)
    if number <= 0:
        return TRUE
    if number > len(listed):
        return FALSE
    if number == 1:
        return any_of(listed)
    if number == len(listed):
        return all_of(listed)
    return AtLeast(number, listed)


def negate(part: Expression) -> Expression:
    """Return the opposite, without a double negation."""
    match part:
        case Not(inner):
            return inner
        case Constant(value):
            return Constant(not value)
        case _:
            return Not(part)


def _join(
    node: type[All] | type[AnyOf], parts: Iterable[Expression], empty: Constant, absorbing: Constant
) -> Expression:
    flat: dict[Expression, None] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, node) else (part,):
            if inner != empty:
                flat[inner] = None
    if absorbing in flat:
        return absorbing
    if not flat:
        return empty
    return next(iter(flat)) if len(flat) == 1 else node(tuple(flat))


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the direct parts of a node; an atom has none."""
    if isinstance(node, (All, AnyOf, AtLeast)):
        return node.parts
    return (node.part,) if isinstance(node, Not) else ()


def conjuncts(node: Expression) -> tuple[Expression, ...]:
    """Return what must all hold: the parts of a conjunction, or the node itself."""
    return node.parts if isinstance(node, All) else (node,)


def alternatives(node: Expression) -> tuple[Expression, ...]:
    """Return what will each do: the parts of a disjunction, or the node itself."""
    return node.parts if isinstance(node, AnyOf) else (node,)


def subject_of(node: Expression) -> str:
    """Return the attribute or the list that an atom asks about; nothing for any other node."""
    match node:
        case Has(name) | Count(name) | Compare(name, _):
            return name
        case _:
            return ""


def is_dated(where: Iterable[Where]) -> bool:
    """Whether one of an item's conditions is about a day."""
    return any(isinstance(one.test, DateTest) for one in where)


def walk(node: Expression) -> Iterator[Expression]:
    """Yield the node and everything below it, parents first."""
    queue = [node]
    while queue:
        here = queue.pop()
        yield here
        queue.extend(reversed(children(here)))


def atoms(node: Expression) -> Iterator[Atom]:
    """Yield the leaves from left to right, repeats included."""
    for here in walk(node):
        if not isinstance(here, (Not, All, AnyOf, AtLeast)):
            yield here
