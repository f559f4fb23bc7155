"""What a file is packed in: gzip, bzip2, xz, zstd, lz4, zip, tar, and how far it may unpack.

Nothing is written but the bytes of one member, so that names, links and rights in an archive do not matter.
"""

import bz2
import contextlib
import errno
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from core.data import workbooks
from core.data.allowed import bomb, most_bytes
from core.data.encodings import EXPECTED
from core.errors import EventsError
from core.phrases import say
from core.settings import intake

CHUNK = 1 << 20
DIRECTORY_ENTRY = 300
"""Bytes that a member of a zip may take in its directory, on the mean."""
END_OF_ZIP = 22 + 0xFFFF
"""Bytes from which on the end of a zip must stand, with the longest of comments."""
JUNK = re.compile(r"(^|/)(__MACOSX/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)")
"""What systems add to an archive unasked."""
TAR, TAR_AT = b"ustar", 257
DAMAGE = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError)
"""What libraries raise for packed bytes that are not whole."""


class _Measured(io.RawIOBase):
    """A stream that refuses to give out more than a log of its packed size may hold."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path, self._given = stream, path, 0
        self._most = most_bytes(path)

    def readable(self) -> bool:
        """It is made to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; raises `EventsError` past the limit."""
        data = self._stream.read(len(buffer))
        self._given += len(data)
        if self._given > self._most:
            raise bomb(self._path)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
        super().close()


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The unpacked bytes of a file, or of the one file in an archive; raises `EventsError`."""
    magic = _magic(path)
    try:
        with contextlib.closing(_stream(path, magic)) as stream:
            if stream.peek(512)[TAR_AT : TAR_AT + len(TAR)] != TAR:
                yield cast("IO[bytes]", stream)
                return
        with _tar_member(path, magic) as member:
            yield member
    except DAMAGE as error:
        if not _is_packed(magic) or getattr(error, "errno", None) == errno.ENOSPC:
            raise
        raise EventsError(say("errors.damaged_pack", file=path.name, why=str(error))) from None


def unpacked(path: Path, scratch: Path) -> Path:
    """The file itself, or its unpacked copy in `scratch`; raises `EventsError`."""
    if not _is_packed(_magic(path)):
        return path
    target, size = scratch / "unpacked", 0
    with opened(path) as stream, target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            size += out.write(chunk)
    if size == 0:
        raise EventsError(say("errors.empty_packed", file=path.name, expected=EXPECTED))
    return target


def _magic(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(512)


def _is_packed(magic: bytes) -> bool:
    return magic.startswith(tuple(PACKED)) or magic[TAR_AT : TAR_AT + len(TAR)] == TAR


def _stream(path: Path, magic: bytes) -> io.BufferedReader:
    """The bytes of a file, unpacked if it is packed, never more of them than a log may have."""
    opener = next((opener for start, opener in PACKED.items() if magic.startswith(start)), None)
    if opener is None:
        return path.open("rb")
    return io.BufferedReader(_Measured(opener(path), path), CHUNK)


def _only(names: Iterable[str], path: Path) -> str:
    """The one file of an archive that is no junk."""
    found = [name for name in names if not name.endswith("/") and not JUNK.search(name)]
    if len(found) != 1:
        some = ", ".join(found[:5]) or "nothing"
        raise EventsError(say("errors.many_files", file=path.name, count=len(found), found=some))
    return found[0]


@contextlib.contextmanager
def _tar_member(path: Path, magic: bytes) -> Iterator[IO[bytes]]:
    """The one file in a tar archive; it is walked twice, as a packed one cannot be turned back."""
    with _stream(path, magic) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        wanted = _only((member.name for member in _members(archive, path) if member.isreg()), path)
    with _stream(path, magic) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        member = archive.extractfile(next(member for member in archive if member.name == wanted))
        assert member is not None
        yield io.BufferedReader(_Measured(member, path), CHUNK)


def _members(archive: tarfile.TarFile, path: Path) -> Iterator[tarfile.TarInfo]:
    """Members one by one, none of which says that it is larger than it may be: all of it would be waited for."""
    most = most_bytes(path)
    for count, member in enumerate(archive):
        if member.size > most:
            raise bomb(path)
        if count >= intake().members:
            raise EventsError(say("errors.many_members", file=path.name, most=intake().members))
        yield member


def _check_directory(path: Path) -> None:
    """Raise `EventsError` unless the directory of a zip is as short as one of a few members is."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - END_OF_ZIP))
        tail = stream.read()
    place = tail.rfind(b"PK\5\6")
    size = int.from_bytes(tail[place + 12 : place + 16], "little") if place >= 0 else 0
    if size == 0xFFFFFFFF or size > intake().members * DIRECTORY_ENTRY:
        raise EventsError(say("errors.many_members", file=path.name, most=intake().members))


def _zip_member(path: Path) -> IO[bytes]:
    try:
        _check_directory(path)
        archive = zipfile.ZipFile(path)
        names = archive.namelist()
        if any(name.startswith("xl/") for name in names):
            return workbooks.as_text(path)
        if "content.xml" in names and "mimetype" in names:
            raise EventsError(say("errors.open_document", file=path.name))
        return archive.open(_only(names, path))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise EventsError(say("errors.damaged_zip", file=path.name, why=str(error))) from None


def _arrow_stream(kind: str) -> Callable[[Path], IO[bytes]]:
    """A codec that comes with Arrow."""

    def opener(path: Path) -> IO[bytes]:
        import pyarrow as pa

        return cast("IO[bytes]", pa.CompressedInputStream(pa.OSFile(str(path)), kind))

    return opener


PACKED: dict[bytes, Callable[[Path], IO[bytes]]] = {
    b"\x1f\x8b": gzip.open,  # type: ignore[dict-item]
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
    b"\x28\xb5\x2f\xfd": _arrow_stream("zstd"),
    b"\x04\x22\x4d\x18": _arrow_stream("lz4"),
    b"PK\x03\x04": _zip_member,
    b"PK\x05\x06": _zip_member,
}
"""How to open what begins so."""
