"""Which kinds of tokens, and which families of rules, play which part when a sentence is composed."""

from __future__ import annotations

from abreast.foundation.yaml import read_yaml
from abreast.trials.eligibility.lexicon import DATA


def _parts() -> dict[str, frozenset[str]]:
    """Return the parts as ``data/composing.yaml`` gives them."""
    file = DATA / "composing.yaml"
    return {part: frozenset(kinds) for part, kinds in read_yaml(file.read_text(encoding="utf-8"), file.name).items()}


_PARTS = _parts()
SOFT, QUALIFIERS, WORKING = _PARTS["soft"], _PARTS["qualifiers"], _PARTS["working"]
STRONG, REQUIREMENTS = _PARTS["strong"], _PARTS["requirements"]
GUARDS, SUBJECTS, LATER_SUBJECTS = _PARTS["guards"], _PARTS["subjects"], _PARTS["later_subjects"]
DESCRIBED, NAMED = _PARTS["described"], _PARTS["named"]
CANCER = frozenset(["extent", "cancer", "histology", "receptor", "stage"])
JOINTS = frozenset(["and", "or", "comma", "semi", "slash", "but", "stop"])
"""Kinds that join rules."""
