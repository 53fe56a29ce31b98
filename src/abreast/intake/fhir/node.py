"""Looking into a FHIR resource without trusting its shape.

A :class:`Node` is a place in a JSON value together with its FHIR path. Whatever is asked of it, it answers with what
is there, or with nothing; a value of the wrong type is noted (place and reason) and then treated as missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from abreast.foundation.dates import PartialDate
from abreast.foundation.language import gettext, mark

_KIND: dict[type, str] = {
    dict: mark("an object"),
    list: mark("a list"),
    str: mark("text"),
    bool: mark("yes or no"),
    int: mark("a number"),
    float: mark("a number"),
    type(None): mark("nothing"),
}
_TAG = re.compile(
    r"\s*\((?:disorder|finding|procedure|body structure|morphologic abnormality|qualifier value|situation|event|"
    r"substance|product|medicinal product|observable entity|tumor staging|regime/therapy)\)\s*$",
    re.IGNORECASE,
)


def kind_of(value: object) -> str:
    """Return what a JSON value is, in words."""
    return gettext(_KIND.get(type(value), _KIND[type(None)]))


def fold(text: str) -> str:
    """Return the text as names are compared: lower case, hyphens and quotes as spaces, no SNOMED CT tag at the end."""
    bare = _TAG.sub("", text)
    return " ".join(re.sub(r"[-‐-―_'’`]+", " ", bare.casefold()).split())


def bare(text: str) -> str:
    """Return folded text without punctuation, for comparing whole answers."""
    return " ".join(re.sub(r"[()\[\],;:.]+", " ", fold(text)).split())


@dataclass(frozen=True, slots=True)
class Coding:
    """A code with the short name of its system ("" when unknown)."""

    system: str
    code: str
    display: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A CodeableConcept: its codings, and every text that names it, without SNOMED CT tags."""

    codings: tuple[Coding, ...] = ()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is a code or a name at all."""
        return bool(self.codings or self.names)

    def __str__(self) -> str:
        """Return the first name, or the first code."""
        if self.names:
            return self.names[0]
        return f"{self.codings[0].system or 'code'} {self.codings[0].code}" if self.codings else "no code"


@dataclass(frozen=True, slots=True)
class Node:
    """A value inside a resource and the path that leads to it; ``wrong`` collects values of the wrong type."""

    value: Any
    path: str = ""
    wrong: list[tuple[str, str]] = field(default_factory=list, repr=False, compare=False)

    def __bool__(self) -> bool:
        """Return whether there is anything here."""
        return self.value is not None

    def _note(self, expected: str) -> None:
        self.wrong.append((self.path, f"expected {expected}, found {kind_of(self.value)}"))

    def _child(self, value: Any, path: str) -> Node:
        return Node(value, path, self.wrong)

    def get(self, name: str) -> Node:
        """Return the element called ``name``; of a list with a single object, look into that."""
        inside = self.value
        if isinstance(inside, list) and len(inside) == 1:
            inside = inside[0]
        path = f"{self.path}.{name}" if self.path else name
        if isinstance(inside, dict):
            return self._child(inside.get(name), path)
        if inside is not None:
            self._note("an object")
        return self._child(None, path)

    def each(self, name: str = "") -> Iterator[Node]:
        """Yield the items of a repeating element; a single value where a list is expected counts as one item."""
        here = self.get(name) if name else self
        if isinstance(here.value, list):
            for index, item in enumerate(here.value):
                if item is not None:
                    yield here._child(item, f"{here.path}[{index}]")
        elif here.value is not None:
            yield here

    def objects(self, name: str) -> Iterator[Node]:
        """Yield the items of a repeating element that are objects; note those that are not."""
        for item in self.each(name):
            if isinstance(item.value, dict):
                yield item
            else:
                item._note("an object")

    def names(self) -> tuple[str, ...]:
        """Return the names of the elements here, in their order."""
        return tuple(key for key in self.value if isinstance(key, str)) if isinstance(self.value, dict) else ()

    def text(self, name: str = "") -> str:
        """Return the text here, or ""."""
        here = self.get(name) if name else self
        if isinstance(here.value, str):
            return here.value.strip()
        if here.value is not None:
            here._note("text")
        return ""

    def number(self, name: str = "") -> float | None:
        """Return the number here, also one that was sent as text; ``None`` when it is none or not finite."""
        here = self.get(name) if name else self
        if isinstance(here.value, str):
            try:
                number = float(here.value)
            except ValueError:
                here._note("a number")
                return None
        elif isinstance(here.value, (int, float)) and not isinstance(here.value, bool):
            try:
                number = float(here.value)
            except OverflowError:
                return None
        else:
            if here.value is not None:
                here._note("a number")
            return None
        return number if math.isfinite(number) else None

    def date(self, name: str = "") -> PartialDate | None:
        """Return the date here, of any precision; ``None`` when there is none that can be read."""
        here = self.get(name) if name else self
        if here.value is None:
            return None
        text = here.text()
        try:
            return PartialDate.parse(text)
        except ValueError:
            if text:
                here.wrong.append((here.path, "not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)"))
            return None

    def extensions(self, name: str) -> Iterator[Node]:
        """Yield the extensions here whose address ends in ``name``."""
        for extension in self.objects("extension"):
            url = extension.text("url")
            if url == name or url.endswith(f"/{name}"):
                yield extension

    def value_x(self) -> Iterator[tuple[str, Node]]:
        """Yield every value[x] here: its type ("Quantity", "CodeableConcept") and the value."""
        for key in self.names():
            if key.startswith("value") and len(key) > len("value") and key[len("value")].isupper():
                yield key[len("value") :], self.get(key)


__all__ = ["Coding", "Concept", "Node", "bare", "fold", "kind_of"]
