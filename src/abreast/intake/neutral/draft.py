"""What is being read: facts so far, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from abreast.case import Certainty, Fact, Source, Value
from abreast.foundation.dates import PartialDate
from abreast.intake.fhir.codes import Answers, load_tables
from abreast.intake.fhir.node import Concept
from abreast.intake.model import Unused
from abreast.intake.neutral.words import Phrase, Stance, find_term, is_none, stance
from abreast.vocabulary import Vocabulary

Many = Value | tuple[Value, ...] | None


@dataclass
class Draft:
    """Collects facts and what was not used.

    ``lab_date`` is the day of measurements without one of their own; ``unread`` names the lists of which an item was
    not understood.
    """

    vocabulary: Vocabulary
    file: str
    as_of: PartialDate | None
    sample: str = ""
    sample_date: PartialDate | None = None
    lab_date: PartialDate | None = None
    facts: list[Fact] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def one(
        self,
        place: str,
        attribute: str,
        value: Value,
        date: PartialDate | None = None,
        *,
        certainty: Certainty = "certain",
        specimen: str = "",
        note: str = "",
    ) -> None:
        """Add a fact about a ``one`` attribute."""
        self.facts.append(
            Fact(
                attribute,
                value,
                date=date,
                source=Source("file", self.file, place),
                certainty=certainty,
                specimen=specimen,
                note=note,
            )
        )

    def item(
        self,
        place: str,
        attribute: str,
        fields: Mapping[str, Many],
        date: PartialDate | None = None,
        *,
        absent: bool = False,
        certainty: Certainty = "certain",
        note: str = "",
    ) -> None:
        """Add an item of a list, or its denial; fields without a value are left out."""
        kept = {
            name: value if isinstance(value, tuple) else (value,)
            for name, value in fields.items()
            if value is not None and value not in ("", ())
        }
        source = Source("file", self.file, place)
        self.facts.append(
            Fact(attribute, fields=kept, absent=absent, date=date, source=source, certainty=certainty, note=note)
        )

    def each(
        self,
        place: str,
        attribute: str,
        value: Any,
        *,
        parts: Callable[[str], list[str]] = lambda text: [text],
        none: Mapping[str, Many] | None = None,
    ) -> list[tuple[str, Any]]:
        """Return the items of a list, which may stand alone, with their places; note a plain "none" as a denial.

        ``parts`` parts words that name several; ``none`` is what is denied when not everything is. Names that are each
        said to be so or not (``{"liver": true, "lung": false}``) are words that say the same ("no lung").
        """
        if value is False or (isinstance(value, str) and is_none(value)):
            self.item(place, attribute, none or {}, self.as_of, absent=True)
            return []
        if isinstance(value, str):
            value = parts(value)
        elif isinstance(value, Mapping) and value and all(isinstance(there, bool) for there in value.values()):
            value = [name if there else f"no {name}" for name, there in value.items()]
        elif isinstance(value, Mapping) or not isinstance(value, Iterable):
            value = [value]
        found: list[tuple[str, Any]] = []
        for index, one in enumerate(value):
            inner = enumerate(one) if isinstance(one, list) else ()
            found += [(f"{place}[{index}][{at}]", part) for at, part in inner if part is not None]
            if not isinstance(one, list):
                found.append((f"{place}[{index}]", one))
        return found

    def leave(self, place: str, why: str, of: str = "") -> None:
        """Say that something was not used; ``of`` names the list that is then not known to be complete."""
        key = place.partition("[")[0].partition(".")[0]
        self.unused.append(Unused(place, key, why))
        if of:
            self.unread.add(of)

    def stance(self, place: str, text: str, of: str = "") -> Stance | None:
        """Return how a text means what it names; when that is "not yet" or unclear, say so and return ``None``."""
        found = stance(text)
        if found.kind == "open":
            self.leave(place, f"planned, offered or declined, or about others: {text}")
            return None
        if found.kind == "unclear":
            self.leave(place, f"says no in a way that is not understood: {text}", of)
            return None
        return found

    def rest(self, place: str, phrase: Phrase, of: str = "") -> None:
        """Say which words of a phrase nobody read."""
        if phrase.left:
            self.leave(place, f"not understood: {phrase.left}", of)

    def answers(self, name: str) -> Answers:
        """Return the answers of a set that the FHIR reader knows too (``her2_ihc``, ``result``)."""
        return load_tables().answers[name]

    def term(self, set_name: str, text: str) -> str:
        """Return the term that a text names as a whole, else the longest one inside it, else ""."""
        whole = self.vocabulary.by_name(set_name, text)
        if whole:
            return whole
        found = find_term(text, set_name, self.vocabulary)
        return found.term if found else ""

    def site(self, text: str) -> tuple[str, str]:
        """Return the site and side that words for a place mean, or ("", "")."""
        return load_tables().site(Concept(names=(text,)), self.vocabulary)
