"""The atlas as a workplace in headless Chromium: frames while a brush is pulled and while time plays, start, bytes.

    python -m bench.atlas               100,000 and 1,000,000 points, made up
    python -m bench.atlas --points 5000 other sizes

The component stands on a page of its own without a server, with all that it can show: eight histograms, names, the
nearest of points, a crowd of 3,000 users over 24 periods, flows. A brush is pulled by pointer, once a frame. Beside the
frames that the atlas itself counts stands the CPU of the page's main thread, which other work does not stretch.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.atlas_points import html, made_up
from bench.player import ARGUMENTS, clock
from core.player import assets

READY = "[data-testid=atlas][data-frames]:not([data-frames='0'])"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, nargs="+", default=[100_000, 1_000_000])
    arguments = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for points in arguments.points:
            print(json.dumps(measured(browser, points)))
        browser.close()
    print(json.dumps({"component, bytes": len(assets.assemble("atlas")), "style sheet": len(assets.css(atlas=True))}))


def measured(browser: Browser, points: int) -> dict[str, Any]:
    """All figures of an atlas with so many points."""
    block = made_up(points)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "atlas.html"
        path.write_text(html(block), "utf-8")
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        used = clock(page)
        page.goto(path.as_uri())
        page.wait_for_selector(READY)
        page.wait_for_function("() => window.started")
        page.wait_for_timeout(500)
        figures: dict[str, Any] = {"points": points, "block, bytes": len(block.content)}
        figures["from the block to the first drawing, ms"] = round(page.evaluate("window.started"))
        figures["main thread, all of the opening, CPU ms"] = round(used())
        figures["brush"] = frames_of(page, used, lambda: brush(page))
        figures["search, ms"] = searched(page)
        figures["time, brush still set"] = frames_of(page, used, lambda: played(page))
        page.get_by_test_id("atlas-clear").click()
        figures["time and brush at once"] = frames_of(page, used, lambda: [played(page, 100), brush(page)])
        page.get_by_test_id("atlas-clear").click()
        figures["map moved"] = frames_of(page, used, lambda: pan(page))
        page.close()
    return figures


def frames_of(page: Page, used: Any, act: Any) -> dict[str, float]:
    """Frames a second while something is done, and what one costs the main thread."""
    count = "() => [Number(document.querySelector('[data-testid=atlas]').dataset.frames), performance.now()]"
    (first, begin), start = page.evaluate(count), used()
    act()
    (last, end), busy = page.evaluate(count), used() - start
    frames = max(1, last - first)
    return {
        "frames": frames,
        "frames/s": round(1000 * frames / (end - begin), 1),
        "CPU ms a frame": round(busy / frames, 1),
    }


def brush(page: Page) -> None:
    """Pull a brush over half of a histogram."""
    pull(page, "[data-testid=hist-column_2] .mp-hist-box")


def pan(page: Page) -> None:
    """Move the map to and fro."""
    page.get_by_test_id("atlas-move").click()
    pull(page, "[data-testid=atlas-map] canvas")


def pull(page: Page, selector: str) -> None:
    """Pull a pointer to and fro from inside the page: a move for each frame."""
    script = """async (selector) => {
        const box = document.querySelector(selector);
        const { left, top, width, height } = box.getBoundingClientRect();
        const send = (name, x) => box.dispatchEvent(new PointerEvent(name, {
            bubbles: true, button: 0, pointerId: 1, clientX: left + x * width, clientY: top + height / 2 }));
        box.setPointerCapture = box.parentElement.setPointerCapture = () => {};
        send("pointerdown", 0.2);
        for (let step = 0; step <= 90; step += 1) {
            send("pointermove", 0.25 + 0.5 * Math.abs(Math.sin(step / 20)));
            await new Promise(requestAnimationFrame);
        }
        send("pointerup", 0.7);
        await new Promise(requestAnimationFrame);
    }"""
    page.evaluate(script, selector)


def played(page: Page, milliseconds: int = 3000) -> None:
    """Let time play."""
    page.get_by_test_id("time-play").click()
    page.wait_for_timeout(milliseconds)


def searched(page: Page) -> dict[str, float]:
    """Milliseconds of letters typed one after another, the first with the making of its index."""
    script = """(letters) => {
        const input = document.querySelector("[data-testid=atlas-search]");
        const start = performance.now();
        input.value = letters;
        input.dispatchEvent(new Event("input"));
        return performance.now() - start;
    }"""
    typed = ("i", "it", "item 1", "item 19", "user 7", "")
    return {letters: round(page.evaluate(script, letters), 1) for letters in typed}


if __name__ == "__main__":
    main()
