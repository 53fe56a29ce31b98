# ruff: noqa: E501, PLR0917 - a pattern is read best in one line; a reading step takes report, statement and place
"""Changes in genes, inherited or of the tumour: rows of a table, sentences, and lists of what was not found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
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
    rf"(?P<c>\bc\.[-*\d_+]+[A-Za-z>]*(?:del|dup|ins|inv)?[A-Z>a-z]*)(?:\s*,?\s*[(]?(?P<cp>p\.\(?[A-Za-z]{{1,3}}\d+[\w*=_]*\)?)\)?)?|(?P<p>\bp\.\(?(?:{_THREE}|[A-Z])\d+[\w*=_]*\)?)|(?<![A-Za-z0-9.])(?P<b>[ACDEFGHIKLMNPQRSTVWY]\d{{2,4}}(?:[ACDEFGHIKLMNPQRSTVWY*]|fs\*?\d*\+?|_[A-Z]\d{{2,4}}\w{{3,12}}|(?:del|dup|ins)\w*))(?![A-Za-z0-9])|\bsplice(?:\s+(?:site|region))?\s+(?P<s>\d{{2,5}}[+-]\d{{1,3}}[ACGT]+>[ACGT]+)|(?<![\w.])(?P<raw>\d{{2,5}}(?:_\d{{2,5}})?(?:[ACGT]>[ACGT]|(?:del|dup|ins)[ACGT]*))(?![\w])|"
    r"(?P<amp>\b(?:gene\s+)?(?:[Aa]mplif|AMPLIF)\w+|\b[Cc]opy number gain|\bCN(?:V)?\s*(?:gain|amp)\b)|(?P<loss>\b(?:[Hh]omozygous |[Dd]eep |[Bb]iallelic )?(?:[Dd]eletion|[Cc]opy number loss)\b|\b[Ll]oss(?= of| exons?|\b(?! of function))|\b[Rr]earrangement|\b[Ff]usion)|(?P<exon>\bexons? \d+(?:-\d+)?(?: (?:deletion|duplication|insertion|mutation))?)",
)
_DETECTED_NOT = re.compile(
    r"\bnot[\s-]+(?:detected|identified|found|present|seen)\b|\bno\s+(?:reportable\s+|pathogenic\s+|clinically significant\s+|disease-causing\s+|deleterious\s+|other\s+|additional\s+|actionable\s+|somatic\s+|germline\s+|known\s+|hotspot\s+)*(?:[\w-]+\s+){0,3}(?:mutations?|variants?|alterations?|abnormalit\w+|changes?)|\bnegative\b|\bwild[\s-]?type\b|\bwt\b|\bnone detected\b|\bND\b|\bnot mutated\b|\bunmutated\b|\bnormal\b",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\s*(?:,|;|/|&|and|\+)\s*(?=(?:p\.)?[A-Z]\d{2,4}[A-Z*])")
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
    r"(?<!non-)(?<!not )\bpathogenic\b|deleterious|disease-causing|\bPATH\b|mutation carrier|\bcarrier\b|positive for",
    re.IGNORECASE,
)
_BENIGN = re.compile(
    r"\b(?:likely )?benign\b|polymorphism|synonymous|not clinically relevant|not clinically significant", re.IGNORECASE
)
_CHIP = re.compile(r"\bCHIP\b|clonal ha?ematopoie", re.IGNORECASE)
_GERMLINE = re.compile(
    r"germline|hereditary|inherited|constitutional|saliva|buccal|blood \(EDTA\)|\bgBRCA|genetic counsel", re.IGNORECASE
)
_SOMATIC = re.compile(
    r"somatic|ctDNA|cfDNA|cell-free|circulating tumou?r|tumou?r (?:tissue|sequencing|profil\w+|panel|NGS)|plasma|FFPE|liquid biopsy|\bVAF\b|allele (?:frequency|fraction)|foundation|guardant|solid tumou?r|NGS (?:on|of) (?:tumou?r|tissue)|tumou?r only|mutational burden|microsatellite|\bMSI\b|\bTMB\b|specimen site",
    re.IGNORECASE,
)
_SOMATIC_HERE = re.compile(
    _SOMATIC.pattern + r"|\bNGS\b|\btissue\b|\btumou?r\b|next[- ]generation|liquid", re.IGNORECASE
)
_PENDING = re.compile(
    r"\bpending\b|\bawait\w*|\bsent\b|\bto be (?:sent|done)\b|\bin progress\b|\brequest(?:ed)?\b|\bto follow\b|\border(?:ed)?\b",
    re.IGNORECASE,
)
_UNTESTED = re.compile(
    r"\bnot (?:had|been tested|tested|done|performed|evaluated|assessed|covered|included|analy[sz]ed|assayed)\b|\bhas not had\b|\bno .{0,20}(?:test|testing|panel) \b|\bsuggest|\brecommend|\bconsider|\btest(?:ing)? (?:for|is|should|would|was advised)|\bif\b|\binvolved in\b|\bfailed\b",
    re.IGNORECASE,
)
_VAF = re.compile(
    r"(?:VAF|allele (?:frequency|fraction)|MAF|AF)?\s*[:=(]?\s*(?P<v>\d{1,2}(?:\.\d{1,2})?)\s*%?", re.IGNORECASE
)
_COPIES = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d)?)\s*copies|copy number(?: of)?\s*[:=]?\s*(?P<m>\d{1,3}(?:\.\d)?)|\bCN\s*[:=]?\s*(?P<k>\d{1,3})",
    re.IGNORECASE,
)
_OF_PROTEIN = re.compile(r"^\s*(?:IHC|protein|expression|staining|ratio|FISH)\b", re.IGNORECASE)
_SOON = 150
_NOT_SO = re.compile(r"\b(?:not?|non|without)[\s-]+(?:gene\s+)?$|\bno\s+(?:evidence of\s+)?$", re.IGNORECASE)
_UNCLASSED = "germline unclassed"


@lru_cache(maxsize=1)
def _genes() -> re.Pattern[str]:
    others = str(read_yaml((DATA / "genes.yaml").read_text(encoding="utf-8"), "genes.yaml")["names"]).split()
    names = {term for term in load_vocabulary().terms["gene"] if term[0].isupper() and len(term) > 2} | set(others)
    listed = "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9])(?:g|s|t)?(?P<gene>{listed}|BRCA\s?[12](?:/2)?)(?![A-Za-z0-9])")


def read(report: Report) -> Iterator[Finding]:
    """Yield the gene findings of a report."""
    origin = _origin_of(report)
    prior = _column_dates(report)
    seen: set[tuple[str, str, str]] = set()
    title, block = "", ""
    for statement in report.statements:
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
        genes = [(match["gene"].replace(" ", ""), match.start(), match.end()) for match in _genes().finditer(text)]
        if not genes:
            continue
        here = "somatic" if "somatic" in block else "germline" if "germline" in block else origin
        for one in _statement(report, statement, text, genes, here, prior, seen):
            yield from _in_block(one, block)


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


def _statement(
    report: Report,
    statement: Statement,
    text: str,
    genes: list[tuple[str, int, int]],
    origin: str,
    prior: tuple[PartialDate, ...],
    seen: set[tuple[str, str, str]],
) -> Iterator[Finding]:
    for index, (gene, low, high) in enumerate(genes):
        at = statement.start + low
        if context.is_other_person(report, statement, at) or _OF_PROTEIN.match(text[high:]):
            continue
        stop = genes[index + 1][1] if index + 1 < len(genes) else len(text)
        zone = text[high : min(stop, high + _SOON)]
        change = _CHANGE.search(zone)
        here = _origin_here(text, low, high, origin, report.kind != "letter")
        if (
            gene in ("AR",)
            or (gene == "GATA3" and not change)
            or (
                gene == "ERBB2"
                and not change
                and not _DETECTED_NOT.search(zone)
                and not _DETECTED_NOT.search(text[:low])
            )
        ):
            continue
        if gene == "EGFR" and re.search(r"\be?GFR\b", text[low:high]) and not change and not _DETECTED_NOT.match(zone):
            continue
        if change and (
            change["p"]
            or change["c"]
            or change["b"]
            or change["s"]
            or change["raw"]
            or change["amp"]
            or change["loss"]
            or change["exon"]
        ):
            yield from _altered(report, statement, text, gene, low, high, zone, change, here, prior, seen)
            also = _ALSO.match(zone, change.end())
            if also and change["b"]:
                second = _CHANGE.search(zone, also.start())
                if second:
                    yield from _altered(report, statement, text, gene, low, high, zone, second, here, prior, seen)
            continue
        yield from _bare(report, statement, text, genes, index, zone, here, seen)


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
    after = text[high : high + 60]
    told = _GERMLINE.search(after)
    if told and not _ONLY_GUESSED.search(after, 0, told.start()):
        return "germline"
    if _SOMATIC_HERE.search(after):
        return "somatic"
    if not origin and _HEREDITARY.search(text):
        return "germline"
    return "germline" if _HEREDITARY.match(text, low) and not is_test else origin


def _altered(
    report: Report,
    statement: Statement,
    text: str,
    gene: str,
    low: int,
    high: int,
    zone: str,
    change: re.Match[str],
    origin: str,
    prior: tuple[PartialDate, ...],
    seen: set[tuple[str, str, str]],
) -> Iterator[Finding]:
    after = zone[change.end() :]
    name = _name(change)
    at, end = statement.start + low, statement.start + high + change.end()
    lead = text[max(0, low - 90) : low]
    if _BENIGN.search(after[:60]) and not _VUS.search(after[:80]):
        return
    if (
        _NOT_SO.search(zone, 0, change.start())
        or context.is_negated(text, low, high, 70)
        or (_DETECTED_NOT.match(after.lstrip(" :|.-")) and not prior)
    ):
        if name in ("amplification", "loss", "deletion", "fusion", "rearrangement"):
            yield _made(report, statement, f"{gene} {name}", at, end, f"{origin or 'somatic'} negative", seen)
        return
    if _UNTESTED.search(lead[-60:]) or context.cues().conditional.search(lead[-60:]):
        return
    chip = _CHIP.search(after[:60]) or _CHIP.search(lead[-70:])
    kind = f"{origin} ".lstrip() if origin else ""
    around = after[:_SOON] + " " + lead[-40:]
    if chip:
        label = "CHIP"
    elif _VUS.search(after[:90]) or _VUS.search(lead[-60:]):
        label = f"{origin or 'germline'} vus"
    elif origin == "germline":
        label = (
            "germline likely pathogenic"
            if _LIKELY.search(around)
            else "germline pathogenic"
            if _PATHOGENIC.search(around) or _PATHOGENIC.search(text)
            else _UNCLASSED
        )
    else:
        label = "somatic"
    del kind
    if not label:
        return
    extra: dict[str, str | float] = {}
    values = re.findall(r"(?<![\d.])(\d{1,2}(?:\.\d{1,2})?)(?=\s*%|\s{2,}|\s*$)|(not detected)", after[:90])
    if values and values[0][0] and label != "germline pathogenic":
        extra["vaf"] = float(values[0][0])
    copies = _COPIES.search(zone)
    if copies:
        extra["copies"] = float(copies["n"] or copies["m"] or copies["k"])
    words_end = end
    if values and values[0][0]:
        found = re.search(re.escape(values[0][0]), after)
        words_end = end + (found.end() if found else 0)
    elif label.startswith("germline"):
        found = _PATHOGENIC.search(after) or _VUS.search(after)
        words_end = end + (found.end() if found else 0)
    if values and values[0][1] and len(prior) == 2:
        yield _made(report, statement, f"{gene} {name}", at, end, f"{label} negative", seen, prior[0], extra)
    else:
        yield _made(
            report,
            statement,
            f"{gene} {name}",
            at,
            words_end,
            label,
            seen,
            prior[0] if len(prior) == 2 else None,
            extra,
        )
    if len(prior) == 2 and len(values) >= 2 and label != "CHIP":
        old = dict(extra)
        old.pop("vaf", None)
        if values[1][0]:
            old["vaf"] = float(values[1][0])
        yield _made(
            report,
            statement,
            f"{gene} {name}",
            at,
            statement.start + min(len(text), high + change.end() + 90),
            f"{label} prior" if values[1][0] else f"{label} negative prior",
            seen,
            prior[1],
            old,
        )


def _name(change: re.Match[str]) -> str:
    if change["c"]:
        return change["c"] + (f" ({change['cp'].strip('()')})" if change["cp"] else "")
    if change["p"]:
        return short_change(change["p"]) or change["p"].removeprefix("p.").strip("()")
    if change["b"] or change["s"] or change["raw"]:
        return str(change["b"] or change["s"] or change["raw"])
    if change["amp"]:
        return "amplification"
    if change["loss"]:
        word = change["loss"].casefold()
        return "deletion" if "delet" in word else "loss" if "loss" in word else word
    return change["exon"]


_CHAIN = re.compile(r"[\s,/&]*(?:and|or|&)?[\s,/&]*")


def _none_of(text: str, genes: list[tuple[str, int, int]], index: int) -> bool:
    """Whether a gene is one of "no PIK3CA/AKT1/PTEN alteration"."""
    first = last = index
    while first and _CHAIN.fullmatch(text[genes[first - 1][2] : genes[first][1]]):
        first -= 1
    while last + 1 < len(genes) and _CHAIN.fullmatch(text[genes[last][2] : genes[last + 1][1]]):
        last += 1
    return bool(
        re.search(r"\b(?:no|without|lacks?)\s+(?:\w+\s+)?$", text[: genes[first][1]], re.IGNORECASE)
        and re.match(
            r"\s*(?:gene\s+)?(?:(?:alterations?|mutations?|variants?|changes?)\b|[.;)]|$)",
            text[genes[last][2] :],
            re.IGNORECASE,
        )
    )


def _bare(
    report: Report,
    statement: Statement,
    text: str,
    genes: list[tuple[str, int, int]],
    index: int,
    zone: str,
    origin: str,
    seen: set[tuple[str, str, str]],
) -> Iterator[Finding]:
    """Read a gene without a change beside it: not detected, one of a list of negatives, or "pathogenic BRCA2 variant"."""
    gene, low, high = genes[index]
    at, end = statement.start + low, statement.start + high
    lead = text[:low]
    nearest = genes[index - 1][2] if index else 0
    tail = text[high:]
    if _UNTESTED.search(text[max(0, low - 60) : low]) or re.match(
        r"\s*(?:test|testing|analysis|status)\b[^.;]{0,30}(?:not|never|should|would|is recommended)",
        tail,
        re.IGNORECASE,
    ):
        return
    row = re.match(
        r"[\s:|.\-=]*(?:mutations?|variants?|gene|status|exons?[\d\s,-]*|alterations?|hotspots?|sequencing|analysis|[\s:|.\-=()])*(?:is|was|were|are)?\s*",
        zone,
        re.IGNORECASE,
    )
    after = zone[row.end() if row else 0 :]
    direct = _DETECTED_NOT.match(after)
    none_of = _none_of(text, genes, index)
    if not direct and re.fullmatch(r"[\s,/]*(?:and|or)?[\s,/]*", zone) and index + 1 < len(genes):
        last = next(
            (
                one
                for one in range(index + 1, len(genes))
                if one + 1 == len(genes)
                or not re.fullmatch(r"[\s,/]*(?:and|or)?[\s,/]*", text[genes[one][2] : genes[one + 1][1]])
            ),
            index,
        )
        follow = re.match(
            r"[\s:|.\-=]*(?:mutations?|variants?|genes?)?[\s:|.\-=]*(?:is|was|were|are)?[\s:|.\-=]*",
            text[genes[last][2] :],
            re.IGNORECASE,
        )
        rest = text[genes[last][2] + (follow.end() if follow else 0) :]
        direct = _DETECTED_NOT.match(rest)
    listed = list(_DETECTED_NOT.finditer(lead))
    from_list = False
    if listed and (
        listed[-1][0].casefold().split()[0] in ("no", "negative", "none") or lead[listed[-1].end() :].startswith(":")
    ):
        between = lead[listed[-1].end() :]
        from_list = not re.search(
            r"[.;]\s|\bexcept|\bother than|\bpositive|\bpathogenic variant (?:was )?(?:found|detected|identified)|\bincluding\b.*\bbut\b",
            between,
            re.IGNORECASE,
        ) and bool(
            re.search(
                r"\b(?:in|for|of|including|include|genes?|were found|detected|identified|found)\b|^[\s,:(]*$|,",
                between,
                re.IGNORECASE,
            )
        )
        if re.search(r"\bother\b", listed[-1][0], re.IGNORECASE) and not re.search(
            r"including|among|:", between, re.IGNORECASE
        ):
            from_list = False
    del nearest
    if direct or from_list or none_of:
        if statement.section == "plan" or (
            not origin and report.kind == "letter" and not re.search(r"BRCA|PALB2|CHEK2|ATM", gene)
        ):
            kind = origin or "somatic"
        else:
            kind = origin or ("germline" if re.search(r"BRCA|PALB2|CHEK2|ATM", gene) else "somatic")
        start = statement.start + (listed[-1].start() if from_list else low)
        yield _made(
            report,
            statement,
            gene,
            min(start, at),
            end + (row.end() + direct.end() if direct and row else 0),
            f"{kind} negative",
            seen,
        )
        return
    if _PENDING.search(text) and not _PATHOGENIC.search(text):
        return
    if context.is_negated(text, low, high, 60) or context.cues().conditional.search(text[max(0, low - 60) : low]):
        return
    near = text[max(0, low - 50) : high + 60]
    if _VUS.search(near):
        yield _made(report, statement, gene, at, end, f"{origin or 'germline'} vus", seen)
    elif (
        re.search(r"\b(?:pathogenic|deleterious)\b", near, re.IGNORECASE)
        and re.search(r"variant|mutation|\|", near, re.IGNORECASE)
        and origin != "somatic"
    ):
        label = "germline likely pathogenic" if _LIKELY.search(near) else "germline pathogenic"
        yield _made(report, statement, gene, at, end, label, seen)
    elif (
        re.match(
            r"\s*(?:gene\s+)?(?:mutation|mutated|mutant|variant)s?\b(?!\s*(?:test|analysis|status|:|carrier))",
            tail,
            re.IGNORECASE,
        )
        and re.search(
            r"\b(?:positive|detected|identified|found|known|carries|has|harbou?rs|with|showed|shows)\b",
            text[max(0, low - 60) : high + 40],
            re.IGNORECASE,
        )
    ) or re.match(
        r"\s*(?:\+|positive\b|mutated\b|mutant\b|mutation (?:positive|carrier|detected))", tail, re.IGNORECASE
    ):
        if re.search(r"BRCA|PALB2|CHEK2|\bATM", gene) and origin != "somatic":
            yield _made(report, statement, gene, at, end, "germline pathogenic", seen)
        else:
            yield _made(report, statement, gene, at, end, "somatic", seen)


def _made(
    report: Report,
    statement: Statement,
    value: str,
    start: int,
    end: int,
    label: str,
    seen: set[tuple[str, str, str]],
    date: PartialDate | None = None,
    extra: dict[str, str | float] | None = None,
) -> Finding:
    base = "superseded" if context.is_superseded(report, statement, start) else label
    return make(
        report,
        statement,
        "variant",
        value,
        start,
        min(end, statement.end),
        base=base,
        date=date,
        breast=False,
        extra=extra,
    )


__all__ = ["read"]
