"""Rules, and what is missing to answer them, in plain words.

The phrases are data, a file for each language (``data/words.yaml``, ``data/words.es.yaml``); the names of things come
from the vocabulary.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

from abreast.foundation.language import SOURCE, current, gettext, ngettext, say_list
from abreast.foundation.yaml import read_yaml
from abreast.rules.evaluate import Missing
from abreast.rules.expression import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Count,
    DateTest,
    Expression,
    FlagTest,
    Has,
    Known,
    Not,
    NumberTest,
    Period,
    Residue,
    Team,
    TermTest,
    Test,
    Where,
)
from abreast.vocabulary import Attribute, Field, Vocabulary
from abreast.vocabulary.quantity import format_number

_NAMED_AT_MOST = 4
"""So many values of a list are named; of a longer one the first few, and how many there are."""

_ASKING = ("whether ", "which ", "when ", "how ", "who ", "what ", "si ", "cuál", "cuándo", "cómo", "quién", "qué")
"""What a plain name begins with that is a question already, in the languages of the vocabulary."""


class ListWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How items of a list are asked for and said."""

    ask: str
    say: str
    key: str
    any: str
    key_say: str = "{}"
    fields: dict[str, str | dict[str, str]] = {}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``words.yaml``.

    ``articles`` and ``instead`` tell, by set of terms, how a name is said after other words: with which article, or
    in which other words.
    """

    lists: dict[str, ListWords]
    articles: dict[str, dict[str, tuple[str, ...]]]
    instead: dict[str, dict[str, str]]
    why: dict[str, str]
    comparisons: dict[str, str]
    units: dict[str, str]

    def after_words(self, terms: str, term: str, name: str) -> str:
        """Return the name of a term as it is said after other words: "a taxane"."""
        if instead := self.instead.get(terms, {}).get(term):
            return instead
        articles = self.articles.get(terms, {})
        return next((f"{article} {name}" for article, those in articles.items() if term in those), name)


def words() -> Words:
    """Return the phrases in the language of now."""
    return words_in(current())


@cache
def words_in(language: str) -> Words:
    """Return the phrases in a language, read once."""
    name = "words.yaml" if language == SOURCE else f"words.{language}.yaml"
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return msgspec.convert(read_yaml(text, name), Words)


# --- questions ---------------------------------------------------------------------------------------------------


def question_for(missing: Missing, vocabulary: Vocabulary) -> str:
    """Return what is missing as a question for the person, or as a line for the team that must judge it."""
    if missing.why in ("team", "unread"):
        return words().why[missing.why].format(about=missing.text)
    attribute = vocabulary.attribute(missing.attribute)
    if missing.why in words().why:
        about = _items(attribute, missing.where, vocabulary) if attribute.shape == "list" else attribute.plain
        return words().why[missing.why].format(about=about.removesuffix("?"))
    if attribute.shape == "list":
        return _ask_list(attribute, missing.where, vocabulary)
    return ask_for(attribute, vocabulary)


def ask_for(attribute: Attribute, vocabulary: Vocabulary) -> str:
    """Return the question for a value: the attribute's own, or that of what it is worked out from."""
    if attribute.ask:
        return attribute.ask
    for name in attribute.asked_by:
        if vocabulary.attribute(name).ask:
            return vocabulary.attribute(name).ask
    if attribute.plain.startswith(_ASKING):
        return gettext("Can you find out %(what)s?") % {"what": attribute.plain}
    return gettext("What does your record say about this: %(what)s?") % {"what": attribute.plain}


def _ask_list(attribute: Attribute, where: tuple[Where, ...], vocabulary: Vocabulary) -> str:
    phrases = words().lists.get(attribute.id)
    if phrases is None:
        return ask_for(attribute, vocabulary)
    return _put(phrases.ask, attribute, phrases, where, vocabulary)


def _items(attribute: Attribute, where: tuple[Where, ...], vocabulary: Vocabulary) -> str:
    phrases = words().lists.get(attribute.id)
    if phrases is None:
        return attribute.plain
    return _put(phrases.say, attribute, phrases, where, vocabulary)


def _put(
    template: str, attribute: Attribute, phrases: ListWords, wheres: tuple[Where, ...], vocabulary: Vocabulary
) -> str:
    """Return a phrase with what is asked for in it."""
    after_words = not template.startswith("{what}")
    order = [phrases.key, *phrases.fields]
    wheres = tuple(sorted(wheres, key=lambda one: order.index(one.field) if one.field in order else len(order)))
    key = [one for one in wheres if one.field == phrases.key]
    rest = [one for one in wheres if one.field != phrases.key]
    named = [
        _value(attribute.fields.get(one.field), one.test, vocabulary, after_words) for one in key if not one.negated
    ]
    barred = [_value(attribute.fields.get(one.field), one.test, vocabulary) for one in key if one.negated]
    parts = [phrases.key_say.format(say_list(named)) if named else phrases.any]
    parts += [_other_than(said) for said in barred]
    parts += [_condition(phrases, attribute.fields.get(one.field), one, vocabulary) for one in rest]
    return template.format(what=" ".join(part for part in parts if part))


def _condition(phrases: ListWords, part: Field | None, where: Where, vocabulary: Vocabulary) -> str:
    phrase = phrases.fields.get(where.field, f"({where.field.replace('_', ' ')}: {{}})")
    said = _value(part, where.test, vocabulary, after_words=True)
    if isinstance(phrase, dict):
        key, period = _choice(where)
        if key not in phrase:
            return said
        return phrase[key].format(period)
    return phrase.format(_other_than(said) if where.negated else said)


