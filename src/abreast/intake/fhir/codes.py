"""The tables that say what codes and words in a record mean, and looking something up in them.

The tables are data (``data/*.yaml``), written to be reviewed. A lookup tries the codes first, then the words: a
record that sends a code nobody lists here is still understood when its text is plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from abreast.foundation.packed import packed
from abreast.foundation.yaml import read_yaml
from abreast.intake.fhir.node import Coding, Concept, Node, bare, fold
from abreast.vocabulary import Vocabulary

DATA = Path(__file__).parent / "data"
_BY_PREFIX = ("icd10cm", "icdo3")
"""Systems whose codes stand for all codes that begin like them."""

_LONGEST = 400
"""Characters of a name or code that are looked at: no name is longer, and patterns stay fast on text that is."""


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the table rows."""


class Named(Struct, frozen=True, kw_only=True):
    """A row that is found by codes, or by patterns (``names``, unless one of ``not`` fits too) over folded text."""

    codes: dict[str, tuple[str, ...]] = {}
    names: tuple[str, ...] = ()
    excluded: tuple[str, ...] = msgspec.field(default=(), name="not")


class Answer(Struct, frozen=True, kw_only=True):
    """One answer: its codes, its words (whole text) and patterns."""

    codes: dict[str, tuple[str, ...]] = {}
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class ObservationRow(Named, frozen=True, kw_only=True):
    """What an observation is about. ``read`` names the reader; the rest is for that reader."""

    id: str
    read: str
    rank: int = 0
    profiles: tuple[str, ...] = ()
    attribute: str = ""
    values: str = ""
    status: str = ""
    percent: str = ""
    percent_codes: tuple[str, ...] = ()
    default_unit: str = ""
    plausible: tuple[float, float] | None = None
    method: str = ""
    letter: str = ""
    kind: str = ""
    assay: str = ""
    why: str = ""


class SiteRow(Named, frozen=True, kw_only=True):
    """A place in the body."""

    site: str
    side: str = ""


class ConditionRow(Named, frozen=True, kw_only=True):
    """What a diagnosis code says beside itself: a histology, a place of spread, facts, a gene finding."""

    histology: str = ""
    site: str = ""
    facts: dict[str, bool | str] = {}
    gene: str = ""
    absent: bool = False


class Conditions(Struct, frozen=True, kw_only=True):
    """The tables of ``conditions.yaml``."""

    breast: tuple[ConditionRow, ...]
    secondary: tuple[ConditionRow, ...]
    other_cancer: ConditionRow
    history: ConditionRow
    findings: tuple[ConditionRow, ...]
    morphology: tuple[ConditionRow, ...]


class SurgeryRow(Named, frozen=True, kw_only=True):
    """An operation, or the operations that one code means together."""

    procedures: tuple[str, ...]
    major: bool | None = None


class TechniqueRow(Named, frozen=True, kw_only=True):
    """A way of giving radiation."""

    technique: str


class Procedures(Struct, frozen=True, kw_only=True):
    """The tables of ``procedures.yaml``."""

    surgery: tuple[SurgeryRow, ...]
    radiation: Named
    technique: tuple[TechniqueRow, ...]
    not_a_treatment: Named


class Medications(Struct, frozen=True, kw_only=True):
    """The words of ``medications.yaml``, statuses of drugs not given, classes that are no cancer treatment."""

    forms: tuple[str, ...]
    units: tuple[str, ...]
    salts: tuple[str, ...]
    not_taken: tuple[str, ...]
    medicines: tuple[str, ...]


class Content(msgspec.Struct, frozen=True):
    """Everything in the data files, in the form that is kept between starts."""

    systems: dict[str, tuple[str, ...]]
    resources: dict[str, str]
    values: dict[str, dict[str, Answer]]
    observations: tuple[ObservationRow, ...]
    sites: tuple[SiteRow, ...]
    conditions: Conditions
    procedures: Procedures
    medications: Medications


class _Row(Protocol):
    @property
    def codes(self) -> dict[str, tuple[str, ...]]: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def excluded(self) -> tuple[str, ...]: ...


