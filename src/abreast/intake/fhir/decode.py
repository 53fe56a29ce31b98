"""From bytes to resources: encodings, JSON in its variants, bundles inside bundles.

Nothing here knows medicine. What cannot be read is an :class:`InputError` that says where; what can be read
beside something broken is kept.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.foundation.language import gettext as _
from abreast.foundation.language import mark, say_number
from abreast.intake.fhir.node import Node, kind_of
from abreast.intake.fhir.record import Resource
from abreast.intake.model import Unused

MAX_BYTES = 128 * 1024 * 1024
"""A larger file is refused: reading takes about five times its size in memory."""

MAX_RESOURCES = 500_000
_MAX_DEPTH = 10
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_NOT_JSON = (
    (b"%PDF", mark("a PDF: use the report reader on it")),
    (b"PK\x03\x04", mark("a ZIP archive: unpack it first")),
    (b"\x1f\x8b", mark("a gzip archive: unpack it first")),
    (b"<", mark("XML or HTML: ask for the record as FHIR JSON")),
)


@dataclass
class Document:
    """What a file holds: its resources, and what was left aside."""

    resources: list[Resource] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    is_bundle: bool = False


def read_document(content: bytes, file: str) -> Document:
    """Read a bundle of any type, a resource, a list of resources, or NDJSON.

    Raises:
        InputError: when the file is empty, too large, not JSON (naming line and column), or not FHIR.
    """
    document = Document()
    text = _utf8(content, file, document)
    roots = _parse(text, file, document)
    unpacker = _Unpacker(document, file)
    for value, where in roots:
        unpacker.unpack(value, where)
    if not unpacker.saw_fhir:
        raise InputError(_not_fhir(roots), Place(file))
    return document


def _utf8(content: bytes, file: str, document: Document) -> bytes:
    if len(content) > MAX_BYTES:
        size, limit = len(content) // 2**20, MAX_BYTES // 2**20
        why = _("the file has %(size)d MB; expected at most %(limit)d MB") % {"size": size, "limit": limit}
        raise InputError(why, Place(file))
    for bom, encoding, name in _BOMS:
        if content.startswith(bom):
            content = content[len(bom) :]
            if encoding != "utf-8":
                document.problems.append(_otherwise(file, name))
                content = content.decode(encoding, "replace").encode()
            break
    else:
        if content[:2].count(0) == 1 and len(content) % 2 == 0:
            encoding = "utf-16-le" if content[1] == 0 else "utf-16-be"
            document.problems.append(_otherwise(file, "UTF-16"))
            content = content.decode(encoding, "replace").encode()
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError as error:
            told = _(
                "%(file)s, byte %(byte)d: not UTF-8. The file was read as Windows-1252; check letters with accents."
            )
            document.problems.append(told % {"file": file, "byte": error.start})
            content = content.decode("cp1252", "replace").encode()
    if not content.strip():
        raise InputError(_("the file is empty; expected a FHIR bundle in JSON"), Place(file))
    for magic, what in _NOT_JSON:
        if content.lstrip().startswith(magic):
            raise InputError(_("expected FHIR in JSON, found %(what)s") % {"what": _(what)}, Place(file))
    return content


def _otherwise(file: str, name: str) -> str:
    told = _("%(file)s is written in %(name)s; expected UTF-8. It was read all the same.")
    return told % {"file": file, "name": name}


def _parse(text: bytes, file: str, document: Document) -> list[tuple[Any, str]]:
    try:
        return [(from_json(text), "")]
    except DecodingError as error:
        lines = _lines(text, file, document)
        if lines:
            return lines
        raise _json_error(text, error.message, file) from None


def _lines(text: bytes, file: str, document: Document) -> list[tuple[Any, str]]:
    """Return the values of newline-delimited JSON; nothing when the text is not that."""
    found: list[tuple[Any, str]] = []
    lines = text.split(b"\n")
    if len(lines) < 2 or not _decodes(lines[0]):
        return found
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append((from_json(line), _("line %(line)d") % {"line": number}))
        except DecodingError as error:
            where = _("line %(line)d") % {"line": number}
            document.unused.append(Unused(where, "", _not_json(error.message)))
            left_out = _("%(file)s, %(where)s: not readable as JSON, left out")
            document.problems.append(left_out % {"file": file, "where": where})
    return found


def _decodes(line: bytes) -> bool:
    try:
        return isinstance(from_json(line), dict)
    except DecodingError:
        return False


_BYTE = re.compile(r"\(byte (\d+)\)")


def _json_error(text: bytes, message: str, file: str) -> InputError:
    match = _BYTE.search(message)
    cut = "truncated" in message
    if not (match or cut):
        return InputError(_not_json(message), Place(file))
    offset = min(int(match[1]), len(text)) if match else len(text)
    line = text.count(b"\n", 0, offset) + 1
    column = offset - (text.rfind(b"\n", 0, offset) + 1) + 1
    where = _("line %(line)d, column %(column)d (byte %(byte)d)") % {"line": line, "column": column, "byte": offset}
    if cut or offset >= len(text):
        return InputError(_("the file ends in the middle of the JSON: it was probably cut off"), Place(file, where))
    reason = _BYTE.sub("", message).removeprefix("JSON is malformed: ").strip()
    return InputError(_not_json(reason), Place(file, where))


def _not_json(reason: str) -> str:
    return _("not readable as JSON: %(reason)s") % {"reason": reason}


class _Unpacker:
    """Walks through bundles, Parameters and contained resources, and lists what it meets."""

    def __init__(self, document: Document, file: str) -> None:
        self.document = document
        self.file = file
        self.saw_fhir = False

    def unpack(self, value: Any, where: str, depth: int = 0, full_url: str = "") -> None:
        """Take apart one JSON value that should be a resource, or a list of such."""
        if depth > _MAX_DEPTH:
            self._leave(where, "", _("bundles are nested too deeply"))
        elif isinstance(value, list) and depth == 0:
            for index, one in enumerate(value):
                self.unpack(one, f"{where}[{index}]", depth + 1)
        elif not isinstance(value, dict):
            self._leave(where, "", _("expected a resource, found %(kind)s") % {"kind": kind_of(value)})
        elif value.get("resourceType") == "Bundle":
            self._bundle(value, where, depth)
        elif isinstance(value.get("resourceType"), str) and value["resourceType"]:
            self._resource(value, where, depth, full_url)
        elif "entry" in value and depth == 0:
            self.document.problems.append(
                _("%(file)s: no resourceType; read as a Bundle because it has entries") % {"file": self.file}
            )
            self._bundle(value, where, depth)
        else:
            self._leave(where, "", _("expected a resource, found an object without resourceType"))

    def _bundle(self, bundle: dict[str, Any], where: str, depth: int) -> None:
        self.saw_fhir = self.document.is_bundle = True
        entries = bundle.get("entry")
        if entries is None:
            return
        if isinstance(entries, dict):
            entries = [entries]
        if not isinstance(entries, list):
            why = _("expected a list of entries, found %(kind)s") % {"kind": kind_of(entries)}
            self._leave(f"{where} entry".strip(), "Bundle", why)
            return
        for index, entry in enumerate(entries):
            here = f"{where}.entry[{index}]" if where else f"entry[{index}]"
            if not isinstance(entry, dict):
                self._leave(here, "Bundle", _("expected an entry, found %(kind)s") % {"kind": kind_of(entry)})
            elif isinstance(entry.get("resource"), (dict, list)):
                url = entry.get("fullUrl")
                self.unpack(entry["resource"], here, depth + 1, url if isinstance(url, str) else "")
            elif "resourceType" in entry:
                self.unpack(entry, here, depth + 1)
            else:
                self._leave(here, "Bundle", _("the entry has no resource"))

    def _resource(self, value: dict[str, Any], where: str, depth: int, full_url: str) -> None:
        self.saw_fhir = True
        type_ = value["resourceType"]
        if len(self.document.resources) >= MAX_RESOURCES:
            why = _("more than %(most)s resources; expected the record of one person")
            raise InputError(why % {"most": say_number(MAX_RESOURCES)}, Place(self.file))
        id_ = value["id"].strip() if isinstance(value.get("id"), str) else ""
        label = f"{type_}/{id_}" if id_ else f"{type_} at {where}" if where else type_
        resource = Resource(Node(value), type_, id_, label, full_url)
        self.document.resources.append(resource)
        if type_ == "Parameters":
            self._parameters(value, where, depth)
        contained = value.get("contained")
        if isinstance(contained, list):
            for index, one in enumerate(contained):
                self._contained(one, resource, f"contained[{index}]")

    def _contained(self, value: Any, parent: Resource, where: str) -> None:
        if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
            self._leave(
                parent.place(where), parent.type, _("expected a resource, found %(kind)s") % {"kind": kind_of(value)}
            )
            return
        id_ = value["id"].strip() if isinstance(value.get("id"), str) else ""
        label = f"{parent.label}, {where}"
        self.document.resources.append(Resource(Node(value), value["resourceType"], id_, label, inside=parent.label))

    def _parameters(self, value: dict[str, Any], where: str, depth: int) -> None:
        parameters = value.get("parameter")
        for index, one in enumerate(parameters if isinstance(parameters, list) else []):
            if isinstance(one, dict) and isinstance(one.get("resource"), dict):
                here = f"{where}.parameter[{index}]" if where else f"parameter[{index}]"
                self.unpack(one["resource"], here, depth + 1)

    def _leave(self, where: str, type_: str, why: str) -> None:
        self.document.unused.append(Unused(where or self.file, type_, why))


def _not_fhir(roots: list[tuple[Any, str]]) -> str:
    value = roots[0][0] if roots else None
    if isinstance(value, dict):
        keys = ", ".join(repr(key) for key in list(value)[:3])
        told = _("expected a FHIR Bundle or resource, found an object without resourceType (%(keys)s)")
        return told % {"keys": keys or _("empty")}
    return _("expected a FHIR Bundle or resource, found %(kind)s") % {"kind": kind_of(value)}
