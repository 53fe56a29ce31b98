"""Archives that somebody else made: read within bounds, and whatever is wrong with one is said in one way."""

from __future__ import annotations

import gzip
import random
import struct
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from abreast.foundation.archives import open_zip, read_gzip, read_member
from abreast.foundation.errors import ArchiveError, Place

PLACE = Place("export.zip")
MOST = 2**20
TEXT = b"".join(b"line %d of a record\n" % number for number in range(400))


def zipped(method: int = zipfile.ZIP_DEFLATED, content: bytes = TEXT) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name in ("Patient.json", "a folder/año.txt"):
            made.writestr(name, content)
    return out.getvalue()


def read_all(content: bytes) -> list[bytes]:
    archive = open_zip(BytesIO(content), PLACE)
    return [read_member(archive, member, MOST, PLACE) for member in archive.infolist()]


def gunzip(content: bytes) -> bytes:
    return read_gzip(BytesIO(content), MOST, PLACE)


def kind_of(read: Callable[[bytes], object], content: bytes) -> str:
    """Return how reading ends; any error but ours goes through and fails the test."""
    try:
        read(content)
    except ArchiveError as error:
        return error.kind if str(error).startswith("export.zip: ") else "names another file"
    return "read"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_is_whole_is_read(method: int) -> None:
    assert read_all(zipped(method)) == [TEXT, TEXT]
    assert gunzip(gzip.compress(TEXT)) == TEXT


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_cut_anywhere_is_damaged(method: int) -> None:
    content = zipped(method)
    assert {kind_of(read_all, content[:end]) for end in range(0, len(content), 50)} == {"damaged"}
    assert {kind_of(read_all, content[start:]) for start in range(len(content) - 20, len(content))} == {"damaged"}


def test_a_gzip_cut_anywhere_is_damaged() -> None:
    content = gzip.compress(TEXT)
    assert {kind_of(gunzip, content[:end]) for end in range(1, len(content), 50)} == {"damaged"}


@pytest.mark.parametrize(
    ("read", "content"),
    [(read_all, zipped(zipfile.ZIP_STORED)), (read_all, zipped()), (gunzip, gzip.compress(TEXT))],
    ids=["stored", "deflated", "gzip"],
)
def test_bits_turned_anywhere_are_damage_or_nothing_that_matters(
    read: Callable[[bytes], object], content: bytes
) -> None:
    draw, ends = random.Random(20261121), Counter[str]()
    for place in range(len(content)):
        turned = bytearray(content)
        turned[place] ^= 1 << draw.randrange(8)
        ends[kind_of(read, bytes(turned))] += 1
    assert ends["damaged"] > len(content) / 2
    assert set(ends) <= {"damaged", "read", "protected", "unsupported"}


def test_a_place_before_the_beginning_or_beyond_all_files_is_damage(tmp_path: Path) -> None:
    for place in (b"\xff\xff\xff\xfe", b"\xff" * 4):
        content = bytearray(zipped())
        start = content.index(b"PK\x01\x02")
        content[start + 42 : start + 46] = place
        assert kind_of(read_all, bytes(content)) == "damaged"
    content = bytearray(zipped())
    end = content.index(b"PK\x05\x06")
    content[end + 16 : end + 20] = struct.pack("<L", len(content) * 3)  # of the directory: so all files lie before 0
    assert kind_of(read_all, bytes(content)) == "damaged"
    file = tmp_path / "export.zip"
    file.write_bytes(content)
    with file.open("rb") as stream:
        archive = open_zip(stream, PLACE)
        with pytest.raises(ArchiveError, match="damaged"):
            read_member(archive, archive.infolist()[0], MOST, PLACE)


def test_a_place_that_no_number_of_a_file_can_hold_is_damage() -> None:
    """The 64-bit field for the place of a file (APPNOTE 4.5.3), filled to the brim."""
    content = bytearray(zipped())
    start, end = content.rindex(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    field = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    (name,) = struct.unpack_from("<H", content, start + 28)
    (size,) = struct.unpack_from("<L", content, end + 12)
    struct.pack_into("<L", content, end + 12, size + len(field))
    struct.pack_into("<H", content, start + 30, len(field))
    struct.pack_into("<L", content, start + 42, 0xFFFFFFFF)
    content[start + 46 + name : start + 46 + name] = field
    assert kind_of(read_all, bytes(content)) == "damaged"


def test_a_disk_that_cannot_be_read_is_no_damage(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        read_gzip(Broken(gzip.compress(TEXT)), MOST, PLACE)


def test_a_password_is_told() -> None:
    content = bytearray(zipped())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    assert kind_of(read_all, bytes(content)) == "protected"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bounds_are_refused(method: int) -> None:
    assert kind_of(read_all, zipped(method)) == "unsupported"


def test_no_more_is_unpacked_than_is_allowed() -> None:
    for size, end in ((MOST, "read"), (MOST + 1, "too_large")):
        assert kind_of(read_all, zipped(content=bytes(size))) == end
        assert kind_of(gunzip, gzip.compress(bytes(size))) == end
