"""A table of facts, arranged by attribute: text as codes, rows of one attribute together, patient by patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abreast.foundation.errors import InputError, Place, VocabularyError
from abreast.screening.facts import SCHEMA, Row
from abreast.screening.vectors import Flags, Ints
from abreast.vocabulary import Vocabulary

Positions = npt.NDArray[np.int64]

NOTHING = -1
"""The code of a null."""

_FLAGS = ("absent", "settled", "complete")


class Text:
    """A column of text as codes into the distinct ``texts``."""

    def __init__(self, codes: Ints, texts: Sequence[str]) -> None:
        """Keep the codes; -1 is null."""
        self.codes = codes
        self.texts = texts
        self._code_of = {text: code for code, text in enumerate(texts)}

    def text(self, at: int) -> str | None:
        """Return the text of a row."""
        code = int(self.codes[at])
        return None if code < 0 else self.texts[code]

    def code(self, text: str) -> int:
        """Return the code of a text; -2 when it does not occur."""
        return self._code_of.get(text, -2)


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
        self._texts = {name: _decoded(table.column(name)) for name in SCHEMA.names if _is_text(name)}
        self._flags = {name: _flag(table.column(name)) for name in _FLAGS}
        self._item = table.column("item").to_numpy().astype(np.int32, copy=False)
        self.patients, self._patient = _people(table.column("patient"))
        attributes = self._texts["attribute"]
        _check_names(attributes.texts, vocabulary)
        self._order = self._arranged(attributes.codes)
        sizes = np.bincount(attributes.codes, minlength=len(attributes.texts))
        ends = np.cumsum(sizes)
        self._slices = {
            name: slice(int(end - size), int(end))
            for name, size, end in zip(attributes.texts, sizes, ends, strict=True)
        }

    def _arranged(self, attribute: Ints) -> Positions:
        """Return the rows by attribute, patient and item; rows of an item as they came."""
        if self._in_order:
            few = len(self._texts["attribute"].texts) < np.iinfo(np.int16).max
            return np.argsort(attribute.astype(np.int16) if few else attribute, kind="stable")
        return np.lexsort((np.arange(len(attribute)), self._item, self._patient, attribute))

    @cached_property
    def _in_order(self) -> bool:
        """Whether the rows of a patient, and of an item, stand together, as they nearly always do."""
        facts = ~self._flags["complete"]
        patient, item = self._patient[facts], self._item[facts]
        return bool(
            np.all(self._patient[1:] >= self._patient[:-1])
            and np.all((item[1:] >= item[:-1]) | (patient[1:] != patient[:-1]))
        )

    def rows_about(self, attribute: str) -> Positions:
        """Return the rows about an attribute, patient by patient, items in order."""
        return self._order[self._slices.get(attribute, slice(0, 0))]

    def patient(self, rows: Positions) -> Ints:
        """Return the patients of some rows, as positions among the patients."""
        return self._patient[rows]

    def item(self, rows: Positions) -> Ints:
        """Return the items of some rows."""
        return self._item[rows]

    def codes(self, column: str, rows: Positions) -> Ints:
        """Return the codes of a column of text; -1 for null."""
        return self._texts[column].codes[rows]

    def code(self, column: str, text: str) -> int:
        """Return the code of a text in a column; -2 when it does not occur."""
        return self._texts[column].code(text)

    def texts(self, column: str) -> Sequence[str]:
        """Return what the codes of a column stand for."""
        return self._texts[column].texts

    def flags(self, column: str, rows: Positions) -> Flags:
        """Return a column of flags."""
        return self._flags[column][rows]

    def row(self, at: int) -> Row:
        """Return a row as it came."""
        texts, flags = self._texts, self._flags
        return (
            "",
            texts["attribute"].text(at) or "",
            int(self._item[at]),
            texts["field"].text(at),
            texts["value"].text(at),
            texts["date"].text(at),
            bool(flags["absent"][at]),
            texts["certainty"].text(at) or "certain",
            bool(flags["settled"][at]),
            bool(flags["complete"][at]),
        )

    def rows_of_patient(self, patient: int) -> Positions:
        """Return all rows of a patient, as they came."""
        low, high = self._starts[patient], self._starts[patient + 1]
        return self._by_patient[low:high]

    @cached_property
    def _by_patient(self) -> Positions:
        return np.argsort(self._patient, kind="stable")

    @cached_property
    def _starts(self) -> Positions:
        return np.searchsorted(self._patient[self._by_patient], np.arange(len(self.patients) + 1))


def _is_text(name: str) -> bool:
    return pa.types.is_dictionary(SCHEMA.field(name).type)


def _people(column: pa.ChunkedArray[Any]) -> tuple[tuple[str, ...], Ints]:
    """Return the names of the patients, each once, and whose each row is."""
    names = _one_chunk(column)
    keys = names.indices if pa.types.is_dictionary(names.type) else names
    if not len(keys):
        return (), np.zeros(0, dtype=np.int32)
    new = np.r_[True, pc.not_equal(keys[1:], keys[:-1]).to_numpy(zero_copy_only=False)]
    firsts = pc.cast(names.take(pa.array(np.flatnonzero(new))), pa.string()).to_pylist()
    number_of: dict[str, int] = {}
    numbers = np.array([number_of.setdefault(name, len(number_of)) for name in firsts], dtype=np.int32)
    return tuple(number_of), numbers[np.cumsum(new) - 1]


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
    codes = whole.indices.fill_null(NOTHING).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Text(codes, [str(name) for name in whole.dictionary.to_pylist()])


def _one_chunk(column: pa.ChunkedArray[Any]) -> Any:
    """Return the whole column as one array."""
    whole: Any = column.unify_dictionaries().combine_chunks()
    if hasattr(whole, "chunks"):  # what combine_chunks returns is a chunked array in some versions, in others not
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    return whole


def _flag(column: Any) -> Flags:
    return np.asarray(column.fill_null(pa.scalar(False)).to_numpy(), dtype=np.bool_)


__all__ = ["NOTHING", "Positions", "Table", "Text"]
