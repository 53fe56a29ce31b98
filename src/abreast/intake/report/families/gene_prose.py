# ruff: noqa: E501 - a pattern is read best in one line
"""A gene that a sentence names: changed and how, not changed, on its way to be tested, or none of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abreast.intake.report import context
from abreast.intake.report.families.gene_mention import OFTEN_INHERITED, SOON, UNCLASSED, Gene
from abreast.intake.report.families.gene_negatives import (
    CHAIN,
    NO_BEFORE,
    answered,
    head_of_negatives,
    last_of_chain,
    negative,
)
from abreast.intake.report.families.gene_words import (
    BENIGN,
    CHANGE,
    CHIP,
    LIKELY,
    NOT_DETECTED,
    OF_WHOLE_GENE,
    PATHOGENIC,
    VUS,
    change_name,
    copies_in,
    genes,
    genes_of_blood,
    genes_of_tumour,
)
from abreast.intake.report.model import Finding

_CHANGE_BEFORE = re.compile(
    r"(?<![A-Za-z0-9])(?:p\.)?(?P<b>[ACDEFGHIKLMNPQRSTVWY]\d{2,4}[ACDEFGHIKLMNPQRSTVWY*])\)?\s+(?:mutations?\s+|variants?\s+)?(?:in|of)\s+(?:the\s+)?(?:gene\s+)?$"
)
"""A change that stands before its gene: "E542K in PIK3CA"."""
_ALSO = re.compile(
    r"\s*(?:\(?[<~]?\d{1,2}(?:\.\d{1,2})?\s?%\)?\s*)?(?:,|;|/|&|and|\+)\s*(?=(?:p\.)?[A-Z]\d{2,4}[A-Z*])"
)
_PENDING = re.compile(
    r"\bpending\b|\bawait\w*|\bsent\b|\bto be (?:sent|done)\b|\bin progress\b|\brequest(?:ed)?\b|\bto follow\b|\border(?:ed)?\b",
    re.IGNORECASE,
)
_UNTESTED = re.compile(
    r"\bnot (?:had|been tested|tested|done|performed|evaluated|assessed|covered|included|analy[sz]ed|assayed)\b|\bhas not had\b|\bno .{0,20}(?:test|testing|panel) \b|\bsuggest|\brecommend|\bconsider|\btest(?:ing)? (?:for\b(?![^.;]*\b(?:found|showed|shows|detected|it)\b)|is|should|would|was advised)|\bif\b|\binvolved in\b|\bfailed\b",
    re.IGNORECASE,
)
_OF_PROTEIN = re.compile(r"^\s*(?:IHC|protein(?!\s*(?:change)?\s*:)|expression|staining|ratio|FISH)\b", re.IGNORECASE)
_CLOSE = 12
_NEAR, _FAR = 60, 150
_NOT_SO = re.compile(r"\b(?:not?|non|without)[\s-]+(?:gene\s+)?$|\bno\s+(?:evidence of\s+)?$", re.IGNORECASE)
_AMPLIFIED_TOGETHER = re.compile(r"\s*(?:\(\S{1,12}\)\s*)?(?:co-?)?amplif\w+", re.IGNORECASE)


def _amplified_together(gene: Gene) -> bool:
    """Whether a gene is one of a chain that is amplified: "FGF3 / FGF4 / FGF19 amplification"."""
    last = last_of_chain(gene)
    if last == gene.number:
        return False
    end = gene.genes[last][2]
    told = _AMPLIFIED_TOGETHER.match(gene.text, end)
    if not told or context.is_negated(gene.text, gene.low, gene.high, 70):
        return False
    return not _TAUGHT.match(gene.text, told.end()) and not NOT_DETECTED.match(gene.text[told.end() :].lstrip(" :|.-"))


def read_gene(gene: Gene) -> Iterator[Finding]:
    """Yield what a sentence tells of one of its genes."""
    zone = gene.zone
    if context.is_other_person(gene.report, gene.statement, gene.statement.start + gene.low) or _OF_PROTEIN.match(
        gene.text[gene.high :]
    ):
        return
    change = CHANGE.search(zone)
    if _is_something_else(gene, change):
        return
    if not change and _amplified_together(gene):
        yield gene.made(_class_of(gene, "", ""), change="amplification")
        return
    before = None if change else _CHANGE_BEFORE.search(gene.text, max(0, gene.low - 44), gene.low)
    if before and not context.is_negated(gene.text, before.start(), before.end(), 50):
        yield gene.made(_class_of(gene, "", ""), change=before["b"], start=before.start())
        return
    if not change or (change["exon"] and _QUOTED_NEGATIVE.match(zone)) or answered(gene):
        yield from _bare(gene)
        return
    exact = CHANGE.search(zone, change.end()) if change["exon"] else None
    if exact and not exact["exon"] and exact.start() - change.end() < _CLOSE:
        change = exact
    yield from _altered(gene, change)
    also = _ALSO.match(zone, change.end()) if change["b"] or change["p"] else None
    while also:
        change = CHANGE.search(zone, also.start()) or change
        yield from _altered(gene, change)
        also = _ALSO.match(zone, change.end())


_QUOTED_NEGATIVE = re.compile(
    r"[\s:\"'(-]*(?:wild[\s-]?type|wt\b|negative|not (?:detected|mutated|found))", re.IGNORECASE
)


_EARLIER_SAMPLE = re.compile(
    r"\b(?:previous|prior|earlier|last) (?:sample|draw|test|report|specimen|collection|plasma|result)\b[^.;]{0,60}\b(?:showed|had|contained|detected|found|reported|:)|\bthe (?:sample|draw|test|plasma) of \d[^.;]{4,14}\b(?:showed|had|contained)\b",
    re.IGNORECASE,
)
"""Before a change that was found in an earlier sample than that of the report."""


def _is_something_else(gene: Gene, change: re.Match[str] | None) -> bool:
    """Whether the letters are no gene test here: a receptor, a stain, a kidney value."""
    if gene.name == "AR":
        return True
    if change:
        return False
    if gene.name == "ERBB2":
        return not NOT_DETECTED.search(gene.zone) and not NOT_DETECTED.search(gene.text[: gene.low])
    return gene.name == "GATA3" or (gene.name == "EGFR" and not NOT_DETECTED.match(gene.zone))


_TAUGHT = re.compile(
    r"\s*(?:\([^)]{0,30}\)\s*)?(?:(?:variants?|mutations?|alterations?|genes?)\s+)?(?:,\s*(?:dual|single)|predicts?|is|are|can|may|might|confers?|causes?|drives?|leads?|results? in|occurs?|encodes?|associates?|has been|have been|status)\b(?!\s+(?:(?:now|also|again|still)\s+)?(?:present|detected|identified|seen|found|noted|reported|confirmed|positive|amplified|mutated|pathogenic|likely|a\b|heterozygous|homozygous|of uncertain|classified))",
    re.IGNORECASE,
)
"""Behind a change that a report teaches about instead of finding it: "amplification predicts", "mutations are"."""
_LEVEL = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d{1,2})?)(?=\s*%|\s{2,}|\s*$)")
"""The share of reads behind a change."""


def _altered(gene: Gene, change: re.Match[str]) -> Iterator[Finding]:
    """Yield a gene with the change that stands behind it, or that the change was not found."""
    name, zone = change_name(change), gene.zone
    after, end = zone[change.end() :], gene.high + change.end()
    lead = gene.text[max(0, gene.low - 60) : gene.low]
    if BENIGN.search(after[:60]) and not VUS.search(after[:80]):
        return
    if name in OF_WHOLE_GENE and _TAUGHT.match(after):
        return
    absent_now = NOT_DETECTED.match(after.lstrip(" :|.-"))
    listed = head_of_negatives(gene) is not None
    behind = _all_absent(gene, change)
    if _NOT_SO.search(zone, 0, change.start()) or absent_now or listed or behind or _is_denied(gene, name):
        if name in OF_WHOLE_GENE or behind:
            of_tumour = name in OF_WHOLE_GENE and gene.name in genes_of_tumour()
            yield gene.made(f"{'somatic' if of_tumour else gene.origin or 'somatic'} negative", change=name, end=end)
        return
    if _UNTESTED.search(lead) or context.cues().conditional.search(lead):
        return
    label = _class_of(gene, zone[: change.start()], after)
    if gene.report.kind == "genes" and _EARLIER_SAMPLE.search(gene.text, 0, gene.low):
        label = f"{label} prior"
    yield _found(gene, name, label, after, end)


def _all_absent(gene: Gene, change: re.Match[str]) -> bool:
    """Whether a list of changes is called absent behind it: "BRCA1 c.68_69del and BRCA2 c.5946del were not found"."""
    rest = gene.text[gene.high + change.end() :]
    rest = genes().sub(" ", CHANGE.sub(" ", rest))
    return bool(_ABSENT_BEHIND.match(rest))


_ABSENT_BEHIND = re.compile(
    r"(?:[\s,;:)]|\b(?:p|and|or|is|are|was|were|specifically|also|all|both|covered|examined|tested|looked|for|regions?|hotspots?|variants?|mutations?|which|but)\b\.?)*\b(?:absent|not (?:detected|seen|found|identified|present))\b",
    re.IGNORECASE,
)


def _is_denied(gene: Gene, name: str) -> bool:
    """Whether a change is denied; in "no PIK3CA, AKT1 E17K" the denial is of the gene that is named without a change."""
    if not context.is_negated(gene.text, gene.low, gene.high, 70):
        return False
    if name in OF_WHOLE_GENE or not gene.number:
        return True
    before = gene.text[: gene.genes[gene.number - 1][1]]
    return not (NO_BEFORE.search(before) and _COMMA.fullmatch(gene.text[gene.genes[gene.number - 1][2] : gene.low]))


_COMMA = re.compile(r"\s*[,;]\s*")


def _found(gene: Gene, name: str, label: str, after: str, end: int) -> Finding:
    extra: dict[str, str | float] = {**copies_in(gene.zone)}
    level = _LEVEL.search(after[:90])
    if level and label != "germline pathogenic":
        extra["vaf"] = float(level[1])
    told: re.Match[str] | None = level
    if not level and label.startswith("germline"):
        told = PATHOGENIC.search(after) or VUS.search(after)
    return gene.made(label, change=name, end=end + (told.end() if told else 0), extra=extra)


_OWN_CLASS = re.compile(
    r"\W*(?:which |that |it )?(?:(?:we |is |was |has been |have been |they )*(?:class(?:ed|ified|ify)?|reported|regard(?:ed)?|consider(?:ed)?|interpreted)?\s*(?:as|to be)?\s*)(?:a\s+)?(?:(?P<vus>variant\s+of\s+(?:uncertain|unknown)|VUS\b)|(?P<likely>likely\s+)?pathogenic)",
    re.IGNORECASE,
)
"""The class right behind a change, which rules over what is said of the change before it."""
_POSITIVE_SO = re.compile(r"\s*(?:\+|positive|pos\.?|carrier|mutated)\s*[(:,]?\s*", re.IGNORECASE)
"""Between a gene and its change: "gBRCA1 + (c.5266dup)"."""
_EQUIVOCAL = re.compile(r"\s*[-(,]\s*equivocal", re.IGNORECASE)
_MUTATION = re.compile(r"\bmutation\b(?! (?:of|with) (?:uncertain|unknown))", re.IGNORECASE)
"""Letters say "mutation" of what changes the person's risk, and "variant" of what may not."""
_VUS_LIST = re.compile(
    r"\bvariants? of (?:uncertain|unknown)[^:;.|]{0,60}:[^:;|]{0,400}$|\bVUS(?:es|s)?(?: \([^)]{0,20}\))?:[^:;|]{0,400}$",
    re.IGNORECASE,
)
"""The head of a list of uncertain changes, of which a gene is one."""


