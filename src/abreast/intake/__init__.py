"""The ways in: from a record to facts, with the source of each and a list of what was not used and why."""

from abreast.intake.fhir import read_fhir
from abreast.intake.model import Intake, Unused

__all__ = ["Intake", "Unused", "read_fhir"]
