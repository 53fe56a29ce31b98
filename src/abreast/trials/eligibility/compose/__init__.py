"""From the tokens of a sentence, once the patterns have done their work, to one rule.

Here "and", "or", "no", "unless", "if", "allowed" and "must" get their meaning. Wherever the words leave two readings
open, the rule holds when both hold and fails when both fail; what lies between is for the team. Words that nobody read
become residue beside what they stand next to, so that they can narrow a rule but never widen it.

A module for each step: ``wording`` asks the tokens what they do, ``gathering`` makes nodes of them, ``sentence`` tells
statements from requirements, permissions (``permissions``) and what is for the team (``team``), ``clauses``,
``parentheses`` and ``lists`` join the nodes, and ``rewriting`` changes rules by exceptions.
"""

from abreast.trials.eligibility.compose.passage import Passage, Sentence
from abreast.trials.eligibility.compose.rewriting import since, without_minor_cancers
from abreast.trials.eligibility.compose.sentence import compose

__all__ = ["Passage", "Sentence", "compose", "since", "without_minor_cancers"]
