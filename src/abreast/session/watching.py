"""What is new for a saved case since the last time: trials that opened, closed, came nearer, or changed what they ask.

Beside the case, in ``NAME.watched``, stands how each trial stood the last time. It is readable by its owner only, as
the case is, and goes away with it. A locked case is not watched: whatever stood beside it in clear would tell of it.

Whether something is news is decided by comparing two verdicts; what made the difference is told apart: the trial's
record, the person's own record, the days that went by, or a newer abreast that reads better.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from abreast import __version__
from abreast.foundation.decoding import from_json
from abreast.foundation.errors import AbreastError, DecodingError
from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext, say_day, say_list
from abreast.foundation.packed import write_whole
from abreast.plan import prepare
from abreast.plan.assemble import origin
from abreast.session.files import load_case
from abreast.session.keeping import NOTES, WATCHED
from abreast.session.planning import Bench
from abreast.session.vault import Locked
from abreast.trials.eligibility import Criterion, compile_study
from abreast.trials.match import CriterionVerdict, TrialVerdict
from abreast.trials.match.compiled import reader_version
from abreast.trials.registry import Registry, Study
from abreast.vocabulary import load_vocabulary

Kind = Literal["opened", "closed", "nearer", "further", "criteria"]
Cause = Literal["trial", "record", "time", "abreast"]
Status = Literal["watched", "first", "locked", "unreadable"]

_KINDS: tuple[Kind, ...] = ("opened", "nearer", "criteria", "further", "closed")
"""In the order in which they are told."""

_CASE = re.compile(r"[^.][^/]*\.(yaml|yml|json)")
_OWN = re.compile(rb'\s*\{\s*"(?:schema|made)"\s*:')
"""How JSON begins that abreast writes of a case: a plan, what changed, what is new. No case and no record does."""

_HEAD = 256
_OPEN = ("open", "opening_soon")
_BEST = {"against": 0, "not_yet": 1, "nothing_against": 2}
_VERSION = 1
_KEPT = 60
_QUOTED = 3
_LETTERS = 160


class News(msgspec.Struct, frozen=True):
    """One thing that is new about one trial, for one case.

    Attributes:
        kind: ``opened`` (takes people now, or soon, and nothing certain stands against it), ``nearer`` and ``further``
            (how it fits changed), ``criteria`` (what it asks changed), ``closed``.
        nct, title, url: which trial.
        words: what happened, in a sentence.
        why: what made the difference, each a sentence.
        cause: whose change it was.
        day: the day on which it was noticed.
    """

    kind: Kind
    nct: str
    title: str
    url: str
    words: str
    why: tuple[str, ...]
    cause: Cause
    day: str


class Told(msgspec.Struct, frozen=True):
    """What is new for one case.

    Attributes:
        case: the name of its file.
        status: ``first`` when there was nothing to compare with; ``locked`` and ``unreadable`` when nothing was done.
        since: the day of the comparison before this one.
        news: what is new, the most useful first.
        may_fit: how many open trials have nothing certain against them now.
        problem: why it could not be read.
    """

    case: str
    status: Status
    since: str = ""
    news: tuple[News, ...] = ()
    may_fit: int = 0
    problem: str = ""


class _Stood(msgspec.Struct, frozen=True, array_like=True):
    """How a trial stood: its record's digest, whether it took people, its verdict, and its criteria with their labels.

    A criterion is eight letters of the digest of its words and the first of its label: ``3f9a0c1bf``.
    """

    digest: str
    state: str
    standing: str
    open_points: int
    criteria: tuple[str, ...] = ()


class _State(msgspec.Struct, frozen=True):
    """What is kept beside a case."""

    version: int
    made: str
    case: str
    reader: str
    stood: dict[str, _Stood]
    news: tuple[News, ...] = ()
    since: str = ""


# --- what surfaces call ---


def cases_in(folder: Path) -> tuple[Path, ...]:
    """Return the case files of a folder, by name; what abreast itself wrote of a case, such as a plan, is none."""
    if not folder.is_dir():
        return ()
    found = (one for one in folder.iterdir() if _CASE.fullmatch(one.name) and one.is_file())
    return tuple(sorted(one for one in found if not (one.name.endswith(NOTES) or _is_own(one))))


def _is_own(file: Path) -> bool:
    """Return whether the content says that abreast wrote it of a case; what cannot be opened is told later."""
    try:
        with file.open("rb") as open_file:
            return bool(_OWN.match(open_file.read(_HEAD)))
    except OSError:
        return False


def watch(case: Path, bench: Bench, registry: Registry, today: dt.date) -> Told:
    """Compare how the trials stand for a case with how they stood the last time, and keep how they stand now.

    A case that is locked or cannot be read is told as such; nothing is kept of it.

    Raises:
        OSError: when nothing can be written beside the case.
    """
    try:
        loaded = load_case([case])
        content = case.read_bytes()
    except Locked:
        return Told(case.name, "locked")
    except (AbreastError, OSError) as error:
        return Told(case.name, "unreadable", problem=str(error))
    view = prepare(loaded.case, bench.knowledge, today)
    verdicts = [one for one in bench.matcher.judge(view.context, origin(view.case)) if one.about != "other"]
    studies = {prepared.study.nct: prepared.study for prepared in bench.matcher.studies}
    before = _read(case)
    stood = {one.nct: _stands(one, studies[one.nct]) for one in verdicts}
    now = _State(_VERSION, str(today), _digest(content), reader_version(load_vocabulary()) + __version__, stood)
    may_fit = sum(1 for one in stood.values() if one.state in _OPEN and one.standing == "nothing_against")
    if before is None:
        _write(case, now)
        return Told(case.name, "first", may_fit=may_fit)
    found = _Comparison(before, now, registry, today).news(verdicts, studies)
    unseen = _merged(before.news, found)
    _write(case, msgspec.structs.replace(now, news=unseen, since=before.since or before.made))
    return Told(case.name, "watched", before.made, found, may_fit)


def news(case: Path) -> Told | None:
    """Return what was found new for a case and not yet seen; `None` when it was never watched.

    For the app's start page; reads one small file beside the case, and never the case itself.
    """
    state = _read(case)
    if state is None:
        return None
    may_fit = sum(1 for one in state.stood.values() if one.state in _OPEN and one.standing == "nothing_against")
    return Told(case.name, "watched", state.since or state.made, state.news, may_fit)


def seen(case: Path) -> None:
    """Keep that the person has seen the news of a case; the next ones count from here."""
    state = _read(case)
    if state is not None and state.news:
        _write(case, msgspec.structs.replace(state, news=(), since=""))


# --- comparing ---


class _Comparison:
    """Two moments of one case."""

    def __init__(self, before: _State, now: _State, registry: Registry, today: dt.date) -> None:
        self.before = before
        self.now = now
        self.registry = registry
        self.today = today

    def news(self, verdicts: Sequence[TrialVerdict], studies: dict[str, Study]) -> tuple[News, ...]:
        found = [
            (one, verdict) for verdict in verdicts if (one := self._about(verdict, studies[verdict.nct])) is not None
        ]
        found.sort(key=lambda pair: (_KINDS.index(pair[0].kind), -pair[1].specificity, pair[1].best.open_points))
        return tuple(one for one, _verdict in found)

    def _about(self, verdict: TrialVerdict, study: Study) -> News | None:
        was, is_ = self.before.stood.get(verdict.nct), self.now.stood[verdict.nct]
        was_open, is_open = was is not None and was.state in _OPEN, is_.state in _OPEN
        if not is_open:
            if was is None or not was_open or was.standing == "against":
                return None
            return self._made(
                "closed", verdict, was, _("It takes no new people any more."), [verdict.recruitment.because]
            )
        if was is None or not was_open or (was.state, is_.state) == ("opening_soon", "open"):
            return self._opened(verdict, was, is_)
        if was == is_:
            return None
        if _BEST[is_.standing] != _BEST[was.standing]:
            return self._moved(verdict, study, was, is_)
        if is_.standing != "against" and self._asks_otherwise(study, was, is_):
            words = _("It changed what it asks for. How it stands now: %(label)s.") % {"label": verdict.label}
            return self._made("criteria", verdict, was, words, self._differences(verdict, study, was))
        if is_.standing == "nothing_against" and is_.open_points < was.open_points:
            fewer = was.open_points - is_.open_points
            words = ngettext(
                "%(count)d thing less is open about it. How it stands now: %(label)s.",
                "%(count)d things less are open about it. How it stands now: %(label)s.",
                fewer,
            ) % {"count": fewer, "label": verdict.label}
            return self._made("nearer", verdict, was, words, self._settled(verdict, was))
        return None

    def _opened(self, verdict: TrialVerdict, was: _Stood | None, is_: _Stood) -> News | None:
        if is_.standing == "against":
            return None
        if is_.state == "open":
            words = _("It takes people now. How it stands for this case: %(label)s.")
        else:
            words = _("It will take people. How it stands for this case: %(label)s.")
        why = [verdict.recruitment.because, verdict.recruitment.caution]
        if verdict.asks_for:
            why.append(_("It asks for what the record has: %(what)s.") % {"what": say_list(verdict.asks_for)})
        if was is None:
            why.append(_("It is new in the registry on this computer."))
        return self._made("opened", verdict, was, words % {"label": verdict.label}, why)

    def _moved(self, verdict: TrialVerdict, study: Study, was: _Stood, is_: _Stood) -> News:
        if _BEST[is_.standing] > _BEST[was.standing]:
            words = _("It came nearer. How it stands now: %(label)s.")
            kind: Kind = "nearer"
        else:
            words = _("Something now stands against it: %(label)s.")
            kind = "further"
        why = [*self._settled(verdict, was), *(self._dropped(study, was) if was.digest != is_.digest else ())]
        return self._made(kind, verdict, was, words % {"label": verdict.label}, why)

    def _made(self, kind: Kind, verdict: TrialVerdict, was: _Stood | None, words: str, why: Iterable[str]) -> News:
        cause = self._cause(verdict.nct, was)
        told = [one for one in why if one]
        if kind in ("nearer", "further") and cause != "trial":
            told.insert(0, _because(cause))
        url = f"https://clinicaltrials.gov/study/{verdict.nct}"
        return News(kind, verdict.nct, verdict.title, url, words, tuple(told), cause, str(self.today))

    def _cause(self, nct: str, was: _Stood | None) -> Cause:
        if was is None or was.digest != self.now.stood[nct].digest:
            return "trial"
        if self.before.case != self.now.case:
            return "record"
        return "time" if self.before.reader == self.now.reader else "abreast"

    def _settled(self, verdict: TrialVerdict, was: _Stood) -> list[str]:
        """Return which criteria stand otherwise than before, quoted."""
        before = {one[:-1]: one[-1] for one in was.criteria}
        told: list[tuple[bool, str]] = []
        for one in _criteria(verdict):
            label = before.get(_hash(one.criterion), one.label[0])
            if label != one.label[0]:
                told.append(("a" not in (label, one.label[0]), f"{_quoted(one.criterion.text)}: {_says(one)}"))
        told.sort(key=lambda pair: pair[0])  # what stood or stands against it first
        return [words for _last, words in told][:_QUOTED] or self._new(verdict, was)

    def _new(self, verdict: TrialVerdict, was: _Stood) -> list[str]:
        known = set(_hashes(was.criteria))
        fresh = (one for one in _criteria(verdict) if _hash(one.criterion) not in known)
        return [
            _("New: %(text)s: %(says)s") % {"text": _quoted(one.criterion.text), "says": _says(one)}
            for one in sorted(fresh, key=lambda one: one.label != "against")
        ][:_QUOTED]

    def _asks_otherwise(self, study: Study, was: _Stood, is_: _Stood) -> bool:
        """Whether the trial's words changed, and not only how abreast divides them."""
        if was.digest == is_.digest or set(_hashes(was.criteria)) == set(_hashes(is_.criteria)):
            return False
        return self.before.reader == self.now.reader or self._former(study) is not None

    def _former(self, study: Study) -> str | None:
        """Return the criteria as they were the last time, if an update since then changed them."""
        since = self.registry.history(study.nct, self.before.made)
        return next((one.criteria for one in since if one.criteria is not None), None)

    def _differences(self, verdict: TrialVerdict, study: Study, was: _Stood) -> list[str]:
        """Return what its criteria say now and did not before, and what they no longer say."""
        return [*self._new(verdict, was), *self._dropped(study, was)]

    def _dropped(self, study: Study, was: _Stood) -> list[str]:
        former = self._former(study)
        if former is None:
            return []
        now = {_plain(one.text) for one in compile_study(study.nct, study.criteria).criteria}
        gone = [one for one in compile_study(study.nct, former).criteria if _plain(one.text) not in now]
        against = {one[:-1] for one in was.criteria if one.endswith("a")}
        gone.sort(key=lambda one: _hash(one) not in against)
        return [_("No longer asked: %(text)s") % {"text": _quoted(one.text)} for one in gone][:_QUOTED]


