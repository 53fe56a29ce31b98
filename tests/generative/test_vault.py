"""A locked case comes back as it went; any bit that flips, any cut, any other passphrase is told for what it is."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abreast.foundation.errors import InputError
from abreast.session.vault import (
    DamagedVault,
    Key,
    Stretching,
    WrongPassphrase,
    _stretched,
    is_locked,
    label_of,
    lock,
    one_line,
    open_key,
    unlock,
)

PASSPHRASES = st.text(st.characters(codec="utf-8"), min_size=8, max_size=40)


@lru_cache
def quick(passphrase: str, salt: bytes = b"0123456789abcdef") -> Key:
    """Make a key as the vault does, with the least memory that Argon2 takes: these tests make hundreds."""
    return _stretched(passphrase, Stretching(salt=salt, passes=1, lanes=1, memory=8))


@given(st.binary(max_size=3000), PASSPHRASES, st.text(max_size=100))
def test_what_is_locked_comes_back(plain: bytes, passphrase: str, label: str) -> None:
    content = lock(plain, quick(passphrase), label)
    assert is_locked(content)
    assert label_of(content, "f") == one_line(label)
    assert unlock(content, open_key(content, passphrase, "f"), "f") == plain


@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_bit_that_flips_is_found(plain: bytes, data: st.DataObject) -> None:
    key = quick("a good passphrase")
    content = bytearray(lock(plain, key, "Ada"))
    where = data.draw(st.integers(0, len(content) * 8 - 1))
    content[where // 8] ^= 1 << (where % 8)
    changed = bytes(content)
    for attempt in (
        lambda: unlock(changed, key, "f"),
        lambda: open_key(changed, "a good passphrase", "f"),
        lambda: label_of(changed, "f"),
    ):
        with pytest.raises(InputError) as told:
            attempt()
        assert not isinstance(told.value, WrongPassphrase)
        assert isinstance(told.value, DamagedVault) or "newer version" in str(told.value)


def test_every_single_bit_of_one_file_counts() -> None:
    key = quick("a good passphrase")
    content = lock(b"stage IV", key, "Ada")
    for where in range(len(content) * 8):
        changed = bytearray(content)
        changed[where // 8] ^= 1 << (where % 8)
        with pytest.raises(InputError):
            unlock(bytes(changed), key, "f")


@given(st.binary(max_size=200), st.data())
def test_a_file_that_was_cut_or_grew_is_damaged(plain: bytes, data: st.DataObject) -> None:
    key = quick("a good passphrase")
    content = lock(plain, key, "Ada")
    cut = data.draw(st.integers(1, len(content)))
    more = data.draw(st.binary(min_size=1, max_size=20))
    for changed in (content[:-cut], content + more):
        with pytest.raises(DamagedVault):
            unlock(changed, key, "f")
        with pytest.raises(DamagedVault):
            open_key(changed, "a good passphrase", "f")


@settings(max_examples=50)
@given(PASSPHRASES, PASSPHRASES)
def test_another_passphrase_is_a_wrong_one(first: str, second: str) -> None:
    content = lock(b"stage IV", quick(first), "")
    if quick(first).secret == quick(second).secret:  # the same letters, typed another way
        assert unlock(content, open_key(content, second, "f"), "f") == b"stage IV"
        return
    with pytest.raises(WrongPassphrase):
        open_key(content, second, "f")


@given(st.binary(max_size=300))
def test_nothing_of_the_content_can_be_read_and_no_two_writings_are_alike(plain: bytes) -> None:
    key = quick("a good passphrase")
    marked = b"stage IV, Elmwood Avenue " + plain
    first, second = lock(marked, key, "Ada"), lock(marked, key, "Ada")
    assert b"Elmwood" not in first
    assert first != second
    assert b"a good passphrase" not in first
    assert key.secret not in first
