"""Facts and the case that holds them.

A fact is an attribute of the vocabulary, a value, a date and a source. Facts are never overwritten: two
that disagree stay side by side, and :meth:`Case.read` says so. What no fact speaks of is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from abreast.foundation.dates import PartialDate
from abreast.vocabulary import Attribute, Quantity, Relation, Vocabulary

Value = bool | Quantity | PartialDate | str
"""A term or a text is ``str``: the attribute's kind tells which."""

SourceKind = Literal["fhir", "report", "answer", "file", "derived"]
Certainty = Literal["certain", "suspected", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from, precisely enough to find it again.

    ``kind`` is ``fhir`` (``place`` is the resource and path), ``report`` (``place`` is page and line, ``quote`` the
    words), ``answer`` (``place`` is the question), ``file`` (a case file) or ``derived`` (``rule`` names the rule,
    ``facts`` the facts it used, ``declared`` the lists whose completeness it rests on, ``citations`` the
    publications behind the rule).
    """

    kind: SourceKind
    file: str = ""
    place: str = ""
    quote: str = ""
    rule: str = ""
    facts: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the source in words a person can follow."""
        if self.kind == "derived":
            return f"worked out: {self.rule}"
        if self.kind == "answer":
            return "your answer"
        return ", ".join(part for part in (self.file, self.place) if part) or "the case file"


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement about the person.

    A fact about a ``one`` attribute has ``value``. A fact about a ``list`` attribute is one item and has ``fields``,
    each a tuple of one or more values. ``absent`` turns an item into its denial: the fact "no metastasis in
    the brain" is ``absent`` with ``fields == {"site": ("brain",)}``; without fields it denies the whole list.

    ``date`` is the day of which the statement is true (a sample taken, a scan done). ``certainty`` is ``certain``
    for what is stated, ``suspected`` for what the source itself doubts ("suspicious for"), ``unconfirmed`` for what
    a reader found and nobody has confirmed. Only what is certain decides anything.

    ``refines`` is the id of an item that this one says again, with more: a treatment whose setting was worked out.
    The earlier item stays in the case, and gives way in :meth:`Case.items`.
    """

    attribute: str
    value: Value | None = None
    fields: Mapping[str, tuple[Value, ...]] = field(default_factory=lambda: MappingProxyType({}))
    absent: bool = False
    date: PartialDate | None = None
    source: Source = field(default_factory=lambda: Source("file"))
    certainty: Certainty = "certain"
    specimen: str = ""
    note: str = ""
    id: str = ""
    refines: str = ""

    def __post_init__(self) -> None:
        """Seal the fields, so that a fact cannot be changed after it was made."""
        if not isinstance(self.fields, MappingProxyType):
            object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __reduce__(self) -> tuple[type[Fact], tuple[object, ...]]:
        """Let a fact travel to another process: sealed fields cannot be pickled as they are."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Fact, tuple({**values, "fields": dict(self.fields)}.values())

    def __hash__(self) -> int:
        """Hash by what the fact says, fields included."""
        return hash((self.attribute, self.value, tuple(sorted(self.fields.items(), key=lambda i: i[0])), self.id))

    def get(self, name: str) -> Value | None:
        """Return the first value of a field, or ``None`` when the item does not say."""
        values = self.fields.get(name, ())
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Declaration:
    """Somebody's word that a list is complete: what it leaves out is then a "no" that rests on this word."""

    list: str
    source: Source = field(default_factory=lambda: Source("file"))
    date: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The person's choice between facts that disagree: ``fact`` is the one that counts."""

    attribute: str
    fact: str
    source: Source = field(default_factory=lambda: Source("answer"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a case says about a ``one`` attribute.

    ``facts`` are those that count: none (unknown), one or more that agree, or several that disagree
    (``conflict``). ``older`` were overtaken by later ones; ``doubtful`` are only suspected or unconfirmed.
    """

    attribute: str
    facts: tuple[Fact, ...] = ()
    older: tuple[Fact, ...] = ()
    doubtful: tuple[Fact, ...] = ()
    conflict: bool = False

    @property
    def fact(self) -> Fact | None:
        """The fact that counts, or ``None`` when nothing is known or the facts disagree."""
        return self.facts[0] if self.facts and not self.conflict else None

    @property
    def value(self) -> Value | None:
        """The value that counts, or ``None`` when nothing is known or the facts disagree."""
        return self.fact.value if self.fact else None


@dataclass(frozen=True)
class Case:
    """An immutable set of facts about one person.

    ``label`` is a name the person chose for the case; it never leaves the machine. Make a case with
    :meth:`of`, which gives every fact an id.
    """

    facts: tuple[Fact, ...] = ()
    complete: tuple[Declaration, ...] = ()
    settled: tuple[Settlement, ...] = ()
    label: str = ""
    vocabulary: Vocabulary = field(kw_only=True, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        vocabulary: Vocabulary,
        facts: Iterable[Fact],
        complete: Iterable[Declaration] = (),
        settled: Iterable[Settlement] = (),
        label: str = "",
    ) -> Case:
        """Return a case of these facts; a fact without an id gets ``attribute:number``."""
        return cls(_with_ids(tuple(facts)), tuple(complete), tuple(settled), label, vocabulary=vocabulary)

    def adding(self, facts: Iterable[Fact] = (), complete: Iterable[Declaration] = ()) -> Case:
        """Return a case with more facts or declarations; nothing that was there is lost."""
        more, declared = _with_ids(tuple(facts), self._by_id), tuple(complete)
        if not more and not declared:
            return self
        case = replace(self, facts=(*self.facts, *more), complete=(*self.complete, *declared))
        case.__dict__.update(self._known_with(more))
        return case

    def _known_with(self, more: tuple[Fact, ...]) -> dict[str, object]:
        """Return what was worked out already and holds with more facts, too: cases grow fact by fact, dozens of times.

        What is said about an attribute changes only with facts about it, or about one that a new fact refines; and what
        is settled with the fact that was chosen, whatever it is about.
        """
        refined = {fact.refines for fact in more if fact.refines}
        touched = {fact.attribute for fact in more} | {one.attribute for one in self.settled}
        touched |= {self._by_id[one].attribute for one in refined if one in self._by_id}
        by_attribute = dict(self._by_attribute)
        for fact in more:
            by_attribute[fact.attribute] = (*by_attribute.get(fact.attribute, ()), fact)
        return {
            "_by_attribute": by_attribute,
            "_by_id": self._by_id | {fact.id: fact for fact in more},
            "_refined": self._refined | refined,
            "_readings": {name: known for name, known in self._readings.items() if name not in touched},
            "_told_apart": {name: known for name, known in self._told_apart.items() if name not in touched},
        }

    def settling(self, settlement: Settlement) -> Case:
        """Return a case in which a disagreement is settled; an earlier choice for the attribute gives way."""
        kept = tuple(one for one in self.settled if one.attribute != settlement.attribute)
        return replace(self, settled=(*kept, settlement))

    @cached_property
    def _by_attribute(self) -> dict[str, tuple[Fact, ...]]:
        index: dict[str, list[Fact]] = {}
        for fact in self.facts:
            index.setdefault(fact.attribute, []).append(fact)
        return {name: tuple(facts) for name, facts in index.items()}

    @cached_property
    def _by_id(self) -> dict[str, Fact]:
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def _refined(self) -> frozenset[str]:
        return frozenset(fact.refines for fact in self.facts if fact.refines)

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        return {}

    def about(self, attribute: str) -> tuple[Fact, ...]:
        """Return all facts about an attribute, in the order in which they came."""
        return self._by_attribute.get(attribute, ())

    def fact(self, fact_id: str) -> Fact:
        """Return the fact with this id; raise :class:`KeyError` when there is none."""
        return self._by_id[fact_id]

    def items(self, attribute: str) -> tuple[Fact, ...]:
        """Return the items of a list attribute; denials, and items that another one refines, are left out."""
        return self._lists(attribute)[0]

    def denials(self, attribute: str) -> tuple[Fact, ...]:
        """Return what the case says is *not* so about a list attribute."""
        return self._lists(attribute)[1]

    def _lists(self, attribute: str) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
        """Return items and denials, told apart once."""
        known = self._told_apart.get(attribute)
        if known is None:
            facts = self.about(attribute)
            items = tuple(fact for fact in facts if not fact.absent and fact.id not in self._refined)
            known = self._told_apart[attribute] = items, tuple(fact for fact in facts if fact.absent)
        return known

    @cached_property
    def _told_apart(self) -> dict[str, tuple[tuple[Fact, ...], tuple[Fact, ...]]]:
        return {}

    def is_complete(self, attribute: str) -> Declaration | None:
        """Return the declaration that a list is complete, or ``None``."""
        return next((one for one in self.complete if one.list == attribute), None)

    def read(self, attribute: str) -> Reading:
        """Return what the case says about a ``one`` attribute (see :class:`Reading`).

        The person's settlement counts first. Otherwise facts that agree, or of which one is merely more
        precise, count together. Of those that disagree the latest dated counts, when the attribute is one that
        changes over time; undated ones, ones of the same date, and all of an attribute that should not
        change, stay side by side as a conflict.
        """
        if attribute not in self._readings:
            self._readings[attribute] = self._read(attribute)
        return self._readings[attribute]

    def _read(self, attribute: str) -> Reading:
        known = self.vocabulary.attribute(attribute)
        facts = self.about(attribute)
        if not facts and not self.settled:
            return Reading(attribute)
        certain = tuple(fact for fact in facts if fact.certainty == "certain" and not fact.absent)
        doubtful = tuple(fact for fact in facts if fact.certainty != "certain")
        choice = next((one for one in self.settled if one.attribute == attribute), None)
        if choice and choice.fact in self._by_id:
            chosen = self._by_id[choice.fact]
            return Reading(attribute, (chosen,), tuple(fact for fact in certain if fact != chosen), doubtful)
        if not certain:
            return Reading(attribute, doubtful=doubtful)
        current, older = _current(certain) if known.differ == "latest" else (certain, ())
        return _agreeing(self.vocabulary, known, current, older, doubtful)

    @cached_property
    def conflicts(self) -> tuple[Reading, ...]:
        """Every ``one`` attribute of which the case says different things, in vocabulary order."""
        ones = (name for name, known in self.vocabulary.attributes.items() if known.shape == "one")
        readings = (self.read(name) for name in ones if name in self._by_attribute)
        return tuple(reading for reading in readings if reading.conflict)


def _with_ids(facts: tuple[Fact, ...], others: Iterable[str] = ()) -> tuple[Fact, ...]:
    """Return the facts, each with an id, which none of the ``others`` is."""
    if all(fact.id for fact in facts):
        return facts
    taken = {*others, *(fact.id for fact in facts if fact.id)}
    counts: dict[str, int] = {}
    result: list[Fact] = []
    for fact in facts:
        if fact.id:
            result.append(fact)
            continue
        number = counts.get(fact.attribute, 0) + 1
        while f"{fact.attribute}:{number}" in taken:
            number += 1
        counts[fact.attribute] = number
        taken.add(f"{fact.attribute}:{number}")
        result.append(replace(fact, id=f"{fact.attribute}:{number}"))
    return tuple(result)


def _current(facts: tuple[Fact, ...]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Split facts into those that may be the latest (undated ones may) and those overtaken for certain."""
    dated = [fact.date for fact in facts if fact.date]
    if not dated:
        return facts, ()
    newest = max(date.earliest for date in dated)
    current = tuple(fact for fact in facts if fact.date is None or fact.date.latest >= newest)
    return current, tuple(fact for fact in facts if fact not in current)


def _agreeing(
    vocabulary: Vocabulary,
    attribute: Attribute,
    current: tuple[Fact, ...],
    older: tuple[Fact, ...],
    doubtful: tuple[Fact, ...],
) -> Reading:
    most_precise = sorted(current, key=lambda fact: _vagueness(vocabulary, attribute, fact.value))
    best = most_precise[0]
    if all(_agrees(vocabulary, attribute, best.value, fact.value) for fact in current):
        rest = tuple(fact for fact in current if fact is not best)
        return Reading(attribute.id, (best, *rest), older, doubtful)
    return Reading(attribute.id, current, older, doubtful, conflict=True)


def _vagueness(vocabulary: Vocabulary, attribute: Attribute, value: Value | None) -> float:
    if attribute.kind == "term" and isinstance(value, str):
        return float(
            len(vocabulary.descendants(attribute.terms, value)) - len(vocabulary.ancestors(attribute.terms, value))
        )
    if isinstance(value, Quantity):
        return value.high - value.low
    if isinstance(value, PartialDate):
        return float((value.latest - value.earliest).days)
    return 0.0


def _agrees(vocabulary: Vocabulary, attribute: Attribute, precise: Value | None, other: Value | None) -> bool:
    """Whether ``other`` says the same as ``precise``, or the same less precisely."""
    if precise == other:
        return True
    if attribute.kind == "term" and isinstance(precise, str) and isinstance(other, str):
        return vocabulary.relate(attribute.terms, precise, other) is Relation.IS
    if isinstance(precise, Quantity) and isinstance(other, Quantity):
        same_unit = vocabulary.convert(other, attribute.id, precise.unit)
        if same_unit is None:
            return False
        slack = 1e-9 * max(1.0, abs(precise.low))
        return same_unit.low - slack <= precise.low and precise.high <= same_unit.high + slack
    if isinstance(precise, PartialDate) and isinstance(other, PartialDate):
        return other.earliest <= precise.earliest and precise.latest <= other.latest
    return False
