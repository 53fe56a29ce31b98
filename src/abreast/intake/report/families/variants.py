# ruff: noqa: E501 - a pattern is read best in one line
"""Changes in genes, inherited or of the tumour: rows of a table, sentences, and lists of what was not found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from abreast.foundation.dates import PartialDate
from abreast.foundation.yaml import read_yaml
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement
from abreast.intake.report.text import DATA
from abreast.intake.variants import short_change
from abreast.vocabulary import load_vocabulary

_THREE = "Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Ter"
_CHANGE = re.compile(
    rf"(?P<c>\bc\.[-*\d_+]+[A-Za-z>]*(?:del|dup|ins|inv)?[A-Z>a-z]*)(?:\s*[,;]?\s*[(]?(?P<cp>p\.\(?[A-Za-z]{{1,3}}\d+[\w*=_]*\)?)\)?)?|(?P<p>\bp\.\(?(?:{_THREE}|[A-Z])\d+[\w*=_]*\)?)|(?<![A-Za-z0-9.])(?P<b>[ACDEFGHIKLMNPQRSTVWY]\d{{2,4}}(?:[ACDEFGHIKLMNPQRSTVWY*]|fs\*?\d*\+?|_[A-Z]\d{{2,4}}\w{{3,12}}|(?:del|dup|ins)\w*))(?![A-Za-z0-9])|\bsplice(?:\s+(?:site|region))?\s+(?P<s>\d{{2,5}}[+-]\d{{1,3}}[ACGT]+>[ACGT]+)|(?<![\w.])(?P<raw>\d{{2,5}}(?:_\d{{2,5}})?(?:[ACGT]>[ACGT]|(?:del|dup|ins)[ACGT]*))(?![\w])|"
    r"(?P<amp>\b(?:gene\s+)?(?:[Aa]mplif|AMPLIF)\w+|\bamp\b(?=[ ,;.()]|$)|\b[Cc]opy number gain|\bCN(?:V)?\s*(?:gain|amp)\b)|(?P<loss>\b(?:[Hh]omozygous |[Dd]eep |[Bb]iallelic )?(?:[Dd]eletion|homdel|[Cc]opy number loss)\b|\b[Ll]oss(?= of| exons?|\b(?! of function))|\b[Rr]earrangement|\b[Ff]usion)|(?P<exon>\bexons? \d+(?:-\d+)?(?: (?:deletion|duplication|insertion|mutation))?)",
)
_DETECTED_NOT = re.compile(
    r"\bnot[\s-]+(?:detected|identified|found|present|seen)\b|\bno\s+(?:reportable\s+|pathogenic\s+|clinically significant\s+|disease-causing\s+|deleterious\s+|other\s+|additional\s+|actionable\s+|somatic\s+|germline\s+|known\s+|hotspot\s+)*(?:[\w-]+\s+){0,3}(?:mutations?|variants?|alterations?|abnormalit\w+|changes?)|\bneg(?:ative)?\b|\bwild[\s-]?type\b|\bwt\b|\bnone detected\b|\bND\b|\bnot mutated\b|\bunmutated\b|\bnormal\b|\bclear\b(?! (?:cell|margin))|\b(?:pertinent |relevant )?negatives\b(?=\s*:)|\bnone of the (?:\w+ ){0,2}genes\b[^:(]{0,20}",
    re.IGNORECASE,
)
_CHANGE_BEFORE = re.compile(
    r"(?<![A-Za-z0-9])(?:p\.)?(?P<b>[ACDEFGHIKLMNPQRSTVWY]\d{2,4}[ACDEFGHIKLMNPQRSTVWY*])\)?\s+(?:mutations?\s+|variants?\s+)?(?:in|of)\s+(?:the\s+)?(?:gene\s+)?$"
)
"""A change that stands before its gene: "E542K in PIK3CA"."""
_ALSO = re.compile(
    r"\s*(?:\(?[<~]?\d{1,2}(?:\.\d{1,2})?\s?%\)?\s*)?(?:,|;|/|&|and|\+)\s*(?=(?:p\.)?[A-Z]\d{2,4}[A-Z*])"
)
_HEREDITARY = re.compile(r"g?(?:BRCA|PALB2|CHEK2|ATM\b)")
_APART = re.compile(r"\S(?:\s{3,}|\s*\|\s*)\S")
_CHANGE_OF_LETTERS = re.compile(r"\b(?:p\.)?[A-Z]\d{2,4}[A-Z*]|\bc\.\d")
_COLUMNS = re.compile(r"%|VAF|alteration|cfDNA")
_NOT_FOUND = re.compile(
    r"\bno (?:\w+ ){0,3}(?:alterations?|variants?|mutations?) (?:include|were|was|found|detected)", re.IGNORECASE
)
_VUS = re.compile(r"uncertain|\bVUS\b|unknown significance|unclassified", re.IGNORECASE)
_LIKELY = re.compile(r"likely[\s-]+pathogenic|probably pathogenic|\bLP\b", re.IGNORECASE)
_PATHOGENIC = re.compile(
    r"(?<!non-)(?<!not )\bpathogenic\b|deleterious|disease-causing|\bPATH\b|\bP/LP\b|mutation carrier|\bcarrier\b|positive for",
    re.IGNORECASE,
)
_BENIGN = re.compile(
    r"\b(?:likely )?benign\b|polymorphism|synonymous|not clinically relevant|not clinically significant", re.IGNORECASE
)
_CHIP = re.compile(r"\bCHIP\b|clonal ha?ematopoie", re.IGNORECASE)
_GERMLINE = re.compile(
    r"germline|hereditary|inherited|constitutional|saliva|buccal|blood \(EDTA\)|\bgBRCA|genetic counsel|\bmyriad\b|\binvitae\b|\bambry\b",
    re.IGNORECASE,
)
_SOMATIC = re.compile(
    r"somatic|ctDNA|cfDNA|cell-free|circulating tumou?r|tumou?r (?:tissue|sequencing|profil\w+|panel|NGS)|plasma|FFPE|liquid biopsy|\bVAF\b|allele (?:frequency|fraction)|foundation|guardant|F1CDx|\bcaris\b|\btempus\b|oncomine|MSK-?IMPACT|solid tumou?r|NGS (?:on|of) (?:tumou?r|tissue)|tumou?r only|mutational burden|microsatellite|\bMSI\b|\bTMB\b|specimen site",
    re.IGNORECASE,
)
_SOMATIC_HERE = re.compile(
    _SOMATIC.pattern + r"|\bAF\s?\d|\bNGS\b|\btissue\b|\btumou?r\b|next[- ]generation|liquid", re.IGNORECASE
)
_PENDING = re.compile(
    r"\bpending\b|\bawait\w*|\bsent\b|\bto be (?:sent|done)\b|\bin progress\b|\brequest(?:ed)?\b|\bto follow\b|\border(?:ed)?\b",
    re.IGNORECASE,
)
_UNTESTED = re.compile(
    r"\bnot (?:had|been tested|tested|done|performed|evaluated|assessed|covered|included|analy[sz]ed|assayed)\b|\bhas not had\b|\bno .{0,20}(?:test|testing|panel) \b|\bsuggest|\brecommend|\bconsider|\btest(?:ing)? (?:for|is|should|would|was advised)|\bif\b|\binvolved in\b|\bfailed\b",
    re.IGNORECASE,
)
_COPIES = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d)?)\s*copies|copy number(?: of)?\s*[:=]?\s*(?P<m>\d{1,3}(?:\.\d)?)|\bCN\s*[:=]?\s*(?P<k>\d{1,3})",
    re.IGNORECASE,
)
_OF_PROTEIN = re.compile(r"^\s*(?:IHC|protein(?!\s*(?:change)?\s*:)|expression|staining|ratio|FISH)\b", re.IGNORECASE)
_SOON = 150
_CLOSE = 12
_NOT_SO = re.compile(r"\b(?:not?|non|without)[\s-]+(?:gene\s+)?$|\bno\s+(?:evidence of\s+)?$", re.IGNORECASE)
_UNCLASSED = "germline unclassed"


@lru_cache(maxsize=1)
def _genes() -> re.Pattern[str]:
    others = str(read_yaml((DATA / "genes.yaml").read_text(encoding="utf-8"), "genes.yaml")["names"]).split()
    names = (
        {term for term in load_vocabulary().terms["gene"] if term[0].isupper() and len(term) > 2}
        | set(others)
        | set(_OLD_NAMES)
    )
    listed = "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))
    return re.compile(
        rf"(?<![A-Za-z0-9])(?:g|s|t)?(?P<gene>BRCA\s?1\s?/\s?2|NTRK\s?1\s?/\s?2\s?/\s?3|{listed}|BRCA(?:\s?[12])?)(?![A-Za-z0-9])"
    )


_OLD_NAMES = {"MLL": "KMT2A", "MLL2": "KMT2D", "MLL3": "KMT2C"}
"""Earlier symbols that reports still print, and what the HUGO committee calls the gene now."""
_FAMILIES = {
    "BRCA": ["BRCA1", "BRCA2"],
    "BRCA1/2": ["BRCA1", "BRCA2"],
    "NTRK1/2/3": ["NTRK1", "NTRK2", "NTRK3"],
}
"""Names for several genes at once; what is found is said of none of them, what is not found of all."""


def _named(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """Return the gene that a match names with its place; "BRCA1/2" names two."""
    name = match["gene"].replace(" ", "")
    name = _OLD_NAMES.get(name, name)
    names = _FAMILIES.get(name, [name])
    return [(one, match.start(), match.end()) for one in names]


def read(report: Report) -> Iterator[Finding]:
    """Yield the gene findings of a report."""
    origin = _origin_of(report)
    prior = _column_dates(report)
    downgraded = _downgraded(report)
    title, block = "", ""
    for place, statement in enumerate(report.statements):
        text = report.of(statement)
        if statement.title != title:
            title, block = statement.title, _block_of(statement.title)
        if report.kind == "genes":
            block = _block_of(text) or block if _BLOCK.match(text) else block
        if (
            (statement.section in ("general", "family", "gross") and not _NOT_FOUND.search(text))
            or _benign_row(text)
            or (context.cues().general.search(text) and "|" not in text)
        ):
            continue
        genes = [named for match in _genes().finditer(text) for named in _named(match)]
        if not genes:
            continue
        here = "somatic" if "somatic" in block else "germline" if "germline" in block else origin
        for number in range(len(genes)):
            for one in _gene(_Gene(report, statement, text, tuple(genes), number, here, prior)):
                last = number + 1 == len(genes)
                if str(one.value).split()[0] in downgraded:
                    yield replace(one, qualifier="superseded")
                else:
                    yield from _in_block(_classed_later(report, place, one) if last else one, block)


def _downgraded(report: Report) -> frozenset[str]:
    """Return the genes whose change the report takes back: "POLE variant reclassified to likely benign"."""
    return frozenset(
        name
        for match in _genes().finditer(report.norm)
        if _TAKEN_BACK.match(report.norm, match.end(), match.end() + 90)
        for name, *_ in _named(match)
    )


_TAKEN_BACK = re.compile(
    r"\s*(?:(?:\([^)]{0,40}\)|variant|change|finding|[cp]\.\S+|was|is|has been|now)\s*){0,4}(?:(?:re-?classified|downgraded|changed|revised|reinterpreted)\b[^.;]{0,40}\bbenign\b|removed from)",
    re.IGNORECASE,
)
_CLASS_BEGINS = re.compile(
    r"\W*(?:(?:it|this|which|the) (?:variant |change |alteration )?(?:is|was|has been)|class(?:ified|ification)?\b|(?:clinical )?significance|interpretation|(?:ACMG )?(?:tier|category)|(?:likely )?pathogenic|variant of uncertain)",
    re.IGNORECASE,
)
"""How a sentence begins that gives the class of the change in the sentence before it."""


def _classed_later(report: Report, place: int, one: Finding) -> Finding:
    """Return an inherited change with the class that the next sentence gives it; without one, as it is.

    Doubt whether it comes from blood cells (CHIP) or only some of the body's cells overrules the class.
    """
    if not one.qualifier.startswith("germline") or one.qualifier.endswith("negative"):
        return one
    following = [report.of(later) for later in report.statements[place + 1 : place + 3]]
    following = [
        text for number, text in enumerate(following) if not any(map(_genes().search, following[: number + 1]))
    ]
    if any(_MOSAIC.search(text) for text in following):
        return replace(one, qualifier="CHIP")
    if one.qualifier != _UNCLASSED or not following or not _CLASS_BEGINS.match(following[0]):
        return one
    for pattern, label in ((_VUS, "vus"), (_LIKELY, "likely pathogenic"), (_PATHOGENIC, "pathogenic")):
        if pattern.search(following[0]):
            return replace(one, qualifier=f"germline {label}")
    return one


_MOSAIC = re.compile(r"clonal ha?ematopoie\w+|\bCHIP\b|\bmosaic", re.IGNORECASE)
_BLOCK = re.compile(
    r"\W*(?:(?:\d+\s+)?(?:somatic|germline|tier|variants?\s+of|VUS|genomic|pertinent|potentially|biologically|clinically|pathogenic|additional|other|reportable|actionable|biomarker|immunotherapy|alterations?|mutations?)\b[^.]{0,80}$|note:? one or more variants)",
    re.IGNORECASE,
)
"""A line of a gene report that heads the rows under it."""


def _block_of(text: str) -> str:
    """Return what a head says of the rows under it: "somatic", "germline", "vus", some of them, or "plain"."""
    if not _BLOCK.match(text) or (_CHANGE_OF_LETTERS.search(text) and not _VUS.search(text)):
        return ""
    found = [
        name
        for name, pattern in (("somatic", r"\bsomatic\b"), ("germline", r"\bgermline\b|\binherited\b"))
        if re.search(pattern, text, re.IGNORECASE)
    ]
    found = found if len(found) == 1 else []
    pathogenic = re.search(r"(?<!no )(?<!likely )\bpathogenic", text, re.IGNORECASE)
    return " ".join([*found, *(["vus"] if _VUS.search(text) else ["pathogenic"] if pathogenic else []), "plain"])


def _in_block(one: Finding, block: str) -> Iterator[Finding]:
    """Yield a finding with the class that the head above it gives to all its rows; without a class, nothing."""
    if one.qualifier == _UNCLASSED:
        if "vus" in block or "pathogenic" in block:
            yield replace(one, qualifier="germline vus" if "vus" in block else "germline pathogenic")
        return
    if "vus" in block and one.qualifier in ("somatic", "germline", ""):
        yield replace(one, qualifier=f"{one.qualifier or 'somatic'} vus")
        return
    yield one


def _benign_row(text: str) -> bool:
    return bool(re.search(r"\bsynonymous\b", text, re.IGNORECASE))


def _origin_of(report: Report) -> str:
    germline = len(_GERMLINE.findall(report.norm))
    somatic = len(_SOMATIC.findall(report.norm))
    head = report.norm[:500]
    germline += 2 * len(_GERMLINE.findall(head))
    somatic += 2 * len(_SOMATIC.findall(head))
    if germline == somatic == 0:
        return ""
    return "germline" if germline > somatic else "somatic"


def _column_dates(report: Report) -> tuple[PartialDate, ...]:
    """Return the dates at the head of the columns of a table with this and an earlier sample."""
    start = 0
    for line in report.norm.split("\n"):
        if report.kind == "genes" and _COLUMNS.search(line) and _APART.search(line):
            dates = report.dates_in(start, start + len(line))
            if len(dates) == 2:
                return dates[0].date, dates[1].date
        start += len(line) + 1
    return ()


@dataclass(frozen=True, slots=True)
class _Gene:
    """A gene named in a statement: one of ``genes`` (name, start, end), by its number.

    ``inherited`` is where the gene findings of the report or block come from ("germline", "somatic" or ""); ``prior``
    holds the dates of this and an earlier sample when a table has a column for each.
    """

    report: Report
    statement: Statement
    text: str
    genes: tuple[tuple[str, int, int], ...]
    number: int
    inherited: str
    prior: tuple[PartialDate, ...]

    @property
    def name(self) -> str:
        """The symbol of the gene."""
        return self.genes[self.number][0]

    @property
    def low(self) -> int:
        """Where the symbol begins in the statement."""
        return self.genes[self.number][1]

    @property
    def high(self) -> int:
        """Where the symbol ends in the statement."""
        return self.genes[self.number][2]

    @property
    def zone(self) -> str:
        """The words that are this gene's own: up to the next one."""
        following = self.genes[self.number + 1][1] if self.number + 1 < len(self.genes) else len(self.text)
        return self.text[self.high : min(following, self.high + _SOON)]

    @property
    def is_of_pair(self) -> bool:
        """Whether it is one of "BRCA1/2", of which only a denial tells what holds for each."""
        return any(low == self.low and other != self.name for other, low, _ in self.genes)

    @property
    def origin(self) -> str:
        """Whether the words around speak of inherited genes or of the tumour's."""
        return _origin_here(self.text, self.low, self.high, self.inherited, self.report.kind != "letter")

    def made(
        self, label: str, *, change: str = "", start: int | None = None, end: int | None = None,
        date: PartialDate | None = None, extra: Mapping[str, str | float] | None = None,
    ) -> Finding:  # fmt: skip
        """Return a finding of this gene; places are those of the statement."""
        low = self.statement.start + (self.low if start is None else start)
        high = self.statement.start + (self.high if end is None else end)
        base = "superseded" if context.is_superseded(self.report, self.statement, low) else label
        value = f"{self.name} {change}".rstrip()
        return make(
            self.report, self.statement, "variant", value, low, min(high, self.statement.end),
            base=base, date=date, breast=False, extra=extra,
        )  # fmt: skip


