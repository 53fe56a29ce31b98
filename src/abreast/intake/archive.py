"""A zip archive from a portal: its FHIR files are one record, its clinical documents and reports are read one by one.

Nothing is unpacked to the disk. What an archive may hold is bounded before and while it is read, so that a small file
that unpacks to a huge one ends in a message.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import TypeVar

import msgspec

from abreast.foundation.errors import InputError, Place
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
_PASSWORD = 0x1
_REPORTS = (".pdf", ".txt", ".text")
_NOT_READ = "it is no record and no report that abreast reads in an archive; name it by itself if it is one"


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
        self.unused.append(Unused(f"{self.file}, {name}", "file", why))


def read_archive(content: bytes, file: str, vocabulary: Vocabulary, *, patient: str = "") -> Intake:
    """Read what a portal hands out as one zip: FHIR (JSON, NDJSON), C-CDA, PDF and text, also in a zip inside.

    A file in it that cannot be read is told, and the others are read all the same.

    Raises:
        InputError: when it is damaged, protected, unpacks to too much, or holds nothing that could be read.
    """
    reading = _Reading(file)
    _walk(content, "", reading, vocabulary, depth=0)
    if reading.fhir:
        read = _attempt(reading, "its FHIR files", lambda: _record(reading, vocabulary, patient))
        if read is not None:
            reading.read.insert(0, read)
    if not reading.read:
        why = f": {reading.problems[0]}" if reading.problems else ""
        raise InputError(f"no record and no report could be read in this archive{why}", Place(file))
    rest = Intake(unused=tuple(reading.unused), problems=tuple(reading.problems))
    return joined([*reading.read, rest])


def _record(reading: _Reading, vocabulary: Vocabulary, patient: str) -> Intake:
    return read_fhir(msgspec.json.encode(reading.fhir), reading.file, vocabulary, patient=patient or None)


def _walk(content: bytes, inside: str, reading: _Reading, vocabulary: Vocabulary, depth: int) -> None:
    for name, bytes_ in _files(content, inside, reading):
        digest = hashlib.blake2b(bytes_).digest()
        if digest in reading.seen:
            reading.set_aside(name, "it is the same file again")
            continue
        reading.seen.add(digest)
        if is_archive(bytes_):
            if depth:
                reading.set_aside(name, "it is an archive in an archive in an archive")
            else:
                _attempt(reading, name, lambda: _walk(bytes_, f"{name} / ", reading, vocabulary, depth + 1))  # noqa: B023
        elif b'"resourceType"' in bytes_ and _json(bytes_, reading):
            continue
        elif is_document(bytes_):
            _keep(reading, name, lambda: read_document(bytes_, f"{reading.file}, {name}", vocabulary))  # noqa: B023
        elif name.casefold().endswith(_REPORTS) and reading.reports < _MAX_REPORTS:
            from abreast.intake.report import read_report

            reading.reports += 1
            _keep(reading, name, lambda: read_report(bytes_, f"{reading.file}, {name}", vocabulary))  # noqa: B023
        else:
            reading.set_aside(name, _NOT_READ)


def _files(content: bytes, inside: str, reading: _Reading) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of an archive's files, in the order of their names."""
    place = Place(reading.file, inside.strip(" /"))
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        members = sorted((one for one in archive.infolist() if not one.is_dir()), key=lambda one: one.filename)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise InputError("the zip archive is damaged or cut off; download it again", place) from None
    if len(members) > MAX_FILES:
        raise InputError(f"it holds {len(members):,} files; expected at most {MAX_FILES:,}", place)
    for member in members:
        name = inside + member.filename
        if PurePosixPath(member.filename).name.startswith(".") or "__MACOSX" in member.filename:
            continue
        if member.flag_bits & _PASSWORD:
            raise InputError("the archive is protected with a password; unpack it, and name the files in it", place)
        limit = min(MAX_FILE, reading.left)
        try:
            with archive.open(member) as opened:
                bytes_ = opened.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
            reading.problems.append(f"{reading.file}, {name}: damaged in the archive; it was not read")
            continue
        if len(bytes_) > limit:
            if limit == reading.left:
                raise InputError(f"it unpacks to more than {MAX_BYTES // 2**20} MB, which no health record does", place)
            reading.set_aside(name, f"it is larger than {MAX_FILE // 2**20} MB")
            continue
        reading.left -= len(bytes_)
        if bytes_.strip():
            yield name, bytes_


def _json(content: bytes, reading: _Reading) -> bool:
    """Add the resources of a JSON or NDJSON file to the record; return whether it was one."""
    try:
        reading.fhir.append(msgspec.json.decode(content, type=msgspec.Raw).copy())
    except (msgspec.DecodeError, RecursionError):
        pass
    else:
        return True
    try:
        lines = [msgspec.json.decode(line, type=msgspec.Raw).copy() for line in content.splitlines() if line.strip()]
    except (msgspec.DecodeError, RecursionError):
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
