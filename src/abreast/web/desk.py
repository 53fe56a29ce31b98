"""The case that is open now: answers go in and are on the disk before the next page; the plan comes out."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar, cast

import msgspec

from abreast.case import Case, Settlement, Source
from abreast.foundation.errors import InputError
from abreast.foundation.language import current, gettext
from abreast.intake.report.facts import looked_through
from abreast.plan import Plan, PlanDifference, Reading, difference
from abreast.session import Bench, Loaded, load_uploads
from abreast.session.files import together
from abreast.session.keeping import PLANS_KEPT, Kept, minute, snapshot, tidy, unlock_case
from abreast.session.vault import Key, check_new, new_key, one_line
from abreast.vocabulary import Vocabulary, load_vocabulary
from abreast.vocabulary.spoken import speaking
from abreast.web import interview, questions
from abreast.web.interview import Next
from abreast.web.questions import Answers, NotAnAnswer, Question
from abreast.web.store import Asked, Deleted, Notes, Questions, Saved, Store


@dataclass(frozen=True)
class Earlier:
    """The plan that was shown last before this sitting: when (ISO, to the minute), and what of it is compared."""

    shown: str
    plan: Plan


@dataclass(frozen=True)
class Open:
    """The open case: its file's name, what it holds, and what is kept beside it.

    ``kept`` is what the disk holds. ``key`` is that of a locked case, ``shown_as`` the name that it shows while it is
    locked. ``sitting`` says that the last plan of ``kept.seen`` was shown in this sitting.
    """

    name: str
    loaded: Loaded
    kept: Kept
    key: Key | None = None
    shown_as: str = ""
    earlier: Earlier | None = None
    sitting: bool = False

    @property
    def notes(self) -> Notes:
        """What is kept beside the case file."""
        return self.kept.notes

    def noting(self, notes: Notes) -> Open:
        """Return this with other notes."""
        return replace(self, kept=replace(self.kept, notes=notes))

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.loaded.case


class NothingOpen(InputError):  # noqa: N818 - read as a sentence where it is raised
    """No case is open; the start page opens one."""


Method = TypeVar("Method", bound=Callable[..., Any])


def _alone(method: Method) -> Method:
    """Let one request at a time touch the desk."""

    @wraps(method)
    def guarded(self: Desk, *arguments: Any, **named: Any) -> Any:
        with self._lock:
            return method(self, *arguments, **named)

    return cast("Method", guarded)


class Desk:
    """Holds the open case. Every change is written before the method returns."""

    def __init__(self, store: Store, bench: Callable[[], Bench], today: Callable[[], dt.date] = dt.date.today) -> None:
        """Use a folder of cases; ``bench`` is called when the first plan is needed."""
        self.store = store
        self._make_bench = bench
        self._bench: Bench | None = None
        self.today = today
        self._open: Open | None = None
        self._plan: tuple[Loaded, Bench, dt.date, str, Plan] | None = None
        self._on_disk: Kept | None = None
        self._stamp: tuple[int, ...] = ()
        self._when_closed: list[Callable[[], None]] = []
        self._shown: Plan | None = None
        self._counted: dict[str, tuple[object, int | None]] = {}
        self.language = ""
        """The language the app was opened in; empty when the browser decides."""
        self._lock = threading.RLock()
        self._bench_lock = threading.Lock()

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of all cases, in the words of the language of now."""
        return speaking(load_vocabulary())

    def now(self) -> dt.datetime:
        """Return the moment: the time of the clock on the day of the desk."""
        return dt.datetime.combine(self.today(), dt.datetime.now().time())

    # --- opening and closing ---------------------------------------------------------------------------------

    @property
    def open(self) -> Open | None:
        """The open case, or ``None``."""
        return self._open

    def opened(self) -> Open:
        """Return the open case.

        Raises:
            NothingOpen: when there is none.
        """
        if self._open is None:
            raise NothingOpen("no case is open")
        return self._open

    @_alone
    def begin(self) -> None:
        """Open a new, empty case."""
        self.close()
        notes = Notes(opened=minute(self.now()))
        self._keep(Open(self.store.new_name(self.today()), _empty(load_vocabulary()), Kept("", notes)))

    @_alone
    def begin_interview(self) -> None:
        """Open a new case that says what beginning the interview says: that it is about breast cancer."""
        self.begin()
        begun = questions.interview().begun_with
        self.answer(questions.of_attribute(begun.attribute, self.vocabulary), {"answer": [begun.value]})

    @_alone
    def open_saved(self, name: str, passphrase: str | None = None) -> None:
        """Open a case of the folder; a locked one needs its passphrase.

        Raises:
            Locked: when it is locked and no passphrase is given.
            WrongPassphrase: when it is locked with another.
            InputError: when there is no such case, or its file is damaged.
        """
        key, shown_as = None, ""
        if passphrase is not None and self.store.is_locked(name):
            key, shown_as = self.store.key(name, passphrase), self.store.shown_as(name)
        loaded, kept = self.store.read(name, load_vocabulary(), key)
        self.close()
        self._on_disk = kept
        opened = msgspec.structs.replace(kept.notes, opened=minute(self.now()))
        now = Open(name, loaded, kept, key, shown_as, _earlier(kept)).noting(opened)
        try:
            self._keep(now)
        except OSError:  # a folder that can only be read can still be looked at
            self._open = now

    @_alone
    def close(self) -> None:
        """Close the case; it stays in the folder. The key of a locked one is forgotten."""
        self._open = None
        self._plan = None
        self._shown = None
        self._on_disk = None
        for forget in self._when_closed:
            forget()

    def when_closed(self, forget: Callable[[], None]) -> None:
        """Call this whenever a case is closed: whoever holds something of a case in memory lets go of it then."""
        self._when_closed.append(forget)

    @_alone
    def delete(self, name: str) -> Deleted:
        """Delete a case of the folder with everything of it, and close it when it is the open one.

        Raises:
            InputError: when there is no such case.
        """
        deleted = self.store.delete(name)
        if self._open and self._open.name == name:
            self.close()
        self._counted.pop(name, None)
        return deleted

    @_alone
    def delete_all(self) -> Deleted:
        """Delete every case of the folder with everything of it."""
        self.close()
        self._counted.clear()
        return self.store.delete_all()

    @_alone
    def rename(self, label: str) -> None:
        """Give the open case another name; that of its file stays."""
        now = self.opened()
        case = replace(now.case, label=one_line(label))
        self._keep(replace(now, loaded=replace(now.loaded, case=case)))

    # --- the passphrase --------------------------------------------------------------------------------------

    @_alone
    def lock(self, passphrase: str, again: str, shown_as: str) -> None:
        """Lock the open case, which is in clear; it stays open.

        Raises:
            InputError: when the passphrase is not one that is taken.
        """
        now = self.opened()
        check_new(passphrase, again)
        self._keep(replace(now, key=new_key(passphrase), shown_as=one_line(shown_as)))
        tidy(self.store.path(now.name), older=0)

    @_alone
    def relock(self, current: str, passphrase: str, again: str, shown_as: str) -> None:
        """Change the passphrase of the open case, and the name that it shows while it is locked.

        Raises:
            WrongPassphrase: when the current passphrase is another; nothing is changed then.
            InputError: when the new one is not one that is taken.
        """
        now = self.opened()
        self.store.key(now.name, current)
        check_new(passphrase, again)
        self._keep(replace(now, key=new_key(passphrase), shown_as=one_line(shown_as)))

    @_alone
    def unlock(self, current: str) -> None:
        """Take the lock off the open case: it is kept in clear from now on.

        Raises:
            WrongPassphrase: when the passphrase is another; nothing is changed then.
        """
        now = self.opened()
        path, key = self.store.path(now.name), self.store.key(now.name, current)
        unlock_case(path, key)
        self._on_disk, self._stamp = now.kept, self.store.stamp(now.name)
        self._open = replace(now, key=None, shown_as="")

    @_alone
    def add(self, more: Loaded) -> None:
        """Put what files say beside what the open case says; open a new case when none is open."""
        if self._open is None:
            self.begin()
        now = self.opened()
        both = together(now.loaded, more)
        notes = msgspec.structs.replace(
            now.notes, not_understood=both.reading.not_understood, problems=both.reading.problems
        )
        self._keep(replace(now, loaded=both).noting(notes))

    def add_uploads(self, uploads: Sequence[tuple[str, bytes]]) -> None:
        """Read uploaded files into the open case, or a new one; one that cannot be read stands among the problems.

        Raises:
            InputError: when none can be read; nothing is changed then.
        """
        self.add(load_uploads(uploads))

    @_alone
    def look_through(self, right: Set[str], wrong: Set[str]) -> None:
        """Take what the person says is right of what was read from reports as certain, and what is wrong out.

        What was only mentioned becomes a fact with their yes; without a yes or no it waits on, outside the case.
        """
        now = self.opened()
        facts = looked_through(now.case.facts, right, wrong)
        told = [replace(one, certainty="certain", id="") for one in now.loaded.mentioned if one.id in right]
        left = tuple(one for one in now.loaded.mentioned if one.id not in right | wrong)
        case = replace(now.case, facts=facts).adding(told)
        self._keep(replace(now, loaded=replace(now.loaded, case=case, mentioned=left)))

    # --- answers ---------------------------------------------------------------------------------------------

    @_alone
    def answer(self, question: Question, answers: Answers) -> None:
        """Keep the answer to a question in the place of an earlier one.

        Raises:
            NotAnAnswer: naming what was expected; nothing is changed then.
        """
        now = self.opened()
        if question.id.startswith(interview.CONFLICT):
            case = self._settled(now.case, question, answers)
        elif question.form == "treatments":
            case = self._treatments(now.case, answers)
        else:
            facts = questions.facts_of(question, answers, self.vocabulary, self.today())
            case = questions.without_answer(now.case, question.id).adding(facts)
            if question.form == "checks" and not question.rule:
                complete = answers.get("all") == ["yes"] and not facts[0].absent
                case = questions.declaring(case, question.attribute, complete=complete)
        self._put(question, case, "answered")

    @_alone
    def not_known(self, question: Question) -> None:
        """Keep that the person does not know; an earlier answer is taken back."""
        case = self.opened().case
        if question.id.startswith(interview.CONFLICT):
            case = replace(case, settled=tuple(o for o in case.settled if o.attribute != question.attribute))
        elif question.form == "treatments":
            case = questions.declaring(case, "therapy", complete=False)
        else:
            case = questions.without_answer(case, question.id)
            if question.form == "checks" and not question.rule:
                case = questions.declaring(case, question.attribute, complete=False)
        self._put(question, case, "unknown")

    def _settled(self, case: Case, question: Question, answers: Answers) -> Case:
        chosen = (answers.get("answer") or [""])[0]
        if chosen not in {fact.id for fact, _ in interview.sides(case, question.attribute, self.today())}:
            raise NotAnAnswer(gettext("Choose one of them, or press “I do not know”."))
        return case.settling(Settlement(question.attribute, chosen, Source("answer", place=question.title)))

    def _treatments(self, case: Case, answers: Answers) -> Case:
        said = (answers.get("answer") or [""])[0]
        if said not in ("all", "more"):
            raise NotAnAnswer(gettext("Choose whether these are all, or press “I do not know”."))
        return questions.declaring(case, "therapy", complete=said == "all")

    def _put(self, question: Question, case: Case, how: str) -> None:
        now = self.opened()
        asked = Asked(question.id, question.title, question.attribute, question.rule, cast("Any", how))
        self._keep(replace(now, loaded=replace(now.loaded, case=case)).noting(now.notes.asking(asked)))

    @_alone
    def add_treatment(self, answers: Answers) -> None:
        """Add one medicine.

        Raises:
            NotAnAnswer: naming what was expected; nothing is changed then.
        """
        now = self.opened()
        taken = [int(fact.id.rsplit(":", 1)[1]) for fact in questions.answers_to(now.case, "therapy")]
        fact = questions.treatment_of(answers, self.vocabulary, self.today(), max(taken, default=0) + 1)
        self._keep(replace(now, loaded=replace(now.loaded, case=now.case.adding([fact]))))

    @_alone
    def remove_treatment(self, fact_id: str) -> None:
        """Take back a medicine that the person added; what a record says cannot be removed."""
        now = self.opened()
        own = {fact.id for fact in questions.answers_to(now.case, "therapy")}
        kept = tuple(fact for fact in now.case.facts if fact.id != fact_id or fact.id not in own)
        self._keep(replace(now, loaded=replace(now.loaded, case=replace(now.case, facts=kept))))

    @_alone
    def keep_questions(self, questions: Questions) -> None:
        """Keep which questions are taken along, and what was answered; the plan stays as it is."""
        now = self.opened()
        self._keep(now.noting(msgspec.structs.replace(now.notes, questions=questions)))

    @_alone
    def keep_notes(self, change: Callable[[Notes], Notes]) -> None:
        """Change what is kept beside the case: notes in the person's words, and appointments."""
        now = self.opened()
        self._keep(now.noting(change(now.notes)))

    def _keep(self, now: Open) -> None:
        """Write the open case; only then does it count. A key that is new makes all of it be written anew.

        Raises:
            InputError: when another program changed it meanwhile, its lock or what it says: it would be undone here.
        """
        if self._open and self._open.name == now.name and not self.store.is_as(now.name, self._open.key):
            said = gettext("Another program changed the lock of this case. Close it here, and open it again.")
            raise InputError(said)
        if self._open and self._open.name == now.name and self._is_changed(self._open):
            raise InputError(
                gettext(
                    "This case was changed in another window or program meanwhile. So that nothing is lost, close it "
                    "here, open it again, and give your last answer once more."
                )
            )
        before = self._on_disk if self._open and self._open.key == now.key else None
        kept = self.store.write(now.name, now.case, now.kept, key=now.key, label=now.shown_as, before=before)
        self._on_disk, self._stamp = kept, self.store.stamp(now.name)
        self._open = replace(now, kept=kept)

    def _is_changed(self, now: Open) -> bool:
        """Whether the disk holds something else than this desk put there; to have opened it elsewhere is no change."""
        if self._on_disk is None or not self.store.has(now.name) or self.store.stamp(now.name) == self._stamp:
            return False
        return not self.store.says(now.name, self._on_disk, now.key)

    # --- what comes out --------------------------------------------------------------------------------------

    def bench(self) -> Bench:
        """Return what plans are made with, read when it is first wanted and when the registry has changed since."""
        with self._bench_lock:
            if self._bench is None or not self._bench.is_current():
                self._bench = self._make_bench()
            return self._bench

    def warm(self) -> None:
        """Read ahead of the first plan; what goes wrong is told when a plan is asked for."""
        with contextlib.suppress(Exception):
            self.bench().plan(_empty(self.vocabulary), self.today())

    @_alone
    def plan(self) -> Plan:
        """Return the plan of the open case, made anew when the case, the registry, the day or the language has changed.

        Raises:
            NothingOpen: when no case is open.
        """
        loaded, today, bench = self.opened().loaded, self.today(), self.bench()
        kept = self._plan
        if kept is None or kept[0] is not loaded or kept[1] is not bench or kept[2:4] != (today, current()):
            kept = self._plan = loaded, bench, today, current(), bench.plan(loaded, today)
        return kept[4]

    # --- what changed ----------------------------------------------------------------------------------------

    @_alone
    def saw(self, plan: Plan) -> None:
        """Keep that the person was shown a plan, when it is that of the open case and something is new in it.

        A plan that cannot be written down is shown all the same.
        """
        now = self._open
        if now is None or self._plan is None or self._plan[4] is not plan or self._shown is plan:
            return
        self._shown = plan
        kept = now.kept.seeing(plan, self.now(), instead=now.sitting)
        if kept is now.kept:
            return
        with contextlib.suppress(OSError):
            self._keep(replace(now, kept=kept, sitting=True))

    @_alone
    def changes(self) -> tuple[str, PlanDifference] | None:
        """Return what changed since the last sitting, and when its plan was shown; ``None`` when there was none.

        Raises:
            NothingOpen: when no case is open.
        """
        earlier = self.opened().earlier
        return None if earlier is None else (earlier.shown, difference(earlier.plan, self.plan()))

    @_alone
    def begin_anew(self) -> None:
        """Keep the plan of now as the one that later plans are compared with."""
        plan, moment, now = self.plan(), self.now(), self.opened()
        last = snapshot(plan, moment)
        seen = (*(now.kept.seen[:-1] if now.sitting else now.kept.seen), last)[-PLANS_KEPT:]
        self._keep(replace(now, kept=replace(now.kept, seen=seen), earlier=Earlier(last.shown, plan), sitting=True))

    @_alone
    def people(self, seconds: float = 0.5) -> list[tuple[Saved, int | None]]:
        """Return the cases of the folder, each with how much changed since its plan was shown last.

        That is ``None`` where it is not known: for a locked case, one whose plan was never shown, and the last ones of
        a long list, when ``seconds`` are over; they are counted when the list is asked for again.
        """
        until = time.monotonic() + seconds
        return [(one, self._count(one, until)) for one in self.store.saved()]

    def _count(self, one: Saved, until: float) -> int | None:
        now = self._open
        if self._bench is None or one.locked or one.damaged or (now and now.name == one.name):
            changed = self.changes() if self._bench and now and now.name == one.name else None
            return changed[1].count if changed else None
        stamp = (self.store.stamp(one.name), self.today(), id(self._bench))
        if one.name not in self._counted or self._counted[one.name][0] != stamp:
            if time.monotonic() > until:
                return None
            self._counted[one.name] = stamp, self._changed_since(one.name)
        return self._counted[one.name][1]

    def _changed_since(self, name: str) -> int | None:
        try:
            loaded, kept = self.store.read(name, load_vocabulary())
        except InputError:
            return None
        earlier = _earlier(kept)
        return difference(earlier.plan, self.bench().plan(loaded, self.today())).count if earlier else None

    @_alone
    def danger_plan(self) -> Plan:
        """Return the plan of the open case, or of a person of whom nothing is known: its danger signs hold for all."""
        return self.plan() if self._open else self.bench().plan(_empty(load_vocabulary()), self.today())

    @_alone
    def next(self) -> Next | None:
        """Return the question to put now, or ``None`` when there is none left."""
        now, today = self.opened(), self.today()
        whose = next(interview.whose(now.case, now.notes, today), None)
        if whose is not None:
            return whose
        first = next(interview.short_path(now.case, now.notes, today), None)
        if first is not None:
            return replace(first, decides=self._decides(first.question))
        return next(interview.disagreements(now.case, now.notes, today), None) or next(self._deciding(), None)

    def _deciding(self) -> Iterator[Next]:
        now = self.opened()
        return interview.deciding(now.case, now.notes, self.plan(), self.today())

    def _decides(self, question: Question) -> str:
        """Return what a question decides; what it is asked in the place of counts for it.

        Nobody waits for it: until everything is read for the first time, it is left out.
        """
        if self._bench is None:
            return ""
        if question.id in {step.attribute for step in questions.interview().short_path}:
            known = self.vocabulary.attribute(question.attribute)
            for found in self.plan().find_out_next:
                other = self.vocabulary.attribute(found.attribute)
                if found.attribute in (known.id, *known.asked_by) or known.id in other.asked_by:
                    return found.why
            return ""
        return next((one.decides for one in self._deciding() if one.question.id == question.id), "")

    @_alone
    def question(self, question_id: str) -> Next:
        """Return a question by its id, with what it decides.

        Raises:
            InputError: when there is no such question.
        """
        now, today = self.opened(), self.today()
        found = interview.again(question_id, now.case, now.notes, self.plan, today)
        if found is None:
            raise InputError(gettext("This question is not open any more: another answer has settled it."))
        number = next((n for n, s in enumerate(questions.interview().short_path, 1) if s.attribute == found.id), 0)
        return Next(found, self._decides(found), number)


def _earlier(kept: Kept) -> Earlier | None:
    """Return the plan that was shown last, when this version of abreast can read it."""
    plan = kept.seen[-1].plan() if kept.seen else None
    return Earlier(kept.seen[-1].shown, plan) if plan else None


def _empty(vocabulary: Vocabulary) -> Loaded:
    return Loaded(Case.of(vocabulary, ()), Reading())


__all__ = ["Desk", "Earlier", "NothingOpen", "Open"]
