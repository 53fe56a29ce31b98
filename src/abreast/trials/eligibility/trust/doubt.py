"""The looks at a sentence and at a whole criterion, in their order."""

from __future__ import annotations

import msgspec

from abreast.rules import (
    FALSE,
    TRUE,
    AnyOf,
    Expression,
    Residue,
)
from abreast.trials.eligibility.compose import Sentence
from abreast.trials.eligibility.model import Section
from abreast.trials.eligibility.signs import heeded, opened
from abreast.trials.eligibility.trust.absence import known_of_person
from abreast.trials.eligibility.trust.impossible import has_dead_branch, possible, without_impossible
from abreast.trials.eligibility.trust.limits import EITHER_WAY, LIVER, at_most, of_a_subgroup, with_liver_metastases
from abreast.trials.eligibility.trust.people import FOR_ONE_SEX, GIVEN, as_named, not_for_all, of_one_sex
from abreast.trials.eligibility.trust.pregnancy import of_the_pregnant
from abreast.trials.eligibility.trust.times import EVER, events_alike, second_cancers_alike, timed_alike
from abreast.trials.eligibility.trust.unread import HIDING, NO_SENTENCE, TWO_SENTENCES, says_nothing, sure

TRUSTED_SHARE = 0.2
FEW_WORDS = 2
"""A sentence is trusted when at most this share of its words, or this many, are unread. In the labelled sets nearly
every right answer *against* lies below; see docs/decisions/0041."""

_DECIDING = ("plain", "must", "prohibit")
_TURNED = {"inclusion": "prohibit", "exclusion": "must"}
"""Sentences whose rule is turned round when the sentences of a criterion are joined."""


def trusted_sentence(
    sentence: Sentence, section: Section, words: str, place: tuple[int, int], *, alone: bool = True
) -> Sentence:
    """Return the sentence as it is, or, when too much of it is unread, with no more than what is sure all the same.

    ``words`` is the text that ``place`` and the places of the residue refer to, and ``alone`` tells whether the
    sentence is all of it. In a list of what excludes, an unread item is one more way to be excluded, and casts no doubt
    on the others.
    """
    if sentence.mode not in _DECIDING:
        return sentence
    start, end = place
    said = words[start:end]
    if says_nothing(sentence) and not NO_SENTENCE.fullmatch(said):
        return msgspec.structs.replace(sentence, rule=Residue(said), main="residue", residue=(place,))
    asks = (section == "inclusion") != (sentence.mode == _TURNED[section])
    rule = heeded(sentence.rule, section, said, asks=asks)
    if section == "exclusion":
        rule = events_alike(second_cancers_alike(rule), said)
    if section == "exclusion" and not EVER.search(said):
        rule = timed_alike(rule)
    if asks and section == "inclusion" and FOR_ONE_SEX.match(said):
        rule = of_one_sex(rule)
    if asks and section == "inclusion" and not alone and not GIVEN.search(said):
        rule = as_named(rule, said)
    if rule != sentence.rule:
        sentence = msgspec.structs.replace(sentence, rule=rule)
    unread = sum(len(words[low:high].split()) for low, high in sentence.residue)
    if section == "exclusion" and isinstance(sentence.rule, AnyOf):
        unread -= sum(len(part.text.split()) for part in sentence.rule.parts if isinstance(part, Residue))
    if unread <= max(FEW_WORDS, TRUSTED_SHARE * len(said.split())):
        return sentence
    required = section == "inclusion" and asks
    return msgspec.structs.replace(sentence, rule=sure(sentence.rule, said, asks=required))


def trusted_rule(rule: Expression, section: Section, text: str, head: str = "") -> Expression:
    """Return the rule of a whole criterion without what must not turn anybody away.

    ``text`` is what it says, ``head`` the heading above it.
    """
    if rule in (TRUE, FALSE) and (HIDING.search(text) or TWO_SENTENCES.search(text)):
        return Residue(text)
    if section == "exclusion":
        return known_of_person(rule, text)
    rule = not_for_all(rule, text)
    if not possible(rule) or has_dead_branch(rule):
        return Residue(text)
    rule = opened(without_impossible(rule, text), section, text)
    rule = of_the_pregnant(of_a_subgroup(at_most(rule, text), text))
    if LIVER.search(text) and not EITHER_WAY.search(text):
        rule = with_liver_metastases(rule, text)
    if not GIVEN.search(f"{head} {text}"):
        rule = as_named(rule, text)
    return rule


__all__ = ["trusted_rule", "trusted_sentence"]
