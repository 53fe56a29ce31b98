"""Atoms about a single value, answered for all patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from abreast.case import Case
from abreast.rules import Compare
from abreast.screening.bits import Bits, packed
from abreast.screening.contents import Contents
from abreast.screening.questions import AboutOne
from abreast.screening.table import ABSENT, BEGINS, DOUBTED, NOTHING, SETTLED, Positions
from abreast.screening.vectors import Flags, Signs, Whole, alike, begins, gather, numbered
from abreast.vocabulary import Attribute

if TYPE_CHECKING:
    from abreast.screening.columns import Columns

_ATOMS_A_WORD = 32
_NO_VALUE = -2
"""Stands for the value of a fact that has none."""


@dataclass(frozen=True)
class Piece:
    """Answers to up to 32 atoms: the lowest bits of each patient's word say true, as many more above them false."""

    atoms: tuple[int, ...]
    words: Bits


class Ones:
    """What the patients' facts about a ``one`` attribute come to: a value and a date, nothing, or something special."""

    def __init__(self, columns: Columns, attribute: Attribute) -> None:
        """Find which fact counts for each patient.

        Raises:
            InputError: when a value does not fit the attribute.
        """
        self._columns = columns
        self._attribute = attribute
        self._counts = np.full(len(columns), NOTHING, dtype=np.int64)
        """The row that counts for each patient; -1: nothing is known."""
        self._special: dict[int, Case] = {}
        """Patients of whom only the evaluator can tell."""
        rows = columns.table.rows_about(attribute.id)
        hard = self._take_what_agrees(rows)
        if hard.any():
            self._settle(rows[hard])
        counted = np.flatnonzero(self._counts >= 0)
        self._counted = counted, self._counts[counted]
        distinct, which = numbered(columns.table.codes("value", self._counted[1]))
        self._contents = Contents(columns.values, distinct, attribute, None, columns.reader)
        which[which == NOTHING] = _NO_VALUE
        self._value = self._of_patients(which)

    def _of_patients(self, codes: Whole) -> Positions:
        """Return codes of the facts that count as a code for each patient; -1 for those without."""
        result = np.full(len(self._counts), NOTHING, dtype=np.int64)
        result[self._counted[0]] = codes
        return result

    def _take_what_agrees(self, rows: Positions) -> Flags:
        """Let the first of a patient's rows count where all that are current say the same; return the other rows."""
        table, size = self._columns.table, len(self._columns)
        patients, marks = table.patient(rows), table.marks(rows)
        if not (marks & ~np.uint8(BEGINS)).any() and begins(patients).all():  # one plain fact each
            self._counts[patients] = rows
            return np.zeros(len(rows), dtype=np.bool_)
        settled = np.zeros(size, dtype=np.bool_)
        settled[patients[(marks & SETTLED) != 0]] = True
        usable = ((marks & (DOUBTED | ABSENT)) == 0) & ~settled[patients]
        current = rows[usable]
        if self._attribute.differ == "latest":
            current = current[self._may_be_latest(current)]
        of_current, values = table.patient(current), table.codes("value", current)
        first = np.flatnonzero(begins(of_current))
        self._counts[of_current[first]] = current[first]
        differ = np.zeros(size, dtype=np.bool_)
        differ[of_current[values != table.codes("value", self._counts[of_current])]] = True
        self._counts[differ | settled] = NOTHING
        return (differ | settled)[patients]

    def _may_be_latest(self, rows: Positions) -> Flags:
        """Return which rows may be their patient's latest: undated ones may."""
        table, days = self._columns.table, self._columns.days
        patients, date = table.patient(rows), table.codes("date", rows)
        new = begins(patients)
        if not len(rows) or new.all():
            return np.ones(len(rows), dtype=np.bool_)
        newest = np.maximum.reduceat(days.earliest[date], np.flatnonzero(new))
        may: Flags = (date == NOTHING) | (days.latest[date] >= newest[np.cumsum(new) - 1])
        return may

    def _settle(self, rows: Positions) -> None:
        """Let the case say which of several facts counts; patients of whom the rows say the same share one case."""
        table = self._columns.table
        patients = table.patient(rows)
        starts = np.flatnonzero(begins(patients))
        numbers = np.diff(starts, append=len(rows))
        says = np.column_stack(
            [table.marks(rows), *(table.codes(name, rows) for name in ("value", "date", "certainty"))]
        )
        for number in np.unique(numbers).tolist():
            of_number = starts[numbers == number]
            saying = alike(says[of_number[:, np.newaxis] + np.arange(number)].reshape(len(of_number), -1))
            for start in of_number[np.unique(saying, return_index=True)[1]].tolist():
                same = of_number[saying == saying[np.searchsorted(of_number, start)]]
                place, case = self._choice(rows[start : start + number])
                if place == NOTHING:
                    self._special.update(dict.fromkeys(patients[same].tolist(), case))
                else:
                    self._counts[patients[same]] = rows[same + place]

    def _choice(self, rows: Positions) -> tuple[int, Case]:
        """Return the place of the fact that counts; -1 when only the case can tell."""
        case = self._columns.case(rows)
        fact = case.read(self._attribute.id).fact
        if fact is None or fact.certainty != "certain" or fact.absent:
            return NOTHING, case
        items = self._columns.table.item(rows)
        return int(np.flatnonzero(items == int(fact.id))[0]), case

    def answers(self, about: AboutOne) -> Iterator[Piece]:
        """Yield the answers of all patients, some atoms at a time."""
        signs = self._signs(about)
        cases = list({id(case): case for case in self._special.values()}.values())
        number_of = {id(case): len(self._contents) + at for at, case in enumerate(cases)}
        value = self._value.copy()
        value[list(self._special)] = [number_of[id(case)] for case in self._special.values()]
        date = self._date(about)
        for start in range(0, len(about.atoms), _ATOMS_A_WORD):
            atoms = about.atoms[start : start + _ATOMS_A_WORD]
            of_atoms = signs[start : start + _ATOMS_A_WORD]
            said = [[self._columns.sign(atom, case) for case in cases] for _, atom in atoms]
            by_evaluator = np.array(said, dtype=np.int8).reshape(len(atoms), len(cases))
            of_atoms = np.concatenate([of_atoms[:, :_NO_VALUE], by_evaluator, of_atoms[:, _NO_VALUE:]], axis=1)
            words = gather(packed(np.concatenate([of_atoms == 1, of_atoms == -1])), value)
            if date is not None:
                words &= gather(self._recent(atoms), date)
            yield Piece(tuple(at for at, _ in atoms), words)

    def _signs(self, about: AboutOne) -> Signs:
        """Return what the atoms (rows) say of the values; then of a fact without one, and of no fact."""
        tests = self._contents.table(about.tests, self._columns.today)
        tests = np.concatenate([tests, tests[:, -1:]], axis=1)
        known = np.ones((1, tests.shape[1]), dtype=np.int8)
        known[:, NOTHING] = -1
        return np.concatenate([tests, known])[list(about.which)]

    def _date(self, about: AboutOne) -> Positions | None:
        """Return the code of each patient's date; -2 for patients told of by the evaluator. ``None``: nobody asks."""
        if not any(isinstance(atom, Compare) and atom.within for _, atom in about.atoms):
            return None
        date = self._of_patients(self._columns.table.codes("date", self._counted[1]))
        date[list(self._special)] = -2
        return date

    def _recent(self, atoms: Sequence[tuple[int, object]]) -> Bits:
        """Return the atoms that each date of the table is recent enough for: all, for the date before the last."""
        recent = np.ones((len(atoms), len(self._columns.days.known) + 1), dtype=np.bool_)
        for row, (_, atom) in enumerate(atoms):
            if isinstance(atom, Compare) and atom.within:
                passes = self._columns.recent(atom.within)
                recent[row, :-2], recent[row, -1] = passes[:-1], False
        return packed(np.concatenate([recent, recent]))
