# ruff: noqa: E501 - a pattern is read best in one line
"""The rows, records and lists of a gene report, told from the layout of its lines."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from abreast.intake.report.families.columns import Dated, dated_heads, under
from abreast.intake.report.families.gene_parts import SENTENCE, Part, genes_in, head_of, part_of
from abreast.intake.report.families.gene_words import CHANGE, NOT_DETECTED, SPLICE, classes_in, genes, named
from abreast.intake.report.statements import Report
from abreast.intake.report.tables import Cell, Line

_RULE = re.compile(r"[\s=_+|*:-]+")
_LONGEST_LEAD = 40
"""Signs that may stand in a cell before that of the gene: a number, a tier, a class."""
_LABEL = re.compile(r"\s*[*\W]*(?P<label>[A-Za-z][\w /().'-]{1,34}?)\s*(?::|\.{3,}|=|\s{2,})\s*(?P<value>\S.*)$")
_FIELD = re.compile(
    r"gene|variant|alteration|finding|change|mutation|nucleotide|coding|c?dna|protein|amino|hgvs|transcript|exon|zygosity|class\w*|significance|interpretation|pathogenicity|origin|type|consequence|location|vaf|frequency|fraction|copies|copy number|inheritance|result|acmg|tier|effect",
    re.IGNORECASE,
)
_GENE_FIELD = re.compile(
    r"\W*(?:gene(?: symbol| name)?|variant|alteration|finding|mutation|result)\s*#?\d{0,2}", re.IGNORECASE
)
_OF_PROTEIN = re.compile(
    r"\bIHC\b|\bimmunohisto\w+|\bprotein (?:expression|stain)|(?:^|\s{2,})Protein(?:\s{2,}|$)|\bFISH\b|\bstaining\b"
)
_GAINED = re.compile(r"(?:^|\s{3})(?:gain|amp)(?:\s{3}|$)", re.IGNORECASE)
_SECOND = re.compile(r"\b(?:second|another|additional|also|further|other)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One gene with all that its row and the lines that carry it on say."""

    gene: tuple[str, int, int]
    """Symbol, and where it stands in the report."""
    cells: tuple[Cell, ...]
    """The cells behind the gene, and those before it."""
    part: Part
    times: dict[int, Cell] = field(default_factory=dict)
    """The cells under the dates of the table, by the number of their column."""
    dated: Dated | None = None

    @property
    def words(self) -> str:
        """What the row says apart from the gene and the columns of dates."""
        return "   ".join(cell.text for cell in self.cells)

    @property
    def end(self) -> int:
        """Where its last cell ends."""
        return max([self.gene[2], *(cell.end for cell in (*self.cells, *self.times.values()))])


