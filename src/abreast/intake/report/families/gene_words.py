# ruff: noqa: E501 - a pattern is read best in one line
"""How reports write genes, their changes, and the classes and origins of these."""

from __future__ import annotations

import re
from functools import lru_cache

from abreast.intake.report.words import read_words
from abreast.intake.variants import short_change
from abreast.vocabulary import load_vocabulary

_THREE = "Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Ter"
CHANGE = re.compile(
    rf"(?P<c>\bc\.[-*\d_+]+[A-Za-z>]*(?:del|dup|ins|inv)?[A-Z>a-z]*)(?:\s*[,;]?\s*[(]?(?P<cp>p\.\(?[A-Za-z]{{1,3}}\d+[\w*=_]*\)?)\)?)?|(?P<p>\bp\.\(?(?:{_THREE}|[A-Z])\d+[\w*=_]*\)?)|(?<![A-Za-z0-9.])(?P<b>[ACDEFGHIKLMNPQRSTVWY]\d{{2,4}}(?:[ACDEFGHIKLMNPQRSTVWY*]|fs\*?\d*\+?|_[A-Z]\d{{2,4}}\w{{3,12}}|(?:del|dup|ins)\w*))(?![A-Za-z0-9])|\bsplice(?:\s+(?:site|region))?\s+(?P<s>\d{{2,5}}[+-]\d{{1,3}}[ACGT]+>[ACGT]+)|(?<![\w.])(?P<raw>\d{{2,5}}(?:_\d{{2,5}})?(?:[ACGT]>[ACGT]|(?:del|dup|ins)[ACGT]*))(?![\w])|"
    r"(?P<amp>\b(?:gene\s+)?(?:[Aa]mplif|AMPLIF)\w+|\bamp\b(?=[ ,;.()]|$)|\b[Cc]opy number gain|\bCN(?:V)?\s*(?:gain|amp)\b)|(?P<loss>\b(?:[Hh]omozygous |[Dd]eep |[Bb]iallelic )?(?:[Dd]eletion|homdel|[Cc]opy number loss)\b|\b[Ll]oss(?= of| exons?|\b(?! of function))|\b[Rr]earrangement|\b[Ff]usion|\b[Rr]eversion)|(?P<exon>\bexons? \d+(?:-\d+)?(?: (?:deletion|duplication|insertion|mutation))?)",
)
NOT_DETECTED = re.compile(
    r"\bnot[\s-]+(?:detected|identified|found|present|seen)\b|\bno\s+(?:reportable\s+|pathogenic\s+|clinically significant\s+|disease-causing\s+|deleterious\s+|other\s+|additional\s+|actionable\s+|somatic\s+|germline\s+|known\s+|hotspot\s+)*(?:[\w-]+\s+){0,3}(?:mutations?|variants?|alterations?|abnormalit\w+|changes?|fusions?|rearrangements?)(?: (?:was |were )?(?:detected|found|identified|seen))?|\bneg(?:ative)?\b|\bwild[\s-]?type\b|\bwt\b|\bnone detected\b|\bND\b|\bnot (?:mutated|altered)\b|\bun(?:mutated|altered)\b|\bnormal\b|\bclear\b(?! (?:cell|margin))|\b(?:pertinent |relevant )?negatives\b(?=\s*:)|\bnone of the (?:\w+ ){0,2}genes\b[^:(]{0,20}",
    re.IGNORECASE,
)
VUS = re.compile(r"uncertain|\bVUS\b|unknown significance|unclassified", re.IGNORECASE)
LIKELY = re.compile(r"likely[\s-]+pathogenic|probably pathogenic|\bLP\b", re.IGNORECASE)
PATHOGENIC = re.compile(
    r"(?<!non-)(?<!not )\bpathogenic\b|deleterious|disease-causing|\bPATH\b|\bP/LP\b|mutation carrier|\bcarrier\b|positive for",
    re.IGNORECASE,
)
BENIGN = re.compile(
    r"\b(?:likely )?benign\b|polymorphism|synonymous|not clinically relevant|not clinically significant", re.IGNORECASE
)
CHIP = re.compile(r"\bCHIP\b|clonal ha?ematopoie", re.IGNORECASE)
GERMLINE = re.compile(
    r"germline|hereditary|genetic (?:blood )?test|inherited|constitutional|saliva|buccal|blood \(EDTA\)|\bgBRCA|genetic counsel|\bmyriad\b|\binvitae\b|\bambry\b",
    re.IGNORECASE,
)
SOMATIC = re.compile(
    r"somatic|ctDNA|cfDNA|cell-free|circulating tumou?r|tumou?r (?:tissue|sequencing|profil\w+|panel|NGS)|plasma|FFPE|liquid biopsy|\bVAF\b|allele (?:frequency|fraction)|foundation|guardant|F1CDx|\bcaris\b|\btempus\b|oncomine|MSK-?IMPACT|solid tumou?r|NGS (?:on|of) (?:tumou?r|tissue)|tumou?r only|mutational burden|microsatellite|\bMSI\b|\bTMB\b|specimen site",
    re.IGNORECASE,
)
SOMATIC_HERE = re.compile(
    SOMATIC.pattern + r"|\bAF\s?\d|\bNGS\b|\btissue\b|\btumou?r\b|next[- ]?gen(?:eration)?|liquid", re.IGNORECASE
)
COPIES = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d)?)\s*copies|\b(?:plasma )?cop(?:y|ies)\s*[:=]?\s*(?P<o>\d{1,3}(?:\.\d)?)|copy number(?: of)?\s*[:=]?\s*(?P<m>\d{1,3}(?:\.\d)?)|\bCN\s*[:=]?\s*(?P<k>\d{1,3})",
    re.IGNORECASE,
)
SPLICE = re.compile(r"\bsplice[- ]site\b", re.IGNORECASE)
"""A change where a gene is spliced, of which a report gives no place."""
OF_WHOLE_GENE = frozenset({"amplification", "loss", "deletion", "fusion", "rearrangement", "reversion"})


