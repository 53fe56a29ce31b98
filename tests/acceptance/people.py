"""What acceptance tests share: running the command as a person does, and the plan that comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

RECORDS = Path(str(resources.files("abreast.intake").joinpath("samples")))
TODAY = "2026-11-21"

NO_SOCKETS = """
import socket, sys
def forbidden(*args, **kwargs):
    raise SystemExit("a network connection was attempted")
socket.socket.connect = forbidden
socket.create_connection = forbidden
socket.getaddrinfo = forbidden
from abreast.cli.main import main
main()
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def run(*arguments: str, cwd: Path | None = None) -> Ran:
    """Run ``abreast`` in a process of its own, with every network connection forbidden."""
    done = subprocess.run(
        [sys.executable, "-c", NO_SOCKETS, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "a network connection was attempted" not in done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def plan_of(record: Path | str, folder: Path, *more: str) -> dict[str, Any]:
    """Make the plan of a record and return its JSON."""
    files = ["--sample"] if record == "sample" else [str(record)]
    ran = run("plan", *files, "--out", str(folder), "--today", TODAY, *more)
    assert ran.code == 0, ran.err
    assert (folder / "plan.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    return json.loads((folder / "plan.json").read_bytes())
