# ruff: noqa: E501 - a pattern is read best in one line
"""ER, PR, androgen receptor, HER2 (staining and gene test) and Ki-67.

Each mention of a marker owns the words up to the next marker; its value is read from there, or from before it ("positive
for ER"). Scores follow the forms of the ASCO/CAP reporting guidelines for hormone receptors and HER2: per cent of nuclei,
Allred (quick) score of 8, HER2 0 to 3+, ratio and copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.her2 import read_fish, read_her2
from abreast.intake.report.families.marker_values import labels_above
from abreast.intake.report.families.markers import Mention, mentions_in
from abreast.intake.report.families.receptor_tables import counts_together, receptor_tables, table_findings
from abreast.intake.report.families.stains import read_ki67, read_receptor
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

_NOT_A_RECEPTOR = re.compile(
    r"^\s*(?:visit|department|doctor|physician|interval|segment|room|\d+\s*(?:ms|msec|bpm|/min|mmhg)|\s*[:=]?\s*\d{2,3}(?!\s*(?:%|-|to|per|\.|\d)))",
    re.IGNORECASE,
)
_RESPONSE = re.compile(r"\b(?:partial\s+response|RECIST|response|CR|SD|PD)\b", re.IGNORECASE)
_SHARED = re.compile(r"[\s/,&]*(?:and|or)?[\s/,&(]*")
_PART_OF_RESULT = re.compile(
    r"\s*[-*]?\s*(?:(?:percent(?:age)?|%|proportion|number|fraction)\s+(?:of\s+)?(?:tumou?r\s+|cancer\s+)?(?:cells?|nuclei|positiv\w+|staining)[^:\d]{0,60}|allred(?:\s+(?:total\s+)?score)?|quick\s*score|proportion positive|percent(?:age)?(?: positiv\w+)?)\s*[:=.]",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|unless|whether|provided|in case|should (?:the|a|it|this))\b(?:(?! - )[^.;,])*$", re.IGNORECASE
)
_PAIR = re.compile(
    r"(?<![A-Za-z])ER\s?(?P<es>[+-])?\s*[:(]?\s*(?P<er>\d{1,3})\)?(?P<es2>[+-])?\s*[,/;&]?\s*(?:and\s+)?PR\s?(?P<ps>[+-])?\s*[:(]?\s*(?P<pr>\d{1,3})(?!\d|%|\.\d|/(?!\s?HER))\)?"
)
"""Shares without a per cent sign, as in short notes: "ER 90 PR 5", "ER+ (100) PR+ (85)"."""
_ALLRED_AT_MOST, _ALLRED_POSITIVE = 8, 3


@dataclass(frozen=True, slots=True)
class _Before:
    """What the statements before were about: HER2, or one receptor whose results may follow on rows of their own."""

    her2: bool = False
    nuclear: Mention | None = None

    def after(self, report: Report, statement: Statement, mentions: list[Mention], row_of_result: bool) -> _Before:
        """Return what it is behind another statement."""
        nuclear = mentions[-1] if len(mentions) == 1 and mentions[0].marker in ("er", "pr", "ki67") else None
        if mentions:
            return _Before(mentions[-1].marker in ("her2", "fish"), nuclear)
        goes_on = bool(_GOES_ON.search(report.norm, statement.start, statement.end))
        return _Before(self.her2 and goes_on, self.nuclear if row_of_result else None)


_GOES_ON = re.compile(r"ratio|copy|CEP|signals|amplif|nuclei|cells counted|observers?|interpretation", re.IGNORECASE)
"""Rows that go on with HER2 without its name."""


def read(report: Report) -> Iterator[Finding]:
    """Yield what the report says of receptors, HER2 and Ki-67."""
    in_tables = receptor_tables(report)
    yield from table_findings(report, in_tables)
    counted = list(counts_together(report))
    yield from (one for _, one in counted if one)
    yield from labels_above(report)
    rows = [span for span, _ in counted]
    before = _Before()
    for statement in report.statements:
        if in_tables.covers(statement) or any(low <= statement.start < high for low, high in rows):
            continue
        mentions = mentions_in(report, statement)
        is_read = not context.is_general(report, statement)
        part = _PART_OF_RESULT.match(report.norm, statement.start, statement.end) if is_read else None
        if part and not mentions and before.nuclear:
            yield from _part(report, statement, before.nuclear, part.end())
        if is_read:
            yield from _outside_zones(report, statement, mentions, before)
            yield from _marked(report, statement, mentions, before)
        before = before.after(report, statement, mentions, bool(part))


def _outside_zones(report: Report, statement: Statement, mentions: list[Mention], before: _Before) -> Iterator[Finding]:
    """Yield results that do not stand behind the name of a marker: shares of a form, a conclusion, a bare pair."""
    yield from _labelled_share(report, statement)
    yield from _concluded(report, statement)
    if not mentions:
        yield from _staining_alone(report, statement, _SCORE_ALONE if before.her2 else _STAINING_ALONE)
    yield from _pair(report, statement)


def _marked(report: Report, statement: Statement, mentions: list[Mention], before: _Before) -> Iterator[Finding]:
    """Yield the results of the markers that a statement names, and of HER2 where it goes on without its name."""
    if not mentions:
        if before.her2:
            yield from read_fish(report, statement, statement.start, statement.end, loose=True)
        return
    together = list(_together(report, statement))
    yield from together
    spans = [(one.start, one.end) for one in together]
    yield from _unnamed_score(report, statement, mentions)
    yield from _statement(
        report, statement, [one for one in mentions if not any(low <= one.start < high for low, high in spans)]
    )
    if before.her2 and mentions[0].marker == "fish":
        yield from read_fish(report, statement, statement.start, mentions[0].start, loose=True)


_CELLS_ALONE = re.compile(
    r"\W*(?:percent(?:age)?|%|proportion)\s+of\s+(?:invasive\s+|tumou?r\s+|cancer\s+){0,2}cells\s+with\s+(?:any\s+|complete\s+|incomplete\s+|membrane\s+){1,3}[^:\n]{0,30}:\s*(?P<v>\d{1,3})\s?%",
    re.IGNORECASE,
)
"""The share of cells in a report of HER2 that names them alone."""
_STAINING_ALONE = re.compile(
    r"^\s*[-*]?\s*(?:(?:concurrent|prior|previous|initial|corresponding)\s+)?(?:IHC|immunohistochemistry)\b(?P<lead>[^.;\n\d]{0,40}?)[:=]?\s*(?:score\s*)?(?P<v>0|[1-3]\+)(?![\d%/]|\.\d)",
    re.IGNORECASE,
)


_SCORE_ALONE = re.compile(
    _STAINING_ALONE.pattern + r"|^\s*[-*]?\s*(?:IHC )?score\s*[:=]\s*(?P<s>0|[1-3]\+)(?![\d%/]|\.\d)", re.IGNORECASE
)


def _staining_alone(report: Report, statement: Statement, pattern: re.Pattern[str]) -> Iterator[Finding]:
    """Yield the score of "IHC: 3+" in a part that is about HER2 and about no other marker."""
    cells = _CELLS_ALONE.match(report.norm, statement.start, statement.end)
    if cells and "HER2" in report.norm[: statement.start] and not context.is_general(report, statement):
        yield make(report, statement, "her2_percent", float(cells["v"]), cells.start(), cells.end(), unit="%")
    match = pattern.match(report.of(statement))
    before = report.norm[max(0, statement.start - 400) : statement.start]
    if not match or not re.search(r"HER-?2", before, re.IGNORECASE) or context.is_general(report, statement):
        return
    score = str(match["v"] or match.groupdict().get("s"))
    yield make(report, statement, "her2_ihc", score, statement.start + match.start(), statement.start + match.end())


_OF_GENE_TEST = re.compile(
    r"\bHER-?2\b[^\n]{0,40}\b(?:[DCFS]?ISH|in situ)\b|\b(?:[DCFS]?ISH|in situ hybridi[sz]ation)\b[^\n]{0,40}\bHER-?2\b",
    re.IGNORECASE,
)
_CONCLUDED = re.compile(
    r"\W*(?:final|interpretation|conclusion|result|overall|opinion|summary)s?(?:\s+(?:result|interpretation))?\s*[:.]+\s*(?:HER-?2\s+)?(?P<v>negative|positive|equivocal)\b",
    re.IGNORECASE,
)
_TITLE = 300


def _concluded(report: Report, statement: Statement) -> Iterator[Finding]:
    """Yield what a report that is of the gene test alone concludes: "FINAL: NEGATIVE (Group 4)"."""
    match = _CONCLUDED.match(report.norm, statement.start, statement.end)
    if not match or not _OF_GENE_TEST.search(report.norm[:_TITLE]) or context.is_general(report, statement):
        return
    word = match["v"].casefold()
    said = {"negative": "not amplified", "positive": "amplified"}.get(word, word)
    yield make(
        report, statement, "her2_ish", said, match.start(), match.end(), base="equivocal" if said == word else ""
    )
    yield make(report, statement, "her2_status", word, match.start(), match.end(), extra={"derived": "yes"})


_SHARE_LABELLED = re.compile(r"(?<![A-Za-z])(?P<name>ER|P[gG]?R)\s?%\s*[:=]?\s*(?P<v>\d{1,3})(?![\d.%/-])")
"""A share behind a label with its sign, as in forms and registers: "ER% 070"."""


def _labelled_share(report: Report, statement: Statement) -> Iterator[Finding]:
    for match in _SHARE_LABELLED.finditer(report.norm, statement.start, statement.end):
        share = float(match["v"])
        if share <= 100 and not context.is_other_person(report, statement, match.start()):
            name = "er" if match["name"] == "ER" else "pr"
            yield make(report, statement, f"{name}_percent", share, match.start(), match.end(), unit="%")


_UNNAMED_SCORE = re.compile(r"[,;/]\s*IHC\s*[:=]?\s*(?P<v>0|[1-3]\+)(?![\d%/]|\.\d)")


def _unnamed_score(report: Report, statement: Statement, mentions: list[Mention]) -> Iterator[Finding]:
    """Yield the score of HER2 that stands behind ER and PR without its name: "ER 80 PR 15, IHC 3+"."""
    if {one.marker for one in mentions} != {"er", "pr"}:
        return
    match = _UNNAMED_SCORE.search(report.norm, mentions[-1].end, statement.end)
    if match and not context.is_other_person(report, statement, match.start()):
        yield make(report, statement, "her2_ihc", match["v"], match.start(), match.end())


def _pair(report: Report, statement: Statement) -> Iterator[Finding]:
    """Yield ER and PR given as bare numbers: shares, or scores of 8 where the report writes the day first."""
    for match in _PAIR.finditer(report.norm, statement.start, statement.end):
        shares = {"er": int(match["er"]), "pr": int(match["pr"])}
        most = max(shares.values())
        is_score = 0 < most <= _ALLRED_AT_MOST and not match["es"]
        if most > 100 or (is_score and not report.day_first):
            continue
        if context.is_other_person(report, statement, match.start()):
            continue
        for name, share in shares.items():
            low, high = match.start(), match.end()
            status = "positive" if share >= (_ALLRED_POSITIVE if is_score else 1) else "negative"
            told = match["es" if name == "er" else "ps"] is not None
            if not told:
                yield make(report, statement, f"{name}_status", status, low, high, extra={"derived": "yes"})
            if is_score:
                yield make(report, statement, f"{name}_allred", float(share), low, high)
            else:
                yield make(report, statement, f"{name}_percent", float(share), low, high, unit="%")


_SIGNS_TOGETHER = re.compile(
    r"(?<![A-Za-z])ER\s?/\s?P[gG]?R(?P<her2>\s?/\s?(?:HER-?2|H2N)(?:\s?/?\s?neu)?)?\s*\)?\s*[:=]?\s*(?P<said>(?:\+|-|pos\w*|neg\w*)(?:\s?/\s?(?:\+|-|pos\w*|neg\w*)){1,2})(?=[\s,;.)]|$)",
    re.IGNORECASE,
)
"""Names and results, each set divided by strokes: "ER/PR/HER2: +/-/-"."""


def _together(report: Report, statement: Statement) -> Iterator[Finding]:
    """Yield the receptors whose results follow their names as a set of as many."""
    for match in _SIGNS_TOGETHER.finditer(report.norm, statement.start, statement.end):
        names = ["er", "pr", *(["her2"] if match["her2"] else [])]
        results = re.split(r"\s?/\s?", match["said"])
        if len(names) != len(results) or context.is_other_person(report, statement, match.start()):
            continue
        for name, result in zip(names, results, strict=True):
            said = "negative" if result.casefold().startswith(("-", "neg")) else "positive"
            yield make(report, statement, f"{name}_status", said, match.start(), match.end())


def _part(report: Report, statement: Statement, marker: Mention, at: int) -> Iterator[Finding]:
    """Yield what a row under a marker gives of it: "Percentage of cells with nuclear positivity: 91-100%"."""
    mention = Mention(marker.marker, statement.start, at, statement.end)
    zone = report.norm[at : statement.end]
    found = read_ki67 if marker.marker == "ki67" else None
    yield from found(report, statement, mention, zone) if found else read_receptor(report, statement, [mention], zone)


def _statement(report: Report, statement: Statement, mentions: list[Mention]) -> Iterator[Finding]:
    """Yield what the words that each marker owns say; receptors that share their words are read together."""
    if mentions and _QUALITY.search(report.norm, statement.start, mentions[0].start):
        return
    shared: list[Mention] = []
    for index, mention in enumerate(mentions):
        if mention.marker == "other":
            shared = []
        if _is_passed_over(report, statement, mention):
            continue
        later = mentions[index + 1 :]
        if mention.marker not in _NUCLEAR:
            yield from _of_other(report, statement, mention, mentions[:index], later)
        elif _shares_words(report, mention, later):
            shared.append(mention)
        else:
            zone = report.norm[mention.end : mention.zone_end]
            yield from read_receptor(report, statement, [*shared, mention], zone)
            shared = []
    if shared:
        yield from read_receptor(report, statement, shared, "")


_NUCLEAR = ("er", "pr", "ar")


def _is_passed_over(report: Report, statement: Statement, mention: Mention) -> bool:
    """Whether nothing may be read behind a mention: no marker, somebody else's, a condition, a void result."""
    norm = report.norm
    zone = norm[mention.end : mention.zone_end]
    return bool(
        mention.marker == "other"
        or context.is_other_person(report, statement, mention.start)
        or _IF.search(norm, max(statement.start, mention.start - 70), mention.start)
        or _GENE_SCORE.match(zone)
        or _EITHER.match(zone)
        or _VOID.search(norm, mention.end, statement.end)
        or (mention.marker in _NUCLEAR and _is_no_receptor(norm, statement, mention, zone))
    )


