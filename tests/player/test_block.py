"""Blocks of bytes: what goes in comes out, in the layout that JavaScript reads."""

import json

import numpy as np
import pytest

from core.player.block import pack, unpack

VALUES = {"title": "Ünï \U0001f600 <b>", "steps": 3}


def test_round_trip():
    """Values and arrays come back as they were, whatever their dtype and shape."""
    arrays = {
        "time": np.array([1.5, 2.5, 3e12]),
        "xy": np.arange(6, dtype=np.float32).reshape(3, 2),
        "empty": np.zeros((0, 4), np.int32),
        "kind": np.array([-1, 2, 3], np.int16),
    }
    values, back = unpack(pack(VALUES, arrays).content)
    assert {key: values[key] for key in VALUES} == VALUES
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        assert np.array_equal(back[name], array)


@pytest.mark.parametrize("count", [0, 1, 30])
def test_arrays_lie_where_typed_arrays_can_read_them(count):
    """Each array begins at a multiple of 8 bytes, within the block."""
    block = pack(VALUES, {f"array{i}": np.zeros(i * 1000 + 1, np.uint8) for i in range(count)})
    length = int.from_bytes(block.content[:4], "little")
    header = json.loads(block.content[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert all(place["at"] % 8 == 0 for place in header["arrays"].values())
    assert all(place["at"] + place["shape"][0] <= len(block.content) for place in header["arrays"].values())


def test_hash_tells_blocks_apart():
    """Equal blocks have equal hashes; another value or number gives another."""
    first, same = (pack(VALUES, {"a": np.ones(2, np.float32)}) for _ in range(2))
    assert first.hash == same.hash == unpack(first.content)[0]["hash"]
    assert first.hash != pack(VALUES, {"a": np.zeros(2, np.float32)}).hash
    assert first.hash != pack({**VALUES, "steps": 4}, {"a": np.ones(2, np.float32)}).hash


def test_unfit_dtype():
    """64-bit integers are refused by name: browsers would read them wrong."""
    with pytest.raises(ValueError, match=r"Array 'item' is int64\. Choose from float64"):
        pack({}, {"item": np.zeros(2, np.int64)})
