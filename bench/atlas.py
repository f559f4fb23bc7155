"""The atlas as a workplace in headless Chromium: frames while a brush is pulled and while time plays, start, bytes.

    python -m bench.atlas               100,000 and 1,000,000 points, made up
    python -m bench.atlas --points 5000 other sizes

The component stands on a page of its own without a server, with all that it can show: eight histograms, names, nearest
points, a crowd of 3,000 users over 24 periods, flows. A brush is pulled by pointer, once a frame. Beside the frames that
the atlas itself counts stands the CPU of the page's main thread, which other work on the machine does not stretch.
"""

import argparse
import base64
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

from bench.player import ARGUMENTS, clock
from core.charts.theme import DARK, LIGHT
from core.player import assets
from core.player.block import Block, pack, unpack
from core.player.points import scatter

DAY = 86_400_000
START = 1_735_689_600_000
READY = "[data-testid=atlas][data-frames]:not([data-frames='0'])"
PAGE = """<!doctype html><meta charset="utf-8"><title>Atlas</title><style>body {{ margin: 12px; background: {ground}; }}
:root {{ --st-background-color: {ground}; --st-text-color: {ink}; --st-secondary-background-color: {panel}; }}
{css}</style><main id="home"></main><script type="module">
{carrier}
{atlas}
const answer = await fetch("data:application/octet-stream;base64," + {block});
const bytes = new Uint8Array(await answer.arrayBuffer());
const at = performance.now();
window.told = {{}};
const home = document.getElementById("home");
carrier({{ data: bytes, key: "points", parentElement: home }});
atlas({{ data: {data}, key: "atlas", parentElement: home, setStateValue: (name, value) => {{ window.told[name] = value; }} }});
const seen = () => (document.querySelector("[data-testid=atlas]").dataset.frames > 0 ? {{ took: performance.now() - at }} : null);
const wait = () => {{ const found = seen(); if (found) window.started = found.took; else requestAnimationFrame(wait); }};
wait();
</script>"""


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
    print(json.dumps({"component, bytes": len(assets.assemble("atlas")), "style sheet": len(assets.css())}))


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
    """Pull a brush over half of a histogram, from inside the page: a move for each frame."""
    page.evaluate("""async () => {
        const box = document.querySelector("[data-testid=hist-column_2] .mp-hist-box");
        const { left, top, width, height } = box.getBoundingClientRect();
        const send = (name, x) => box.dispatchEvent(new PointerEvent(name, {
            bubbles: true, button: 0, pointerId: 1, clientX: left + x * width, clientY: top + height / 2 }));
        box.setPointerCapture = () => {};
        send("pointerdown", 0.2);
        for (let step = 0; step <= 90; step += 1) {
            send("pointermove", 0.25 + 0.5 * Math.abs(Math.sin(step / 20)));
            await new Promise(requestAnimationFrame);
        }
        send("pointerup", 0.7);
        await new Promise(requestAnimationFrame);
    }""")


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
    times = {letters: round(page.evaluate(script, letters), 1) for letters in ("i", "it", "item 1", "item 19", "user 7", "")}
    return times


def html(block: Block, *, dark: bool = False) -> str:
    """A page that is the atlas and nothing else."""
    ground, ink, panel = ("#101418", "#e8ecef", "#1c2329") if dark else ("#fcfcfa", "#1d2b33", "#f2f4f3")
    values, _ = unpack(block.content)
    shades = {"light": ["#888888", "#0072b2", "#d55e00"], "dark": ["#888888", "#56b4e9", "#ff9955"]}
    palette: dict[str, Any] = {
        mode: dict(zip(values["categories"], colours, strict=False)) for mode, colours in (("light", LIGHT), ("dark", DARK))
    }
    data = {"points": block.hash, "palette": {**palette, "scale": shades}, "by": "category", "texts": dict(assets.words("en"))}
    modules = {
        entry: f"const {entry} = (() => {{ {assets.assemble(entry).replace('export default', 'return')} }})();"
        for entry in ("carrier", "atlas")
    }
    coded = json.dumps(base64.b64encode(block.content).decode())
    return PAGE.format(ground=ground, ink=ink, panel=panel, css=assets.css(), block=coded, data=json.dumps(data), **modules)


