"""The errors that abreast raises on purpose.

Every one of them is meant to be read by a person: it names the file, the place in it, and what was
expected there. A surface prints ``str(error)`` and nothing else; no traceback reaches a user.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an input something stands.

    ``file`` is the name shown to the person; ``where`` is a line ("line 12"), a path inside a
    document ("entry[3].resource.code") or empty when the whole file is meant.
    """

    file: str
    where: str = ""

    def __str__(self) -> str:
        """Return ``file, where``, the way every error message begins."""
        return f"{self.file}, {self.where}" if self.where else self.file


class AbreastError(Exception):
    """Base of all errors raised on purpose; ``str()`` of it is a complete message for a person."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        """Keep the message and, when it is known, the place it speaks of."""
        self.message = message
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)


class InputError(AbreastError):
    """A file or an answer that a person gave cannot be read as what it should be."""


class ArchiveError(InputError):
    """A zip or gzip file, or a file in one, cannot be unpacked; ``kind`` says why.

    ``damaged``: cut off, altered, or no such archive at all. ``protected``: with a password. ``unsupported``: packed in
    another way than deflate. ``too_large``: it unpacks to more than the caller allows.
    """

    def __init__(
        self, kind: Literal["damaged", "protected", "unsupported", "too_large"], message: str, place: Place
    ) -> None:
        """Keep the kind beside message and place."""
        self.kind = kind
        super().__init__(message, place)


class DecodingError(InputError):
    """JSON or MessagePack is damaged, or of another shape than was expected; the message says what, and where in it."""


class CaseError(InputError):
    """A case file breaks its format, or a fact does not fit the vocabulary."""


class RuleError(AbreastError):
    """A rule cannot be parsed, or speaks of something that the vocabulary does not have."""


class VocabularyError(AbreastError):
    """The shipped vocabulary contradicts itself. A fault of ours: the tests keep it from a release."""


class KnowledgeError(AbreastError):
    """A knowledge entry breaks its schema, lacks a source, or uses a rule that does not type-check."""


class RegistryError(AbreastError):
    """The trial registry on this machine is missing, damaged, or of an unknown version."""


class Stopped(AbreastError):  # noqa: N818 - nothing went wrong
    """The person asked a long job to stop; what was finished is kept."""
