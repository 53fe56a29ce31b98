"""Many rules over many patients at once, 64 patients to a machine word.

Every distinct atom is known to be true, known to be false, or unknown for each patient: two *planes* of bits. A rule
is then a few Boolean operations on words. A set of rules is compiled to one :class:`Program`, in which what several
rules have in common stands once.

The answers are those of :func:`abreast.rules.evaluate` (truth only, without reasons); a generative test holds the two
to each other. The atoms are answered by that same evaluator (:func:`atom_planes`), or by something faster
that is held to it as well.

>>> program = compile_program([rule_a, rule_b])           # doctest: +SKIP
>>> planes = program.run(atom_planes(program.atoms, contexts))
>>> truths(planes, 1, len(contexts))                      # of rule_b: 1 true, 0 false, -1 unknown
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from abreast.rules.evaluate import Context, Truth, evaluate
from abreast.rules.expression import (
    All,
    AnyOf,
    AtLeast,
    Atom,
    Compare,
    Constant,
    Count,
    Expression,
    Has,
    Known,
    Not,
    Residue,
    Team,
)

Words = npt.NDArray[np.uint64]
"""Two rows for each thing, known true and known false; one column for 64 patients, the first one in the lowest bit."""

BITS = 64
_ONES = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_WORDS_AT_ONCE = 2048
"""Columns worked on at a time (131,072 patients): long enough to be worth a call, short enough for the cache."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: at least ``number`` of the ``inputs`` hold.

    An input is ``2 * row`` for what stands in a row, ``2 * row + 1`` for its opposite. The result goes to ``row``.
    """

    row: int
    number: int
    inputs: tuple[int, ...]

    @property
    def is_all(self) -> bool:
        """Whether every input must hold."""
        return self.number == len(self.inputs)


@dataclass(frozen=True)
class Program:
    """A set of rules, compiled.

    Rows 0 to ``len(atoms) - 1`` are the atoms. ``steps`` come in an order in which each needs only what was there
    before; they use ``rows`` rows in all, a row again when nothing needs it any more. ``roots`` are the rules, as
    inputs are written; after which step each is ready is in ``ready`` (-1: an atom).
    """

    atoms: tuple[Atom, ...]
    steps: tuple[Step, ...]
    rows: int
    roots: tuple[int, ...]
    ready: tuple[int, ...]

    def run(self, atoms: Words, words_at_once: int = _WORDS_AT_ONCE) -> Words:
        """Return the planes of the rules, two rows each, from those of the atoms.

        Memory beside the answer is ``2 * rows * words_at_once * 8`` bytes. Measured, a second thread makes this slower:
        each operation on words is too short to be worth the handing over.

        Raises:
            ValueError: when ``atoms`` does not have two rows for each atom.
        """
        if atoms.shape[0] != 2 * len(self.atoms):
            raise ValueError(f"expected {2 * len(self.atoms)} rows of atoms, found {atoms.shape[0]}")
        result = np.zeros((2 * len(self.roots), atoms.shape[1]), dtype=np.uint64)
        for start in range(0, atoms.shape[1], words_at_once):
            stretch = slice(start, start + words_at_once)
            self._run(atoms[:, stretch], result[:, stretch])
        return result

    def _run(self, atoms: Words, result: Words) -> None:
        first = 2 * len(self.atoms)
        own = np.empty((2 * self.rows - first, atoms.shape[1]), dtype=np.uint64)
        planes = [*np.ascontiguousarray(atoms), *own]
        due = self._due()
        self._hand_out(due.get(-1, ()), planes, result)
        for at, step in enumerate(self.steps):
            for_, against = planes[2 * step.row], planes[2 * step.row + 1]
            if step.is_all:  # without a call or a list for each: for few patients they take longer than the words
                one, two, *others = step.inputs
                np.bitwise_and(planes[one], planes[two], for_)
                np.bitwise_or(planes[one ^ 1], planes[two ^ 1], against)
                for other in others:
                    np.bitwise_and(for_, planes[other], for_)
                    np.bitwise_or(against, planes[other ^ 1], against)
            else:
                for_[:] = _at_least(step.number, [planes[one] for one in step.inputs])
                enough = len(step.inputs) - step.number + 1
                against[:] = _at_least(enough, [planes[one ^ 1] for one in step.inputs])
            if at in due:
                self._hand_out(due[at], planes, result)

    def _due(self) -> dict[int, tuple[int, ...]]:
        due: dict[int, tuple[int, ...]] = {}
        for root, at in enumerate(self.ready):
            due[at] = (*due.get(at, ()), root)
        return due

    def _hand_out(self, roots: Iterable[int], planes: list[Words], result: Words) -> None:
        for root in roots:
            result[2 * root] = planes[self.roots[root]]
            result[2 * root + 1] = planes[self.roots[root] ^ 1]


def _at_least(number: int, planes: Sequence[Words]) -> Words:
    """Return where at least ``number`` of the planes are set: a counter whose binary digits are planes themselves."""
    digits: list[Words] = []
    for plane in planes:
        carry = plane
        for at, digit in enumerate(digits):
            digits[at], carry = digit ^ carry, digit & carry
        if len(digits) < len(planes).bit_length():
            digits.append(carry)
    more = np.zeros_like(planes[0])
    same = np.full_like(planes[0], _ONES)
    for at in reversed(range(len(digits))):
        if number >> at & 1:
            same &= digits[at]
        else:
            more |= same & digits[at]
            same &= ~digits[at]
    return more | same


# --- compiling -------------------------------------------------------------------------------------------------


_UNKNOWN = Residue("")
"""Stands for all that no fact can answer: here only the answer counts, and it is always the same."""


def compile_program(rules: Sequence[Expression]) -> Program:
    """Return one program for all the rules; equal parts, and parts that are each other's opposite, stand once."""
    builder = _Builder()
    roots = tuple(builder.add(rule) for rule in rules)
    return builder.program(roots)


