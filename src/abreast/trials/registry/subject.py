"""What a study is about (this disease, or another) and what it is for (which of three lists it belongs to).

The words are data (``data/subject.yaml``), so that someone who knows the field can read and correct them. Both answers
come with the words that led to them.

How a study relates to breast cancer (:func:`about`):

=================== ====================================================================================
``breast``          the title names breast cancer and no other cancer; or the conditions do
``includes_breast`` breast cancer is one of several; or the study takes many or any cancers and does not
                    list which; or its inclusion text names breast cancer
``other``           everything else, and whatever says that it excludes breast cancer
=================== ====================================================================================

Which list it belongs to (:func:`purpose`), first line that fits:

=================================================== ==================================================
record                                              list
=================================================== ==================================================
observational study or patient registry             ``observational``
expanded access                                     ``treatment`` (outside a trial)
purpose SUPPORTIVE_CARE                             ``supportive``
title, or every condition, names a symptom, a side  ``supportive``
effect or a way of living with cancer (unless the
title also speaks of fighting the cancer)
purpose TREATMENT, only behavioural help or food    ``supportive``
supplements
purpose TREATMENT                                   ``treatment`` (drugs, surgery, radiation alike)
purpose OTHER or BASIC_SCIENCE, a drug in a phase,  ``treatment``
title not about seeing or preventing
any other purpose (diagnostic, prevention,          ``observational``
screening, health services ...)
no purpose, title speaks of seeing or preventing;   ``observational``
or of measuring, and no drug or radiation is given
no purpose, behavioural help or supplements only    ``supportive``
no purpose, a drug, radiation or procedure, or      ``treatment``
any intervention in a phase
nothing of the above                                ``observational``
=================================================== ==================================================

The list named ``observational`` is "observation and other research": what does not treat or help the person now.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from abreast.trials.registry.study import About, Purpose, Study, Subject

_NEAR = 6  # "breast, ovarian and other gynecologic cancers": so far apart, two words still speak of one thing
_NEAR_OTHER = 4  # "lung injury after radiation for breast cancer" must not name lung cancer
_GIVEN = {"DRUG", "BIOLOGICAL", "RADIATION", "COMBINATION_PRODUCT"}
_HELP = {"BEHAVIORAL", "DIETARY_SUPPLEMENT"}
_NEGATED = re.compile(
    r"\b(no|not|non|without|never|free|except|excluding|exclude|excluded|other than|history|prior|previous|previously"
    r"|family|risk|contraindicat\w*|secondary|second)\b"
)
_ITEM_END = re.compile(r"\n\s*\n|\n\s*(?:[-*•]|[0-9]+[.)])|[.;:]\s")
_EXCLUSION = re.compile(r"exclusion|not eligible|ineligib|ausschluss|exclusión|non-inclusion", re.IGNORECASE)


def about(study: Study) -> About:
    """Return how the study relates to breast cancer; see the module's table."""
    return subject(study).about


def purpose(study: Study) -> Purpose:
    """Return the list the study belongs to; see the module's table."""
    return subject(study).purpose


def subject(study: Study) -> Subject:
    """Return both answers with their reasons: those the study carries, else worked out from its words."""
    return study.subject or Subject(*_about(study), *_purpose(study))


# --- words ---


class _Words:
    """A list of words and phrases, made into one pattern over plain text."""

    def __init__(self, phrases: Iterable[str]) -> None:
        forms = sorted({_pattern(phrase) for phrase in phrases}, key=len, reverse=True)
        self.pattern = re.compile(rf" (?:{'|'.join(forms)})(?= )")

    def find(self, plain: str) -> str:
        """Return the first words of the list that stand in the text, or an empty text."""
        match = self.pattern.search(plain)
        return match[0].strip() if match else ""

    def without(self, plain: str) -> str:
        """Return the text with the list's words replaced by a mark that no list holds."""
        return self.pattern.sub(" ~", plain)

    def whole(self, plain: str) -> str:
        """Return the text when it is one of the list and nothing more, or an empty text."""
        match = self.pattern.match(plain)
        return plain.strip() if match and match.end() == len(plain) - 1 else ""


def _pattern(phrase: str) -> str:
    words = (_plain(word.removesuffix("*")).strip() + ("*" if word.endswith("*") else "") for word in phrase.split())
    return " ".join(re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in words)


