"""Bringing the registry on this machine up to date: what to ask, in which order, and when to believe the answers.

A full update reads every open study in scope, counts, and asks by number for those that this machine holds as open and
the list does not have: they were closed, or are gone. An update of what changed reads the studies updated since the
last time and counts the open ones; when the counts disagree it becomes a full one. Only when everything is here is it
put in place, in one transaction.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from abreast.foundation.errors import Place, RegistryError
from abreast.foundation.language import gettext as _
from abreast.trials.registry.store import Registry
from abreast.trials.registry.sync import stage
from abreast.trials.registry.sync.client import Client
from abreast.trials.registry.sync.errors import Misunderstood, Refused, SyncError, still_usable
from abreast.trials.registry.sync.pages import number_of
from abreast.trials.registry.sync.query import Scope, scope
from abreast.trials.registry.sync.stage import Kind, Run, Taken

FULL_EVERY_DAYS = 7
"""After so many days everything is read again: a study taken out of the registry is not among what was updated."""

KEPT_DAYS = 3
"""An update that was stopped goes on within so many days; after that it begins anew."""

_OVERLAP_DAYS = 2
"""So many days before the last data are asked for again: the day of a posting is a day, not a moment."""

_PASSES = 3
_AT_ONCE = 100
_BELIEVED_GONE = 25
"""More studies than this do not vanish from a registry in a week; if they seem to, the answers are not believed."""

Progress = Callable[[int, int, str], None]
"""Told how many are done, of how many, and of what."""


class Outcome(msgspec.Struct, frozen=True):
    """How an update ended.

    Attributes:
        kind: ``full``, ``changed``, or ``nothing`` when the registry's data are those that are here.
        taken: what changed here.
        data: the time stamp of the registry's data (UTC).
        verified: whether as many studies came as the registry says there are.
        doubts: what was odd, in sentences for the person.
        resumed: whether it went on with an update that was stopped.
    """

    kind: Literal["full", "changed", "nothing"]
    taken: Taken = Taken()
    data: str = ""
    verified: bool = True
    doubts: tuple[str, ...] = ()
    resumed: bool = False


def sync(
    registry: Registry,
    client: Client,
    today: dt.date,
    *,
    full: bool = False,
    progress: Progress = lambda done, of, what: None,
) -> Outcome:
    """Bring the registry up to date.

    It can be stopped at any moment, killed included; the next call goes on from there. Until it is done, whoever reads
    the registry sees it as it was.

    Raises:
        SyncError: when the registry cannot be reached, refuses, or gives answers that cannot be used; or when another
            update is under way.
        RegistryError: when the file here cannot be written.
    """
    with _alone(registry):
        return _Update(registry, client, today, progress).run(full)


class _Update:
    """One update. Every step leaves its state in the file, and takes it up from there."""

    def __init__(self, registry: Registry, client: Client, today: dt.date, progress: Progress) -> None:
        self.registry = registry
        self.client = client
        self.today = today
        self.progress = progress
        self.scope: Scope = scope()
        self.doubts: list[str] = []

    def run(self, full: bool) -> Outcome:
        run = self._unfinished(full)
        resumed = run is not None
        if run is None or run.step != "ready":
            data = self.client.version().data_timestamp
            if run is None:
                if not full and self._is_current(data):
                    stage.nothing_new(self.registry, self.today, data)
                    return Outcome("nothing", data=data)
                run = stage.begin(self.registry, self._planned(data, full))
            elif run.data != data:
                # The registry has new data: pages of the old list and of the new one do not fit together.
                run = stage.begin(self.registry, _from_start(run, data))
        while run.step != "ready":
            run = self._listed(run) if run.step == "list" else self._confirmed(run)
        self.progress(0, 1, _("Putting the trials in place"))
        taken = stage.take_in(self.registry, run, self.today)
        self.progress(1, 1, _("Putting the trials in place"))
        if not run.verified:
            self.doubts.append(
                _(
                    "The registry counts its studies differently from what it sent. All that came was taken in;"
                    " the next update reads everything again."
                )
            )
        return Outcome(run.kind, taken, run.data, run.verified, tuple(self.doubts), resumed)

    # --- beginning ---

    def _unfinished(self, full: bool) -> Run | None:
        """Return the update to go on with, if there is one that still makes sense."""
        run = stage.load(self.registry)
        if run is None or run.scope != self.scope.digest or (full and run.kind != "full"):
            return None
        age = (self.today - dt.date.fromisoformat(run.begun)).days
        return run if 0 <= age <= KEPT_DAYS else None

    def _is_current(self, data: str) -> bool:
        notes = self.registry.notes()
        return bool(data) and notes.get("data") == data and self._kind(notes) == "changed"

    def _planned(self, data: str, full: bool) -> Run:
        notes = self.registry.notes()
        kind: Kind = "full" if full else self._kind(notes)
        since = ""
        if kind == "changed":
            since = str(dt.date.fromisoformat(notes["data"][:10]) - dt.timedelta(days=_OVERLAP_DAYS))
        return Run(kind, self.scope.digest, str(self.today), data, since)

    def _kind(self, notes: dict[str, str]) -> Kind:
        """Return what is due: everything, unless all was read lately, in the same scope, and the counts agreed."""
        try:
            age = (self.today - dt.date.fromisoformat(notes["full"])).days
            dt.date.fromisoformat(notes["data"][:10])
        except (KeyError, ValueError):
            return "full"
        lately = 0 <= age < FULL_EVERY_DAYS
        return "changed" if lately and notes["scope"] == self.scope.digest and notes["verified"] == "yes" else "full"

    # --- the list ---

    def _listed(self, run: Run) -> Run:
        """Read the rest of the list, and count."""
        asked = self._asked(run)
        what = _("Reading trials") if run.kind == "full" else _("Reading what changed")
        seen = {run.token}
        while True:
            try:
                page = self.client.page(asked, run.token)
            except Refused:
                if not run.token:
                    raise
                return self._again(run)  # the token is too old
            token = page.next_page_token
            if token and token in seen:
                raise Misunderstood(_("The registry gave the same page twice.") + " " + still_usable())
            seen.add(token)
            total = run.total if run.token else page.total_count
            run = stage.keep(self.registry, page, msgspec.structs.replace(run, token=token, total=total))
            have = stage.staged(self.registry)
            self.progress(min(have, total or have), total or have, what)
            if not token:
                return self._counted(run, have)

    def _asked(self, run: Run) -> dict[str, str]:
        if run.kind == "full":
            return self.scope.open_studies()
        return self.scope.updated_since(dt.date.fromisoformat(run.since))

    def _counted(self, run: Run, have: int) -> Run:
        """Compare what came with what the registry says there is; it may have changed while it was read."""
        agreed = have == run.total or have == self.client.count(self._asked(run))
        if not agreed and run.passes < _PASSES:
            return self._again(run)
        if run.kind == "full":
            doubtful = stage.doubtful(self.registry)
            return stage.save(
                self.registry, msgspec.structs.replace(run, step="confirm", verified=agreed, to_confirm=doubtful)
            )
        if agreed and self.client.count(self.scope.open_studies()) == stage.open_after(self.registry):
            return stage.save(self.registry, msgspec.structs.replace(run, step="ready", verified=True))
        # Something left the list without having been updated. Only reading all of it can tell what.
        return stage.begin(self.registry, Run("full", run.scope, run.begun, run.data))

    def _again(self, run: Run) -> Run:
        if run.passes >= _PASSES:
            why = _("The registry's pages changed each time while they were being read. Try again later.")
            raise SyncError(f"{why} {still_usable()}")
        return stage.begin(self.registry, msgspec.structs.replace(_from_start(run, run.data), passes=run.passes + 1))

    # --- what the list does not have ---

    def _confirmed(self, run: Run) -> Run:
        """Ask by number for what is open here and not in the list."""
        of = len(run.to_confirm)
        while run.to_confirm:
            asked, rest = run.to_confirm[:_AT_ONCE], run.to_confirm[_AT_ONCE:]
            missing = list(asked)
            for page in self.client.by_number(asked):
                came = {number_of(record) for record in page.studies}
                missing = [nct for nct in missing if nct not in came]
                run = stage.keep(self.registry, page, run)
            gone = self._gone(missing, len(run.gone))
            run = stage.save(self.registry, msgspec.structs.replace(run, to_confirm=rest, gone=(*run.gone, *gone)))
            self.progress(of - len(rest), of, _("Asking about trials that may have closed"))
        return stage.save(self.registry, msgspec.structs.replace(run, step="ready"))

    def _gone(self, missing: list[str], before: int) -> list[str]:
        """Return which of the studies that did not come the registry says that it does not have."""
        if len(missing) + before > _BELIEVED_GONE:
            why = _("Too many studies seem to have left the registry at once; they were not closed for that.")
            self.doubts = [*(one for one in self.doubts if one != why), why]
            return []
        return [nct for nct in missing if not self.client.has(nct)]


def _from_start(run: Run, data: str) -> Run:
    return Run(run.kind, run.scope, run.begun, data, run.since)


@contextlib.contextmanager
def _alone(registry: Registry) -> Iterator[None]:
    """Hold the right to update this registry; it ends with the process, however that ends."""
    if registry.path is None:
        raise RegistryError(" ".join((*registry.notices, _("An update needs a folder that can be written."))))
    folder = registry.path.parent
    try:
        lock = sqlite3.connect(folder / ".sync.lock", timeout=0.2, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise SyncError(_("Another update of the trials is under way; let it finish.")) from None
        why = _("an update needs a folder that can be written (%(why)s)") % {"why": error}
        raise RegistryError(why, Place(str(folder))) from None
    try:
        yield
    finally:
        lock.close()
