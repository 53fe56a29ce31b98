"""Criteria that are meant for people with another cancer than the one that this study is looked at for.

A study of several cancers often asks of each kind in a line of its own ("Non-small cell lung cancer: after platinum",
or a plain list), without a word such as "cohort". Line by line, nobody could meet all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

from abreast.rules import TRUE, Compare, Expression, TermTest, any_of
from abreast.rules.expression import atoms, conjuncts
from abreast.trials.eligibility import Criterion, read_criterion
from abreast.trials.registry import Study

OTHER_CANCER = "another cancer"
"""The name of the part of a study that takes people with a cancer that did not begin in the breast."""


def told_apart(
    criteria: tuple[Criterion, ...], study: Study, parts: Iterable[tuple[str, Expression]] = ()
) -> tuple[Criterion, ...]:
    """Return the criteria; where breast cancer is named, those that ask for another one are a part of their own.

    ``parts`` are the names of the study's parts with what these ask for. Kinds of breast cancer that stand among other
    cancers in one list are alternatives: each of their lines then takes whoever any of them takes.
    """
    if not names_breast(criteria, study):
        return criteria
    closed = {name for name, rule in parts if _asks_another(rule)}
    told = list(criteria)
    for at, one in enumerate(criteria):
        if one.cohort in closed or (not one.cohort and _is_of_others(one)):
            told[at] = msgspec.structs.replace(one, cohort=OTHER_CANCER)
    for run in _lists_of_cancers(criteria):
        for at in run:
            if _is_of_others(criteria[at]):
                told[at] = msgspec.structs.replace(criteria[at], cohort=OTHER_CANCER)
        ours = [at for at in run if told[at].cohort != OTHER_CANCER and _says_which(criteria[at])]
        either = any_of(criteria[at].rule for at in ours)
        for at in ours if len(ours) > 1 else ():
            told[at] = msgspec.structs.replace(criteria[at], rule=either)
    return tuple(told)


def names_breast(criteria: Iterable[Criterion], study: Study) -> bool:
    """Whether the record or a requirement names breast cancer, or receptors that only it is tested for."""
    if any("breast" in words.lower() for words in (study.title, study.official_title, *study.conditions)):
        return True
    return any(
        _of_breast(atom) for criterion in criteria if criterion.section == "inclusion" for atom in atoms(criterion.rule)
    )


def _of_breast(atom: Expression) -> bool:
    match atom:
        case Compare("cancer", TermTest(terms)):
            return "breast" in terms
        case Compare(attribute, _):
            return attribute in ("er.status", "pr.status", "hr.status")
        case _:
            return False


def _is_of_others(criterion: Criterion) -> bool:
    """Whether a requirement is for people with another cancer: by what it asks, or by the label before its colon."""
    if criterion.section == "exclusion":
        return False
    return _asks_another(criterion.rule) or _asks_another(_label(criterion.text))


def _asks_another(rule: Expression) -> bool:
    parts = conjuncts(rule)
    return any(
        isinstance(part, Compare)
        and part.attribute == "cancer"
        and isinstance(part.test, TermTest)
        and "breast" not in part.test.terms
        for part in parts
    )


_LABEL = re.compile(r"\W*([A-Z][\w\s(),/-]{1,80}?)\s*(?::|\s[-–—])\s")
"""The words before a colon or a dash with which a line begins."""


@lru_cache(maxsize=4096)
def _label(text: str) -> Expression:
    found = _LABEL.match(text)
    named = found is not None and (_CANCER_WORD.search(found[1]) or _ABBREVIATION.search(found[1]))
    return read_criterion(found[1]).rule if found and named else TRUE


# --- lists of cancers -------------------------------------------------------------------------------------------------

_FEWEST = 2
"""So many other cancers side by side make a list of those that a study takes."""

_CANCER_WORD = re.compile(
    r"\b(?:cancers?|carcinomas?|tumou?rs?|malignanc\w+|melanoma|sarcoma|lymphoma|myeloma|glioblastoma|\w*adenocarcinoma|TNBC|NSCLC|SCLC|CRC)\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"\b[A-Z]{3,}\b")
_NO_ITEM = re.compile(
    r"\W*(?:histolog|patholog|cytolog|measur|evaluab|at\s+least|document|must|patients?|subjects?|participants?|have|has|any|no|not|age|life"
    r"|confirmed|known|prior|previous|archival|availab|adequate|tumou?r\s+(?:tissue|sample|lesion|size|block))",
    re.IGNORECASE,
)
"""How a requirement begins that is no item of a list of cancers."""
_LONGEST_NAME = 90
"""In so many characters at the front of an item its cancer is named."""


def _lists_of_cancers(criteria: Sequence[Criterion]) -> Iterator[list[int]]:
    """Yield the places of lines side by side, below one heading, of which each begins with the name of a cancer."""
    run: list[int] = []
    for at, one in enumerate([*criteria, None]):
        if one is not None and run and _belongs(criteria[run[-1]], one):
            run.append(at)
            continue
        if sum(_is_of_others(criteria[each]) for each in run) >= _FEWEST:
            yield run
        run = [at] if one is not None and _is_item(one) else []


def _belongs(before: Criterion, one: Criterion) -> bool:
    return _is_item(one) and (before.cohort, before.heading) == (one.cohort, one.heading)


def _says_which(criterion: Criterion) -> bool:
    """Whether a line tells whom it takes, and is no heading of the list."""
    return criterion.rule != TRUE or "breast" in criterion.text.lower()


def _is_item(criterion: Criterion) -> bool:
    if criterion.section == "exclusion" or _NO_ITEM.match(criterion.text):
        return False
    return _is_of_others(criterion) or _CANCER_WORD.search(criterion.text, 0, _LONGEST_NAME) is not None


__all__ = ["OTHER_CANCER", "names_breast", "told_apart"]
