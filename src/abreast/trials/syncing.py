"""Bringing the trials on this machine up to date, and reading their criteria at once: the next plan is quick then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext
from abreast.trials.registry import Registry, open_registry
from abreast.trials.registry.downloads import FromFiles, take_files

if TYPE_CHECKING:
    from abreast.trials.registry.sync import Outcome, Settings

Tell = Callable[[str], None]
"""Called with a remark for the person."""

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and of what."""


def silent(_: str) -> None:
    """Tell nobody."""


def unseen(done: int, of: int, what: str) -> None:
    """Show nobody."""


def sync_registry(
    today: dt.date,
    *,
    settings: Settings | None = None,
    full: bool = False,
    tell: Tell = silent,
    waiting: Tell = silent,
    progress: Progress = unseen,
) -> Outcome:
    """Bring the registry up to date from ClinicalTrials.gov. The one function that opens a connection.

    ``tell`` is given what the person should know, ``waiting`` that something is being tried again.

    Raises:
        SyncError: when the registry cannot be reached or gives answers that cannot be used.
        RegistryError: when the registry on this machine cannot be written.
    """
    from abreast.trials.registry.sync import Client, sync

    with open_registry(thorough=True) as registry:
        _tell_notices(registry, tell)
        with Client(settings, waiting=waiting) as client:
            outcome = sync(registry, client, today, full=full, progress=progress)
        if outcome.taken.changes.added or outcome.taken.changes.changed:
            _read_criteria(registry, progress)
        return outcome


def sync_from_files(
    paths: Iterable[Path], today: dt.date, *, tell: Tell = silent, progress: Progress = unseen
) -> FromFiles:
    """Bring the registry up to date from files downloaded at ClinicalTrials.gov; no connection is opened.

    Raises:
        InputError: when no file can be read.
        RegistryError: when the registry on this machine cannot be written.
    """
    with open_registry(thorough=True) as registry:
        _tell_notices(registry, tell)
        outcome = take_files(registry, paths, today)
        _read_criteria(registry, progress)
        return outcome


def check_registry(tell: Tell = silent) -> tuple[str, ...]:
    """Read the whole registry file; when something is wrong, set it aside and make it anew. Return what was wrong."""
    with open_registry(thorough=True) as registry:
        found = registry.notices
        wrong = registry.check()
        if wrong:
            registry.mend()
        _tell_notices(registry, tell)
        return (*found, *wrong)


def registry_words() -> tuple[str, ...]:
    """Return what must be said of the registry: how many studies, their source and date, and no endorsement."""
    with open_registry() as registry:
        count = registry.count()
        said = ngettext("%(count)d trial on this computer.", "%(count)d trials on this computer.", count)
        return (said % {"count": count}, registry.credit)


def say_outcome(outcome: Outcome) -> tuple[str, ...]:
    """Return how an update ended, in sentences."""
    said = []
    if outcome.kind == "nothing":
        said.append(_("Nothing new: the trials here are those of the registry."))
    else:
        said.append(_("The trials are up to date."))
    taken = outcome.taken
    for count, words in (
        (len(taken.changes.added), ngettext("%(count)d trial is new here.", "%(count)d trials are new here.",
                                            len(taken.changes.added))),
        (len(taken.changes.changed), ngettext("%(count)d trial changed.", "%(count)d trials changed.",
                                              len(taken.changes.changed))),
        (len(taken.opened), ngettext("%(count)d trial now takes people, or soon will.",
                                     "%(count)d trials now take people, or soon will.", len(taken.opened))),
        (len(taken.closed), ngettext("%(count)d trial closed.", "%(count)d trials closed.", len(taken.closed))),
    ):  # fmt: skip
        if count:
            said.append(words % {"count": count})
    return (*said, *outcome.doubts)


def say_files(outcome: FromFiles) -> tuple[str, ...]:
    """Return what files brought, in sentences."""
    words = _("%(studies)d trials read: %(added)d new here, %(changed)d changed, %(same)d were here already.")
    changes = outcome.changes
    said = words % {
        "studies": outcome.studies,
        "added": len(changes.added),
        "changed": len(changes.changed),
        "same": changes.same,
    }
    return (said, *(_("Not used: %(why)s") % {"why": why} for why in (*outcome.problems, *changes.refused)))


def _tell_notices(registry: Registry, tell: Tell) -> None:
    for notice in registry.notices:
        tell(notice)


def _read_criteria(registry: Registry, progress: Progress) -> None:
    from abreast.trials.match import compile_registry  # half a second that an update without news does not need

    compile_registry(registry, lambda done, of: progress(done, of, _("Reading trial criteria")))


__all__ = ["check_registry", "registry_words", "say_files", "say_outcome", "sync_from_files", "sync_registry"]