R = TypeVar("R", bound=_Row)


class Lookup(Generic[R]):
    """Finds rows by code, then by name."""

    def __init__(self, rows: Iterable[R]) -> None:
        """Index the rows; of two with the same code the first wins."""
        self.rows = tuple(rows)
        self._by_code: dict[tuple[str, str], R] = {}
        for row in self.rows:
            for system, codes in row.codes.items():
                for code in codes:
                    self._by_code.setdefault((system, code), row)

    @cached_property
    def _patterns(self) -> tuple[tuple[R, re.Pattern[str], re.Pattern[str] | None], ...]:
        return tuple(
            (row, re.compile("|".join(row.names)), re.compile("|".join(row.excluded)) if row.excluded else None)
            for row in self.rows
            if row.names
        )

    def by_code(self, coding: Coding) -> R | None:
        """Return the row of a code; for ICD codes, that of the nearest code above it."""
        row = self._by_code.get((coding.system, coding.code))
        if row is not None or coding.system not in _BY_PREFIX:
            return row
        code = coding.code.upper()
        for length in range(len(code), 1, -1):
            row = self._by_code.get((coding.system, code[:length].rstrip(".")))
            if row is not None:
                return row
        return None

    def by_codes(self, concept: Concept) -> Iterator[R]:
        """Yield the row of each coding that has one."""
        for coding in concept.codings:
            row = self.by_code(coding)
            if row is not None:
                yield row

    def by_name(self, names: Sequence[str]) -> R | None:
        """Return the first row, in the order of the table, that fits one of the names."""
        folded = [fold(name) for name in names]
        for row, pattern, excluded in self._patterns:
            if any(pattern.search(name) and not (excluded and excluded.search(name)) for name in folded):
                return row
        return None

    def find(self, concept: Concept) -> R | None:
        """Return the row of the first known code, else of the names."""
        return next(self.by_codes(concept), None) or self.by_name(concept.names)