_AMPLIFIED_TOGETHER = re.compile(r"\s*(?:\(\S{1,12}\)\s*)?(?:co-?)?amplif\w+", re.IGNORECASE)


def _amplified_together(gene: _Gene) -> bool:
    """Whether a gene is one of a chain that is amplified: "FGF3 / FGF4 / FGF19 amplification"."""
    last = _last_of_chain(gene)
    if last == gene.number:
        return False
    end = gene.genes[last][2]
    told = _AMPLIFIED_TOGETHER.match(gene.text, end)
    if not told or context.is_negated(gene.text, gene.low, gene.high, 70):
        return False
    return not _TAUGHT.match(gene.text, told.end()) and not _DETECTED_NOT.match(gene.text[told.end() :].lstrip(" :|.-"))


def _gene(gene: _Gene) -> Iterator[Finding]:
    zone = gene.zone
    if context.is_other_person(gene.report, gene.statement, gene.statement.start + gene.low) or _OF_PROTEIN.match(
        gene.text[gene.high :]
    ):
        return
    change = _CHANGE.search(zone)
    if _is_something_else(gene, change):
        return
    if not change and _amplified_together(gene):
        yield gene.made(_class_of(gene, "", ""), change="amplification")
        return
    before = None if change else _CHANGE_BEFORE.search(gene.text, max(0, gene.low - 44), gene.low)
    if before and not context.is_negated(gene.text, before.start(), before.end(), 50):
        yield gene.made(_class_of(gene, "", ""), change=before["b"], start=before.start())
        return
    if not change:
        yield from _bare(gene)
        return
    exact = _CHANGE.search(zone, change.end()) if change["exon"] else None
    if exact and not exact["exon"] and exact.start() - change.end() < _CLOSE:
        change = exact
    yield from _altered(gene, change)
    also = _ALSO.match(zone, change.end()) if change["b"] or change["p"] else None
    while also:
        change = _CHANGE.search(zone, also.start()) or change
        yield from _altered(gene, change)
        also = _ALSO.match(zone, change.end())


