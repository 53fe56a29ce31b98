# Sourced by ./run and ./check: makes .venv from the locked requirements when it is missing or out of date.
# Uses uv when it is installed, else venv and pip. Argument: run or check.
set -euo pipefail
kind=$1
stamp=".venv/.setup-$kind"
wanted=$(cat pyproject.toml uv.lock requirements/*.txt scripts/setup.sh | cksum)

if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  python=""
  for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      python=$(command -v "$candidate")
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "abreast needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv" >&2
    exit 3
  fi
  [ -t 2 ] && echo "Setting up abreast (the first time takes a minute) ..." >&2
  if command -v uv >/dev/null 2>&1; then
    groups=$([ "$kind" = check ] && echo "--group dev" || echo "--no-dev --inexact")
    # shellcheck disable=SC2086
    uv sync --quiet --frozen --compile-bytecode --python "$python" $groups
  else
    if [ ! -x .venv/bin/python ]; then
      "$python" -m venv .venv || {
        echo "Python could not make a virtual environment. On Debian 12: apt-get install python3-venv" >&2
        exit 3
      }
    fi
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$kind.txt"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
  fi
  .venv/bin/python -m compileall -q src
  echo "$wanted" >"$stamp"
fi