def _class_of(gene: Gene, between: str, after: str) -> str:
    """Return what the words around a change call it: pathogenic, uncertain, of blood cells, or the tumour's."""
    lead = gene.text[max(0, gene.low - 70) : gene.low]
    origin = gene.origin
    behind = gene.text[gene.high : gene.high + _FAR] if gene.name in genes_of_blood() else after[:_NEAR]
    if CHIP.search(behind) or CHIP.search(lead):
        return "CHIP"
    if _EQUIVOCAL.match(after):
        return "equivocal"
    own = _OWN_CLASS.match(after)
    if own and origin == "germline":
        return "germline vus" if own["vus"] else f"germline {'likely ' if own['likely'] else ''}pathogenic"
    if (
        _VUS_LIST.search(gene.text, 0, gene.low)
        or VUS.search(after[:90])
        or VUS.search(lead[-60:])
        or VUS.search(between)
    ):
        return f"{origin or 'germline'} vus"
    if origin != "germline":
        return "somatic"
    around = between + " " + after[:SOON] + " " + lead[-40:]
    if LIKELY.search(around):
        return "germline likely pathogenic"
    told = (
        _POSITIVE_SO.fullmatch(between)
        or PATHOGENIC.search(around)
        or PATHOGENIC.search(gene.text)
        or _MUTATION.search(around[:60] + " " + lead[-30:])
    )
    return "germline pathogenic" if told else UNCLASSED


