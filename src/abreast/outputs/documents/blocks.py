"""What a printed document is made of: headings, paragraphs, lists, reasons. Words only.

Every document is built as a tree of these values and handed to the typesetter as data. No word of a record or of a
pack ever becomes markup.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of words. ``to`` names a place in the same document, ``url`` an address."""

    text: str
    style: Literal["", "strong", "soft", "quote"] = ""
    to: str = ""
    url: str = ""


Words = tuple[Run, ...]


class Block(msgspec.Struct, frozen=True, tag_field="kind"):
    """Base of all blocks."""


class Heading(Block, frozen=True, tag="heading"):
    """A heading of level 1 to 4; ``place`` is the name by which the document links to it."""

    level: int
    text: str
    place: str = ""


class Para(Block, frozen=True, tag="para"):
    """A paragraph."""

    words: Words
    style: Literal["", "soft", "lead"] = ""


class Bullets(Block, frozen=True, tag="bullets"):
    """A list; each item is a line of words."""

    items: tuple[Words, ...]
    ordered: bool = False


class Branch(msgspec.Struct, frozen=True):
    """A line of a tree, and the lines below it."""

    words: Words
    below: tuple[Branch, ...] = ()


class Tree(Block, frozen=True, tag="tree"):
    """Lines with lines below them."""

    branches: tuple[Branch, ...]


class Reasons(Block, frozen=True, tag="reasons"):
    """Because of what, and according to which source: small print that follows what it is about."""

    lines: tuple[Words, ...]


class Table(Block, frozen=True, tag="table"):
    """A table with a head; ``widths`` are parts of the line, one for each column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


class Rules(Block, frozen=True, tag="rules"):
    """Empty lines to write on; ``label`` stands before the first."""

    count: int
    label: str = ""


class Card(Block, frozen=True, tag="card"):
    """Blocks that belong together; ``tone`` says how much they press, ``whole`` that no page may break them.

    ``about`` names the part of the plan in a program's words: ``option/elacestrant/depends``. ``lang`` is the language
    of its words where it is not the document's.
    """

    blocks: tuple[AnyBlock, ...]
    tone: Literal["plain", "danger"] = "plain"
    whole: bool = False
    about: str = ""
    lang: str = ""


class Defined(Block, frozen=True, tag="defined"):
    """Terms and what they mean."""

    terms: tuple[tuple[str, str], ...]


class Sources(Block, frozen=True, tag="sources"):
    """Numbered entries that other places link to: ``(place, words)``."""

    prefix: str
    entries: tuple[tuple[str, Words], ...]


class NewPage(Block, frozen=True, tag="new_page"):
    """What follows begins on a new page."""


AnyBlock = Heading | Para | Bullets | Tree | Reasons | Table | Rules | Card | Defined | Sources | NewPage


class Document(msgspec.Struct, frozen=True):
    """A whole document: ``about`` is the line under the title, ``foot`` stands on every page."""

    title: str
    about: tuple[str, ...]
    body: tuple[AnyBlock, ...]
    foot: str
    contents: str = ""
    """The heading of the table of contents; none when empty."""
    page_of: str = "%(page)s / %(of)s"


def say(text: str) -> Words:
    """Return plain words."""
    return (Run(text),)


def para(text: str, style: Literal["", "soft", "lead"] = "") -> Para:
    """Return a paragraph of plain words."""
    return Para(say(text), style)


def labelled(label: str, text: str) -> Para:
    """Return a paragraph that begins with a strong label."""
    return Para((Run(f"{label} ", "strong"), Run(text)))


def bullets(lines: tuple[str, ...] | list[str], *, ordered: bool = False) -> Bullets:
    """Return a list of plain lines."""
    return Bullets(tuple(say(line) for line in lines), ordered)