def _is_something_else(gene: _Gene, change: re.Match[str] | None) -> bool:
    """Whether the letters are no gene test here: a receptor, a stain, a kidney value."""
    if gene.name == "AR":
        return True
    if change:
        return False
    if gene.name == "ERBB2":
        return not _DETECTED_NOT.search(gene.zone) and not _DETECTED_NOT.search(gene.text[: gene.low])
    return gene.name == "GATA3" or (gene.name == "EGFR" and not _DETECTED_NOT.match(gene.zone))


_TAUGHT = re.compile(
    r"\s*(?:\([^)]{0,30}\)\s*)?(?:(?:variants?|mutations?|alterations?|genes?)\s+)?(?:,\s*(?:dual|single)|predicts?|is|are|can|may|might|confers?|causes?|drives?|leads?|results? in|occurs?|encodes?|associates?|has been|have been|status)\b(?!\s+(?:(?:now|also|again|still)\s+)?(?:present|detected|identified|seen|found|noted|reported|confirmed|positive|amplified|mutated|pathogenic|likely|a\b|heterozygous|homozygous|of uncertain|classified))",
    re.IGNORECASE,
)
"""Behind a change that a report teaches about instead of finding it: "amplification predicts", "mutations are"."""
_ONLY_GUESSED = re.compile(
    r"\b(?:suggest\w*|possib\w+|potential\w*|suspect\w*|may|might|could|confirm\w*|recommend\w*|cannot exclude)\b[^.;]{0,34}$",
    re.IGNORECASE,
)


