"""Neutral facts: a case as plain JSON, its values partly in words, and the topics of TREC."""

from abreast.intake.neutral.reader import READERS, read_neutral
from abreast.intake.neutral.topics import read_trec_topic

__all__ = ["READERS", "read_neutral", "read_trec_topic"]
