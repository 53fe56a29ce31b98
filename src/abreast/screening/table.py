"""A table of facts, arranged by attribute: text as codes, rows of one attribute together, patient by patient."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abreast.foundation.errors import InputError, Place, VocabularyError
from abreast.screening.facts import SCHEMA, Row
from abreast.screening.vectors import Flags, Ints, Positions, begins, gather
from abreast.vocabulary import Vocabulary

Marks = npt.NDArray[np.uint8]

NOTHING = -1
"""The code of a null."""

ABSENT, SETTLED, COMPLETE, DOUBTED, BEGINS = 1, 2, 4, 8, 16
"""What a row may be marked with. ``BEGINS``: it is the first of an item; most rows have no other mark."""

_FLAGS = {"absent": ABSENT, "settled": SETTLED, "complete": COMPLETE}


class Text:
    """A column of text as codes into its distinct texts."""

    def __init__(self, codes: Ints, texts: pa.Array[Any]) -> None:
        """Keep the codes; -1 is null."""
        self.codes = codes
        self.texts = texts

    def of(self, rows: Positions) -> list[str | None]:
        """Return the texts of some rows."""
        return [None if code < 0 else self._listed[code] for code in self.codes[rows].tolist()]

    def code(self, text: str) -> int:
        """Return the code of a text; -2 when it does not occur."""
        return self._code_of.get(text, -2)

    @cached_property
    def _code_of(self) -> dict[str, int]:
        return {text: code for code, text in enumerate(self._listed)}

    @cached_property
    def _listed(self) -> list[str]:
        return [str(text) for text in self.texts.to_pylist()]


class Table:
    """The rows of a batch of :data:`~abreast.screening.facts.SCHEMA`; immutable.

    Attributes:
        patients: the names of the patients who have a row, in order of their first one.
    """

    def __init__(self, batch: pa.RecordBatch | pa.Table, vocabulary: Vocabulary) -> None:
        """Arrange the rows.

        Raises:
            InputError: when a column is missing, a row has no patient or attribute, or an attribute is unknown.
        """
        table = _checked(batch)
        self._texts = {name: _decoded(table.column(name)) for name in SCHEMA.names if _is_coded(name)}
        self._marks = self._marked(table)
        self._item = table.column("item").to_numpy().astype(np.int32, copy=False)
        self.patients, self._patient = _people(table.column("patient"))
        attributes = self._texts["attribute"]
        names = [str(name) for name in attributes.texts.to_pylist()]
        _check_names(names, vocabulary)
        self._order = self._arranged(attributes.codes, len(names))
        self._mark_beginnings(attributes.codes)
        self._whose: dict[str, Ints] = {}
        bounds = np.searchsorted(gather(attributes.codes, self._order), np.arange(len(names) + 1)).tolist()
        self._slices = {name: slice(*ends) for name, ends in zip(names, pairwise(bounds), strict=True)}

    def _marked(self, table: pa.Table) -> Marks:
        certainty = self._texts["certainty"]
        doubted = (certainty.codes != certainty.code("certain")) & (certainty.codes != NOTHING)
        marks: Marks = doubted.view(np.uint8) * np.uint8(DOUBTED)
        for name, mark in _FLAGS.items():
            column = _one_chunk(table.column(name))
            if column.true_count:
                marks |= _flag(column).view(np.uint8) * np.uint8(mark)
        return marks

    def _arranged(self, attribute: Ints, number: int) -> Positions:
        """Return the rows by attribute, patient and item; rows of an item as they came."""
        if self._in_order:
            small = np.min_scalar_type(number)  # of eight or sixteen bits, which NumPy sorts by counting
            return np.argsort(attribute.astype(small), kind="stable")
        return np.lexsort((np.arange(len(attribute)), self._item, self._patient, attribute))

    def _mark_beginnings(self, attribute: Ints) -> None:
        """Mark the first row of each item; where rows are in order, so are they when arranged by attribute."""
        order = slice(None) if self._in_order else self._order
        new = begins(self._patient[order]) | begins(self._item[order]) | begins(attribute[order])
        self._marks[order] |= new.view(np.uint8) * np.uint8(BEGINS)

    @cached_property
    def _in_order(self) -> bool:
        """Whether rows of a patient, and of an item, stand together, declarations last, as they nearly always do."""
        item, patient = self._item, self._patient
        declares = (self._marks & COMPLETE) != 0
        new = patient[1:] > patient[:-1]
        follows = (item[1:] >= item[:-1]) & ~declares[:-1]
        return bool(np.all(new | ((patient[1:] == patient[:-1]) & (follows | declares[1:]))))

    def has(self, attribute: str) -> bool:
        """Return whether a row is about an attribute."""
        return attribute in self._slices

    def rows_about(self, attribute: str) -> Positions:
        """Return the rows about an attribute, patient by patient, items in order."""
        return self._order[self._slices.get(attribute, slice(0, 0))]

    def patient(self, rows: Positions) -> Ints:
        """Return the patients of some rows, as positions among the patients."""
        return gather(self._patient, rows)

    def item(self, rows: Positions) -> Ints:
        """Return the items of some rows."""
        return gather(self._item, rows)

    def codes(self, column: str, rows: Positions) -> Ints:
        """Return the codes of a column of text; -1 for null."""
        return gather(self._texts[column].codes, rows)

    def code(self, column: str, text: str) -> int:
        """Return the code of a text in a column; -2 when it does not occur."""
        return self._texts[column].code(text)

    def texts(self, column: str) -> pa.Array[Any]:
        """Return what the codes of a column stand for."""
        return self._texts[column].texts

    def marks(self, rows: Positions) -> Marks:
        """Return what some rows are marked with."""
        return gather(self._marks, rows)

    def rows(self, rows: Positions) -> list[Row]:
        """Return some rows as they came."""
        texts, marks = self._texts, self._marks[rows]
        flags = ((marks & mark != 0).tolist() for mark in (ABSENT, SETTLED, COMPLETE))
        absent, settled, complete = flags
        return [
            ("", attribute or "", item, field, value, date, is_absent, certainty or "certain", is_settled, is_complete)
            for attribute, item, field, value, date, is_absent, certainty, is_settled, is_complete in zip(
                texts["attribute"].of(rows),
                self._item[rows].tolist(),
                texts["field"].of(rows),
                texts["value"].of(rows),
                texts["date"].of(rows),
                absent,
                texts["certainty"].of(rows),
                settled,
                complete,
                strict=True,
            )
        ]

    def rows_of_patient(self, patient: int) -> Positions:
        """Return all rows of a patient, as they came."""
        low, high = self._starts[patient], self._starts[patient + 1]
        return self._by_patient[low:high]

    def rows_of(self, patient: int, attributes: Iterable[str]) -> Positions:
        """Return the rows of a patient about some attributes."""
        found: list[Positions] = [np.empty(0, dtype=np.int64)]
        for attribute in attributes:
            rows = self.rows_about(attribute)
            low, high = np.searchsorted(self._patients_about(attribute), (patient, patient + 1))
            found.append(rows[low:high])
        return np.concatenate(found)

    def _patients_about(self, attribute: str) -> Ints:
        if attribute not in self._whose:
            self._whose[attribute] = self.patient(self.rows_about(attribute))
        return self._whose[attribute]

    @cached_property
    def _by_patient(self) -> Positions:
        return np.argsort(self._patient, kind="stable")

    @cached_property
    def _starts(self) -> Positions:
        return np.searchsorted(self._patient[self._by_patient], np.arange(len(self.patients) + 1))


def _is_coded(name: str) -> bool:
    return name != "patient" and pa.types.is_dictionary(SCHEMA.field(name).type)


def _people(column: pa.ChunkedArray[Any]) -> tuple[tuple[str, ...], Ints]:
    """Return the names of the patients, each once, and whose each row is."""
    names = _one_chunk(column)
    if not len(names):
        return (), np.zeros(0, dtype=np.int32)
    firsts = np.append(0, np.flatnonzero(_changes(names)) + 1)
    texts = pc.cast(names.take(pa.array(firsts)), pa.string()).to_pylist()
    each = dict.fromkeys(texts)
    numbers = np.arange(len(texts), dtype=np.int32)
    if len(each) < len(texts):  # rows of some patient do not stand together
        number_of = {name: number for number, name in enumerate(each)}
        numbers = np.array([number_of[name] for name in texts], dtype=np.int32)
    return tuple(each), np.repeat(numbers, np.diff(firsts, append=len(names)))


def _changes(names: Any) -> Flags:
    """Return which texts differ from the one before."""
    if pa.types.is_dictionary(names.type):
        codes = names.indices.to_numpy()
        differ: Flags = codes[1:] != codes[:-1]
        return differ
    return np.asarray(pc.not_equal(names[1:], names[:-1]).to_numpy(zero_copy_only=False), dtype=np.bool_)


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


def _decoded(column: pa.ChunkedArray[Any]) -> Text:
    kind = _value_type(column.type)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        column = pc.cast(column, pa.string())
    whole = _one_chunk(column)
    if not pa.types.is_dictionary(whole.type) or len(pc.unique(whole.dictionary)) < len(whole.dictionary):
        whole = pc.dictionary_encode(pc.cast(whole, _value_type(whole.type)))
    codes = whole.indices
    if codes.null_count:
        codes = codes.fill_null(NOTHING)
    return Text(codes.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), whole.dictionary)


def _one_chunk(column: pa.ChunkedArray[Any]) -> Any:
    """Return the whole column as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    whole: Any = column.unify_dictionaries().combine_chunks()
    if hasattr(whole, "chunks"):  # what combine_chunks returns is a chunked array in some versions, in others not
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    return whole


def _flag(column: Any) -> Flags:
    if column.null_count:
        column = column.fill_null(pa.scalar(False))
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.bool_)


__all__ = ["ABSENT", "BEGINS", "COMPLETE", "DOUBTED", "NOTHING", "SETTLED", "Marks", "Positions", "Table", "Text"]
