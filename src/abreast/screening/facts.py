"""Facts of many patients as one Arrow table, and back.

One row a value. A ``one`` attribute has one row a fact; an item of a list has a row for each value of each of its
fields (one without fields has a single row whose ``field`` and ``value`` are null); a list that is declared complete
has a row of its own. Values are text, as in a case file: a term's id, ``1.9 10*9/L`` (with its unit), ``yes`` or
``no``, ``2026-03``.

============= ========= ===============================================================================================
column        type      meaning
============= ========= ===============================================================================================
``patient``   text      any name that tells patients apart; rows of one patient stand together
``attribute`` text      an attribute of the vocabulary
``item``      number    which fact of the patient: rows of one item share it
``field``     text      the field of a list's item; null for a ``one`` attribute
``value``     text      the value
``date``      text      the day of which the fact is true (``2026``, ``2026-03``, ``2026-03-09``); null: not known
``absent``    yes/no    the item is denied
``certainty`` text      ``certain``, ``suspected``, ``unconfirmed``
``settled``   yes/no    of facts that disagree, this is the one that the person chose
``complete``  yes/no    no fact: the list is declared complete
============= ========= ===============================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast, get_args

import pyarrow as pa

from abreast.case import Case, Certainty, Declaration, Fact, Settlement, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import InputError, Place, VocabularyError
from abreast.vocabulary import Kind, Vocabulary
from abreast.vocabulary.quantity import parse_quantity

_WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("patient", _WORD),
        ("attribute", _WORD),
        ("item", pa.int32()),
        ("field", _WORD),
        ("value", _WORD),
        ("date", _WORD),
        ("absent", pa.bool_()),
        ("certainty", _WORD),
        ("settled", pa.bool_()),
        ("complete", pa.bool_()),
    ]
)

Row = tuple[str, str, int, str | None, str | None, str | None, bool, str, bool, bool]


def facts_of(cases: Iterable[tuple[str, Case]]) -> pa.RecordBatch:
    """Return the facts of named cases as a record batch of :data:`SCHEMA`. Sources and notes are left behind."""
    rows = [row for patient, case in cases for row in _rows(patient, case)]
    columns: list[tuple[object, ...]] = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    return pa.record_batch(
        [_column(values, column.type) for values, column in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


def _column(values: Iterable[object], kind: pa.DataType) -> pa.Array[Any]:
    if pa.types.is_dictionary(kind):
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, kind)


def _rows(patient: str, case: Case) -> Iterable[Row]:
    chosen = {one.fact: one.attribute for one in case.settled}
    refined = {fact.refines for fact in case.facts if fact.refines}
    for item, fact in enumerate(case.facts):
        if fact.id in refined and not fact.absent and case.vocabulary.attribute(fact.attribute).shape == "list":
            continue  # another item says it again, with more
        date = str(fact.date) if fact.date else None
        settled = chosen.get(fact.id) == fact.attribute
        head = (patient, fact.attribute, item)
        tail = (date, fact.absent, fact.certainty, settled, False)
        cells = [(name, _text(value)) for name, values in fact.fields.items() for value in values]
        if fact.value is not None:
            yield (*head, None, _text(fact.value), *tail)
        elif cells:
            for name, text in cells:
                yield (*head, name, text, *tail)
        else:
            yield (*head, None, None, *tail)
    for declaration in case.complete:
        yield (patient, declaration.list, -1, None, None, None, False, "certain", False, True)


def _text(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def read_value(text: str, kind: Kind) -> Value:
    """Return what the text of a value means; raise :class:`ValueError` when it does not fit the kind."""
    match kind:
        case "number":
            return parse_quantity(text)
        case "flag":
            if text not in ("yes", "no"):
                raise ValueError(f"expected yes or no, found {text!r}")
            return text == "yes"
        case "date":
            return PartialDate.parse(text)
        case _:
            return text


class Reader:
    """Reads rows back to facts; every distinct text once.

    Raises, from its methods:
        InputError: naming the attribute, when it is not one of the vocabulary, or a value does not fit it.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Remember the vocabulary."""
        self.vocabulary = vocabulary
        self._values: dict[tuple[str, str | None, str], Value] = {}
        self._dates: dict[str, PartialDate] = {}

    def value(self, attribute: str, field: str | None, text: str) -> Value:
        """Return a value."""
        key = (attribute, field, text)
        if key not in self._values:
            try:
                part = (
                    self.vocabulary.attribute(attribute) if field is None else self.vocabulary.field(attribute, field)
                )
                value = read_value(text, part.kind)
                if part.kind == "term":
                    self.vocabulary.term(part.terms, str(value))
            except (ValueError, VocabularyError) as error:
                where = f"{attribute}.{field}" if field else attribute
                raise InputError(str(error), Place("facts", where)) from None
            self._values[key] = value
        return self._values[key]

    def date(self, text: str | None) -> PartialDate | None:
        """Return the day of a fact."""
        if text is None:
            return None
        if text not in self._dates:
            try:
                self._dates[text] = PartialDate.parse(text)
            except ValueError as error:
                raise InputError(str(error), Place("facts", "date")) from None
        return self._dates[text]

    def case(self, rows: Iterable[Row]) -> Case:
        """Return the case that the rows of one patient make."""
        items: dict[int, list[Row]] = {}
        complete: list[Declaration] = []
        for row in rows:
            if row[9]:
                complete.append(Declaration(row[1]))
            else:
                items.setdefault(row[2], []).append(row)
        facts = [self._fact(item, of_item) for item, of_item in items.items()]
        settled = [Settlement(of_item[0][1], f"{item}") for item, of_item in items.items() if of_item[0][8]]
        return Case.of(self.vocabulary, facts, complete, settled)

    def _fact(self, item: int, rows: list[Row]) -> Fact:
        _, attribute, _, _, _, date, absent, certainty, _, _ = rows[0]
        value: Value | None = None
        fields: dict[str, tuple[Value, ...]] = {}
        for row in rows:
            if row[4] is None:
                continue
            if row[3] is None:
                value = self.value(attribute, None, row[4])
            else:
                fields[row[3]] = (*fields.get(row[3], ()), self.value(attribute, row[3], row[4]))
        return Fact(attribute, value, fields, absent, self.date(date), certainty=_certainty(certainty), id=f"{item}")


def _certainty(text: str) -> Certainty:
    for known in get_args(Certainty):
        if text == known:
            return cast("Certainty", text)
    raise InputError(f"expected certain, suspected or unconfirmed, found {text!r}", Place("facts", "certainty"))
