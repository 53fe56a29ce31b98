"""Knowledge entries whose rule holds for this person, as plan lines."""

from __future__ import annotations

from abreast.knowledge import Advice, Conditional, Option, TestEntry, Warning
from abreast.plan.model import (
    Caution,
    Line,
    OpenPoint,
    OptionDetail,
    PlanAdvice,
    PlanAppointment,
    PlanOption,
    PlanQuestion,
    PlanSupport,
    PlanTest,
    PlanWarning,
)
from abreast.plan.view import View
from abreast.rules import Answer, Truth, deciders, evaluate


def options(view: View) -> tuple[PlanOption, ...]:
    """Return the options to talk about, those that depend on something unknown, and those that are out for now.

    An option whose rule does not hold is left out. One that something stands against is kept as ``not_now`` and says
    what: a person who has heard of it wants to know why it is not on the list.
    """
    return tuple(made for option in view.knowledge.options if (made := _option(view, option)) is not None)


def _option(view: View, option: Option) -> PlanOption | None:
    answer = evaluate(option.when, view.context)
    if answer.truth is Truth.FALSE:
        return None
    against = [_caution(view, option, "against", one) for one in option.not_when]
    care = [_caution(view, option, "care", one) for one in option.care_with]
    cautions = tuple(one for one in (*against, *care) if one is not None)
    ruled_out = any(one.kind == "against" and one.certain for one in cautions)
    open_points: tuple[OpenPoint, ...] = ()
    if answer.truth is Truth.UNKNOWN:
        needed = deciders(option.when, view.context).to_true
        open_points = view.open_points(answer.missing if needed is None else needed)
    return PlanOption(
        id=option.id,
        name=option.name,
        plain_name=option.plain_name,
        category=option.category,
        line=option.line,
        standing="not_now" if ruled_out else "depends" if answer.truth is Truth.UNKNOWN else "talk_about",
        why=option.why.text,
        because=view.because(answer),
        sources=view.cite(option),
        open_points=open_points,
        cautions=cautions,
        question=option.question,
        compare_with=option.compare_with,
        reviewed=option.reviewed,
        overdue=view.overdue(option),
        detail=_detail(view, option),
    )


def _detail(view: View, option: Option) -> OptionDetail:
    """Return the entry's texts, and note every source they rest on."""
    effects = (*option.common, *option.serious)
    texts = (option.what_it_is, option.why, option.how_given, option.what_it_is_like, *option.checks)
    for one in (*effects, *option.evidence, *texts, option.regulatory):
        if one is not None:
            view.cite(option, one.sources)
    return OptionDetail(
        what_it_is=option.what_it_is.text,
        how_given=option.how_given.text if option.how_given else "",
        what_it_is_like=option.what_it_is_like.text if option.what_it_is_like else "",
        common=option.common,
        serious=option.serious,
        checks=tuple(one.text for one in option.checks),
        evidence=option.evidence,
        regulatory=option.regulatory,
    )


def _caution(view: View, option: Option, kind: str, one: Conditional) -> Caution | None:
    answer = evaluate(one.when, view.context)
    if answer.truth is Truth.FALSE:
        return None
    return Caution(
        kind="against" if kind == "against" else "care",
        certain=answer.truth is Truth.TRUE,
        text=one.text,
        because=view.because(answer),
        open_points=view.open_points(answer.missing) if answer.truth is Truth.UNKNOWN else (),
        sources=view.cite(option, one.sources),
    )


RECEPTORS = frozenset(
    {"er.percent", "er.status", "pr.percent", "pr.status", "hr.status"}
    | {"her2.ihc", "her2.ish", "her2.status", "subtype"}
)
STAGE = frozenset(["stage.stated", "stage.anatomic", "extent", "t.clinical", "n.clinical", "m.clinical"])
HISTORY = frozenset(["therapy", "line", "lines.metastatic"])
FAR = 2
"""An option that waits for more facts than this is not listed: it would be one of many, and few of them will come."""


def near(view: View, made: tuple[PlanOption, ...]) -> tuple[PlanOption, ...]:
    """Return the options to list: without those that wait for too much to be known.

    As long as neither the hormone receptors nor HER2 are known, nearly every drug "depends"; then those that wait for
    the receptors are not listed, and the plan asks for the receptors instead. As long as nothing is known of earlier
    treatment, those that follow one are not listed either; as long as the stage is not known, no treatment that waits
    for it. What they wait for still counts in what to find out next.
    """
    case = view.case
    no_history = not case.items("therapy") and not case.denials("therapy") and not case.is_complete("therapy")
    no_receptors = not any(case.read(name).facts for name in ("hr.status", "her2.status", "her2.ihc"))
    no_stage = not case.read("extent").facts

    def listed(option: PlanOption) -> bool:
        if option.standing != "depends":
            return True
        waits = {point.attribute or point.question for point in option.open_points if point.why != "team"}
        too_early = (
            (no_receptors and waits & RECEPTORS)
            or (no_history and waits & HISTORY)
            or (no_stage and waits & STAGE and option.category not in ("trial", "supportive"))
        )
        return len(waits) <= FAR and not too_early

    return tuple(option for option in made if listed(option))


_URGENCY = {"emergency": 0, "now": 1, "soon": 2, "routine": 3}


def tests(
    view: View, decided_options: dict[str, tuple[str, ...]], decided_trials: dict[str, int]
) -> tuple[PlanTest, ...]:
    """Return the tests to ask about, the most urgent first.

    ``decided_options`` and ``decided_trials`` tell, for each attribute, which options and how many trials wait for it.
    """
    made = [
        _test(view, entry, answer, decided_options, decided_trials)
        for entry in view.knowledge.tests
        if (answer := evaluate(entry.when, view.context)).truth is Truth.TRUE and not _stands_against(view, entry)
    ]
    priority = {entry.id: entry.priority for entry in view.knowledge.tests}
    return tuple(sorted(made, key=lambda one: (_URGENCY[one.urgency], -len(one.decides_options), priority[one.id])))


