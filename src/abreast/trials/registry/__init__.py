"""Studies of ClinicalTrials.gov: reading a record, keeping many, finding one, and how far away its sites are."""

from abreast.trials.registry.reading import read_study
from abreast.trials.registry.study import Arm, Contact, Copy, Intervention, Official, Site, Study

__all__ = ["Arm", "Contact", "Copy", "Intervention", "Official", "Site", "Study", "read_study"]
