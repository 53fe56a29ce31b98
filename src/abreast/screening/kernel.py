"""The kernel: facts of patients in, verdicts on studies out, both as Arrow record batches. It knows nothing of files.

The facts must hold what follows from the record too (extent, age, lines of treatment): see :mod:`abreast.disease`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abreast.rules import Expression, all_of, hangs_on_time
from abreast.rules.planes import Program, compile_program
from abreast.screening.columns import Columns
from abreast.screening.waiting import Waiting
from abreast.trials.match import Prepared, required
from abreast.trials.match.criterion import must_hold
from abreast.vocabulary import Vocabulary

_WORD = pa.dictionary(pa.int32(), pa.string())
VERDICTS = pa.schema(
    [
        ("patient", _WORD),
        ("nct", _WORD),
        ("standing", _WORD),
        ("not_yet", pa.date32()),
        ("cohort", _WORD),
        ("fits", pa.int16()),
        ("open", pa.int16()),
        ("against", pa.int16()),
        ("deciding", pa.list_(pa.int16())),
    ]
)
"""One row for each patient and study.

``standing`` is ``nothing_against``, ``not_yet`` (from the day ``not_yet``) or ``against``; ``cohort`` the part of the
study that stands best; ``fits``, ``open`` (unknown, or the team's to judge) and ``against`` count its criteria;
``deciding`` are the numbers of those against it, as :func:`criteria_table` lists them.
"""

STANDINGS = ("nothing_against", "not_yet", "against")
_PATIENTS_AT_ONCE = 2048
"""So many patients are unpacked from their planes at a time: what bounds the memory."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """One part of a study: positions of its criteria in the study, and which requirement each of them is."""

    name: str
    positions: npt.NDArray[np.int16]
    requirements: npt.NDArray[np.int64]
    residue: Flags


@dataclass(frozen=True)
class Trials:
    """Studies made ready for screening: every distinct requirement once, in one program.

    The rules of the program are the requirements first, and then what tells whether time alone can mend one:
    ``lasting`` is for each requirement the rule that no time will mend once it is broken; ``timed`` the rules that all
    must hold beside it, each of which time may mend.
    """

    studies: tuple[Prepared, ...]
    rules: tuple[Expression, ...]
    lasting: npt.NDArray[np.int64]
    timed: tuple[tuple[int, ...], ...]
    program: Program
    parts: tuple[tuple[Part, ...], ...]


def compile_trials(studies: Sequence[Prepared]) -> Trials:
    """Return the studies ready for screening."""
    numbers: dict[Expression, int] = {}
    parts: list[tuple[Part, ...]] = []
    for study in studies:
        rows = [numbers.setdefault(required(criterion), len(numbers)) for criterion in study.criteria]
        residue = [bool(criterion.residue) for criterion in study.criteria]
        parts.append(
            tuple(
                Part(
                    cohort.name,
                    np.array(cohort.criteria, dtype=np.int16),
                    np.array([rows[at] for at in cohort.criteria], dtype=np.int64),
                    np.array([residue[at] for at in cohort.criteria], dtype=np.bool_),
                )
                for cohort in study.cohorts
            )
        )
    lasting: list[int] = []
    timed: list[tuple[int, ...]] = []
    for rule in tuple(numbers):
        held = must_hold(rule) if hangs_on_time(rule) else ()
        mended = [one for one in held if hangs_on_time(one)]
        rest = all_of(one for one in held if not hangs_on_time(one)) if held else rule
        lasting.append(numbers.setdefault(rest, len(numbers)))
        timed.append(tuple(numbers.setdefault(one, len(numbers)) for one in mended))
    rules = tuple(numbers)
    return Trials(
        tuple(studies), rules, np.array(lasting, dtype=np.int64), tuple(timed), compile_program(rules), tuple(parts)
    )


def criteria_table(trials: Trials) -> pa.RecordBatch:
    """Return what ``deciding`` counts: study, number, section, part of the study, and words of every criterion."""
    rows = [
        (study.study.nct, at, criterion.section, criterion.cohort, criterion.text)
        for study in trials.studies
        for at, criterion in enumerate(study.criteria)
    ]
    names = ("nct", "number", "section", "cohort", "text")
    kinds = (pa.string(), pa.int16(), pa.string(), pa.string(), pa.string())
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.record_batch(
        [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)], names=list(names)
    )


def screen_facts(facts: pa.RecordBatch, trials: Trials, vocabulary: Vocabulary, today: dt.date) -> pa.RecordBatch:
    """Return the verdict on every study for every patient of a batch of facts, study by study.

    Memory grows with the number of patients in the batch; hand over as many at a time as suit the machine.

    Raises:
        InputError: when the facts do not have the form of :data:`abreast.screening.facts.SCHEMA`.
    """
    columns = Columns(facts, vocabulary, today)
    planes = trials.program.run(columns.atom_planes(trials.program.atoms))
    waiting = Waiting(columns)
    batches = []
    for start in range(0, len(columns), _PATIENTS_AT_ONCE):
        stop = min(start + _PATIENTS_AT_ONCE, len(columns))
        words = planes[:, start // 64 : -(-stop // 64)]
        spread = np.unpackbits(
            np.ascontiguousarray(words).astype("<u8", copy=False).view(np.uint8), axis=1, bitorder="little"
        )[:, : stop - start].astype(np.bool_, copy=False)
        batches.append(_Verdicts(waiting, trials, range(start, stop), spread[0::2], spread[1::2]).batch())
    if not batches:
        return pa.RecordBatch.from_pylist([], schema=VERDICTS)
    return pa.Table.from_batches(batches).unify_dictionaries().combine_chunks().to_batches()[0]


class _Verdicts:
    """The verdicts for a stretch of patients; ``met`` and ``broken`` have a row for each requirement."""

    def __init__(self, waiting: Waiting, trials: Trials, patients: range, met: Flags, broken: Flags) -> None:
        self._columns = waiting.columns
        self._trials = trials
        self._patients = patients
        self._met = met
        self._broken = broken
        self._waiting = waiting

    def batch(self) -> pa.RecordBatch:
        each = [self._study(parts) for parts in self._trials.parts]
        size = len(self._patients)
        names = self._columns.patients[self._patients.start : self._patients.stop]
        patient = np.tile(np.arange(size, dtype=np.int32), len(each))
        study = np.repeat(np.arange(len(each), dtype=np.int32), size)
        cohorts = sorted({part.name for parts in self._trials.parts for part in parts})
        number_of = {name: at for at, name in enumerate(cohorts)}
        cohort = [
            np.array([number_of[part.name] for part in parts], dtype=np.int32)[one.best]
            for parts, one in zip(self._trials.parts, each, strict=True)
        ]
        deciding = pa.ListArray.from_arrays(
            pa.array(np.append(0, np.cumsum([*(one.lengths for one in each)])), pa.int32()),
            pa.array(np.concatenate([one.deciding for one in each]) if each else [], pa.int16()),
        )
        columns: list[pa.Array[Any]] = [
            _words(patient, names),
            _words(study, [one.study.nct for one in self._trials.studies]),
            _words(np.concatenate([one.standing for one in each]), STANDINGS),
            pa.array(np.concatenate([one.day for one in each]), pa.date32()),
            _words(np.concatenate(cohort), cohorts),
            *(pa.array(np.concatenate([one.counts[at] for one in each]), pa.int16()) for at in range(3)),
            deciding,
        ]
        return pa.record_batch(columns, schema=VERDICTS)

    def _study(self, parts: tuple[Part, ...]) -> _One:
        ones = [self._part(part) for part in parts]
        if len(ones) == 1:
            return ones[0]
        # The part that stands best: the same order as for one person.
        worth = np.stack([(one.standing * 4096 + one.counts[2]) * 4096 + one.counts[1] for one in ones])
        best = worth.argmin(axis=0).astype(np.int32)
        pick = np.arange(len(self._patients))
        starts = [np.append(0, np.cumsum(one.lengths)) for one in ones]
        deciding = [
            ones[part].deciding[starts[part][at] : starts[part][at + 1]] for at, part in enumerate(best.tolist())
        ]
        return _One(
            best,
            np.stack([one.standing for one in ones])[best, pick],
            np.stack([one.day for one in ones])[best, pick],
            tuple(np.stack([one.counts[at] for one in ones])[best, pick] for at in range(3)),
            np.stack([one.lengths for one in ones])[best, pick],
            np.concatenate([*deciding, np.empty(0, np.int16)]),
        )

    def _part(self, part: Part) -> _One:
        broken = self._broken[part.requirements]
        met = self._met[part.requirements] & ~part.residue[:, np.newaxis]
        against = broken.sum(axis=0, dtype=np.int16)
        fits = met.sum(axis=0, dtype=np.int16)
        standing = np.where(against > 0, 2, 0).astype(np.int32)
        day = np.full(len(self._patients), np.datetime64("NaT"), dtype="datetime64[D]")
        hopeless = self._broken[self._trials.lasting[part.requirements]].any(axis=0)
        for patient in np.flatnonzero((against > 0) & ~hopeless).tolist():
            clears = self._clears(patient, part.requirements[broken[:, patient]].tolist())
            if clears:
                standing[patient], day[patient] = 1, np.datetime64(clears)
        owner, which = np.nonzero(broken.T)
        return _One(
            np.zeros(len(self._patients), dtype=np.int32),
            standing,
            day,
            (fits, (len(part.positions) - fits - against).astype(np.int16), against),
            np.bincount(owner, minlength=len(self._patients)),
            part.positions[which],
        )

    def _clears(self, patient: int, requirements: Sequence[int]) -> dt.date | None:
        """Return the first day on which none of the requirements is broken any more; ``None`` when none is known."""
        broken = [one for number in requirements for one in self._trials.timed[number] if self._broken[one, patient]]
        last: dt.date | None = None
        for rule in broken:
            day = self._waiting.day(self._trials.rules[rule], self._patients.start + patient)
            if day is None:
                return None
            last = max(day, last or day)
        return last


@dataclass(frozen=True)
class _One:
    """Verdicts of many patients on one study, or one part of it; ``counts`` are fits, open and against."""

    best: npt.NDArray[np.int32]
    standing: npt.NDArray[np.int32]
    day: npt.NDArray[np.datetime64]
    counts: tuple[npt.NDArray[np.int16], ...]
    lengths: npt.NDArray[np.int64]
    deciding: npt.NDArray[np.int16]


def _words(codes: npt.NDArray[np.int32], names: Sequence[str]) -> pa.Array[Any]:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string()))
