"""From a file as it arrives (packed, any encoding, any line ends) to plain UTF-8 text, or Parquet."""

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from core.errors import EventsError
from core.phrases import say

CHUNK = 1 << 20
BOMB_RATIO = 200
"""Text that unpacks to more than this many times its packed size is no log."""
BOMB_FLOOR = 100 << 20
"""Below this many unpacked bytes nobody minds the ratio."""
CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27, 28, 29, 30, 31}) + b"\x7f"
EXPECTED = say("errors.expected")


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
    encoding = _encoding(unpacked, path.name)
    if encoding != "utf-8":
        source = replace(source, path=_recoded(unpacked, encoding, scratch / "text"), encoding=encoding)
    return replace(source, lines=_lines(source.path))


def head(path: Path, size: int = CHUNK) -> str:
    """The first lines of a file as text, whole ones unless a line is longer than `size` bytes."""
    _check(path)
    with _opened(path) as stream:
        data = stream.read(size)
        more = bool(stream.read(1))
    if data[:4] == b"PAR1":
        raise EventsError(say("errors.is_parquet", file=path.name))
    encoding = _sniffed(data, path.name, whole=not more)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, final=not more)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text[: text.rfind("\n") + 1] or text if more else text


def is_parquet(path: Path) -> bool:
    """Whether the file says so itself, whatever its name."""
    _check(path)
    with _opened(path) as stream:
        return stream.read(4) == b"PAR1"


def _check(path: Path) -> None:
    if not path.exists():
        raise EventsError(say("errors.no_file", path=str(path)))
    if path.is_dir():
        raise EventsError(say("errors.is_folder", path=str(path), expected=EXPECTED))
    if path.stat().st_size == 0:
        raise EventsError(say("errors.empty_file", file=path.name, expected=EXPECTED))


def _magic(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4)


def _opened(path: Path) -> IO[bytes]:
    """The unpacked bytes of a file, whatever it is packed in; raises `EventsError`."""
    magic = _magic(path)
    if magic[:2] == b"\x1f\x8b":
        return gzip.open(path)  # type: ignore[return-value]
    if magic == b"PK\x03\x04":
        return _zip_member(path)
    return path.open("rb")


def _zip_member(path: Path) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(path)
        names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX")]
        if len(names) != 1:
            found = ", ".join(names[:5]) or "nothing"
            raise EventsError(say("errors.many_files", file=path.name, count=len(names), found=found))
        return archive.open(names[0])
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise EventsError(say("errors.damaged_zip", file=path.name, why=str(error))) from None


def _unpack(path: Path, scratch: Path) -> Path:
    """The file itself, or its unpacked copy in `scratch`."""
    _check(path)
    if _magic(path)[:2] not in (b"\x1f\x8b", b"PK"):
        return path
    target, size, packed = scratch / "unpacked", 0, path.stat().st_size
    try:
        with _opened(path) as stream, target.open("wb") as out:
            while chunk := stream.read(CHUNK):
                size += out.write(chunk)
                if size > max(BOMB_FLOOR, BOMB_RATIO * packed):
                    raise EventsError(say("errors.bomb", file=path.name, times=BOMB_RATIO, bytes=packed))
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise EventsError(say("errors.damaged_pack", file=path.name, why=str(error))) from None
    if size == 0:
        raise EventsError(say("errors.empty_packed", file=path.name, expected=EXPECTED))
    return target


def _encoding(path: Path, name: str) -> str:
    """Encoding of the whole file: the first chunk tells most, a later byte may still say Latin-1."""
    with path.open("rb") as stream:
        data = stream.read(CHUNK)
        encoding = _sniffed(data, name, whole=len(data) < CHUNK)
        if encoding != "utf-8":
            return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while data:
                decoder.decode(data) if decoder.getstate()[0] or not data.isascii() else None
                data = stream.read(CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return _eight_bit(error.object)
    return encoding


def _sniffed(data: bytes, name: str, *, whole: bool) -> str:
    """Encoding by byte order mark, zero bytes or validity; raises `EventsError` for bytes that are no text."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = [data[start : 1 << 16 : 2].count(0) for start in (0, 1)]
    half = max(1, min(len(data), 1 << 16) // 2)
    if max(zeros) > 0.5 * half and min(zeros) < 0.1 * half:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    controls = len(data) - len(data.translate(None, CONTROLS))
    if controls > 0.01 * len(data):
        raise EventsError(say("errors.binary_file", file=name, expected=EXPECTED))
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        return _eight_bit(data)
    return "utf-8"


def _eight_bit(data: bytes) -> str:
    """Latin-1 (as Windows writes it), unless most non-ASCII bytes are UTF-8 and only a few are broken."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    valid = sum(1 for letter in text if letter > "\x7f") - broken
    return "utf-8-broken" if valid > 4 * broken else "cp1252"


def _recoded(path: Path, encoding: str, target: Path) -> Path:
    """A UTF-8 copy with unix line ends."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for text in _texts(path, encoding):
            out.write(text)
    return target


def _texts(path: Path, encoding: str) -> Iterator[str]:
    # bytes that cp1252 leaves undefined are taken as Latin-1 has them, so that nothing is lost
    codecs.register_error("latin", lambda error: (error.object[error.start : error.end].decode("latin-1"), error.end))  # type: ignore[attr-defined]
    name = "utf-8" if encoding == "utf-8-broken" else encoding
    errors = "latin" if encoding == "cp1252" else "replace"
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
