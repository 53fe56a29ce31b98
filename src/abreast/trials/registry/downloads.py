"""Files downloaded from ClinicalTrials.gov by hand, taken in without any connection.

The site's Download button gives a list of studies as JSON (one file, or a zip with one file for each study) or as CSV;
its API gives pages of JSON. All of these are understood, packed with gzip or zip too, one file or a folder of them.

JSON holds whole records. CSV holds no criteria and no contacts: of a study that is known, only what the table says of
its status and dates is taken over; a study that is new is kept as far as the table goes. The column names are those of
the site's CSV download (https://clinicaltrials.gov/data-api/about-api/csv-download).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from abreast.foundation.archives import open_zip, read_gzip, read_member
from abreast.foundation.dates import PartialDate
from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.foundation.language import gettext as _
from abreast.trials.registry.reading import NCT_NUMBER, read_date
from abreast.trials.registry.rows import Changes
from abreast.trials.registry.snapshot import Entry
from abreast.trials.registry.store import Registry
from abreast.trials.registry.study import Copy

JSON_SOURCE = "ClinicalTrials.gov, downloaded file"
CSV_SOURCE = "ClinicalTrials.gov, downloaded table (status and dates)"

_LARGEST = 2_000_000_000  # bytes of one file once unpacked; all open cancer studies are a fifth of it
_MOST_FILES = 100_000
_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv", ".zip", ".gz")
_STATUS_DATES = {
    "Start Date": "startDateStruct",
    "Primary Completion Date": "primaryCompletionDateStruct",
    "Completion Date": "completionDateStruct",
    "First Posted": "studyFirstPostDateStruct",
    "Last Update Posted": "lastUpdatePostDateStruct",
}
_DESIGN = {"Allocation": "allocation", "Intervention Model": "interventionModel", "Primary Purpose": "primaryPurpose"}

Record = dict[str, Any]


class FromFiles(msgspec.Struct, frozen=True):
    """What files brought: the changes, how many studies were in them, and what could not be used, by place."""

    changes: Changes
    studies: int
    problems: tuple[str, ...] = ()


def take_files(registry: Registry, paths: Iterable[Path], today: dt.date) -> FromFiles:
    """Add or update the studies of downloaded files, all or nothing; an older copy never replaces a newer one.

    Studies that the files do not have stay as they are: a download may be of any part of the registry.

    Raises:
        InputError: when there is no such file, or none of them can be read.
        RegistryError: when the registry cannot be written.
    """
    reading = _Reading(registry)
    changes = registry.upsert(reading.entries(_files(paths)), newer_only=True, day=today)
    if not reading.studies and reading.problems:
        raise InputError("; ".join(reading.problems[:5]))
    return FromFiles(changes, reading.studies, tuple(reading.problems))


class _Reading:
    """Reads files one after another and counts; a file that cannot be read is named, and the others are read."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.studies = 0
        self.problems: list[str] = []

    def entries(self, files: Iterable[Path]) -> Iterator[Entry]:
        for file in files:
            try:
                taken = PartialDate.of(dt.datetime.fromtimestamp(file.stat().st_mtime, tz=dt.UTC).date())
                for name, content in _contents(file):
                    yield from self.read(name, content, taken)
            except OSError as error:
                said = _("cannot be opened: %(why)s") % {"why": error.strerror or error}
                self.problems.append(f"{file}: {said}")
            except InputError as error:
                self.problems.append(str(error))

    def read(self, name: str, content: bytes, taken: PartialDate) -> Iterator[Entry]:
        if name.lower().endswith(".csv"):
            entries = self.table(name, content, taken)
        else:
            entries = (Entry(record, Copy(JSON_SOURCE, taken)) for record in _records(name, content))
        before = self.studies
        for entry in entries:
            self.studies += 1
            yield entry
        if self.studies == before:
            raise InputError(_("this file holds no study"), Place(name))

    def table(self, name: str, content: bytes, taken: PartialDate) -> Iterator[Entry]:
        text = content.decode("utf-8-sig", "replace")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if "NCT Number" not in (rows.fieldnames or ()):
            why = _("this table has no column “NCT Number”; download it again with that column")
            raise InputError(why, Place(name, "line 1"))
        try:
            for row in rows:
                nct = (row.get("NCT Number") or "").strip().upper()
                if not NCT_NUMBER.fullmatch(nct):
                    why = _("no registry number such as NCT01234567")
                    self.problems.append(str(Place(name, f"line {rows.line_num}")) + f": {why}")
                    continue
                known = self.registry.record(nct)
                record = of_row(nct, row) if known is None else with_status_of(row, known)
                yield Entry(record, Copy(CSV_SOURCE, taken))
        except csv.Error as error:
            raise InputError(_("not readable as CSV: %(why)s") % {"why": error}, Place(name)) from None


# --- files ---


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if one.name.lower().endswith(_ENDINGS) and one.is_file())
            if not found:
                raise InputError(_("this folder holds no JSON, CSV, zip or gzip file"), Place(str(path)))
            yield from found
        elif path.exists():
            yield path
        else:
            raise InputError(_("there is no such file"), Place(str(path)))


