"""``abreast changes``: what changed in a person's plan, and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abreast.cli.console import LANG, named_file, note, out
from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext, say_iso

if TYPE_CHECKING:
    from abreast.plan import Plan, PlanDifference
    from abreast.plan.changes import Reason
    from abreast.session.keeping import Kept
    from abreast.session.vault import Key

CASE = Annotated[
    Path, typer.Argument(help="A case file, or a record of one person.", parser=named_file, metavar="CASE")
]
SINCE = Annotated[
    Path | None,
    typer.Option("--since", help="Compare with this plan.json instead of the plan kept last.", show_default=False),
]
SEEN = Annotated[bool, typer.Option("--seen", help="Keep the plan of now: the next changes are told from here.")]
JSON = Annotated[bool, typer.Option("--json", help="Print JSON (docs/plan-difference.schema.json).")]
TODAY = Annotated[str, typer.Option("--today", help="Make the plan for another day (YYYY-MM-DD).", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("changes")(changes)


def changes(
    case: CASE,
    since: SINCE = None,
    seen: SEEN = False,
    as_json: JSON = False,
    today: TODAY = "",
    lang: LANG = "en",
) -> None:
    """Say what changed in a plan since it was shown last, or kept with --seen, and why.

    The app keeps a plan beside the case whenever it shows one with something new; --seen does so here. Ends with 0 when
    nothing changed and with 1 when something did, so that a timer can tell; with --seen each change is told once.

    Example: abreast changes case.yaml --seen
    """
    import msgspec

    from abreast.cli.load import plan_for, read_day
    from abreast.outputs import read_plan
    from abreast.session import load_uploads
    from abreast.session.keeping import content_of, write_kept

    kept, key, label = _kept(case)
    plan = plan_for(load_uploads([(str(case), kept.text.encode())]), read_day(today))
    earlier, shown = _earlier(kept) if since is None else (read_plan(content_of(since), str(since)), "")
    found = _difference(earlier, plan)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1))
    elif found is None:
        alone = _("There is no earlier plan to compare with.")
        note(alone if seen else _("There is no earlier plan to compare with. Use --seen to keep the plan of now."))
    else:
        _print(found, shown)
    if seen:
        write_kept(case, _seeing(kept, plan, read_day(today).isoformat()), key, label, before=kept)
    if found:
        raise typer.Exit(1)


def _kept(case: Path) -> tuple[Kept, Key | None, str]:
    from abreast.cli.passphrase import passphrase
    from abreast.session.keeping import content_of, key_of, read_kept
    from abreast.session.vault import is_locked, label_of

    content = content_of(case)
    if not is_locked(content):
        return read_kept(case), None, ""
    label = label_of(content, str(case))
    key = key_of(case, passphrase(label or case.name))
    return read_kept(case, key), key, label


def _earlier(kept: Kept) -> tuple[Plan | None, str]:
    last = kept.seen[-1] if kept.seen else None
    return (last.plan(), last.shown[:10]) if last else (None, "")


def _difference(earlier: Plan | None, plan: Plan) -> PlanDifference | None:
    from abreast.plan import difference

    return None if earlier is None else difference(earlier, plan)


def _seeing(kept: Kept, plan: Plan, day: str) -> Kept:
    import datetime as dt
    from dataclasses import replace

    from abreast.session.keeping import PLANS_KEPT, snapshot

    moment = dt.datetime.combine(dt.date.fromisoformat(day), dt.datetime.now().time())
    return replace(kept, seen=(*kept.seen, snapshot(plan, moment))[-PLANS_KEPT:])


def _print(found: PlanDifference, shown: str) -> None:
    console, since = out(), say_iso(shown or found.before.made)
    if not found:
        console.print(_("Nothing changed since %(day)s.") % {"day": since})
        return
    told = ngettext("%(num)d thing changed since %(day)s.", "%(num)d things changed since %(day)s.", found.count)
    console.print(told % {"num": found.count, "day": since}, style="bold")
    if found.scope:
        console.print(f"\n{found.scope.text}", markup=False)
    facts: list[tuple[str, tuple[Reason, ...]]] = [
        (f"{one.text} <- {one.origin}", ()) for one in found.facts if not one.derived
    ]
    conflicts: list[tuple[str, tuple[Reason, ...]]] = [(one.text, ()) for one in found.conflicts]
    trials = [(f"{one.nct}: {one.title}. {one.text}", one.why) for one in found.trials]
    sections: tuple[tuple[str, list[tuple[str, tuple[Reason, ...]]]], ...] = (
        (_("Danger signs"), [(one.text, one.why) for one in found.warnings]),
        (_("What is known"), facts),
        (_("Where sources disagree"), conflicts),
        (_("Options to talk about"), [(one.text, one.why) for one in found.options]),
        (_("Tests to ask about"), [(one.text, one.why) for one in found.tests]),
        (_("Clinical trials"), trials),
    )
    for title, lines in sections:
        if lines:
            console.print(f"\n{title}", style="bold")
        for text, why in lines:
            console.print(f"  {text}", markup=False)
            for reason in _told_once(why):
                console.print(f"      {reason}", markup=False, style="dim")


def _told_once(why: Iterable[Reason]) -> Iterable[str]:
    return dict.fromkeys(reason.text for reason in why)
