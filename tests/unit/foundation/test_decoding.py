"""JSON and MessagePack that somebody else wrote: whatever is wrong with them is said in one way."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from abreast.foundation.decoding import from_json, from_msgpack
from abreast.foundation.errors import DecodingError
from abreast.foundation.packed import packed


class Named(msgspec.Struct):
    name: str
    parts: tuple[int, ...] = ()


WHOLE = Named("año", (1, 2, 300))


def test_what_is_whole_comes_back() -> None:
    assert from_json(msgspec.json.encode(WHOLE), Named) == WHOLE
    assert from_json('{"name": [1, null]}') == {"name": [1, None]}
    assert from_msgpack(msgspec.msgpack.encode(WHOLE), Named) == WHOLE


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "truncated"),
        (b'{"name": "cut', "truncated"),
        (b'{"name": 3}', "Expected `str`, got `int` - at `$.name`"),
        (b"{}", "missing required field `name`"),
        (b'{"name": "\xff"}', "can't decode byte 0xff"),
        (b'{"name": "x", "more": ' + b"[" * 100_000, "nested too deeply"),
        ('{"name": "\ud800"}', "surrogates not allowed"),
    ],
)
def test_what_is_wrong_is_told(content: bytes | str, why: str) -> None:
    with pytest.raises(DecodingError, match=why.replace("$", r"\$")):
        from_json(content, Named)


@pytest.mark.parametrize(
    ("read", "content"),
    [(from_json, msgspec.json.encode(WHOLE)), (from_msgpack, msgspec.msgpack.encode(WHOLE))],
    ids=["json", "msgpack"],
)
def test_any_damage_is_told_or_does_not_matter(read: Any, content: bytes) -> None:
    draw, ends = random.Random(20261121), set()
    for _ in range(3000):
        damaged = bytearray(content[: draw.randrange(len(content) + 1)])
        for _ in range(draw.randrange(4) if damaged else 0):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            ends.add(type(read(bytes(damaged), Named)))
        except DecodingError:
            ends.add(DecodingError)
    assert ends == {Named, DecodingError}


def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_CACHE", str(tmp_path))
    assert packed("names", [], Named, lambda: WHOLE) == WHOLE
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes().replace("ñ".encode(), b"\xff\xff"))
    made = Named("anew")
    assert packed("names", [], Named, lambda: made) == made