def _origin_here(text: str, low: int, high: int, origin: str, is_test: bool) -> str:
    marks = [
        (match.start(), "germline")
        for match in _GERMLINE.finditer(text, 0, high)
        if not _ONLY_GUESSED.search(text, max(0, match.start() - 40), match.start())
    ]
    marks += [(match.start(), "somatic") for match in _SOMATIC_HERE.finditer(text, 0, high)]
    if marks:
        return max(marks)[1]
    after = re.split(r"[.;]\s", text[high : high + 60])[0]
    told = _GERMLINE.search(after)
    if told and not _ONLY_GUESSED.search(after, 0, told.start()) and not _UNTOLD.search(after):
        return "germline"
    if _SOMATIC_HERE.search(after):
        return "somatic"
    if not origin and _HEREDITARY.search(text):
        return "germline"
    return "germline" if _HEREDITARY.match(text, low) and not is_test else origin


_UNTOLD = re.compile(
    r"\bgermline\b[^.;]{0,16}\b(?:not determined|undetermined|unknown|unclear|pending|not established|to be (?:clarified|confirmed|determined|tested))",
    re.IGNORECASE,
)
_OF_WHOLE_GENE = frozenset({"amplification", "loss", "deletion", "fusion", "rearrangement"})
_LEVELS = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d{1,2})?)(?=\s*%|\s{2,}|\s*$)|(not detected)")
"""Shares of reads in the columns behind a change."""


