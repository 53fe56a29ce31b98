"""All medical content as one page, for those who review it: every entry whole, its rules in plain words, its sources.

The page is made from the shapes of the entries: whatever key an entry has is shown, so that nothing a plan may
say is missing from what a doctor reads.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from abreast.knowledge import KINDS, Arm, Centre, Entry, Knowledge, Reference, SideEffect
from abreast.knowledge.definitions import Definition, expanded
from abreast.outputs.html import TEMPLATES, WHO, speak
from abreast.plan.centres import NOTE
from abreast.rules import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    Has,
    Known,
    Not,
    parse_rule,
)
from abreast.rules.words import describe
from abreast.vocabulary import Vocabulary

HEADINGS = {
    "options": "Options: what can be done and may be worth talking about",
    "tests": "Tests to ask about",
    "questions": "Questions to take along",
    "warnings": "Danger signs and cautions",
    "support": "Help",
    "appointments": "Whom to see",
    "second_opinion": "Second opinion",
    "relatives": "Relatives",
    "glossary": "Words",
    "answers": "Answers to what people ask first",
}
"""The kinds of entries, in the order of the page."""

LABELS = {
    "when": "When it is shown",
    "present": "When the record itself shows it",
    "not_when": "What stands against it",
    "care_with": "What calls for care",
    "why_for_you": "Why for this person",
    "what": "What it offers",
    "who": "Whom to ask",
    "act": "What to do",
    "text": "",
    "question": "The question to ask",
    "also_asked": "Also asked as",
    "answer": "",
    "paragraphs": "",
    "definition": "",
    "plain_name": "In plain words",
    "checks": "What is checked before and during",
    "common": "Common side effects",
    "serious": "Serious side effects",
    "evidence": "What studies showed",
    "regulatory": "Approval in the United States",
    "compare_with": "Stands beside",
    "settles": "What it would settle",
    "report": "Whom to tell, and how fast",
    "nct": "Registry number",
    "pmid": "PubMed number",
}
"""How keys of entries are called, where the key itself would not read well."""

LABELS_INSIDE = {"when": "Applies when", "who": "People in the study", "text": ""}
"""How keys of the parts of an entry are called, where the same key of an entry means something else."""

_TITLES = ("name", "title", "term", "question", "text")
_OWN_PLACE = frozenset({"id", "reviewed", "review_due", "sources", "priority"})
_IN_ONE_LINE = frozenset({"text", "sources", "per_hundred"})
_RULES = frozenset({"when", "present"})


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as a reader takes it in: a line, and what stands below it.

    ``piece`` names a piece of ``definitions.yaml``.
    """

    text: str
    parts: tuple[RuleLine, ...] = ()
    piece: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Part of an entry: a label, its text or rule, its own sources, and smaller parts."""

    label: str
    text: str = ""
    rule: RuleLine | None = None
    sources: tuple[str, ...] = ()
    parts: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One entry on the page."""

    kind: str
    id: str
    title: str
    reviewed: str
    review_due: str
    overdue: bool
    sources: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All content in the order in which it is read: entries by kind, named pieces of rules, references, centers."""

    pages: Mapping[str, tuple[Page, ...]]
    pieces: tuple[tuple[str, Definition, RuleLine | None], ...]
    references: tuple[Reference, ...]
    used_by: Mapping[str, Sequence[Page]]
    centres: tuple[Centre, ...]
    version: str
    today: dt.date

    @property
    def reviewed(self) -> str:
        """The newest check of an entry, as an ISO date."""
        return max((page.reviewed for listed in self.pages.values() for page in listed), default="")


def read_book(
    knowledge: Knowledge, definitions: Mapping[str, Definition], vocabulary: Vocabulary, version: str, today: dt.date
) -> Book:
    """Return the whole content, made ready to be read."""
    reader = _Reader(vocabulary, definitions)
    pages = {kind: tuple(_pages(kind, knowledge, reader, today)) for kind in HEADINGS}
    return Book(
        pages=pages,
        pieces=tuple(reader.pieces()),
        references=tuple(sorted(knowledge.references.values(), key=lambda one: one.id)),
        used_by=_used_by(pages.values()),
        centres=tuple(knowledge.centres),
        version=version,
        today=today,
    )


def book_html(book: Book) -> str:
    """Return the whole content as one HTML document without script or remote resource."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html", "j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speak(environment)
    return environment.get_template("book.html.j2").render(
        headings=HEADINGS,
        pages=book.pages,
        pieces=book.pieces,
        references=book.references,
        used_by=book.used_by,
        centres=book.centres,
        centres_note=NOTE,
        version=book.version,
        today=book.today.isoformat(),
        reviewed=book.reviewed,
        style=(TEMPLATES / "plan.css").read_text(encoding="utf-8"),
    )


