#!/usr/bin/env bash
# Makes uv.lock and the hash-locked requirement files anew from pyproject.toml. Needs uv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv lock
export_options=(--frozen --quiet --no-emit-project --no-annotate --no-header)
uv export "${export_options[@]}" --no-dev --group build -o requirements/run.txt
uv export "${export_options[@]}" --group dev --group build -o requirements/check.txt