def _altered(gene: _Gene, change: re.Match[str]) -> Iterator[Finding]:
    """Yield a gene with the change that stands behind it, of this and of an earlier sample."""
    name, zone, text, low = _name(change), gene.zone, gene.text, gene.low
    after, lead, end = zone[change.end() :], text[max(0, low - 60) : low], gene.high + change.end()
    if _BENIGN.search(after[:60]) and not _VUS.search(after[:80]):
        return
    if name in _OF_WHOLE_GENE and _TAUGHT.match(after):
        return
    absent_now = _DETECTED_NOT.match(after.lstrip(" :|.-")) and not gene.prior
    if _NOT_SO.search(zone, 0, change.start()) or context.is_negated(text, low, gene.high, 70) or absent_now:
        if name in _OF_WHOLE_GENE:
            yield gene.made(f"{gene.origin or 'somatic'} negative", change=name, end=end)
        return
    if _UNTESTED.search(lead) or context.cues().conditional.search(lead):
        return
    label = _class_of(gene, zone[: change.start()], after)
    levels = _LEVELS.findall(after[:90])
    yield _current(gene, name, label, after, end)
    if len(gene.prior) == 2 and len(levels) >= 2 and label != "CHIP":
        level = levels[1][0]
        yield gene.made(
            f"{label} prior" if level else f"{label} negative prior",
            change=name,
            end=min(len(text), end + 90),
            date=gene.prior[1],
            extra={**_copies(zone), **({"vaf": float(level)} if level else {})},
        )