def _shares_words(report: Report, mention: Mention, later: list[Mention]) -> bool:
    """Whether a receptor has its words in common with the marker that follows: "ER and PR negative"."""
    zone = report.norm[mention.end : mention.zone_end]
    return bool(later and later[0].marker in (*_NUCLEAR, "her2") and _SHARED.fullmatch(zone))


def _of_other(
    report: Report, statement: Statement, mention: Mention, earlier: list[Mention], later: list[Mention]
) -> Iterator[Finding]:
    """Yield what is said of HER2, of Ki-67 or of hormone receptors as such."""
    zone = report.norm[mention.end : mention.zone_end]
    if mention.marker == "hr":
        yield from _hormone(report, statement, mention, zone)
    elif mention.marker == "ki67":
        yield from read_ki67(report, statement, mention, zone)
    elif _is_of_her2(report, statement, mention, earlier):
        yield from read_her2(report, statement, mention, zone, later)


_NEAR = 300


def _is_of_her2(report: Report, statement: Statement, mention: Mention, earlier: list[Mention]) -> bool:
    """Whether HER2 is meant: a gene test may be of another gene, and its name may only explain a class."""
    if mention.marker == "fish":
        beside = bool(earlier) and earlier[-1].marker in ("her2", "fish")
        if not beside and "her" not in report.norm[max(0, statement.start - _NEAR) : mention.start].casefold():
            return False
    return not _ANY_SCORE.search(report.norm, max(statement.start, mention.start - 40), mention.start)


