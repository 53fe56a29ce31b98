"""What can go wrong while the registry is brought up to date. The registry on this machine stays as it was."""

from __future__ import annotations

from abreast.foundation.errors import RegistryError
from abreast.foundation.language import gettext as _


class SyncError(RegistryError):
    """An update could not be finished; what was fetched is kept, and the next one goes on from there."""


class Unreachable(SyncError):  # noqa: N818 - read as a sentence where it is raised
    """No answer came: no network, no such name, a proxy or a certificate in the way, or too many tries."""


class Refused(SyncError):  # noqa: N818 - read as a sentence where it is raised
    """The registry answered that it cannot do what was asked (a client error, 4xx)."""


class Misunderstood(SyncError):  # noqa: N818 - read as a sentence where it is raised
    """An answer came that is not what the registry documents."""


def still_usable() -> str:
    """Return the sentence that ends every such message."""
    return _("The trials on this computer are as before; what was fetched so far is kept for the next try.")