def _because(cause: Cause) -> str:
    if cause == "record":
        return _("The record of this case changed.")
    if cause == "time":
        return _("Time has passed; nothing else changed.")
    return _("This version of abreast reads its criteria otherwise than the one before.")


def _says(one: CriterionVerdict) -> str:
    return {
        "fits": _("nothing stands against it"),
        "against": _("it stands against it"),
        "unknown": _("not known yet"),
        "team": _("for the trial team"),
    }[one.label]


def _merged(before: Iterable[News], found: Iterable[News]) -> tuple[News, ...]:
    """Return what is unseen: the latest about each trial, the newest first."""
    latest: dict[str, News] = {}
    for one in (*found, *before):
        latest.setdefault(one.nct, one)
    return tuple(latest.values())[:_KEPT]


# --- in words, for a terminal or a mail ---


def say_told(told: Told) -> Iterator[str]:
    """Yield what is new for one case, line by line."""
    if told.status == "locked":
        yield _("%(case)s: locked with a passphrase, so it is not watched. Open it in the app to see its plan.") % {
            "case": told.case
        }
        return
    if told.status == "unreadable":
        yield _("%(case)s: could not be read. %(why)s") % {"case": told.case, "why": told.problem}
        return
    fitting = ngettext(
        "%(count)d open trial has nothing certain against it.",
        "%(count)d open trials have nothing certain against them.",
        told.may_fit,
    ) % {"count": told.may_fit}
    if told.status == "first":
        yield _("%(case)s: looked at for the first time. From now on, changes are told.") % {"case": told.case}
        yield f"  {fitting}"
        return
    since = say_day(dt.date.fromisoformat(told.since))
    if not told.news:
        yield _("%(case)s: nothing new since %(day)s.") % {"case": told.case, "day": since}
        yield f"  {fitting}"
        return
    yield _("%(case)s: new since %(day)s") % {"case": told.case, "day": since}
    for one in told.news:
        yield f"  [{say_kind(one.kind)}] {one.nct}: {one.title}"
        yield f"      {one.words}"
        yield from (f"      - {why}" for why in one.why)
        yield f"      {one.url}"
    yield f"  {fitting}"


