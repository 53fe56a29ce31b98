"""The whole plan on paper: what the page shows, in the order in which it is read, with numbered reasons and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from abreast.foundation.language import gettext as _
from abreast.foundation.language import ngettext, say_iso, say_number
from abreast.knowledge import SideEffect
from abreast.outputs.documents.blocks import (
    AnyBlock,
    Bullets,
    Card,
    Defined,
    Document,
    Heading,
    Para,
    Run,
    Table,
    Words,
    bullets,
    labelled,
    para,
    say,
)
from abreast.outputs.documents.parts import (
    Index,
    made_on,
    open_points,
    page_of,
    standing,
    title_for,
    translation,
    untranslated,
    warning_card,
)
from abreast.outputs.html import WHO
from abreast.plan.model import Caution, Plan, PlanOption, PlanSite, PlanSupport, PlanTest, PlanTrial
from abreast.plan.needs import by_need
from abreast.plan.words import say_stretch

FIND_OUT = 12
"""How many things to find out next are shown; the rest follows once these are known."""


def plan_document(plan: Plan) -> Document:
    """Return the plan as a document."""
    return Document(
        title=title_for(plan, _("Your plan of attack for %(name)s"), _("Your plan of attack")),
        about=(plan.notice, made_on(plan)),
        body=tuple(_body(plan)),
        foot=_("abreast informs and prepares; it does not prescribe."),
        contents=_("Contents"),
        page_of=page_of(),
    )


def _body(plan: Plan) -> Iterator[AnyBlock]:
    index = Index(plan)
    if plan.warnings_now:
        yield Heading(1, _("First: call about this now"))
        for warning in plan.warnings_now:
            yield warning_card(warning, 2, index)
    yield from _in_short(plan)
    yield from _have(plan, index)
    yield from _find_out(plan)
    yield from _tests(plan, index)
    yield from _options(plan, index)
    yield from _trials(plan, index)
    yield from _second_opinion(plan, index)
    yield from _appointments(plan, index)
    yield from _questions(plan)
    yield Heading(1, _("Danger signs: when to call at once"))
    for warning in plan.warnings:
        yield warning_card(warning, 2, index)
    yield from _support(plan)
    yield from _family(plan, index)
    if plan.glossary:
        yield Heading(1, _("Words"))
        yield Defined(tuple(plan.glossary.items()))
    yield from _record(plan, index)
    yield Heading(1, _("Sources"))
    yield index.sources()


def _in_short(plan: Plan) -> Iterator[AnyBlock]:
    yield Heading(1, _("In short"))
    yield para(plan.scope.text, "lead")
    talk, depends = standing(plan, "talk_about"), standing(plan, "depends")
    lines = [line.text for line in plan.have.sentences[:6]]
    if plan.conflicts:
        names = ", ".join(one.name.lower() for one in plan.conflicts)
        lines.append(_("Your record says different things about %(names)s.") % {"names": names})
    if plan.tests:
        words = ngettext(
            "%(count)d test to ask about; the first: %(first)s.",
            "%(count)d tests to ask about; the first: %(first)s.",
            len(plan.tests),
        )
        lines.append(words % {"count": len(plan.tests), "first": plan.tests[0].plain_name})
    if talk or depends:
        words = _("Options to talk about now: %(now)d. Options that depend on something not yet known: %(depends)d.")
        lines.append(words % {"now": len(talk), "depends": len(depends)})
    words = _("Treatment trials that may fit: %(count)d, of %(looked)s looked at.")
    lines.append(
        words % {"count": len(plan.trials.treatment), "looked": say_number(plan.trials.looked_at)},
    )
    yield bullets(lines)


def _card(
    index: Index, kind: str, entry: str, blocks: Iterable[AnyBlock], *, about: str = "", whole: bool = True
) -> Card:
    """Return an entry of the knowledge as a card, with what is to be known about its translation."""
    parts = (*blocks, *translation(index.plan, kind, entry))
    return Card(parts, whole=whole, about=about, lang=untranslated(index.plan, kind, entry))


# --- what you have -------------------------------------------------------------------------------------------------


def _have(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    yield Heading(1, _("What you have"))
    for line in plan.have.sentences:
        yield para(line.text)
        yield from index.reasons(line.because, line.sources)
    if plan.have.stage_differs:
        words = _(
            "The stage in your record (%(stated)s) is not the one that T, N and M give (%(anatomic)s). Both are shown. "
            "A stage can also be worked out with receptors and grade, which gives another answer. Ask your team which "
            "one they use."
        )
        yield para(words % {"stated": plan.have.stage_stated, "anatomic": plan.have.stage_anatomic})
    if plan.conflicts:
        yield Heading(2, _("Where your record says different things"))
        for one in plan.conflicts:
            yield para(one.text)
            yield Bullets(tuple(_side(plan, index, fact) for fact in one.facts if fact in plan.facts))
    if plan.have.lines:
        yield Heading(2, _("Your treatments for the cancer, in order"))
        yield treatments_table(plan)
    if plan.timeline:
        yield Heading(2, _("Timeline"))
        yield timeline_table(plan)


def _side(plan: Plan, index: Index, fact_id: str) -> Words:
    fact = plan.facts[fact_id]
    date = f" ({say_iso(fact.date)})" if fact.date else ""
    numbers = ", ".join(f"R{number}" for number in index.ground(fact_id))
    return (Run(f"{fact.says}{date}. "), Run(f"{fact.origin.words} [{numbers}]", "soft"))


def treatments_table(plan: Plan) -> Table:
    """Return the lines of treatment as a table."""
    unknown = _("not known")
    rows = tuple(
        (
            " + ".join(line.drugs),
            say_stretch(line.start, "" if line.end == "ongoing" else line.end, line.end == "ongoing") or unknown,
            line.setting or unknown,
            line.outcome or unknown,
        )
        for line in plan.have.lines
    )
    return Table((_("Drugs"), _("When"), _("Setting"), _("How it ended")), rows, (4, 4, 4, 3))


def timeline_table(plan: Plan) -> Table:
    """Return the timeline as a table."""
    rows = tuple((say_stretch(event.start, event.end, event.ongoing), event.text) for event in plan.timeline)
    return Table((_("When"), _("What")), rows, (2, 4))


def _find_out(plan: Plan) -> Iterator[AnyBlock]:
    if not plan.find_out_next:
        return
    yield Heading(1, _("What is most useful to find out next"))
    items: list[Words] = []
    for one in plan.find_out_next[:FIND_OUT]:
        words = [Run(one.question, "strong"), Run(f" {one.why}")]
        if one.where_to_find:
            words.append(Run(" " + _("Where to find it: %(place)s") % {"place": one.where_to_find}, "soft"))
        items.append(tuple(words))
    yield Bullets(tuple(items), ordered=True)


# --- tests ---------------------------------------------------------------------------------------------------------


def say_urgency(urgency: str) -> str:
    """Return how soon a test is worth asking for."""
    return {
        "emergency": _("Emergency"),
        "now": _("Before treatment is decided"),
        "soon": _("Soon"),
        "routine": _("At some point"),
    }[urgency]


def _tests(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    yield Heading(1, _("Tests to ask about"))
    if not plan.tests:
        yield para(_("No test is missing that abreast knows of. Ask your team all the same."))
    for one in plan.tests:
        yield _card(index, "tests", one.id, _test(one, index), about=f"test/{one.id}/{one.urgency}")


def _test(one: PlanTest, index: Index) -> Iterator[AnyBlock]:
    yield Heading(2, one.name)
    yield Para((Run(say_urgency(one.urgency) + ". ", "strong"), Run(one.why)))
    for line in one.why_for_you:
        yield para(_("For you: %(text)s") % {"text": line.text})
    if one.decides_options or one.decides_trials:
        words = _("Options that it helps to decide: %(options)d. Trials: %(trials)d.")
        yield para(words % {"options": len(one.decides_options), "trials": one.decides_trials}, "soft")
    ordered_by = _("Who orders it: %(who)s.") % {"who": one.who_orders.rstrip(".")}
    yield para(" ".join(part for part in (one.what_it_is_like, ordered_by) if part))
    yield labelled(_("Ask:"), one.question)
    yield from index.reasons(one.because, one.sources)
    yield from _overdue(one.overdue)


def _overdue(overdue: bool) -> Iterator[AnyBlock]:
    if overdue:
        yield Para((Run(_("These facts were due for a check."), "strong"),))


# --- options -------------------------------------------------------------------------------------------------------


def _options(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    yield Heading(1, _("Options to talk about"))
    if plan.scope.status in ("not_advanced", "not_breast"):
        yield para(_("None are listed: this plan is not made for what your record describes."))
        return
    yield para(
        _(
            "These are things to talk about with your team, in no order of merit. Your team decides with you. Each "
            "says why it is here and what could stand against it."
        )
    )
    headings = {
        "talk_about": _("Worth talking about now"),
        "depends": _("Could become options: something is not yet known"),
        "not_now": _("Not now, and why"),
    }
    for which, heading in headings.items():
        found = standing(plan, which)
        if found:
            yield Heading(2, heading)
        for one in found:
            blocks = _option(one, index, short=which == "not_now")
            yield _card(index, "options", one.id, blocks, about=f"option/{one.id}/{which}", whole=False)


def _option(one: PlanOption, index: Index, *, short: bool) -> Iterator[AnyBlock]:
    yield Heading(3, one.name)
    plain = one.plain_name[:1].upper() + one.plain_name[1:].rstrip(".")
    yield Para((Run(plain + ". "), Run(one.line[:1].upper() + one.line[1:] + ".", "soft")))
    yield para(one.why)
    yield from open_points(one.open_points, _("What would settle it:"))
    for caution in one.cautions:
        yield labelled(say_caution(caution), caution.text)
    if not short:
        yield from _detail(one)
    yield labelled(_("Ask:"), one.question)
    sources = dict.fromkeys((*one.sources, *(s for v in one.detail.evidence for s in v.sources)))
    yield from index.reasons(one.because, tuple(sources))
    yield from _overdue(one.overdue)


def say_caution(caution: Caution) -> str:
    """Return how a caution stands: certain or not, against or to take care."""
    if caution.kind == "against":
        return _("Stands against it:") if caution.certain else _("Could stand against it:")
    return _("Take care:") if caution.certain else _("Tell your team if this is so:")


def _detail(one: PlanOption) -> Iterator[AnyBlock]:
    detail = one.detail
    yield labelled(_("What it is:"), detail.what_it_is)
    if detail.how_given:
        yield labelled(_("How it is given:"), detail.how_given)
    if detail.what_it_is_like:
        yield labelled(_("What it is like:"), detail.what_it_is_like)
    for label, effects in ((_("Common side effects:"), detail.common), (_("Serious side effects:"), detail.serious)):
        if effects:
            yield Para((Run(label, "strong"),))
            yield bullets([_effect(effect) for effect in effects])
    for evidence in detail.evidence:
        name = f"{evidence.trial} ({evidence.nct})" if evidence.nct else evidence.trial
        yield labelled(_("What a study showed, %(name)s:") % {"name": name}, evidence.text)
    if detail.regulatory:
        yield labelled(_("Approval in the United States:"), detail.regulatory.text)
    yield para(_("Facts last checked %(day)s.") % {"day": say_iso(one.reviewed)}, "soft")


def _effect(effect: SideEffect) -> str:
    share = ""
    if effect.per_hundred is not None:
        share = " " + _("(about %(count)d of 100 people)") % {"count": round(effect.per_hundred)}
    return f"{effect.text}{share}. {effect.report}".rstrip().replace("..", ".")


# --- trials --------------------------------------------------------------------------------------------------------


def _trials(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    trials = plan.trials
    yield Heading(1, _("Clinical trials that may fit"))
    yield para(trials.registry_words, "soft")
    words = _(
        "%(looked)s trials were looked at; %(open)s of them are open or about to open; %(out)s of these have something "
        'against them in your record. "Nothing against it" does not mean that you can join: only the trial team can '
        "say. Every criterion, in the registry's own words, is in the app and in plan.html."
    )
    yield para(
        words
        % {
            "looked": say_number(trials.looked_at),
            "open": say_number(trials.open_now),
            "out": say_number(trials.ruled_out),
        }
    )
    groups = (
        (_("Trials of treatments"), trials.treatment),
        (_("Trials of help with symptoms and side effects"), trials.supportive),
        (_("Studies that watch or test"), trials.observational),
    )
    for heading, found in groups:
        if found:
            yield Heading(2, heading)
        for one in found:
            yield Card(tuple(_trial(one, index)), about=f"trial/{one.nct}/{one.verdict}")


def _trial(one: PlanTrial, index: Index) -> Iterator[AnyBlock]:
    yield Heading(3, one.title)
    yield Para((Run(f"{one.label}. ", "strong"), Run(one.recruitment_words)))
    facts = [Run(one.nct, url=f"https://clinicaltrials.gov/study/{one.nct}")]
    facts += [Run(f" · {', '.join(part)}") for part in (one.phases, one.treatments) if part]
    updated = _("record last updated %(day)s") % {"day": say_iso(one.last_update)}
    yield Para((*facts, Run(f" · {updated}", "soft")))
    if one.not_yet:
        yield para(_("From %(day)s on, a waiting time no longer stands against it.") % {"day": say_iso(one.not_yet)})
    if one.why_listed:
        yield labelled(_("Why it is here:"), "; ".join(one.why_listed) + ".")
    against = [c.text for c in one.criteria if c.label == "against"]
    if against:
        yield Para((Run(_("Against it, in the registry's words:"), "strong"),))
        yield Bullets(tuple((Run(text, "quote"),) for text in against[:4]))
    yield from open_points(one.decided_by, _("What would settle it soonest:"))
    if one.sites:
        near = "; ".join(say_site(site) for site in one.sites[:3])
        more = one.site_count - min(3, len(one.sites))
        rest = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more} if more > 0 else ""
        yield labelled(_("Nearest:"), " ".join(part for part in (near, rest) if part) + ".")
    if one.contact:
        yield labelled(_("Contact in the registry:"), one.contact)
    yield from index.reasons(one.because, one.sources)


def say_site(site: PlanSite) -> str:
    """Return a place of a trial, with how far it is."""
    place = ", ".join(part for part in (site.facility, site.city, site.state) if part)
    if site.miles is None:
        return place
    return _("%(place)s (about %(miles)d miles)") % {"place": place, "miles": round(site.miles)}


# --- people, questions, help ---------------------------------------------------------------------------------------


def _second_opinion(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    yield Heading(1, _("Second opinion"))
    for one in plan.second_opinion:
        texts = tuple(para(part.text) for part in one.paragraphs)
        blocks: list[AnyBlock] = [Heading(2, one.title), *texts, *index.reasons(one.because, one.sources)]
        yield _card(index, "second_opinion", one.id, blocks)
    if plan.centres:
        yield Heading(2, _("Cancer centers"))
        yield para(plan.centres[0].note, "soft")
        lines = []
        for centre in plan.centres:
            place = f"{centre.name}, {centre.city}, {centre.state}"
            miles = "" if centre.miles is None else " " + _("(about %(miles)d miles)") % {"miles": round(centre.miles)}
            lines.append(place + miles)
        yield bullets(lines)


def _appointments(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    yield Heading(1, _("Whom to see"))
    for one in plan.appointments:
        blocks: list[AnyBlock] = [Heading(2, one.name), Para((Run(f"{one.why} "), Run(one.timing, "soft")))]
        if one.bring:
            blocks += [para(_("Bring:")), bullets(one.bring)]
        yield _card(index, "appointments", one.id, (*blocks, *index.reasons(one.because, one.sources)))


def _questions(plan: Plan) -> Iterator[AnyBlock]:
    yield Heading(1, _("Questions to take along"))
    yield para(_("The question sheet has these with lines to write on."), "soft")
    for key, name in WHO.items():
        asked = [one for one in plan.questions if one.who[0] == key]
        if asked:
            yield Heading(2, _(name))
            yield Bullets(
                tuple((Run(one.text), Run(f" {one.why}", "soft")) if one.why else say(one.text) for one in asked)
            )


def _support(plan: Plan) -> Iterator[AnyBlock]:
    yield Heading(1, _("Help with money, travel and company"))
    for group in by_need(plan):
        yield Heading(2, group.name)
        if group.wanted:
            yield para(_("You asked for this."), "soft")
        if group.main:
            yield Bullets(tuple(_offer(one) for one in group.main))
        if group.also:
            names = ", ".join(one.name for one in group.also)
            yield para(_("Also helps with this: %(names)s.") % {"names": names}, "soft")


def _offer(one: PlanSupport) -> Words:
    words = [Run(f"{one.name}. ", "strong"), Run(f"{one.what} {one.who_qualifies} ")]
    if one.phone:
        words.append(Run(f"{one.phone} ", "strong"))
    checked = Run(" " + _("(checked %(day)s)") % {"day": say_iso(one.checked)}, "soft")
    return (*words, Run(one.url, url=one.url), checked)


def _family(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    yield Heading(1, _("Your family"))
    if not plan.relatives:
        yield para(_("Ask your team whether a relative should be tested."))
    for one in plan.relatives:
        texts = tuple(para(part.text) for part in one.paragraphs)
        blocks: list[AnyBlock] = [Heading(2, one.title), *texts, *index.reasons(one.because, one.sources)]
        yield _card(index, "relatives", one.id, blocks)


def _record(plan: Plan, index: Index) -> Iterator[AnyBlock]:
    yield Heading(1, _("Your record, and what was not understood"))
    yield para(
        _("Every fact that the plan rests on, with where it comes from. R numbers in the plan lead here."), "soft"
    )
    yield index.record()
    if plan.problems:
        yield Heading(2, _("Problems while reading"))
        yield bullets(plan.problems)
    if plan.not_understood:
        yield Heading(2, _("Parts of your record that were not used"))
        yield bullets([f"{one.place}: {one.what} ({one.why})" for one in plan.not_understood])
    elif not plan.problems:
        yield para(_("Every part of your record was used."))


__all__ = [
    "plan_document",
    "say_caution",
    "say_site",
    "say_urgency",
    "timeline_table",
    "treatments_table",
]
