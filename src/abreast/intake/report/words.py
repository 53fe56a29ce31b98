"""Words of the data files, read once; as patterns: a list of regular expressions, or one written over several lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from abreast.foundation.yaml import read_yaml
from abreast.intake.report.text import DATA


@lru_cache(maxsize=32)
def read_words(file: str) -> Any:
    """Return what a data file of this room holds; callers must not change it."""
    return read_yaml((DATA / file).read_text(encoding="utf-8"), file)


def named(file: str) -> str:
    """Return the names in a data file as one regular expression; the group that fits is the key."""
    return "|".join(f"(?P<{key}>{'|'.join(str(one) for one in texts)})" for key, texts in read_words(file).items())


@lru_cache(maxsize=8)
def patterns(file: str) -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of a data file by their names; case is ignored."""
    return MappingProxyType({str(name): _pattern(texts) for name, texts in read_words(file).items()})


def _pattern(texts: object) -> re.Pattern[str]:
    joined = "|".join(str(text) for text in texts) if isinstance(texts, list) else re.sub(r"\|\s+", "|", str(texts))
    return re.compile(joined.strip(), re.IGNORECASE)


__all__ = ["named", "patterns", "read_words"]
