"""Holding one expectation against what a plan says. The rules are told in ``docs/evaluation.md``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from abreast.evaluation.ideas import Dictionary, Found, load_dictionary
from abreast.evaluation.sayings import Saying, Sayings

_TIMES = frozenset(["before_surgery", "after_surgery"])
"""Ideas that tell one use of a drug from another."""
_ALONE = re.compile(r"\b(?:alone|monotherapy|single[ -]agent|by itself)\b", re.IGNORECASE)
_WITHOUT = re.compile(r"\bwithout\s+(?:an?\s+|any\s+)?(.+)$", re.IGNORECASE)
_IF = re.compile(r"\b(?:if|once|when|provided)\b", re.IGNORECASE)
_BRACKET = re.compile(r"\(([^()]*)\)")
_CHOICE = re.compile(r"^[\s,]*(?:or|/|,|, or)?\s*$", re.IGNORECASE)
_CIRCUMSTANCE = re.compile(
    r"(?<=\w|\))\s+(?:on|before|prior to|at|during|while|because|since|given|if|when)\s.*$", re.IGNORECASE
)
_LIST = re.compile(r"[(),;]|\bor\b|\band\b|\s/\s|\s\+\s")


@dataclass(frozen=True)
class Outcome:
    """Whether an expectation came out right, and by what."""

    right: bool
    by: str


@dataclass(frozen=True)
class Wanted:
    """One alternative of an expectation: groups of drugs (one of each), ideas, and words that nothing stands for."""

    text: str
    drugs: tuple[tuple[str, ...], ...]
    ideas: frozenset[str]
    words: tuple[str, ...]
    alone: bool = False
    without: str = ""
    conditional: bool = False


def read_wanted(text: str, dictionary: Dictionary) -> Wanted:
    """Read one alternative. What stands in brackets explains; it counts where there is nothing else, or names drugs."""
    without = _WITHOUT.search(text.replace("(", "").replace(")", ""))
    body = text[: text.lower().find("without")] if without else text
    ideas = dictionary.ideas_asked(body)
    drugs = dictionary.drugs_of(body)
    outside = [one for one in ideas if not _in_bracket(one, body)]
    counted = outside or list(ideas)
    counted += [one for one in ideas if one not in counted and one.what[0] in _TIMES]
    left = dictionary.words_left(_BRACKET.sub(" ", body) if outside or drugs else body, ())
    covered = " ".join(body[one.start : one.end] for one in (*ideas, *drugs)).casefold()
    return Wanted(
        text=text,
        drugs=tuple(_groups(drugs, body, dictionary)),
        ideas=frozenset(one.what[0] for one in counted),
        words=tuple(word for word in left if word not in covered),
        alone=bool(_ALONE.search(text)),
        without=without.group(1) if without else "",
        conditional=bool(_IF.search(text)),
    )


def _in_bracket(found: Found, text: str) -> bool:
    return any(one.start() < found.start < one.end() for one in _BRACKET.finditer(text))


def _groups(found: Sequence[Found], text: str, dictionary: Dictionary) -> Iterator[tuple[str, ...]]:
    """Yield the drugs that must all be there; within a group any one will do.

    Drugs parted by "or", a comma or a slash are a choice. A bracket, or what stands after a colon, that lists kinds of
    the class before it, is a choice too, unless it joins them by "+". A name of a regimen stands for its drugs.
    """
    groups: list[list[str]] = []
    end = 0
    for index, one in enumerate(found):
        if not one.what:
            continue
        if len(one.what) > 1 and all(dictionary.vocabulary.ancestors("drug", drug) for drug in one.what) and index == 0:
            if len(found) == 1:
                groups.extend([drug] for drug in one.what)
                end = one.end
                continue
            if ":" in text[one.end : found[1].start]:
                end = one.end
                continue
        between = text[end : one.start]
        kind_of_last = bool(groups) and any(
            dictionary.related(first, drug) for first in groups[-1] for drug in one.what
        )
        listed_with_plus = "+" in _bracket_around(text, one.start)
        gloss = kind_of_last and ("(" in between or ":" in between) and not listed_with_plus
        if groups and (gloss or (_CHOICE.match(between) and between.strip(" ") and "+" not in between)):
            groups[-1].extend(one.what)
        else:
            groups.append(list(one.what))
        end = one.end
    yield from (tuple(dict.fromkeys(group)) for group in groups)


def _bracket_around(text: str, place: int) -> str:
    return next((one.group(1) for one in _BRACKET.finditer(text) if one.start() < place < one.end()), "")


# --- options ---------------------------------------------------------------------------------------------------------


def offered(item: str, heard: Sayings) -> Outcome:
    """Return whether an option is among what is worth talking about now.

    Something that is done but is no drug (a visit, an operation) may also stand in a test, a visit or a referral.
    """
    dictionary = load_dictionary()
    wanted = [read_wanted(one, dictionary) for one in _alternatives(item)]
    for one in wanted:
        good = ("talk_about", "depends") if one.conditional else ("talk_about",)
        hit = next((option for option in heard.at(*good) if _is_option(one, option, dictionary)), None)
        if hit:
            return Outcome(True, f"{hit}: {hit.name}")
    for one in wanted:
        if one.drugs or not one.ideas:
            continue
        hit = _best(one, (*heard.at("talk_about"), *heard.tests), dictionary, whole=True)
        if hit:
            return Outcome(True, f"{hit}, ideas {_listed(one.ideas)}")
    return Outcome(False, _near(wanted, heard, dictionary))


def not_offered(item: str, heard: Sayings) -> Outcome:
    """Return whether none of the alternatives is worth talking about now; one that depends on something is named."""
    dictionary = load_dictionary()
    conditional: list[Saying] = []
    for text in _alternatives(item):
        wanted = read_wanted(text, dictionary)
        for option in heard.options:
            if not _is_option(wanted, option, dictionary) or not _is_form(wanted, option, dictionary):
                continue
            if option.standing == "talk_about":
                return Outcome(False, f"offered: {option}: {option.name}")
            if option.standing == "depends":
                conditional.append(option)
    said_if = f"named conditionally: {', '.join(dict.fromkeys(one.id for one in conditional))}" if conditional else ""
    return Outcome(True, said_if or "not offered")


def _is_option(wanted: Wanted, option: Saying, dictionary: Dictionary) -> bool:
    times = wanted.ideas & _TIMES
    if times and not times <= dictionary.ideas_of(f"{option.name}. {option.line}"):
        return False
    if wanted.drugs:
        return all(
            any(dictionary.related(drug, have) for drug in group for have in option.drugs) for group in wanted.drugs
        )
    asked = wanted.ideas - _TIMES
    if asked:
        return asked <= dictionary.ideas_of(option.name)
    return bool(wanted.words) and all(_has_word(word, option.name) for word in wanted.words)


def _is_form(wanted: Wanted, option: Saying, dictionary: Dictionary) -> bool:
    """Return whether the option is of the form that is forbidden: alone, or without something."""
    if wanted.alone:
        return len(option.drugs) <= 1 or re.search(r"\balone\b", option.name, re.IGNORECASE) is not None
    if wanted.without:
        lacking = read_wanted(wanted.without, dictionary)
        beside = {drug for found in dictionary.drugs_of(option.text) for drug in found.what}
        has = all(any(dictionary.related(drug, one) for drug in group for one in beside) for group in lacking.drugs)
        return not (has and lacking.drugs) and not (lacking.ideas and lacking.ideas <= dictionary.ideas_of(option.text))
    return True


def _near(wanted: Iterable[Wanted], heard: Sayings, dictionary: Dictionary) -> str:
    """Return what came nearest: the option in another standing, or that there is none."""
    for one in wanted:
        for option in heard.at("depends", "not_now"):
            if _is_option(one, option, dictionary):
                why = [
                    f"{point.question}"
                    for made in heard.plan.options
                    if made.id == option.id
                    for point in made.open_points
                ]
                why += [c.text for made in heard.plan.options if made.id == option.id for c in made.cautions
                        if c.kind == "against" and c.certain]  # fmt: skip
                return f"{option.standing}: {option.id} ({'; '.join(why)})"
    return "not in the plan"


# --- tests and warnings ----------------------------------------------------------------------------------------------


def test_asked(item: str, heard: Sayings) -> Outcome:
    """Return whether a test is asked for, as a test, a visit, a referral or a question.

    Where and before what it is done ("on the biopsy", "before ribociclib") explains, like a bracket.
    """
    return _spoken("|".join(_CIRCUMSTANCE.sub("", one) for one in item.split("|")), heard.tests)


test_asked.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def said(item: str, heard: Sayings) -> Outcome:
    """Return whether the idea is in a warning, the scope, a conflict or a caution, or inside an offered option.

    "between this and that" explains, like a bracket.
    """
    item = re.sub(r"\s+between\s[^(]*", " ", item)
    first = _spoken(item, heard.warnings)
    if first.right:
        return first
    inside = _spoken(item, heard.details)
    return inside if inside.right else first


def test_not_asked(item: str, heard: Sayings) -> Outcome:
    """Return whether no test is asked for that the item names; every test that it lists is looked at by itself."""
    dictionary = load_dictionary()
    for piece in _LIST.split(item.replace("|", ";")):
        asked = frozenset(one.what[0] for one in dictionary.ideas_asked(piece))
        if not asked & dictionary.tests:
            continue
        for test in heard.plan.tests:
            if asked <= dictionary.ideas_of(f"{test.name}. {test.plain_name}"):
                return Outcome(False, f"asked for: {test.name}")
    return Outcome(True, "not asked for")


test_not_asked.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def _spoken(item: str, pieces: Sequence[Saying]) -> Outcome:
    dictionary = load_dictionary()
    wanted = [read_wanted(one, dictionary) for one in _alternatives(item)]
    for one in wanted:
        hit = _best(one, pieces, dictionary)
        if hit:
            return Outcome(True, f"{hit}, {_compared(one)}")
    for text in _alternatives(item):
        parts = [read_wanted(part, dictionary) for part in re.split(r"\band\b|;|\s\+\s", _BRACKET.sub(" ", text))]
        telling = [part for part in parts if part.ideas or part.drugs]
        if len(telling) < 2 or len(telling) < len(parts):
            continue
        hits = [_best(part, pieces, dictionary) for part in telling]
        if all(hits):
            return Outcome(True, f"in parts: {'; '.join(str(hit) for hit in hits)}")
    return Outcome(False, f"not found ({'; '.join(_compared(one) for one in wanted)})")


def _best(wanted: Wanted, pieces: Sequence[Saying], dictionary: Dictionary, *, whole: bool = False) -> Saying | None:
    """Return the piece that says it: the one whose name has most of the ideas, the first of equals."""
    said_by = [piece for piece in pieces if _says(wanted, piece.text, dictionary, whole=whole)]
    return max(said_by, key=lambda one: len(wanted.ideas & dictionary.ideas_of(one.name)), default=None)


def _says(wanted: Wanted, text: str, dictionary: Dictionary, *, whole: bool) -> bool:
    """Return whether a text has every idea, and every drug (or its class) that no idea stands for.

    Where ideas and drugs make up little of the expectation, half of its other words must be there too.
    """
    if not wanted.ideas and not wanted.drugs:
        return bool(wanted.words) and all(_has_word(word, text) for word in wanted.words)
    if not wanted.ideas <= dictionary.ideas_of(text):
        return False
    if not _covered_by_ideas(wanted, dictionary):
        there = [drug for found in dictionary.drugs_of(text) for drug in found.what]
        if not all(any(dictionary.related(drug, one) for drug in group for one in there) for group in wanted.drugs):
            return False
    known = len(wanted.ideas) + len(wanted.drugs)
    if whole or len(wanted.words) > 2 * known:
        there_too = sum(_has_word(word, text) for word in wanted.words)
        return 2 * there_too >= len(wanted.words)
    return True


def _covered_by_ideas(wanted: Wanted, dictionary: Dictionary) -> bool:
    """Return whether the ideas of the expectation already stand for all the drugs that it names."""
    spans = dictionary.ideas_asked(wanted.text)
    return all(any(one.start <= drug.start < one.end for one in spans) for drug in dictionary.drugs_of(wanted.text))


def _has_word(word: str, text: str) -> bool:
    stem = word[: max(4, len(word) - 2)]
    return re.search(rf"(?<!\w){re.escape(stem)}", text, re.IGNORECASE) is not None


def _compared(wanted: Wanted) -> str:
    parts = []
    if wanted.ideas:
        parts.append(f"ideas {_listed(wanted.ideas)}")
    if wanted.drugs:
        parts.append(f"drugs {' + '.join('/'.join(group) for group in wanted.drugs)}")
    if wanted.words:
        known = len(wanted.ideas) + len(wanted.drugs)
        asked = "words" if not known or len(wanted.words) > 2 * known else "not compared:"
        parts.append(f"{asked} {_listed(wanted.words)}")
    return ", ".join(parts) or "nothing to compare"


def _listed(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _alternatives(item: str) -> list[str]:
    """Return the alternatives of an item; what comes before a colon belongs to each."""
    head, colon, rest = item.partition(":")
    if colon and "|" in rest and "|" not in head:
        return [f"{head}: {one.strip()}" for one in rest.split("|")]
    return [one.strip() for one in item.split("|") if one.strip()]


# --- extent, stage, subtype ------------------------------------------------------------------------------------------

_EXTENTS = (
    ("not_breast", r"not breast"),
    ("unknown", r"unknown|not stated|not known|cannot|undetermined|unclear"),
    ("locoregional_recurrence", r"(loco-?regional|local)\w*[ -]recurren|recurrence.*(local|chest wall)"),
    ("metastatic", r"(?<!non-)(?<!non)(?<!not )metasta|stage (iv|4)|distant|^iv$"),
    ("locally_advanced", r"locally advanced|stage (iii|3)|inflammatory|^iii[abc]?$"),
    ("early", r"early|stage (0|i|ii|1|2)[abc]?\b|not advanced|in situ|^ii?[ab]?$"),
)
_STAGE = re.compile(r"(?<!\w)(0|I{1,3}[ABC]?|IV)(?!\w)")
_NOT_KNOWN = re.compile(
    r"unknown|not (?:stated|known|determin\w+|assign\w+)|cannot|undetermined|unclear", re.IGNORECASE
)
_HR = (
    ("HR-low", r"(er|hr)[ -]?low|low[ -](er|hr)"),
    ("HR?", r"hr ?(\?|unknown)|hr not known"),
    ("HR+", r"(hr|er)(/pr)?[ -]?(\+|positive)|triple[ -]positive|hormone[ -]receptor[ -]positive|luminal"),
    ("HR-", r"(hr|er)(/pr)?[ -]?(-|negative)|triple[ -]negative|tnbc"),
)
_HER2 = (
    ("HER2?", r"her2[ -]?(\?|unknown|equivocal|not known|undetermined|status unknown|indeterminate|pending)"),
    ("HER2-ultralow", r"her2[ -]?ultralow"),
    ("HER2-low", r"her2[ -]?low"),
    ("HER2-0", r"her2[ -]?(0|zero|null)"),
    ("HER2+", r"her2[ -]?(\+|positive|enriched)|triple[ -]positive"),
    ("HER2-", r"her2[ -]?(-|negative)|tnbc|triple[ -]negative"),
)
_HER2_IDS = {"positive": "HER2+", "negative": "HER2-", "low": "HER2-low", "ultralow": "HER2-ultralow", "zero": "HER2-0"}
_HER2_NEGATIVE = ("HER2-", "HER2-low", "HER2-ultralow", "HER2-0")


def met(field: Literal["extent", "stage", "subtype"], accepted: Sequence[str], heard: Sayings) -> Outcome:
    """Return whether what the plan's case says of the disease is one of the accepted spellings."""
    says = _SAYS[field](heard)
    right = any(_same(says, _READ[field](one)) for one in accepted)
    return Outcome(right, f"the plan says {says}, accepted: {'; '.join(accepted)}")


