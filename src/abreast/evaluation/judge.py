"""Anyone's criteria against anyone's case, from files to a file. The format is described in docs/evaluation.md."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from abreast.case import Case, Fact
from abreast.evaluation.lines import judge_text, read_lines
from abreast.foundation.packed import write_whole
from abreast.rules import Context, rule_text
from abreast.rules.words import question_for
from abreast.trials.eligibility.model import Section
from abreast.trials.match import CriterionVerdict, Label


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line in: the words of a criterion and its section; ``id``, ``nct`` and ``cohort`` come back unchanged."""

    criterion: str
    section: Section
    id: str | int = ""
    nct: str = ""
    cohort: str = ""


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact that an answer rests on; ``source`` is where the case has it from."""

    fact: str
    source: str
    date: str = ""


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that would have to be known: the question in plain words, and the attribute it would fill in."""

    question: str
    attribute: str
    why: str


class Answered(msgspec.Struct, frozen=True):
    """One line out."""

    id: str | int
    nct: str
    cohort: str
    section: Section
    criterion: str
    label: Label
    because: tuple[Reason, ...]
    declared: tuple[str, ...]
    missing: tuple[Wanted, ...]
    not_read: tuple[str, ...]
    not_yet: str | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class JudgeReport:
    """How many criteria were judged, and with what result."""

    counts: Counter[Label] = field(default_factory=Counter)
    out: Path | None = None

    @property
    def total(self) -> int:
        """How many criteria there were."""
        return sum(self.counts.values())


def judge_file(
    case_file: Path,
    criteria_file: Path,
    out_file: Path,
    today: dt.date,
    progress: Callable[[int], None] | None = None,
) -> JudgeReport:
    """Judge every criterion of a JSON Lines file for one case; write one line of answer for each, in order.

    The output is there whole or not at all. ``progress`` is told how many were judged.

    Raises:
        InputError: naming file and line, when the case or a line of the criteria cannot be read.
    """
    from abreast.evaluation.cases import file_context

    context = file_context(case_file, today)
    counts: Counter[Label] = Counter()
    lines: list[bytes] = []
    for number, asked in enumerate(read_lines(criteria_file, Asked), start=1):
        answer = answer_for(asked, context)
        counts[answer.label] += 1
        lines.append(msgspec.json.encode(answer))
        if progress:
            progress(number)
    write_whole(out_file, b"".join(line + b"\n" for line in lines))
    return JudgeReport(counts, out_file)


def answer_for(asked: Asked, context: Context) -> Answered:
    """Return the answer to one criterion, with the reasons of the pieces that decide it."""
    judged = judge_text(asked.criterion, asked.section, context)
    deciding = [piece for piece in judged.pieces if piece.label == judged.label]
    days = [piece.not_yet for piece in deciding]
    clearing = [day for day in days if day is not None]
    return Answered(
        id=asked.id,
        nct=asked.nct,
        cohort=asked.cohort,
        section=asked.section,
        criterion=asked.criterion,
        label=judged.label,
        because=tuple(_reasons(deciding, context.case)),
        declared=tuple(dict.fromkeys(name for piece in deciding for name in piece.declared)),
        missing=tuple(_wanted(deciding, context)),
        not_read=tuple(words for piece in judged.pieces for words in piece.not_read),
        not_yet=max(clearing).isoformat() if clearing and len(clearing) == len(days) else None,
        rules=tuple(rule_text(piece.criterion.rule) for piece in judged.pieces),
    )


def _reasons(pieces: list[CriterionVerdict], case: Case) -> list[Reason]:
    ids = dict.fromkeys(fact for piece in pieces for fact in piece.because)
    return [_reason(case.fact(fact)) for fact in ids]


def _reason(fact: Fact) -> Reason:
    return Reason(fact.id, str(fact.source), str(fact.date or ""))


def _wanted(pieces: list[CriterionVerdict], context: Context) -> list[Wanted]:
    every = dict.fromkeys(missing for piece in pieces for missing in piece.missing)
    wanted = (Wanted(question_for(one, context.vocabulary), one.attribute, one.why) for one in every)
    return list(dict.fromkeys(wanted))
