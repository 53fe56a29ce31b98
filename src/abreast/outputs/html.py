"""A plan as one self-contained HTML page: no script, no remote resource, made to be kept and printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from markupsafe import Markup, escape

from abreast.foundation import language
from abreast.foundation.language import mark, say_iso
from abreast.foundation.packed import cache_folder
from abreast.outputs.pictures import body_svg, counted, icon_array, marks, say_spot
from abreast.outputs.question_list import Ask, others
from abreast.outputs.timeline import timeline
from abreast.plan.model import Plan
from abreast.plan.needs import by_need
from abreast.plan.words import day_beside, say_stretch

TEMPLATES = Path(__file__).parent / "templates"

WHO = {
    "medical_oncologist": mark("Medical oncologist"),
    "surgeon": mark("Surgeon"),
    "radiation_oncologist": mark("Radiation oncologist"),
    "plastic_surgeon": mark("Plastic surgeon"),
    "genetic_counselor": mark("Genetic counselor"),
    "palliative_care": mark("Palliative care team"),
    "social_worker": mark("Social worker"),
    "dentist": mark("Dentist"),
    "nurse": mark("Nurse or navigator"),
    "pharmacist": mark("Pharmacist"),
    "trial_team": mark("Trial team"),
    "companion": mark("The person who comes with you"),
    "second_opinion": mark("Second-opinion doctor"),
    "primary_care": mark("Family doctor"),
}
"""How each person to ask is called in a plan."""

STANDING = {
    "talk_about": mark("Worth talking about now"),
    "depends": mark("Could become one: it depends on something not yet known"),
    "not_now": mark("Something in your record stands against it now"),
}
LABEL = {
    "fits": mark("fits"),
    "against": mark("against"),
    "unknown": mark("not known"),
    "team": mark("for the trial team"),
}


PICTURES = {
    "body_svg": body_svg,
    "by_need": by_need,
    "counted": counted,
    "icon_array": icon_array,
    "marks": marks,
    "say_spot": say_spot,
    "timeline": timeline,
}


@lru_cache(maxsize=2)
def environment(*more: Path) -> Environment:
    """Return the templates of this room and of further folders, with the words and filters that sections need.

    The sections of a plan are rendered with ``plan``, ``level`` (of the section's heading, 1 to 4) and
    ``to``, which returns the link to a section and optionally to a place in it; in the app, ``app`` is true.
    """
    environment = Environment(
        loader=FileSystemLoader((*more, TEMPLATES)),
        autoescape=select_autoescape(["html", "j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_template_cache(),
    )
    speak(environment)
    environment.filters["figure"] = "{:g}".format
    environment.filters["anchor"] = _anchor
    environment.globals["app"] = False
    environment.globals.update(WHO=WHO, STANDING=STANDING, LABEL=LABEL, **PICTURES)
    return environment


def speak(environment: Environment) -> None:
    """Let templates say ``_("...")``, ``{% trans %}`` and dates, in the language of the moment they are rendered."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension puts it there
        language.gettext,
        language.ngettext,
        newstyle=True,
        pgettext=language.pgettext,
        npgettext=language.npgettext,
    )
    environment.globals["language"] = language.current
    environment.globals.update(tongue=tongue, worded=worded, in_english=in_english)
    environment.filters["inside"] = inside
    environment.filters["day"] = _day
    environment.filters["day_beside"] = lambda fact: day_beside(fact.says, fact.date)
    environment.globals["stretch_of"] = say_stretch


IN_ENGLISH = Markup(' lang="en"')


@pass_context
def tongue(context: Context, kind: str, entry: str) -> Markup:
    """Return the ``lang`` attribute of words of an entry that are not translated; nothing where they are."""
    plan, states = context.get("plan"), context.get("states") or {}
    left = plan is not None and plan.translations.get(f"{kind}/{entry}") == "english"
    return IN_ENGLISH if left or states.get(f"{kind}/{entry}") in ("missing", "stale") else Markup("")


@pass_context
def worded(context: Context, kind: str, entry: str, words: str) -> Markup:
    """Return words of an entry inside a sentence, said to be English where they are not translated."""
    attribute = tongue(context, kind, entry)
    return Markup("<span{}>{}</span>").format(attribute, words) if attribute else escape(words)


def in_english(words: str) -> Markup:
    """Return words that are English in every language, such as the name of a study, said to be so."""
    return Markup("<span{}>{}</span>").format(IN_ENGLISH, words)


def inside(name: str) -> str:
    """Return a name as it stands inside a sentence: ``estrogen receptor``, but ``HER2 status``."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


@pass_context  # or Jinja would say a constant date once, in the language of the first page
def _day(_: Context, iso: str) -> str:
    return say_iso(iso)


def _template_cache() -> FileSystemBytecodeCache | None:
    """Return a cache of compiled templates; without a folder that can be written there is none."""
    folder = cache_folder() / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FileSystemBytecodeCache(str(folder))
    except OSError:
        return None


def _anchor(fact: str) -> str:
    """Return the id of the place in the record that shows a fact; it has no spaces, as HTML wants it."""
    return "fact-" + re.sub(r"[^\w.:-]", "_", fact)


def plan_html(plan: Plan, asks: Sequence[Ask] = ()) -> str:
    """Return the whole plan as one HTML document; ``asks`` is the person's own list of questions."""
    style = (TEMPLATES / "plan.css").read_text(encoding="utf-8")
    template = environment().get_template("plan.html.j2")
    rest = others(plan, asks)
    with language.use(plan.language):
        return template.render(plan=plan, style=style, level=2, to=_inside, asks=asks, others=rest)


def _inside(section: str, place: str = "") -> str:
    """Return the link to a section, or to a place in one, when all are on one page."""
    return f"#{place or section}"
