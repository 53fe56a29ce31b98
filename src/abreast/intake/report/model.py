"""What a report reader finds, before any of it becomes a fact of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from abreast.foundation.dates import PartialDate

Value = str | float

ASSERTED = frozenset({"", "historical", "prior", "new"})
"""Qualifiers of what the report states of this person, now or of earlier."""

DOUBTED = frozenset({"suspected", "equivocal", "not excluded", "indeterminate"})
"""Qualifiers of what the report itself doubts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of a report about something.

    ``attribute`` and ``value`` are those of labelled reports (docs/reading-reports.md): ``er_percent`` and 95.
    ``start`` and ``end`` are the place of the words. ``qualifier`` is "" for what is so of this person at ``date``;
    otherwise it says why the statement is not that (suspected, historical, planned, declined, family, superseded ...).
    ``extra`` holds the parts of a list item: start and stop of a treatment, site of a lesion.
    ``unclear`` names what around the words may turn them (``affirmation.py``), when something does: then it is no more
    than mentioned, and the person is asked whether it is so.
    """

    attribute: str
    value: Value
    start: int
    end: int
    qualifier: str = ""
    unit: str = ""
    date: PartialDate | None = None
    side: str = ""
    specimen: str = ""
    extra: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    unclear: str = ""

    @property
    def asserted(self) -> bool:
        """Whether the report states it of this person."""
        if self.unclear:
            return False
        of_gene = self.qualifier.startswith(("germline", "somatic")) and not self.qualifier.endswith("pending")
        return self.qualifier in ASSERTED or of_gene

    def get(self, name: str) -> str:
        """Return a part of the item as text, or ""."""
        return str(self.extra.get(name, ""))
