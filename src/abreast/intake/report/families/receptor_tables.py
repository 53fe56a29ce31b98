"""Markers in tables: their names as heads over the values, or one row for each marker and one column for each sample.

Specimen        ER     PR    HER2          Marker   Core 03/2021   Liver 05/2024
Liver 05/2024   90%    0%    1+            ER       95%            10%
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.her2 import read_fish, read_staining
from abreast.intake.report.families.markers import Mention
from abreast.intake.report.families.stains import read_ki67, read_receptor
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement, side_near
from abreast.intake.report.tables import Cell, Row, Table, lines_of, tables

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
_PART = re.compile(r"\s*([A-H]|[1-9])\b")
_REFERENCE = re.compile(
    r"reference|range|normal|cut-?off|threshold|interpret|method|clone|comment|unit|flag|antibody", re.IGNORECASE
)
_SAMPLE = re.compile(
    r"\b(?:core|biopsy|bx|excision|resection|surg\w+|primary|metasta\w+|liver|bone|lung|node|skin|brain|breast|left|right|specimen|block|tumou?r|previous|prior|current|outside|review|in-house|pre|post|initial|repeat\w*)\b|^[A-D]\d?$",
    re.IGNORECASE,
)
_EARLIER = re.compile(
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
_PERCENT_ROW = re.compile(r"%|percent|proportion|nuclei|cells", re.IGNORECASE)
_ALLRED_ROW = re.compile(r"allred|quick|\bQS\b", re.IGNORECASE)
_BARE = re.compile(r"\s*([<>]?\s?\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*")
_WORD_AND_NUMBER = re.compile(r"\s*(positive|negative|pos|neg)\.?,?\s*\(?([<>]?\d{1,3})\)?\s*", re.IGNORECASE)
_NOTHING = re.compile(r"\s*(?:[-./_*]*|n/?a|n/?d|none|not (?:done|applicable|tested))\s*", re.IGNORECASE)
_RATIO_CELL = re.compile(r"\s*(\d{1,2}\.\d{1,2})\s*\((?:\S+ )?ratio\)\s*", re.IGNORECASE)
_UNDONE = re.compile(r"\s*(?:n/a|not (?:done|applicable|tested))\s*", re.IGNORECASE)
_IHC_SCORE = re.compile(r"\s*(?:0|[1-3]\+)\s*")
_SIGN = re.compile(r"\s*(?:(\+{1,3}|pos\.?|POS\.?)|(neg\.?|NEG\.?))\s*")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a row or a column is about."""

    date: PartialDate | None = None
    side: str = ""
    specimen: str = ""
    earlier: bool = False
    """An older sample, or one that another laboratory read before."""


@dataclass(frozen=True)
class ReceptorTables:
    """The findings of the tables of a report, and the spans of the lines that they were read from."""

    cells: tuple[tuple[str, Cell, str, Sample], ...]
    spans: tuple[tuple[int, int], ...]

    def covers(self, statement: Statement) -> bool:
        """Return whether a statement lies in such a table, which then speaks for it."""
        index = bisect.bisect_right(self.spans, (statement.start, 1 << 60)) - 1
        return index >= 0 and self.spans[index][0] <= statement.start < self.spans[index][1]


def marker_name(text: str) -> str:
    """Return the marker that a head names and nothing else beside it, or ""."""
    match = _NAME.fullmatch(_CLONE.sub("", text.strip()))
    return next((name for name, _ in _NAMES if match[name]), "") if match else ""


def receptor_tables(report: Report) -> ReceptorTables:
    """Return the markers found in tables."""
    lines = lines_of(report.words)
    cells: list[tuple[str, Cell, str, Sample]] = []
    spans: list[tuple[int, int]] = []
    for read, is_head in ((_under_markers, _names_markers), (_beside_markers, _names_samples)):
        for table in tables(lines, is_head):
            found = list(read(report, table))
            cells += found
            spans += [_span(row) for row in table.rows if found and _used(row, found)]
    return ReceptorTables(tuple(cells), tuple(sorted(spans)))


def _used(row: Row, found: list[tuple[str, Cell, str, Sample]]) -> bool:
    return any(row.line.start <= cell.start < row.line.start + len(row.line.raw) for _, cell, _, _ in found)


