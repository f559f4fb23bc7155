"""The upload page with a large file: time to preview, and what stays in the server's memory.

    python -m bench.upload [--megabytes 200]

Drives a real server and a real Chromium; prints one line per figure.
"""

import argparse
import tempfile
import time
from pathlib import Path

import duckdb
import psutil
from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium, serving, watch

ROW_BYTES = 30.7
SETTLE_SECONDS = 10


def main() -> None:
    """Make a log, send it, import it, and weigh the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    megabytes = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory(prefix="meander-bench-") as folder:
        log = make_log(Path(folder) / "large.csv", megabytes)
        print(f"file: {log.stat().st_size / 1e6:.0f} MB")
        with serving(Path(folder) / "workspace") as server:
            measure(log, server.address, psutil.Process(server.process.pid))


def make_log(path: Path, megabytes: int) -> Path:
    """A CSV of about so many megabytes."""
    rows = int(megabytes * 1e6 / ROW_BYTES)
    duckdb.sql(
        f"copy (select 'user' || (random() * {rows / 40})::int as user_id,"
        " 'item' || (random() * 20000)::int as item_id,"
        f" 1600000000 + (random() * 90000000)::int as timestamp from range({rows})) to '{path}' (header)"
    )
    return path


def measure(log: Path, address: str, server: psutil.Process) -> None:
    """Send the log through the page, import it, and print times and memory."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(driver), args=ARGUMENTS)
        tab = watch(browser.new_page(), address)
        tab.page.set_default_timeout(600_000)
        tab.open("/upload")
        before = weight(server)
        sent = []
        tab.page.on(
            "requestfinished",
            lambda request: sent.append(time.perf_counter()) if "upload_file" in request.url else None,
        )
        tab.drop(log)
        tab.page.get_by_text("First rows as understood").wait_for()
        print(f"preview after the upload ended: {time.perf_counter() - sent[-1]:.1f} s")
        tab.page.get_by_text("would be kept").wait_for()
        print(f"forecast after the upload ended: {time.perf_counter() - sent[-1]:.1f} s")
        start = time.perf_counter()
        tab.page.get_by_role("button", name="Import", exact=True).click()
        tab.page.get_by_text("is ready.").wait_for()
        print(f"import: {time.perf_counter() - start:.1f} s")
        time.sleep(SETTLE_SECONDS)
        change = weight(server) - before
        print(f"server memory: {before:.0f} MB before, {change:+.0f} MB {SETTLE_SECONDS} s after the import")
        browser.close()


def weight(server: psutil.Process) -> float:
    """Resident megabytes of the server."""
    return server.memory_info().rss / 1e6


if __name__ == "__main__":
    main()