@lru_cache(maxsize=1)
def genes() -> re.Pattern[str]:
    """Return the pattern of gene symbols; the group ``gene`` holds the symbol without a letter for its origin."""
    others = str(read_words("genes.yaml")["names"]).split()
    names = (
        {term for term in load_vocabulary().terms["gene"] if term[0].isupper() and len(term) > 2}
        | set(others)
        | set(_OLD_NAMES)
    )
    listed = "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))
    return re.compile(
        rf"(?<![A-Za-z0-9])(?:g|s|t)?(?P<gene>BRCA\s?1\s?(?:/|and|&|or)\s?2(?!\d)|NTRK\s?1\s?/\s?2\s?/\s?3|NTRK\s?1-3|{listed}|BRCA(?:\s?[12])?|NTRK)(?![A-Za-z0-9])"
    )


@lru_cache(maxsize=1)
def genes_of_blood() -> frozenset[str]:
    """Return the genes in which ageing blood cells often have changes of their own."""
    return frozenset(str(read_words("genes.yaml")["of_blood"]).split())


@lru_cache(maxsize=1)
def genes_of_tumour() -> frozenset[str]:
    """Return the genes whose changes are the tumour's unless the words beside them say that they are inherited."""
    return frozenset(str(read_words("genes.yaml")["of_tumour"]).split())


_OLD_NAMES = {"MLL": "KMT2A", "MLL2": "KMT2D", "MLL3": "KMT2C"}
"""Earlier symbols that reports still print, and what the HUGO committee calls the gene now."""
_FAMILIES = {
    "BRCA": ["BRCA1", "BRCA2"],
    "BRCA1/2": ["BRCA1", "BRCA2"],
    "NTRK1/2/3": ["NTRK1", "NTRK2", "NTRK3"],
    "NTRK1-3": ["NTRK1", "NTRK2", "NTRK3"],
    "NTRK": ["NTRK1", "NTRK2", "NTRK3"],
}
"""Names for several genes at once; what is found is said of none of them, what is not found of all."""


def named(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """Return the gene that a match names with its place; "BRCA1/2" names two."""
    name = re.sub(r"and|&|or", "/", match["gene"].replace(" ", ""))
    name = _OLD_NAMES.get(name, name)
    names = _FAMILIES.get(name, [name])
    return [(one, match.start(), match.end()) for one in names]


_NO_BRACKETS = str.maketrans("", "", "()")


def change_name(change: re.Match[str]) -> str:
    """Return the name of a change that ``CHANGE`` found: "c.5266dup (p.Gln1756fs)", "H1047R", "amplification"."""
    if change["c"]:
        protein = (change["cp"] or "").translate(_NO_BRACKETS)
        return change["c"] + (f" ({protein})" if protein else "")
    if change["p"]:
        return short_change(change["p"]) or change["p"].removeprefix("p.").strip("()")
    if change["b"] or change["s"] or change["raw"]:
        return str(change["b"] or change["s"] or change["raw"])
    if change["amp"]:
        return "amplification"
    if change["loss"]:
        word = change["loss"].casefold()
        return "deletion" if "del" in word else "loss" if "loss" in word else word
    return change["exon"]


_CLASSES = (
    ("vus", VUS),
    ("benign", re.compile(r"(?<!non-)\b(?:likely )?benign\b|\bpolymorphism|\bsynonymous\b|\bnot (?:clinically )?(?:relevant|significant)\b|\bnon-?pathogenic\b|\bclass [12]\b", re.IGNORECASE)),
    ("risk allele", re.compile(r"\b(?:increased[- ])?risk (?:allele|factor)\b", re.IGNORECASE)),
    ("likely", re.compile(r"\blikely[\s-]+pathogenic\b|\bprobably pathogenic\b|(?-i:\bLP\b)", re.IGNORECASE)),
    ("pathogenic", re.compile(r"(?<!likely )(?<!likely-)(?<!probably )(?<!non-)(?<!non)\bpathogenic\b|\bdeleterious\b|\bdisease-causing\b|(?-i:\bP/LP\b|\bPATH\b)", re.IGNORECASE)),
)  # fmt: skip


def classes_in(text: str) -> list[str]:
    """Return the classes that a text names, in order: "vus", "likely" (pathogenic), "pathogenic", "benign", "risk allele"."""
    found = sorted((match.start(), name) for name, pattern in _CLASSES for match in pattern.finditer(text))
    return [name for _, name in found]


def copies_in(text: str) -> dict[str, float]:
    """Return the number of copies of a gene that a text names, under ``copies``."""
    found = COPIES.search(text)
    return {"copies": float(next(one for one in found.groups() if one))} if found else {}


_EXACT = re.compile(r"\bc\.[-*]?\d|\bp\.\(?[A-Z]")
_FEWEST_LINES = 2


def is_of_genes(kind: str, text: str) -> bool:
    """Return whether a report is one of a gene test: by its kind, or as a report on tissue with lines of exact changes."""
    if kind == "genes":
        return True
    lines = text.split("\n") if kind in ("pathology", "laboratory") else []
    return sum(bool(_EXACT.search(line) and genes().search(line)) for line in lines) >= _FEWEST_LINES