def say_kind(kind: Kind) -> str:
    """Return what a piece of news is, in a word or two."""
    return {
        "opened": _("opened"),
        "nearer": _("came nearer"),
        "criteria": _("asks for other things"),
        "further": _("stands against"),
        "closed": _("closed"),
    }[kind]


# --- the file beside the case ---


def _stands(verdict: TrialVerdict, study: Study) -> _Stood:
    open_ = verdict.recruitment.state in _OPEN
    criteria = tuple(_hash(one.criterion) + one.label[0] for one in _criteria(verdict)) if open_ else ()
    return _Stood(study.digest, verdict.recruitment.state, verdict.standing, verdict.best.open_points, criteria)


def _criteria(verdict: TrialVerdict) -> Iterator[CriterionVerdict]:
    """Yield the criteria of all parts of a study, each once."""
    yield from {_hash(one.criterion): one for cohort in verdict.cohorts for one in cohort.criteria}.values()


def _hash(one: Criterion) -> str:
    return _digest(f"{one.section}\0{_plain(one.text)}".encode())[:8]


def _hashes(criteria: Iterable[str]) -> Iterator[str]:
    return (one[:-1] for one in criteria)


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > _LETTERS:
        words = words[: _LETTERS - 1].rsplit(" ", 1)[0] + " …"
    return f"“{words}”"


def _read(case: Path) -> _State | None:
    """Return how things stood; what cannot be read is as good as nothing: the next look is the first one."""
    try:
        state = from_json(case.with_name(case.name + WATCHED).read_bytes(), _State)
    except (OSError, DecodingError):
        return None
    return state if state.version == _VERSION else None


def _write(case: Path, state: _State) -> None:
    write_whole(case.with_name(case.name + WATCHED), msgspec.json.encode(state), mode=0o600)


__all__ = ["Kind", "News", "Told", "cases_in", "news", "say_kind", "say_told", "seen", "watch"]
