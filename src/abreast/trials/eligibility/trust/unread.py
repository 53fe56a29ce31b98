"""Words that were not read, or that hide what was asked."""

from __future__ import annotations

import re

from abreast.rules import (
    FALSE,
    TRUE,
    Compare,
    Expression,
    Residue,
    TermTest,
    all_of,
)
from abreast.rules.expression import conjuncts
from abreast.trials.eligibility.compose import Sentence

NO_SENTENCE = re.compile(
    r".*:\s*|\W*\w*\W*(?:\w+\W*)?|.*\b(?:who|that|which|with|are|is|has|have|of|by|for|and|or)\s*",
    re.DOTALL | re.IGNORECASE,
)
"""A name of what follows, one word or two, or the beginning of a sentence."""


def says_nothing(sentence: Sentence) -> bool:
    """Whether no word of a sentence was read, and none was noted as unread either: all were taken for filling."""
    return sentence.rule in (TRUE, FALSE) and not sentence.families and not sentence.residue


HIDING = re.compile(
    r"^\W*acceptable\b|\([^()]*\b(?:allowed|permitted|acceptable|eligible|may|can)\b|;\s*does\s+not\s+include\b"
    r"|\bnot\s+considered\b(?!\s+an?\s+exclu)|;[^;]*\bdefined\s+as\b",
    re.IGNORECASE,
)
"""A permission or a definition beside what is asked: "no radiation within 21 days (palliative is allowed)"."""

TWO_SENTENCES = re.compile(r"[^.:;,\s\-*]\s+(?:Patients|Subjects|Participants|Women)\s+(?:with|who|receiving|on)\b")
"""A second sentence that no stop parts from the first."""


def sure(rule: Expression, quote: str, *, asks: bool) -> Expression:
    """Keep the parts of a requirement that name another cancer or a sex; the rest is not read."""
    parts = conjuncts(rule)
    kept = [part for part in parts if _is_sure(part)] if asks and not _OF_SOME.search(quote) else []
    return all_of([*kept, Residue(quote)])


_OF_SOME = re.compile(r"\b(?:must|should|shall|agree\w*|needs?\s+to|will|if)\b", re.IGNORECASE)
"""Words by which something is asked of those just named ("male participants must not donate sperm")."""


def _is_sure(part: Expression) -> bool:
    match part:
        case Compare("cancer", TermTest(terms)):
            return "breast" not in terms
        case Compare("sex", _):
            return True
        case _:
            return False


__all__ = ["HIDING", "NO_SENTENCE", "TWO_SENTENCES", "says_nothing", "sure"]
