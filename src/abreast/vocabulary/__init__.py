"""The words that every other room shares: attributes, terms, drugs, units. Data, not code."""

from abreast.vocabulary.loader import load_vocabulary
from abreast.vocabulary.model import (
    Attribute,
    Field,
    Kind,
    Relation,
    Term,
    Vocabulary,
)
from abreast.vocabulary.quantity import Quantity

__all__ = ["Attribute", "Field", "Kind", "Quantity", "Relation", "Term", "Vocabulary", "load_vocabulary"]
