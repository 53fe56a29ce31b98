"""The atoms of rules, answered for all patients of a table of facts at once.

Nothing is worked out twice, and nothing here knows what a test means. For every atom the patients fall into a few
*kinds*, such that the answer cannot differ within a kind: for a blood count those with the same value (and, where the
atom asks for a recent one, the same date), for a list those who agree on whether some item meets the conditions,
whether some item may, whether it is denied, and whether the list is declared complete. The plain evaluator answers for
one patient of each kind. Whether an item meets a condition is found the same way: for one item of each distinct
content of the field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abreast.case import Case, Declaration, Fact, Value
from abreast.foundation.errors import InputError, Place, VocabularyError
from abreast.rules import Compare, Context, Count, Has, Known, Truth, Where, evaluate
from abreast.rules.expression import Atom
from abreast.rules.planes import Words, planes_of
from abreast.screening.facts import SCHEMA, Reader, Row
from abreast.vocabulary import Attribute, Vocabulary

Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]
"""1 for true, -1 for false, 0 for unknown."""

_SIGN = {Truth.TRUE: 1, Truth.FALSE: -1, Truth.UNKNOWN: 0}
_NOTHING = -1
_NOT_ASKED = 2


class Columns:
    """A table of facts, arranged by attribute. Immutable; what is worked out on the way is kept."""

    def __init__(self, batch: pa.RecordBatch | pa.Table, vocabulary: Vocabulary, today: dt.date) -> None:
        """Arrange the rows of a batch of :data:`~abreast.screening.facts.SCHEMA`.

        Raises:
            InputError: when a column is missing, a row has no patient or attribute, or an attribute is unknown.
        """
        self.vocabulary = vocabulary
        self.today = today
        self.reader = Reader(vocabulary)
        table = _checked(batch)
        # A dictionary may name patients of other batches; only those with a row here are wanted.
        codes, names = _factorized(pc.cast(table.column("patient"), pa.string()))
        self.patients: tuple[str, ...] = tuple(names)
        self._columns = {name: _decoded(table.column(name)) for name in SCHEMA.names if name not in _FLAGS}
        self._flags = {name: _flag(table.column(name)) for name in _FLAGS}
        item = table.column("item").to_numpy().astype(np.int64)
        attribute = self._columns["attribute"].codes
        order = np.lexsort((np.arange(len(item)), item, codes, attribute))
        self._patient, self._item, self._order = codes[order], item[order], order
        sorted_attribute = attribute[order]
        self._slices: dict[str, slice] = {}
        _check_names(self._columns["attribute"].texts, vocabulary)
        for code, name in enumerate(self._columns["attribute"].texts):
            low, high = np.searchsorted(sorted_attribute, [code, code + 1])
            if high > low:
                self._slices[name] = slice(int(low), int(high))
        self._by_patient = np.argsort(codes, kind="stable")
        self._patient_starts = np.searchsorted(codes[self._by_patient], np.arange(len(self.patients) + 1))
        self._tables: dict[str, _Ones | _Items] = {}

    def __len__(self) -> int:
        """Return the number of patients."""
        return len(self.patients)

    # --- from rows to cases ---

    def row(self, at: int) -> Row:
        """Return a row of the table as it came."""
        columns, flags = self._columns, self._flags
        return (
            "",
            columns["attribute"].text(at) or "",
            int(self._item_of(at)),
            columns["field"].text(at),
            columns["value"].text(at),
            columns["date"].text(at),
            bool(flags["absent"][at]),
            columns["certainty"].text(at) or "certain",
            bool(flags["settled"][at]),
            bool(flags["complete"][at]),
        )

    @cached_property
    def _items_as_they_came(self) -> Ints:
        came = np.empty(len(self._order), dtype=np.int64)
        came[self._order] = self._item
        return came

    def _item_of(self, at: int) -> int:
        return int(self._items_as_they_came[at])

    def context(self, patient: int) -> Context:
        """Return the case of one patient, with all that the table says, on the day."""
        low, high = self._patient_starts[patient], self._patient_starts[patient + 1]
        return Context(self.case(self._by_patient[low:high]), self.today)

    def case(self, rows: Iterable[int]) -> Case:
        """Return the case that some rows make."""
        return self.reader.case(self.row(int(at)) for at in rows)

    def sign(self, atom: Atom, case: Case) -> int:
        """Return the plain evaluator's answer."""
        return _SIGN[evaluate(atom, Context(case, self.today)).truth]

    # --- atoms ---

    def atom_planes(self, atoms: Sequence[Atom]) -> Words:
        """Return the planes of the atoms (see :mod:`abreast.rules.planes`)."""
        planes = np.zeros((2 * len(atoms), -(-len(self) // 64)), dtype=np.uint64)
        for at, atom in enumerate(atoms):
            planes[2 * at : 2 * at + 2] = planes_of(self.answer(atom)[np.newaxis])
        return planes

    def answer(self, atom: Atom) -> Signs:
        """Return every patient's answer to an atom."""
        match atom:
            case Compare(name, _, _):
                return self._ones(name).compare(atom)
            case Has(name, _) | Count(name, _, _, _):
                return self._items(name).answer(atom)
            case Known(name, where):
                if self.vocabulary.attribute(name).shape == "one":
                    return self._ones(name).known(atom)
                found = self._items(name).answer(Has(name, where))
                return np.where(found == 0, -1, 1).astype(np.int8)
            case _:
                # What asks no fact has one answer for all.
                return np.full(len(self), self.sign(atom, Case.of(self.vocabulary, ())), dtype=np.int8)

    def _ones(self, name: str) -> _Ones:
        table = self._tables.get(name)
        if not isinstance(table, _Ones):
            table = self._tables[name] = _Ones(self, self.vocabulary.attribute(name))
        return table

    def _items(self, name: str) -> _Items:
        table = self._tables.get(name)
        if not isinstance(table, _Items):
            table = self._tables[name] = _Items(self, self.vocabulary.attribute(name))
        return table

    def rows_of(self, attribute: str) -> tuple[Ints, Ints, Ints]:
        """Return the rows about an attribute (as they came), their patients, and their items, in that order."""
        stretch = self._slices.get(attribute, slice(0, 0))
        return self._order[stretch], self._patient[stretch], self._item[stretch]

    def codes(self, column: str, rows: Ints) -> Ints:
        """Return the codes of a column of text; -1 for null."""
        return self._columns[column].codes[rows]

    def code(self, column: str, text: str) -> int:
        """Return the code of a text in a column; -2 when it does not occur."""
        return self._columns[column].code(text)

    def text(self, column: str, code: int) -> str:
        """Return the text that a code stands for."""
        return self._columns[column].texts[code]

    def flags(self, column: str, rows: Ints) -> npt.NDArray[np.bool_]:
        """Return a column of flags."""
        return self._flags[column][rows]


@dataclass(frozen=True)
class _Kinds:
    """Things sorted into kinds: ``which`` kind each is, and one ``example`` of every kind (its position)."""

    example: Ints
    which: Ints

    @classmethod
    def of(cls, keys: Ints) -> _Kinds:
        """Sort by key."""
        _, example, which = np.unique(keys, return_index=True, return_inverse=True)
        return cls(example, which)

    @classmethod
    def of_few(cls, keys: Ints) -> _Kinds:
        """Sort by key, where the keys are small numbers; a kind may then be empty (its example is -1)."""
        example = np.full(int(keys.max(initial=-1)) + 1, _NOTHING, dtype=np.int64)
        example[keys[::-1]] = np.arange(len(keys), dtype=np.int64)[::-1]
        return cls(example, keys)

    def spread(self, signs: Iterable[int]) -> Signs:
        """Return every thing's sign from those of the kinds."""
        found: Signs = np.array(list(signs), dtype=np.int8)
        return found[self.which] if len(found) else np.zeros(len(self.which), dtype=np.int8)


# --- values --------------------------------------------------------------------------------------------------------


class _Ones:
    """What the patients' facts about a ``one`` attribute come to: a value and a date, nothing, or something special."""

    def __init__(self, columns: Columns, attribute: Attribute) -> None:
        self._columns = columns
        self._attribute = attribute
        rows, patients, _ = columns.rows_of(attribute.id)
        self._row_of = np.full(len(columns), _NOTHING, dtype=np.int64)
        """The row that counts for each patient; -1: nothing is known, -2: only the evaluator can tell."""
        self._special: dict[int, Case] = {}
        self._examples: dict[int, Case] = {}
        starts = np.flatnonzero(np.r_[True, patients[1:] != patients[:-1]]) if len(rows) else np.empty(0, np.int64)
        ends = np.r_[starts[1:], len(rows)]
        certain = columns.codes("certainty", rows) == columns.code("certainty", "certain")
        plain = certain & ~columns.flags("absent", rows) & ~columns.flags("settled", rows)
        plain &= columns.codes("value", rows) != _NOTHING
        single = (ends - starts == 1) & plain[starts]
        self._row_of[patients[starts[single]]] = rows[starts[single]]
        for start, end in zip(starts[~single], ends[~single], strict=True):
            self._settle(int(patients[start]), rows[start:end])

    def _settle(self, patient: int, rows: Ints) -> None:
        """Let the case say which of several facts counts."""
        case = self._columns.case(rows)
        reading = case.read(self._attribute.id)
        fact = reading.fact
        if fact is not None and fact.certainty == "certain" and not fact.absent:
            self._row_of[patient] = next(row for row in rows if str(self._columns._item_of(row)) == fact.id)
        else:
            self._row_of[patient] = -2
            self._special[patient] = case

    def compare(self, atom: Compare) -> Signs:
        """Return the answers to a comparison: by value, and where it must be recent, by date as well.

        A window takes an answer away and gives none: of each date it is asked of a patient whose value gives one.
        """
        if atom.within is None:
            return self._answers(atom, self._undated)
        result = self._answers(atom, self._undated, without_window(atom))
        decided = np.flatnonzero(result[self._counted] != 0)
        kinds = _Kinds.of(self._dates[decided])
        recent = kinds.spread(self._columns.sign(atom, self._example(int(decided[at]))) for at in kinds.example)
        result[self._counted[decided[recent == 0]]] = 0
        return result

    def known(self, atom: Known) -> Signs:
        """Return whether something certain is said."""
        result = self._answers(atom, self._undated)
        result[self._row_of == _NOTHING] = -1
        return result

    def _answers(self, atom: Atom, kinds: _Kinds, of_kinds: Atom | None = None) -> Signs:
        """Return every patient's answer, from one of each kind; 0 where nothing is known.

        ``of_kinds`` is the atom that the kinds are asked, when it is another.
        """
        asked = of_kinds or atom
        result = np.zeros(len(self._columns), dtype=np.int8)
        result[self._counted] = kinds.spread(self._columns.sign(asked, self._example(at)) for at in kinds.example)
        for patient, case in self._special.items():
            result[patient] = self._columns.sign(atom, case)
        return result

    def _example(self, at: int) -> Case:
        row = int(self._row_of[self._counted[at]])
        if row not in self._examples:
            self._examples[row] = self._columns.case([row])
        return self._examples[row]

    @cached_property
    def _counted(self) -> Ints:
        """The patients of whom one row counts."""
        return np.flatnonzero(self._row_of >= 0)

    @cached_property
    def _undated(self) -> _Kinds:
        return _Kinds.of(self._columns.codes("value", self._row_of[self._counted]))

    @cached_property
    def _dates(self) -> Ints:
        return self._columns.codes("date", self._row_of[self._counted])


def without_window(atom: Compare) -> Compare:
    """Return the same comparison, whenever the value was measured."""
    return Compare(atom.attribute, atom.test)


_IMPLIED_BY = {
    "start": ("end",),
    "end": ("ongoing", "start"),
    "months_on": ("start", "end", "ongoing"),
    "months_to_progression": ("start", "end", "ongoing", "outcome"),
    "progressed_on": ("outcome",),
}
"""What the evaluator goes by where an item does not state a field."""

_IMPLIED_BY_OTHERS = frozenset(["last_in_setting"])
"""Fields that, where an item does not state them, other items of the list tell."""


# --- lists ----------------------------------------------------------------------------------------------------------


class _Items:
    """The items of a list, their denials, and who declared the list complete."""

    def __init__(self, columns: Columns, attribute: Attribute) -> None:
        self._columns = columns
        self._attribute = attribute
        rows, patients, items = columns.rows_of(attribute.id)
        declares = columns.flags("complete", rows)
        self._complete = np.zeros(len(columns), dtype=np.bool_)
        self._complete[patients[declares]] = True
        rows, patients, items = rows[~declares], patients[~declares], items[~declares]
        new = (
            np.r_[True, (patients[1:] != patients[:-1]) | (items[1:] != items[:-1])] if len(rows) else np.empty(0, bool)
        )
        number = np.cumsum(new) - 1
        starts = np.flatnonzero(new)
        denied = columns.flags("absent", rows[starts])
        kept = np.flatnonzero(~denied)
        self._rows_of_item = np.split(rows, starts[1:]) if len(rows) else []
        self._kept = kept
        self._owner = patients[starts][kept]
        certain = columns.code("certainty", "certain")
        self._certain = columns.codes("certainty", rows[starts][kept]) == certain
        place = np.full(len(starts), _NOTHING, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        self._place, self._rows, self._number = place, rows, number
        self._denying: list[Case] = []
        self._denials = self._number_denials(patients[starts][denied], np.flatnonzero(denied))
        self._keys: dict[str, Ints] = {}
        self._contents: dict[str, _Kinds] = {}
        self._several: dict[tuple[str, int], tuple[int, ...]] = {}
        """What the numbers beyond those of single texts stand for."""
        self._tests: dict[Where, Signs] = {}
        self._cases: dict[int, Case] = {}

    def _number_denials(self, patients: Ints, items: Ints) -> Ints:
        """Return a number for what each patient denies; -1 for nothing. Equal denials have the same number."""
        says: dict[int, list[tuple[object, ...]]] = {}
        for patient, item in zip(patients, items, strict=True):
            row = [self._columns.row(int(at))[3:9] for at in self._rows_of_item[item]]
            says.setdefault(int(patient), []).append(tuple(row))
        distinct: dict[tuple[object, ...], int] = {}
        result = np.full(len(self._columns), _NOTHING, dtype=np.int64)
        for patient, said in says.items():
            kind = distinct.setdefault(tuple(said), len(distinct))
            if kind == len(self._denying):
                own = self._rows_about(patient)
                flags = self._columns.flags
                self._denying.append(self._columns.case(own[flags("absent", own) & ~flags("complete", own)]))
            result[patient] = kind
        return result

    def _rows_about(self, patient: int) -> Ints:
        rows, patients, _ = self._columns.rows_of(self._attribute.id)
        low, high = np.searchsorted(patients, [patient, patient + 1])
        return rows[low:high]

    def _sign(self, atom: Atom, patient: int) -> int:
        """Return the plain evaluator's answer for one patient; 0 for the patient of an empty kind."""
        if patient == _NOTHING:
            return 0
        if patient not in self._cases:
            self._cases[patient] = self._columns.case(self._rows_about(patient))
        return self._columns.sign(atom, self._cases[patient])

    def answer(self, atom: Has | Count) -> Signs:
        """Return every patient's answer, from one of each kind."""
        matches = np.ones(len(self._owner), dtype=np.int8)
        open_ = np.zeros(len(self._owner), dtype=np.bool_)
        # What has few contents first: of what fails there, nothing further is asked.
        for where in sorted(atom.where, key=lambda where: len(self._kinds(where.field).example)):
            signs = self._test(where, matches != -1)
            if where.field in _IMPLIED_BY_OTHERS:
                here = self._field(where.field) == _NOTHING
                open_ |= here
                signs = np.where(here, np.int8(1), signs)
            np.minimum(matches, signs, out=matches)
        alone = np.zeros(len(self._columns), dtype=np.bool_)
        alone[self._owner[open_ & (matches != -1)]] = True
        met = (matches == 1) & self._certain
        size = len(self._columns)
        number_met = np.bincount(self._owner[met], minlength=size)
        number_open = np.bincount(self._owner[(matches != -1) & ~met], minlength=size)
        denied = self._denied(Has(atom.list, atom.where))
        # Items beside a denial: which of the two is the later one counts. Several items: some may be one, told twice.
        alone |= (self._denials != _NOTHING) & (number_met + number_open > 0)
        if isinstance(atom, Has):
            number_met, number_open = np.minimum(number_met, 1), np.minimum(number_open, 1)
        elif self._attribute.key:
            alone |= number_met > 1
        keys = ((number_met * (int(number_open.max(initial=0)) + 1) + number_open) * 2 + denied) * 2 + self._complete
        kinds = _Kinds.of_few(keys * 2 + alone)
        result = kinds.spread(self._sign(atom, int(patient)) for patient in kinds.example)
        for patient in np.flatnonzero(alone):
            result[patient] = self._sign(atom, int(patient))
        return result

    def _denied(self, rule: Has) -> npt.NDArray[np.bool_]:
        """Return who denies what the rule asks for."""
        covers = [self._columns.sign(rule, case) < 0 for case in self._denying]
        return np.array([*covers, False], dtype=np.bool_)[self._denials]

    def _test(self, where: Where, wanted: npt.NDArray[np.bool_]) -> Signs:
        """Return for every wanted item whether it meets one condition, from one item of each content."""
        kinds = self._kinds(where.field)
        known = self._tests.setdefault(where, np.full(len(kinds.example), _NOT_ASKED, dtype=np.int8))
        atom = Has(self._attribute.id, (where,))
        asked = np.zeros(len(known), dtype=np.bool_)
        asked[kinds.which[wanted]] = True
        for kind in np.flatnonzero(asked & (known == _NOT_ASKED)):
            known[kind] = self._columns.sign(atom, self._case_of_one(int(kinds.example[kind]), where.field))
        return known[kinds.which]

    def _kinds(self, field: str) -> _Kinds:
        if field not in self._contents:
            self._contents[field] = _Kinds.of(self._key(field))
        return self._contents[field]

    def _case_of_one(self, item: int, field: str) -> Case:
        """Return the case of a complete list of this one item: some item meets a condition there if this one does.

        Of the item it holds what a condition on the field can depend on.
        """
        said = {name: self._said(item, name) for name in (field, *_IMPLIED_BY.get(field, ()))}
        alone = Fact(self._attribute.id, fields={name: values for name, values in said.items() if values}, id="alone")
        return Case((alone,), self._all_of_it, vocabulary=self._columns.vocabulary)

    @cached_property
    def _all_of_it(self) -> tuple[Declaration]:
        return (Declaration(self._attribute.id),)

    def _said(self, item: int, field: str) -> tuple[Value, ...]:
        code = int(self._field(field)[item])
        codes = () if code == _NOTHING else self._several.get((field, code), (code,))
        text = self._columns.text
        return tuple(self._columns.reader.value(self._attribute.id, field, text("value", one)) for one in codes)

    def _key(self, field: str) -> Ints:
        """Return a number for all of an item that a condition on a field can depend on."""
        own = self._field(field)
        if field not in _IMPLIED_BY:
            return own
        others = np.zeros(len(own), dtype=np.int64)
        for name in _IMPLIED_BY[field]:
            codes = self._field(name) + 1
            others = np.unique(others * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)[1]
        return np.where(own != _NOTHING, own, -2 - others)

    def _field(self, name: str) -> Ints:
        """Return a number for what each item says in one field: equal contents, equal number; -1 for nothing."""
        if name not in self._keys:
            self._keys[name] = self._numbered(name)
        return self._keys[name]

    def _numbered(self, name: str) -> Ints:
        result = np.full(len(self._owner), _NOTHING, dtype=np.int64)
        here = np.flatnonzero(self._columns.codes("field", self._rows) == self._columns.code("field", name))
        places = self._place[self._number[here]]
        here, places = here[places >= 0], places[places >= 0]
        values = self._columns.codes("value", self._rows[here])
        result[places] = values
        times = np.bincount(places, minlength=len(result))
        several = times[places] > 1
        if several.any():
            lists: dict[int, list[int]] = {}
            for place, value in zip(places[several], values[several], strict=True):
                lists.setdefault(int(place), []).append(int(value))
            first = int(values.max()) + 1
            distinct: dict[tuple[int, ...], int] = {}
            for place, said in lists.items():
                result[place] = first + distinct.setdefault(tuple(said), len(distinct))
            self._several.update({(name, first + number): said for said, number in distinct.items()})
        return result


# --- Arrow ----------------------------------------------------------------------------------------------------------

_FLAGS = ("absent", "settled", "complete")


class _Text:
    """A column of text as codes."""

    def __init__(self, codes: Ints, texts: Sequence[str]) -> None:
        self.codes = codes
        self.texts = texts
        self._code_of = {text: code for code, text in enumerate(texts)}

    def text(self, at: int) -> str | None:
        code = int(self.codes[at])
        return None if code < 0 else self.texts[code]

    def code(self, text: str) -> int:
        return self._code_of.get(text, -2)


def _checked(batch: pa.RecordBatch | pa.Table) -> pa.Table:
    table = batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
    missing = [name for name in ("patient", "attribute", "item", "value") if name not in table.column_names]
    if missing:
        raise InputError(f"the column {missing[0]!r} is missing", Place("facts"))
    for field in SCHEMA:
        if field.name not in table.column_names:
            empty: object = (
                False if pa.types.is_boolean(field.type) else "certain" if field.name == "certainty" else None
            )
            kind = _value_type(field.type)
            table = table.append_column(field.name, pa.array([empty] * len(table), kind))
    for name in ("patient", "attribute", "item"):
        if table.column(name).null_count:
            raise InputError(f"a row has no {name}", Place("facts"))
    return table


def _check_names(attributes: Iterable[str], vocabulary: Vocabulary) -> None:
    for name in attributes:
        try:
            vocabulary.attribute(name)
        except VocabularyError as error:
            raise InputError(error.message, Place("facts", "attribute")) from None


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def _factorized(column: pa.ChunkedArray[Any]) -> tuple[Ints, list[str]]:
    """Return codes (-1 for null) and the texts they stand for, each once, in order of first appearance."""
    texts = column
    if pa.types.is_dictionary(column.type):
        whole = _one_chunk(column.unify_dictionaries())
        names = [str(name) for name in whole.dictionary.to_pylist()]
        if len(set(names)) == len(names):
            return whole.indices.fill_null(_NOTHING).to_numpy(zero_copy_only=False).astype(np.int64), names
        texts = pc.cast(column, column.type.value_type)
    whole = _one_chunk(pc.dictionary_encode(texts))
    codes = whole.indices.fill_null(_NOTHING).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, [str(name) for name in whole.dictionary.to_pylist()]


def _one_chunk(column: pa.ChunkedArray[Any]) -> Any:
    """Return the whole column as one dictionary array."""
    whole: Any = column.combine_chunks()
    if hasattr(whole, "chunks"):  # what combine_chunks returns is a chunked array in some versions, in others not
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    return whole


def _decoded(column: pa.ChunkedArray[Any]) -> _Text:
    kind = _value_type(column.type)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        column = pc.cast(column, pa.string())
    return _Text(*_factorized(column))


def _flag(column: Any) -> npt.NDArray[np.bool_]:
    return np.asarray(column.fill_null(pa.scalar(False)).to_numpy(), dtype=np.bool_)
