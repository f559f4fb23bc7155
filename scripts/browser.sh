#!/bin/sh
# See to it that the tests have a Chromium: one that is here, else Playwright's own, else the system's (as root).
set -eu
cd "$(dirname "$0")/.."

starts() {
    .venv/bin/python - <<'PYTHON' >/dev/null 2>&1
import shutil
from playwright.sync_api import sync_playwright

found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
with sync_playwright() as play:
    play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"]).close()
PYTHON
}

within() { # SECONDS COMMAND...: stop a download that hangs, where there is a way to
    seconds=$1
    shift
    if command -v timeout >/dev/null; then timeout "$seconds" "$@"; else "$@"; fi
}

if [ -f .venv/browser ] && [ .venv/browser -nt .venv/installed ]; then exit 0; fi
if ! starts; then
    echo "Fetching a Chromium for the tests in a browser" >&2
    within 180 .venv/bin/python -m playwright install chromium >/dev/null 2>&1 || true
fi
if ! starts && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing the system's Chromium and fonts" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-dejavu-core fonts-noto-cjk; } >/dev/null 2>&1 || true
fi
if ! starts; then
    echo "The tests need a Chromium. Install one: apt-get install chromium, or .venv/bin/playwright install chromium" >&2
    exit 2
fi
touch .venv/browser
