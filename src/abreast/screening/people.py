"""Who is to be screened: a folder of records or case files, NDJSON with one of them a line, or a Parquet of facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from abreast.foundation.errors import InputError, Place

_RECORDS = (".json", ".yaml", ".yml")
_LINES = (".ndjson", ".jsonl")
PARTS = ".parts"
"""How the folder ends in which an unfinished screening lies; nothing in it is a record."""


class Chunk(msgspec.Struct, frozen=True):
    """Some of the people.

    They are ``files`` below ``root``, or lines of the file ``root`` (bytes ``start`` to ``stop``; ``first`` is the
    number of the first line), or rows of a Parquet file (``start`` to ``stop``).
    """

    number: int
    root: str
    files: tuple[str, ...] = ()
    start: int = 0
    stop: int = 0
    first: int = 0
    people: int = 0


class Chunks(msgspec.Struct, frozen=True):
    """All of the people, cut into chunks; ``fingerprint`` changes when any of the input does."""

    chunks: tuple[Chunk, ...]
    people: int
    fingerprint: str


def chunks_of(path: Path, size: int) -> Chunks:
    """Return the people at ``path``, at most ``size`` in a chunk; nothing of their records is kept in memory.

    Raises:
        InputError: when there is nothing there, or nothing that could be screened.
    """
    if path.is_dir():
        return _folder(path, size)
    if not path.exists():
        raise InputError("there is no such file or folder", Place(str(path)))
    if path.suffix.lower() == ".parquet":
        return _parquet(path, size)
    if path.suffix.lower() in _LINES:
        return _lines(path, size)
    if path.suffix.lower() in _RECORDS:
        return Chunks((Chunk(0, str(path.parent), (path.name,), people=1),), 1, _digest([path]))
    raise InputError(
        "expected a folder, or a file that ends in .ndjson, .jsonl, .parquet, .json or .yaml", Place(str(path))
    )


def _digest(files: list[Path]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        stat = file.stat()
        digest.update(f"{file}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _folder(path: Path, size: int) -> Chunks:
    files = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in _RECORDS and file.is_file() and file.parent.suffix != PARTS
    )
    if not files:
        raise InputError("this folder holds no .json or .yaml file", Place(str(path)))
    names = [str(file.relative_to(path)) for file in files]
    chunks = tuple(
        Chunk(number, str(path), tuple(names[start : start + size]), people=len(names[start : start + size]))
        for number, start in enumerate(range(0, len(names), size))
    )
    return Chunks(chunks, len(names), _digest(files))


def _lines(path: Path, size: int) -> Chunks:
    chunks: list[Chunk] = []
    start = people = first = line_number = total = 0
    position = 0
    with path.open("rb") as file:
        for line in file:
            position += len(line)
            line_number += 1
            people += bool(line.strip())
            if people == size:
                chunks.append(Chunk(len(chunks), str(path), (), start, position, first + 1, people))
                start, first, total, people = position, line_number, total + people, 0
    if people:
        chunks.append(Chunk(len(chunks), str(path), (), start, position, first + 1, people))
    if not chunks:
        raise InputError("the file is empty", Place(str(path)))
    return Chunks(tuple(chunks), total + people, _digest([path]))


def _parquet(path: Path, size: int) -> Chunks:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"not readable as Parquet: {error}", Place(str(path))) from None
    if "patient" not in file.schema_arrow.names:
        raise InputError("the column 'patient' is missing", Place(str(path)))
    starts = [0]
    for changes in _changes(file):
        starts.extend(changes)
    rows = file.metadata.num_rows
    if not rows:
        raise InputError("the table has no rows", Place(str(path)))
    bounds = [*starts[::size], rows]
    chunks = tuple(
        Chunk(at, str(path), (), bounds[at], bounds[at + 1], people=min(size, len(starts) - at * size))
        for at in range(len(bounds) - 1)
    )
    return Chunks(chunks, len(starts), _digest([path]))


def _changes(file: pq.ParquetFile) -> Iterator[list[int]]:
    """Yield the rows at which another patient begins."""
    row = 0
    last: Any = None
    for batch in file.iter_batches(columns=["patient"], batch_size=65536):
        names = pc.cast(batch.column(0), pa.string())
        values = names.to_numpy(zero_copy_only=False)
        if not len(values):
            continue
        new = np.flatnonzero(values[1:] != values[:-1]) + 1
        first = [row] if row and values[0] != last else []
        yield first + [row + int(at) for at in new]
        last = values[-1]
        row += len(values)


def read_lines(chunk: Chunk) -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of every record of a chunk of lines or files."""
    root = Path(chunk.root)
    if chunk.files:
        for name in chunk.files:
            yield name, (root / name).read_bytes()
        return
    with root.open("rb") as file:
        file.seek(chunk.start)
        for number, line in enumerate(file.read(chunk.stop - chunk.start).splitlines(), start=chunk.first):
            if line.strip():
                yield f"{root.name}:{number}", line


def read_rows(chunk: Chunk) -> pa.Table:
    """Return the rows of a chunk of a Parquet file; only the row groups that hold them are read."""
    file = pq.ParquetFile(chunk.root)
    tables = []
    position = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        low, high = max(chunk.start, position), min(chunk.stop, position + rows)
        if low < high:
            tables.append(file.read_row_group(group).slice(low - position, high - low))
        position += rows
    return pa.concat_tables(tables, promote_options="permissive")
