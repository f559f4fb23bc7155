"""Formats whose libraries believe what a file says of itself, read in a process of its own.

Its memory and time are bounded, and its end is an error with one line: `python -m core.data.apart KIND FILE TARGET
NAME`, started by the product.
"""

import contextlib
import importlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from core.errors import EventsError
from core.phrases import packed, say, unpacked
from core.settings import intake

WORKBOOK, ARROW, ORC = "Excel", "Arrow", "ORC"
READERS = {WORKBOOK: "core.data.workbooks", ARROW: "core.data.formats", ORC: "core.data.formats"}
"""Which module has the reader `read_apart` of each kind."""
PROJECT = Path(__file__).parents[2]
REFUSED = 2
LIBRARIES_MB = 900
"""Address space of Arrow's library before it has read anything."""
A_BYTE = 15
"""Bytes more for each of a workbook: a sheet as long as sheets can be, of nine columns, is 50 MB and takes 1,000."""


class _Piped(io.RawIOBase):
    """What a reader writes, and at its end whether that was all."""

    def __init__(self, process: "subprocess.Popen[bytes]", told: IO[bytes], name: str, most: int) -> None:
        self._process, self._told, self._name, self._most = process, told, name, most

    def readable(self) -> bool:
        """It is made to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; raises `EventsError` where the reader gave up."""
        assert self._process.stdout
        count = self._process.stdout.readinto(buffer)  # type: ignore[attr-defined]
        if not count:
            _check(self._process.wait(), self._told, self._name, self._most)
        return int(count)

    def close(self) -> None:
        """Let the reader end, whoever has read enough."""
        if not self.closed:
            assert self._process.stdout
            self._process.stdout.close()
            self._process.kill()
            self._process.wait()
            self._told.close()
        super().close()


def stream(kind: str, path: Path, name: str = "") -> IO[bytes]:
    """What a reader of some kind makes of a file, as it makes it; reading raises `EventsError`."""
    told = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the stream
    process = _started(kind, path, Path(os.devnull), name or path.name, subprocess.PIPE, told)
    return io.BufferedReader(_Piped(process, told, name or path.name, _most(kind, path)))


def convert(kind: str, path: Path, target: Path, name: str) -> None:
    """Let a reader of some kind write `target` from a file; raises `EventsError`."""
    with tempfile.TemporaryFile() as told:
        process = _started(kind, path, target, name, subprocess.DEVNULL, told)
        try:
            _check(process.wait(), told, name, _most(kind, path))
        finally:
            process.kill()
            process.wait()


def _started(kind: str, path: Path, target: Path, name: str, out: int, told: IO[bytes]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "core.data.apart", kind, str(path.absolute()), str(target.absolute()), name]
    return subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=out, stderr=told,
                            env=os.environ | {"PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"})  # fmt: skip


def _check(code: int, told: IO[bytes], name: str, most: int) -> None:
    """Raise what a reader said, or that it died within `most` bytes."""
    if not code:
        return
    told.seek(0)
    text = told.read().decode("utf-8", "replace").strip().splitlines()
    if code == REFUSED and text:
        raise EventsError(unpacked(text[-1]))
    raise EventsError(say("errors.reader_died", file=name, megabytes=most >> 20))


def main(kind: str, path: str, target: str, name: str) -> int:
    """Read one file within the limits; the exit code says whether it was refused."""
    _bounded(kind, Path(path))
    try:
        importlib.import_module(READERS[kind]).read_apart(kind, Path(path), Path(target), name)
    except EventsError as error:
        sys.stderr.write(packed(error.said) + "\n")
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read has enough
    return 0


def _most(kind: str, path: Path) -> int:
    """Bytes of memory that the reader of a file gets; more for a larger file, which a bomb is not."""
    size = path.stat().st_size
    return (intake().reader_mb << 20) + (A_BYTE * size if kind == WORKBOOK else (LIBRARIES_MB << 20) + size)


def _bounded(kind: str, path: Path) -> None:
    """Take no more memory and time from here on, where the system has such limits, and dump no memory."""
    try:
        import resource
    except ImportError:  # another system
        return
    bounds = {
        resource.RLIMIT_AS: _most(kind, path),
        resource.RLIMIT_CPU: intake().reader_seconds,
        resource.RLIMIT_CORE: 0,
    }
    for what, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (bound, bound))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
