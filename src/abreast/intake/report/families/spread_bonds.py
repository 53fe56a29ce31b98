# ruff: noqa: E501 - a pattern is read best in one line
"""Which place belongs to which word for spread, and what undoes it: a denial, a risk, a doubt of once."""

from __future__ import annotations

import re

from abreast.intake.report import context
from abreast.intake.report.families.lesions import BENIGN
from abreast.intake.report.families.sites import sites_in
from abreast.intake.report.families.spread_pieces import (
    NEAR_THE_BREAST,
    SURE,
    Piece,
    Place,
    apart,
    is_denied,
    spread_words,
)

OTHER_THAN = re.compile(r"\b(?:over|rather than|instead of)\s+(?:\w+\s+)?$", re.IGNORECASE)
ONE_LESION = re.compile(
    r"\b(?:is|are|was|were|and)\s+(?:therefore\s+)?not\s+(?:a\s+|an\s+|considered\s+)?$", re.IGNORECASE
)
"""What denies that one lesion is a metastasis, and not that the place has any."""
_ONLY = re.compile(r"[- ]only\b", re.IGNORECASE)
_NOT_ONLY = re.compile(r"\b(?:not|no longer)\s+(?:\w+\s+)?$", re.IGNORECASE)
_NO_CHANGE_OF = re.compile(
    r"\bno (?:(?:significant|interval|definite|clear|further|appreciable|radiolog\w+) )*(?:change|growth|increase|progression|worsening|enlargement)s? (?:in|of)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
"""Before spread that is there and stays as it is: "no change in known bone metastases"."""
_NOT_HERS = re.compile(
    r",?\s*(?:which|that|these)?\s*(?:(?:she|he|the patient|you) )?(?:does|do|did) not have\b|[^.;]{0,24}\b(?:I|she|he|you) (?:do not|don't|does not|doesn't|did not) have (?:those|these|them|any|that)\b",
    re.IGNORECASE,
)
"""Behind spread that is spoken of and not there: "bone metastases, which she does not have"."""
_LONG_LIST = 110
_NEAR, _BESIDE = 40, 3
"""Signs between words that belong together, and between words that touch."""
_OVER = re.compile(
    r"\b(?:over|of|on|along|to|in|at)\s+(?:the\s+)?(?:left\s+|right\s+)?(?:anterior\s+)?$", re.IGNORECASE
)
_NO_OTHER = re.compile(r"\bno (?:new|further|additional|other)\b", re.IGNORECASE)
_ONLY_RISK = re.compile(
    r"\brisks?\b|\bscreen|\bprevent|\b(?:may|might|can|could) (?:\w+ ){0,4}(?:spread|recur|return|metastasi[sz]e|come back)",
    re.IGNORECASE,
)
_ONCE_THOUGHT = re.compile(
    r"\b(?:previously|initially|formerly|once|earlier|first) (?:thought|felt|called|suspected|presumed|read|reported)\b",
    re.IGNORECASE,
)
_NOT_CONFIRMED = re.compile(
    r"[^.;]{0,40}\b(?:not confirmed|can ?not be (?:assessed|evaluated|judged|determined|seen)|could not be (?:assessed|evaluated)|not (?:assessable|evaluable)|entered in error|not borne out|turned out|proved (?:to be )?(?:benign|negative|false)|(?:is|are|was|were) (?:in fact |only )?(?:bone islands?|cysts?|h(?:a)?emangiomas?))",
    re.IGNORECASE,
)
_IN = re.compile(r"^(?!metasta|mets).* (?:in|within|to|into)$|^m(?:tn)?bc$|^met (?:bc|breast)$", re.IGNORECASE)
_BIOPSY_SHOWED = re.compile(
    r"\s*(?:\w+ ){0,2}(?:biopsy|bx|FNA|aspirate)\b[^.;]{0,40}?(?:show\w*|confirm\w*|reveal\w*|c/w|consistent with|:|=|positive for|demonstrat\w*|was|prov\w+)[^.;]{0,12}",
    re.IGNORECASE,
)
_ONLY_PLACES = re.compile(
    r"(?:[\s,/&()+:;=-]|\d|\b(?:the|her|his|your|my|both|left|right|bilateral|and|or|in|also|now|multiple|several|new|a|other|of|upper|lower|parts?|areas?|nodes?|lymph|LN|to|with|w|disease|dz|mets|cancer|ca|involving|sites?|[TLCS]\d{1,2})\b)*",
    re.IGNORECASE,
)
"""What may stand between "cancer in" and its places."""


def is_said_absent(piece: Piece, cue: re.Match[str], start: int, end: int) -> bool:
    """Whether a place, or the word for spread that it belongs to, is denied; "bone only" is not by what stands before it."""
    if _NO_CHANGE_OF.search(piece.words, 0, min(start, cue.start())) and SURE.match(cue[0]):
        return False
    if _ONLY.match(piece.words, end) and not _NOT_ONLY.search(piece.words, 0, start):
        return False
    if _NOT_HERS.match(piece.words, max(end, cue.end())):
        return True
    if start >= cue.end() and spread_words("not_there").match(piece.words, end):
        return True
    return is_denied(piece, start, end) or is_denied(piece, cue.start(), cue.end())


def is_no_spread(piece: Piece, cue: re.Match[str], cues: list[re.Match[str]], found: list[Place], place: Place) -> bool:
    """Whether a place beside a word for spread is none of it: fluid, a benign thing, the skin of the breast."""
    name, start, end = place
    words = piece.words
    if name == "pleura" and spread_words("only_fluid").match(words, end) and piece.report.kind != "pathology":
        return not spread_words("malignant_fluid").search(words[max(0, start - 30) : end + 60])
    if name in NEAR_THE_BREAST:
        beyond = spread_words("beyond_the_breast")
        near = any(
            beyond.search(one[0]) and (apart(one, start, end) < _NEAR or _is_listed(words, one, start)) for one in cues
        )
        return not near or not _is_of_itself(piece, found, name, start)
    behind, before = words[end : end + _NEAR].split(",")[0], words[max(0, start - 10) : start].rpartition(",")[2]
    if BENIGN.search(before):
        return True
    far = apart(cue, start, end) > _BESIDE
    return far and bool(BENIGN.search(behind)) and not spread_words("spread").search(behind)


def _is_listed(words: str, cue: re.Match[str], start: int) -> bool:
    """Whether a place stands in a list behind a colon that a word for spread opens: "metastatic: pleura, nodes, skin"."""
    between = words[cue.end() : start]
    return ":" in between and len(between) < _LONG_LIST and not re.search(r"[.;]", between)


def possibly(words: str, start: int) -> bool:
    """Whether a place in a list is doubted by itself: "bone, possibly liver"."""
    return bool(context.cues().suspected_before.search(words, max(0, start - 22), start))


def _is_of_itself(piece: Piece, found: list[tuple[str, int, int]], name: str, start: int) -> bool:
    """Whether a place is one of its own, not where another lies: "cutaneous metastases over the chest wall"."""
    if name == "soft tissue":
        return not any(
            other != name and not re.search(r"[,;]|\band\b", piece.words[min(start, low) : max(start, low)])
            for other, low, _ in found
        )
    return not any(
        other == "skin" != name and end <= start and _OVER.search(piece.words, end, start) for other, _, end in found
    )


def distance(cue: re.Match[str], start: int, end: int, found: list[tuple[str, int, int]]) -> int:
    """Return how far a word for spread stands from a place; each place between them counts as far."""
    return apart(cue, start, end) + 12 * sum(cue.end() <= other < start for _, other, _ in found)


def is_unreal(words: str, until: int) -> bool:
    """Return whether spread is only supposed, feared or once thought of, up to a place of a clause."""
    return bool(
        context.cues().conditional.search(words[:until])
        or _NO_OTHER.search(words)
        or _ONLY_RISK.search(words)
        or _ONCE_THOUGHT.search(words, 0, until)
        or _NOT_CONFIRMED.match(words, until)
    )


def _without_places(text: str) -> str:
    for _, start, end in sites_in(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def bound(piece: str, cue: re.Match[str], start: int, end: int) -> bool:
    """Whether a place belongs to a word for spread: near it, with no verb of another finding between them."""
    between = piece[cue.end() : start] if start >= cue.end() else piece[end : cue.start()]
    if len(between) > 110 or "?" in between:
        return False
    if start >= cue.end() and _IN.search(cue[0]) and not _ONLY_PLACES.fullmatch(_without_places(between)):
        return False
    if start >= cue.end() and re.search(
        r"\b(?:stable|unchanged|smaller|larger|resolved|improved)\b\s*,", between, re.IGNORECASE
    ):
        return False
    if start < cue.start() and _BIOPSY_SHOWED.fullmatch(between) and SURE.match(cue[0]):
        return True
    return not re.search(
        r"\b(?:cyst|normal|unremarkable|degenerative|benign|biopsy of|scan|MRI|CT(?![- ]guided))\b",
        between,
        re.IGNORECASE,
    ) and not re.match(
        r"\s*(?:scan|biopsy|health|density|protect\w*|marrow biopsy|pain|function|enzymes|surgeon|team|MRI|CT|imaging)\b",
        piece[end:],
        re.IGNORECASE,
    )


__all__ = ["ONE_LESION", "OTHER_THAN", "bound", "distance", "is_no_spread", "is_said_absent", "is_unreal", "possibly"]