def _plain(text: str) -> str:
    """Return the text in small letters without accents or punctuation, each word between single spaces."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {re.sub(r'[^0-9a-z]+', ' ', text.lower()).strip()} "


@cache
def _words() -> Mapping[str, _Words]:
    from abreast.foundation.yaml import read_yaml  # a start that reads studies from the store needs no YAML

    text = resources.files(__package__).joinpath("data", "subject.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = read_yaml(text, "subject.yaml")
    return {name: _Words(phrases) for part in ("about", "purpose") for name, phrases in data[part].items()}


def _names_breast_cancer(plain: str) -> str:
    """Return the words by which a title or a condition names breast cancer, or an empty text."""
    words = _words()
    text = words["not_breast_cancer"].without(plain)
    if alone := words["breast_alone"].find(text):
        return alone
    return _together(text, words["breast"], words["cancer"], _NEAR)


def _names_other_cancer(plain: str) -> str:
    """Return the words by which a title or a condition names a cancer that did not start in the breast."""
    words = _words()
    text = words["metastases"].without(plain)
    if alone := words["other_cancers"].find(text):
        return alone
    return _together(text, words["other_organs"], words["cancer"], _NEAR_OTHER)


def _together(plain: str, first: _Words, second: _Words, apart: int) -> str:
    """Return the shortest stretch that holds a word of each list, at most so many words apart, or an empty text."""
    spans = [
        (min(a.start(), b.start()), max(a.end(), b.end()))
        for a in first.pattern.finditer(plain)
        for b in second.pattern.finditer(plain)
        if a.end() <= b.start() or b.end() <= a.start()
    ]
    stretches = [plain[start:end].strip() for start, end in spans]
    return min((each for each in stretches if each.count(" ") <= apart), key=len, default="")


# --- about ---


def _about(study: Study) -> tuple[About, str]:
    words = _words()
    titles = [_plain(title) for title in (study.title, study.official_title) if title]
    conditions = [_plain(text) for text in study.conditions]
    terms = [_plain(text) for text in study.condition_terms]
    if excluded := _first(words["excludes_breast"].find, titles + conditions):
        return "other", f"it says “{excluded}”"

    in_title = _first(_names_breast_cancer, titles)
    named = in_title or _first(_names_breast_cancer, conditions) or _first(_names_breast_cancer, terms)
    other_in_title = _first(_names_other_cancer, titles)
    # "Breast and ovarian cancer" as one condition names both; "Breast Neoplasms, Squamous" is still breast.
    other = other_in_title or _first(_names_other_cancer, (c for c in conditions if not _names_breast_cancer(c)))
    oncology = _first(words["cancer"].find, titles)
    many = _first(words["many_cancers"].find, titles + conditions)
    many = many or (_first(words["any_cancer"].whole, conditions) if oncology else "")

    if in_title and not other_in_title:
        return "breast", f"its title names “{in_title}”"
    if named and not other and not many:
        return "breast", f"its conditions name “{named}” and no other cancer"
    if named:
        return "includes_breast", f"it names “{named}” beside “{other or many}”"
    keyword = _first(_names_breast_cancer, map(_plain, study.keywords))
    if keyword and not other_in_title:
        return "includes_breast", f"its keywords name “{keyword}”"
    if many and not other:
        return "includes_breast", f"it takes “{many}” without naming other cancers"
    speaks_of_it = many or (not other and (oncology or _first(words["breast"].find, titles + conditions)))
    in_criteria = _first(_names_breast_cancer, _inclusion_items(study.criteria)) if speaks_of_it else ""
    if in_criteria:
        return "includes_breast", f"its inclusion criteria name “{in_criteria}”"
    return "other", f"it names “{other}”, not breast cancer" if other else "it does not name breast cancer"


def _inclusion_items(criteria: str) -> Iterable[str]:
    """Yield the plain items before the first word of exclusion, without those that speak of a "no" or of the past."""
    inclusion = _EXCLUSION.split(criteria, maxsplit=1)[0]
    for item in _ITEM_END.split(inclusion):
        plain = _plain(item)
        if not _NEGATED.search(plain):
            yield plain


def _first(find: Callable[[str], str], texts: Iterable[str]) -> str:
    """Return the first answer that is not empty."""
    return next(filter(None, map(find, texts)), "")


# --- purpose ---


def _purpose(study: Study) -> tuple[Purpose, str]:
    words = _words()
    title = _plain(study.title)
    kinds = {each.type for each in study.interventions if each.type}
    phased = study.phase_number is not None
    fights = words["against_cancer"].find(words["not_against_cancer"].without(title))
    if not fights and (not kinds or "RADIATION" in kinds):
        fights = words["radiation"].find(title)
    care = "" if fights else words["supportive"].find(title)
    if not care and study.conditions:
        cares = [words["supportive"].find(_plain(condition)) for condition in study.conditions]
        care = cares[0] if all(cares) else ""

    if study.study_type == "observational" or study.patient_registry:
        return "observational", "the record says that it is an observational study"
    if study.study_type == "expanded_access":
        return "treatment", "it gives a treatment outside a trial (expanded access)"
    if study.primary_purpose == "SUPPORTIVE_CARE":
        return "supportive", "the record states its purpose as supportive care"
    if care:
        return "supportive", f"its title speaks of “{care}”"
    help_only = bool(kinds & _HELP) and kinds <= _HELP | {"OTHER"}
    if help_only and study.primary_purpose == "TREATMENT":
        return "supportive", "it gives behavioural help or food supplements only"
    looks = "" if fights else words["seeing"].find(title) or words["preventing"].find(title)
    gives = phased and bool(kinds & _GIVEN)
    if study.primary_purpose:
        stated = study.primary_purpose.lower().replace("_", " ")
        if stated == "treatment":
            return "treatment", "the record states its purpose as treatment"
        if stated in {"other", "basic science"} and gives and not looks:
            return "treatment", f"the record states its purpose as {stated}, and it gives a drug in a phase"
        return "observational", f"the record states its purpose as {stated}"
    looks = looks or ("" if kinds & _GIVEN else words["finding"].find(title))
    if looks:
        return "observational", f"no purpose is stated, and its title speaks of “{looks}”"
    if help_only:
        return "supportive", "no purpose is stated, and it gives behavioural help or food supplements"
    if kinds & (_GIVEN | {"PROCEDURE"}) or (phased and study.interventions):
        return "treatment", "no purpose is stated, and it gives a treatment"
    return "observational", "no purpose is stated, and no treatment is given"