def _same(says: str, wanted: str) -> bool:
    """Return whether two short forms agree: HER2-low is HER2-negative too, few estrogen receptors are some."""
    if says == wanted or "/" not in says or "/" not in wanted:
        return says == wanted
    (hr, her2), (hr_wanted, her2_wanted) = says.split("/"), wanted.split("/")
    her2_right = her2 == her2_wanted or (her2_wanted == "HER2-" and her2 in _HER2_NEGATIVE)
    zero_or_ultralow = her2 == "HER2-" and her2_wanted == "HER2-0"
    return (her2_right or zero_or_ultralow) and (hr == hr_wanted or (hr == "HR-low" and hr_wanted == "HR+"))


def _extent_says(heard: Sayings) -> str:
    if heard.plan.scope.status == "not_breast":
        return "not_breast"
    value = heard.value("extent")
    if value in ("in_situ", "early"):
        return "early"
    if value == "nonmetastatic":
        return "early" if heard.plan.scope.status == "not_advanced" else "not metastatic"
    return value or ("metastatic" if heard.plan.scope.status == "advanced" else "unknown")


def _extent_read(text: str) -> str:
    folded = text.casefold()
    return next((name for name, pattern in _EXTENTS if re.search(pattern, folded)), folded)


def _stage_says(heard: Sayings) -> str:
    if _extent_says(heard) == "metastatic":
        return "IV"
    return heard.value("stage.anatomic") or heard.value("stage.stated") or "unknown"


