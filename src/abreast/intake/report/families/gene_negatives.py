# ruff: noqa: E501 - a pattern is read best in one line
"""Genes of which a sentence tells that nothing was found: beside them, behind their list, or before it."""

from __future__ import annotations

import re

from abreast.intake.report.families.gene_mention import OFTEN_INHERITED, Gene
from abreast.intake.report.families.gene_words import NOT_DETECTED
from abreast.intake.report.model import Finding

CHAIN = re.compile(r"[\s,/&]*(?:and|or|&)?[\s,/&]*")


_CHANGED_NEXT = re.compile(r"\s+(?:p\.|c\.)?\(?[A-Z]?\d{2,4}[A-Z*_]")
"""Right behind a gene: its own change, which those before it in a list do not share."""


def last_of_chain(gene: Gene) -> int:
    """Return the number of the last gene of "PIK3CA, AKT1 and PTEN" that this one belongs to."""
    last = gene.number
    while (
        last + 1 < len(gene.genes)
        and not _CHANGED_NEXT.match(gene.text, gene.genes[last + 1][2])
        and CHAIN.fullmatch(gene.text[gene.genes[last][2] : gene.genes[last + 1][1]])
    ):
        last += 1
    return last


def is_none_of(gene: Gene) -> bool:
    """Whether a gene is one of "no PIK3CA/AKT1/PTEN alteration"."""
    first, genes, text = _first_of_chain(gene), gene.genes, gene.text
    return bool(NO_BEFORE.search(text[: genes[first][1]]) and _CHANGE_WORD.match(text[genes[last_of_chain(gene)][2] :]))


NO_BEFORE = re.compile(r"\b(?:no|without|lacks?)\s+(?:\w+\s+)?$", re.IGNORECASE)
_CHANGE_WORD = re.compile(
    r"\s*(?:gene\s+)?(?:,\s*(?=[A-Z][A-Z\d]{2,6}\s+(?:p\.)?[A-Z]\d)|(?:alterations?|mutations?|variants?|changes?)\b|[.;)\"]|as of\b|on (?:ctDNA|NGS|tissue|plasma|liquid)|(?:was |were )?(?:found|detected|seen)\b|$)",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"[\s:|.\-=\"']*(?:mut\b|mutations?|variants?|gene|status|exons?[\d\s,-]*|alterations?|hotspots?|seq(?:uencing)?\b|fusions?\b|(?:genetic |blood |gene )?test(?:ing|s)?\b|results?\b|in (?:19|20)\d\d\b|(?:on|of|in) (?:\w+ ){0,2}(?:tissue|plasma|blood|ctDNA|tumou?r|sample)\b|NGS\b|CNA\b|CNV\b|PCR\b|(?:tumou?r[- ])?[DR]NA\b(?:[- ]tumou?r)?|tumou?r\b|blood\b|plasma\b|analysis|full gene|[\s:|.\-=()\"'])*(?:(?:is|was|were|are|showed|shows?|had|has|have|revealed)\b)?\s*[\"']?",
    re.IGNORECASE,
)
_LIST_ENDS = re.compile(
    r"(?<! )(?<!incl)[.;]\s|\bexcept|\bother than|\bpositive|\bpathogenic variant (?:was )?(?:found|detected|identified)|\bincluding\b.*\bbut\b",
    re.IGNORECASE,
)
_LIST_LEADS = re.compile(
    r"\b(?:in|for|of|incl|including|include|genes?|were found|detected|identified|found)\b|^[\s,:(]*$|^\s*:|,|\s\.\s",
    re.IGNORECASE,
)
_NONE = re.compile(r"\s*:\s*none\b(?! of)", re.IGNORECASE)


def negative(gene: Gene) -> Finding | None:
    """Return that nothing was found in a gene, told beside it, behind its list, or before its list."""
    row = _ROW.match(gene.zone)
    words_end = gene.high
    direct = NOT_DETECTED.match(gene.zone, row.end() if row else 0) or _NONE.match(gene.zone)
    if direct:
        words_end += direct.end()
    elif CHAIN.fullmatch(gene.zone):
        rest = gene.text[gene.genes[last_of_chain(gene)][2] :]
        follow = _ROW.match(rest)
        direct = NOT_DETECTED.match(rest, follow.end() if follow else 0)
    direct = direct or answered(gene)
    head = head_of_negatives(gene)
    if not direct and head is None and not is_none_of(gene):
        return None
    told = gene.text[head : gene.low] if head is not None else direct[0] if direct else ""
    thing = _OF_WHOLE.search(told)
    often = "germline" if OFTEN_INHERITED.match(gene.name) and gene.statement.section != "plan" else "somatic"
    return gene.made(
        f"{gene.origin or often} negative", change=thing[1].casefold() if thing else "",
        start=min(gene.low, head) if head is not None else None, end=words_end,
    )  # fmt: skip


_OF_WHOLE = re.compile(r"\bno (?:\w+ ){0,2}(fusion|rearrangement)", re.IGNORECASE)
"""A denial of one kind of change only: "no fusion detected (ALK, RET)"."""


def answered(gene: Gene) -> re.Match[str] | None:
    """Return the one word behind a list and its colon: "BRCA2, PALB2: sequenced and dosage analysed. Negative."."""
    place = gene.statement.start + gene.genes[last_of_chain(gene)][2]
    first = gene.genes[_first_of_chain(gene)][1]
    if gene.text[:first].strip(" -*") or gene.report.norm[place : place + 1] != ":":
        return None
    return _ANSWER.match(gene.report.norm, place, place + _SOON_AFTER)


_ANSWER = re.compile(
    r":[^.;:\n]{0,90}[.;:]\s*(?:all\s+)?(?:negative|normal|no (?:pathogenic )?(?:variants?|mutations?)(?: (?:found|detected))?|not detected|clear)\s*(?:\.|$)",
    re.IGNORECASE,
)
_SOON_AFTER = 160


def _first_of_chain(gene: Gene) -> int:
    first = gene.number
    while first and CHAIN.fullmatch(gene.text[gene.genes[first - 1][2] : gene.genes[first][1]]):
        first -= 1
    return first


def head_of_negatives(gene: Gene) -> int | None:
    """Return where "No variants were found in:" begins, when the gene is on its list."""
    lead = gene.text[: gene.low]
    told = list(NOT_DETECTED.finditer(lead))
    if not told:
        return None
    head, between = told[-1], lead[told[-1].end() :]
    begins = head[0].casefold().split()[0] in ("no", "neg", "negative", "none") or between.lstrip().startswith(
        (":", "(")
    )
    if head[0].casefold().startswith("neg") and between.lstrip().startswith((",", ";")):
        return None
    if not begins or _LIST_ENDS.search(between) or not _LIST_LEADS.search(between):
        return None
    if re.search(r"\bother\b", head[0], re.IGNORECASE) and not re.search(r"including|among|:", between, re.IGNORECASE):
        return None
    return head.start()


__all__ = ["CHAIN", "NO_BEFORE", "answered", "head_of_negatives", "last_of_chain", "negative"]
