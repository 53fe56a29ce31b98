"""Atoms about a list, answered for all patients.

Every distinct question about one item is answered for all items by looking up words of 32 questions: one table of words
for each field that the questions ask about, one look-up for each item, the words of the fields joined. What the items
say is then joined patient by patient. Where an item stands beside a denial, or two items may be one and the same, told
twice, the plain evaluator answers for the patient.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from abreast.rules import Context, Count, Has, Known, Truth, evaluate
from abreast.rules.planes import BITS, Words, planes_of
from abreast.screening.bits import ALL, Bits, below, everyone, packed, planes_of_bits
from abreast.screening.cells import Cells
from abreast.screening.items import Items
from abreast.screening.questions import AboutList
from abreast.screening.table import ABSENT, BEGINS, COMPLETE, NOTHING
from abreast.screening.vectors import Flags, Positions, Signs, begins, gather
from abreast.vocabulary import Attribute

if TYPE_CHECKING:
    from abreast.screening.columns import Columns

QUESTIONS_A_WORD = 32
"""Questions in a word: the lower half of its bits says what an item surely meets, the upper half what it may meet."""
_HALF = np.uint64(QUESTIONS_A_WORD)
_SURELY = below(QUESTIONS_A_WORD)

Kind = tuple[tuple[str, int, bool], ...]
"""A question by its conditions: field, row of the field's table, negated. All items answer equal ones alike."""

Numbers = npt.NDArray[np.integer]

Layer = dict[int, tuple[int, bool]]
"""What questions (by their bit) ask of one field: a row of its table, negated."""