_VALUE = re.compile(r"[<>]?\d{1,3}(?:\.\d+)?\s?%?[,;.]?|[0-3]\+[,;.]?")
"""A value: where one stands, the line is a row or a sentence and no line of heads."""


def _names_markers(heads: tuple[Cell, ...]) -> bool:
    if any(_VALUE.fullmatch(cell.text.strip()) for cell in heads):
        return False
    names = [marker_name(cell.text) for cell in heads]
    return (len({name for name in names if name}) >= 2 and len(set(names) & {"er", "pr", "her2"}) >= 2) or (
        len({name for name in names if name}) >= 2 and bool({"er", "her2"} & set(names))
    )


def _names_samples(heads: tuple[Cell, ...]) -> bool:
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


def _kinds(heads: tuple[Cell, ...]) -> list[str]:
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
    if _EARLIER.search(head):
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


def _under_markers(report: Report, table: Table) -> Iterator[tuple[str, Cell, str, Sample]]:
    names = [marker_name(cell.text) for cell in table.heads]
    shares = _shares(table, names)
    for row in table.rows:
        if marker_name(row.label):
            continue
        sample = _of_row(report, row)
        for name, head, cell in zip(names, table.heads, row.under, strict=True):
            if name and cell and cell.text.strip():
                yield name, cell, f"{head.text} {row.label}{' percent' if name in shares else ''}", sample


def _shares(table: Table, names: list[str]) -> set[str]:
    """Return the markers whose bare numbers can only be per cent, since one of them is more than a score of 8."""
    most: dict[str, int] = {}
    for row in table.rows:
        for name, cell in zip(names, row.under, strict=True):
            bare = _BARE.fullmatch(cell.text) if cell and name in ("er", "pr") else None
            if bare and bare[1].isdigit():
                most[name] = max(most.get(name, 0), int(bare[1]))
    return set(most) if max(most.values(), default=0) > _HIGHEST_SCORE else set()


_HIGHEST_SCORE = 8


