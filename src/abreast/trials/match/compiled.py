"""All studies of a registry, compiled once and kept, and one case against all of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import resources

import msgspec

from abreast.foundation.errors import Stopped
from abreast.foundation.language import current
from abreast.foundation.packed import kept_for_good
from abreast.rules import All, Answer, AnyOf, AtLeast, Context, Expression, Not
from abreast.rules.sheet import Sheet
from abreast.trials.eligibility import READER_VERSION, Criterion, compile_study
from abreast.trials.match.criterion import judge_answered, judge_criterion
from abreast.trials.match.near import Places
from abreast.trials.match.prepared import Prepared, prepare_read, text_criteria
from abreast.trials.match.trial import summed_up
from abreast.trials.match.verdict import CriterionVerdict, TrialVerdict
from abreast.trials.registry import Point, Recruitment, Registry, Study, recruitment
from abreast.vocabulary import Vocabulary, load_vocabulary

Progress = Callable[[int, int], None]
"""Told how many studies are done, and of how many."""

_AT_ONCE = 20
"""So many studies are kept in one transaction: what a stop can lose."""

_decoder = msgspec.msgpack.Decoder(tuple[Criterion, ...])


def reader_version(vocabulary: Vocabulary) -> str:
    """Return a name for how texts are read now; it changes with the reader, its patterns, and the vocabulary."""
    digest = hashlib.blake2b(f"{READER_VERSION}\0{vocabulary.version}".encode(), digest_size=12)
    folder = resources.files("abreast.trials.eligibility")
    queue = [folder]
    parts: list[tuple[str, bytes]] = []
    while queue:
        for entry in queue.pop().iterdir():
            if entry.is_dir():
                queue.append(entry)
            elif entry.name.endswith((".py", ".yaml", ".lark")):
                parts.append((entry.name, entry.read_bytes()))
    here = resources.files("abreast.trials.match")
    parts += [(part, here.joinpath(part).read_bytes()) for part in ("parts.py", "prepared.py", "data/specificity.yaml")]
    for name, content in sorted(parts):
        digest.update(f"{name}\0".encode() + content)
    return digest.hexdigest()


def compile_registry(
    registry: Registry, progress: Progress | None = None, stop: Callable[[], bool] = lambda: False
) -> int:
    """Compile the criteria of every study that was not compiled by this reader yet; return how many there were.

    Can be stopped between studies and goes on where it stopped: what was compiled is kept.

    Raises:
        Stopped: when ``stop`` said so.
    """
    version = reader_version(load_vocabulary())
    kept = registry.compiled_numbers(version)
    new = [study for study in registry.studies() if study.nct not in kept]
    _compile(registry, new, progress, stop)
    return len(new)


def _compile(
    registry: Registry,
    studies: Sequence[Study],
    progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    version = reader_version(load_vocabulary())
    batch: list[tuple[Study, bytes]] = []
    for number, study in enumerate(studies, start=1):
        if stop():
            registry.store_compiled(version, batch)
            raise Stopped(f"stopped after {number - 1} of {len(studies)} studies; what was read is kept")
        batch.append((study, msgspec.msgpack.encode(_read(study))))
        if len(batch) == _AT_ONCE or number == len(studies):
            registry.store_compiled(version, batch)
            batch = []
            if progress:
                progress(number, len(studies))


def _read(study: Study) -> tuple[Criterion, ...]:
    """Return a study's criteria, without which entry read which words: a match asks only whether anything was read."""
    criteria = text_criteria(study, compile_study(study.nct, study.criteria))
    return tuple([msgspec.structs.replace(one, reads=one.reads[:1]) for one in criteria])


def load_matcher(registry: Registry, progress: Progress | None = None) -> Matcher:
    """Return every study of the registry ready for matching; what is not compiled yet is compiled first."""
    with kept_for_good():
        studies = registry.studies()
    version = reader_version(load_vocabulary())
    kept = registry.compiled_numbers(version)
    _compile(registry, [study for study in studies if study.nct not in kept], progress)

    def criteria(study: Study) -> tuple[Criterion, ...]:
        stored = registry.compiled(study.nct, version)
        return _decoder.decode(stored) if stored is not None else _read(study)  # the record has changed meanwhile

    with kept_for_good():
        return Matcher((study, criteria(study)) for study in studies)


