"""Gene findings in neutral facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from abreast.foundation.dates import PartialDate
from abreast.intake.neutral.draft import Draft
from abreast.intake.neutral.words import (
    KeyRow,
    Phrase,
)
from abreast.intake.variants import short_change
from abreast.vocabulary import Quantity

_WILD = (
    r"wild[- ]?type|\bwt\b|\bintact\b|not? (?:mutated|detected|altered|found|present)|\bnegative\b|\bnormal\b|unmutated"
    r"|\bnone\b(?: found| detected)?|\b(?:no|without|neither|absence of)\b"
)
"""Words that say that a gene was looked at and nothing was found."""

_FOUND = r"\b(mutations?|mutated|mutant|positive|present|detected|altered|alterations?|variants?|found)\b"
_OPEN = r"\b(declined|refused|not (yet )?(tested|done|known)|pending|awaited|unknown)\b"
_GENE = re.compile(
    r"\b[gst]?BRCA\s?1\s?(?:/|and|&|or)\s?(?:[gst]?BRCA)?\s?2\b|\b[A-Za-z][A-Za-z0-9-]{1,11}\b", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,/&+]*(?:\b(?:and|or|nor)\b)?[\s,/&+]*")
_STAR = r"(?<!\w)\*\d{1,3}[A-Z]?(?:\s?/\s?\*\d{1,3}[A-Z]?)?(?!\w)"
"""Names of the forms of a gene of drug metabolism (``*2A``, ``*28/*28``); ``*1`` is the usual one (PharmVar)."""
_PARTS_OF_VARIANT = (
    "gene",
    "alteration",
    "variant",
    "change",
    "type",
    "significance",
    "classification",
    "result",
    "status",
)


def read_variants(draft: Draft, place: str, value: Any, row: KeyRow) -> None:
    """Read gene findings: objects with gene and alteration, or words ("PIK3CA H1047R", "BRCA1/2 negative").

    A finding that is listed with its change, and not called uncertain or benign, is one that counts: neutral facts list
    nothing else, and name wild-type genes as such.
    """
    if isinstance(value, Mapping) and "gene" not in value:
        value = [f"{gene} {what}" for gene, what in value.items() if what is not None]
    elif not isinstance(value, list):
        value = [value]
    for index, one in enumerate(value):
        here = f"{place}[{index}]"
        if isinstance(one, Mapping):
            words = " ".join(str(one[key]) for key in _PARTS_OF_VARIANT if one.get(key))
            words = " ".join((words, *(str(one[key]) for key in ("date", "test") if one.get(key))))
            fraction = _percent(one.get("vaf"))
            _variants(draft, here, words, row, origin=str(one.get("origin") or row.origin), fraction=fraction)
            for key, part in one.items():
                if key not in (*_PARTS_OF_VARIANT, "origin", "vaf", "date", "test") and part is not None:
                    draft.leave(f"{here}.{key}", "not a part of a gene finding that is known")
        elif isinstance(one, str) and one.strip():
            _variants(draft, here, one, row, origin=row.origin, fraction=None)
        else:
            draft.leave(here, "not a gene finding", row.list)


def _variants(draft: Draft, place: str, text: str, row: KeyRow, *, origin: str, fraction: Quantity | None) -> None:
    """Read each group of genes of a text with the words that belong to it."""
    about = Phrase(origin)
    date = about.take_date()
    kind = draft.answers("variant_origin").by_text(re.sub(r"\(.*", "", about.bare).strip()) or ""
    plasma = bool(re.search(r"ctdna|plasma|liquid|blood", origin, re.IGNORECASE))
    groups = _gene_groups(draft, text[:2000])
    if not groups:
        draft.leave(place, f"no gene that is known: {text}", row.list)
    for genes, words in groups:
        phrase = Phrase(words)
        own = "germline" if phrase.take(r"\bgermline\b") else "somatic" if phrase.take(r"\bsomatic\b") else kind
        share = phrase.take(r"\bVAF\W{0,3}(\d+(?:\.\d+)?)\s?%|(\d+(?:\.\d+)?)\s?% VAF\b")
        blood = bool(phrase.take(r"\b(?:in |on |by )?(?:ctdna|plasma|liquid biopsy)\b")) or plasma
        when = phrase.take_date() or date
        vaf = Quantity.exact(float(share[1] or share[2]), "%") if share else fraction
        if phrase.take(_OPEN):
            draft.leave(place, f"not known: {' '.join(genes)} {words}", row.list)
        elif phrase.take(_WILD):
            phrase.take(_FOUND)
            phrase.take(r"\b(pathogenic|deleterious)\b")
            for gene in genes:
                draft.item(place, "variant", {"gene": gene, "origin": own}, when or draft.as_of, absent=True, note=text)
            draft.rest(place, phrase, row.list)
        else:
            _finding(draft, place, phrase, genes, _Seen(own, when, vaf, "ctDNA" if blood else None, row.list))
            draft.rest(place, phrase)


def _gene_groups(draft: Draft, text: str) -> list[tuple[tuple[str, ...], str]]:
    """Part a text at its genes: genes that stand together share the words around them.

    ``PIK3CA H1047R, no ESR1 or AKT1 change`` has the groups PIK3CA (``H1047R``) and ESR1, AKT1 (``no change``).
    """
    groups: list[tuple[tuple[str, ...], int, int]] = []
    for match in _GENE.finditer(text):
        genes = _genes_of(draft, match[0])
        if not genes:
            continue
        between = text[groups[-1][2] : match.start()] if groups else ""
        if groups and _BETWEEN.fullmatch(between):
            groups[-1] = ((*groups[-1][0], *genes), groups[-1][1], match.end())
        else:
            groups.append((genes, match.start(), match.end()))
    found = []
    start = 0
    for index, (genes, first, last) in enumerate(groups):
        following = groups[index + 1][1] if index + 1 < len(groups) else len(text)
        end = following
        if following < len(text):
            joints = [last + joint.start() for joint in re.finditer(r"[,;]|\band\b", text[last:following])]
            end = joints[-1] if joints else following
        germline = "germline " if re.match(r"g[A-Z]", text[first:last]) else ""
        found.append((tuple(dict.fromkeys(genes)), " ".join(f"{germline}{text[start:first]} {text[last:end]}".split())))
        start = end
    return found


def _genes_of(draft: Draft, name: str) -> tuple[str, ...]:
    """Return the genes of one word: ``PIK3CA``, ``gBRCA2``, ``BRCA1/2``, ``BRCA``."""
    if re.fullmatch(r"[gst]?BRCA(\s?1\s?(/|and|&|or)\s?([gst]?BRCA)?\s?2)?", name, re.IGNORECASE):
        return ("BRCA1", "BRCA2")
    bare = name[1:] if re.match(r"[gst][A-Z]{2}", name) else name
    bare = "ERBB2" if bare.upper() in ("HER2", "HER-2") else bare  # the protein's name, in a list of genes
    gene = draft.vocabulary.by_name("gene", bare) if bare[:2].isupper() else None
    if gene or "-" not in bare:
        return (gene,) if gene else ()
    # A fusion is named by both partners (CCDC6-RET); the one that the vocabulary has is the one that matters.
    partners = (draft.vocabulary.by_name("gene", one) for one in bare.split("-") if one[:2].isupper())
    return tuple(one for one in partners if one)


@dataclass(frozen=True, slots=True)
class _Seen:
    """How a finding was seen: what its fact has beside gene and change, and the list it belongs to."""

    origin: str
    date: PartialDate | None
    vaf: Quantity | None
    specimen: str | None
    list: str


_MEANINGS = (
    (r"likely benign|benign|polymorphism", "benign"),
    (r"(of )?uncertain( significance)?|\bvus\b|unknown significance", "uncertain"),
    (r"likely pathogenic", "likely_pathogenic"),
    (r"pathogenic|deleterious", "pathogenic"),
)
_KINDS = (
    (r"amplifi\w+", "amplification"),
    (r"fusion", "fusion"),
    (r"rearrang\w+", "rearrangement"),
    (r"(homozygous |deep )?(loss|deletion)\b", "loss"),
)


def _first(phrase: Phrase, patterns: tuple[tuple[str, str], ...]) -> str:
    """Take out the first pattern that stands in a phrase, and return its term."""
    return next((term for pattern, term in patterns if phrase.take(pattern)), "")


def _finding(draft: Draft, place: str, phrase: Phrase, genes: tuple[str, ...], seen: _Seen) -> None:
    meaning, kind = _first(phrase, _MEANINGS), _first(phrase, _KINDS)
    star = phrase.take(_STAR)
    if star and set(re.findall(r"\d+[A-Z]?", star[0])) == {"1"}:
        meaning = meaning or "benign"
    phrase.take(r"\b(?:hetero|homo)zygous\b")
    changes = (star[0].replace(" ", ""),) if star else _changes(phrase)
    found = phrase.take(_FOUND)
    if not (meaning or kind or changes or found):
        draft.leave(place, f"does not say what was found: {' '.join((*genes, phrase.text)).strip()}", seen.list)
        return
    if changes and len(genes) > 1:
        draft.leave(place, f"does not say in which gene: {' '.join((*genes, phrase.text)).strip()}", seen.list)
        return
    for gene, change in [(gene, change) for gene in genes for change in changes or (None,)]:
        shown: dict[str, Any] = {
            "gene": gene,
            "alteration": change,
            "type": kind or ("mutation" if change or found else None),
            "significance": meaning or "pathogenic",
        }
        shown |= {"origin": seen.origin, "date": seen.date, "vaf": seen.vaf, "specimen": seen.specimen}
        draft.item(place, "variant", shown, seen.date or draft.as_of, note=phrase.text.strip())
    if seen.specimen and seen.date:
        draft.item(place, "genomic_test", {"kind": "liquid_biopsy", "date": seen.date}, seen.date)


def _changes(phrase: Phrase) -> tuple[str, ...]:
    """Take out the changes that a phrase names; one that is given for the protein and the gene counts once."""
    found: list[str] = []
    for token in phrase.bare.replace("/", " ").split():
        change = short_change(token.strip(",;()"))
        if change:
            phrase.take(re.escape(token.strip(",;()")))
            found.append(change)
    protein = [one for one in found if one[0].isupper()]
    return tuple(dict.fromkeys(protein or found))


def _percent(value: Any) -> Quantity | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Quantity.exact(float(value), "%")
    match = re.match(r"\s*(\d+(?:\.\d+)?)\s*%", value) if isinstance(value, str) else None
    return Quantity.exact(float(match[1]), "%") if match else None
