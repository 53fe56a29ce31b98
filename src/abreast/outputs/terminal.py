"""A short summary of a plan on the terminal: the whole of it is in the files."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext, say_iso, use
from abreast.plan.model import Plan, PlanOption
from abreast.plan.needs import by_need


def print_plan(plan: Plan, console: Console, most: int = 8) -> None:
    """Print the summary in the plan's language; ``most`` lines of each list, and how many more there are."""
    with use(plan.language):
        _print(plan, console, most)


def _print(plan: Plan, console: Console, most: int) -> None:
    console.print(Text(_("abreast: your plan of attack"), style="bold"))
    console.print(Text(plan.notice, style="dim"))
    console.print(Text(_as_of(plan), style="dim"))
    if plan.warnings_now:
        console.print()
        for warning in plan.warnings_now:
            said = {"sign": warning.title, "act": warning.act}
            console.print(Text(_("CALL NOW: %(sign)s. %(act)s") % said, style="bold red"))
    _section(console, _("What you have"), [line.text for line in plan.have.sentences], most=20)
    if plan.scope.status != "advanced":
        console.print(Text(plan.scope.text))
    _section(console, _("Where your record says different things"), [one.text for one in plan.conflicts], most)
    _section(console, _("Tests to ask about"), [f"{one.name}: {one.question}" for one in plan.tests], most)
    _section(console, _("Options to talk about now"), _options(plan.options, "talk_about"), most)
    _section(console, _("Could become options"), _options(plan.options, "depends"), most)
    _section(console, _("Not now, and why"), _options(plan.options, "not_now"), most)
    trials = [f"{one.nct}  {one.title} [{one.label}]" for one in plan.trials.treatment]
    _section(
        console, _("Treatment trials that may fit, of %(all)d looked at") % {"all": plan.trials.looked_at}, trials, most
    )
    _section(console, _("Most useful to find out next"), [f"{o.question} {o.why}" for o in plan.find_out_next], 5)
    _section(console, _("Help that you asked for"), _wanted_help(plan), most)
    console.print()
    console.print(Text(_("Danger signs and whom to call, questions, second opinion, help and sources: in the files.")))


def _as_of(plan: Plan) -> str:
    """Return the line that every form of a plan has: when it was made, and how new its facts and trials are."""
    days = {"made": say_iso(plan.made), "facts": plan.knowledge_as_of, "trials": say_iso(plan.trials.registry_date)}
    return _("Made on %(made)s on this computer. Medical facts as of %(facts)s. Trials as of %(trials)s.") % days


def _options(options: Iterable[PlanOption], standing: str) -> list[str]:
    return [_option(one) for one in options if one.standing == standing]


def _option(option: PlanOption) -> str:
    if option.standing == "depends" and option.open_points:
        asked = " ".join(point.question for point in option.open_points[:2])
        return _("%(option)s (depends: %(questions)s)") % {"option": option.name, "questions": asked}
    against = [one.text for one in option.cautions if one.kind == "against" and one.certain]
    return f"{option.name} ({' '.join(against[:1])})" if against else option.name


def _wanted_help(plan: Plan) -> list[str]:
    """Return the help for what the person said they need; that for all other needs is in the files."""
    return [
        f"{group.name}: {one.name} ({one.phone or one.url})"
        for group in by_need(plan)
        if group.wanted
        for one in (*group.main, *group.also)
    ]


def _section(console: Console, title: str, lines: list[str], most: int) -> None:
    if not lines:
        return
    console.print()
    console.print(Text(title, style="bold"))
    for line in lines[:most]:
        console.print(f"  - {escape(line)}", soft_wrap=not console.is_terminal, highlight=False)
    rest = len(lines) - most
    if rest > 0:
        console.print(
            Text("    " + ngettext("and %(num)d more", "and %(num)d more", rest) % {"num": rest}, style="dim")
        )