class Matcher:
    """Many studies, ready to be held against one case after another.

    Equal expressions are made one object and laid out on one sheet, so that a case is asked everything only once, and
    only what it says something about.
    """

    def __init__(self, studies: Iterable[tuple[Study, tuple[Criterion, ...]]]) -> None:
        """Prepare studies, each with the criteria of its text (:func:`text_criteria`)."""
        shared: dict[Expression, Expression] = {}
        self.studies: tuple[Prepared, ...] = tuple(
            prepare_read(study, _with_shared_rules(criteria, shared)) for study, criteria in studies
        )
        self._sites = Places(prepared.study for prepared in self.studies)
        self._sheet = Sheet((one.rule for prepared in self.studies for one in prepared.criteria), load_vocabulary())
        self._rows = [
            [(self._sheet.place(one.rule), one, each.source(at)) for at, one in enumerate(each.criteria)]
            for each in self.studies
        ]
        self._silent: list[list[CriterionVerdict | None]] = [[None] * len(each.criteria) for each in self.studies]
        self._recruitment: tuple[object, tuple[Recruitment, ...]] = (None, ())

    def judge(self, context: Context, origin: Point | None = None) -> tuple[TrialVerdict, ...]:
        """Return how every study stands for the case, in the order of the studies, with all explanations."""
        miles = self._miles(origin, context.today)
        answers = self._sheet.fill(context)
        return tuple(
            [
                summed_up(prepared, self._verdicts(at, answers, context), context, state, far)
                for at, (prepared, state, far) in enumerate(
                    zip(self.studies, self._states(context.today), miles, strict=True)
                )
            ]
        )

    def _miles(self, origin: Point | None, today: dt.date) -> list[float | None]:
        if origin is None:
            return [None] * len(self.studies)
        return [None if math.isnan(far) else far for far in self._sites.miles(origin, today).tolist()]

    def _verdicts(self, number: int, answers: list[Answer | None], context: Context) -> list[CriterionVerdict]:
        """Return the verdicts on the criteria of a study.

        Those of whose matter the case says nothing are the same for every such case, so each is worked out once.
        """
        silent = self._silent[number]
        found: list[CriterionVerdict] = []
        for at, (place, criterion, source) in enumerate(self._rows[number]):
            answer = answers[place]
            verdict = silent[at] if answer is None else judge_answered(criterion, answer, context, source)
            if verdict is None:
                verdict = silent[at] = judge_criterion(criterion, self._sheet.nobody, source)
            found.append(verdict)
        return found

    def _states(self, today: dt.date) -> tuple[Recruitment, ...]:
        """Return whether each study takes people, which hangs on the day and is said in the language of now."""
        key = (today, current())
        known, states = self._recruitment
        if known != key:
            states = tuple([recruitment(prepared.study, today) for prepared in self.studies])
            self._recruitment = (key, states)
        return states


def _with_shared_rules(criteria: Iterable[Criterion], shared: dict[Expression, Expression]) -> tuple[Criterion, ...]:
    return tuple(
        [msgspec.structs.replace(one, rule=share(one.rule, shared), family=sys.intern(one.family)) for one in criteria]
    )


def share(rule: Expression, shared: dict[Expression, Expression]) -> Expression:
    """Return the one object that stands for all expressions equal to this one, parts included."""
    known = shared.get(rule)
    if known is not None:
        return known
    made: Expression
    match rule:
        case Not(part):
            made = Not(share(part, shared))
        case All(parts):
            made = All(tuple(share(part, shared) for part in parts))
        case AnyOf(parts):
            made = AnyOf(tuple(share(part, shared) for part in parts))
        case AtLeast(number, parts):
            made = AtLeast(number, tuple(share(part, shared) for part in parts))
        case _:
            made = rule
    shared[made] = made
    return made
