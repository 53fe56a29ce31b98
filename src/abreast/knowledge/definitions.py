"""Named pieces of rules, so that a phrase many entries share is written, reviewed and corrected in one place.

``data/definitions.yaml`` gives a name its rule. An entry writes ``@name``, or ``@name(...)`` where the rule of the
definition has a ``$``, which then stands for what is between the parentheses. The piece is put in as text, inside
parentheses, before the rule is read; what the evaluator sees and what an explanation shows is the whole rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from abreast.foundation.errors import KnowledgeError, Place
from abreast.foundation.yaml import read_yaml

FILE = "definitions.yaml"
_USE = re.compile(r"@([a-z][a-z0-9_]*)(?:\(([^()]*)\))?")
_DEEPEST = 8


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule with a name; ``why`` tells a reviewer what it means and why it is so."""

    rule: str
    why: str


def read_definitions(folder: Path) -> dict[str, Definition]:
    """Return the definitions of a folder of packs; none when it has no such file.

    Raises:
        KnowledgeError: when the file does not have the form that this module describes.
    """
    file = folder / FILE
    if not file.exists():
        return {}
    stat = file.stat()
    return dict(_read(file, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int, _size: int) -> dict[str, Definition]:
    raw = read_yaml(file.read_text(encoding="utf-8"), FILE)
    try:
        return msgspec.convert(raw or {}, dict[str, Definition])
    except msgspec.ValidationError as error:
        raise KnowledgeError(str(error), Place(FILE)) from None


def expanded(text: str, definitions: Mapping[str, Definition], place: Place | None = None) -> str:
    """Return the rule with every ``@name`` replaced.

    Raises:
        KnowledgeError: naming ``place``, when a name has no definition, when something is handed to a definition
            without a ``$`` (or nothing to one with it), or when definitions go round in a circle.
    """
    for _ in range(_DEEPEST):
        if "@" not in text:
            return text
        text = _USE.sub(lambda use: _piece(use, definitions, place), text)
    raise KnowledgeError(f"the definitions go round in a circle: {text[:80]!r}", place)


def _piece(use: re.Match[str], definitions: Mapping[str, Definition], place: Place | None) -> str:
    name, handed = use.group(1), use.group(2)
    definition = definitions.get(name)
    if definition is None:
        raise KnowledgeError(f"there is no definition @{name} in {FILE}", place)
    if ("$" in definition.rule) != (handed is not None):
        expects = "something in parentheses" if "$" in definition.rule else "nothing in parentheses"
        raise KnowledgeError(f"@{name} takes {expects}", place)
    return f"({definition.rule.replace('$', handed or '')})"


__all__ = ["FILE", "Definition", "expanded", "read_definitions"]
