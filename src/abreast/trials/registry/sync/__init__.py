"""Bringing the registry up to date from ClinicalTrials.gov, or from files downloaded there.

The only room of abreast that opens a connection to another computer, and only when the person asks for it. Importing
this package imports the HTTP library: do so inside the function that needs it.
"""

from abreast.trials.registry.sync.client import REGISTRY, Client, Settings
from abreast.trials.registry.sync.errors import Misunderstood, Refused, SyncError, Unreachable
from abreast.trials.registry.sync.query import Scope, scope
from abreast.trials.registry.sync.stage import Taken
from abreast.trials.registry.sync.update import Outcome, Progress, sync

__all__ = [
    "REGISTRY",
    "Client",
    "Misunderstood",
    "Outcome",
    "Progress",
    "Refused",
    "Scope",
    "Settings",
    "SyncError",
    "Taken",
    "Unreachable",
    "scope",
    "sync",
]
