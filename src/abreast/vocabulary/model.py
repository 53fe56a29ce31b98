"""The shapes of the vocabulary: attributes, their fields, and the terms that are their values.

A *term* is one value with its names and codes; terms form a hierarchy (``is_a``). Letrozole is an
aromatase inhibitor, which is endocrine therapy; stage IIIA is stage III; HER2-low is HER2-negative.
One rule of comparison serves them all (:meth:`Vocabulary.relate`): a record that is more general than the
question leaves the answer open.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property
from typing import Literal

import msgspec

from abreast.foundation.errors import VocabularyError
from abreast.vocabulary.quantity import Quantity

Kind = Literal["term", "number", "flag", "date", "text"]
Shape = Literal["one", "list"]
Differ = Literal["latest", "conflict"]

DRUGS = "drug"
"""The term set that ``Term.components`` speaks of."""


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the vocabulary's structs: immutable, named fields only, unknown fields refused."""


class Unit(Struct, frozen=True):
    """A unit of measure: ``value_in_this * factor + offset`` gives the value in ``base``."""

    base: str
    factor: float
    offset: float = 0.0
    synonyms: tuple[str, ...] = ()


class Term(Struct, frozen=True):
    """One value of a term set, with its names in the world.

    ``is_a`` names more general terms of the same set. ``codes`` maps a code system's short name
    (snomed, loinc, rxnorm, ncit, icd10cm, hgnc) to its codes. ``note`` says what a reviewer must know.
    ``overlaps`` names terms that are neither more general nor more special and may yet be true of the same
    thing; between all others that do not stand in one line, one excludes the other. An overlap holds for the two
    terms named and for what is more general than either; their special kinds do not inherit it (an antibody-drug
    conjugate may count as chemotherapy; it is never a taxane). ``exhaustive`` says that the kinds named directly
    below this term cover it: stage III is IIIA, IIIB or IIIC and nothing else. ``components`` names the drugs of a
    regimen or of a product that holds several; such a product *is* each of them, without making one of them the
    other.
    """

    id: str
    name: str
    plain: str = ""
    synonyms: tuple[str, ...] = ()
    is_a: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    codes: dict[str, tuple[str, ...]] = {}
    brands: tuple[str, ...] = ()
    mechanism: str = ""
    half_life_days: float | None = None
    exhaustive: bool = False
    note: str = ""
    source: str = ""


class Field(Struct, frozen=True):
    """One part of an item of a list attribute, such as the ``drug`` of a ``therapy``.

    ``many`` says that an item may carry several values, any of which counts (the drugs of a line).
    """

    kind: Kind
    terms: str = ""
    unit: str = ""
    many: bool = False
    plain: str = ""


class Attribute(Struct, frozen=True):
    """One thing that a case can say.

    ``shape`` is ``one`` for a single value (``er.percent``) or ``list`` for repeatable items with fields
    (``therapy``). ``differ`` says what two differing values mean: ``latest`` for what changes over time (a
    blood count), ``conflict`` for what should not (a birth date); with the same date, or with none, they
    are always a conflict. ``ask`` is the question in plain words; ``asked_by`` names the attributes to ask
    for instead, when this one is derived. ``normal`` gives usual limits when the laboratory gave none.
    """

    id: str
    name: str
    plain: str
    group: str
    shape: Shape = "one"
    kind: Kind = "text"
    terms: str = ""
    unit: str = ""
    fields: dict[str, Field] = {}
    key: str = ""
    differ: Differ = "latest"
    synonyms: tuple[str, ...] = ()
    codes: dict[str, tuple[str, ...]] = {}
    conversions: dict[str, float] = {}
    normal_low: Quantity | None = None
    normal_high: Quantity | None = None
    plausible: tuple[float, float] | None = None
    ask: str = ""
    asked_by: tuple[str, ...] = ()
    why: str = ""
    where: str = ""
    derived: bool = False
    source: str = ""


class Relation(Enum):
    """How a recorded term stands to a term asked about."""

    IS = "is"
    MAY_BE = "may be"
    IS_NOT = "is not"

    __hash__ = object.__hash__  # by identity, which for members is equality: the inherited one is slow


