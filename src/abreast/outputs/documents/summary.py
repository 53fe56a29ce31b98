"""The plan on one page: what one has, what to ask for, and when to call. What does not fit is counted, never cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext, say_iso, say_iso_after
from abreast.outputs.documents.blocks import AnyBlock, Card, Document, Heading, Para, Run, bullets, para
from abreast.outputs.documents.parts import page_of, standing, title_for
from abreast.plan.model import Plan


@dataclass(frozen=True)
class Room:
    """How much of each list is spelled out, and how many letters a line may have."""

    sentences: int
    lines: int
    tests: int
    options: int
    trials: int
    questions: int
    letters: int


ROOMS = (
    Room(12, 8, 6, 12, 5, 5, 400),
    Room(10, 6, 5, 10, 4, 4, 200),
    Room(9, 5, 4, 8, 3, 3, 150),
    Room(8, 4, 3, 6, 3, 3, 120),
    Room(7, 3, 3, 5, 2, 2, 100),
    Room(5, 2, 2, 3, 1, 1, 80),
    Room(3, 1, 1, 1, 1, 1, 60),
)
"""From the most that a page could hold to what it always holds; the first that fits one page is taken."""

NOW = ("emergency", "same_day")


def summary_document(plan: Plan, room: Room) -> Document:
    """Return the summary with as much as the room allows."""
    return Document(
        title=title_for(plan, _("My summary: %(name)s"), _("My summary")),
        about=(),
        body=tuple(_body(plan, room)),
        foot=_(
            "Made on %(day)s. It informs and prepares; it does not prescribe. The whole plan has reasons and sources."
        )
        % {"day": say_iso(plan.made)},
        page_of=page_of(),
    )


def _body(plan: Plan, room: Room) -> Iterator[AnyBlock]:
    if plan.warnings_now:
        first = plan.warnings_now[0]
        words = [Run(_("Call now: %(what)s.") % {"what": first.title} + " ", "strong"), Run(_cut(first.act, room))]
        yield Card((Para(tuple(words)),), "danger")
    yield Heading(1, _("What I have"))
    if plan.scope.status != "advanced":
        yield para(_cut(plan.scope.text, room))
    yield from _some([line.text for line in plan.have.sentences], room.sentences, room)
    if plan.conflicts:
        names = ", ".join(one.name.lower() for one in plan.conflicts)
        yield para(_cut(_("My record says different things about: %(names)s.") % {"names": names}, room))
    if plan.have.lines:
        yield Heading(1, _("Treatments so far, the latest first"))
        yield from _some([_line(plan, place) for place in reversed(range(len(plan.have.lines)))], room.lines, room)
    if plan.tests:
        yield Heading(1, _("Tests to ask about"))
        yield from _some([one.question for one in plan.tests], room.tests, room)
    talk, depends = standing(plan, "talk_about"), standing(plan, "depends")
    if talk or depends:
        yield Heading(1, _("Options to talk about"))
        yield from _in_line([one.name for one in talk], room.options, room, _("Now: %(names)s"))
        yield from _in_line([one.name for one in depends], room.options, room, _("Depends on a result: %(names)s"))
    if plan.trials.treatment:
        yield Heading(1, _("Trials that may fit: to ask about"))
        yield from _some([f"{one.nct}: {one.title}" for one in plan.trials.treatment], room.trials, room)
    if plan.questions:
        yield Heading(1, _("Questions first"))
        yield from _some([one.text for one in plan.questions], room.questions, room)
    yield _danger(plan, room)


def _danger(plan: Plan, room: Room) -> Card:
    now = [one for one in plan.warnings if one.urgency in NOW]
    names = [_cut(_sign(one.title), room) for one in now if one.urgency == "emergency"]
    more = len(now) - len(names)
    blocks: list[AnyBlock] = [Heading(1, _("Call at once for"))]
    rest = ""
    if more > 0:
        words = ngettext("One more sign is in the plan.", "%(count)d more signs are in the plan.", more)
        rest = " " + words % {"count": more}
    blocks.append(para("; ".join(names) + "." + rest))
    blocks.append(
        Para((Run(_("Emergency: 911. My cancer center's number, day and night: ______________________"), "strong"),))
    )
    return Card(tuple(blocks), "danger")


def _sign(title: str) -> str:
    """Return the title of a danger sign without the word that the heading says already."""
    bare = title.rstrip(".")
    head, colon, rest = bare.partition(": ")
    return rest[:1].upper() + rest[1:] if colon and head.isupper() else bare


def _line(plan: Plan, place: int) -> str:
    line = plan.have.lines[place]
    start = say_iso_after(line.start) if line.start else _("start not known")
    words = _("since %(start)s") if line.end == "ongoing" else _("from %(start)s")
    when = words % {"start": start}
    ended = f"; {line.outcome}" if line.outcome else ""
    return f"{' + '.join(line.drugs)} ({when}{ended})"


def _some(lines: Sequence[str], most: int, room: Room) -> Iterator[AnyBlock]:
    """Yield the first lines as a list, and how many more there are."""
    shown = [_cut(line, room) for line in lines[:most]]
    if len(lines) > most:
        shown.append(_more(len(lines) - most))
    if shown:
        yield bullets(shown)


def _in_line(names: Sequence[str], most: int, room: Room, frame: str) -> Iterator[AnyBlock]:
    if names:
        shown = [_cut(name, room) for name in names[:most]]
        if len(names) > most:
            shown.append(_more(len(names) - most))
        yield para(frame % {"names": "; ".join(shown)})


def _more(count: int) -> str:
    return ngettext("and one more in the plan", "and %(count)d more in the plan", count) % {"count": count}


def _cut(text: str, room: Room) -> str:
    """Return a line that is not longer than the room allows, cut at a word."""
    if len(text) <= room.letters:
        return text
    whole, _space, _half = text[: room.letters - 1].rpartition(" ")
    return f"{whole or text[: room.letters - 1]}…"


__all__ = ["ROOMS", "Room", "summary_document"]