_GENE_SCORE = re.compile(r"\s*(?:\(?mRNA\)?|(?:single[- ])?gene (?:score|expression)|transcript)\b", re.IGNORECASE)
"""Behind the name of a receptor whose gene was measured, not its staining."""
_EITHER = re.compile(r"\s?-?\s?(?:low|weak|positive|pos)\s?/\s?neg", re.IGNORECASE)
"""Behind a receptor that is one or the other: "ER-low/neg"."""


_QUALITY = re.compile(r"\bproficiency\b|\bEQA\b|\bcell[- ]lines?\b|\bnot patient\b", re.IGNORECASE)
"""In a sentence about how well the laboratory works, whose results are nobody's."""
_ANY_SCORE = re.compile(r"\b[0-3]\+\s*(?:or|/)\s*[0-3]\+[^().;]{0,12}$")
"""Before a gene test: the scores of which a class is made, "low (1+ or 2+ with FISH negative)"."""
_VOID = re.compile(
    r"\b(?:un|not )interpretable\b|\bdisregard\b|\bcannot be (?:interpreted|relied)|\binvalid\b|\bdo not use\b",
    re.IGNORECASE,
)
"""Behind a result that counts for nothing: "ER 5 % - uninterpretable because of decalcification"."""


def _is_no_receptor(norm: str, statement: Statement, mention: Mention, zone: str) -> bool:
    word = norm[mention.start : mention.end]
    if word not in ("PR", "ER", "PGR", "AR", "ERa"):
        return False
    if _NOT_A_RECEPTOR.match(zone) and not re.search(r"positive|negative|%", zone[:60], re.IGNORECASE):
        return True
    before = norm[max(statement.start, mention.start - 40) : mention.start]
    if word == "PR" and (_RESPONSE.search(before) or re.search(r"\b(?:pulse|BP|P-?R|QRS)\b", before)):
        return True
    return bool(re.search(r"\b(?:went to|seen in|presented to|via|in the|from the)\s+(?:the\s+)?$", before))


def _hormone(report: Report, statement: Statement, mention: Mention, zone: str) -> Iterator[Finding]:
    words = report.norm[mention.start : mention.end].casefold()
    if words.startswith(("triple", "tnbc")):
        return
    match = re.match(r"[\s-]*(positive|negative|\+|-)", zone, re.IGNORECASE)
    if match and not context.is_negated(
        report.of(statement), mention.start - statement.start, mention.end + match.end() - statement.start, 20
    ):
        said = "negative" if match[1].casefold() in ("negative", "-") else "positive"
        yield make(report, statement, "hr_status", said, mention.start, mention.end + match.end())


__all__ = ["read"]
