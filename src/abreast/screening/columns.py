"""The atoms of rules, answered for all patients of a table of facts at once.

Every distinct text of an attribute or a field is read once, and what all tests say of it packed into words
(:mod:`abreast.screening.contents`, :mod:`abreast.screening.bits`). The words are spread to the items and patients that
hold the text (:mod:`abreast.screening.ones`, :mod:`abreast.screening.lists`) and turned to planes. Where several facts
must be weighed against each other the plain evaluator answers for the patient.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa

from abreast.case import Case
from abreast.rules import Context, DateTest, Known, Period, Truth, evaluate
from abreast.rules.expression import Atom
from abreast.rules.planes import Words, truths
from abreast.screening.bits import Gathered, everyone
from abreast.screening.contents import Texts
from abreast.screening.facts import Reader
from abreast.screening.lists import Lists
from abreast.screening.ones import Ones
from abreast.screening.questions import AboutOne, arranged
from abreast.screening.table import Table
from abreast.screening.vectors import Days, Flags, Positions, Signs, date_signs
from abreast.vocabulary import Vocabulary

_SIGN = {Truth.TRUE: 1, Truth.FALSE: -1, Truth.UNKNOWN: 0}


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
        self._recent: dict[Period, Flags] = {}

    def __len__(self) -> int:
        """Return the number of patients."""
        return len(self.patients)

    def context(self, patient: int, attributes: Iterable[str] | None = None) -> Context:
        """Return the case of one patient on the day: all that the table says, or only of some attributes."""
        if attributes is None:
            return Context(self.case(self.table.rows_of_patient(patient)), self.today)
        return Context(self.case(self.table.rows_of(patient, attributes)), self.today)

    def case(self, rows: Positions) -> Case:
        """Return the case that some rows make."""
        return self.reader.case(self.table.rows(rows))

    def sign(self, atom: Atom, case: Case) -> int:
        """Return the plain evaluator's answer."""
        return _SIGN[evaluate(atom, Context(case, self.today)).truth]

    def answer(self, atom: Atom) -> Signs:
        """Return every patient's answer to an atom."""
        return truths(self.atom_planes([atom]), 0, len(self))

    def atom_planes(self, atoms: Sequence[Atom]) -> Words:
        """Return the planes of the atoms (see :mod:`abreast.rules.planes`).

        Raises:
            InputError: when a text that is asked about does not fit its attribute or field.
        """
        questions = arranged(tuple(atoms), self.vocabulary)
        everybody = everyone(len(self))
        planes = np.zeros((2 * len(atoms), len(everybody)), dtype=np.uint64)
        for number in questions.others:  # what asks no fact has one answer for all
            sign = self.sign(atoms[number], Case.of(self.vocabulary, ()))
            if sign:
                planes[2 * number + (sign < 0)] = everybody
        self._answer_ones(questions.ones, planes)
        for about in questions.lists:
            Lists(self, about.attribute).answer(about, planes)
        return planes

    def _answer_ones(self, questions: Sequence[AboutOne], planes: Words) -> None:
        gathered = Gathered(len(self))
        rows: list[int] = []
        places: list[int] = []
        for about in questions:
            if not self.table.has(about.attribute.id):
                for number, atom in about.atoms:
                    if isinstance(atom, Known):
                        planes[2 * number + 1] = everyone(len(self))
                continue
            for piece in Ones(self, about.attribute).answers(about):
                first = gathered.add(piece.words, 2 * len(piece.atoms))
                rows += [2 * number + side for side in (0, 1) for number in piece.atoms]
                places += range(first, first + 2 * len(piece.atoms))
        planes[rows] = gathered.planes()[places]

    def recent(self, period: Period) -> Flags:
        """Return for each date of the column of dates whether it lies in the period before today; last: no date."""
        if period not in self._recent:
            self._recent[period] = date_signs(self.days, DateTest("within", period), self.today) == 1
        return self._recent[period]

    @cached_property
    def values(self) -> Texts:
        """The texts that the column of values holds."""
        return Texts(self.table.texts("value"))

    @cached_property
    def days(self) -> Days:
        """The dates that the column of dates holds, by code."""
        return Texts(self.table.texts("date")).read_days(self.reader)
