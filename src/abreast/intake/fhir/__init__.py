"""FHIR R4 records with the profiles of mCODE STU 2 to 4, read tolerantly and with the source of every fact."""

from abreast.intake.fhir.reader import READERS, merge, read_fhir

__all__ = ["READERS", "merge", "read_fhir"]