def _current(gene: _Gene, name: str, label: str, after: str, end: int) -> Finding:
    levels = _LEVELS.findall(after[:90])
    extra = _copies(gene.zone)
    level = levels[0][0] if levels else ""
    if level and label != "germline pathogenic":
        extra["vaf"] = float(level)
    date = gene.prior[0] if len(gene.prior) == 2 else None
    if date and levels and levels[0][1]:
        return gene.made(f"{label} negative", change=name, end=end, date=date, extra=extra)
    told = re.search(re.escape(level), after) if level else None
    if not level and label.startswith("germline"):
        told = _PATHOGENIC.search(after) or _VUS.search(after)
    return gene.made(label, change=name, end=end + (told.end() if told else 0), date=date, extra=extra)


def _copies(zone: str) -> dict[str, str | float]:
    copies = _COPIES.search(zone)
    return {"copies": float(copies["n"] or copies["m"] or copies["k"])} if copies else {}


_OWN_CLASS = re.compile(
    r"\W*(?:which |that |it )?(?:(?:we |is |was |has been |have been |they )*(?:class(?:ed|ified|ify)?|reported|regard(?:ed)?|consider(?:ed)?|interpreted)?\s*(?:as|to be)?\s*)(?:a\s+)?(?:(?P<vus>variant\s+of\s+(?:uncertain|unknown)|VUS\b)|(?P<likely>likely\s+)?pathogenic)",
    re.IGNORECASE,
)
"""The class right behind a change, which rules over what is said of the change before it."""
_EQUIVOCAL = re.compile(r"\s*[-(,]\s*equivocal", re.IGNORECASE)
_MUTATION = re.compile(r"\bmutation\b(?! (?:of|with) (?:uncertain|unknown))", re.IGNORECASE)
"""Letters say "mutation" of what changes the person's risk, and "variant" of what may not."""
_VUS_LIST = re.compile(
    r"\bvariants? of (?:uncertain|unknown)[^:;.|]{0,60}:[^:;|]{0,400}$|\bVUS(?:es|s)?(?: \([^)]{0,20}\))?:[^:;|]{0,400}$",
    re.IGNORECASE,
)
"""The head of a list of uncertain changes, of which a gene is one."""


