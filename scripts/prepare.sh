#!/bin/sh
# Make .venv with everything in requirements.txt and requirements-doors.txt; does nothing if that was done before.
# Usage: scripts/prepare.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."

fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in "$@" python3 python3.13 python3.12 python3.11 python; do
        if [ -n "$candidate" ] && fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

if [ -n "${1:-}" ] && ! fits "$1"; then
    echo "Meander needs Python 3.11 or newer; $1 is not: $("$1" --version 2>&1 || true)" >&2
    exit 2
fi
if [ ! -x .venv/bin/python ] || ! fits .venv/bin/python; then
    python=$(find_python "${1:-}")
    if [ -z "$python" ]; then
        echo "Meander needs Python 3.11 or newer; found $(python3 --version 2>&1 || echo none)." \
            "Install one, or name it: make run PYTHON=/path/to/python3.11" >&2
        exit 2
    fi
    echo "Making .venv with $("$python" --version)" >&2
    rm -rf .venv
    "$python" -m venv .venv || {
        rm -rf .venv
        echo "Python could not make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2
        exit 2
    }
fi

wanted="$(cat requirements.txt requirements-doors.txt | cksum) $(.venv/bin/python --version)"
if [ "$(cat .venv/installed 2>/dev/null || true)" != "$wanted" ]; then
    echo "Installing requirements.txt, about 2 GB; this happens once" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-doors.txt || {
        echo "Installing failed; the lines above say why. Run the same command again to go on." >&2
        exit 2
    }
    echo "$wanted" >.venv/installed
fi