class Vocabulary:
    """All attributes, term sets and units, with the lookups that the rooms need. Immutable after loading."""

    def __init__(
        self,
        attributes: dict[str, Attribute],
        terms: dict[str, dict[str, Term]],
        units: dict[str, Unit],
        version: str,
    ) -> None:
        """Index the parts; raise :class:`VocabularyError` when they do not fit together."""
        self.attributes = attributes
        self.terms = terms
        self.units = units
        self.version = version
        self._closure: dict[str, dict[str, frozenset[str]]] = {}
        for name, terms_of_set in terms.items():
            self._closure[name] = {term: self._ancestors(name, term) for term in terms_of_set}
        self._related: dict[tuple[str, str, tuple[str, ...]], Relation] = {}
        self._reach: dict[tuple[str, str], frozenset[str]] = {}
        self._unit_alias = {alias: code for code, unit in units.items() for alias in (code, *unit.synonyms)}
        self._check()

    def _ancestors(self, set_name: str, term: str) -> frozenset[str]:
        terms = self.terms[set_name]
        seen: set[str] = set()
        queue = [term]
        while queue:
            here = queue.pop()
            if here in seen:
                continue
            if here not in terms:
                raise VocabularyError(f"term set {set_name}: {term!r} is_a {here!r}, which does not exist")
            seen.add(here)
            queue.extend(terms[here].is_a)
            if set_name == DRUGS:
                queue.extend(terms[here].components)
        return frozenset(seen)

    def _check(self) -> None:
        for attribute in self.attributes.values():
            parts = list(attribute.fields.items()) if attribute.shape == "list" else [("", attribute)]
            for name, part in parts:
                label = f"{attribute.id}.{name}" if name else attribute.id
                if part.kind == "term" and part.terms not in self.terms:
                    raise VocabularyError(f"attribute {label}: there is no term set {part.terms!r}")
                if part.unit and part.unit not in self.units:
                    raise VocabularyError(f"attribute {label}: there is no unit {part.unit!r}")
            for other in attribute.asked_by:
                if other not in self.attributes:
                    raise VocabularyError(f"attribute {attribute.id}: asked_by names {other!r}, which does not exist")
        for set_name, terms in self.terms.items():
            for term in terms.values():
                for other in term.overlaps:
                    if other not in terms:
                        raise VocabularyError(f"{set_name}: {term.id!r} overlaps {other!r}, which does not exist")
                for drug in term.components:
                    if drug not in self.terms.get(DRUGS, {}):
                        raise VocabularyError(f"{set_name}: {term.id!r} has the component {drug!r}, which is no drug")

    def attribute(self, name: str) -> Attribute:
        """Return the attribute called ``name``; raise :class:`VocabularyError` when there is none."""
        try:
            return self.attributes[name]
        except KeyError:
            raise VocabularyError(f"there is no attribute {name!r}{_nearest(name, self.attributes)}") from None

    def term(self, set_name: str, term: str) -> Term:
        """Return a term; raise :class:`VocabularyError` when the set does not have it."""
        try:
            return self.terms[set_name][term]
        except KeyError:
            near = _nearest(term, self.terms.get(set_name, {}))
            raise VocabularyError(f"{set_name} has no term {term!r}{near}") from None

    def ancestors(self, set_name: str, term: str) -> frozenset[str]:
        """Return ``term`` and all that it is a kind of."""
        self.term(set_name, term)
        return self._closure[set_name][term]

    def descendants(self, set_name: str, term: str) -> frozenset[str]:
        """Return ``term`` and all that is a kind of it."""
        self.term(set_name, term)
        return self._descendants[set_name].get(term, frozenset({term}))

    @cached_property
    def _descendants(self) -> dict[str, dict[str, frozenset[str]]]:
        below: dict[str, dict[str, set[str]]] = {}
        for name, closure in self._closure.items():
            for term, above in closure.items():
                for ancestor in above:
                    below.setdefault(name, {}).setdefault(ancestor, set()).add(term)
        return {name: {term: frozenset(terms) for term, terms in sets.items()} for name, sets in below.items()}

    def relate(self, set_name: str, recorded: str, asked: str) -> Relation:
        """Return whether something recorded as ``recorded`` is ``asked``.

        It *is* when ``asked`` is the same or more general; it *may be* when ``asked`` is more special, when the
        two overlap, or when they share a kind below both; otherwise it *is not*.
        """
        if asked in self._closure[set_name].get(recorded, frozenset({recorded})):
            return Relation.IS
        if recorded in self._closure[set_name].get(asked, frozenset()):
            return Relation.MAY_BE
        if self._overlap(set_name, recorded, asked):
            return Relation.MAY_BE
        return Relation.IS_NOT

    def reach(self, set_name: str, recorded: str) -> frozenset[str]:
        """Return every term of a set that something recorded as ``recorded`` is, or may be."""
        key = (set_name, recorded)
        known = self._reach.get(key)
        if known is None:
            terms = self.terms[set_name]
            near = frozenset(one for one in terms if self.relate(set_name, recorded, one) is not Relation.IS_NOT)
            known = self._reach[key] = near | {recorded}
        return known

    def relate_any(self, set_name: str, recorded: str, asked: tuple[str, ...]) -> Relation:
        """Return whether something recorded as ``recorded`` is one of ``asked``.

        Beside each relation by itself, all kinds of an exhaustive term together make up the term: what is
        recorded as stage III *is* one of IIIA, IIIB, IIIC.
        """
        key = (set_name, recorded, asked)
        known = self._related.get(key)
        if known is None:
            known = self._related[key] = self._relate_any(set_name, recorded, asked)
        return known

    def _relate_any(self, set_name: str, recorded: str, asked: tuple[str, ...]) -> Relation:
        relations = {self.relate(set_name, recorded, one) for one in asked}
        if Relation.IS in relations:
            return Relation.IS
        if Relation.MAY_BE not in relations:
            return Relation.IS_NOT
        return Relation.IS if self._covered(set_name, recorded, frozenset(asked)) else Relation.MAY_BE

    def _covered(self, set_name: str, term: str, asked: frozenset[str]) -> bool:
        if not self._closure[set_name].get(term, frozenset()).isdisjoint(asked):
            return True
        known = self.terms[set_name].get(term)
        if known is None or not known.exhaustive:
            return False
        kinds = self._children[set_name].get(term, ())
        return bool(kinds) and all(self._covered(set_name, kind, asked) for kind in kinds)

    @cached_property
    def _children(self) -> dict[str, dict[str, list[str]]]:
        children: dict[str, dict[str, list[str]]] = {}
        for name, terms in self.terms.items():
            for term in terms.values():
                for above in term.is_a:
                    children.setdefault(name, {}).setdefault(above, []).append(term.id)
        return children

    def _overlap(self, set_name: str, first: str, second: str) -> bool:
        below = self._descendants[set_name]
        kinds_of_first, kinds_of_second = below.get(first, frozenset()), below.get(second, frozenset())
        terms = self.terms[set_name]
        if any(kind in kinds_of_second and not terms[kind].components for kind in kinds_of_first):
            return True
        overlaps = self._overlaps[set_name]
        return any(not overlaps[kind].isdisjoint(kinds_of_second) for kind in kinds_of_first if kind in overlaps)

    @cached_property
    def _overlaps(self) -> dict[str, dict[str, frozenset[str]]]:
        """For each term set, the terms that each term overlaps with, said once and true both ways."""
        both_ways: dict[str, dict[str, set[str]]] = {name: {} for name in self.terms}
        for name, terms in self.terms.items():
            for term in terms.values():
                for other in term.overlaps:
                    both_ways[name].setdefault(term.id, set()).add(other)
                    both_ways[name].setdefault(other, set()).add(term.id)
        return {name: {term: frozenset(others) for term, others in sets.items()} for name, sets in both_ways.items()}

    def unit(self, text: str) -> str | None:
        """Return the UCUM code that ``text`` means, or ``None`` when it is not known."""
        return self._unit_alias.get(text) or self._unit_alias.get(text.replace(" ", ""))

    def convert(self, quantity: Quantity, attribute: str | None, to: str) -> Quantity | None:
        """Return ``quantity`` in the unit ``to``, or ``None`` when the two units cannot be converted.

        ``attribute`` names the measured substance: mass and molar units convert only with its factor
        (``Attribute.conversions``: value in that unit times factor gives the attribute's own unit).
        """
        if quantity.unit == to:
            return quantity
        code = self.unit(quantity.unit) if quantity.unit else ""
        if not code or to not in self.units:
            return None
        if code == to:
            return quantity.scaled(1, to)
        source, target = self.units[code], self.units[to]
        if source.base == target.base:
            base = quantity.scaled(source.factor, source.base, source.offset)
            return base.scaled(1 / target.factor, to, -target.offset / target.factor)
        if attribute is None:
            return None
        known = self.attributes[attribute]
        for unit, factor in known.conversions.items():
            if self.units[unit].base == source.base:
                in_unit = self.convert(quantity, None, unit)
                if in_unit is not None:
                    return self.convert(in_unit.scaled(factor, known.unit), None, to)
            if self.units[unit].base == target.base and known.unit:
                own = self.convert(quantity, None, known.unit)
                if own is not None:
                    return self.convert(own.scaled(1 / factor, unit), None, to)
        return None

    def field(self, attribute: str, field: str) -> Field:
        """Return a field of a list attribute; raise :class:`VocabularyError` when there is none."""
        known = self.attribute(attribute)
        try:
            return known.fields[field]
        except KeyError:
            raise VocabularyError(f"{attribute} has no field {field!r}{_nearest(field, known.fields)}") from None

    def by_code(self, system: str, code: str, set_name: str | None = None) -> tuple[str, str] | None:
        """Return ``(term set, term)`` for a code such as ``("snomed", "94222008")``, or ``None``.

        An ICD-10-CM code also stands for what the codes above it stand for: ``E11.65`` is found by ``E11``.
        """
        for one in _with_codes_above(code) if system == "icd10cm" else (code,):
            for found in self._codes.get((system, one), ()):
                if set_name is None or found[0] == set_name:
                    return found
        return None

    @cached_property
    def _codes(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        index: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for name, terms in self.terms.items():
            for term in terms.values():
                for system, codes in term.codes.items():
                    for code in codes:
                        index.setdefault((system, code), []).append((name, term.id))
        return index

    def attribute_by_code(self, system: str, code: str) -> str | None:
        """Return the attribute that a code such as ``("loinc", "89247-1")`` stands for, or ``None``."""
        return self._attribute_codes.get((system, code))

    @cached_property
    def _attribute_codes(self) -> dict[tuple[str, str], str]:
        return {
            (system, code): attribute.id
            for attribute in self.attributes.values()
            for system, codes in attribute.codes.items()
            for code in codes
        }

    def by_name(self, set_name: str, text: str) -> str | None:
        """Return the term of a set whose id, name, brand or synonym is ``text`` (case ignored), or ``None``."""
        return self._names[set_name].get(_fold(text))

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        index: dict[str, dict[str, str]] = {}
        for name, terms in self.terms.items():
            names = index.setdefault(name, {})
            for pick in (lambda t: t.synonyms, lambda t: t.brands, lambda t: (t.name,), lambda t: (t.id,)):
                for term in terms.values():
                    for text in pick(term):
                        names[_fold(text)] = term.id
        return index


def _with_codes_above(code: str) -> list[str]:
    return list(dict.fromkeys(code[:length].rstrip(".") for length in range(len(code), 2, -1)))


_HYPHEN_IN_A_WORD = re.compile(r"(?<=\w)-(?=\w)|_")


def _fold(text: str) -> str:
    """Return ``text`` as names are compared: case, hyphens inside words and the shape of dashes do not count.

    A minus sign at the end of a word stays: "HR+/HER2-" is not "HR+/HER2".
    """
    same_dash = text.casefold().replace("–", "-").replace("−", "-").replace("’", "'")
    return " ".join(_HYPHEN_IN_A_WORD.sub(" ", same_dash).split())


def _nearest(word: str, known: dict[str, object] | dict[str, Term] | dict[str, Attribute] | dict[str, Field]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
