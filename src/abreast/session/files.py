"""From the files of one person to one case, with what reading them left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from itertools import count as numbers
from pathlib import Path

from abreast.case import Case, Fact, Settlement, Source
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext, ngettext
from abreast.foundation.language import gettext as _
from abreast.intake.files import read_file
from abreast.intake.model import Intake, joined
from abreast.plan import Reading
from abreast.plan.model import NotUnderstood
from abreast.session.keeping import read_text
from abreast.session.vault import Ask, Locked, is_locked
from abreast.vocabulary import Vocabulary, load_vocabulary

SAMPLE = "app_TrialMatching_Patient02.json"
"""The made-up person of the sample; see ``intake/samples`` and PROVENANCE.md."""


@dataclass(frozen=True)
class Loaded:
    """A case, and what reading its files left over.

    ``mentioned`` are things that a report speaks of, but not clearly of this person. They are no part of the case, and
    decide nothing, unless the person says that they are so.
    """

    case: Case
    reading: Reading
    mentioned: tuple[Fact, ...] = ()


def load_case(
    files: list[Path],
    *,
    sample: bool = False,
    patient: str = "",
    accept_read: bool = False,
    ask: Ask | None = None,
) -> Loaded:
    """Read the files of one person into one case.

    ``accept_read`` is the person's yes to what was read from reports in words; without it, it decides nothing. ``ask``
    is called for the passphrase of a locked case.

    Raises:
        InputError: when there is no file, or one cannot be read at all.
        Locked: when a case is locked and there is nobody to ask for its passphrase.
        WrongPassphrase: when the passphrase is another.
        DamagedVault: when a locked case is damaged.
    """
    vocabulary = load_vocabulary()
    if sample and files:
        raise InputError(_("--sample is a made-up person of its own; leave it out, or leave out the files"))
    if sample:
        return _together(vocabulary, [read_file(_sample(), SAMPLE, vocabulary)])
    read = [one for file in files for one in _read_all(file, vocabulary, patient, ask)]
    if not read:
        raise InputError(_("name at least one record or case file, or use --sample"))
    return _together(vocabulary, [_accepted(one) for one in read] if accept_read else read)


def load_uploads(uploads: Iterable[tuple[str, bytes]]) -> Loaded:
    """Read files of one person that are given as name and content; what cannot be read is told, and the rest is read.

    Raises:
        InputError: when there is none, or none can be read.
        Locked: when there is only one, and it is a locked case.
    """
    vocabulary = load_vocabulary()

    def read(name: str, content: bytes) -> Intake:
        if is_locked(content):
            said = _("This case is locked. Put the file into the folder of your cases, and open it from the list.")
            raise Locked(said, Place(name))
        return read_file(content, name, vocabulary)

    found = _readable(partial(read, name, content) for name, content in uploads)
    if not found:
        raise InputError(gettext("choose at least one file first"))
    return _together(vocabulary, found, tell_waiting=False)


def together(first: Loaded, more: Loaded) -> Loaded:
    """Return one case of two about the same person: nothing is lost, disagreements stand side by side."""
    taken = {fact.id for fact in first.case.facts}
    number = 2
    while any(f"{fact.id}/{number}" in taken for fact in more.case.facts):
        number += 1
    new = {fact.id: f"{fact.id}/{number}" for fact in more.case.facts if fact.id in taken}
    facts = (replace(fact, id=new.get(fact.id, fact.id), refines=new.get(fact.refines, fact.refines))
             for fact in more.case.facts)  # fmt: skip
    settled = (replace(one, fact=new.get(one.fact, one.fact)) for one in more.case.settled)
    chosen = {one.attribute for one in first.case.settled}
    case = Case.of(
        first.case.vocabulary,
        (*first.case.facts, *facts),
        (*first.case.complete, *more.case.complete),
        (*first.case.settled, *(one for one in settled if one.attribute not in chosen)),
        first.case.label or more.case.label,
    )
    reading = Reading(
        not_understood=(*first.reading.not_understood, *more.reading.not_understood),
        problems=tuple(dict.fromkeys((*first.reading.problems, *more.reading.problems, *_two_people(case)))),
    )
    return Loaded(case, reading, _numbered((*first.mentioned, *more.mentioned)))


def with_answers(loaded: Loaded, *, zip_code: str = "", label: str = "") -> Loaded:
    """Return the case with what was said on the command line."""
    case = loaded.case
    if zip_code:
        case = case.adding([Fact("zip", value=zip_code, source=Source("answer", place="--zip"))])
        case = case.settling(Settlement("zip", case.about("zip")[-1].id))
    return replace(loaded, case=replace(case, label=label or case.label))


def _sample() -> bytes:
    return resources.files("abreast.intake").joinpath("samples", SAMPLE).read_bytes()


def _read_all(file: Path, vocabulary: Vocabulary, patient: str, ask: Ask | None) -> list[Intake]:
    """Read a file, or every file of a folder; what cannot be read in a folder is told, and the rest is read.

    Raises:
        InputError: when nothing in the folder can be read, or the file cannot.
    """
    if not file.is_dir():
        return [_read(file, vocabulary, patient, ask)]
    files = sorted(one for one in file.iterdir() if one.is_file() and not one.name.startswith("."))
    found = _readable(partial(_read, one, vocabulary, patient, ask) for one in files)
    if not found:
        raise InputError(_("the folder holds no file"), Place(str(file)))
    return found


def _readable(reads: Iterable[Callable[[], Intake]]) -> list[Intake]:
    """Return what can be read, and after it the problems of what cannot; nothing when there is nothing to read.

    Raises:
        InputError: the first of them, when nothing can be read.
    """
    found: list[Intake] = []
    failed: list[InputError] = []
    for read in reads:
        try:
            found.append(read())
        except InputError as error:
            failed.append(error)
    if failed and not found:
        raise failed[0]
    return [*found, Intake(problems=tuple(map(str, failed)))] if failed else found


def _read(file: Path, vocabulary: Vocabulary, patient: str, ask: Ask | None) -> Intake:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise InputError(_("there is no such file"), Place(str(file))) from None
    except OSError as error:
        raise InputError(_("cannot be opened: %(why)s") % {"why": error.strerror}, Place(str(file))) from None
    if is_locked(content):
        content = read_text(file, content, ask).encode()
    return read_file(content, str(file), vocabulary, patient=patient)


def _two_people(case: Case) -> Iterator[str]:
    """Yield a warning when dates of birth disagree: a report of somebody else must not slip into a case unseen."""
    if any(one.attribute == "birth_date" for one in case.settled):
        return
    born = [fact.value for fact in case.about("birth_date") if isinstance(fact.value, PartialDate)]
    if born and max(one.earliest for one in born) > min(one.latest for one in born):
        yield _("The files give different dates of birth. Are they all about the same person?")


def _together(vocabulary: Vocabulary, read: list[Intake], *, tell_waiting: bool = True) -> Loaded:
    """Return one case of what was read; ``tell_waiting`` says how to say yes to what was read on the command line."""
    one = joined(read)
    case = Case.of(vocabulary, one.facts, one.complete, one.settled, one.label)
    reading = Reading(
        not_understood=tuple(
            NotUnderstood(place=f"{unused.place}", what=unused.type, why=unused.why) for unused in one.unused
        ),
        problems=(*one.problems, *_two_people(case), *(_waiting(one.facts) if tell_waiting else ())),
    )
    return Loaded(case, reading, _numbered(one.mentioned))


def _numbered(mentioned: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return what is only mentioned with ids by which an answer finds each again; an id once given stays."""
    facts = tuple(mentioned)
    first = max((int(one.id.rpartition(":")[2]) for one in facts if one.id), default=0) + 1
    new = (f"mentioned:{number}" for number in numbers(first))
    seen: set[str] = set()
    result = []
    for one in facts:
        result.append(replace(one, id=one.id if one.id and one.id not in seen else next(new)))
        seen.add(result[-1].id)
    return tuple(result)


def _accepted(one: Intake) -> Intake:
    from abreast.intake.report import accepted  # its patterns take time to make, and a plan of a record needs none

    return replace(one, facts=accepted(one.facts))


def _waiting(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield what waits for the person's yes, a sentence for each report."""
    waiting = Counter(fact.source.file for fact in facts if fact.certainty == "unconfirmed")
    for file, count in waiting.items():
        yield ngettext(
            "%(file)s: %(num)d fact was read from this report and waits for your yes; until then it decides nothing. "
            "Look at it with 'abreast read', then use --accept-read",
            "%(file)s: %(num)d facts were read from this report and wait for your yes; until then they decide nothing. "
            "Look at them with 'abreast read', then use --accept-read",
            count,
        ) % {"file": file, "num": count}


__all__ = ["SAMPLE", "Loaded", "load_case", "load_uploads", "together", "with_answers"]
