#!/bin/sh
# Run the tests of Apache Spark itself: on a master and two workers on the loopback, from a pyspark of its own.
# Usage: scripts/cluster.sh [ARGUMENTS OF PYTEST]
set -eu
cd "$(dirname "$0")/.."

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if ! "$java" -version >/dev/null 2>&1; then
    echo "Apache Spark needs a Java, 17 or newer; found none. On Debian or Ubuntu: apt-get install default-jre-headless," \
        "or set JAVA_HOME" >&2
    exit 2
fi
version=$(sed -n 's/^pyspark-client==//p' requirements-scale.txt)
if [ "$(cat .venv-cluster/installed 2>/dev/null || true)" != "$version" ]; then
    echo "Installing Apache Spark $version into .venv-cluster, about 500 MB; this happens once" >&2
    rm -rf .venv-cluster
    .venv/bin/python -m venv .venv-cluster
    .venv-cluster/bin/python -m pip install --quiet --disable-pip-version-check "pyspark==$version" || {
        echo "Installing failed; the lines above say why. Run the same command again to go on." >&2
        exit 2
    }
    echo "$version" >.venv-cluster/installed
fi
SPARK_HOME=$(.venv-cluster/bin/python -c 'import importlib.util as found; print(found.find_spec("pyspark").submodule_search_locations[0])')
export SPARK_HOME
echo "Apache Spark $version on $("$java" -version 2>&1 | head -n 1)" >&2
MEANDER_CLUSTER=1 OMP_NUM_THREADS=1 exec .venv/bin/python -m pytest tests/cluster --timeout 1200 --durations 10 "$@"
