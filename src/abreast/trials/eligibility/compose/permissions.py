"""Sentences that permit something, and those that ask something of some of the people only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from abreast.rules import FALSE, TRUE, Expression, Has, Not, Residue, Team, all_of, any_of, negate
from abreast.trials.eligibility.compose.clauses import clause
from abreast.trials.eligibility.compose.gathering import nodes_of
from abreast.trials.eligibility.compose.passage import Passage, Sentence
from abreast.trials.eligibility.compose.rewriting import as_taken, parts_of
from abreast.trials.eligibility.compose.roles import LATER_SUBJECTS, SUBJECTS
from abreast.trials.eligibility.tokens import Token

_THOSE_WITH = re.compile(
    r"\W*(?:patients|subjects|participants|individuals|those|women)\s+(?:(?:with|who\s+(?:have\s+)?(?:had|received))\s+(?:prior|previous)\b"
    r"|who\s+(?:have\s+|had\s+)?received\s+(?!at\s+least\b|no\b|not\b|only\b|fewer\b|\d))",
    re.IGNORECASE,
)

_MARKERS = frozenset(["receptor", "variant"])
"""What names some of the people when no cancer stands beside it: "HER2-positive patients must have had trastuzumab"."""

_SUITED = re.compile(r"\W*(?:eligible|suitable)\s+(?:for|to)\b", re.IGNORECASE)

_TAKES = re.compile(r"\b(?:on|taking|receiving|receive)\s+(?!the\s+day)", re.IGNORECASE)
"""What says that a medicine is to be taken for some time, and not to be stopped for it."""

_ELSEWHERE = re.compile(r"\b(?:outside|other\s+than|elsewhere|not\s+(?:to|in|involving))\b", re.IGNORECASE)


def _says_more(tokens: Sequence[Token]) -> bool:
    """Whether words stand beside a permission that no pattern read."""
    return sum(token.kind == "word" for token in tokens) > 1


def permission(here: Passage, tokens: Sequence[Token]) -> Sentence:
    """Read a permission: without a condition it never excludes; with one it asks that of those it speaks of."""
    index = next(position for position, token in enumerate(tokens) if token.kind == "allow")
    after = tokens[index + 1 :]
    condition_at = next(
        (position for position, token in enumerate(after) if token.kind in ("if", "provided", "unless")), None
    )
    req = [token for token in tokens if token.kind == "REQ"]
    if not index and here.section == "inclusion" and _SUITED.match(here.text):
        here.families.append("team")  # "Eligible for chemotherapy": who is, the team decides
        return Sentence(Team(here.quote), "must", "team", tuple(here.families))
    if req:
        here.families.append("metastases")
        return Sentence(req[0].value.rule, "must", "metastasis", tuple(here.families))
    if condition_at is None:
        left = nodes_of(here, [token for token in tokens if token.kind == "E"], absorb=True)
        rules = [node.rule for node in left if node.kind == "E"]
        if _ELSEWHERE.search(here.text):
            rules = []  # who is permitted is none of those whom the sentence before speaks of
        main = next((node.main for node in left if node.main), "")
        if not left and here.section == "inclusion" and not here.later and _says_more(tokens):
            here.residue.append(here.place)  # nothing was read of what is permitted, or of who is "an eligible ..."
            return Sentence(Residue(here.text), "plain", "residue", tuple(here.families), tuple(here.residue))
        here.families.append("permission")
        return Sentence(any_of(rules) if rules else FALSE, "allow", main, tuple(here.families))
    left = nodes_of(here, tokens[:index], absorb=False)
    right = nodes_of(here, after[condition_at + 1 :], absorb=False)
    subject = clause(here, left) if left else TRUE
    here.asking = True
    wanted = clause(here, right) if right else TRUE
    here.asking = False
    if after[condition_at].kind == "unless":
        wanted = negate(wanted)
    if _TAKES.search(here.words(after[condition_at].start, here.place[1])):
        wanted = as_taken(wanted)
    here.families.append("permission")
    main = next((node.main for node in left if node.main), "")
    apart = next((at for at, node in enumerate(left) if node.kind in ("except", "unless")), 0)
    if apart and any(node.kind == "E" for node in left[:apart]):
        asked = clause(here, left[:apart])
        excepted = all_of([clause(here, left[apart + 1 :]), wanted])  # "A except for B who are eligible if C"
        rule = any_of([asked, excepted]) if here.section == "inclusion" else all_of([asked, negate(excepted)])
        return Sentence(rule, "plain", main, tuple(here.families), tuple(here.residue))
    some = [part for part in parts_of(subject) if isinstance(part, Not | Has)]
    if left and main == "lab" and some:
        limits = [part for part in parts_of(subject) if part not in some]
        if here.section == "inclusion":
            rule = any_of([*limits, all_of([any_of(some), wanted])])
        else:
            rule = all_of([*limits, negate(all_of([negate(all_of(some)), wanted]))])
        return Sentence(rule, "plain", main, tuple(here.families), tuple(here.residue))
    return Sentence(any_of([negate(subject), wanted]), "must", main, tuple(here.families), tuple(here.residue))


def asked_of_some(here: Passage, tokens: Sequence[Token]) -> Expression | None:
    """Read "patients with HIV must be well controlled": asked only of those it speaks of."""
    index = next(position for position, token in enumerate(tokens) if token.kind == "must")
    subject = [token for token in tokens[:index] if token.kind == "E"]
    if not subject:
        return None
    negative = any(token.kind == "neg" for token in tokens[:index])
    subjects = SUBJECTS | LATER_SUBJECTS if here.later else SUBJECTS
    if _THOSE_WITH.match(here.text):
        subjects = subjects | {"therapy"}
    if all(token.value.main in _MARKERS for token in subject):
        subjects = subjects | _MARKERS
    if not negative and subject[-1].value.main not in subjects:
        return None
    rest = tokens[index + 1 :]
    asked = nodes_of(here, rest, absorb=False)
    wanted = {node.main for node in asked if node.kind == "E"}
    if not wanted or (subject[-1].value.main in _MARKERS and not here.later and "therapy" not in wanted):
        return None
    left = clause(here, nodes_of(here, [token for token in tokens[:index] if token.kind != "if"], absorb=False))
    right = clause(here, asked)
    if right == TRUE:
        return None
    here.families.append(subject[-1].value.family)
    return any_of([negate(left), right])
