"""What the record says: scope, extent, stage, subtype, lines of treatment, conflicts, timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from abreast.case import Fact, Reading, Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.language import gettext, mark, ngettext, say_list
from abreast.plan.model import Because, Conflict, Event, EventKind, Line, Scope, TherapyLine, WhatYouHave
from abreast.plan.view import View
from abreast.plan.words import CERTAINTY, day_beside, say_fact, say_source, say_value
from abreast.rules import Compare, Expression, TermTest, Truth, evaluate
from abreast.vocabulary import Quantity, Relation

_BREAST = Compare("cancer", TermTest(("breast",)))
_METASTATIC = Compare("extent", TermTest(("metastatic",)))
_TELLS_EXTENT = {"extent", "stage.stated", "metastasis"} | {
    f"{letter}.{when}" for letter in "tnm" for when in ("clinical", "pathologic", "post_treatment")
}
"""Attributes from which it follows how far the cancer has spread."""

_SCOPE_WORDS = {
    "advanced": mark(
        "This plan is for advanced breast cancer (stage 3 or stage 4), which is what your record describes."
    ),
    "not_advanced": mark(
        "Your record describes breast cancer that is not advanced (stage 0, 1 or 2). abreast is made for stage 3 and "
        "stage 4 only, so it does not list treatments here: they would be the wrong ones. For early breast cancer, ask "
        "your team for a plan, and read the National Cancer Institute's pages on breast cancer treatment at "
        "https://www.cancer.gov/types/breast/patient/breast-treatment-pdq or call 1-800-422-6237."
    ),
    "rather_early": mark(
        "Your record says two things about the stage. Its T, N and M, and the stage that goes with them, are stage 2 "
        "or lower; another place says stage 3. abreast is made for stage 3 and stage 4, and takes the first to be "
        "right, so it lists no treatments: this plan is not for you if that is so. Ask your team which stage is right. "
        "If it is stage 3, say so and make the plan again. "
        "For early breast cancer, see https://www.cancer.gov/types/breast/patient/breast-treatment-pdq or call "
        "1-800-422-6237."
    ),
    "unknown": mark(
        "Your record does not say how far the cancer has spread, so abreast cannot tell whether this plan is meant for "
        "you. What follows is general. Ask your team for the stage, and add it."
    ),
    "not_breast": mark(
        "Your record is about another kind of cancer. abreast knows breast cancer only, so it makes no plan here. "
        "The National Cancer Institute can help with every kind of cancer: 1-800-422-6237, https://www.cancer.gov."
    ),
}


def scope(view: View) -> Scope:
    """Return whether this plan is for the person at all, and where to go when it is not."""
    cancer = view.case.read("cancer")
    if cancer.facts and not cancer.conflict and not _says(view, _BREAST):
        return Scope(status="not_breast", text=_scope_words("not_breast"), because=_reasons(cancer))
    reading = view.case.read("in_scope")
    extent = view.case.read("extent")
    if extent.conflict and _rather_early(view):
        return Scope(status="not_advanced", text=_scope_words("rather_early"), because=_reasons(extent))
    status: Literal["advanced", "not_advanced", "unknown"]
    status = "unknown" if reading.value is None else "advanced" if reading.value is True else "not_advanced"
    if reading.conflict and _says(view, _METASTATIC, allow_conflict=True):
        status = "advanced"
    waiting = [fact for fact in view.case.facts if fact.source.kind == "report" and fact.certainty == "unconfirmed"]
    telling = tuple(fact.id for fact in waiting if fact.attribute in _TELLS_EXTENT)
    if status == "unknown" and telling:
        return Scope(status=status, text=_say_waiting(len(waiting)), because=Because(facts=telling))
    return Scope(status=status, text=_scope_words(status), because=_reasons(reading))


def _say_waiting(count: int) -> str:
    """Return why a plan that could be whole is not: what was read from reports decides nothing before a yes."""
    return ngettext(
        "Your reports may tell how far the cancer has spread. %(num)d fact that was read from them waits for your yes. "
        "Look at it beside its words, say whether it is right, and make the plan again. Until then abreast cannot "
        "tell whether this plan is meant for you, and what follows is general.",
        "Your reports may tell how far the cancer has spread. %(num)d facts that were read from them wait for your "
        "yes. Look at them beside their words, say which are right, and make the plan again. Until then abreast cannot "
        "tell whether this plan is meant for you, and what follows is general.",
        count,
    ) % {"num": count}


def _scope_words(which: str) -> str:
    return gettext(_SCOPE_WORDS[which])


def _rather_early(view: View) -> bool:
    """Whether stages disagree, but T, N and M, and a stage that is stated, both say stage II or less, and no spread.

    A stage that T, N and M bear out is believed before one that they do not. The disagreement is shown all the same.
    """
    anatomic, stated = view.case.read("stage.anatomic"), view.case.read("stage.stated")
    early = ("0", "I", "II")
    relate = view.vocabulary.relate_any
    borne_out = [fact for fact in stated.facts if fact.value and relate("stage", str(fact.value), early).value == "is"]
    return (
        isinstance(anatomic.value, str)
        and relate("stage", anatomic.value, early).value == "is"
        and bool(borne_out)
        and not view.case.items("metastasis")
    )


def _says(view: View, rule: Expression, *, allow_conflict: bool = False) -> bool:
    answer = evaluate(rule, view.context)
    if answer.truth is Truth.TRUE:
        return True
    return allow_conflict and any(missing.why == "conflict" for missing in answer.missing)


def _reasons(reading: Reading) -> Because:
    facts = tuple(fact.id for fact in reading.facts)
    return Because(facts=facts) if facts else Because(not_in_record=(gettext("how far the cancer has spread"),))


def what_you_have(view: View) -> WhatYouHave:
    """Return the disease in plain words, each sentence with the facts it rests on."""
    stated, anatomic = view.case.read("stage.stated"), view.case.read("stage.anatomic")
    return WhatYouHave(
        extent=_said(view, "extent"),
        stage_stated=_said(view, "stage.stated"),
        stage_anatomic=_said(view, "stage.anatomic"),
        stage_differs=_differs(view, stated, anatomic),
        subtype=_said(view, "subtype"),
        lines=therapy_lines(view),
        sentences=tuple(_sentences(view)),
        facts=tuple(fact.id for fact in view.case.facts),
    )


def _differs(view: View, stated: Reading, anatomic: Reading) -> bool:
    if not stated.facts or not anatomic.facts:
        return False
    relate = view.vocabulary.relate
    return not any(
        isinstance(a.value, str) and isinstance(b.value, str) and relate("stage", a.value, b.value).value != "is not"
        for a in stated.facts
        for b in anatomic.facts
    )


def _said(view: View, attribute: str) -> str:
    reading = view.case.read(attribute)
    known = view.vocabulary.attribute(attribute)
    said = dict.fromkeys(say_value(f.value, known, view.vocabulary) for f in reading.facts if f.value is not None)
    if reading.conflict:
        return gettext("%(values)s (your record says different things)") % {"values": say_list(list(said), "or")}
    return next(iter(said), "")


_SENTENCES = (
    ("extent", mark("How far it has spread")),
    ("stage.stated", mark("Stage on record")),
    ("stage.anatomic", mark("Stage, worked out from T, N and M")),
    ("subtype", mark("Type by its receptors")),
    ("er.status", mark("Estrogen receptor")),
    ("pr.status", mark("Progesterone receptor")),
    ("her2.status", mark("HER2")),
    ("histology", mark("Type under the microscope")),
    ("inflammatory", mark("Inflammatory breast cancer")),
    ("onset", mark("When it spread")),
    ("bone_only", mark("Spread to bone only")),
    ("endocrine_resistance", mark("Response to hormone treatment")),
    ("ecog", mark("Daily activity (ECOG)")),
)


def _sentences(view: View) -> Iterator[Line]:
    for attribute, name in _SENTENCES:
        reading = view.case.read(attribute)
        if reading.facts:
            text = f"{gettext(name)}: {_said(view, attribute)}."
            yield Line(text=text, because=Because(facts=tuple(fact.id for fact in reading.facts)))
        if attribute == "extent":
            yield from _metastases(view)
    genes = [fact for fact in view.case.items("variant") if fact.certainty == "certain"]
    if genes:
        said = "; ".join(say_fact(fact, view.vocabulary) for fact in genes)
        yield Line(
            text=gettext("Gene findings: %(findings)s.") % {"findings": said},
            because=Because(facts=tuple(fact.id for fact in genes)),
        )


def _metastases(view: View) -> Iterator[Line]:
    found = [fact for fact in view.case.items("metastasis") if fact.certainty == "certain"]
    if found:
        sites = dict.fromkeys(
            say_value(value, view.vocabulary.field("metastasis", "site"), view.vocabulary)
            for fact in found
            for value in fact.fields.get("site", ())
        )
        text = gettext("Places it has spread to: %(sites)s.") % {"sites": say_list(list(sites))}
        yield Line(text=text, because=Because(facts=tuple(fact.id for fact in found)))


def therapy_lines(view: View) -> tuple[TherapyLine, ...]:
    """Return the lines of treatment in order; drugs and settings by their names."""
    drug, setting = view.vocabulary.field("line", "drug"), view.vocabulary.field("line", "setting")
    outcome = view.vocabulary.field("line", "outcome")
    lines: list[TherapyLine] = []
    for fact in view.case.items("line"):
        if fact.certainty != "certain":
            continue
        number = fact.get("number")
        where = fact.get("setting")
        lines.append(
            TherapyLine(
                number=int(number.low) if isinstance(number, Quantity) else 0,
                drugs=tuple(say_value(value, drug, view.vocabulary) for value in fact.fields.get("drug", ())),
                setting=say_value(where, setting, view.vocabulary) if where is not None else "",
                start=_iso(fact.get("start")),
                end="ongoing" if fact.get("ongoing") is True else _iso(fact.get("end")),
                outcome=say_list(
                    [say_value(value, outcome, view.vocabulary) for value in fact.fields.get("outcome", ())]
                ),
                facts=(fact.id, *fact.source.facts),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.start or "9999", line.number)))


_EVENT_FIELD = {"therapy": "drug", "surgery": "procedure", "radiation": "site", "metastasis": "site"}
_EVENT_WORDS = {"radiation": mark("radiation: %(what)s"), "metastasis": mark("spread: %(what)s")}


def _event_words(view: View, fact: Fact) -> str:
    """Return what happened, short: when it happened is told beside it."""
    known = view.vocabulary.attribute(fact.attribute)
    name = _EVENT_FIELD.get(fact.attribute)
    values = fact.fields.get(name, ()) if name else ()
    if name is None or not values:
        return known.name
    words = say_list([say_value(value, known.fields[name], view.vocabulary) for value in values])
    pattern = _EVENT_WORDS.get(fact.attribute)
    return gettext(pattern) % {"what": words} if pattern else words


def _iso(value: object) -> str:
    return str(value) if isinstance(value, PartialDate) else ""


def conflicts(view: View) -> tuple[Conflict, ...]:
    """Return what the record says differently: contradictions first, then values that changed over time."""
    found = [_conflict(view, reading) for reading in view.case.conflicts]
    doubtful = [_doubtful(view, view.case.read(name)) for name in dict.fromkeys(f.attribute for f in view.case.facts)]
    changed = [
        _changed(view, view.case.read(name)) for name in (*_STATED, *_MEASURED) if not view.case.read(name).conflict
    ]
    return (*found, *(one for one in (*doubtful, *changed) if one is not None))


def _conflict(view: View, reading: Reading) -> Conflict:
    known = view.vocabulary.attribute(reading.attribute)
    said = say_list([f"{_value_of(view, fact)} ({say_source(fact.source)})" for fact in reading.facts])
    return Conflict(
        attribute=reading.attribute,
        name=known.name,
        text=gettext("%(name)s: your record says different things: %(values)s. Ask your team which one is right.")
        % {"name": known.name, "values": said},
        facts=tuple(fact.id for fact in reading.facts),
    )


def _doubtful(view: View, reading: Reading) -> Conflict | None:
    """Return a disagreement between what counts and something that the record gives only with a doubt."""
    known = view.vocabulary.attribute(reading.attribute)
    now = reading.fact
    if known.shape == "list" or now is None:
        return None
    other = [fact for fact in reading.doubtful if fact.value != now.value and not fact.absent]
    if not other:
        return None
    said = say_list(
        [
            f"{_value_of(view, fact)} ({fact.note or gettext(CERTAINTY[fact.certainty])}; {say_source(fact.source)})"
            for fact in other
        ]
    )
    return Conflict(
        attribute=reading.attribute,
        name=known.name,
        text=gettext("%(name)s: your record says %(value)s (%(source)s), and with a doubt: %(other)s. Ask your team.")
        % {"name": known.name, "value": _value_of(view, now), "source": say_source(now.source), "other": said},
        facts=(now.id, *(fact.id for fact in other)),
    )


_STATED = ("er.status", "pr.status", "her2.status", "hr.status", "subtype")
_MEASURED = ("er.percent", "pr.percent", "her2.ihc")
"""What the statuses are derived from: only the newest result is, so a change shows here."""


def _changed(view: View, reading: Reading) -> Conflict | None:
    now = reading.fact
    if now is None:
        return None
    known = view.vocabulary.attribute(reading.attribute)
    other = [fact for fact in reading.older if _counts_as_other(view, known.terms, fact.value, now.value)]
    if not other:
        return None
    said = say_list([_value_of(view, fact) for fact in other])
    text = gettext(
        "%(name)s changed: %(before)s before, %(now)s now. The newest result is the one used here. Receptors can "
        "differ between samples: ask your team whether the newest one settles it."
    ) % {"name": known.name, "before": said, "now": _value_of(view, now)}
    return Conflict(
        attribute=reading.attribute,
        name=known.name,
        text=text,
        facts=(now.id, *(fact.id for fact in other)),
        overtaken=True,
    )


def _counts_as_other(view: View, terms: str, before: Value | None, now: Value | None) -> bool:
    """Return whether two results differ: percentages only when one is below 1 %, the limit for positive (ASCO/CAP).

    A result that only says the same in more or in fewer words ("positive", "positive in more than 10 %") does not.
    """
    if isinstance(before, Quantity) and isinstance(now, Quantity):
        return (before.high < 1) != (now.high < 1)
    if terms and isinstance(before, str) and isinstance(now, str):
        either_way = {view.vocabulary.relate(terms, *pair) for pair in ((before, now), (now, before))}
        return Relation.IS not in either_way
    return before != now


def _value_of(view: View, fact: Fact) -> str:
    said = say_fact(fact, view.vocabulary)
    day = day_beside(said, fact.date)
    return gettext("%(value)s (%(day)s)") % {"value": said, "day": day} if day else said


_EVENTS: dict[str, EventKind] = {
    "therapy": "treatment",
    "surgery": "surgery",
    "radiation": "radiation",
    "metastasis": "spread",
    "diagnosis.date": "diagnosis",
    "recurrence.date": "spread",
    "metastatic.date": "spread",
}


def timeline(view: View) -> tuple[Event, ...]:
    """Return the dated points and stretches of the history, earliest first."""
    return tuple(sorted(_events(view), key=lambda event: (event.start, event.end, event.text)))


def _events(view: View) -> Iterator[Event]:
    yield from _results(view)
    for attribute, kind in _EVENTS.items():
        one = view.vocabulary.attribute(attribute).shape == "one"
        for fact in view.case.about(attribute) if one else view.case.items(attribute):
            if fact.certainty != "certain":
                continue
            start = _iso(fact.value) or _iso(fact.get("start") or fact.get("date") or fact.date)
            if not start:
                continue
            yield Event(
                start=start,
                end=_iso(fact.get("end")),
                ongoing=fact.get("ongoing") is True,
                kind=kind,
                text=_event_words(view, fact),
                fact=fact.id,
            )


_RECEPTORS = ("er.percent", "er.status", "pr.percent", "pr.status", "her2.ihc", "her2.ish", "her2.status")


def _results(view: View) -> Iterator[Event]:
    """Yield what tests showed on a day: the receptors of that day together, and each kind of gene test."""
    of_day: dict[str, list[Fact]] = {}
    for attribute in _RECEPTORS:
        for fact in view.case.about(attribute):
            if fact.source.kind != "derived" and fact.certainty == "certain" and not fact.absent and fact.date:
                of_day.setdefault(str(fact.date), []).append(fact)
    for day, facts in of_day.items():
        said = [f"{view.vocabulary.attribute(one.attribute).name}: {say_fact(one, view.vocabulary)}" for one in facts]
        yield Event(start=day, kind="result", text="; ".join(said), fact=facts[0].id)
    kind = view.vocabulary.field("genomic_test", "kind")
    for fact in view.case.items("genomic_test"):
        day, tested = _iso(fact.get("date") or fact.date), fact.get("kind")
        if day and tested is not None and fact.certainty == "certain":
            yield Event(start=day, kind="result", text=say_value(tested, kind, view.vocabulary), fact=fact.id)