_TEST_ONLY = re.compile(
    r"\s*(?:test|testing|analysis|status)\b[^.;]{0,30}(?:not|never|should|would|is recommended)", re.IGNORECASE
)
_MUTATED = re.compile(
    r"\s*(?:gene\s+)?(?:mutation|mutated|mutant|variant)s?\b(?!\s*(?:test|analysis|status|:|carrier))", re.IGNORECASE
)
_FOUND = re.compile(
    r"\b(?:positive|detected|identified|found|known|carries|has|harbou?rs|with|showed|shows)\b", re.IGNORECASE
)
_POSITIVE = re.compile(
    r"\s*-?\s*(?:(?:mut(?:ation)?\s*)?\+|positive\b|mutated\b|mutant\b|carrier\b|mutation (?:positive|carrier|detected))",
    re.IGNORECASE,
)


def _bare(gene: Gene) -> Iterator[Finding]:
    """Read a gene without a change: not detected, one of a list of negatives, or "pathogenic BRCA2 variant"."""
    text, low = gene.text, gene.low
    lead = text[max(0, low - 60) : low]
    if _UNTESTED.search(lead) or _TEST_ONLY.match(text[gene.high :]):
        return
    none = negative(gene)
    if none:
        yield none
    elif _is_pending(gene):
        yield gene.made(
            "germline pending" if OFTEN_INHERITED.match(gene.name) and gene.origin != "somatic" else "pending"
        )
    elif (_PENDING.search(text) and not PATHOGENIC.search(text)) or context.cues().conditional.search(lead):
        return
    elif not context.is_negated(text, low, gene.high, 60) and not gene.is_of_pair:
        label = _positive(gene)
        if label:
            yield gene.made(label)


