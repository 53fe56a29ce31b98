"""A zip archive from a portal: its FHIR files are one record, its clinical documents and reports are read one by one.

Nothing is unpacked to the disk. What an archive may hold is bounded before and while it is read, so that a small file
that unpacks to a huge one ends in a message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import TypeVar
from zipfile import ZipFile, ZipInfo

import msgspec

from abreast.foundation.archives import open_zip, read_member
from abreast.foundation.decoding import from_json
from abreast.foundation.errors import ArchiveError, DecodingError, InputError, Place
from abreast.foundation.language import gettext as _
from abreast.foundation.language import mark, say_number
from abreast.intake.ccda import is_document, read_document
from abreast.intake.fhir import read_fhir
from abreast.intake.model import Intake, Unused, joined
from abreast.vocabulary import Vocabulary

T = TypeVar("T")

MAX_FILES = 5_000
MAX_BYTES = 256 * 1024 * 1024
"""The most that the files of an archive may unpack to, together."""

MAX_FILE = 64 * 1024 * 1024
_MAX_REPORTS = 200
_REPORTS = (".pdf", ".txt", ".text")
_NOT_READ = mark("it is no record and no report that abreast reads in an archive; name it by itself if it is one")


def is_archive(content: bytes) -> bool:
    """Return whether a file is a zip archive."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


@dataclass
class _Reading:
    """What was found in an archive so far."""

    file: str
    left: int = field(default_factory=lambda: MAX_BYTES)
    fhir: list[msgspec.Raw] = field(default_factory=list)
    read: list[Intake] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    reports: int = 0

    def set_aside(self, name: str, why: str) -> None:
        self.unused.append(Unused(f"{self.file}, {name}", _("file"), why))


def read_archive(content: bytes, file: str, vocabulary: Vocabulary, *, patient: str = "") -> Intake:
    """Read what a portal hands out as one zip: FHIR (JSON, NDJSON), C-CDA, PDF and text, also in a zip inside.

    A file in it that cannot be read is told, and the others are read all the same.

    Raises:
        InputError: when it is damaged, protected, unpacks to too much, or holds nothing that could be read.
    """
    reading = _Reading(file)
    _walk(content, "", reading, vocabulary, depth=0)
    if reading.fhir:
        read = _attempt(reading, _("its FHIR files"), lambda: _record(reading, vocabulary, patient))
        if read is not None:
            reading.read.insert(0, read)
    if not reading.read:
        reasons = [*reading.problems, *(str(one) for one in reading.unused if one.why != _(_NOT_READ))]
        said = _("no record and no report could be read in this archive")
        raise InputError(f"{said}: {reasons[0]}" if reasons else said, Place(file))
    rest = Intake(unused=tuple(reading.unused), problems=tuple(reading.problems))
    return joined([*reading.read, rest])


def _record(reading: _Reading, vocabulary: Vocabulary, patient: str) -> Intake:
    return read_fhir(msgspec.json.encode(reading.fhir), reading.file, vocabulary, patient=patient or None)


def _walk(content: bytes, inside: str, reading: _Reading, vocabulary: Vocabulary, depth: int) -> None:
    for name, bytes_ in _files(content, inside, reading):
        digest = hashlib.blake2b(bytes_).digest()
        if digest in reading.seen:
            reading.set_aside(name, _("it is the same file again"))
            continue
        reading.seen.add(digest)
        if is_archive(bytes_):
            if depth:
                reading.set_aside(name, _("it is an archive in an archive in an archive"))
            else:
                _attempt(reading, name, lambda: _walk(bytes_, f"{name} / ", reading, vocabulary, depth + 1))  # noqa: B023 - called at once
        elif b'"resourceType"' in bytes_ and _json(bytes_, reading):
            continue
        elif is_document(bytes_):
            _keep(reading, name, lambda: read_document(bytes_, f"{reading.file}, {name}", vocabulary))  # noqa: B023 - called at once
        elif name.casefold().endswith(_REPORTS) and reading.reports < _MAX_REPORTS:
            from abreast.intake.report import read_report

            reading.reports += 1
            _keep(reading, name, lambda: read_report(bytes_, f"{reading.file}, {name}", vocabulary))  # noqa: B023 - called at once
        else:
            reading.set_aside(name, _(_NOT_READ))


def _files(content: bytes, inside: str, reading: _Reading) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of an archive's files, in the order of their names."""
    place = Place(reading.file, inside.strip(" /"))
    archive = open_zip(BytesIO(content), place)
    members = sorted((one for one in archive.infolist() if not one.is_dir()), key=lambda one: one.filename)
    if len(members) > MAX_FILES:
        why = _("it holds %(count)s files; expected at most %(most)s")
        raise InputError(why % {"count": say_number(len(members)), "most": say_number(MAX_FILES)}, place)
    for member in members:
        if PurePosixPath(member.filename).name.startswith(".") or "__MACOSX" in member.filename:
            continue
        bytes_ = _unpacked(archive, member, place, inside + member.filename, reading)
        if bytes_.strip():
            yield inside + member.filename, bytes_


def _unpacked(archive: ZipFile, member: ZipInfo, place: Place, name: str, reading: _Reading) -> bytes:
    """Return the content of one file; nothing, and why it was left out, when only this one cannot be read."""
    limit = min(MAX_FILE, reading.left)
    try:
        content = read_member(archive, member, limit, place)
    except ArchiveError as error:
        if error.kind == "protected":
            raise
        if error.kind != "too_large":
            reading.problems.append(f"{reading.file}, {name}: {error.message}")
        elif limit == reading.left:
            why = _("it unpacks to more than %(most)d MB, which no health record does") % {"most": MAX_BYTES // 2**20}
            raise InputError(why, place) from None
        else:
            reading.set_aside(name, _("it is larger than %(most)d MB") % {"most": MAX_FILE // 2**20})
        return b""
    reading.left -= len(content)
    return content


def _json(content: bytes, reading: _Reading) -> bool:
    """Add the resources of a JSON or NDJSON file to the record; return whether it was one."""
    try:
        reading.fhir.append(from_json(content, msgspec.Raw).copy())
    except DecodingError:
        pass
    else:
        return True
    try:
        lines = [from_json(line, msgspec.Raw).copy() for line in content.splitlines() if line.strip()]
    except DecodingError:
        return False
    reading.fhir.extend(lines)
    return True


def _keep(reading: _Reading, name: str, read: Callable[[], Intake]) -> None:
    found = _attempt(reading, name, read)
    if found is not None:
        reading.read.append(found)


def _attempt(reading: _Reading, name: str, work: Callable[[], T]) -> T | None:
    try:
        return work()
    except InputError as error:
        reading.problems.append(f"{reading.file}, {name}: {error.message}")
        return None


__all__ = ["is_archive", "read_archive"]
