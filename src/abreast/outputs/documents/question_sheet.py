"""Questions to take along, with the answers noted so far and lines to write on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from abreast.foundation.language import gettext as _
from abreast.foundation.language import say_iso
from abreast.outputs.documents.blocks import AnyBlock, Card, Document, Heading, Para, Rules, Run, para
from abreast.outputs.documents.parts import page_of, title_for
from abreast.outputs.html import WHO
from abreast.plan.model import Plan, PlanQuestion

LINES = 3
"""Lines to write on under each question."""

LINES_BELOW = 1
"""Lines to write on under an answer that was noted already."""

SHORT_ANSWER = 1200
"""Letters up to which an answer stays on one page with its question."""

EMPTY = 3
"""Empty places for questions that come up on the day."""


def questions_document(
    plan: Plan, chosen: Sequence[str] | None = None, answers: Mapping[str, str] = MappingProxyType({})
) -> Document:
    """Return the question sheet.

    ``chosen`` are ids of questions of the plan, or questions in the person's own words, in the person's order; without
    it, all questions of the plan stand under whom to ask. ``answers`` are what the person noted, by such an id or such
    words.
    """
    body: list[AnyBlock] = [
        para(_("Date: ______________   With: ______________________________")),
        para(_("It helps to bring someone who writes. You may ask to record the talk.")),
    ]
    body += _all(plan, answers) if chosen is None else _chosen(plan, chosen, answers)
    body.append(Heading(1, _("More questions")))
    body += [Rules(LINES) for _place in range(EMPTY)]
    body.append(Heading(1, _("Before I leave")))
    body += [
        Rules(1, _("What we decided:")),
        Rules(1, _("What happens next, and when:")),
        Rules(1, _("Whom I call with a problem, also at night:")),
    ]
    return Document(
        title=title_for(plan, _("My questions: %(name)s"), _("My questions")),
        about=(),
        body=tuple(body),
        foot=_("Made on %(day)s.") % {"day": say_iso(plan.made)},
        page_of=page_of(),
    )


def _all(plan: Plan, answers: Mapping[str, str]) -> Iterator[AnyBlock]:
    number = 0
    for key, name in WHO.items():
        asked = [one for one in plan.questions if one.who[0] == key]
        if asked:
            yield Heading(1, _(name))
        for one in asked:
            number += 1
            yield _question(number, one.text, one.why, answers.get(one.id, ""))


def _chosen(plan: Plan, chosen: Sequence[str], answers: Mapping[str, str]) -> Iterator[AnyBlock]:
    known = {one.id: one for one in plan.questions}
    yield Heading(1, _("What I want to ask"))
    for number, wish in enumerate((one for one in chosen if one.strip()), 1):
        found: PlanQuestion | None = known.get(wish)
        answer = answers.get(wish, "")
        yield _question(number, found.text if found else wish.strip(), found.why if found else "", answer)


def _question(number: int, text: str, why: str, answer: str) -> Card:
    words = [Run(f"{number}. {text}", "strong")]
    if why:
        words.append(Run(f" {why}", "soft"))
    noted = [line.strip() for line in answer.splitlines() if line.strip()]
    if not noted:
        return Card((Para(tuple(words)), Rules(LINES)), whole=True)
    said = (para(_("What they said:")), *map(para, noted))
    return Card((Para(tuple(words)), *said, Rules(LINES_BELOW)), whole=len(answer) <= SHORT_ANSWER)


__all__ = ["questions_document"]
