# ruff: noqa: E501 - a pattern is read best in one line
"""The parts of a gene report: what their heads say of the rows under them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from abreast.intake.report.families.gene_words import CHANGE, genes
from abreast.intake.report.tables import Line
from abreast.intake.report.words import patterns

_LONGEST_HEAD = 100
_MOST_WORDS = 9
_CAPITAL_SHARE = 0.8
SENTENCE = re.compile(r"\b(?:is|was|are|were|has|have|had|may|would|should|can|predicts?|suggests?|confers?)\b")
"""Words of a sentence, which a head or a row is not."""
_ORIGINS = re.compile(
    r"(?P<germline>\bgermline\b|\binherited\b|\bhereditary\b|\bconstitutional\b)|(?P<somatic>\bsomatic\b|\btumou?r\b|\bct ?DNA\b|\bcf ?DNA\b|\bplasma\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report: where its changes come from and what its head calls them; ``inline`` ends at an empty line."""

    kind: str = "plain"
    origin: str = ""
    inline: bool = False


def head_of(line: Line, part: Part) -> Part | None:
    """Return the part that a line opens, or None when it is no head."""
    text = (line.text if genes_in(line.text) else _ASIDE.sub("", line.text)).strip().strip("-*=#|+!. ").strip()
    if not text or _NONE.match(text):
        return None
    lead, colon, rest = text.partition(":")
    if colon and rest.strip():
        return _inline_head(text, lead, rest, part)
    if len(text) > _LONGEST_HEAD or CHANGE.search(text) or genes_in(text) or _GAP.search(text):
        return None
    letters = [sign for sign in text if sign.isalpha()]
    capital = sum(sign.isupper() for sign in letters) >= _CAPITAL_SHARE * len(letters) if letters else False
    if not (
        capital
        or colon
        or (len(text.split()) <= _MOST_WORDS and not line.text.rstrip().endswith(".") and not SENTENCE.search(text))
    ):
        return None
    opened = part_of(text, part)
    if opened is None and capital and len(letters) > _FEWEST_LETTERS:
        return Part("plain", part.origin)
    return opened


def _inline_head(text: str, lead: str, rest: str, part: Part) -> Part | None:
    """Return the part that a head with words behind its colon opens: a key, or "FINDINGS: VARIANTS OF UNCERTAIN ..."."""
    opened = (
        part_of(_ASIDE.sub("", lead), part) if len(lead.split()) <= _MOST_WORDS and not CHANGE.search(lead) else None
    )
    if opened and opened.kind == "general" and (not genes_in(lead) or _PER_GENE.search(lead)):
        return replace(opened, inline=True)
    if len(text) > _LONGEST_HEAD or genes_in(text) or CHANGE.search(text) or SENTENCE.search(rest) or "." in rest:
        return None
    whole = part_of(text, part)
    return whole if whole and whole.kind in ("vus", "pathogenic", "likely", "chip", "benign") else None


_NONE = re.compile(r"(?:none|nothing) (?:of|in|was|were|found)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]{0,80}\)")
_GAP = re.compile(r"\S(?:\s{3,}|\s*\|\s*)\S")
_PER_GENE = re.compile(r"\b(?:therap\w+|drugs?|trials?)\b", re.IGNORECASE)
_FEWEST_LETTERS = 5


def part_of(text: str, before: Part) -> Part | None:
    """Return the part that the words of a head open; where they name no origin, that of the part before holds."""
    for kind, pattern in patterns("gene_parts.yaml").items():
        if pattern.search(text):
            told = _ORIGINS.search(text)
            return Part(kind, (told.lastgroup or "") if told else before.origin)
    return None


def genes_in(text: str) -> bool:
    """Return whether a text names a gene."""
    return bool(genes().search(text))


__all__ = ["SENTENCE", "Part", "genes_in", "head_of", "part_of"]
