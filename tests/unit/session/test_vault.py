"""Passphrases: which are taken, how they may be typed, and that neither they nor keys are ever shown."""

from __future__ import annotations

import json

import msgspec
import pytest

from abreast.foundation.errors import InputError
from abreast.session.vault import (
    DamagedVault,
    Key,
    WrongPassphrase,
    _Container,
    _sum,
    _written,
    check_new,
    lock,
    new_key,
    open_key,
    unlock,
)


@pytest.fixture(scope="module")
def key() -> Key:
    return new_key("four words of mine")


def test_the_key_is_made_as_rfc_9106_recommends_and_each_has_its_salt(key: Key) -> None:
    how = key.stretching
    assert (how.name, how.passes, how.lanes, how.memory, len(how.salt)) == ("argon2id", 3, 4, 64 * 1024, 16)
    assert new_key("four words of mine").stretching.salt != how.salt


def test_neither_passphrase_nor_key_is_shown(key: Key) -> None:
    content = lock(b"stage IV", key, "Ada")
    shown = repr(key) + str(key) + content.decode()
    assert "four words" not in shown
    assert repr(key.secret)[2:-1] not in shown
    with pytest.raises(WrongPassphrase) as told:
        open_key(content, "five words of mine", "case.yaml")
    assert "five words" not in str(told.value) + repr(told.value)


@pytest.mark.parametrize(
    ("passphrase", "again", "words"),
    [("short", None, "at least 8"), ("x" * 1025, None, "at most"), ("long enough", "long enougH", "not the same")],
)
def test_a_passphrase_that_is_not_taken_says_why(passphrase: str, again: str | None, words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_new(passphrase, again)


@pytest.mark.parametrize(
    ("first", "second"), [("contraseña de Inés", "contrasen\u0303a de Ine\u0301s"), ("two words!", "two\u00a0words!")]
)
def test_the_same_letters_typed_on_another_keyboard_open_it(first: str, second: str) -> None:
    content = lock(b"stage IV", new_key(first), "")
    assert unlock(content, open_key(content, second, "f"), "f") == b"stage IV"


def test_what_somebody_changed_on_purpose_is_found_even_with_a_right_sum(key: Key) -> None:
    content = lock(b"stage IV", key, "Ada")
    for name, value in (("label", "Grace"), ("nonce", bytes(12))):
        container = msgspec.structs.replace(msgspec.json.decode(content, type=_Container), **{name: value})
        before = msgspec.structs.replace(container, sum=b"", body=b"")
        forged = _written(msgspec.structs.replace(container, sum=_sum(before, container.body)))
        with pytest.raises(DamagedVault, match="changed by something other"):
            unlock(forged, key, "f")


def test_a_file_that_asks_for_more_memory_than_abreast_ever_does_is_refused(key: Key) -> None:
    raw = json.loads(lock(b"stage IV", key, "Ada"))
    raw["key"]["memory"] = 2**31
    with pytest.raises(DamagedVault):
        open_key(json.dumps(raw, separators=(",", ":")).encode() + b"\n", "four words of mine", "f")


def test_a_case_of_a_later_version_is_not_called_damaged(key: Key) -> None:
    later = lock(b"stage IV", key, "Ada").replace(b"locked/1", b"locked/2", 1)
    with pytest.raises(InputError, match="newer version"):
        open_key(later, "four words of mine", "f")


def test_a_case_that_was_locked_anew_meanwhile_is_told(key: Key) -> None:
    other = lock(b"stage IV", new_key("other words"), "Ada")
    with pytest.raises(WrongPassphrase, match="another passphrase meanwhile"):
        unlock(other, key, "f")