def _beside_markers(report: Report, table: Table) -> Iterator[tuple[str, Cell, str, Sample]]:
    rows = [row for row in table.rows if marker_name(row.label)]
    if len(rows) < 2:
        return
    kinds = _kinds(table.heads)
    for row in rows:
        for kind, cell, head in zip(kinds, row.under, table.heads, strict=True):
            if kind == "intensity" and not (
                cell and marker_name(row.label) == "her2" and _IHC_SCORE.fullmatch(cell.text)
            ):
                continue  # a strength of staining is a result for HER2 only
            if kind in ("", "skip") or not cell or not cell.text.strip() or cell.text == row.label:
                continue
            about = _of_text(report, head.text, head.start, head.end) if kind in ("sample", "earlier") else Sample()
            label = row.label if kind == "result" else f"{row.label} {'allred' if kind == 'allred' else 'percent'}"
            yield marker_name(row.label), cell, label, replace(about, earlier=kind == "earlier")


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of a table with one column for each sample: where it stands, and its cells with their samples."""

    start: int
    end: int
    cells: tuple[tuple[Cell, Sample], ...]

    def alone(self, text: str, start: int, kept: Cell) -> str:
        """Return the words of a statement that begins at ``start`` with the cells of the other samples blank."""
        for cell, _ in self.cells:
            if cell is not kept:
                low, high = max(0, cell.start - start), max(0, cell.end - start)
                text = text[:low] + " " * len(text[low:high]) + text[high:]
        return text


def sample_rows(report: Report) -> tuple[SampleRow, ...]:
    """Return the rows of the tables that set samples side by side: what they say is of one sample each."""
    found = []
    for table in tables(lines_of(report.words), _names_samples):
        kinds = _kinds(table.heads)
        markers = sum(bool(marker_name(row.label)) for row in table.rows)
        samples = sum(kind in ("sample", "earlier") for kind in kinds)
        if min(markers, samples) < _SIDE_BY_SIDE or any(":" in head.text for head in table.heads):
            continue
        about = [
            replace(_of_text(report, head.text, head.start, head.end), earlier=kind == "earlier")
            for kind, head in zip(kinds, table.heads, strict=True)
        ]
        for row in table.rows:
            cells = tuple(
                (cell, sample)
                for kind, cell, sample in zip(kinds, row.under, about, strict=True)
                if kind in ("sample", "earlier") and cell and cell.text.strip() and cell.text != row.label
            )
            if cells:
                found.append(SampleRow(*_span(row), cells))
    return tuple(found)


_SIDE_BY_SIDE = 2


def _of_row(report: Report, row: Row) -> Sample:
    line = row.line
    first = next(
        (cell.start for cell in row.under if cell and re.search(r"\d|pos|neg", cell.text, re.IGNORECASE)), line.start
    )
    sample = _of_text(report, line.raw, line.start, line.start + len(line.raw))
    part = _PART.match(row.label)
    if sample.side or not part:
        return sample
    named = re.search(
        rf"(?:^|[\s(]){part[1]}[.):]\s*([^\n]*?)(?=\s{{2,}}[A-H1-9][.):]|\n|$)", report.norm[: max(first, 1)]
    )
    side = side_near(named[1], 0) if named else ""
    return replace(sample, side=side, specimen=named[1].strip()[:80] if named else "")


def _of_text(report: Report, text: str, start: int, end: int) -> Sample:
    dates = report.dates_in(start, end)
    side = side_near(text, 0)
    return Sample(
        dates[0].date if dates else None,
        side if side != "bilateral" else "",
        " ".join(text.split())[:80],
        bool(_EARLIER.search(text)),
    )


def table_findings(report: Report, found: ReceptorTables) -> Iterator[Finding]:
    """Yield what the cells of the tables say."""
    statements = report.statements
    starts = [one.start for one in statements]
    for name, cell, label, sample in found.cells:
        index = bisect.bisect_right(starts, cell.start) - 1
        if index < 0:
            continue
        statement = statements[index]
        if statement.section in ("general", "superseded", "family") or context.cues().general.search(cell.text):
            continue
        mention = Mention(name, cell.start, cell.start, cell.end)
        for one in _cell(report, statement, mention, cell, label):
            qualifier = one.qualifier or ("prior" if sample.earlier else "")
            yield replace(
                one,
                date=sample.date or one.date,
                side=sample.side or one.side,
                specimen=sample.specimen,
                qualifier=qualifier,
            )


_OBSERVER = re.compile(r"(?:observer|reader|count|pathologist|tech\w*)\s*(?:[1-3AB]|#\s?\d)?", re.IGNORECASE)
_TOGETHER = re.compile(r"(?:total|mean|average|combined|both|final|overall)s?", re.IGNORECASE)


def _names_observers(heads: tuple[Cell, ...]) -> bool:
    texts = [cell.text.strip() for cell in heads]
    return any(map(_TOGETHER.fullmatch, texts)) and any(map(_OBSERVER.fullmatch, texts))


def counts_together(report: Report) -> Iterator[tuple[tuple[int, int], Finding | None]]:
    """Yield the rows of counts by several observers, with ratio and mean copies from the column of all together."""
    starts = [one.start for one in report.statements]
    for table in tables(lines_of(report.words), _names_observers):
        column = next(number for number, cell in enumerate(table.heads) if _TOGETHER.fullmatch(cell.text.strip()))
        for row in table.rows:
            span, cell, name = _span(row), row.under[column], _ratio_name(row.label)
            index = bisect.bisect_right(starts, row.line.start + len(row.line.raw)) - 1
            if not name or not cell or index < 0:
                yield span, None
                continue
            for one in _value_below(report, report.statements[index], name, cell):
                yield span, one


def _span(row: Row) -> tuple[int, int]:
    return row.line.start, row.line.start + len(row.line.raw)


_LABEL_OF_VALUE = re.compile(
    r"\s*(?:your\s+)?(?:values?|results?|finding|component|status|interpretation)\s*:?\s*", re.IGNORECASE
)
_LABEL_OF_RANGE = re.compile(
    r"\s*(?:reference|standard|normal|ref\.?)\s*(?:ranges?|intervals?|values?)?\s*:?\s*", re.IGNORECASE
)
_LIMITS = re.compile(r"\b(?:ref|reference|normal|standard)\b", re.IGNORECASE)


def _is_past_limits(report: Report, statement: Statement, named: int) -> bool:
    """Whether a head of limits ended where the next marker was named, with no other head of limits since."""
    return bool(_LIMITS.match(statement.title)) and not _LIMITS.search(report.norm, named, statement.start)


_SHORT = 70


def labels_above(report: Report) -> Iterator[Finding]:
    """Yield the values that stand on lines of their own under the name of a marker, as patient portals print them."""
    marker, skip_next, left, named = "", False, 0, 0
    for statement in report.statements:
        text = report.of(statement)
        name = _ratio_name(text) or marker_name(text)
        if name:
            marker, skip_next, left, named = name, False, 4, statement.end
        elif (
            not marker
            or left == 0
            or len(text.strip()) > _SHORT
            or text.rstrip().endswith(".")
            or (statement.section == "general" and not _is_past_limits(report, statement, named))
        ):
            marker = ""
        elif _LABEL_OF_RANGE.fullmatch(text):
            skip_next = True
        elif skip_next:
            skip_next = False
        elif not _LABEL_OF_VALUE.fullmatch(text):
            left -= 1
            low = statement.start + len(text) - len(text.lstrip())
            yield from _value_below(report, statement, marker, Cell(text.strip(), low, low + len(text.strip()), 0))


def _ratio_name(text: str) -> str:
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


def _value_below(report: Report, statement: Statement, marker: str, cell: Cell) -> Iterator[Finding]:
    if marker in ("ratio", "copies"):
        if re.fullmatch(r"\d{1,2}(?:\.\d{1,2})?", cell.text):
            name = "her2_ish_ratio" if marker == "ratio" else "her2_copy_number"
            yield make(report, statement, name, float(cell.text), cell.start, cell.end)
        return
    if re.search(r"[A-Za-z]{3}", cell.text) and not _VALUE_WORD.search(cell.text) and not _SHARE_LINE.match(cell.text):
        return
    yield from _cell(report, statement, Mention(marker, cell.start, cell.start, cell.end), cell, "")


_SHARE_LINE = re.compile(r"(?:percent\w*|proportion|%)[^\d\n]{0,24}\d{1,3}\s?%", re.IGNORECASE)
_VALUE_WORD = re.compile(
    r"posit|negat|equiv|ampl|score|strong|weak|moderate|\d\+|allred|low|not done|pending", re.IGNORECASE
)


def _cell(report: Report, statement: Statement, mention: Mention, cell: Cell, label: str) -> Iterator[Finding]:
    if _NOTHING.fullmatch(cell.text):
        if mention.marker == "fish" and _UNDONE.fullmatch(cell.text):
            yield make(report, statement, "her2_ish", "not done", cell.start, cell.end)
        return
    text, bare = cell.text, _BARE.fullmatch(cell.text)
    if mention.marker == "fish":
        yield from read_fish(report, statement, cell.start, cell.end)
        ratio = _RATIO_CELL.fullmatch(text)
        if ratio:
            yield make(report, statement, "her2_ish_ratio", float(ratio[1]), cell.start, cell.end)
        return
    if mention.marker == "her2":
        yield from read_staining(report, statement, mention, text)
        yield from read_fish(report, statement, cell.start, cell.end, loose=True)
        return
    if bare and (_PERCENT_ROW.search(label) or (mention.marker == "ki67" and not _ALLRED_ROW.search(label))):
        text = f"{text.rstrip()}%"
    elif bare and _ALLRED_ROW.search(label):
        text = f"{text.strip()}/8"
    elif word_and_number := _WORD_AND_NUMBER.fullmatch(text):
        text = f"{word_and_number[1]} {word_and_number[2]}%"
    sign = _SIGN.fullmatch(text)
    if sign:
        text = "positive" if sign[1] else "negative"
    if mention.marker == "ki67":
        yield from _inside(read_ki67(report, statement, mention, text), cell)
    else:
        yield from _inside(read_receptor(report, statement, [mention], text), cell)


def _inside(found: Iterator[Finding], cell: Cell) -> Iterator[Finding]:
    """Yield findings with their end drawn back to the cell: signs added to a bare number do not stand in the report."""
    for one in found:
        yield replace(one, end=min(one.end, cell.end))


__all__ = [
    "ReceptorTables", "Sample", "SampleRow", "counts_together", "labels_above", "marker_name", "receptor_tables",
    "sample_rows", "table_findings",
]  # fmt: skip