def _stage_read(text: str) -> str:
    found = _STAGE.search(text)
    if found:
        return found.group(1)
    return "IV" if re.search(r"metasta|rM1", text) else "unknown" if _NOT_KNOWN.search(text) else text


def _subtype_says(heard: Sayings) -> str:
    hr = {"positive": "HR+", "negative": "HR-"}.get(heard.value("hr.status"), "HR?")
    if hr == "HR+" and heard.value("er.status") == "low_positive":
        hr = "HR-low"
    her2 = heard.value("her2.status")
    return f"{hr}/{_HER2_IDS.get(her2, 'HER2-' if her2 == 'zero_or_ultralow' else 'HER2?')}"


def _subtype_read(text: str) -> str:
    folded = text.casefold().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    hr = next((name for name, pattern in _HR if re.search(pattern, folded)), "HR?")
    her2 = next((name for name, pattern in _HER2 if re.search(pattern, folded)), "HER2?")
    return f"{hr}/{her2}"


_SAYS = {"extent": _extent_says, "stage": _stage_says, "subtype": _subtype_says}
_READ = {"extent": _extent_read, "stage": _stage_read, "subtype": _subtype_read}

__all__ = ["Outcome", "met", "not_offered", "offered", "read_wanted", "said", "test_asked", "test_not_asked"]
