"""The player in headless Chromium: frames a second, how soon a key shows, opening, size of the data, time to prepare.

    python -m bench.player              all figures, on made-up users
    python -m bench.player --json       the same as one JSON object
    python -m bench.player --data-set N only the time to prepare a user of a data set with a trained run

Server and browser share the machine, as they do for a reader at home. Frames are those that the player itself
counts (`data-frames`) over four seconds of playing; beside them stands the CPU of the page's main thread, which other
work on the machine does not stretch.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


class Case(NamedTuple):
    """What is played, and the frames a second asked for."""

    events: int
    points: int
    width: int
    height: int
    speed: str
    asked: int


PLAYED = (
    Case(500, 10_000, 1280, 720, "4", 50),
    Case(500, 10_000, 1280, 720, "16", 50),
    Case(500, 100_000, 1280, 720, "4", 30),
    Case(2000, 10_000, 1280, 720, "8", 50),
    Case(500, 10_000, 3840, 2160, "4", 30),
)
READY = "[data-testid=player][data-step]"
LATENCY = """async () => {
    const times = [];
    for (let press = 0; press < 30; press += 1) {
        const start = performance.now();
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        await new Promise(requestAnimationFrame);
        times.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return times.sort((a, b) => a - b);
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--data-set", metavar="N", help="a data set in the workspace, with a run")
    arguments = parser.parse_args()
    if arguments.data_set:
        print(json.dumps(prepared(arguments.data_set)))
        return
    with stage() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        figures: dict[str, Any] = {"playing": [played(browser, address, case) for case in PLAYED]}
        figures["key to frame, ms"] = key_to_frame(browser, address)
        figures["opening warm, s"] = {events: opened(browser, address, events) for events in (500, 2000)}
        figures["atlas of 100,000"] = moved(browser, address)
        figures["messages"] = messages(browser, address)
        browser.close()
    figures["bytes"] = sizes()
    print(json.dumps(figures, indent=None if arguments.json else 2))


@contextmanager
def stage() -> Iterator[str]:
    """A server with nothing but the player."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/stage.py", "--server.port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()  # noqa: S310, our own address
                break
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def visit(browser: Browser, link: str, width: int = 1280, height: int = 720) -> tuple[Page, float]:
    """A page with a drawn player, and the seconds until it was there."""
    page = browser.new_page(viewport={"width": width, "height": height})
    start = time.perf_counter()
    page.goto(link)
    page.wait_for_selector(READY)
    return page, time.perf_counter() - start


def played(browser: Browser, address: str, case: Case) -> dict[str, Any]:
    """Frames a second while playing."""
    page, _ = visit(browser, f"{address}/?events={case.events}&points={case.points}", case.width, case.height)
    page.wait_for_timeout(1000)
    page.get_by_test_id("speed").select_option(case.speed)
    page.get_by_test_id("play").click()
    page.wait_for_timeout(500)
    count = "() => [Number(document.querySelector('[data-testid=player]').dataset.frames), performance.now()]"
    used = clock(page)
    (first, begin), start = page.evaluate(count), used()
    page.wait_for_timeout(4000)
    (last, end), busy = page.evaluate(count), used() - start
    page.close()
    frames = last - first
    return {
        **case._asdict(),
        "frames/s": round(1000 * frames / (end - begin), 1),
        "CPU ms a frame": round(busy / frames, 1),
    }


def clock(page: Page) -> Callable[[], float]:
    """A function that tells the CPU milliseconds that the page's main thread has used."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def used() -> float:
        metrics = tools.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    return used


def moved(browser: Browser, address: str) -> dict[str, float]:
    """CPU milliseconds of the main thread: opening the atlas, a frame while it is moved, picking a third of it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    used = clock(page)
    page.goto(f"{address}/?atlas=100000")
    frames = "() => Number(document.querySelector('[data-testid=atlas]')?.dataset.frames ?? 0)"
    page.wait_for_function(f"({frames})() > 0")
    page.wait_for_timeout(1000)
    figures = {"opening": round(used())}
    box = page.get_by_test_id("atlas-map").bounding_box() or {}
    places = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ((0.3, 0.2), (0.6, 0.2), (0.6, 0.8))
    ]
    start = used()
    drag(page, places)
    page.wait_for_function("() => !document.body.innerText.includes('picked 0')")
    figures["picking"] = round(used() - start)
    page.get_by_test_id("atlas-move").click()
    before, start = page.evaluate(frames), used()
    drag(page, places)
    page.wait_for_timeout(500)
    figures["a frame"] = round((used() - start) / max(1, page.evaluate(frames) - before), 1)
    page.close()
    return figures


def drag(page: Page, places: list[tuple[float, float]]) -> None:
    """Press at the first place, go by the others, let go."""
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=20)
    page.mouse.up()


def prepared(name: str) -> dict[str, float]:
    """CPU milliseconds to prepare all steps of the user with most nearly 500 events, the median of five."""
    import numpy as np

    from core import pipeline
    from core.player import user as playback
    from core.settings import AtlasSettings
    from core.workspace import Workspace

    workspace = Workspace()
    log = pipeline.load(workspace, name)
    run, model = workspace.run(name), pipeline.model(workspace, name, None, log)
    ground = playback.ground_of(pipeline.atlas(workspace, name, AtlasSettings(method="pca")).get())
    listing = pipeline.ranker(workspace, run, pipeline.BLEND, log, log, model)
    user = int(np.abs(log.lengths - 500).argmin())
    times = []
    for _ in range(6):
        start = time.process_time()
        block = playback.playback(model, log, user, ground, (), listing)
        times.append(1000 * (time.process_time() - start))
    median = sorted(times[1:])[2]
    return {
        "events": int(log.lengths[user]),
        "first": round(times[0]),
        "CPU ms": round(median),
        "bytes": len(block.content),
    }


def key_to_frame(browser: Browser, address: str) -> dict[str, float]:
    """Milliseconds from a key to the next frame, with all views at the new step."""
    page, _ = visit(browser, f"{address}/?events=500")
    page.wait_for_timeout(1000)
    times = page.evaluate(LATENCY)
    page.close()
    return {"median": round(times[len(times) // 2], 1), "95 %": round(times[int(0.95 * len(times))], 1)}


def opened(browser: Browser, address: str, events: int) -> float:
    """Seconds from a link to the first drawing, the median of five warm ones."""
    times = []
    for _ in range(6):
        page, seconds = visit(browser, f"{address}/?events={events}")
        page.close()
        times.append(seconds)
    return round(sorted(times[1:])[2], 2)


def messages(browser: Browser, address: str) -> dict[str, int]:
    """Messages between browser and server: while playing for two seconds, and once it rests."""
    page = browser.new_page()
    sent: list[int] = []
    page.on("websocket", lambda found: found.on("framesent", lambda data: sent.append(len(data))))
    page.goto(f"{address}/?events=500")
    page.wait_for_selector(READY)
    page.wait_for_timeout(1000)
    sent.clear()
    page.get_by_test_id("play").click()
    page.wait_for_timeout(2000)
    playing = len(sent)
    page.get_by_test_id("play").click()
    page.wait_for_timeout(1000)
    page.close()
    return {"sent while playing": playing, "sent at rest": len(sent) - playing}


def sizes() -> dict[str, int]:
    """Bytes that travel once for a user and once for a map."""
    from tests.browser.stage import made_up

    replay, behind = made_up(500, 10_000)
    return {"500 events": len(replay.content), "10,000 points": len(behind.content)}


if __name__ == "__main__":
    main()
