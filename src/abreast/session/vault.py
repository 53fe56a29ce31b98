"""Locking a case with a passphrase.

A locked case is one JSON file that holds everything that is kept of the case: nothing of it lies beside it. What can be
read without the passphrase is the name that the person chose for the list, how the key is made, and sums; the rest is
encrypted and authenticated with AES-256-GCM (NIST SP 800-38D, a fresh random 96-bit nonce for each writing) under a key
that Argon2id makes from the passphrase (RFC 9106, the second recommended setting: 3 passes, 4 lanes, 64 MiB). All that
stands before the body is authenticated with it. ``docs/case-file.md`` describes the file; docs/decisions/ says why.

A wrong passphrase, a damaged file and a file that somebody changed on purpose are told apart: the sum covers the whole
file, the check is made from the key alone, and the body has its own tag. Neither the passphrase nor the key is ever
written, and neither is shown when one of these values is printed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.foundation.language import gettext as _

FORMAT = "locked/1"
START = b'{"abreast":"locked/'
"""How every locked file begins, of this version or a later one."""
CIPHER = "aes-256-gcm"

FEWEST_CHARACTERS = 8
"""Shorter ones are guessed soon, however slowly a key is made. The pages advise four words."""
MOST_CHARACTERS = 1024

_NONCE = 12
_KEY = 32
_SALT = 16
_MOST_MEMORY = 1024 * 1024
_MOST_PASSES = 20
_MOST_LANES = 16
"""A file that asks for more than this was not written by abreast: 1 GiB, 20 passes, 16 lanes."""


class WrongPassphrase(InputError):  # noqa: N818 - read as a sentence where it is raised
    """The passphrase is not the one that the case was locked with; the file itself is in order."""


class DamagedVault(InputError):  # noqa: N818 - likewise
    """A locked case is not as it was written: cut short, changed by a fault of the disk, or on purpose."""


class Locked(InputError):  # noqa: N818 - likewise
    """A case is locked, and nobody gave a passphrase."""


class Stretching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the key is made from the passphrase: Argon2id (RFC 9106). ``memory`` is in KiB."""

    name: str = "argon2id"
    salt: bytes = b""
    passes: int = 3
    lanes: int = 4
    memory: int = 65536