def _contents(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a file, or of the files packed in it; bounded, whatever it claims."""
    with file.open("rb") as stream:
        if file.name.lower().endswith(".zip"):
            yield from _unzipped(stream, file)
        elif file.name.lower().endswith(".gz"):
            yield str(file)[:-3], read_gzip(stream, _LARGEST, Place(str(file)))
        else:
            content = stream.read(_LARGEST + 1)
            if len(content) > _LARGEST:
                raise InputError(_("this file is too large"), Place(str(file)))
            yield str(file), content


def _unzipped(stream: BinaryIO, file: Path) -> Iterator[tuple[str, bytes]]:
    archive = open_zip(stream, Place(str(file)))
    members = [one for one in archive.infolist() if one.filename.lower().endswith((".json", ".csv", ".ndjson"))]
    if not members:
        raise InputError(_("this archive holds no JSON or CSV file"), Place(str(file)))
    if len(members) > _MOST_FILES or sum(one.file_size for one in members) > _LARGEST:
        raise InputError(_("this archive is too large once unpacked"), Place(str(file)))
    for member in members:
        name = f"{file}/{member.filename}"
        yield name, read_member(archive, member, _LARGEST, Place(name))


def _records(name: str, content: bytes) -> Iterator[Record]:
    """Yield the records of a JSON file: one study, a list, a page of the API, or one study a line."""
    try:
        values = [from_json(content)]
    except DecodingError:
        values = list(_lines(name, content))
    for value in values:
        found = value.get("studies", value) if isinstance(value, dict) else value
        for place, record in enumerate(found if isinstance(found, list) else [found]):
            if not isinstance(record, dict) or not isinstance(record.get("protocolSection"), dict):
                why = _("expected studies of ClinicalTrials.gov (objects with “protocolSection”)")
                raise InputError(why, Place(name, f"[{place}]" if isinstance(found, list) else ""))
            yield record


def _lines(name: str, content: bytes) -> Iterator[Any]:
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            try:
                yield from_json(line)
            except DecodingError:
                why = _("not readable as JSON; a download may have been cut short")
                raise InputError(why, Place(name, f"line {number}")) from None


# --- rows of a table ---


def of_row(nct: str, row: Mapping[str, str | None]) -> Record:
    """Return what a row of the CSV download says, in the shape of a record; it says nothing of criteria."""
    get = _getter(row)
    design = dict(part.split(": ", 1) for part in get("Study Design").split("|") if ": " in part)
    count = get("Enrollment")
    modules: dict[str, Record] = {
        "identificationModule": {"nctId": nct, "briefTitle": get("Study Title"), "acronym": get("Acronym")},
        "statusModule": _status(row),
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": get("Sponsor"), "class": get("Funder Type")},
            "collaborators": [{"name": name} for name in _parts(get("Collaborators"))],
        },
        "descriptionModule": {"briefSummary": get("Brief Summary")},
        "conditionsModule": {"conditions": _parts(get("Conditions"))},
        "designModule": {
            "studyType": get("Study Type"),
            "phases": _parts(get("Phases")),
            "designInfo": {key: design[name] for name, key in _DESIGN.items() if name in design},
            "enrollmentInfo": {"count": int(count)} if count.isascii() and count.isdigit() else {},
        },
        "armsInterventionsModule": {
            "interventions": [
                dict(zip(("type", "name"), part.split(": ", 1), strict=True)) if ": " in part else {"name": part}
                for part in _parts(get("Interventions"))
            ]
        },
        "eligibilityModule": {"sex": get("Sex").upper(), "stdAges": re.findall(r"[A-Z_]+", get("Age"))},
    }
    filled = {name: {key: value for key, value in module.items() if value} for name, module in modules.items()}
    return {"protocolSection": {name: module for name, module in filled.items() if module}}


def with_status_of(row: Mapping[str, str | None], known: Record) -> Record:
    """Return a known record with the status and dates of a row."""
    protocol = known.get("protocolSection")
    protocol = protocol if isinstance(protocol, dict) else {}
    status = protocol.get("statusModule")
    news = _status(row)
    if "overallStatus" not in news or "lastUpdatePostDateStruct" not in news:
        return known
    merged = {**(status if isinstance(status, dict) else {}), **news}
    merged.pop("statusVerifiedDate", None)  # of the older copy; the day of the update counts in its place
    return {**known, "protocolSection": {**protocol, "statusModule": merged}}


def _status(row: Mapping[str, str | None]) -> Record:
    get = _getter(row)
    found: Record = {}
    if status := get("Study Status"):
        found["overallStatus"] = re.sub(r"[^A-Z]+", "_", status.upper()).strip("_")
    for column, field in _STATUS_DATES.items():
        if date := _date(get(column)):
            found[field] = {"date": date}
    return found


def _getter(row: Mapping[str, str | None]) -> Callable[[str], str]:
    return lambda name: (row.get(name) or "").strip()


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _date(text: str) -> str:
    try:
        return str(read_date(text)) if text else ""
    except ValueError:
        return ""
