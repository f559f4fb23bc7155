#!/bin/sh
# Compile the loops that the tests run, on two cores, before any test pays for it; nothing to do until they change.
set -eu
cd "$(dirname "$0")/.."

done=core/drift/__pycache__/compiled
if [ -f "$done" ] && [ ! .venv/installed -nt "$done" ] &&
    [ -z "$(find core/drift core/atlas.py -name '*.py' -newer "$done")" ]; then exit 0; fi
echo "Compiling the loops of the drift test and of maps, half a minute; this happens once" >&2
.venv/bin/python -m scripts.compile_loops map &
other=$!
.venv/bin/python -m scripts.compile_loops drift
wait "$other"
mkdir -p core/drift/__pycache__
touch "$done"