class _Container(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: what can be read without the key, then the body."""

    abreast: str
    label: str
    read_me: str
    key: Stretching
    check: bytes
    cipher: str
    nonce: bytes
    sum: bytes
    body: bytes


READ_ME = "This case is locked with a passphrase. Open it with abreast."


@dataclass(frozen=True)
class Key:
    """The key of one locked case, ready for reading and writing; the passphrase itself is not kept."""

    stretching: Stretching
    secret: bytes = field(repr=False)

    @property
    def check(self) -> bytes:
        """What tells a right key from a wrong one, and nothing else about it."""
        return hmac.new(self.secret, b"abreast locked/1 check", hashlib.sha256).digest()[:16]


Ask = Callable[[str], str]
"""Called with the name of a locked case, to be given its passphrase."""


# --- passphrases ---------------------------------------------------------------------------------------------------


def check_new(passphrase: str, again: str | None = None) -> None:
    """Refuse a new passphrase that is too short, too long, or was not typed twice the same.

    Raises:
        InputError: saying what is wrong with it.
    """
    if len(_prepared(passphrase)) < FEWEST_CHARACTERS:
        raise InputError(_("A passphrase needs at least %(count)d characters.") % {"count": FEWEST_CHARACTERS})
    if len(passphrase) > MOST_CHARACTERS:
        raise InputError(_("A passphrase can have at most %(count)d characters.") % {"count": MOST_CHARACTERS})
    if again is not None and again != passphrase:
        raise InputError(_("The two passphrases are not the same. Type both again."))


def _prepared(passphrase: str) -> str:
    """Return a passphrase as every keyboard gives it: other spaces as a space, letters composed (RFC 8265, 4.2)."""
    spaced = "".join(" " if unicodedata.category(one) == "Zs" else one for one in passphrase)
    return unicodedata.normalize("NFC", spaced)


def new_key(passphrase: str) -> Key:
    """Make a key from a new passphrase, with a salt of its own. Takes a fifth of a second and 64 MiB, on purpose.

    Raises:
        InputError: when the passphrase is too short or too long.
    """
    check_new(passphrase)
    return _stretched(passphrase, Stretching(salt=secrets.token_bytes(_SALT)))


def _stretched(passphrase: str, how: Stretching) -> Key:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    made = Argon2id(salt=how.salt, length=_KEY, iterations=how.passes, lanes=how.lanes, memory_cost=how.memory)
    return Key(how, made.derive(_prepared(passphrase).encode()))


# --- locking and opening -------------------------------------------------------------------------------------------


def is_locked(content: bytes) -> bool:
    """Whether a file is a locked case, of this version or a later one, be it damaged."""
    return content.startswith(START) or f'"cipher":"{CIPHER}"'.encode() in content[:2000]


def lock(plain: bytes, key: Key, label: str) -> bytes:
    """Return the locked file of some bytes. ``label`` can be read by anybody who has the file."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    empty = _Container(FORMAT, one_line(label), READ_ME, key.stretching, key.check, CIPHER, nonce, sum=b"", body=b"")
    body = AESGCM(key.secret).encrypt(nonce, plain, _written(empty))
    return _written(msgspec.structs.replace(empty, sum=_sum(empty, body), body=body))


def open_key(content: bytes, passphrase: str, file: str) -> Key:
    """Return the key of a locked file.

    Raises:
        DamagedVault: when the file is not whole; said before anything is made of the passphrase.
        WrongPassphrase: when the file is whole and the passphrase is another.
    """
    container = _read(content, file)
    if len(passphrase) > MOST_CHARACTERS:
        raise WrongPassphrase(_("This is not the passphrase of this case."), Place(file))
    key = _stretched(passphrase, container.key)
    if not hmac.compare_digest(key.check, container.check):
        raise WrongPassphrase(_("This is not the passphrase of this case."), Place(file))
    return key


def unlock(content: bytes, key: Key, file: str) -> bytes:
    """Return what is in a locked file.

    Raises:
        DamagedVault: when it is not whole, or was changed by somebody without the key.
        WrongPassphrase: when it was locked with another key.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    container = _read(content, file)
    if container.key != key.stretching or not hmac.compare_digest(key.check, container.check):
        raise WrongPassphrase(_("This case was locked with another passphrase meanwhile."), Place(file))
    before = msgspec.structs.replace(container, sum=b"", body=b"")
    try:
        return AESGCM(key.secret).decrypt(container.nonce, container.body, _written(before))
    except InvalidTag:
        raise DamagedVault(_("This locked case was changed by something other than abreast."), Place(file)) from None


def fits(content: bytes, key: Key) -> bool:
    """Whether a file is one that was locked with this key; a damaged one is not."""
    try:
        container = _read(content, "")
    except InputError:
        return False
    return container.key == key.stretching and hmac.compare_digest(key.check, container.check)


def label_of(content: bytes, file: str) -> str:
    """Return the name that the person chose for the list.

    Raises:
        DamagedVault: when the file is not whole.
    """
    return _read(content, file).label


def one_line(label: str) -> str:
    """Return a name on one line, without signs that are not to be seen, and not too long for a list."""
    seen = "".join(one if one.isprintable() else " " for one in label)
    return re.sub(r"\s+", " ", seen).strip()[:80]


# --- the file ------------------------------------------------------------------------------------------------------


def _read(content: bytes, file: str) -> _Container:
    """Return the parts of a locked file. Any byte that is not as it was written makes it a damaged one."""
    damaged = DamagedVault(
        _("This locked case is damaged: it was cut short or changed. Use a copy, if you have one."), Place(file)
    )
    version = re.match(rb'\{"abreast":"locked/(\d{1,4})"', content)
    if version and version[1] != b"1":
        raise InputError(_("This case was locked by a newer version of abreast."), Place(file))
    try:
        container = from_json(content, _Container)
    except DecodingError:
        raise damaged from None
    how = container.key
    in_order = (
        _written(container) == content
        and container.abreast == FORMAT
        and container.cipher == CIPHER
        and how.name == "argon2id"
        and len(how.salt) == _SALT
        and len(container.nonce) == _NONCE
        and 1 <= how.passes <= _MOST_PASSES
        and 1 <= how.lanes <= _MOST_LANES
        and 8 * how.lanes <= how.memory <= _MOST_MEMORY
        and hmac.compare_digest(
            container.sum, _sum(msgspec.structs.replace(container, sum=b"", body=b""), container.body)
        )
    )
    if not in_order:
        raise damaged
    return container


def _written(container: _Container) -> bytes:
    return msgspec.json.encode(container) + b"\n"


def _sum(before: _Container, body: bytes) -> bytes:
    """Return the sum of everything but itself: it finds what a disk or a copy damaged, not what somebody forged."""
    return hashlib.sha256(_written(before) + body).digest()


__all__ = [
    "FEWEST_CHARACTERS",
    "MOST_CHARACTERS",
    "Ask",
    "DamagedVault",
    "Key",
    "Locked",
    "Stretching",
    "WrongPassphrase",
    "check_new",
    "fits",
    "is_locked",
    "label_of",
    "lock",
    "new_key",
    "one_line",
    "open_key",
    "unlock",
]
