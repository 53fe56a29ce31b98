"""What nobody could meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

from abreast.rules import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Expression,
    Not,
    NumberTest,
    Residue,
    Team,
    TermTest,
    all_of,
    any_of,
)
from abreast.rules.expression import atoms, walk
from abreast.vocabulary import Relation, load_vocabulary

_OPEN = (Residue, Team, Constant)
_MOST_ATOMS = 12
"""More atoms than this are not tried in all combinations."""


def possible(rule: Expression) -> bool:
    """Whether somebody could meet the rule, as far as its atoms rule each other out.

    Residue and what is for the team may turn out either way, so that they stand in nobody's way.
    """
    known = list(dict.fromkeys(atom for atom in atoms(rule) if not isinstance(atom, _OPEN)))
    if len(known) < 2 and not isinstance(rule, All | AnyOf):
        return True
    clashes: list[tuple[int, ...]] = [*_clashes(known), *_clash_of_receptors(known)]
    if len(known) > _MOST_ATOMS or not (clashes or _denies_itself(rule)):
        return True
    for values in product((True, False), repeat=len(known)):
        if any(all(values[one] for one in clash) for clash in clashes):
            continue
        if _holds(rule, dict(zip(known, values, strict=True)), hopeful=True):
            return True
    return False


def without_impossible(rule: Expression, text: str) -> Expression:
    """Take as unread a way to meet a requirement by which nobody could ("creatinine, or clearance, by age")."""
    match rule:
        case All(parts):
            return all_of(without_impossible(part, text) for part in parts)
        case AnyOf(parts):
            return any_of(part if possible(part) else Residue(text) for part in parts)
        case _:
            return rule


def has_dead_branch(rule: Expression) -> bool:
    """Whether a requirement names several ways to meet it of which one is shut by what else it asks.

    "Stage III unresectable or stage IV disease" must not come out as "stage III, and (metastatic or unresectable)".
    """
    if not isinstance(rule, All):
        return False
    for part in rule.parts:
        if isinstance(part, AnyOf) and len(part.parts) <= _MOST_ATOMS:
            rest = [other for other in rule.parts if other is not part]
            if any(_is_state(branch) and not possible(all_of([branch, *rest])) for branch in part.parts):
                return True
    return False


def _is_state(branch: Expression) -> bool:
    """Whether a way to meet a requirement says nothing but which cancer it is, and how far it has spread."""
    return all(
        isinstance(node, All | AnyOf) or (isinstance(node, Compare) and node.attribute in _STATES)
        for node in walk(branch)
    )


_STATES = frozenset(["cancer", "extent", "stage.stated", "stage.anatomic", "resectable"])


def _denies_itself(rule: Expression) -> bool:
    """Whether an atom stands both as it is and below a denial."""
    plain: set[Expression] = set()
    denied: set[Expression] = set()
    _sort_atoms(rule, plain, denied)
    return bool(plain & denied)


def _sort_atoms(rule: Expression, plain: set[Expression], denied: set[Expression]) -> None:
    match rule:
        case Not(part):
            _sort_atoms(part, denied, plain)
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                _sort_atoms(part, plain, denied)
        case _:
            plain.add(rule)


def _holds(rule: Expression, values: dict[Expression, bool], *, hopeful: bool) -> bool:
    match rule:
        case Residue() | Team():
            return hopeful
        case Constant(value):
            return value
        case Not(part):
            return not _holds(part, values, hopeful=not hopeful)
        case All(parts):
            return all(_holds(part, values, hopeful=hopeful) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, values, hopeful=hopeful) for part in parts)
        case AtLeast(number, parts):
            return sum(_holds(part, values, hopeful=hopeful) for part in parts) >= number
        case _:
            return values[rule]


def _clashes(known: Iterable[Expression]) -> Iterator[tuple[int, int]]:
    """Yield the places of atoms that cannot both hold: terms that exclude each other, bounds that do not meet."""
    compared = [(place, atom) for place, atom in enumerate(known) if isinstance(atom, Compare)]
    for (one, first), (other, second) in combinations(compared, 2):
        if first.attribute == second.attribute and exclude_each_other(first, second):
            yield one, other


def _clash_of_receptors(known: Sequence[Expression]) -> Iterator[tuple[int, ...]]:
    """Yield the places of "both receptors negative" and "hormone receptors positive", which cannot all hold."""
    wanted = [*(Compare(f"{one}.status", TermTest(("negative",))) for one in ("er", "pr")), _HORMONE_POSITIVE]
    if all(one in known for one in wanted):
        yield tuple(known.index(one) for one in wanted)


_HORMONE_POSITIVE = Compare("hr.status", TermTest(("positive",)))


def exclude_each_other(first: Compare, second: Compare) -> bool:
    """Whether two comparisons of one attribute cannot both hold: terms apart, or bounds that do not meet."""
    match first.test, second.test:
        case TermTest(one), TermTest(other):
            vocabulary = load_vocabulary()
            terms = vocabulary.attribute(first.attribute).terms
            return all(vocabulary.relate(terms, a, b) is Relation.IS_NOT for a in one for b in other)
        case NumberTest(), NumberTest():
            return _apart(first.test, second.test) or _apart(second.test, first.test)
        case _:
            return False


def _apart(upper: NumberTest, lower: NumberTest) -> bool:
    """Whether one bound, from above, lies below the other, from below."""
    if (
        (upper.unit, upper.times) != (lower.unit, lower.times)
        or upper.op not in ("<", "<=")
        or lower.op not in (">", ">=")
    ):
        return False
    return upper.number < lower.number or (upper.number == lower.number and (upper.op, lower.op) != ("<=", ">="))


__all__ = ["exclude_each_other", "has_dead_branch", "possible", "without_impossible"]