def _other_than(said: str) -> str:
    return gettext("other than %(value)s") % {"value": said}


def _choice(where: Where) -> tuple[str, str]:
    """Return which of a field's phrases fits, and the period that goes into it."""
    match where.test:
        case FlagTest(value):
            return ("yes" if value is not where.negated else "no"), ""
        case DateTest(op, period):
            other = {"within": "before", "before": "within"}
            said = other[op] if where.negated else op
            return ("over" if said == "before" and period.amount == 0 else said), say_period(period)
        case _:
            return "", ""


# --- rules -------------------------------------------------------------------------------------------------------


def describe(rule: Expression, vocabulary: Vocabulary) -> str:
    """Return a rule in plain words, for a reader who does not know the rule language."""
    match rule:
        case Constant(value):
            return gettext("holds for everyone") if value else gettext("holds for no one")
        case Compare(attribute, test, within):
            said = _compared(vocabulary.attribute(attribute), test, vocabulary)
            if not within:
                return said
            return gettext("%(rule)s, measured in the last %(period)s") % {"rule": said, "period": say_period(within)}
        case Has(name, where):
            return _items(vocabulary.attribute(name), where, vocabulary)
        case Count(name, op, number, where):
            amount = words().comparisons[op].format(number)
            items = _items(vocabulary.attribute(name), where, vocabulary)
            return gettext("%(amount)s of: %(items)s") % {"amount": amount, "items": items}
        case Known(name, where):
            known = vocabulary.attribute(name)
            about = _items(known, where, vocabulary) if where else known.plain
            return gettext("something is known about this: %(what)s") % {"what": about}
        case Team(about):
            return gettext("for the team to judge: %(what)s") % {"what": about}
        case Residue(text):
            return gettext("not understood: “%(words)s”") % {"words": text}
        case Not(Has() as part):
            return gettext("no %(item)s") % {"item": describe(part, vocabulary)}
        case Not(part):
            return gettext("not: %(rule)s") % {"rule": _inner(part, vocabulary)}
        case All(parts):
            return _joined(parts, gettext("%(first)s and %(second)s"), vocabulary)
        case AnyOf(parts):
            return _joined(parts, gettext("%(first)s or %(second)s"), vocabulary)
        case AtLeast(number, parts):
            items = "; ".join(describe(part, vocabulary) for part in parts)
            return gettext("at least %(number)d of these: %(items)s") % {"number": number, "items": items}


def _joined(parts: tuple[Expression, ...], pattern: str, vocabulary: Vocabulary) -> str:
    said = _inner(parts[0], vocabulary) if parts else ""
    for part in parts[1:]:
        said = pattern % {"first": said, "second": _inner(part, vocabulary)}
    return said


def _inner(rule: Expression, vocabulary: Vocabulary) -> str:
    said = describe(rule, vocabulary)
    return f"({said})" if isinstance(rule, (All, AnyOf)) else said


def _compared(attribute: Attribute, test: Test, vocabulary: Vocabulary) -> str:
    match test:
        case FlagTest(value):
            about = attribute.plain.removeprefix("whether ").removeprefix("si ")
            return about if value else gettext("not: %(rule)s") % {"rule": about}
        case DateTest(op, period):
            return f"{attribute.name}: {_ago(op, period)}"
        case _:
            return f"{attribute.name}: {_value(attribute, test, vocabulary)}"


def _value(part: Attribute | Field | None, test: Test, vocabulary: Vocabulary, after_words: bool = False) -> str:
    match test:
        case TermTest(terms):
            names = [_term(part, term, vocabulary, after_words) for term in terms]
            if len(names) > _NAMED_AT_MOST:
                named, others = ", ".join(names[: _NAMED_AT_MOST - 1]), len(names) - _NAMED_AT_MOST + 1
                return gettext("%(names)s or one of %(count)d others") % {"names": named, "count": others}
            return say_list(names, "or")
        case NumberTest(op, number, unit, times):
            code = times or vocabulary.unit(unit) or unit or (part.unit if part else "")
            said = f"{format_number(number)} {words().units.get(code, code)}".rstrip()
            return words().comparisons[op].format(said)
        case FlagTest(value):
            return gettext("yes") if value else gettext("no")
        case DateTest(op, period):
            return _ago(op, period)


def _term(part: Attribute | Field | None, term: str, vocabulary: Vocabulary, after_words: bool) -> str:
    known = vocabulary.terms.get(part.terms, {}).get(term) if part else None
    if known is None or part is None:
        return term.replace("_", " ")
    # A drug's or a class's plain words explain it ("medicines that ..."); in a sentence its name reads better.
    name = known.name if part.terms == "drug" else known.plain or known.name
    return words().after_words(part.terms, term, name) if after_words else name


def say_period(period: Period) -> str:
    """Return ``28 days``, ``1 year``."""
    said = {
        "days": ngettext("%(num)d day", "%(num)d days", period.amount),
        "weeks": ngettext("%(num)d week", "%(num)d weeks", period.amount),
        "months": ngettext("%(num)d month", "%(num)d months", period.amount),
        "years": ngettext("%(num)d year", "%(num)d years", period.amount),
    }
    return said[period.unit] % {"num": period.amount}


def _ago(op: str, period: Period) -> str:
    said = gettext("in the last %(period)s") if op == "within" else gettext("more than %(period)s ago")
    return said % {"period": say_period(period)}