class Answers:
    """A set of answers, looked up by code, whole text and pattern."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        """Index codes and words."""
        self._codes = {
            (system, code): term
            for term, answer in answers.items()
            for system, codes in answer.codes.items()
            for code in codes
        }
        self._words = {bare(word): term for term, answer in answers.items() for word in answer.words if bare(word)}
        self._patterns = tuple(
            (term, re.compile("|".join(answer.patterns))) for term, answer in answers.items() if answer.patterns
        )

    def find(self, concept: Concept) -> str | None:
        """Return the term that an answer means, or ``None``."""
        for coding in concept.codings:
            term = self._codes.get((coding.system, coding.code))
            if term is not None:
                return term
        for name in concept.names:
            term = self.by_text(name)
            if term is not None:
                return term
        return None

    def by_text(self, text: str) -> str | None:
        """Return the term that a text means, or ``None``."""
        term = self._words.get(bare(text))
        if term is not None:
            return term
        folded = fold(text)
        return next((term for term, pattern in self._patterns if pattern.search(folded)), None)


class Tables:
    """All lookups over the data files."""

    def __init__(self, content: Content) -> None:
        """Index the content."""
        self.content = content
        self._systems = {_address(uri): short for short, uris in content.systems.items() for uri in uris}
        self.answers = {name: Answers(answers) for name, answers in content.values.items()}
        self.observations = Lookup(content.observations)
        self.profiles = {profile: row for row in content.observations for profile in row.profiles}
        self.sites = Lookup(content.sites)
        self.breast = Lookup(content.conditions.breast)
        self.secondary = Lookup(content.conditions.secondary)
        self.other_cancer = Lookup((content.conditions.other_cancer,))
        self.history = Lookup((content.conditions.history,))
        self.findings = Lookup(content.conditions.findings)
        self.morphology = Lookup(content.conditions.morphology)
        self.surgery = Lookup(content.procedures.surgery)
        self.radiation = Lookup((content.procedures.radiation,))
        self.technique = Lookup(content.procedures.technique)
        self.not_a_treatment = Lookup((content.procedures.not_a_treatment,))

    def coding(self, node: Node) -> Coding | None:
        """Read a Coding; a LOINC code sent under another system, or none, is known by its form and check digit."""
        if not isinstance(node.value, dict):
            return None
        code, display, uri = (node.text(name)[:_LONGEST] for name in ("code", "display", "system"))
        if not code and not display:
            return None
        system = self._systems.get(_address(uri), "")
        if system != "loinc" and is_loinc(code):
            system = "loinc"
        return Coding(system, code, display, uri)

    def concept(self, node: Node) -> Concept:
        """Read a CodeableConcept; a Coding, a CodeableReference or plain text in its place is understood too."""
        if isinstance(node.value, str):
            return Concept(names=_names([node.value]))
        if not isinstance(node.value, (dict, list)):
            if node:
                node.text()
            return Concept()
        if isinstance(node.value, dict) and "concept" in node.value:
            return self.concept(node.get("concept"))
        found = [self.coding(one) for one in node.objects("coding")]
        if isinstance(node.value, dict) and "code" in node.value:
            found.append(self.coding(node))
        codings = tuple(one for one in found if one is not None)
        return Concept(codings, _names([node.text("text"), *(one.display for one in codings)]))

    def site(self, concept: Concept, vocabulary: Vocabulary) -> tuple[str, str]:
        """Return the site and the side ("" when unknown) that a body structure, or words for a place, means."""
        side = self.answers["side"].by_text(" ".join(concept.names)) or ""
        row = next(self.sites.by_codes(concept), None)
        site = term_of(concept, "site", vocabulary, names=False)
        if row is not None and (row.side or site in ("", "distant")):
            return row.site, row.side or side
        if site and site != "distant":
            return site, side
        for name in concept.names:
            known = vocabulary.by_name("site", _SIDE_WORDS.sub(" ", fold(name)))
            if known:
                return known, side
        row = self.sites.by_name(concept.names)
        return (row.site, row.side or side) if row else ("", side)


_SIDE_WORDS = re.compile(r"\b(left|right|both|bilateral|structure( of)?|entire|secondary)\b")


def term_of(concept: Concept, set_name: str, vocabulary: Vocabulary, *, names: bool = True) -> str:
    """Return the term that a concept names: by code (for ICD also by the code above), then by name; "" when none."""
    for coding in concept.codings:
        code = coding.code.upper() if coding.system in _BY_PREFIX else coding.code
        for length in range(len(code), 2 if coding.system in _BY_PREFIX else len(code) - 1, -1):
            known = vocabulary.by_code(coding.system, code[:length].rstrip("."), set_name)
            if known:
                return known[1]
    for name in concept.names if names else ():
        term = vocabulary.by_name(set_name, fold(name))
        if term:
            return term
    return ""


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in (text[:_LONGEST] for text in texts) if text.strip()))


def _address(uri: str) -> str:
    return uri.partition("|")[0].casefold().removeprefix("https://").removeprefix("http://").rstrip("/")


_LOINC = re.compile(r"(\d{1,7})-(\d)$")
_LOINC_ANSWER = re.compile(r"LA\d{1,7}-\d$")


def is_loinc(code: str) -> bool:
    """Return whether a text has the form of a LOINC answer, or of a LOINC code with the right check digit (Luhn's)."""
    match = _LOINC.match(code)
    if not match:
        return bool(_LOINC_ANSWER.match(code))
    total = 0
    for place, digit in enumerate(reversed(match[1])):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return (10 - total % 10) % 10 == int(match[2])


@lru_cache(maxsize=1)
def load_tables() -> Tables:
    """Return the tables that ship with abreast, read once per process."""
    files = sorted(DATA.glob("*.yaml"))
    return Tables(packed("fhir", files, Content, read_tables))


def read_tables() -> Content:
    """Read the data files."""
    raw: dict[str, Any] = {
        file.stem: read_yaml(file.read_text(encoding="utf-8"), file.name) for file in DATA.glob("*.yaml")
    }
    return msgspec.convert(raw, Content)


__all__ = ["Answers", "Lookup", "ObservationRow", "Tables", "is_loinc", "load_tables", "read_tables", "term_of"]
