"""Words of the data files as patterns: a list of regular expressions, or one written over several lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from abreast.foundation.yaml import read_yaml
from abreast.intake.report.text import DATA


@lru_cache(maxsize=8)
def patterns(file: str) -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of a data file by their names; case is ignored."""
    content = read_yaml((DATA / file).read_text(encoding="utf-8"), file)
    return MappingProxyType({str(name): _pattern(texts) for name, texts in content.items()})


def _pattern(texts: object) -> re.Pattern[str]:
    joined = "|".join(str(text) for text in texts) if isinstance(texts, list) else re.sub(r"\|\s+", "|", str(texts))
    return re.compile(joined.strip(), re.IGNORECASE)


__all__ = ["patterns"]
