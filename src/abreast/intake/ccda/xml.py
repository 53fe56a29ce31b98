"""XML without its dangers, and the small questions that a clinical document is asked.

No document type, no entities, nothing fetched: expat with defusedxml in front of it. Names are compared without their
namespace, because senders forget it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext

MAX_BYTES = 64 * 1024 * 1024
"""A larger document is refused: its tree takes about ten times its size in memory."""

_MAX_DEPTH = 200
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?")
_BLOCKS = frozenset({"paragraph", "item", "tr", "caption", "br", "list", "table", "title"})
_CELLS = frozenset({"td", "th"})


def parse(content: bytes, file: str) -> Element:
    """Return the root of an XML document.

    Raises:
        InputError: when it is too large, not well formed (naming line and column), nested too deeply, or holds a
            document type or entities, which no health record needs.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(content) > MAX_BYTES:
        size, limit = len(content) // 2**20, MAX_BYTES // 2**20
        why = gettext("the document has %(size)d MB; expected at most %(limit)d MB") % {"size": size, "limit": limit}
        raise InputError(why, Place(file))
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        why = gettext("the XML defines a document type or entities; no health record needs them")
        raise InputError(why, Place(file)) from None
    except ParseError as error:
        line, column = error.position
        where = gettext("line %(line)d, column %(column)d") % {"line": line, "column": column + 1}
        raise InputError(gettext("the XML is cut off or damaged here"), Place(file, where)) from None
    except (ValueError, LookupError):
        raise InputError(gettext("the XML is in an encoding that cannot be read"), Place(file)) from None
    if _deeper(root, _MAX_DEPTH):
        raise InputError(gettext("the XML is nested too deeply to be a health record"), Place(file))
    return root


def _deeper(root: Element, depth: int) -> bool:
    level = [root]
    for _ in range(depth):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def name(element: Element) -> str:
    """Return an element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def each(element: Element | None, *path: str) -> Iterator[Element]:
    """Yield the elements that a path of names leads to; "*" is any name."""
    if element is None:
        return
    if not path:
        yield element
        return
    for child in element:
        if path[0] in ("*", name(child)):
            yield from each(child, *path[1:])


def first(element: Element | None, *path: str) -> Element | None:
    """Return the first element that a path leads to."""
    return next(each(element, *path), None)


def value(element: Element | None, *path: str, at: str = "value") -> str:
    """Return an attribute of the element that a path leads to, or ""; what has a null flavor has no value."""
    found = first(element, *path)
    return "" if found is None or "nullFlavor" in found.attrib else found.get(at, "").strip()


def kind(element: Element) -> str:
    """Return the data type that a value names (``xsi:type``), without its prefix."""
    return element.get(_TYPE, "").rpartition(":")[2]


def templates(element: Element) -> frozenset[str]:
    """Return the template ids of an element."""
    return frozenset(one.get("root", "") for one in each(element, "templateId"))


def date(text: str) -> str:
    """Return the date of an HL7 time stamp ("20240315101500-0500") as FHIR writes it, as exact as given; or ""."""
    found = _TIME.match(text)
    return "-".join(part for part in found.groups() if part) if found else ""


def words(element: Element | None) -> str:
    """Return the words of an element in lines, as they would be read: a row of a table is a line, its cells apart."""
    parts: list[str] = []
    if element is not None:
        _gather(element, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line.strip(" |") for line in lines if line.strip(" |"))


def _gather(element: Element, parts: list[str]) -> None:
    block, cell = name(element) in _BLOCKS, name(element) in _CELLS
    parts.append("\n" if block else "")
    parts.append(element.text or "")
    for child in element:
        _gather(child, parts)
        parts.append(child.tail or "")
    parts.append("\n" if block else " | " if cell else "")
