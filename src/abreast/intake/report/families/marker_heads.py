"""Heads of tables of markers: which marker, sample, reading or figure the cells under them, or beside them, are of."""

from __future__ import annotations

import re

from abreast.intake.report.tables import Cell

_NAMES: tuple[tuple[str, str], ...] = (
    ("er", r"(?:o?estrogen(?: receptors?)?(?: \(ER\))?|ER)(?:,? (?:by )?IHC)?"),
    ("pr", r"(?:progesterone(?: receptors?)?(?: \(P[Rg]R?\))?|P[Gg]?R)(?:,? (?:by )?IHC)?"),
    ("ar", r"androgen receptor|AR"),
    ("fish", r"(?:HER-?2 ?(?:/ ?neu)?,? ?\(?(?:by )?)?[DCFS]?ISH\)?(?: result| HER-?2)?"),
    (
        "her2",
        r"HER-?2(?: ?/ ?neu)?(?:,? ?\(?(?:by )?(?:IHC|immunohistochemistry)\)?| status| protein| result)?|c-?erbB-?2",
    ),
    ("ki67", r"Ki-?67(?: index| LI|,? IHC)?|MIB-?1"),
)
_NAME = re.compile(
    "(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _NAMES)
    + r")(?P<unit>\s*\(?(?:%|percent|score|allred|IHC|status|result|% pos\w*)\)?)*\s*:?",
    re.IGNORECASE,
)
_CLONE = re.compile(r"\s*\((?:clone:?\s*)?(?=[\w-]*\d)[A-Za-z0-9-]{2,9}\)$", re.IGNORECASE)
"""The antibody behind the name of a marker: "ER (SP1)"."""
_PERSON = re.compile(r"\b(?:dob|d\.o\.b|birth|born|patient|pt|mrn|name)\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"reference|range|normal|cut-?off|threshold|interpret|method|clone|comment|unit|flag|antibody", re.IGNORECASE
)
_SAMPLE = re.compile(
    r"\b(?:archival|fresh|recurrence|relapse|site|core|biopsy|bx|excision|resection|surg\w+|primary|metasta\w+|liver|bone|lung|node|skin|brain|breast|left|right|specimen|block|tumou?r|previous|prior|current|outside|review|in-house|pre|post|initial|repeat\w*)\b|^[A-D]\d?$",
    re.IGNORECASE,
)
EARLIER = re.compile(
    r"\b(?:previous|prior|outside report|pre-?(?:treatment|NAC|neoadjuvant)|original|before|initial)\b", re.IGNORECASE
)
_PERCENT_HEAD = re.compile(
    r"(?:%|percent\w*|pct\.?(?: pos\w*)?|proportion|positive cells|"
    r"% ?(?:positive|cells|nuclei|staining)[\w ]*|quantity)",
    re.IGNORECASE,
)
_RESULT_HEAD = re.compile(
    r"(?:your )?(?:results?|interpretation|interp\.?|call|values?|status|score|finding|outcome)(?: \(.*\))?",
    re.IGNORECASE,
)
_ALLRED_HEAD = re.compile(r"allred(?: score)?|quick ?score|QS|total score", re.IGNORECASE)
_INTENSITY_HEAD = re.compile(r"(?:staining )?intensity(?: score)?|IHC score", re.IGNORECASE)
_FIRST_HEAD = re.compile(
    r"(?:bio)?markers?|stains?|tests?(?: name)?|antibod(?:y|ies)|analytes?|parameters?|receptors?|assays?",
    re.IGNORECASE,
)
"""The head of a column of names of markers."""


def marker_name(text: str) -> str:
    """Return the marker that a head names and nothing else beside it, or ""."""
    match = _NAME.fullmatch(_CLONE.sub("", text.strip()))
    return next((name for name, _ in _NAMES if match[name]), "") if match else ""


_VALUE = re.compile(r"[<>]?\d{1,3}(?:\.\d+)?\s?%?[,;.]?|[0-3]\+[,;.]?")
"""A value: where one stands, the line is a row or a sentence and no line of heads."""


def names_markers(heads: tuple[Cell, ...]) -> bool:
    """Return whether the cells of a line are heads that name markers."""
    if any(_VALUE.fullmatch(cell.text.strip()) for cell in heads):
        return False
    names = [marker_name(cell.text) for cell in heads]
    return (len({name for name in names if name}) >= 2 and len(set(names) & {"er", "pr", "her2"}) >= 2) or (
        len({name for name in names if name}) >= 2 and bool({"er", "her2"} & set(names))
    )


