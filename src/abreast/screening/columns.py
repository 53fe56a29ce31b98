"""The atoms of rules, answered for all patients of a table of facts at once.

Every distinct text of an attribute or a field is tested once (:class:`_Contents`), days and numbers as vectors
(:mod:`abreast.screening.vectors`). What the texts say is then spread to the items that hold them, and what the items
say to their patients. Where several facts must be weighed against each other (facts that disagree, a denial beside an
item, treatments that may be one and the same) the plain evaluator answers for the patient.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from abreast.case import Case, Value
from abreast.foundation.dates import PartialDate
from abreast.rules import (
    Compare,
    Context,
    Count,
    DateTest,
    FlagTest,
    Has,
    Known,
    NumberTest,
    TermTest,
    Test,
    Truth,
    Where,
    evaluate,
)
from abreast.rules.expression import Atom
from abreast.rules.planes import Words, planes_of
from abreast.screening.facts import Reader
from abreast.screening.table import NOTHING, Positions, Table
from abreast.screening.vectors import (
    Days,
    Flags,
    Ints,
    Numbers,
    Signs,
    between_signs,
    date_signs,
    months_between,
    number_signs,
    period_signs,
)
from abreast.vocabulary import Attribute, Field, Quantity, Relation, Vocabulary

_SIGN = {Truth.TRUE: 1, Truth.FALSE: -1, Truth.UNKNOWN: 0}
_RELATION_SIGN = {Relation.IS: 1, Relation.IS_NOT: -1, Relation.MAY_BE: 0}


class Columns:
    """What a table of facts says of its patients, on a day. Immutable; what is worked out on the way is kept."""

    def __init__(self, batch: pa.RecordBatch | pa.Table, vocabulary: Vocabulary, today: dt.date) -> None:
        """Arrange the rows of a batch of :data:`~abreast.screening.facts.SCHEMA`.

        Raises:
            InputError: when a column is missing, a row has no patient or attribute, or an attribute is unknown.
        """
        self.vocabulary = vocabulary
        self.today = today
        self.reader = Reader(vocabulary)
        self.table = Table(batch, vocabulary)
        self.patients = self.table.patients
        self._asked: dict[str, _Ones | _Items] = {}

    def __len__(self) -> int:
        """Return the number of patients."""
        return len(self.patients)

    def context(self, patient: int) -> Context:
        """Return the case of one patient, with all that the table says, on the day."""
        return Context(self.case(self.table.rows_of_patient(patient)), self.today)

    def case(self, rows: Iterable[int]) -> Case:
        """Return the case that some rows make."""
        return self.reader.case(self.table.row(int(at)) for at in rows)

    def sign(self, atom: Atom, case: Case) -> int:
        """Return the plain evaluator's answer."""
        return _SIGN[evaluate(atom, Context(case, self.today)).truth]

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
        asked = self._asked.get(name)
        if not isinstance(asked, _Ones):
            asked = self._asked[name] = _Ones(self, self.vocabulary.attribute(name))
        return asked

    def _items(self, name: str) -> _Items:
        asked = self._asked.get(name)
        if not isinstance(asked, _Items):
            asked = self._asked[name] = _Items(self, self.vocabulary.attribute(name))
        return asked

    def contents(self, part: Attribute | Field, codes: Ints, read: Callable[[str], Value]) -> tuple[_Contents, Ints]:
        """Return the distinct contents behind codes of values, and which of them each code is; -1 for null."""
        texts = self.table.texts("value")
        distinct, which = _numbered(codes, len(texts))
        return _Contents(self, part, [read(texts[code]) for code in distinct]), which

    @cached_property
    def days(self) -> Days:
        """The dates that the column of dates holds, by code."""
        return Days.of([self.reader.date(text) for text in self.table.texts("date")])


def _numbered(codes: Ints, size: int) -> tuple[Positions, Ints]:
    """Return the distinct codes, and for each code its place among them; -1 stays -1."""
    occurs = np.zeros(size + 1, dtype=np.bool_)
    occurs[codes] = True
    occurs[NOTHING] = False
    place = np.cumsum(occurs, dtype=np.int32) - 1
    place[NOTHING] = NOTHING
    return np.flatnonzero(occurs), place[codes]