def _class_of(gene: _Gene, between: str, after: str) -> str:
    """Return what the words around a change call it: pathogenic, uncertain, of blood cells, or the tumour's."""
    lead = gene.text[max(0, gene.low - 70) : gene.low]
    origin = gene.origin
    if _CHIP.search(after[:60]) or _CHIP.search(lead):
        return "CHIP"
    if _EQUIVOCAL.match(after):
        return "equivocal"
    own = _OWN_CLASS.match(after)
    if own and origin == "germline":
        return "germline vus" if own["vus"] else f"germline {'likely ' if own['likely'] else ''}pathogenic"
    if (
        _VUS_LIST.search(gene.text, 0, gene.low)
        or _VUS.search(after[:90])
        or _VUS.search(lead[-60:])
        or _VUS.search(between)
    ):
        return f"{origin or 'germline'} vus"
    if origin != "germline":
        return "somatic"
    around = between + " " + after[:_SOON] + " " + lead[-40:]
    if _LIKELY.search(around):
        return "germline likely pathogenic"
    told = (
        _PATHOGENIC.search(around) or _PATHOGENIC.search(gene.text) or _MUTATION.search(around[:60] + " " + lead[-30:])
    )
    return "germline pathogenic" if told else _UNCLASSED


_NO_BRACKETS = str.maketrans("", "", "()")


def _name(change: re.Match[str]) -> str:
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


_CHAIN = re.compile(r"[\s,/&]*(?:and|or|&)?[\s,/&]*")


def _last_of_chain(gene: _Gene) -> int:
    """Return the number of the last gene of "PIK3CA, AKT1 and PTEN" that this one belongs to."""
    last = gene.number
    while last + 1 < len(gene.genes) and _CHAIN.fullmatch(gene.text[gene.genes[last][2] : gene.genes[last + 1][1]]):
        last += 1
    return last


def _is_none_of(gene: _Gene) -> bool:
    """Whether a gene is one of "no PIK3CA/AKT1/PTEN alteration"."""
    first, genes, text = gene.number, gene.genes, gene.text
    while first and _CHAIN.fullmatch(text[genes[first - 1][2] : genes[first][1]]):
        first -= 1
    return bool(
        _NO_BEFORE.search(text[: genes[first][1]]) and _CHANGE_WORD.match(text[genes[_last_of_chain(gene)][2] :])
    )


_NO_BEFORE = re.compile(r"\b(?:no|without|lacks?)\s+(?:\w+\s+)?$", re.IGNORECASE)
_CHANGE_WORD = re.compile(
    r"\s*(?:gene\s+)?(?:(?:alterations?|mutations?|variants?|changes?)\b|[.;)\"]|as of\b|on (?:ctDNA|NGS|tissue|plasma|liquid)|(?:was |were )?(?:found|detected|seen)\b|$)",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"[\s:|.\-=]*(?:mut\b|mutations?|variants?|gene|status|exons?[\d\s,-]*|alterations?|hotspots?|seq(?:uencing)?\b|fusions?\b|(?:genetic |blood |gene )?test(?:ing|s)?\b|results?\b|in (?:19|20)\d\d\b|(?:on|of|in) (?:\w+ ){0,2}(?:tissue|plasma|blood|ctDNA|tumou?r|sample)\b|NGS\b|CNA\b|CNV\b|PCR\b|(?:tumou?r[- ])?[DR]NA\b(?:[- ]tumou?r)?|tumou?r\b|blood\b|plasma\b|analysis|full gene|[\s:|.\-=()])*(?:is|was|were|are)?\s*",
    re.IGNORECASE,
)
_TEST_ONLY = re.compile(
    r"\s*(?:test|testing|analysis|status)\b[^.;]{0,30}(?:not|never|should|would|is recommended)", re.IGNORECASE
)
_LIST_ENDS = re.compile(
    r"(?<! )(?<!incl)[.;]\s|\bexcept|\bother than|\bpositive|\bpathogenic variant (?:was )?(?:found|detected|identified)|\bincluding\b.*\bbut\b",
    re.IGNORECASE,
)
_LIST_LEADS = re.compile(
    r"\b(?:in|for|of|incl|including|include|genes?|were found|detected|identified|found)\b|^[\s,:(]*$|^\s*:|,|\s\.\s",
    re.IGNORECASE,
)
_OFTEN_INHERITED = re.compile(r"BRCA|PALB2|CHEK2|\bATM|\bCDH1|STK11|BARD1|RAD51[CD]|BRIP1")
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


def _bare(gene: _Gene) -> Iterator[Finding]:
    """Read a gene without a change: not detected, one of a list of negatives, or "pathogenic BRCA2 variant"."""
    text, low = gene.text, gene.low
    lead = text[max(0, low - 60) : low]
    if _UNTESTED.search(lead) or _TEST_ONLY.match(text[gene.high :]):
        return
    negative = _negative(gene)
    if negative:
        yield negative
    elif _is_pending(gene):
        yield gene.made(
            "germline pending" if _OFTEN_INHERITED.match(gene.name) and gene.origin != "somatic" else "pending"
        )
    elif (_PENDING.search(text) and not _PATHOGENIC.search(text)) or context.cues().conditional.search(lead):
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


