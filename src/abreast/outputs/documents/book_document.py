"""All medical content on paper, for those who review it: what the page of the book shows, in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abreast.foundation.language import say_iso
from abreast.outputs.book import HEADINGS, Block, Book, Page, RuleLine
from abreast.outputs.documents.blocks import (
    AnyBlock,
    Branch,
    Card,
    Document,
    Heading,
    Para,
    Rules,
    Run,
    Table,
    Tree,
    Words,
    para,
)
from abreast.outputs.documents.typeset import Paper, typeset
from abreast.plan.centres import NOTE


def book_pdf(book: Book, paper: Paper = "us-letter") -> bytes:
    """Return the content as PDF. It is in English, the language in which it is reviewed."""
    return typeset(book_document(book), language="en", paper=paper, day=book.today)


def book_document(book: Book) -> Document:
    """Return the content as a document, with lines under each entry for the reviewer's remarks."""
    return Document(
        title="What abreast says: the medical content for review",
        about=(
            f"abreast {book.version}. Written on {say_iso(book.today.isoformat())}. "
            f"Newest check of an entry: {say_iso(book.reviewed)}.",
            "This holds everything medical that abreast can say, as it is in the files of its knowledge packs. Please "
            "read it as a reviewer: is it right, is it clear, is it kind, and does it appear for the right people? "
            "It informs and prepares for a talk with the care team; it does not prescribe.",
            "A rule says for whom an entry is shown. Each of its lines can be so, not so, or not known from the "
            "record. What is not known is never taken for a no. A name in grey before a colon is a piece that several "
            "entries share; its own rule stands at the end.",
        ),
        body=tuple(_body(book)),
        foot=f"abreast {book.version}: content for review",
        contents="Contents",
        page_of="Page %(page)s of %(of)s",
    )


def _body(book: Book) -> Iterator[AnyBlock]:
    for kind, heading in HEADINGS.items():
        yield Heading(1, f"{heading} ({len(book.pages[kind])})", kind)
        for page in book.pages[kind]:
            yield Card(tuple(_entry(page)), about=f"{page.kind}/{page.id}")
    yield Heading(1, f"Cancer centers ({len(book.centres)})")
    yield para(NOTE)
    rows = tuple((one.name, f"{one.city}, {one.state}", one.designation) for one in book.centres)
    yield Table(("Name", "Place", "Designation"), rows, (4, 3, 3))
    yield Heading(1, f"Pieces of rules with a name ({len(book.pieces)})")
    for name, definition, line in book.pieces:
        yield Heading(2, name.replace("_", " "))
        yield para(definition.why)
        if line:
            yield Tree((_rule(line),))
        yield para(f"As written: {definition.rule}", "soft")
    yield Heading(1, f"Sources ({len(book.references)})")
    yield para('"Full" means that the passage itself was read, "abstract" its abstract, "secondary" a report about it.')
    for one in book.references:
        words = [
            Run(f"{one.id}: ", "strong"),
            Run(
                f"{one.title}. {one.publisher}, {say_iso(one.date)}. Seen: {one.seen}, checked {say_iso(one.checked)}. "
            ),
        ]
        if one.url:
            words.append(Run(one.url, url=one.url))
        yield Para(tuple(words))


def _entry(page: Page) -> Iterator[AnyBlock]:
    yield Heading(2, page.title)
    overdue = " OVERDUE" if page.overdue else ""
    checked = f"checked {say_iso(page.reviewed)}, next check {say_iso(page.review_due)}"
    yield para(f"{page.kind}/{page.id}: {checked}{overdue}", "soft")
    yield from _parts(page.blocks)
    if page.sources:
        yield para(f"Sources: {', '.join(page.sources)}", "soft")
    yield Rules(1, "Remarks:")


def _parts(blocks: Sequence[Block]) -> Iterator[AnyBlock]:
    for one in blocks:
        if one.rule:
            yield Para((Run(f"{one.label}:", "strong"),))
            yield Tree((_rule(one.rule),))
        elif one.parts:
            yield Tree((_branch(one),))
        elif one.text or one.label:
            yield Para(_said(one))


def _branch(one: Block) -> Branch:
    below = tuple(_branch(part) for part in one.parts)
    return Branch(_said(one), (_rule(one.rule), *below) if one.rule else below)


def _said(one: Block) -> Words:
    words = [Run(f"{one.label}: " if one.text or one.rule else one.label, "strong")] if one.label else []
    if one.text:
        words.append(Run(one.text))
    if one.sources:
        words.append(Run(f" [{', '.join(one.sources)}]", "soft"))
    return tuple(words) or (Run(""),)


def _rule(line: RuleLine) -> Branch:
    name = (Run(f"{line.piece.replace('_', ' ')}: ", "soft"),) if line.piece else ()
    return Branch((*name, Run(line.text)), tuple(_rule(part) for part in line.parts))


__all__ = ["book_document", "book_pdf"]
