# ruff: noqa: E501 - a pattern is read best in one line
"""A gene that a sentence names: its place, the words that are its own, and whether it is inherited or the tumour's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from abreast.foundation.dates import PartialDate
from abreast.intake.report import context
from abreast.intake.report.families.common import make
from abreast.intake.report.families.gene_words import GERMLINE, SOMATIC_HERE, genes_of_tumour
from abreast.intake.report.model import Finding
from abreast.intake.report.statements import Report, Statement

UNCLASSED = "germline unclassed"


SOON = 150
_BESIDE = 26
_PROTEIN_NEXT = re.compile(r"\b(?:and |, )?HER-?2\b")
"""The protein HER2 has words of its own: "TP53, and HER2 not amplified"."""
_OF_INHERITED = re.compile(
    r"\bpathogenic\b|\bVUS\b|\buncertain significance|\bheterozygous\b|\bcarrier\b", re.IGNORECASE
)
"""Words of a letter that speak of inherited genes, as does a change of DNA in one that is often inherited."""
_CODING = re.compile(r"\bc\.\d")
_HEREDITARY = re.compile(r"g?(?:BRCA|PALB2|CHEK2|ATM\b)")
OFTEN_INHERITED = re.compile(r"BRCA|PALB2|CHEK2|\bATM|\bCDH1|STK11|BARD1|RAD51[CD]|BRIP1")
_ONLY_GUESSED = re.compile(
    r"\b(?:suggest\w*|possib\w+|potential\w*|suspect\w*|may|might|could|confirm\w*|recommend\w*|cannot exclude)\b[^.;]{0,34}$",
    re.IGNORECASE,
)


_UNTOLD = re.compile(
    r"\bgermline\b[^.;]{0,16}\b(?:not determined|undetermined|unknown|unclear|pending|not established|to be (?:clarified|confirmed|determined|tested))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene named in a statement: one of ``genes`` (name, start, end), by its number.

    ``inherited`` is where the gene findings of the report or block come from ("germline", "somatic" or "").
    """

    report: Report
    statement: Statement
    text: str
    genes: tuple[tuple[str, int, int], ...]
    number: int
    inherited: str

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
        following = next((low for _, low, _ in self.genes[self.number + 1 :] if low > self.low), len(self.text))
        protein = _PROTEIN_NEXT.search(self.text, self.high, min(following, self.high + SOON))
        return self.text[self.high : protein.start() if protein else min(following, self.high + SOON)]

    @property
    def is_of_pair(self) -> bool:
        """Whether it is one of "BRCA1/2", of which only a denial tells what holds for each."""
        return any(low == self.low and other != self.name for other, low, _ in self.genes)

    @property
    def origin(self) -> str:
        """Whether the words around speak of inherited genes or of the tumour's."""
        if self.report.kind == "letter" and self.name in genes_of_tumour():
            beside = re.split(r"[.;,]", self.text[max(0, self.low - _BESIDE) : self.low])[-1]
            return "germline" if GERMLINE.search(beside) else "somatic"
        if self.report.kind != "letter":
            return _origin_here(self.text, self.low, self.high, self.inherited, True)
        told = _origin_here(self.text, self.low, self.high, "", False)
        worded = _CODING.search(self.zone) or (self.inherited != "somatic" and _OF_INHERITED.search(self.text))
        if not told and OFTEN_INHERITED.match(self.name) and worded:
            return "germline"
        return told or self.inherited

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


def _origin_here(text: str, low: int, high: int, origin: str, is_test: bool) -> str:
    marks = [
        (match.start(), "germline")
        for match in GERMLINE.finditer(text, 0, high)
        if not _ONLY_GUESSED.search(text, max(0, match.start() - 40), match.start())
    ]
    marks += [(match.start(), "somatic") for match in SOMATIC_HERE.finditer(text, 0, high)]
    if marks:
        return max(marks)[1]
    after = re.split(r"[.;]\s", text[high : high + 60])[0]
    told = GERMLINE.search(after)
    if told and not _ONLY_GUESSED.search(after, 0, told.start()) and not _UNTOLD.search(after):
        return "germline"
    if SOMATIC_HERE.search(after):
        return "somatic"
    if not origin and _HEREDITARY.search(text):
        return "germline"
    return "germline" if _HEREDITARY.match(text, low) and not is_test else origin


__all__ = ["OFTEN_INHERITED", "SOON", "UNCLASSED", "Gene"]