def _is_pending(gene: _Gene) -> bool:
    """Whether a test of the gene is on its way: "BRCA test sent today", "sent for NGS (PIK3CA, ESR1); no result yet"."""
    first = gene.number
    while first and _CHAIN.fullmatch(gene.text[gene.genes[first - 1][2] : gene.genes[first][1]]):
        first -= 1
    if context.cues().conditional.search(gene.text[max(0, gene.low - 60) : gene.low].replace("pending", "")):
        return False
    behind = _TEST_SENT.match(gene.text, gene.genes[_last_of_chain(gene)][2])
    lead = gene.genes[first][1]
    return bool(behind or _SENT_BEFORE.search(gene.text, max(0, lead - 60), lead))


_NONE = re.compile(r"\s*:\s*none\b(?! of)", re.IGNORECASE)


def _negative(gene: _Gene) -> Finding | None:
    """Return that nothing was found in a gene, told beside it, behind its list, or before its list."""
    row = _ROW.match(gene.zone)
    words_end = gene.high
    direct = _DETECTED_NOT.match(gene.zone, row.end() if row else 0) or _NONE.match(gene.zone)
    if direct:
        words_end += direct.end()
    elif _CHAIN.fullmatch(gene.zone):
        rest = gene.text[gene.genes[_last_of_chain(gene)][2] :]
        follow = _ROW.match(rest)
        direct = _DETECTED_NOT.match(rest, follow.end() if follow else 0)
    head = _head_of_negatives(gene)
    if not direct and head is None and not _is_none_of(gene):
        return None
    often = "germline" if _OFTEN_INHERITED.match(gene.name) and gene.statement.section != "plan" else "somatic"
    return gene.made(
        f"{gene.origin or often} negative", start=min(gene.low, head) if head is not None else None, end=words_end
    )


def _head_of_negatives(gene: _Gene) -> int | None:
    """Return where "No variants were found in:" begins, when the gene is on its list."""
    lead = gene.text[: gene.low]
    told = list(_DETECTED_NOT.finditer(lead))
    if not told:
        return None
    head, between = told[-1], lead[told[-1].end() :]
    begins = head[0].casefold().split()[0] in ("no", "neg", "negative", "none") or between.startswith(":")
    if not begins or _LIST_ENDS.search(between) or not _LIST_LEADS.search(between):
        return None
    if re.search(r"\bother\b", head[0], re.IGNORECASE) and not re.search(r"including|among|:", between, re.IGNORECASE):
        return None
    return head.start()


_NOT_INHERITED = re.compile(
    r"\b(?:tested negative|did not inherit|(?:is )?not (?:a )?carrier|does not carry|true negative)\b", re.IGNORECASE
)
"""That a change known in the family was not found in the person."""


_CALLED = re.compile(r"\s*[:=-]?\s*(?P<likely>likely\s+)?pathogenic\s*(?:[,;.)]|$)", re.IGNORECASE)
"""Right behind a gene, with nothing after it: "PALB2 pathogenic"."""


def _positive(gene: _Gene) -> str:
    """Return the class of a gene that is said to be changed without telling how, or ""."""
    text, origin, tail = gene.text, gene.origin, gene.text[gene.high :]
    if _NOT_INHERITED.search(tail[:90]):
        return "germline negative"
    near = text[max(0, gene.low - 50) : gene.high + 60]
    if _VUS.search(near):
        return f"{origin or 'germline'} vus"
    named = re.search(r"variant|mutation|\|", near, re.IGNORECASE)
    if origin != "somatic" and named and re.search(r"\b(?:pathogenic|deleterious|P/LP)\b", near, re.IGNORECASE):
        return "germline likely pathogenic" if _LIKELY.search(near) else "germline pathogenic"
    told = _CALLED.match(tail)
    if told and origin != "somatic":
        return "germline likely pathogenic" if told["likely"] else "germline pathogenic"
    changed = _MUTATED.match(tail) and _FOUND.search(text[max(0, gene.low - 60) : gene.high + 40])
    if not changed and not _POSITIVE.match(tail):
        return ""
    return "germline pathogenic" if _OFTEN_INHERITED.search(gene.name) and origin != "somatic" else "somatic"


__all__ = ["read"]
