"""Signs in the words of a sentence that its rule must not be trusted: ``data/signs.yaml``.

What the words are about is not always what they name: "radiotherapy is indicated" names treatment that nobody had
yet, and "diagnosed between the ages of 15 and 39" an age of long ago. A sign tells by which words that is seen, and
which part of the rule it concerns; that part then turns nobody away.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

import msgspec

from abreast.foundation.yaml import read_yaml
from abreast.rules import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Expression,
    Has,
    Not,
    Residue,
    Team,
    TermTest,
    all_of,
    any_of,
    negate,
)
from abreast.rules.expression import is_dated, subject_of, walk
from abreast.trials.eligibility.lexicon import DATA
from abreast.trials.eligibility.model import Section


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of putting things, and what becomes of the rule; see the heading of the file."""

    means: str
    where: Section | Literal["anywhere"]
    says: str
    makes: Literal["unread", "team", "open", "nothing"]
    about: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def heeded(rule: Expression, section: Section, words: str, *, asks: bool) -> Expression:
    """Return the rule of a sentence without what the signs in its words forbid to trust.

    ``asks`` tells whether the rule is what people must meet, or what they must not.
    """
    near = _near(section, words)
    names = _names(rule) if near else frozenset()
    left = rule
    for sign, pattern in near:
        if _may_concern(sign, names) and pattern.search(words) and _concerns(sign, left):
            left = _taken_back(left, sign, " ".join(words.split()), asks=asks)
    return left


def opened(rule: Expression, section: Section, words: str) -> Expression:
    """Return the rule of a whole criterion, which turns nobody away when its first words are about some people only."""
    if isinstance(rule, AnyOf) and any(isinstance(part, Residue) for part in rule.parts):
        return rule  # it turns nobody away as it is
    near = [one for one in _near(section, words) if one[0].makes == "open" and one[0].says.startswith("^")]
    names = _names(rule) if near else frozenset()
    for sign, pattern in near:
        if _may_concern(sign, names) and pattern.search(words) and _concerns(sign, rule):
            rule = _taken_back(rule, sign, " ".join(words.split()), asks=True)
    return rule


def _near(section: Section, words: str) -> list[tuple[Sign, re.Pattern[str]]]:
    """Return the signs of which a hint is in the words, in the order of the file."""
    signs, hints, always = _heard(section)
    near = set(always)
    for _, places in hints.iter(words.lower()):
        near.update(places)
    return [signs[place] for place in sorted(near)]


@lru_cache(maxsize=2)
def _heard(section: Section) -> tuple[tuple[tuple[Sign, re.Pattern[str]], ...], Any, tuple[int, ...]]:
    """Return the signs for a section, one automaton that finds their hints, and the places of those without any."""
    import ahocorasick

    signs = _signs(section)
    places: dict[str, list[int]] = {}
    for place, (sign, _) in enumerate(signs):
        for hint in sign.hints:
            places.setdefault(hint, []).append(place)
    hints = ahocorasick.Automaton()
    for hint, found in places.items():
        hints.add_word(hint, tuple(found))
    hints.make_automaton()
    return signs, hints, tuple(place for place, (sign, _) in enumerate(signs) if not sign.hints)


def _names(rule: Expression) -> frozenset[str]:
    """Return the lists and attributes that a rule is about."""
    return frozenset(subject_of(node) for node in walk(rule))


def _may_concern(sign: Sign, names: frozenset[str]) -> bool:
    """Whether a sign can concern a rule about these lists and attributes, as it was read."""
    return names.isdisjoint(sign.unless) and not (sign.about and names.isdisjoint(sign.about))


def _concerns(sign: Sign, rule: Expression) -> bool:
    """Whether a sign that is near a rule concerns what is left of it."""
    if not sign.about:
        return True
    return any(_is_meant(sign, node) for node in walk(rule))


def _is_meant(sign: Sign, node: Expression) -> bool:
    """Whether a sign is about an atom: its list or attribute, and one of its terms where the sign names some."""
    if subject_of(node) not in sign.about:
        return False
    tests = [where.test for where in node.where] if isinstance(node, Has) else []
    tests += [node.test] if isinstance(node, Compare) else []
    return not sign.terms or any(isinstance(test, TermTest) and set(test.terms) & set(sign.terms) for test in tests)


def _taken_back(rule: Expression, sign: Sign, quote: str, *, asks: bool) -> Expression:
    if sign.makes == "open":
        if not any(subject_of(node) for node in walk(rule)):
            return rule  # nothing in it decides
        return any_of([rule, Residue(quote)]) if asks else all_of([rule, Residue(quote)])
    if not sign.about:
        return Team(quote) if sign.makes == "team" else Residue(quote)
    if sign.makes == "nothing":
        rule = _without(rule, sign, asks=asks)
        return Residue(quote) if isinstance(rule, Constant) else rule
    return _replaced(rule, sign, quote)


def _without(rule: Expression, sign: Sign, *, asks: bool) -> Expression:
    """Return the rule as if nothing were said of what the sign concerns; ``asks`` as in :func:`heeded`."""
    match rule:
        case Not(part):
            return negate(_without(part, sign, asks=not asks))
        case All(parts):
            left = [_without(part, sign, asks=asks) for part in parts]
            dropped = any(isinstance(part, Constant) for part in left)
            if dropped and all(isinstance(part, Constant | Team) for part in left):
                return Constant(asks)  # what the team was to say of it goes with it
            return all_of(left)
        case AnyOf(parts):
            kept = [part for part in parts if not isinstance(_without(part, sign, asks=asks), Constant)]
            return any_of(_without(part, sign, asks=asks) for part in kept) if kept else Constant(asks)
        case Has(_, where) if is_dated(where):
            return rule  # how long ago something was is asked for its own sake
        case _ if _is_meant(sign, rule):
            return Constant(asks)
        case _:
            return rule


def _replaced(rule: Expression, sign: Sign, quote: str) -> Expression:
    match rule:
        case Not(part):
            return Not(_replaced(part, sign, quote))
        case All(parts) if sign.makes == "team" and any(isinstance(part, Team) for part in parts):
            return rule  # it is left to the team as it is
        case All(parts):
            return all_of(_replaced(part, sign, quote) for part in parts)
        case AnyOf(parts):
            return any_of(_replaced(part, sign, quote) for part in parts)
        case AtLeast(number, parts):
            return AtLeast(number, tuple(_replaced(part, sign, quote) for part in parts))
        case _ if _is_meant(sign, rule):
            return all_of([rule, Team(quote)]) if sign.makes == "team" else Residue(quote)
        case _:
            return rule


@lru_cache(maxsize=2)
def _signs(section: Section) -> tuple[tuple[Sign, re.Pattern[str]], ...]:
    file = DATA / "signs.yaml"
    rows = msgspec.convert(read_yaml(file.read_text(encoding="utf-8"), file.name), list[Sign])
    return tuple(
        (row, re.compile(row.says, re.IGNORECASE | re.DOTALL)) for row in rows if row.where in (section, "anywhere")
    )


__all__ = ["Sign", "heeded", "opened"]
