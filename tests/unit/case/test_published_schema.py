"""The schema in docs/ is the one that the vocabulary gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_published_schema_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_schemas.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
