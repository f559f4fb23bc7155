"""An atlas of made-up points that has all it can show, and a page that is that atlas and nothing else."""

import base64
import json
from typing import Any

import numpy as np
import pandas as pd

from core.charts.theme import DARK, LIGHT
from core.player import assets
from core.player.block import Block, pack, unpack
from core.player.points import scatter

DAY = 86_400_000
START = 1_735_689_600_000
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Atlas</title><style>
body {{ margin: 12px; background: {ground}; }}
:root {{ --st-background-color: {ground}; --st-text-color: {ink}; --st-secondary-background-color: {panel};
  --st-primary-color: {accent}; }}
{css}</style><main id="home"></main><script type="module">
{carrier}
{atlas}
const answer = await fetch("data:application/octet-stream;base64," + {block});
const bytes = new Uint8Array(await answer.arrayBuffer());
const at = performance.now();
window.told = {{}};
const home = document.getElementById("home");
carrier({{ data: bytes, key: "points", parentElement: home }});
const setStateValue = (name, value) => {{ window.told[name] = value; }};
atlas({{ data: {data}, key: "atlas", parentElement: home, setStateValue }});
const drawn = () => document.querySelector("[data-testid=atlas]").dataset.frames > 0;
const wait = () => {{ if (drawn()) window.started = performance.now() - at; else requestAnimationFrame(wait); }};
wait();
</script>"""


def html(block: Block, *, dark: bool = False) -> str:
    """A page that is the atlas and nothing else."""
    names = ("ground", "ink", "panel", "accent")
    tones = ("#101418", "#e8ecef", "#1c2329", "#4fb3c8") if dark else ("#fcfcfa", "#1d2b33", "#f2f4f3", "#0b6f86")
    values, _ = unpack(block.content)
    shades = {"light": ["#888888", "#0072b2", "#d55e00"], "dark": ["#888888", "#56b4e9", "#ff9955"]}
    palette: dict[str, Any] = {
        mode: dict(zip(values["categories"], colours, strict=False))
        for mode, colours in (("light", LIGHT), ("dark", DARK))
    }
    data = {
        "points": block.hash,
        "palette": {**palette, "scale": shades},
        "by": "category",
        "texts": dict(assets.words("en")),
    }
    modules = {
        entry: f"const {entry} = (() => {{ {assets.assemble(entry).replace('export default', 'return')} }})();"
        for entry in ("carrier", "atlas")
    }
    coded = json.dumps(base64.b64encode(block.content).decode())
    colours = dict(zip(names, tones, strict=True))
    return PAGE.format(css=assets.css(atlas=True), block=coded, data=json.dumps(data), **colours, **modules)


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
    values["trend"] = [{"dx": float(x), "dy": float(y)} for x, y in random.normal([0.5, 0.2], 1, (periods, 2))]
    values["flows"] = [
        {"period": period, "from": start, "to": (start + 1) % count, "net": net, "low": net - 0.05, "high": net + 0.05}
        for period in (None, *range(periods))
        for start, net in enumerate(random.normal(0, 0.1, count).tolist())
    ]
    arrays["cluster"] = arrays["category"]
    arrays["crowd_xy"] = crowd.astype(np.float32)
    arrays["crowd_user"] = np.arange(users, dtype=np.int32) % max(1, len(values["users"]))
