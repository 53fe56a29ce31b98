#!/usr/bin/env python3
"""Write the JSON Schemas that docs/ publishes: case file, plan, difference of two plans.

A test says when one is out of date.

python scripts/make_schemas.py [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from abreast.case.schema import case_schema
from abreast.outputs.json import plan_schema
from abreast.plan import difference_schema
from abreast.vocabulary import load_vocabulary

DOCS = Path(__file__).parent.parent / "docs"


def schemas() -> dict[Path, str]:
    """Return the text of every schema that is made from data."""
    made = {"case-file": case_schema(load_vocabulary()), "plan": plan_schema()}
    made["plan-difference"] = difference_schema()
    return {
        DOCS / f"{name}.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in made.items()
    }


def main() -> int:
    """Write what has changed, or say that it has."""
    stale = [file for file, text in schemas().items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for file in stale:
            print(f"{file.name} is out of date: run scripts/make_schemas.py", file=sys.stderr)
        return 1 if stale else 0
    for file in stale:
        file.write_text(schemas()[file], encoding="utf-8")
        print(f"wrote {file.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
