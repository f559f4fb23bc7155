"""Arrays and plain values in one block of bytes, as a browser can read it without a library.

Length of the header (4 bytes, little-endian), the header as JSON (UTF-8, padded with spaces), the arrays
(little-endian, each at a multiple of 8 bytes). The header names each array's dtype, shape and place.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DTYPES = ("float64", "float32", "int32", "int16", "uint16", "uint8")
"""What JavaScript has typed arrays for; 64-bit integers are not among them."""
ALIGNMENT = 8


@dataclass(frozen=True)
class Block:
    """Bytes that are known by what they hold."""

    hash: str
    """Hexadecimal digest of the values and arrays, also in the header as `hash`."""
    content: bytes


def pack(values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Block:
    """One block of plain values and arrays; raises `ValueError` for a dtype that browsers lack.

    >>> block = pack({"steps": 2}, {"xy": np.zeros((2, 2), np.float32)})
    >>> unpack(block.content)[1]["xy"].shape
    (2, 2)
    """
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise ValueError(f"Array {name!r} is {array.dtype.name}. Choose from {', '.join(DTYPES)}.")
    raw = {name: np.ascontiguousarray(array).tobytes() for name, array in arrays.items()}
    digest = _digest(values, raw)
    header = _header({**values, "hash": digest}, arrays)
    parts = [len(header).to_bytes(4, "little"), header]
    for data in raw.values():
        parts += [data, b"\0" * (-len(data) % ALIGNMENT)]
    return Block(digest, b"".join(parts))


def unpack(content: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Values and arrays of a block."""
    length = int.from_bytes(content[:4], "little")
    header = json.loads(content[4 : 4 + length])
    arrays = {}
    for name, at in header.pop("arrays").items():
        count = int(np.prod(at["shape"]))
        arrays[name] = np.frombuffer(content, at["dtype"], count, at["at"]).reshape(at["shape"])
    return header, arrays


def _digest(values: Mapping[str, Any], raw: Mapping[str, bytes]) -> str:
    digest = hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=16)
    for name, data in sorted(raw.items()):
        digest.update(name.encode())
        digest.update(data)
    return digest.hexdigest()


def _header(values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The header with the arrays' places; these depend on its own length, so it is made twice."""
    start = 0
    for _ in range(2):
        places, at = {}, start
        for name, array in arrays.items():
            places[name] = {"dtype": array.dtype.name, "shape": list(array.shape), "at": at}
            at += array.nbytes + -array.nbytes % ALIGNMENT
        text = json.dumps({**values, "arrays": places}, ensure_ascii=False, separators=(",", ":")).encode()
        room = len(text) + 16 * len(arrays)  # the second round writes longer numbers
        room += -(4 + room) % ALIGNMENT
        start = start or 4 + room
    return text.ljust(start - 4)
