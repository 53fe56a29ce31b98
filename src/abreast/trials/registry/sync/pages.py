"""The registry's answers: a page of studies, and the version of its data (``PagedStudies``, ``Version``)."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError
from abreast.foundation.language import gettext as _
from abreast.trials.registry.reading import NCT_NUMBER
from abreast.trials.registry.sync.errors import Misunderstood, still_usable

Record = dict[str, Any]
Shape = TypeVar("Shape", bound=msgspec.Struct)


class Version(msgspec.Struct, frozen=True, rename="camel"):
    """``GET /version``; ``data_timestamp`` is UTC, ``yyyy-MM-dd'T'HH:mm:ss``, or empty."""

    api_version: str
    data_timestamp: str = ""


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """``GET /studies``. The total stands on a first page only; the last page has no token; a page may be empty."""

    studies: tuple[Record, ...]
    next_page_token: str = ""
    total_count: int | None = None


def read_version(body: bytes) -> Version:
    """Read the answer of ``/version``.

    Raises:
        Misunderstood: when it is something else.
    """
    return _read(body, Version)


def read_page(body: bytes) -> Page:
    """Read one page of studies; every study has a number.

    Raises:
        Misunderstood: when it is something else.
    """
    page = _read(body, Page)
    for place, record in enumerate(page.studies):
        if not NCT_NUMBER.fullmatch(number_of(record)):
            raise Misunderstood(_strange(f"studies[{place}]: no nctId"))
    return page


def number_of(record: object) -> str:
    """Return a record's registry number, or an empty text."""
    return _text(record, "identificationModule", "nctId")


def status_of(record: object) -> str:
    """Return a record's overall status, or an empty text."""
    return _text(record, "statusModule", "overallStatus")


def without_holder(record: Record) -> Record:
    """Return a record without ``derivedSection.miscInfoModule.versionHolder``.

    The registry writes the day of its data there, into every study every day: with it, no study would ever be the same
    as yesterday. That day is kept once, for the whole registry. Everything else stays as it came.
    """
    derived = record.get("derivedSection")
    info = derived.get("miscInfoModule") if isinstance(derived, dict) else None
    if not isinstance(derived, dict) or not isinstance(info, dict) or "versionHolder" not in info:
        return record
    info = {key: value for key, value in info.items() if key != "versionHolder"}
    derived = {key: value for key, value in derived.items() if key != "miscInfoModule"}
    return {**record, "derivedSection": {**derived, "miscInfoModule": info} if info else derived}


def _text(record: object, module: str, field: str) -> str:
    for key in ("protocolSection", module, field):
        record = record.get(key) if isinstance(record, dict) else None
    return record if isinstance(record, str) else ""


def _read(body: bytes, shape: type[Shape]) -> Shape:
    if body.lstrip()[:1] == b"<":
        why = _(
            "A web page came in the place of the registry's data. The network that this computer is on may want you to"
            " sign in first: open any web page in a browser, then try again."
        )
        raise Misunderstood(f"{why} {still_usable()}")
    try:
        return from_json(body, shape)
    except DecodingError as error:
        raise Misunderstood(_strange(str(error))) from None


def _strange(what: str) -> str:
    why = _("The registry answered in a form that this version of abreast does not know (%(what)s).") % {"what": what}
    return " ".join((why, _("Look for a newer version of abreast."), still_usable()))
