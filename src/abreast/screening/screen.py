"""Screening from files to a file: every person against every study, with progress, resumable, in bounded memory."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from abreast.case import Case
from abreast.disease import derive
from abreast.foundation.errors import AbreastError, InputError, Place, Stopped
from abreast.foundation.packed import write_whole
from abreast.intake.files import read_file
from abreast.screening.columns import Columns
from abreast.screening.facts import facts_of
from abreast.screening.kernel import VERDICTS, Trials, compile_trials, criteria_table, screen_facts
from abreast.screening.people import PARTS, Chunk, chunks_of, read_lines, read_rows
from abreast.trials.match import load_matcher
from abreast.trials.match.compiled import reader_version
from abreast.trials.registry import open_registry
from abreast.vocabulary import load_vocabulary

PEOPLE_AT_ONCE = 1000
"""People in one chunk: what a stop can lose, and what bounds the memory."""

_FEW = 100
"""Up to so many people, starting a second process costs more than it saves."""


class Progress(msgspec.Struct, frozen=True):
    """How far a screening is; ``kept`` people had been screened by an earlier, stopped run."""

    done: int
    people: int
    kept: int
    problems: int


class Problem(msgspec.Struct, frozen=True):
    """A person whose record could not be read, and why."""

    person: str
    message: str


class _Part(msgspec.Struct, frozen=True):
    """What is noted of a chunk that is done."""

    people: int
    screened: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ScreenReport:
    """What a screening did: how many people, how many of them could be screened, against how many studies."""

    people: int
    screened: int
    studies: int
    kept: int
    problems: tuple[Problem, ...]
    out: Path
    criteria: Path


def screen(
    patients: Path,
    out: Path,
    today: dt.date,
    *,
    progress: Callable[[Progress], None] | None = None,
    resume: bool = True,
    workers: int = 2,
    registry: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
    at_once: int = PEOPLE_AT_ONCE,
) -> ScreenReport:
    """Screen everyone at ``patients`` against every study of the registry; write the verdicts to ``out``.

    ``out`` is a Parquet file of :data:`~abreast.screening.kernel.VERDICTS`; the words of the criteria that it counts
    go beside it, as ``NAME.criteria.parquet``. Until it is whole, what is done lies in ``NAME.parts``: a run
    that was stopped goes on there, if nothing that it depends on has changed. A record that cannot be read is
    a :class:`Problem` and stops nobody else's.

    Raises:
        InputError: when there is nobody to screen, or ``out`` cannot be written.
        Stopped: when ``stop`` said so; what is done is kept.
    """
    everyone = chunks_of(patients, at_once)
    with open_registry(registry) as opened:
        load_matcher(opened)  # compile once, before several processes would
        marks = "".join(study.digest for study in opened.studies())
    version = f"{reader_version(load_vocabulary())}\0{everyone.fingerprint}\0{today}\0{at_once}\0{marks}"
    folder = _parts_folder(out, version, resume)
    open_ = [chunk for chunk in everyone.chunks if not _note(folder, chunk.number).exists()]
    kept = everyone.people - sum(chunk.people for chunk in open_)
    done, problems = kept, 0
    for part in _run(open_, folder, today=today, registry=registry, workers=workers, stop=stop):
        done, problems = done + part.people, problems + len(part.problems)
        if progress:
            progress(Progress(done, everyone.people, kept, problems))
    trials = _trials(registry)
    criteria = out.with_name(f"{out.stem}.criteria.parquet")
    notes = [msgspec.json.decode(_note(folder, one.number).read_bytes(), type=_Part) for one in everyone.chunks]
    _join([folder / f"{chunk.number:06}.parquet" for chunk in everyone.chunks], out)
    pq.write_table(pa.Table.from_batches([criteria_table(trials)]), criteria)
    shutil.rmtree(folder)
    return ScreenReport(
        everyone.people,
        sum(note.screened for note in notes),
        len(trials.studies),
        kept,
        tuple(problem for note in notes for problem in note.problems),
        out,
        criteria,
    )


def _parts_folder(out: Path, version: str, resume: bool) -> Path:
    """Return the folder of parts, emptied when they were made from something else."""
    folder = out.with_name(f"{out.name}{PARTS}")
    mark = folder / "made_from"
    try:
        if folder.exists() and not (resume and mark.exists() and mark.read_text(encoding="utf-8") == version):
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(version, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", Place(str(out))) from None
    return folder


def _note(folder: Path, number: int) -> Path:
    return folder / f"{number:06}.json"


def _run(
    chunks: list[Chunk],
    folder: Path,
    *,
    today: dt.date,
    registry: Path | None,
    workers: int,
    stop: Callable[[], bool],
) -> Iterator[_Part]:
    """Do the chunks, in several processes when it is worth it; yield what is noted of each as it is done."""
    if workers < 2 or len(chunks) < 2 or sum(chunk.people for chunk in chunks) <= _FEW:
        for chunk in chunks:
            _ask(stop)
            yield screen_chunk(chunk, folder, today, registry)
        return
    waiting = list(reversed(chunks))
    running: set[Future[_Part]] = set()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        while waiting or running:
            while waiting and len(running) < 2 * workers and not stop():
                running.add(pool.submit(screen_chunk, waiting.pop(), folder, today, registry))
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
            if waiting and not running:
                _ask(stop)


def _ask(stop: Callable[[], bool]) -> None:
    if stop():
        raise Stopped("stopped; what is done is kept, and the same command goes on from there")


@lru_cache(maxsize=1)
def _trials(registry: Path | None) -> Trials:
    with open_registry(registry) as opened:
        return compile_trials(load_matcher(opened).studies)


def screen_chunk(chunk: Chunk, folder: Path, today: dt.date, registry: Path | None) -> _Part:
    """Screen one chunk and keep its part; the note that it is done is written last."""
    vocabulary = load_vocabulary()
    problems: list[Problem] = []
    screened: list[str] = []
    facts = facts_of(_derived(chunk, today, screened, problems))  # one by one: cases take far more memory than rows
    verdicts = screen_facts(facts, _trials(registry), vocabulary, today)
    part = folder / f"{chunk.number:06}.parquet"
    pq.write_table(pa.Table.from_batches([verdicts], schema=VERDICTS), part, compression="zstd")
    note = _Part(chunk.people, len(screened), tuple(problems))
    write_whole(_note(folder, chunk.number), msgspec.json.encode(note))
    return note


def _derived(chunk: Chunk, today: dt.date, screened: list[str], problems: list[Problem]) -> Iterator[tuple[str, Case]]:
    """Yield everybody of a chunk who can be screened, with what follows from the record."""
    for name, case in _cases(chunk, today, problems):
        if case.facts or case.complete:
            screened.append(name)
            yield name, derive(case, today)


def _cases(chunk: Chunk, today: dt.date, problems: list[Problem]) -> Iterator[tuple[str, Case]]:
    vocabulary = load_vocabulary()
    if not chunk.files and chunk.root.lower().endswith(".parquet"):
        columns = Columns(read_rows(chunk), vocabulary, today)
        for number, name in enumerate(columns.patients):
            try:
                yield name, columns.context(number).case
            except AbreastError as error:
                problems.append(Problem(name, str(error)))
        return
    for name, content in read_lines(chunk):
        try:
            intake = read_file(content, name, vocabulary)
            if not intake.facts and not intake.complete:
                problems.append(Problem(name, "nothing was found in it that could be used"))
            yield name, Case.of(vocabulary, intake.facts, intake.complete, intake.settled, intake.label)
        except AbreastError as error:
            problems.append(Problem(name, str(error)))


def _join(parts: list[Path], out: Path) -> None:
    """Write all parts to one file, which is there whole or not at all."""
    temporary = out.with_name(f".{out.name}.writing")
    with pq.ParquetWriter(temporary, VERDICTS, compression="zstd") as writer:
        for part in parts:
            writer.write_table(pq.read_table(part).cast(VERDICTS))
    temporary.replace(out)
