"""Data files read once, and kept ready for the next start.

Reading a thousand entries of YAML takes longer than a person wants to wait for a command. What was read
is therefore kept, packed, in the user's cache folder, under a name made from the size and time of every
file it was read from: a changed file is read anew, and a lost cache costs only time. The cache holds
nothing but what ships with abreast.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import platformdirs

from abreast.foundation.decoding import from_msgpack
from abreast.foundation.errors import DecodingError

T = TypeVar("T")

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def cache_folder() -> Path:
    """Return the folder for what can be made again; ``ABREAST_CACHE`` in the environment moves it."""
    return Path(os.environ.get("ABREAST_CACHE") or platformdirs.user_cache_dir("abreast"))


def data_folder() -> Path:
    """Return the folder for the trial registry and for what a person saves; ``ABREAST_HOME`` moves it."""
    return Path(os.environ.get("ABREAST_HOME") or platformdirs.user_data_dir("abreast"))


def fingerprint(files: Iterable[Path], salt: str = "") -> str:
    """Return a short name that changes when any of the files, or ``salt``, does."""
    digest = hashlib.blake2b(salt.encode(), digest_size=16)
    for file in sorted(files):
        stat = file.stat()
        digest.update(f"{file}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def packed(name: str, files: Iterable[Path], shape: type[T], build: Callable[[], T], salt: str = "") -> T:
    """Return ``build()``, or what it returned the last time if no file has changed since.

    ``shape`` is the type that :mod:`msgspec` decodes the kept bytes to. A cache that cannot be read or
    written is as good as none.
    """
    kept = cache_folder() / f"{name}-{fingerprint(files, salt)}.msgpack"
    try:
        with kept_for_good():
            return from_msgpack(kept.read_bytes(), shape)
    except (OSError, DecodingError):
        pass
    value = build()
    with contextlib.suppress(OSError):
        write_whole(kept, msgspec.msgpack.encode(value))
        for other in kept.parent.glob(f"{name}-*.msgpack"):
            if other != kept:
                other.unlink(missing_ok=True)
    return value


@contextlib.contextmanager
def kept_for_good() -> Iterator[None]:
    """Read what stays until the process ends, and keep the collector of unreachable values away from it.

    It would walk all that was read so far again and again while it grows, and once more whenever much else was made:
    that was two thirds of the time in which the lexicon is unpacked. See
    https://docs.python.org/3.11/library/gc.html#gc.freeze.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


@contextlib.contextmanager
def writing_whole(path: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Write to a file that is there whole after the block, or not at all; what stood there before stays until then.

    It is on the disk when this returns, and readable by its owner only unless ``mode`` says so.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _FULL:
            error.filename = str(path)  # writing names no file
        raise


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file at once, as :func:`writing_whole` does."""
    with writing_whole(path, mode) as file:
        file.write(content)
