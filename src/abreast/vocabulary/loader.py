"""Reading the vocabulary from the data files beside this module."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from abreast.foundation.errors import VocabularyError
from abreast.foundation.packed import fingerprint, packed
from abreast.foundation.yaml import read_yaml
from abreast.vocabulary.model import Attribute, Term, Unit, Vocabulary
from abreast.vocabulary.quantity import parse_quantity

T = TypeVar("T")
DATA = Path(__file__).parent / "data"


class Content(msgspec.Struct, frozen=True):
    """All that the files hold, in the form that is kept between starts."""

    attributes: dict[str, Attribute]
    terms: dict[str, dict[str, Term]]
    units: dict[str, Unit]


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with abreast, read once per process."""
    files = sorted((DATA / "units.yaml", *(DATA / "attributes").rglob("*.yaml"), *(DATA / "terms").rglob("*.yaml")))
    content = packed("vocabulary", files, Content, lambda: read_folder(DATA))
    return Vocabulary(content.attributes, content.terms, content.units, fingerprint(files))


def read_folder(folder: Path) -> Content:
    """Read ``units.yaml``, ``attributes/*.yaml`` and ``terms/`` (a file, or a folder of files, per term set).

    Raises:
        VocabularyError: naming the file and entry, when one does not have the form of its struct or stands twice.
    """
    units = {
        code: _convert(raw, Unit, folder / "units.yaml", code) for code, raw in _read(folder / "units.yaml").items()
    }
    attributes: dict[str, Attribute] = {}
    for file in sorted((folder / "attributes").glob("*.yaml")):
        for raw in _read(file):
            attribute = _convert(_with_quantities(raw), Attribute, file, raw.get("id"))
            if attribute.id in attributes:
                raise VocabularyError(f"{file.name}: the attribute {attribute.id!r} stands twice")
            attributes[attribute.id] = attribute
    terms: dict[str, dict[str, Term]] = {}
    for file in sorted((folder / "terms").rglob("*.yaml")):
        name = file.stem if file.parent.name == "terms" else file.parent.name
        terms_of_set = terms.setdefault(name, {})
        for raw in _read(file):
            term = _convert(raw, Term, file, raw.get("id"))
            if term.id in terms_of_set:
                raise VocabularyError(f"{file.name}: the term {term.id!r} stands twice in {name}")
            terms_of_set[term.id] = term
    return Content(attributes=attributes, terms=terms, units=units)


def _read(file: Path) -> Any:
    return read_yaml(file.read_text(encoding="utf-8"), file.name)


def _with_quantities(raw: dict[str, Any]) -> dict[str, Any]:
    limits = {
        key: parse_quantity(str(raw[key]), raw.get("unit", "")) for key in ("normal_low", "normal_high") if key in raw
    }
    return {**raw, **{key: msgspec.to_builtins(limit) for key, limit in limits.items()}}


def _convert(raw: object, shape: type[T], file: Path, entry: object) -> T:
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise VocabularyError(f"{file.name}, {entry}: {error}") from None


__all__ = ["DATA", "load_vocabulary", "read_folder"]
