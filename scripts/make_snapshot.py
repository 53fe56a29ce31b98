"""Make the registry snapshot that ships with abreast, and the studies of other diseases that the tests use.

    python scripts/make_snapshot.py SOURCE_FOLDER

SOURCE_FOLDER holds ``breast_studies.jsonl.gz``, ``breast_studies_older.jsonl.gz`` and ``other_studies.jsonl.gz``: one
record of ClinicalTrials.gov's API v2 a line. Of each study the newest copy is kept. Of the third file only studies
that could take a person with breast cancer go into the snapshot; forty of the rest become test data. The same input
gives the same bytes. Prints what was kept and how large it is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from abreast.trials.registry.places import city_key
from abreast.trials.registry.reading import read_study
from abreast.trials.registry.study import Copy, Study
from abreast.trials.registry.subject import about

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "src" / "abreast" / "trials" / "registry" / "data"
TEST_DATA = ROOT / "tests" / "data" / "registry"
LIMIT = 3_000_000  # bytes; the package stays small enough to install over a slow line
DISTRACTORS = 40

# Kept whole: everything a person or a reader of criteria may need. Left out: results, reference lists, documents,
# the registry's browsing aids, and what others added to their copies.
PROTOCOL = (
    "identificationModule",
    "statusModule",
    "sponsorCollaboratorsModule",
    "descriptionModule",
    "conditionsModule",
    "designModule",
    "armsInterventionsModule",
    "outcomesModule",
    "eligibilityModule",
    "contactsLocationsModule",
)
BROWSE = ("meshes", "ancestors")


def main(folder: Path) -> None:
    """Write the snapshot, its manifest, the table of cities, and the test data."""
    breast = list(read(folder / "breast_studies.jsonl.gz"))
    older = list(read(folder / "breast_studies_older.jsonl.gz"))
    other = list(read(folder / "other_studies.jsonl.gz"))
    baskets = [entry for entry in other if about(entry[1]) == "includes_breast"]
    chosen = newest([*breast, *older, *baskets])
    lines = [{"copy": simple(study.copy), "record": slim(record)} for record, study in chosen]
    packed = write(DATA / "snapshot.jsonl.gz", lines)
    manifest = describe([study for _, study in chosen], packed)
    (DATA / "snapshot.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    cities = write_cities(DATA / "cities.txt.gz", [study for _, study in [*breast, *older, *other]])

    rest = newest(entry for entry in other if about(entry[1]) == "other")
    sample = rest[:: max(1, len(rest) // DISTRACTORS)][:DISTRACTORS]
    lines = [{"copy": simple(study.copy), "record": slim(record)} for record, study in sample]
    distractors = write(TEST_DATA / "distractors.jsonl.gz", lines)

    print(json.dumps(manifest["counts"], indent=2))
    print(
        f"as of {manifest['as_of']}; snapshot {len(packed):,} bytes, cities {cities:,}, test data {len(distractors):,}"
    )
    if len(packed) > LIMIT:
        sys.exit(f"the snapshot is larger than {LIMIT:,} bytes: leave more out")


def read(path: Path) -> Iterator[tuple[dict[str, Any], Study]]:
    """Yield each record of a file with its reading; the file's name is kept as where the copy came from."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            study = read_study(record, Copy(source=path.name.removesuffix(".jsonl.gz")))
            if not study.nct:
                sys.exit(f"{path}: a record without a registry number: {study.problems[:1]}")
            yield record, study


def newest(entries: Iterable[tuple[dict[str, Any], Study]]) -> list[tuple[dict[str, Any], Study]]:
    """Return one entry per study, in order of number: never a converted one over another, then the latest update."""
    best: dict[str, tuple[dict[str, Any], Study]] = {}
    for entry in entries:
        known = best.get(entry[1].nct)
        if known is None or age(entry[1]) > age(known[1]):
            best[entry[1].nct] = entry
    return [best[nct] for nct in sorted(best)]


def age(study: Study) -> tuple[bool, str, str]:
    """Return what a newer copy has more of."""
    return not study.copy.converted, str(study.last_update or ""), str(study.copy.taken or "")


def slim(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record without what abreast never shows."""
    protocol = record["protocolSection"]
    kept: dict[str, Any] = {"protocolSection": {name: protocol[name] for name in PROTOCOL if name in protocol}}
    places = dict(protocol.get("contactsLocationsModule", {}))
    if places.pop("locations_nested", None):  # a second copy of the sites that some collections carry
        kept["protocolSection"]["contactsLocationsModule"] = places
    derived = record.get("derivedSection", {})
    browse = {
        f"{kind}BrowseModule": {part: module[part] for part in BROWSE if part in module}
        for kind in ("condition", "intervention")
        if (module := derived.get(f"{kind}BrowseModule"))
    }
    if browse:
        kept["derivedSection"] = browse
    return kept


def simple(copy: Copy) -> dict[str, Any]:
    """Return where the copy came from as JSON."""
    taken = {"taken": str(copy.taken)} if copy.taken else {}
    return {"source": copy.source} | taken | ({"converted": True} if copy.converted else {})


def write(path: Path, lines: list[dict[str, Any]]) -> bytes:
    """Write one JSON value a line, packed so that the same lines give the same bytes; return them."""
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    packed = gzip.compress(text.encode("utf-8", "replace"), 9, mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    return packed


def write_cities(path: Path, studies: list[Study]) -> int:
    """Write where the registry places each city: the middle of what its sites give; return the size in bytes."""
    points: dict[str, list[tuple[float, float]]] = {}
    for site in (site for study in studies if not study.copy.converted for site in study.sites):
        if site.lat is not None and site.lon is not None and site.city:
            points.setdefault(city_key(site.city, site.state, site.country), []).append((site.lat, site.lon))
    rows = []
    for key, found in sorted(points.items()):
        (lat, lon), _ = Counter(found).most_common(1)[0]
        rows.append(f"{key}|{lat:.4f}|{lon:.4f}\n")
    packed = gzip.compress("".join(rows).encode("utf-8"), 9, mtime=0)
    path.write_bytes(packed)
    return len(packed)


def year(study: Study) -> str:
    """Return the year in which the registry handed the record out."""
    return str(study.copy.taken.year) if study.copy.taken else "not known"


def describe(studies: list[Study], packed: bytes) -> dict[str, Any]:
    """Return the manifest: what the snapshot holds, how new it is, and on what terms."""
    current = [study for study in studies if not study.copy.converted]
    return {
        "as_of": max(str(study.last_update) for study in current if study.last_update),
        "as_of_means": "the newest update of any study in this copy; most studies were copied earlier",
        "digest": hashlib.blake2b(packed, digest_size=16).hexdigest(),
        "counts": {
            "studies": len(studies),
            "recruiting when copied": sum(study.status == "RECRUITING" for study in current),
            "converted from the former XML format, never shown as recruiting": len(studies) - len(current),
            "about": dict(sorted(Counter(about(study) for study in studies).items())),
            "copied in": dict(sorted(Counter(year(study) for study in studies).items())),
        },
        "source": "ClinicalTrials.gov, US National Library of Medicine (records as copied by public repositories)",
        "licence": "public domain (work of the US government); credit ClinicalTrials.gov and state the copy's date",
        "endorsement": "The National Library of Medicine and ClinicalTrials.gov do not endorse abreast.",
        "changes": "result, reference and document sections left out; nothing else changed",
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