_TEST_SENT = re.compile(
    r"(?:\W|\b(?:gene|genetic|germline|panel|test|testing|analysis|bloods?|sample|is|was|has been|were|results?)\b)*\b(?:sent|urgent(?:ly)?|pending|awaited|in progress|ordered|requested|to follow|(?:no|not) results? (?:yet|back)|not (?:yet )?back|outstanding)\b",
    re.IGNORECASE,
)
_SENT_BEFORE = re.compile(
    r"\b(?:sent (?:\w+ )?for|awaiting|ordered|requested|pending:?|(?:not back|awaited|outstanding):)\s+(?:\w+\s+){0,3}[(:]?\s*$",
    re.IGNORECASE,
)


def _is_pending(gene: Gene) -> bool:
    """Whether a test of the gene is on its way: "BRCA test sent today", "sent for NGS (PIK3CA, ESR1); no result yet"."""
    first = gene.number
    while first and CHAIN.fullmatch(gene.text[gene.genes[first - 1][2] : gene.genes[first][1]]):
        first -= 1
    if context.cues().conditional.search(gene.text[max(0, gene.low - 60) : gene.low].replace("pending", "")):
        return False
    behind = _TEST_SENT.match(gene.text, gene.genes[last_of_chain(gene)][2])
    lead = gene.genes[first][1]
    return bool(behind or _SENT_BEFORE.search(gene.text, max(0, lead - 60), lead))


_NOT_INHERITED = re.compile(
    r"\b(?:tested negative|did not inherit|(?:is )?not (?:a )?carrier|does not carry|true negative)\b", re.IGNORECASE
)
"""That a change known in the family was not found in the person."""


_CALLED = re.compile(r"\s*[:=-]?\s*(?P<likely>likely\s+)?pathogenic\s*(?:[,;.)]|$)", re.IGNORECASE)
"""Right behind a gene, with nothing after it: "PALB2 pathogenic"."""


def _positive(gene: Gene) -> str:
    """Return the class of a gene that is said to be changed without telling how, or ""."""
    text, origin, tail = gene.text, gene.origin, gene.text[gene.high :]
    if _NOT_INHERITED.search(tail[:90]):
        return "germline negative"
    near = text[max(0, gene.low - 50) : gene.high + 60]
    if VUS.search(near):
        return f"{origin or 'germline'} vus"
    called = re.search(r"variant|mutation|\|", near, re.IGNORECASE)
    if origin != "somatic" and called and re.search(r"\b(?:pathogenic|deleterious|P/LP)\b", near, re.IGNORECASE):
        return "germline likely pathogenic" if LIKELY.search(near) else "germline pathogenic"
    told = _CALLED.match(tail)
    if told and origin != "somatic":
        return "germline likely pathogenic" if told["likely"] else "germline pathogenic"
    around = text[max(0, gene.low - 60) : gene.high + 40]
    changed = _MUTATED.match(tail) and (_FOUND.search(around) or text[: gene.low].rstrip().endswith(":"))
    if not changed and not _POSITIVE.match(tail):
        return ""
    return "germline pathogenic" if OFTEN_INHERITED.search(gene.name) and origin != "somatic" else "somatic"


__all__ = ["read_gene"]
