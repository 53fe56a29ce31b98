"""Files are there whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from abreast.foundation.packed import write_whole, writing_whole


def test_a_file_is_written_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "case.yaml"
    write_whole(file, b"words")
    assert file.read_bytes() == b"words"
    assert file.stat().st_mode & 0o777 == 0o600
    write_whole(file, b"others", mode=0o644)
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"others", 0o644)


@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
def test_what_was_there_stays_when_writing_is_broken_off(tmp_path: Path, error: BaseException) -> None:
    file = tmp_path / "plan.pdf"
    write_whole(file, b"before")

    def write() -> None:
        with writing_whole(file) as stream:
            stream.write(b"half of")
            raise error

    with pytest.raises(type(error)):
        write()
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("number", "named"), [(errno.ENOSPC, True), (errno.ECONNRESET, False)])
def test_a_full_disk_names_the_file_that_was_being_written(tmp_path: Path, number: int, named: bool) -> None:
    file = tmp_path / "plan.html"

    def write() -> None:
        with writing_whole(file):
            raise OSError(number, "as the system says it")

    with pytest.raises(OSError, match="as the system says it") as error:
        write()
    assert error.value.filename == (str(file) if named else None)