class _Contents:
    """The distinct values that an attribute or a field takes, and what a test says of each."""

    def __init__(self, columns: Columns, part: Attribute | Field, values: Sequence[Value]) -> None:
        self._columns = columns
        self._part = part
        self._values = values

    def signs(self, test: Test) -> Signs:
        """Return what the test says of each value; 0 for no value, which stands at the end (at -1)."""
        signs = np.zeros(len(self._values) + 1, dtype=np.int8)
        match test:
            case TermTest(terms):
                vocabulary, name = self._columns.vocabulary, self._part.terms
                signs[:-1] = [_RELATION_SIGN[vocabulary.relate_any(name, str(one), terms)] for one in self._values]
            case FlagTest(expected):
                signs[:-1] = [1 if one is expected else -1 for one in self._values]
            case DateTest():
                signs = date_signs(self.days, test, self._columns.today)
            case NumberTest():
                for places, numbers in self._numbers:
                    signs[places] = number_signs(self._columns.vocabulary, self._part, test, numbers)
        return signs

    def related(self) -> Signs:
        """Return how each term stands to each: recorded as the row says, is it what the column says? 0 at -1."""
        relate, name = self._columns.vocabulary.relate, self._part.terms
        signs = np.zeros((len(self._values) + 1, len(self._values) + 1), dtype=np.int8)
        for row, recorded in enumerate(self._values):
            signs[row, :-1] = [_RELATION_SIGN[relate(name, str(recorded), str(asked))] for asked in self._values]
        return signs

    @cached_property
    def days(self) -> Days:
        """The values as days, one that is not known at the end."""
        return Days.of([one if isinstance(one, PartialDate) else None for one in self._values])

    @cached_property
    def _numbers(self) -> list[tuple[Positions, Numbers]]:
        """The values as numbers, unit by unit, and where each stands."""
        units: dict[str, list[tuple[int, Quantity]]] = {}
        for place, one in enumerate(self._values):
            if isinstance(one, Quantity):
                units.setdefault(one.unit, []).append((place, one))
        return [
            (np.array([place for place, _ in both]), Numbers.of([one for _, one in both], unit))
            for unit, both in units.items()
        ]


# --- values --------------------------------------------------------------------------------------------------------