class Lists:
    """What the patients' facts about a list come to: items, denials, and who declared the list complete."""

    def __init__(self, columns: Columns, attribute: Attribute) -> None:
        """Arrange the facts.

        Raises:
            InputError: when a value does not fit its field.
        """
        self._columns = columns
        self._attribute = attribute
        table = columns.table
        rows = table.rows_about(attribute.id)
        marks = table.marks(rows)
        declares = (marks & COMPLETE) != 0
        self.complete = np.zeros(len(columns), dtype=np.bool_)
        self.complete[table.patient(rows[declares])] = True
        rows, marks = rows[~declares], marks[~declares]
        self._denying: list[Context] = []
        self.denials = np.full(len(columns), NOTHING, dtype=np.int32)
        """A number for what each patient denies; -1 for nothing. Equal denials have the same number."""
        if (marks & ABSENT).any():
            denied = ((marks & ABSENT) != 0)[(marks & BEGINS) != 0][np.cumsum((marks & BEGINS) != 0) - 1]
            self._number_denials(rows[denied])
            rows, marks = rows[~denied], marks[~denied]
        self.items = Items(columns, attribute, rows, marks, self.complete)
        self._contexts: dict[int, Context] = {}

    def _number_denials(self, rows: Positions) -> None:
        table = self._columns.table
        distinct: dict[tuple[object, ...], int] = {}
        patients = table.patient(rows)
        starts = np.flatnonzero(begins(patients))
        for start, end in zip(starts, np.append(starts[1:], len(rows)), strict=True):
            own = rows[start:end]
            places = table.item(own) - table.item(own)[0]
            saying = tuple((place, *row[3:9]) for place, row in zip(places.tolist(), table.rows(own), strict=True))
            self.denials[patients[start]] = distinct.setdefault(saying, len(distinct))
            if len(distinct) > len(self._denying):
                self._denying.append(Context(self._columns.case(own), self._columns.today))

    def answer(self, about: AboutList, planes: Words) -> None:
        """Fill in the planes of the atoms."""
        tables = {name: self.items.cells(name).table(tests) for name, tests in about.tests.items()}
        kinds, kind_of = _kinds(about, tables, self._covers(about))
        asked = kind_of[list(about.which)]
        for start in range(0, len(kinds), QUESTIONS_A_WORD):
            few = kinds[start : start + QUESTIONS_A_WORD]
            closed = self._closed([covered for _, covered in few])
            said = _Said(self.items, self._met([kind for kind, _ in few], tables), closed)
            here = np.flatnonzero(asked // QUESTIONS_A_WORD == start // QUESTIONS_A_WORD)
            bits = asked[here] - start
            numbers = np.array([about.atoms[place][0] for place in here], dtype=np.int64)
            found = planes_of_bits(said.surely | ((closed & ~said.maybe) << _HALF))
            planes[2 * numbers] = found[bits]
            planes[2 * numbers + 1] = found[bits + QUESTIONS_A_WORD]
            self._answer_one_by_one(about, zip(here.tolist(), bits.tolist(), strict=True), said, planes)

    def _answer_one_by_one(
        self, about: AboutList, asked: Iterable[tuple[int, int]], said: _Said, planes: Words
    ) -> None:
        """Count where it is asked how many; let the evaluator answer where facts must be weighed against each other."""
        weighed = np.flatnonzero((self.denials != NOTHING) & said.with_items)
        for place, bit in asked:
            number, atom = about.atoms[place]
            if isinstance(atom, Has) and not len(weighed):
                continue
            alone = weighed[_bit(said.maybe[weighed], bit)] if len(weighed) else weighed
            if isinstance(atom, Count):
                met, may = said.numbers(bit)
                planes[2 * number : 2 * number + 2] = planes_of(
                    _counted(atom, met, may, _bit(said.closed, bit))[np.newaxis]
                )
                if self._attribute.key:
                    alone = np.union1d(alone, np.flatnonzero(met > 1))  # some of them may be one, told twice
            rule = Has(atom.attribute, atom.where) if isinstance(atom, Known) else atom
            for patient in alone.tolist():
                _write(planes[2 * number : 2 * number + 2], patient, self._truth(rule, patient))
            if isinstance(atom, Known):
                known = planes[2 * number] | planes[2 * number + 1]
                planes[2 * number], planes[2 * number + 1] = known, everyone(len(self._columns)) & ~known

    def _truth(self, rule: Has | Count, patient: int) -> Truth:
        """Return the plain evaluator's answer for one patient."""
        if patient not in self._contexts:
            self._contexts[patient] = self._columns.context(patient, (self._attribute.id,))
        return evaluate(rule, self._contexts[patient]).truth

    def _covers(self, about: AboutList) -> Flags:
        """Return for each question (rows) whether what is denied (columns) denies all of it."""
        if not self._denying:
            return np.zeros((len(about.wheres), 0), dtype=np.bool_)
        return np.array(
            [
                [evaluate(Has(self._attribute.id, wheres), denying).truth is Truth.FALSE for denying in self._denying]
                for wheres in about.wheres
            ],
            dtype=np.bool_,
        )

    def _closed(self, covers: Sequence[Flags]) -> Bits:
        """Return of whom it is known that there is nothing else: the list is complete, or denies what is asked."""
        denied = np.zeros((len(covers), len(self._denying) + 1), dtype=np.bool_)
        denied[:, :-1] = covers
        return np.where(self.complete, _SURELY, gather(packed(denied), self.denials))

    def _met(self, kinds: Sequence[Kind], tables: dict[str, Signs]) -> Bits:
        """Return for each item which questions it surely meets and which it may meet."""
        met = np.full(len(self.items), ALL, dtype=np.uint64)
        for name, asked in _layers(kinds).items():
            for layer in asked:
                met &= self._layer(self.items.cells(name), tables[name], layer)
        met[self.items.doubted] &= ~_SURELY
        return met

    @staticmethod
    def _layer(cells: Cells, table: Signs, layer: Layer) -> Bits:
        """Return what each item's values in one field mean for the questions that ask about it; the others pass."""
        bits, asked = np.array(list(layer)), table[[row for row, _ in layer.values()]]
        meets = np.ones((BITS, table.shape[1]), dtype=np.bool_)
        meets[bits] = asked == 1
        meets[bits + QUESTIONS_A_WORD] = asked >= 0
        words = packed(meets)
        result = gather(words, cells.codes)
        if len(cells.several):
            result[cells.several] = np.bitwise_or.reduceat(gather(words, cells.which), cells.starts)
        turned = np.uint64(sum(1 << bit for bit, (_, negated) in layer.items() if negated))
        if turned:  # it meets the opposite surely, when it surely does not meet this
            turned |= turned << _HALF
            opposite = ~((result >> _HALF) | (result << _HALF))
            result = (result & ~turned) | (opposite & turned)
        return result


class _Said:
    """What items say of 32 questions, patient by patient, all in the lower half of the bits.

    Attributes:
        surely: an item surely meets it.
        maybe: an item may meet it.
        closed: it is known that nothing else does.
    """

    def __init__(self, items: Items, met: Bits, closed: Bits) -> None:
        self._items = items
        self._met = met
        self.closed = closed
        self._patients = patients = len(closed)
        said = np.zeros(patients, dtype=np.uint64)
        self.with_items = np.zeros(patients, dtype=np.bool_)
        if len(items):
            owners = items.owner[items.first]
            said[owners] = np.bitwise_or.reduceat(met, items.first)
            self.with_items[owners] = True
        self.surely = said & _SURELY
        self.maybe = said >> _HALF
        self._eights: dict[int, npt.NDArray[np.uint8]] = {}

    def numbers(self, question: int) -> tuple[Numbers, Numbers]:
        """Return how many items of each patient surely meet a question, and how many may."""
        return self._number(question), self._number(question + QUESTIONS_A_WORD)

    def _number(self, bit: int) -> Numbers:
        if self._most_items > np.iinfo(np.uint8).max:
            return np.bincount(self._items.owner[_bit(self._met, bit)], minlength=self._patients)
        eight, place = divmod(bit, 8)
        if eight not in self._eights:
            self._eights[eight] = self._added(eight)
        return self._eights[eight][:, place]

    @property
    def _most_items(self) -> int:
        return int(np.diff(self._items.first, append=len(self._items)).max(initial=0))

    def _added(self, eight: int) -> npt.NDArray[np.uint8]:
        """Return how many items of each patient have each of eight bits set: a byte for each, added as one word."""
        bits = self._met.view(np.uint8).reshape(-1, BITS // 8)[:, eight if sys.byteorder == "little" else 7 - eight]
        spread = np.unpackbits(bits[:, np.newaxis], axis=1, bitorder="little").view(np.uint64)[:, 0]
        added = np.zeros(self._patients, dtype=np.uint64)
        if len(self._items):
            added[self._items.owner[self._items.first]] = np.add.reduceat(spread, self._items.first)
        return added.view(np.uint8).reshape(-1, 8)


def _kinds(about: AboutList, tables: dict[str, Signs], covers: Flags) -> tuple[list[tuple[Kind, Flags]], Positions]:
    """Return the questions that differ in what items or denials say to them, and which of those each question is.

    Of a thousand illnesses that trials ask about, few people have any: most questions are answered alike by everyone.
    """
    same: dict[str, list[int]] = {}
    for name, table in tables.items():
        rows: dict[bytes, int] = {}
        same[name] = [rows.setdefault(row.tobytes(), at) for at, row in enumerate(table)]
    distinct: dict[tuple[Kind, bytes], int] = {}
    kinds: list[tuple[Kind, Flags]] = []
    number_of = []
    for conditions, covered in zip(about.conditions, covers, strict=True):
        kind = tuple((one.field, same[one.field][one.test], one.negated) for one in conditions)
        number = distinct.setdefault((kind, covered.tobytes()), len(distinct))
        if number == len(kinds):
            kinds.append((kind, covered))
        number_of.append(number)
    return kinds, np.array(number_of, dtype=np.int64)


def _layers(kinds: Sequence[Kind]) -> dict[str, list[Layer]]:
    """Return for each field which row each question asks of it; a second condition on the field in a second layer."""
    layers: dict[str, list[Layer]] = {}
    for bit, kind in enumerate(kinds):
        seen: dict[str, int] = {}
        for name, row, negated in kind:
            place = seen[name] = seen.get(name, -1) + 1
            of_field = layers.setdefault(name, [])
            if place == len(of_field):
                of_field.append({})
            of_field[place][bit] = (row, negated)
    return layers


def _counted(atom: Count, met: Numbers, may: Numbers, closed: Flags) -> Signs:
    """Return how the number of items compares: at least ``met`` and, where there are no others, at most ``may``."""
    match atom.op:
        case ">=" | "<":
            yes, no = met >= atom.number, closed & (may < atom.number)
        case ">" | "<=":
            yes, no = met > atom.number, closed & (may <= atom.number)
        case "=" | "!=":
            yes = closed & (met == atom.number) & (may == atom.number)
            no = (met > atom.number) | (closed & (may < atom.number))
    signs = yes.view(np.int8) - no.view(np.int8)
    return -signs if atom.op in ("<", "<=", "!=") else signs


def _bit(words: Bits, bit: int) -> Flags:
    flags: Flags = (words >> np.uint64(bit)) & np.uint64(1) != 0
    return flags


def _write(planes: Words, patient: int, truth: Truth) -> None:
    word, bit = divmod(patient, BITS)
    mask = np.uint64(1) << np.uint64(bit)
    for row, sign in enumerate((Truth.TRUE, Truth.FALSE)):
        planes[row, word] = planes[row, word] | mask if truth is sign else planes[row, word] & ~mask
