"""What follows from the record: extent, stage, subtype, lines of treatment and more, as derived facts."""

from abreast.disease.derive import derive, without_derived

__all__ = ["derive", "without_derived"]