@dataclass
class Walk:
    """The way through a report, line by line."""

    report: Report
    lines: Sequence[Line]
    part: Part = field(default_factory=Part)
    dated: Dated | None = None
    blank: int = 0
    rows: list[Row] = field(default_factory=list)
    negatives: list[tuple[tuple[str, int, int, str], Part]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    parts: list[tuple[int, Part]] = field(default_factory=list)
    waiting: tuple[Line, list[Row]] | None = None
    """A gene with its change alone in the line before: a row when fields follow, else left to be read as words."""
    open: bool = False
    """Whether the line before belongs to a row that may go on."""

    def run(self) -> None:
        """Go through all lines."""
        for line in self.lines:
            if not line.text.strip():
                self._empty()
            elif not _RULE.fullmatch(line.text):
                self.blank = 0
                self._line(line)
                self.parts.append((line.start, self.part))

    def _empty(self) -> None:
        self.blank += 1
        self.open = False
        self.waiting = None
        if self.blank > 1:
            self.dated = None
        self._end_inline()

    def _end_inline(self) -> None:
        if self.part.inline:
            self.part = replace(self.part, kind="plain", inline=False)

    def _begins_anew(self, line: Line) -> bool:
        """Whether a line after "Key: ..." is no part of it: not set in, and the beginning of a statement."""
        begins = bisect.bisect_left(self.report.statements, line.start, key=lambda one: one.start)
        starts = begins < len(self.report.statements) and self.report.statements[begins].start < line.start + len(
            line.text
        )
        return starts and not line.text[:1].isspace()

    def _line(self, line: Line) -> None:
        waiting, self.waiting = self.waiting, None
        if waiting and _is_field(line):
            self._took(waiting[0])
            self.rows += waiting[1]
            self.open = True
        if self.part.inline and self._begins_anew(line):
            self._end_inline()
        table = dated_heads(self.report, line)
        if table and not genes_in(table.heads[0].text):
            self.dated = table
            self.part = part_of(table.heads[0].text, self.part) or self.part
            return
        part = None if self.open and _is_field(line) else head_of(line, self.part)
        if part:
            self.part, self.open = part, False
            if part.kind == "general":
                self._took(line)
            return
        if self.part.kind in ("general", "superseded"):
            self._took(line)
            return
        if not (self._row(line) or self._record(line) or self._list(line) or self._goes_on(line)):
            self.open = False

    def _took(self, line: Line) -> None:
        self.spans.append((line.start, line.start + len(line.text) + 1))

    def _row(self, line: Line) -> bool:
        """Take a row of a table: a gene in one of the first cells and something told of it in another."""
        cells = [cell for cell in line.cells if cell.text.strip()]
        at = next((number for number, cell in enumerate(cells[:3]) if _gene_at(cell)), None)
        if at is None or any(map(_is_no_lead, cells[:at])) or _OF_PROTEIN.search(line.text):
            return False
        if len(cells) == 1:
            return self._listed_row(line, cells[0])
        times = under(self.dated, line) if self.dated else None
        timed = (
            {number: cell for number, cell in times[1].items() if self.dated and number in self.dated.times}
            if times
            else {}
        )
        others = [cell for cell in cells[at:] if not any(cell.start == one.start for one in timed.values())]
        made = list(self._by_gene(others, tuple(cells[:at]), timed))
        if not made or not all(row.times or _tells(row.words, self.part) for row in made):
            return False
        self.rows += made
        self._took(line)
        self.open = True
        return True

    def _by_gene(self, cells: Sequence[Cell], before: tuple[Cell, ...], timed: dict[int, Cell]) -> Iterator[Row]:
        """Yield the genes of a row: mostly one; several that share what is told of them, or each with its own change."""
        dated = self.dated if timed else None
        for match, own in _parted(cells):
            for symbol, low, high in match:
                yield Row((symbol, low, high), (*own, *before), self.part, timed, dated)

    def _listed_row(self, line: Line, cell: Cell) -> bool:
        """Open a row that is nothing but a gene and its change; it counts only when the fields under it belong to it."""
        match = _gene_at(cell)
        behind = _cut(cell, match.end()) if match else cell
        change = CHANGE.match(behind.text.lstrip(" ,:"))
        if (
            not match
            or not change
            or len(cell.text) > _LONGEST_LEAD * 2
            or cell.text.endswith(".")
            or SENTENCE.search(cell.text)
        ):
            return False
        self.waiting = (
            line,
            [
                Row((symbol, cell.start + low, cell.start + high), (behind,), self.part)
                for symbol, low, high in named(match)
            ],
        )
        return True

    def _record(self, line: Line) -> bool:
        """Take a field of a record: "Gene: PALB2" opens one, "Classification: Pathogenic" belongs to the open one."""
        match = _is_field(line)
        if not match:
            return False
        value = _cut(Cell(line.text, line.start, line.start + len(line.text), 0), match.start("value"))
        gene = _gene_at(value)
        if gene and _GENE_FIELD.fullmatch(match["label"]) and not SENTENCE.search(value.text):
            for symbol, low, high in named(gene):
                cells = (rest,) if (rest := _cut(value, gene.end())).text.strip() else ()
                self.rows.append(Row((symbol, value.start + low, value.start + high), cells, self.part))
            self._took(line)
            self.open = True
            return True
        return self.open and not genes_in(value.text) and self._extend(line, (value,))

    def _list(self, line: Line) -> bool:
        """Take a line of genes under a head of negatives: "ATM, BRCA1, RET fusion"."""
        if self.part.kind != "negative" or not _LISTED_GENES.fullmatch(_without_genes(line.text)):
            return False
        self.negatives += [(one, self.part) for one in _listed(line.text, line.start)]
        self._took(line)
        return True

    def _goes_on(self, line: Line) -> bool:
        """Take a line that carries the row above on: set in under it, and no sentence."""
        if not self.open or not self.rows:
            return False
        indent = len(line.raw) - len(line.raw.lstrip())
        gene = self.rows[-1].gene
        first = max(one.start for one in self.lines if one.start <= gene[1])
        if indent < gene[1] - first + _SET_IN or line.text.rstrip().endswith("."):
            return False
        cells = tuple(cell for cell in line.cells if cell.text.strip())
        again = list(genes().finditer(line.text))
        if any(match["gene"] != gene[0] for match in again):
            return False
        if CHANGE.search(line.text) and (again or _SECOND.search(line.text)):
            self.rows.append(Row((gene[0], line.start + indent, line.start + indent), cells, self.part))
            self._took(line)
            return True
        return self._extend(line, cells)

    def _extend(self, line: Line, cells: tuple[Cell, ...]) -> bool:
        last = self.rows[-1]
        same = [row for row in self.rows[-3:] if row.gene[1:] == last.gene[1:]]
        for row in same:
            self.rows[self.rows.index(row)] = replace(row, cells=(*row.cells, *cells))
        self._took(line)
        return True


_SET_IN = 3


def _is_field(line: Line) -> re.Match[str] | None:
    """Return the label and value of a field of a record of genes ("Classification: Pathogenic")."""
    match = _LABEL.match(line.text)
    return match if match and _FIELD.match(match["label"]) else None


def _parted(cells: Sequence[Cell]) -> Iterator[tuple[list[tuple[str, int, int]], tuple[Cell, ...]]]:
    """Yield the genes that share a change, with their places in the report, and the cells that are theirs."""
    first = cells[0]
    chain = _chain().match(first.text, _lead(first.text))
    symbols = [one for match in genes().finditer(chain[0]) for one in named(match)] if chain else []
    if not chain or not symbols:
        return
    names = {symbol for symbol, *_ in symbols}
    start = chain.start()
    found: list[tuple[str, int, int]] = [
        (symbol, first.start + start + low, first.start + start + high) for symbol, low, high in symbols
    ]
    own: list[Cell] = []
    for cell in [_cut(first, chain.end()), *cells[1:]]:
        low = 0
        for match in genes().finditer(cell.text):
            if match["gene"] in names or _PARTNER.search(cell.text, 0, match.start()):
                continue
            if cell.text[low : match.start()].strip():
                own.append(
                    Cell(
                        cell.text[low : match.start()], cell.start + low, cell.start + match.start(), cell.column + low
                    )
                )
            yield found, tuple(own)
            found = [(symbol, cell.start + start, cell.start + end) for symbol, start, end in named(match)]
            names, own, low = {symbol for symbol, *_ in found}, [], match.end()
        if cell.text[low:].strip():
            own.append(_cut(cell, low))
    yield found, tuple(own)


_PARTNER = re.compile(r"(?:::|(?<=\w)-)$")
"""Before the second gene of a fusion."""


def _is_no_lead(cell: Cell) -> bool:
    """Whether a cell is more than the number, tier or class that may stand before the gene."""
    return (
        (len(cell.text) > _LONGEST_LEAD and not CHANGE.search(cell.text))
        or cell.text.rstrip().endswith(":")
        or genes_in(cell.text)
    )


def _cut(cell: Cell, low: int) -> Cell:
    """Return the part of a cell from one of its signs on."""
    return Cell(cell.text[low:], cell.start + low, cell.end, cell.column + low)


@lru_cache(maxsize=1)
def _chain() -> re.Pattern[str]:
    """Return the pattern of genes that share what follows them: "FGF3 / FGF4 / FGF19"."""
    one = genes().pattern.replace("?P<gene>", "?:")
    return re.compile(rf"{one}(?:\s*[/,&+]\s*{one})*")


_BEFORE_GENE = re.compile(r"[\s*#>+-]*(?:\d{1,2}[.)]\s+)?")


def _gene_at(cell: Cell) -> re.Match[str] | None:
    """Return the gene that a cell begins with."""
    match = genes().match(cell.text, _lead(cell.text))
    return match if match and match["gene"] != "AR" else None


def _lead(text: str) -> int:
    """Return where the words of a cell begin, behind its bullet or number."""
    match = _BEFORE_GENE.match(text)
    return match.end() if match else 0


def _tells(told: str, part: Part) -> bool:
    """Whether the cells of a row tell anything of the gene: a change, a class, or that nothing was found."""
    return bool(
        CHANGE.search(told)
        or SPLICE.search(told)
        or _GAINED.search(told)
        or NOT_DETECTED.search(told)
        or (classes_in(told) and part.kind != "negative")
    )


_LISTED_GENES = re.compile(
    r"(?:[\s,;/.()*+&|-]|\b(?:and|or|the|incl(?:uding)?|fusions?|rearrangements?|amplifications?|mutations?|variants?|genes?|others?|del|dup|included|exons?|\d{1,3})\b)*",
    re.IGNORECASE,
)
_THING = re.compile(r"\s*(?P<what>fusion|rearrangement|amplification)", re.IGNORECASE)


def _without_genes(text: str) -> str:
    return genes().sub("", text)


def _listed(text: str, start: int) -> Iterator[tuple[str, int, int, str]]:
    for match in genes().finditer(text):
        thing = _THING.match(text, match.end())
        for symbol, low, high in named(match):
            yield symbol, start + low, start + high, thing["what"].casefold() if thing else ""


__all__ = ["Row", "Walk"]
