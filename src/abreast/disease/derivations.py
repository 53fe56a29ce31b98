"""The rules of this room as data: what holds, what then follows, why in plain words, and according to whom.

A block of rules speaks of one attribute. With ``choose: first`` the first rule that holds counts; with ``choose:
all`` each gives a fact of its own, so that signs that disagree end as a conflict instead of as a silent choice.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from abreast.case import Value
from abreast.foundation.dates import PartialDate
from abreast.foundation.errors import Place, RuleError
from abreast.foundation.packed import packed
from abreast.foundation.yaml import read_yaml
from abreast.rules import FALSE, Expression, parse_rule
from abreast.vocabulary import Attribute, Vocabulary, load_vocabulary
from abreast.vocabulary.quantity import parse_quantity

DATA = Path(__file__).parent / "data"
BLOCKS = ("person", "function", "receptors", "extent", "course")
_T = TypeVar("_T")


class _Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: immutable, named fields only, a misspelt key is an error."""


class Publication(_Struct, frozen=True):
    """A publication that rules rest on; ``reviewed`` is the day on which they were last held against it."""

    id: str
    title: str
    url: str
    reviewed: dt.date

    def __str__(self) -> str:
        """Return the citation as a fact carries it."""
        return f"{self.title}. {self.url} (reviewed {self.reviewed.isoformat()})"


class Derivation(_Struct, frozen=True):
    """One rule: when ``when`` is true and ``unless`` is not, the attribute has ``value``.

    ``name`` is what explanations call it, ``why`` the reason in plain words. ``together`` asks that the facts used be
    dated at most so many days apart, as results of one sample are. ``lasting`` marks what never ceases to be so:
    it counts as said anew whenever something is said about the attribute.
    """

    attribute: str
    value: str
    name: str
    why: str
    when: Expression
    citations: tuple[str, ...]
    unless: Expression = FALSE
    together: int | None = None
    lasting: bool = False


class Block(_Struct, frozen=True):
    """All rules for one attribute, in order.

    ``each_of`` names an attribute whose facts, where they disagree, are looked at one by one: what follows from each is
    a fact of its own, so that the disagreement is seen further on, too.
    """

    attribute: str
    choose: Literal["first", "all"]
    rules: tuple[Derivation, ...]
    each_of: str = ""


class StageGroup(_Struct, frozen=True):
    """One row of the anatomic stage grouping; an empty list stands for any category."""

    stage: str
    m: tuple[str, ...]
    t: tuple[str, ...] = ()
    n: tuple[str, ...] = ()


class AcquiredGene(_Struct, frozen=True):
    """A gene whose changes arise in the tumor ``under`` a class of drugs."""

    gene: str
    under: str


class Knowledge(_Struct, frozen=True):
    """All that the data files of this room hold."""

    publications: dict[str, Publication]
    blocks: dict[str, tuple[Block, ...]]
    stage_groups: tuple[StageGroup, ...]
    stage_why: str
    stage_citations: tuple[str, ...]
    karnofsky_of_ecog: dict[int, tuple[int, int]]
    performance_citations: tuple[str, ...]
    advanced_only: tuple[str, ...]
    advanced_only_citations: tuple[str, ...]
    acquired: tuple[AcquiredGene, ...]
    acquired_citations: tuple[str, ...]

    def cite(self, *ids: str) -> tuple[str, ...]:
        """Return the citations with these ids."""
        return tuple(str(self.publications[one]) for one in ids)


@lru_cache(maxsize=1)
def load_knowledge() -> Knowledge:
    """Return the rules that ship with abreast, read once per process."""
    vocabulary = load_vocabulary()
    files = sorted(DATA.glob("*.yaml"))
    return packed("disease", files, Knowledge, lambda: read_knowledge(DATA, vocabulary), salt=vocabulary.version)