class _Ones:
    """What the patients' facts about a ``one`` attribute come to: a value and a date, nothing, or something special."""

    def __init__(self, columns: Columns, attribute: Attribute) -> None:
        self._columns = columns
        self._attribute = attribute
        self._counts = np.full(len(columns), NOTHING, dtype=np.int64)
        """The row that counts for each patient; -1: nothing is known."""
        self._special: dict[int, Case] = {}
        """Patients of whom only the evaluator can tell."""
        rows = columns.table.rows_about(attribute.id)
        hard = self._take_what_agrees(rows)
        self._settle(rows[hard])
        counted = self._counts >= 0
        value, date = self._codes("value", counted), self._codes("date", counted)
        self._contents, self._value = columns.contents(
            attribute, value, lambda text: columns.reader.value(attribute.id, None, text)
        )
        self._date = date

    def _codes(self, column: str, counted: Flags) -> Ints:
        codes = np.full(len(self._counts), NOTHING, dtype=np.int32)
        codes[counted] = self._columns.table.codes(column, self._counts[counted])
        return codes

    def _take_what_agrees(self, rows: Positions) -> Flags:
        """Let the first of a patient's rows count where all that are current say the same; return the other rows."""
        table, size = self._columns.table, len(self._columns)
        certain = table.codes("certainty", rows) == table.code("certainty", "certain")
        usable = certain & ~table.flags("absent", rows)
        settled = np.zeros(size, dtype=np.bool_)
        settled[table.patient(rows[table.flags("settled", rows)])] = True
        usable &= ~settled[table.patient(rows)]
        current = rows[usable]
        if self._attribute.differ == "latest":
            current = current[self._may_be_latest(current)]
        patients, values = table.patient(current), table.codes("value", current)
        first = np.flatnonzero(_begins(patients))
        self._counts[patients[first]] = current[first]
        differ = np.zeros(size, dtype=np.bool_)
        differ[patients[values != table.codes("value", self._counts[patients])]] = True
        self._counts[differ | settled] = NOTHING
        return (differ | settled)[table.patient(rows)]

    def _may_be_latest(self, rows: Positions) -> Flags:
        """Return which rows may be their patient's latest: undated ones may."""
        table, days = self._columns.table, self._columns.days
        patients, date = table.patient(rows), table.codes("date", rows)
        newest = np.zeros(len(self._columns), dtype=np.int32)
        np.maximum.at(newest, patients, days.earliest[date])
        may: Flags = (date == NOTHING) | (days.latest[date] >= newest[patients])
        return may

    def _settle(self, rows: Positions) -> None:
        """Let the case say which of several facts counts; patients of whom the rows say the same share one case."""
        table = self._columns.table
        patients = table.patient(rows)
        starts = np.flatnonzero(_begins(patients))
        says = np.column_stack(
            [
                *(table.codes(name, rows) for name in ("value", "date", "certainty")),
                *(table.flags(name, rows) for name in ("absent", "settled")),
            ]
        )
        known: dict[bytes, tuple[int, Case]] = {}
        for start, end in zip(starts, np.r_[starts, len(rows)][1:], strict=True):
            saying = says[start:end].tobytes()
            if saying not in known:
                known[saying] = self._choice(rows[start:end])
            place, case = known[saying]
            if place == NOTHING:
                self._special[int(patients[start])] = case
            else:
                self._counts[patients[start]] = rows[start + place]

    def _choice(self, rows: Positions) -> tuple[int, Case]:
        """Return the place of the fact that counts; -1 when only the case can tell."""
        case = self._columns.case(rows)
        fact = case.read(self._attribute.id).fact
        if fact is None or fact.certainty != "certain" or fact.absent:
            return NOTHING, case
        items = self._columns.table.item(rows)
        return int(np.flatnonzero(items == int(fact.id))[0]), case

    def compare(self, atom: Compare) -> Signs:
        """Return the answers to a comparison: by value, and where it must be recent, by date as well."""
        result = self._contents.signs(atom.test)[self._value]
        if atom.within is not None:
            recent = date_signs(self._columns.days, DateTest("within", atom.within), self._columns.today) == 1
            result = np.where(recent[self._date], result, np.int8(0))
        return self._with_special(atom, result)

    def known(self, atom: Known) -> Signs:
        """Return whether something certain is said."""
        return self._with_special(atom, np.where(self._counts >= 0, np.int8(1), np.int8(-1)))

    def _with_special(self, atom: Atom, result: Signs) -> Signs:
        signs: dict[int, int] = {}
        for patient, case in self._special.items():
            if id(case) not in signs:
                signs[id(case)] = self._columns.sign(atom, case)
            result[patient] = signs[id(case)]
        return result


def _begins(groups: Ints) -> Flags:
    """Return where a new group begins, in numbers that stand together."""
    begins = np.ones(len(groups), dtype=np.bool_)
    begins[1:] = groups[1:] != groups[:-1]
    return begins


# --- lists ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Field:
    """What the items of a list say in one field: each value's item, and which content it is, item by item.

    ``first`` is the content of each item's first value; -1 for none. ``starts`` are the values that are the first ones.
    """

    contents: _Contents
    items: Ints
    which: Ints
    first: Ints
    starts: Positions

    @classmethod
    def of(cls, contents: _Contents, items: Ints, which: Ints, size: int) -> _Field:
        """Gather the values of ``size`` items."""
        starts = np.flatnonzero(_begins(items))
        first = np.full(size, NOTHING, dtype=np.int32)
        first[items[starts]] = which[starts]
        return cls(contents, items, which, first, starts)

    def signs(self, test: Test) -> Signs:
        """Return for each item whether one of its values passes; 0 without a value."""
        signs = self.contents.signs(test)
        result = signs[self.first]
        if len(self.starts) < len(self.which):
            result[self.items[self.starts]] = np.maximum.reduceat(signs[self.which], self.starts)
        return result

    @cached_property
    def several(self) -> Flags:
        """Which items have more than one value."""
        several: Flags = np.bincount(self.items, minlength=len(self.first)) > 1
        return several

    @cached_property
    def days(self) -> Days:
        """The first value of each item as a day."""
        return self.contents.days.at(self.first)


