"""Zip and gzip files, read in memory within bounds: nothing is unpacked to the disk, and a small file that unpacks to a
huge one ends in a message.

Python's readers have no single way of saying that a file is damaged; each layer lets its own error through. For zip the
manual names ``BadZipFile`` and says that unpacking may fail by the checksum, the format or the method besides
(https://docs.python.org/3/library/zipfile.html#decompression-pitfalls); for gzip it names ``BadGzipFile``, ``EOFError``
and ``zlib.error`` (https://docs.python.org/3/library/gzip.html#gzip.BadGzipFile). All of them become one
:class:`ArchiveError` here, and nowhere else.
"""

from __future__ import annotations

import errno
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from abreast.foundation.errors import ArchiveError, Place
from abreast.foundation.language import gettext as _

_DAMAGED = (
    zipfile.BadZipFile,  # the directory, a header or a checksum is wrong
    gzip.BadGzipFile,  # likewise
    zlib.error,  # the packed bytes make no sense
    EOFError,  # they end too soon
    NotImplementedError,  # it asks for a version of the format or for a patch that nothing in use writes
    ValueError,  # a name is no UTF-8, or a place lies before the beginning
    OverflowError,  # a place lies beyond what any file can hold
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others are refused: zipfile unpacks bzip2 and LZMA whole before it cuts them to the size that was asked for."""

_PASSWORD = 0x1 | 0x40
"""Bits of a member's flags: encrypted, and strongly (PKWARE APPNOTE 6.3.10, 4.4.4)."""


def open_zip(stream: IO[bytes], place: Place) -> zipfile.ZipFile:
    """Return a zip archive whose directory has been read; ``place`` is what errors name.

    Raises:
        ArchiveError: ``damaged``.
        OSError: when the disk cannot be read.
    """
    with _told(place):
        return zipfile.ZipFile(stream)


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, place: Place) -> bytes:
    """Return the content of a file in an archive, at the most so many bytes.

    Raises:
        ArchiveError: of any kind.
        OSError: when the disk cannot be read.
    """
    if member.flag_bits & _PASSWORD:
        why = _("the archive is protected with a password; unpack it, and name the files in it")
        raise ArchiveError("protected", why, place)
    if member.compress_type not in _METHODS:
        why = _("it is packed in a way that is not read here; unpack the archive, and name the files in it")
        raise ArchiveError("unsupported", why, place)
    with _told(place), archive.open(member) as packed:
        return _bounded(packed, most, place)


def read_gzip(stream: IO[bytes], most: int, place: Place) -> bytes:
    """Return the content of a gzip file, at the most so many bytes.

    Raises:
        ArchiveError: ``damaged`` or ``too_large``.
        OSError: when the disk cannot be read.
    """
    with _told(place), gzip.open(stream) as packed:
        return _bounded(packed, most, place)


def _bounded(packed: IO[bytes] | gzip.GzipFile, most: int, place: Place) -> bytes:
    content = packed.read(most + 1)
    if len(content) > most:
        why = _("it unpacks to more than %(most)d MB") % {"most": most // 2**20}
        raise ArchiveError("too_large", why, place)
    return content


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Turn every way in which Python says that an archive is damaged into one."""
    try:
        yield
    except _DAMAGED:
        raise _damaged(place) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # else: a place before the beginning, in a file on the disk
            raise
        raise _damaged(place) from None


def _damaged(place: Place) -> ArchiveError:
    return ArchiveError("damaged", _("the archive is damaged or cut off; download it again"), place)


__all__ = ["open_zip", "read_gzip", "read_member"]