class _Builder:
    """Numbers every distinct atom and every distinct operation."""

    def __init__(self) -> None:
        self.atoms: dict[Atom, int] = {}
        self.steps: dict[tuple[int, tuple[int, ...]], int] = {}
        self._seen: dict[Expression, int] = {}

    def add(self, rule: Expression) -> int:
        """Return the name of the rule's result: twice its number, one more for the opposite; atoms are negative."""
        known = self._seen.get(rule)
        if known is None:
            known = self._seen[rule] = self._add(rule)
        return known

    def _add(self, rule: Expression) -> int:
        match rule:
            case Not(part):
                return self.add(part) ^ 1
            case All(parts):
                return self._step(len(parts), parts)
            case AnyOf(parts):
                return self._step(1, parts)
            case AtLeast(number, parts):
                return self._step(number, parts)
            case Team() | Residue():
                return self.add_atom(_UNKNOWN)
            case _:
                return self.add_atom(rule)

    def add_atom(self, atom: Atom) -> int:
        """Return the name of an atom."""
        return -2 * (self.atoms.setdefault(atom, len(self.atoms)) + 1)

    def _step(self, number: int, parts: tuple[Expression, ...]) -> int:
        inputs = [self.add(part) for part in parts]
        if number <= 0 or number > len(inputs):
            return self.add(Constant(number <= 0))
        if number in (1, len(inputs)):
            inputs = list(dict.fromkeys(inputs))
            if len(inputs) == 1:
                return inputs[0]
            if number == 1:  # one of them holds, unless all their opposites do
                return self._number(len(inputs), [one ^ 1 for one in inputs]) ^ 1
            return self._number(len(inputs), inputs)
        return self._number(number, inputs)

    def _number(self, number: int, inputs: list[int]) -> int:
        return 2 * self.steps.setdefault((number, tuple(sorted(inputs))), len(self.steps))

    def program(self, roots: tuple[int, ...]) -> Program:
        """Give every step a row, a row again once its last reader is past."""
        atoms = len(self.atoms)
        last = {one >> 1: at for at, (_, inputs) in enumerate(self.steps) for one in inputs if one >= 0}
        ending: dict[int, list[int]] = {}
        for step, at in last.items():
            ending.setdefault(at, []).append(step)
        row_of: dict[int, int] = {}
        free: list[int] = []
        rows = atoms

        def place(one: int) -> int:
            return 2 * (-(one >> 1) - 1) + (one & 1) if one < 0 else 2 * row_of[one >> 1] + (one & 1)

        steps: list[Step] = []
        handed: dict[int, list[int]] = {}
        for root, one in enumerate(roots):
            handed.setdefault(one >> 1 if one >= 0 else -1, []).append(root)
        root_rows = [0] * len(roots)
        ready = [-1] * len(roots)
        for root in handed.get(-1, ()):
            root_rows[root] = place(roots[root])
        for at, (number, inputs) in enumerate(self.steps):
            read = tuple(place(one) for one in inputs)
            if free:
                row_of[at] = free.pop()
            else:
                row_of[at], rows = rows, rows + 1
            steps.append(Step(row_of[at], number, read))
            for root in handed.get(at, ()):
                root_rows[root], ready[root] = place(roots[root]), at
            free.extend(row_of[step] for step in ending.get(at, ()))
            if at not in last:
                free.append(row_of[at])
        return Program(tuple(self.atoms), tuple(steps), rows, tuple(root_rows), tuple(ready))


