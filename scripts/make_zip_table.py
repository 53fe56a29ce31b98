"""Make the table of ZIP code areas that ships with abreast.

    python scripts/make_zip_table.py ZIP_CENTROIDS_CSV

The input has the columns ``zip``, ``lat`` and ``lon`` (degrees). Every line of the output is equally long, so that a
ZIP is found by halving, without reading the table into memory as anything but text.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "src/abreast/trials/registry/data/zip_centroids.txt.gz"


def main(source: Path) -> None:
    """Write the table and print its size."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = sorted((row["zip"], float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file))
    text = "".join(f"{zip_code} {lat:8.4f} {lon:9.4f}\n" for zip_code, lat, lon in rows)
    if len({len(line) for line in text.splitlines()}) != 1:
        sys.exit(f"{source}: a ZIP code that has not five digits")
    packed = gzip.compress(text.encode("ascii"), 9, mtime=0)
    TABLE.write_bytes(packed)
    print(f"{len(rows):,} ZIP code areas, {len(packed):,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
