"""Studies of ClinicalTrials.gov: reading a record, keeping many, finding one, and how far away its sites are."""

from abreast.trials.registry.places import (
    Distance,
    NearSite,
    Point,
    distance,
    locate_site,
    locate_zip,
    nearest_sites,
)
from abreast.trials.registry.reading import read_study
from abreast.trials.registry.rows import Changes
from abreast.trials.registry.snapshot import Entry, Snapshot, snapshot
from abreast.trials.registry.status import Recruitment, is_open, recruitment, spoken, takes_people
from abreast.trials.registry.store import Hit, Registry, open_registry, registry_file
from abreast.trials.registry.study import (
    About,
    Arm,
    Contact,
    Copy,
    Intervention,
    Official,
    Purpose,
    Site,
    Study,
    Subject,
)
from abreast.trials.registry.subject import about, purpose, subject

__all__ = [
    "About",
    "Arm",
    "Changes",
    "Contact",
    "Copy",
    "Distance",
    "Entry",
    "Hit",
    "Intervention",
    "NearSite",
    "Official",
    "Point",
    "Purpose",
    "Recruitment",
    "Registry",
    "Site",
    "Snapshot",
    "Study",
    "Subject",
    "about",
    "distance",
    "is_open",
    "locate_site",
    "locate_zip",
    "nearest_sites",
    "open_registry",
    "purpose",
    "read_study",
    "recruitment",
    "registry_file",
    "snapshot",
    "spoken",
    "subject",
    "takes_people",
]
