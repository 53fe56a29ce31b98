"""What a way in hands on: facts, what is declared complete, and what was not used and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from abreast.case import Declaration, Fact, Settlement


@dataclass(frozen=True, slots=True)
class Unused:
    """One thing in an input that became no fact.

    ``place`` is the resource and path ("Observation/abc, valueQuantity"), ``type`` the kind of resource or field,
    ``why`` a reason that a person can follow.
    """

    place: str
    type: str
    why: str

    def __str__(self) -> str:
        """Return the place and the reason in one line."""
        return f"{self.place}: {self.why}"


@dataclass(frozen=True, slots=True)
class Intake:
    """What was read from one input.

    ``facts`` keep contradictions side by side; ``complete`` are lists that the input itself declares complete;
    ``unused`` lists everything that became no fact; ``problems`` are sentences that a person should see before they
    trust the result (an unusual encoding, a value that cannot be right); ``patient_count`` is the number of people in
    the input; ``settled`` and ``label`` are those of a case file. ``mentioned`` are things that a report speaks of, but
    not clearly of this person: no facts of a case, unless the person says that they are.
    """

    facts: tuple[Fact, ...] = ()
    complete: tuple[Declaration, ...] = ()
    unused: tuple[Unused, ...] = ()
    problems: tuple[str, ...] = ()
    patient_count: int = 0
    settled: tuple[Settlement, ...] = ()
    label: str = ""
    mentioned: tuple[Fact, ...] = ()


def joined(read: Sequence[Intake]) -> Intake:
    """Return what several inputs about one person say, in order: nothing is lost, and no two facts share an id."""
    return Intake(
        facts=tuple(
            replace(fact, id=f"{fact.id}/{number + 1}") if fact.id and number else fact
            for number, one in enumerate(read)
            for fact in one.facts
        ),
        complete=tuple(declaration for one in read for declaration in one.complete),
        unused=tuple(unused for one in read for unused in one.unused),
        problems=tuple(problem for one in read for problem in one.problems),
        patient_count=max((one.patient_count for one in read), default=0),
        settled=tuple(settlement for one in read for settlement in one.settled),
        label=next((one.label for one in read if one.label), ""),
        mentioned=tuple(fact for one in read for fact in one.mentioned),
    )