def made_up(points: int, users: int = 3000, periods: int = 24, categories: int = 12) -> Block:
    """Items and states around a place for each category, with all that the atlas can show of them."""
    random = np.random.default_rng(0)
    names = [f"Category {chr(65 + place)}" for place in range(categories)]
    places = random.normal(size=(categories, 2)) * 6
    category = random.integers(0, categories, points)
    xy = (places[category] + random.normal(size=(points, 2))).astype(np.float32)
    state = np.arange(points) % 5 > 0
    user = random.integers(0, users, points)
    frame = pd.DataFrame({
        "kind": np.where(state, "state", "item"), "title": [f"Item {place % 20_000}" for place in range(points)],
        "category": np.array(names)[category], "user_id": np.where(state, np.char.add("user ", user.astype(str)), None),
        "event_index": np.where(state, np.arange(points) % 100, -1), "x": xy[:, 0], "y": xy[:, 1],
    })  # fmt: skip
    values, arrays = unpack(scatter(frame, names).content)
    values.pop("hash")
    columns(values, arrays, state, random)
    neighbours(values, arrays, points, random)
    movement(values, arrays, places, (users, periods), random)
    return pack(values, arrays)


def columns(values: dict[str, Any], arrays: dict[str, Any], state: Any, random: np.random.Generator) -> None:
    """Eight columns: names, times and numbers, some without values."""
    count = len(state)
    times = np.where(state, START + random.integers(0, 720, count) * DAY, np.nan).astype(np.float64)
    popular = np.floor(random.lognormal(3, 1.4, count)).astype(np.float32)
    drifted = np.where(state, random.random(count) < 0.2, -1).astype(np.int16)
    countries = random.integers(0, 30, count).astype(np.int16)
    made = [
        ("Category", "names", values["categories"], arrays["category"]),
        ("Time", "time", None, times),
        ("Popularity", "number", None, popular),
        ("Drifted", "names", ["no", "yes"], drifted),
        ("Country", "names", [f"Country {place}" for place in range(30)], countries),
        ("Age", "number", None, random.integers(16, 80, count).astype(np.float32)),
        ("Price", "number", None, random.gamma(2, 10, count).astype(np.float32)),
        ("Stars", "number", None, random.integers(1, 6, count).astype(np.float32)),
    ]
    values["columns"] = []
    for place, (name, kind, words, array) in enumerate(made):
        ends = None if words else [float(np.nanmin(array)), float(np.nanmax(array))]
        values["columns"].append(
            {"name": name, "kind": kind, "values": words, "range": ends, "array": f"column_{place}"}
        )
        arrays[f"column_{place}"] = array


def neighbours(values: dict[str, Any], arrays: dict[str, Any], points: int, random: np.random.Generator) -> None:
    """Eight nearest points for each of the first thousands."""
    known = min(points, 20_000)
    values["near_k"] = 8
    arrays["near_row"] = np.where(np.arange(points) < known, np.arange(points), -1).astype(np.int32)
    arrays["near"] = random.integers(0, points, (known, 8)).astype(np.int32)
    arrays["near_distance"] = np.sort(random.random((known, 8)), axis=1).astype(np.float32)


def movement(
    values: dict[str, Any], arrays: dict[str, Any], places: Any, size: tuple[int, int], random: np.random.Generator
) -> None:
    """A crowd that wanders between clusters, flows of each period and of all time, a trend, two markers."""
    users, periods = size
    count = len(places)
    home = np.cumsum(random.random((periods, users)) < 0.08, axis=0) + random.integers(0, count, users)
    crowd = places[home % count] + random.normal(size=(periods, users, 2)) * 0.8
    crowd[: periods // 4, : users // 5] = np.nan
    month = 30 * DAY
    values["clusters"] = [
        {"name": f"Cluster {chr(65 + place)}, words", "x": float(x), "y": float(y), "size": 100 - place}
        for place, (x, y) in enumerate(places)
    ]
    values["periods"] = [{"from": START + at * month, "to": START + (at + 1) * month} for at in range(periods)]
    values["markers"] = [
        {"name": "Release 2", "from": START + 5 * month + 9 * DAY, "to": START + 5 * month + 9 * DAY},
        {"name": "Campaign", "from": START + 12 * month, "to": START + 14 * month},
    ]
    values["trend"] = [{"dx": float(x), "dy": float(y)} for x, y in random.normal(size=(periods, 2)) + [0.5, 0.2]]
    values["flows"] = [
        {"period": period, "from": start, "to": (start + 1) % count, "net": net, "low": net - 0.05, "high": net + 0.05}
        for period in (None, *range(periods))
        for start, net in enumerate(random.normal(0, 0.1, count).tolist())
    ]
    arrays["cluster"] = arrays["category"]
    arrays["crowd_xy"] = crowd.astype(np.float32)
    arrays["crowd_user"] = np.arange(users, dtype=np.int32) % max(1, len(values["users"]))


if __name__ == "__main__":
    main()