def names_samples(heads: tuple[Cell, ...]) -> bool:
    """Return whether the cells of a line are heads that name samples, or what is told of each marker."""
    if len(heads) < 2 or any(marker_name(cell.text) for cell in heads):
        return False
    kinds = [_column_of(cell.text) for cell in heads]
    told = sum(kind in ("sample", "earlier", "result", "percent") for kind in kinds)
    has_first = bool(_FIRST_HEAD.fullmatch(heads[0].text.strip()))
    return told >= 2 or (told == 1 and (("skip" in kinds and has_first) or _is_indented(heads)))


def _is_indented(heads: tuple[Cell, ...]) -> bool:
    """Whether short heads stand over the values only, with nothing over the names of the rows."""
    return heads[0].column >= _FARTHEST_LEFT and all(len(cell.text) <= _LONGEST_HEAD for cell in heads)


_FARTHEST_LEFT, _LONGEST_HEAD = 8, 40


def column_kinds(heads: tuple[Cell, ...]) -> list[str]:
    """Return what each column holds; beside a sample or a review, a head of unknown words is one too."""
    kinds = [_column_of(cell.text) for cell in heads]
    if not {"sample", "earlier"} & set(kinds):
        return kinds
    kinds = ["sample" if not kind and (number or _is_indented(heads)) else kind for number, kind in enumerate(kinds)]
    if not any(_REVIEW.search(cell.text) for cell in heads):
        return kinds
    return [
        "earlier" if kind == "sample" and not _REVIEW.search(cell.text) else kind
        for kind, cell in zip(kinds, heads, strict=True)
    ]


_REVIEW = re.compile(r"\b(?:review|our|ours|in-house|second opinion|consult\w*)\b", re.IGNORECASE)
"""The head of what this laboratory says itself, beside what another said before."""


def _column_of(head: str) -> str:
    """Return what a column holds: sample, earlier, result, percent, intensity, allred, skip, or "" when unknown."""
    if _PERSON.search(head):
        return ""
    if _REFERENCE.search(head) and not _RESULT_HEAD.fullmatch(head.strip()):
        return "skip"
    if EARLIER.search(head):
        return "earlier"
    if _PERCENT_HEAD.fullmatch(head.strip()):
        return "percent"
    if _RESULT_HEAD.fullmatch(head.strip()):
        return "result"
    if _ALLRED_HEAD.fullmatch(head.strip()):
        return "allred"
    if _INTENSITY_HEAD.fullmatch(head.strip()):
        return "intensity"
    return "sample" if _SAMPLE.search(head) or re.search(r"\b(?:19|20)\d\d\b", head) else ""


_OBSERVER = re.compile(r"(?:observer|reader|count|pathologist|tech\w*)\s*(?:[1-3AB]|#\s?\d)?", re.IGNORECASE)
TOGETHER = re.compile(r"(?:total|mean|average|combined|both|final|overall)s?", re.IGNORECASE)


def names_observers(heads: tuple[Cell, ...]) -> bool:
    """Return whether the cells of a line are heads over the counts of several observers and of all together."""
    texts = [cell.text.strip() for cell in heads]
    return any(map(TOGETHER.fullmatch, texts)) and any(map(_OBSERVER.fullmatch, texts))


def ratio_name(text: str) -> str:
    """Return "ratio" or "copies" when a label names one of these figures of the gene test, or ""."""
    plain = text.strip(" :")
    if re.fullmatch(r"HER-?2\s*[/:]\s*(?:CEP|chr\w*)\s?-?17(?: (?:signal )?ratio)?", plain, re.IGNORECASE):
        return "ratio"
    if re.fullmatch(
        r"(?:average|mean) HER-?2(?:/neu)?(?: (?:copies|copy number|signals))?(?: ?(?:/|per) ?(?:cell|nucleus))?|"
        r"HER-?2(?:/neu)? (?:copies|copy number)(?: ?(?:/|per) ?(?:cell|nucleus))?|"
        r"HER-?2(?:/neu)? signals ?(?:/|per) ?(?:cell|nucleus)",
        plain,
        re.IGNORECASE,
    ):
        return "copies"
    return ""


__all__ = [
    "EARLIER", "TOGETHER", "column_kinds", "marker_name", "names_markers", "names_observers",
    "names_samples", "ratio_name",
]  # fmt: skip
