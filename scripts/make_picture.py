#!/usr/bin/env python3
"""Make docs/plan.png, the picture in the README: the first screen of the sample person's plan, in real Chromium.

python scripts/make_picture.py   (needs Chromium)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
QUIET = (  # noqa: SIM905
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()


def main() -> int:
    """Write the picture."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("Chromium is not installed; on Debian: apt-get install chromium", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "abreast", "plan", "--sample", "--zip", "60611", "--out", folder, "--quiet"]
        subprocess.run(command, check=True)
        page = Path(folder) / "plan.html"
        picture = ROOT / "docs" / "plan.png"
        size = "--window-size=1000,1320"
        shot = [browser, *QUIET, f"--user-data-dir={folder}/profile", size, f"--screenshot={picture}", page.as_uri()]
        subprocess.run(shot, check=True, capture_output=True)
    print(f"wrote {picture.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