class _Items:
    """The items of a list, their denials, and who declared the list complete."""

    def __init__(self, columns: Columns, attribute: Attribute) -> None:
        self._columns = columns
        self._attribute = attribute
        table = columns.table
        rows = table.rows_about(attribute.id)
        declares = table.flags("complete", rows)
        self._complete = np.zeros(len(columns), dtype=np.bool_)
        self._complete[table.patient(rows[declares])] = True
        rows = rows[~declares]
        patients = table.patient(rows)
        new = _begins(patients) | _begins(table.item(rows))
        starts = np.flatnonzero(new)
        denied = table.flags("absent", rows[starts])
        self._owner = patients[starts[~denied]]
        """Whose each item is."""
        certain = table.code("certainty", "certain")
        self._certain = table.codes("certainty", rows[starts[~denied]]) == certain
        place = np.full(len(starts), NOTHING, dtype=np.int32)
        place[~denied] = np.arange(len(self._owner), dtype=np.int32)
        here = place[np.cumsum(new) - 1]
        kept = here != NOTHING
        self._place = here[kept]
        """The item of each row; beside it which field the row tells, and the value."""
        self._fields_told = table.codes("field", rows[kept])
        self._values_told = table.codes("value", rows[kept])
        self._denying: list[Case] = []
        self._denials = self._number_denials(np.unique(patients[starts[denied]]))
        self._fields: dict[str, _Field] = {}
        self._tests: dict[Where, Signs] = {}
        self._cases: dict[int, Case] = {}

    def _number_denials(self, patients: Ints) -> Ints:
        """Return a number for what each patient denies; -1 for nothing. Equal denials have the same number."""
        table = self._columns.table
        distinct: dict[tuple[object, ...], int] = {}
        result = np.full(len(self._columns), NOTHING, dtype=np.int32)
        for patient in patients.tolist():
            own = self._rows_about(patient)
            own = own[table.flags("absent", own) & ~table.flags("complete", own)]
            places = table.item(own) - table.item(own)[0]
            saying = tuple(
                (place, *table.row(at)[3:9]) for place, at in zip(places.tolist(), own.tolist(), strict=True)
            )
            result[patient] = distinct.setdefault(saying, len(distinct))
            if len(distinct) > len(self._denying):
                self._denying.append(self._columns.case(own))
        return result

    def _rows_about(self, patient: int) -> Positions:
        rows = self._columns.table.rows_about(self._attribute.id)
        low, high = np.searchsorted(self._columns.table.patient(rows), [patient, patient + 1])
        return rows[low:high]

    def _sign(self, atom: Atom, patient: int) -> int:
        """Return the plain evaluator's answer for one patient."""
        if patient not in self._cases:
            self._cases[patient] = self._columns.case(self._rows_about(patient))
        return self._columns.sign(atom, self._cases[patient])

    def answer(self, atom: Has | Count) -> Signs:
        """Return every patient's answer."""
        matches = self._matches(atom.where)
        may = np.flatnonzero(matches >= 0)
        of_may = self._owner[may]
        of_met = of_may[(matches[may] == 1) & self._certain[may]]
        closed = self._closed(Has(atom.list, atom.where))
        alone = self._weighed(of_may)
        if isinstance(atom, Has):
            result = -closed.astype(np.int8)
            result[of_may] = 0
            result[of_met] = 1
        else:
            number = np.bincount(of_met, minlength=len(self._columns)).astype(np.float64)
            highest = np.where(closed, np.bincount(of_may, minlength=len(self._columns)), np.inf)
            result = between_signs(Numbers.between(number, highest, ""), atom.op, float(atom.number))
            if self._attribute.key:
                alone = np.union1d(alone, np.flatnonzero(number > 1))  # some of them may be one, told twice
        for patient in alone.tolist():
            result[patient] = self._sign(atom, patient)
        return result

    def _weighed(self, owners: Ints) -> Positions:
        """Return those owners of items who deny something, too: which of the two is the later one counts."""
        if not self._denying:
            return np.empty(0, dtype=np.int64)
        denying = owners[self._denials[owners] != NOTHING]
        beside: Positions = np.unique(denying).astype(np.int64)
        return beside

    def _closed(self, rule: Has) -> Flags:
        """Return of whom it is known that there is nothing else: the list is complete, or denies what is asked."""
        if not self._denying:
            return self._complete
        covers = [self._columns.sign(rule, case) < 0 for case in self._denying]
        return self._complete | np.array([*covers, False], dtype=np.bool_)[self._denials]

    def _matches(self, wheres: tuple[Where, ...]) -> Signs:
        """Return whether each item meets all conditions."""
        matches = np.ones(len(self._owner), dtype=np.int8)
        for where in wheres:
            matches = np.minimum(matches, self._test(where))
        return matches

    def _test(self, where: Where) -> Signs:
        """Return for every item whether it meets one condition."""
        signs = self._tests.get(where)
        if signs is None:
            signs = self._plain_test(where.field, where.test)
            signs = self._tests[where] = -signs if where.negated else signs
        return signs

    def _plain_test(self, name: str, test: Test) -> Signs:
        field = self._field(name)
        signs = field.signs(test)
        if isinstance(test, DateTest) and name in ("start", "end"):
            start, end = self._field("start").days, self._field("end").days
            period = period_signs(start, end, self._ongoing, field=name, test=test, today=self._columns.today)
            return np.where(field.several, signs, period)
        implied = self._implied(name, test)
        return signs if implied is None else np.where(field.first == NOTHING, implied, signs)

    def _implied(self, name: str, test: Test) -> Signs | None:
        """Return what other fields imply for a field that is not stated; ``None`` for a field that none implies."""
        if name in ("months_on", "months_to_progression") and isinstance(test, NumberTest):
            return self._lasting(name, test)
        if not isinstance(test, FlagTest):
            return None
        asked = np.int8(1 if test.value else -1)
        if name == "progressed_on":
            return self._progressed.astype(np.int8) * asked
        if name == "earlier_cancer":
            return np.full(len(self._owner), -asked, dtype=np.int8)
        return self._last_in_setting * asked if name == "last_in_setting" else None

    @cached_property
    def _last_in_setting(self) -> Signs:
        """Whether each item is the last one to have begun in its setting, by the starts and settings of the others."""
        start, setting = self._field("start").days, self._field("setting")
        asked = np.flatnonzero(start.known & (setting.first != NOTHING))
        one, other = _pairs(asked, self._owner)
        here = setting.contents.related()[setting.first[other], setting.first[one]]
        later = start.known[other] & (start.earliest[other] > start.latest[one])
        not_later = start.known[other] & (start.latest[other] <= start.earliest[one])
        result = np.zeros(len(self._owner), dtype=np.int8)
        result[asked[self._complete[self._owner[asked]]]] = 1
        result[one[(here != -1) & ~not_later]] = 0
        result[one[(here == 1) & later & self._certain[other]]] = -1
        return result

    def _lasting(self, name: str, test: NumberTest) -> Signs:
        """Return what a number of months says that the items' dates imply."""
        end = self._field("end").days
        months = months_between(self._field("start").days, end, self._ongoing, self._columns.today)
        part = self._columns.vocabulary.field(self._attribute.id, name)
        signs = number_signs(self._columns.vocabulary, part, test, months)
        if name == "months_to_progression":
            return np.where(self._progressed & (self._field("end").first != NOTHING), signs, np.int8(0))
        return signs

    @cached_property
    def _ongoing(self) -> Flags:
        field = self._field("ongoing")
        ongoing: Flags = field.contents.signs(FlagTest(True))[field.first] == 1
        return ongoing

    @cached_property
    def _progressed(self) -> Flags:
        progressed: Flags = self._field("outcome").signs(TermTest(("progression",))) == 1
        return progressed

    def _field(self, name: str) -> _Field:
        if name not in self._fields:
            self._fields[name] = self._gathered(name)
        return self._fields[name]

    def _gathered(self, name: str) -> _Field:
        table = self._columns.table
        here = np.flatnonzero((self._fields_told == table.code("field", name)) & (self._values_told != NOTHING))
        codes = self._values_told[here]
        part = self._attribute.fields.get(name, _NO_FIELD)
        contents, which = self._columns.contents(
            part, codes, lambda text: self._columns.reader.value(self._attribute.id, name, text)
        )
        return _Field.of(contents, self._place[here], which, len(self._owner))


_NO_FIELD = Field("text")
"""Stands for a field that a list does not have: nothing says anything in it."""


def _pairs(asked: Positions, owner: Ints) -> tuple[Positions, Positions]:
    """Return every item that is asked about beside every other item of its owner; items of an owner stand together."""
    first = np.searchsorted(owner, owner[asked])
    number = np.searchsorted(owner, owner[asked], side="right") - first
    one = np.repeat(asked, number)
    other = np.arange(len(one)) - np.repeat(np.cumsum(number) - number - first, number)
    apart = one != other
    return one[apart], other[apart]