def _pages(kind: str, knowledge: Knowledge, reader: _Reader, today: dt.date) -> Iterator[Page]:
    for entry in getattr(knowledge, kind):
        title = next(name for name in _TITLES if name in entry.__struct_fields__)
        yield Page(
            kind=kind,
            id=entry.id,
            title=getattr(entry, title),
            reviewed=entry.reviewed,
            review_due=entry.review_due,
            overdue=dt.date.fromisoformat(entry.review_due) < today,
            sources=entry.sources,
            blocks=tuple(_blocks(entry, reader, without=_OWN_PLACE | {title})),
        )


def _blocks(part: msgspec.Struct, reader: _Reader, without: frozenset[str]) -> Iterator[Block]:
    """Yield a block for every key that says something."""
    for key in part.__struct_fields__:
        value = getattr(part, key)
        if key in without or value in ("", None, ()):
            continue
        yield _block(key, value, reader, inside=not isinstance(part, Entry))


def _block(key: str, value: object, reader: _Reader, inside: bool) -> Block:
    labels = {**LABELS, **LABELS_INSIDE} if inside else LABELS
    label = labels.get(key, key.replace("_", " ").capitalize())
    if key in _RULES and isinstance(value, Expression):
        return Block(label, rule=reader.read(value))
    if isinstance(value, msgspec.Struct):
        return _nested(label, value, reader)
    if isinstance(value, tuple) and all(isinstance(one, msgspec.Struct) for one in value):
        return Block(label, parts=tuple(_nested("", one, reader) for one in value))
    if isinstance(value, tuple):
        return Block(label, parts=tuple(Block("", text=_said(one)) for one in value))
    return Block(label, text=_said(value))


def _nested(label: str, part: msgspec.Struct, reader: _Reader) -> Block:
    if isinstance(part, Arm):
        return Block(
            label, text=f"{part.name}: {part.value:g} {'of 100 people' if part.unit == 'per_hundred' else part.unit}"
        )
    text = getattr(part, "text", "")
    if isinstance(part, SideEffect) and part.per_hundred is not None:
        text = f"{text} (about {part.per_hundred:g} of 100 people)"
    inner = tuple(_blocks(part, reader, without=_IN_ONE_LINE))
    return Block(label, text=text, sources=tuple(getattr(part, "sources", ())), parts=inner)


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return WHO.get(str(value), str(value))


def _used_by(pages: Iterable[tuple[Page, ...]]) -> dict[str, list[Page]]:
    used: dict[str, dict[str, Page]] = defaultdict(dict)
    for listed in pages:
        for page in listed:
            for source in (*page.sources, *_sources(page.blocks)):
                used[source][f"{page.kind}-{page.id}"] = page
    return {source: list(by.values()) for source, by in used.items()}


def _sources(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from block.sources
        yield from _sources(block.parts)


class _Reader:
    """Puts rules into words; a rule that is a named piece is called by its name and reason."""

    def __init__(self, vocabulary: Vocabulary, definitions: Mapping[str, Definition]) -> None:
        self._vocabulary = vocabulary
        self._definitions = definitions
        self._named: dict[Expression, str] = {}
        for name, definition in definitions.items():
            if "$" not in definition.rule:
                self._named.setdefault(parse_rule(expanded(definition.rule, definitions), vocabulary), name)

    def pieces(self) -> Iterator[tuple[str, Definition, RuleLine | None]]:
        """Yield every named piece with its rule in words; one that waits for something to be put in has none."""
        known = {name: rule for rule, name in self._named.items()}
        for name, definition in sorted(self._definitions.items()):
            yield name, definition, self._line(known[name]) if name in known else None

    def read(self, rule: Expression) -> RuleLine:
        """Return a rule in words."""
        if (name := self._named.get(rule)) is not None:
            return RuleLine(self._definitions[name].why, piece=name)
        return self._line(rule)

    def _line(self, rule: Expression) -> RuleLine:
        match rule:
            case All((Known() as known, part)) if _same_thing(known, part):
                return RuleLine(f"The record says: {self._say(part)}")
            case AnyOf((Not(Known() as known), Not(part))) if _same_thing(known, part):
                return RuleLine(f"The record does not say: {self._say(part)}")
            case All(parts):
                return RuleLine("All of these:", tuple(self.read(part) for part in parts))
            case AnyOf(parts):
                return RuleLine("One or more of these:", tuple(self.read(part) for part in parts))
            case AtLeast(number, parts):
                return RuleLine(f"At least {number} of these:", tuple(self.read(part) for part in parts))
            case Not(All() | AnyOf() | AtLeast() as part):
                return RuleLine("Not so:", (self.read(part),))
            case _:
                return RuleLine(self._say(rule))

    def _say(self, rule: Expression) -> str:
        return describe(rule, self._vocabulary)


def _same_thing(known: Known, part: Expression) -> bool:
    """Whether a rule only adds to another that the record must say it for certain."""
    match part:
        case Has(name, where):
            return (known.attribute, known.where) == (name, where)
        case Compare(attribute, _, _):
            return (known.attribute, known.where) == (attribute, ())
        case _:
            return False


assert HEADINGS.keys() == KINDS.keys(), "every kind of entry has its place on the page"

__all__ = ["Block", "Book", "Page", "RuleLine", "book_html", "read_book"]