def read_knowledge(folder: Path, vocabulary: Vocabulary) -> Knowledge:
    """Read and check the data files.

    Raises:
        RuleError: naming file and rule, when one does not have its form, cites what is not listed, or speaks of
            something that the vocabulary does not have.
    """
    publications = {
        one.id: one for one in (_convert(raw, Publication, "sources.yaml") for raw in _read(folder, "sources"))
    }

    def cite(ids: list[str], place: Place) -> tuple[str, ...]:
        missing = [one for one in ids if one not in publications]
        if missing or not ids:
            raise RuleError(f"expected sources that sources.yaml lists, found {ids}", place)
        return tuple(str(publications[one]) for one in ids)

    def block(raw: dict[str, Any], file: str) -> Block:
        attribute = vocabulary.attribute(raw["attribute"])
        return Block(
            attribute=attribute.id,
            choose=raw["choose"],
            each_of=vocabulary.attribute(raw["each_of"]).id if "each_of" in raw else "",
            rules=tuple(
                rule(one, attribute, Place(file, f"{attribute.id}, {one.get('name')}")) for one in raw["rules"]
            ),
        )

    def rule(raw: dict[str, Any], attribute: Attribute, place: Place) -> Derivation:
        words = {name: " ".join(str(raw.get(name, "")).split()) for name in ("name", "why")}
        fields = {
            **raw,
            **words,
            "attribute": attribute.id,
            "value": _as_text(raw.get("value")),
            "when": msgspec.to_builtins(parse_rule(raw["when"], vocabulary, place)),
            "unless": msgspec.to_builtins(parse_rule(raw.get("unless", "never"), vocabulary, place)),
            "citations": cite(raw.get("sources", []), place),
        }
        fields.pop("sources", None)
        made = _convert(fields, Derivation, place.file)
        typed_value(vocabulary, attribute, made.value, place)
        return made

    stage, performance, advanced = _read(folder, "stage"), _read(folder, "performance"), _read(folder, "advanced_only")
    groups = tuple(_convert(raw, StageGroup, "stage.yaml") for raw in stage["groups"])
    for group in groups:
        vocabulary.term("stage", group.stage)
        for terms, asked in (("tnm_t", group.t), ("tnm_n", group.n), ("tnm_m", group.m)):
            for term in asked:
                vocabulary.term(terms, term)
    for drug in advanced["drugs"]:
        vocabulary.term("drug", drug)
    acquired = _read(folder, "acquired")
    genes = tuple(_convert(raw, AcquiredGene, "acquired.yaml") for raw in acquired["genes"])
    for one in genes:
        vocabulary.term("gene", one.gene)
        vocabulary.term("drug", one.under)
    return Knowledge(
        publications=publications,
        blocks={file: tuple(block(raw, f"{file}.yaml") for raw in _read(folder, file)) for file in BLOCKS},
        stage_groups=groups,
        stage_why=stage["why"],
        stage_citations=cite(stage["sources"], Place("stage.yaml")),
        karnofsky_of_ecog={int(ecog): (low, high) for ecog, (low, high) in performance["karnofsky_of_ecog"].items()},
        performance_citations=cite(performance["sources"], Place("performance.yaml")),
        advanced_only=tuple(advanced["drugs"]),
        advanced_only_citations=cite(advanced["sources"], Place("advanced_only.yaml")),
        acquired=genes,
        acquired_citations=cite(acquired["sources"], Place("acquired.yaml")),
    )


def typed_value(vocabulary: Vocabulary, attribute: Attribute, text: str, place: Place | None = None) -> Value:
    """Return the value that a rule writes as text, by the kind of its attribute.

    Raises:
        RuleError: when a flag is neither yes nor no.
        VocabularyError: when the vocabulary does not have the term.
        ValueError: when it is no number, or no date.
    """
    match attribute.kind:
        case "term":
            return vocabulary.term(attribute.terms, text).id
        case "flag" if text in ("yes", "no"):
            return text == "yes"
        case "number":
            return parse_quantity(text, attribute.unit)
        case "date":
            return PartialDate.parse(text)
        case "text":
            return text
        case _:
            raise RuleError(f"expected yes or no for {attribute.id}, found {text!r}", place)


def _as_text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _read(folder: Path, name: str) -> Any:
    file = folder / f"{name}.yaml"
    return read_yaml(file.read_text(encoding="utf-8"), file.name)


def _convert(raw: object, shape: type[_T], file: str) -> _T:
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise RuleError(
            f"{raw.get('id') or raw.get('name') if isinstance(raw, dict) else raw}: {error}", Place(file)
        ) from None
