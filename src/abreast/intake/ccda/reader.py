"""Reading a clinical document: its entries through the FHIR reader, its notes through the report reader."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

import msgspec

from abreast.case import Fact
from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext, mark, ngettext
from abreast.intake.ccda.resources import Section, patient, read_entry
from abreast.intake.ccda.xml import each, first, name, parse, value, words
from abreast.intake.fhir import read_fhir
from abreast.intake.model import Intake, Unused, joined
from abreast.vocabulary import Vocabulary

_PLANS = {
    "18776-5": mark("it is a plan of treatment, not what was done"),
    "51847-2": mark("it is an assessment and plan, not what was done"),
    "61146-7": mark("it lists goals"),
    "69730-0": mark("it gives instructions"),
    "48768-6": mark("it is about insurance"),
    "46264-8": mark("it lists equipment"),
    "11369-6": mark("it lists vaccinations"),
    "42348-3": mark("it is about advance directives"),
    "85847-2": mark("it names the care team"),
}
"""Sections (LOINC) from which nothing is read, and why."""

_NOTE_WORDS = 12
"""A text with fewer words says nothing beside its entries."""

_LONG = 120
"""A result in words that is longer is read as a report too."""


def is_document(content: bytes) -> bool:
    """Return whether a file is XML that says it is a clinical document."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"ClinicalDocument" in head


def read_document(content: bytes, file: str, vocabulary: Vocabulary) -> Intake:
    """Read a C-CDA document (R1.1 or R2.1).

    Facts of its entries name the section and the number of the entry; facts of its notes are unconfirmed, name the
    section and the line, and wait for the person's yes, as those of every report do.

    Raises:
        InputError: when it is not well-formed XML, too large, dangerous, or no clinical document.
    """
    root = parse(content, file)
    if name(root) != "ClinicalDocument":
        why = gettext("expected a ClinicalDocument (C-CDA), found %(found)s") % {"found": repr(name(root))}
        raise InputError(why, Place(file))
    sections = [_section(one) for one in _sections(root)]
    resources = [patient(root), *(resource for section, _ in sections for resource in section.resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    coded = read_fhir(msgspec.json.encode(bundle), file, vocabulary)
    notes = [*_attached(root, file, vocabulary), *(note for one in sections for note in _notes(one, file, vocabulary))]
    skipped = [
        Unused(f"{file}, section “{section.title}”", what, why)
        for section, _ in sections
        for what, why in section.unread
    ]
    return joined([coded, Intake(unused=tuple(skipped)), *notes])


def _sections(root: Element) -> Iterator[Element]:
    """Yield all sections, those inside others after them."""
    queue = list(each(root, "component", "structuredBody", "component", "section"))
    while queue:
        section = queue.pop(0)
        yield section
        queue[:0] = each(section, "component", "section")


def _section(element: Element) -> tuple[Section, str]:
    """Return a section with its resources, and its text if that is to be read as a note."""
    title = words(first(element, "title")) or value(element, "code", at="displayName") or "without a title"
    text = first(element, "text")
    section = Section(title, _marked(text))
    code = value(element, "code", at="code")
    entries = list(each(element, "entry"))
    if code in _PLANS:
        what = ngettext("%(num)d entry and the text", "%(num)d entries and the text", len(entries))
        section.skip(what % {"num": len(entries)}, gettext(_PLANS[code]))
        return section, ""
    for entry in entries:
        read_entry(entry, section)
    long = [one["valueString"] for one in section.resources if len(one.get("valueString", "")) > _LONG]
    note = words(text) if not section.resources else "\n\n".join(long)
    return section, note if len(note.split()) >= _NOTE_WORDS else ""


def _marked(text: Element | None) -> dict[str, str]:
    """Return the words that have an id in a section's text."""
    if text is None:
        return {}
    return {one.get("ID", ""): words(one) for one in text.iter() if one.get("ID")}


def _notes(read: tuple[Section, str], file: str, vocabulary: Vocabulary) -> Iterator[Intake]:
    from abreast.intake.report import intake_of, read_text

    section, note = read
    if note:
        yield _placed(intake_of(read_text(note, file), vocabulary), f"section “{section.title}”")


def _attached(root: Element, file: str, vocabulary: Vocabulary) -> Iterator[Intake]:
    """Yield what a document that is a PDF or a text in an envelope says."""
    from abreast.intake.report import read_report

    for text in each(root, "component", "nonXMLBody", "text"):
        content = words(text).encode()
        if text.get("representation") == "B64":
            try:
                content = base64.b64decode("".join(text.itertext()), validate=False)
            except (binascii.Error, ValueError):
                raise InputError(gettext("the document inside is damaged"), Place(file, "nonXMLBody")) from None
        if content.strip():
            yield _placed(read_report(content, file, vocabulary), "the document inside")


def _placed(note: Intake, where: str) -> Intake:
    def placed(fact: Fact) -> Fact:
        return replace(fact, source=replace(fact.source, place=f"{where}, {fact.source.place}"))

    return replace(
        note, facts=tuple(map(placed, note.facts)), mentioned=tuple(map(placed, note.mentioned)), problems=()
    )


__all__ = ["is_document", "read_document"]