# --- atoms ----------------------------------------------------------------------------------------------------------


def atom_planes(atoms: Sequence[Atom], contexts: Sequence[Context]) -> Words:
    """Return the planes of the atoms, each answered by the plain evaluator.

    An atom asks about one attribute only. Patients of whom a case says the same about it get the same answer, which is
    worked out once for each distinct saying.
    """
    truth = np.zeros((len(atoms), len(contexts)), dtype=np.int8)
    by_attribute: dict[str, list[int]] = {}
    for at, atom in enumerate(atoms):
        by_attribute.setdefault(attribute_of(atom), []).append(at)
    for attribute, numbers in by_attribute.items():
        says = [_saying(context, attribute) for context in contexts]
        distinct: dict[object, int] = {}
        which = np.array([distinct.setdefault(one, len(distinct)) for one in says], dtype=np.int64)
        first = [0] * len(distinct)
        for patient in reversed(range(len(contexts))):
            first[which[patient]] = patient
        for at in numbers:
            answers = [_SIGN[evaluate(atoms[at], contexts[patient]).truth] for patient in first]
            truth[at] = np.array(answers, dtype=np.int8)[which]
    return planes_of(truth)


_SIGN = {Truth.TRUE: 1, Truth.FALSE: -1, Truth.UNKNOWN: 0}


def attribute_of(atom: Atom) -> str:
    """Return the attribute that an atom asks about; nothing for one that asks no fact."""
    match atom:
        case Compare(attribute, _, _) | Known(attribute, _):
            return attribute
        case Has(name, _) | Count(name, _, _, _):
            return name
        case _:
            return ""


def _saying(context: Context, attribute: str) -> object:
    """Return all of a case that an atom about the attribute can depend on, the day included."""
    if not attribute:
        return None
    case = context.case
    is_list = context.vocabulary.attribute(attribute).shape == "list"
    said = (*case.items(attribute), *case.denials(attribute)) if is_list else case.about(attribute)
    facts = tuple(
        (fact.value, tuple(sorted(fact.fields.items())), fact.absent, fact.date, fact.certainty) for fact in said
    )
    # A settlement names a fact by its id: whose place among the facts is what two cases can have in common.
    places = {fact.id: at for at, fact in enumerate(case.about(attribute))}
    settled = tuple(places.get(one.fact, one.fact) for one in case.settled if one.attribute == attribute)
    return context.today, facts, case.is_complete(attribute) is not None, settled


def planes_of(truth: npt.NDArray[np.int8]) -> Words:
    """Return planes from signs: one row each of 1 (true), -1 (false) and 0 (unknown), one column a patient."""
    things, patients = truth.shape
    width = -(-patients // BITS) * 8
    packed = np.zeros((2 * things, width), dtype=np.uint8)
    for row, sign in ((0, 1), (1, -1)):
        bits = np.packbits(truth == sign, axis=1, bitorder="little")
        packed[row::2, : bits.shape[1]] = bits
    return packed.view("<u8").astype(np.uint64, copy=False)


def bits_of(row: Words, patients: int) -> npt.NDArray[np.bool_]:
    """Return one row of planes as a flag for each patient."""
    spread = np.unpackbits(np.ascontiguousarray(row).astype("<u8", copy=False).view(np.uint8), bitorder="little")
    return spread[:patients].astype(np.bool_)


def truths(planes: Words, thing: int, patients: int) -> npt.NDArray[np.int8]:
    """Return one thing's answers: 1 true, -1 false, 0 unknown."""
    return bits_of(planes[2 * thing], patients).astype(np.int8) - bits_of(planes[2 * thing + 1], patients).astype(
        np.int8
    )