def _stands_against(view: View, entry: TestEntry) -> bool:
    return any(evaluate(one.when, view.context).truth is Truth.TRUE for one in entry.not_when)


def _test(
    view: View,
    entry: TestEntry,
    answer: Answer,
    decided_options: dict[str, tuple[str, ...]],
    decided_trials: dict[str, int],
) -> PlanTest:
    for_you = [
        Line(text=one.text, because=view.because(held), sources=view.cite(entry, one.sources))
        for one in entry.why_for_you
        if (held := evaluate(one.when, view.context)).truth is Truth.TRUE
    ]
    waiting = dict.fromkeys(option for name in entry.settles for option in decided_options.get(name, ()))
    return PlanTest(
        id=entry.id,
        name=entry.name,
        plain_name=entry.plain_name,
        urgency=entry.urgency,
        why=entry.why.text,
        why_for_you=tuple(for_you),
        what_it_is_like=entry.what_it_is_like.text,
        who_orders=entry.who_orders,
        question=entry.question,
        decides_options=tuple(waiting),
        decides_trials=max((decided_trials.get(name, 0) for name in entry.settles), default=0),
        because=view.because(answer),
        sources=view.cite(entry),
        overdue=view.overdue(entry),
        settles=entry.settles,
    )


def warnings(view: View) -> tuple[tuple[PlanWarning, ...], tuple[PlanWarning, ...]]:
    """Return the warnings that the record already shows signs of, and those to know beforehand."""
    now: list[PlanWarning] = []
    beforehand: list[PlanWarning] = []
    for entry in view.knowledge.warnings:
        present = evaluate(entry.present, view.context)
        if present.truth is Truth.TRUE:
            now.append(_warning(view, entry, present, present_now=True))
            continue
        answer = evaluate(entry.when, view.context)
        if answer.truth is Truth.TRUE:
            beforehand.append(_warning(view, entry, answer, present_now=False))
    return tuple(now), tuple(beforehand)


def _warning(view: View, entry: Warning, answer: Answer, *, present_now: bool) -> PlanWarning:
    return PlanWarning(
        id=entry.id,
        title=entry.title,
        urgency=entry.urgency,
        present=present_now,
        signs=entry.signs,
        text=entry.text.text,
        act=entry.act.text,
        act_english=view.knowledge.english_acts.get(entry.id, ""),
        because=view.because(answer),
        sources=view.cite(entry, (*entry.text.sources, *entry.act.sources)),
    )


def questions(view: View) -> tuple[PlanQuestion, ...]:
    """Return the questions to take along."""
    return tuple(
        PlanQuestion(
            id=entry.id,
            text=entry.text,
            who=entry.who,
            topic=entry.topic,
            why=entry.why,
            because=view.because(answer),
            sources=view.cite(entry),
        )
        for entry in view.knowledge.questions
        if (answer := evaluate(entry.when, view.context)).truth is Truth.TRUE
    )


def appointments(view: View) -> tuple[PlanAppointment, ...]:
    """Return whom to see."""
    return tuple(
        PlanAppointment(
            id=entry.id,
            name=entry.name,
            why=entry.why.text,
            timing=entry.timing,
            bring=entry.bring,
            because=view.because(answer),
            sources=view.cite(entry, entry.why.sources),
        )
        for entry in view.knowledge.appointments
        if (answer := evaluate(entry.when, view.context)).truth is Truth.TRUE
    )


def support(view: View) -> tuple[PlanSupport, ...]:
    """Return the help to be had: what is meant for this person first."""
    made = [
        (
            entry.priority,
            PlanSupport(
                id=entry.id,
                name=entry.name,
                needs=entry.needs,
                communities=entry.communities,
                what=entry.what.text,
                who_qualifies=entry.who_qualifies,
                phone=entry.phone,
                url=entry.url,
                checked=entry.reviewed,
                because=view.because(answer),
                sources=view.cite(entry, entry.what.sources),
            ),
        )
        for entry in view.knowledge.support
        if (answer := evaluate(entry.when, view.context)).truth is not Truth.FALSE
    ]
    return tuple(one for _, one in sorted(made, key=lambda pair: (pair[0], pair[1].id)))


def advice(view: View, entries: tuple[Advice, ...]) -> tuple[PlanAdvice, ...]:
    """Return the pieces of advice whose rule holds."""
    return tuple(
        PlanAdvice(
            id=entry.id,
            title=entry.title,
            paragraphs=tuple(Line(text=one.text, sources=view.cite(entry, one.sources)) for one in entry.paragraphs),
            because=view.because(answer),
            sources=view.cite(entry),
        )
        for entry in entries
        if (answer := evaluate(entry.when, view.context)).truth is Truth.TRUE
    )


def waiting_options(view: View, made: tuple[PlanOption, ...]) -> dict[str, tuple[str, ...]]:
    """Return, for each attribute, the options whose standing waits for it."""
    waiting: dict[str, dict[str, None]] = {}
    for option in made:
        points = (*option.open_points, *(point for one in option.cautions for point in one.open_points))
        for point in points:
            for name in (point.attribute, *_asked_for(view, point.attribute)):
                waiting.setdefault(name, {})[option.id] = None
    return {name: tuple(ids) for name, ids in waiting.items()}


def _asked_for(view: View, attribute: str) -> tuple[str, ...]:
    known = view.vocabulary.attributes.get(attribute)
    return known.asked_by if known else ()


__all__ = ["advice", "appointments", "near", "options", "questions", "support", "tests", "waiting_options", "warnings"]
