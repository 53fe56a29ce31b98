"""Criterion by criterion, against labels: `cases.json` (neutral facts) and `pairs.jsonl` (case x criterion)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from abreast.evaluation.lines import judge_text, read_lines, read_text
from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.rules import Context
from abreast.trials.eligibility.model import Section
from abreast.trials.match import CriterionVerdict, Label

LABELS: tuple[Label, ...] = ("fits", "against", "unknown", "team")


class Pair(msgspec.Struct, frozen=True):
    """One labelled pair, as the file has it."""

    pair_id: str
    case_id: str
    section: Section
    criterion: str
    label: Label
    nct: str = ""
    cohort: str = ""
    needs: tuple[Any, ...] = ()
    because: str = ""


class PairResult(msgspec.Struct, frozen=True):
    """A pair with the answer that was given."""

    pair: Pair
    answer: Label
    pieces: tuple[CriterionVerdict, ...]


@dataclass(frozen=True)
class CriteriaReport:
    """The answers to a labelled set, and the figures that follow from them.

    Shares are between 0 and 1; a share of nothing is 1. ``problems`` are parts of the cases that were not understood.
    """

    results: tuple[PairResult, ...]
    problems: tuple[str, ...] = ()

    @property
    def confusion(self) -> Counter[tuple[Label, Label]]:
        """How many pairs have this label and got this answer."""
        return Counter((one.pair.label, one.answer) for one in self.results)

    def _share(self, of: Iterable[PairResult], good: Iterable[Label] | None = None) -> float:
        listed = list(of)
        accepted = None if good is None else set(good)
        right = [
            one for one in listed if (one.pair.label == one.answer if accepted is None else one.pair.label in accepted)
        ]
        return len(right) / len(listed) if listed else 1.0

    def answered(self, *answers: Label) -> tuple[PairResult, ...]:
        """Return the pairs that got one of these answers."""
        return tuple(one for one in self.results if one.answer in answers)

    def labelled(self, *labels: Label) -> tuple[PairResult, ...]:
        """Return the pairs that carry one of these labels."""
        return tuple(one for one in self.results if one.pair.label in labels)

    @property
    def decided(self) -> float:
        """Share of all pairs that were answered fits or against."""
        return len(self.answered("fits", "against")) / len(self.results) if self.results else 1.0

    @property
    def decided_or_rightly_unknown(self) -> float:
        """Share of the pairs that are not the team's which were decided, or are unknown by their label too."""
        medical = self.labelled("fits", "against", "unknown")
        good = [
            one
            for one in medical
            if one.answer in ("fits", "against") or (one.answer == "unknown" and one.pair.label == "unknown")
        ]
        return len(good) / len(medical) if medical else 1.0

    @property
    def accuracy_decided(self) -> float:
        """Share of what was answered fits or against that carries that label."""
        return self._share(self.answered("fits", "against"))

    @property
    def right_medical(self) -> float:
        """Share of the pairs that are not the team's which got their labelled answer."""
        return self._share(self.labelled("fits", "against", "unknown"))

    @property
    def right(self) -> float:
        """Share of all pairs that got their labelled answer."""
        return self._share(self.results)

    @property
    def precision_fits(self) -> float:
        """Share of what was answered fits that is labelled fits, or is the team's."""
        return self._share(self.answered("fits"), ("fits", "team"))

    @property
    def precision_against(self) -> float:
        """Share of what was answered against that is labelled against."""
        return self._share(self.answered("against"), ("against",))

    @property
    def recall_against(self) -> float:
        """Share of what is labelled against that was found."""
        return self._share(self.labelled("against"))

    @property
    def team_found(self) -> float:
        """Share of what is labelled team that was answered team."""
        return self._share(self.labelled("team"))

    @property
    def medical_not_team(self) -> float:
        """Share of what is not labelled team that was not answered team."""
        medical = self.labelled("fits", "against", "unknown")
        return sum(one.answer != "team" for one in medical) / len(medical) if medical else 1.0

    @property
    def wrong_fits(self) -> tuple[PairResult, ...]:
        """What was answered fits and is labelled neither fits nor team."""
        return tuple(one for one in self.answered("fits") if one.pair.label in ("against", "unknown"))

    @property
    def wrong_against(self) -> tuple[PairResult, ...]:
        """What was answered against and is labelled otherwise."""
        return tuple(one for one in self.answered("against") if one.pair.label != "against")

    @property
    def missed_against(self) -> tuple[PairResult, ...]:
        """What is labelled against and was answered otherwise."""
        return tuple(one for one in self.labelled("against") if one.answer != "against")


def evaluate_criteria(folder: Path) -> CriteriaReport:
    """Answer every pair of ``folder/pairs.jsonl`` for its case in ``folder/cases.json``.

    Each text is read alone, as one criterion of its section, as it was labelled.

    Raises:
        InputError: naming file and place, when a file is missing or malformed, or a pair names an unknown case.
    """
    contexts, problems = read_cases(folder / "cases.json")
    results = []
    for pair in read_lines(folder / "pairs.jsonl", Pair):
        context = contexts.get(pair.case_id)
        if context is None:
            known = ", ".join(sorted(contexts))
            raise InputError(f"{pair.pair_id}: there is no case {pair.case_id!r} (only {known})", Place("pairs.jsonl"))
        judged = judge_text(pair.criterion, pair.section, context)
        results.append(PairResult(pair, judged.label, judged.pieces))
    return CriteriaReport(tuple(results), problems)


def read_cases(path: Path) -> tuple[dict[str, Context], tuple[str, ...]]:
    """Return every case of a file of neutral facts on its own day, with derived facts, and what was not understood.

    Raises:
        InputError: when the file cannot be read, or is no list of cases with an id.
    """
    from abreast.evaluation.cases import neutral_context

    try:
        raw = from_json(read_text(path))
    except DecodingError as error:
        raise InputError(f"not readable as JSON: {error}", Place(path.name)) from None
    if not isinstance(raw, list) or not all(isinstance(one, dict) and "id" in one for one in raw):
        raise InputError("expected a list of cases, each with an 'id'", Place(path.name))
    contexts: dict[str, Context] = {}
    problems: list[str] = []
    for one in raw:
        contexts[str(one["id"])], said = neutral_context(one, path.name)
        problems.extend(f"{one['id']}: {words}" for words in said)
    return contexts, tuple(problems)
