"""An entry written back as a reviewer reads it: its keys as in the file, its rules as one line."""

from __future__ import annotations

from typing import Any

import msgspec

from abreast.knowledge.model import Entry
from abreast.rules import Expression, rule_text

RULE_KEYS = frozenset({"when", "present"})


def readable(entry: Entry) -> dict[str, Any]:
    """Return the entry as plain values in the order of its schema, rules as text, empty keys left out."""
    shown = _shown(entry)
    assert isinstance(shown, dict)
    return shown


def _shown(value: object) -> Any:
    if isinstance(value, Expression):
        return rule_text(value)
    if isinstance(value, msgspec.Struct):
        pairs = ((name, _shown(getattr(value, name))) for name in value.__struct_fields__)
        return {name: shown for name, shown in pairs if shown not in ("", None, [], {})}
    if isinstance(value, tuple):
        return [_shown(one) for one in value]
    return value
