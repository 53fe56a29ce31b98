"""Which atoms ask about the same attribute, and what they ask there: arranged once, answered batch after batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from abreast.rules import Compare, Count, Has, Known, Test, Where
from abreast.rules.expression import Atom
from abreast.rules.planes import attribute_of
from abreast.vocabulary import Attribute, Vocabulary


@dataclass(frozen=True)
class AboutOne:
    """Atoms about a ``one`` attribute: each atom's number among all, and which of the tests it asks (-1: ``known``)."""

    attribute: Attribute
    tests: tuple[Test, ...]
    atoms: tuple[tuple[int, Compare | Known], ...]
    which: tuple[int, ...]


@dataclass(frozen=True)
class Condition:
    """One condition on an item: a test of a field, by its number among the tests of that field."""

    field: str
    test: int
    negated: bool


@dataclass(frozen=True)
class AboutList:
    """Atoms about a list: each atom's number among all, and which question it asks of the items.

    A question is a set of conditions that one item must meet (``wheres``, with tests by number in ``conditions``).
    """

    attribute: Attribute
    tests: dict[str, tuple[Test, ...]]
    wheres: tuple[tuple[Where, ...], ...]
    conditions: tuple[tuple[Condition, ...], ...]
    atoms: tuple[tuple[int, Has | Count | Known], ...]
    which: tuple[int, ...]


@dataclass(frozen=True)
class Questions:
    """All atoms, arranged; ``others`` ask no fact."""

    atoms: tuple[Atom, ...]
    ones: tuple[AboutOne, ...]
    lists: tuple[AboutList, ...]
    others: tuple[int, ...]


@lru_cache(maxsize=2)
def arranged(atoms: tuple[Atom, ...], vocabulary: Vocabulary) -> Questions:
    """Return the atoms by what they ask about."""
    by_name: dict[str, list[int]] = {}
    for number, atom in enumerate(atoms):
        by_name.setdefault(attribute_of(atom), []).append(number)
    others = by_name.pop("", [])
    ones, lists = [], []
    for name, numbers in by_name.items():
        attribute = vocabulary.attribute(name)
        about = [(number, atoms[number]) for number in numbers]
        if attribute.shape == "one":
            ones.append(_about_one(attribute, [(at, one) for at, one in about if isinstance(one, Compare | Known)]))
        else:
            lists.append(
                _about_list(attribute, [(at, one) for at, one in about if isinstance(one, Has | Count | Known)])
            )
    return Questions(atoms, tuple(ones), tuple(lists), tuple(others))


def _about_one(attribute: Attribute, atoms: Sequence[tuple[int, Compare | Known]]) -> AboutOne:
    tests: dict[Test, int] = {}
    which = [tests.setdefault(one.test, len(tests)) if isinstance(one, Compare) else -1 for _, one in atoms]
    return AboutOne(attribute, tuple(tests), tuple(atoms), tuple(which))


def _about_list(attribute: Attribute, atoms: Sequence[tuple[int, Has | Count | Known]]) -> AboutList:
    questions: dict[tuple[Where, ...], int] = {}
    which = [questions.setdefault(one.where, len(questions)) for _, one in atoms]
    tests: dict[str, dict[Test, int]] = {}

    def condition(where: Where) -> Condition:
        of_field = tests.setdefault(where.field, {})
        return Condition(where.field, of_field.setdefault(where.test, len(of_field)), where.negated)

    conditions = tuple(tuple(condition(where) for where in wheres) for wheres in questions)
    return AboutList(
        attribute,
        {name: tuple(of_field) for name, of_field in tests.items()},
        tuple(questions),
        conditions,
        tuple(atoms),
        tuple(which),
    )
