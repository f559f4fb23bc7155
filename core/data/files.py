"""From a file as it arrives (packed, any encoding, any line ends) to plain UTF-8 text, or Parquet."""

import bz2
import codecs
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from core.data import objects
from core.data.encodings import EXPECTED, encoding_of, register_latin, sniffed
from core.errors import EventsError
from core.phrases import say

CHUNK = 1 << 20
BOMB_RATIO = 200
"""Text that unpacks to more than this many times its packed size is no log."""
BOMB_FLOOR = 100 << 20
"""Below this many unpacked bytes nobody minds the ratio."""
JUNK = re.compile(r"(^|/)(__MACOSX/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)")
"""What systems add to an archive unasked."""


@dataclass(frozen=True)
class Source:
    """A file that the engine can read as it is."""

    path: Path
    name: str
    """Name of the file as it arrived, for messages."""
    parquet: bool
    encoding: str = "utf-8"
    """What the text was before it became UTF-8."""
    lines: int | None = None
    """Lines of a text in which none but the last is blank and no carriage return or zero byte stands alone, so that
    records can be numbered by counting; else None."""


def prepare(path: Path, scratch: Path) -> Source:
    """Unpack and re-encode a file into `scratch` where needed; raises `EventsError`."""
    unpacked = _unpack(path, scratch)
    with unpacked.open("rb") as stream:
        if stream.read(4) == b"PAR1":
            return Source(unpacked, path.name, parquet=True)
    source = Source(unpacked, path.name, parquet=False)
    encoding = encoding_of(unpacked, path.name)
    if encoding != "utf-8":
        source = replace(source, path=_recoded(unpacked, encoding, scratch / "text"), encoding=encoding)
    with source.path.open(encoding="utf-8", errors="replace") as text:
        packed = objects.are_objects(text.read(CHUNK))
    if packed:
        source = replace(source, path=objects.rewritten(source.path, scratch / "objects", path.name))
    return replace(source, lines=_lines(source.path))


def head(path: Path, size: int = CHUNK, name: str = "") -> str:
    """The first lines of a file as text, whole ones unless a line is longer than `size` bytes.

    `name` is what messages call it, if it came under another.
    """
    name = name or path.name
    _check(path, name)
    with _opened(path) as stream:
        data = stream.read(size)
        more = bool(stream.read(1))
    if data[:4] == b"PAR1":
        raise EventsError(say("errors.is_parquet", file=name))
    encoding = sniffed(data, name, whole=not more)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, final=not more)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if objects.are_objects(text):
        return "".join(f"{line}\n" for line in objects.as_lines(io.StringIO(text), name, whole=False))
    return text[: text.rfind("\n") + 1] or text if more else text


def is_parquet(path: Path) -> bool:
    """Whether the file says so itself, whatever its name."""
    _check(path)
    with _opened(path) as stream:
        return stream.read(4) == b"PAR1"


def _check(path: Path, name: str = "") -> None:
    if not path.exists():
        raise EventsError(say("errors.no_file", path=str(path)))
    if path.is_dir():
        raise EventsError(say("errors.is_folder", path=str(path), expected=EXPECTED))
    if not path.is_file():
        raise EventsError(say("errors.is_device", path=str(path), expected=EXPECTED))
    if path.stat().st_size == 0:
        raise EventsError(say("errors.empty_file", file=name or path.name, expected=EXPECTED))


def _magic(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(6)


def _opened(path: Path) -> IO[bytes]:
    """The unpacked bytes of a file, whatever it is packed in; raises `EventsError`."""
    magic = _magic(path)
    for start, opener in PACKED.items():
        if magic.startswith(start):
            return opener(path)
    return path.open("rb")


def _zip_member(path: Path) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(path)
        names = [name for name in archive.namelist() if not name.endswith("/") and not JUNK.search(name)]
        if any(name.startswith("xl/") for name in names):
            raise EventsError(say("errors.workbook", file=path.name))
        if len(names) != 1:
            found = ", ".join(names[:5]) or "nothing"
            raise EventsError(say("errors.many_files", file=path.name, count=len(names), found=found))
        return archive.open(names[0])
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise EventsError(say("errors.damaged_zip", file=path.name, why=str(error))) from None


PACKED: dict[bytes, Callable[[Path], IO[bytes]]] = {
    b"\x1f\x8b": gzip.open,  # type: ignore[dict-item]
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
    b"PK\x03\x04": _zip_member,
    b"PK\x05\x06": _zip_member,
}
"""How to open what begins so."""


def _unpack(path: Path, scratch: Path) -> Path:
    """The file itself, or its unpacked copy in `scratch`."""
    _check(path)
    if not _magic(path).startswith(tuple(PACKED)):
        return path
    target, size, packed = scratch / "unpacked", 0, path.stat().st_size
    try:
        with _opened(path) as stream, target.open("wb") as out:
            while chunk := stream.read(CHUNK):
                size += out.write(chunk)
                if size > max(BOMB_FLOOR, BOMB_RATIO * packed):
                    raise EventsError(say("errors.bomb", file=path.name, times=BOMB_RATIO, bytes=packed))
    except (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise EventsError(say("errors.damaged_pack", file=path.name, why=str(error))) from None
    if size == 0:
        raise EventsError(say("errors.empty_packed", file=path.name, expected=EXPECTED))
    return target


def _recoded(path: Path, encoding: str, target: Path) -> Path:
    """A UTF-8 copy with unix line ends."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for text in _texts(path, encoding):
            out.write(text)
    return target


def _texts(path: Path, encoding: str) -> Iterator[str]:
    name = "utf-8" if encoding == "utf-8-broken" else encoding
    errors = register_latin() if encoding == "cp1252" else "replace"
    with path.open(encoding=name, errors=errors) as stream:
        while text := stream.read(CHUNK):
            yield text


def _lines(path: Path) -> int | None:
    """Number of lines, or None if one but the last is blank, or a carriage return or zero byte stands alone."""
    ends, trailing, tail = 0, 0, b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            data = tail + chunk
            text, whole = data.rstrip(b"\r\n"), data.removesuffix(b"\r")
            blank = b"\n\n" in text or b"\n\r\n" in text
            if blank or b"\0" in chunk or whole.count(b"\r") != whole.count(b"\r\n"):
                return None
            ends += chunk.count(b"\n")
            rest = chunk.rstrip(b"\r\n")
            trailing = chunk[len(rest) :].count(b"\n") + (0 if rest else trailing)
            tail = data[-4:]
    return ends - trailing + 1
