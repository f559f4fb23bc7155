"""From a file as it arrives (packed, any encoding, any line ends) to plain UTF-8 text, or Parquet."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core.data import dialects, formats, objects, unrolling
from core.data.allowed import most_bytes
from core.data.encodings import EXPECTED, encoding_of, register_latin, sniffed
from core.data.unpacking import CHUNK, opened, unpacked
from core.errors import EventsError
from core.phrases import Said, say


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
    notes: tuple[Said, ...] = ()
    """What was done so that each event is a row."""


def prepare(path: Path, scratch: Path) -> Source:
    """Unpack and re-encode a file into `scratch` where needed; raises `EventsError`."""
    _check(path)
    plain = unpacked(path, scratch)
    with plain.open("rb") as stream:
        first = stream.read(formats.FIRST)
    if kind := formats.table_kind(first):
        return Source(formats.as_parquet(plain, kind, scratch / "table.parquet", path.name), path.name, parquet=True)
    formats.refuse_unread(first, path.name)
    source = Source(plain, path.name, parquet=False)
    encoding = encoding_of(plain, path.name)
    if encoding != "utf-8":
        source = replace(source, path=_recoded(plain, encoding, scratch / "text"), encoding=encoding)
    if objects.are_objects(_beginning(source.path)):
        source = replace(source, path=objects.rewritten(source.path, scratch / "objects", path.name))
    if lists := _lists(_beginning(source.path)):
        target, note = unrolling.rewritten(source.path, lists, scratch / "rows", path.name)
        source = replace(source, path=target, notes=(note,))
    return replace(source, lines=_lines(source.path))


def _beginning(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as text:
        return text.read(CHUNK)


def _lists(text: str) -> tuple[str, ...]:
    """Lists that are unrolled, where the text is of objects of JSON."""
    return unrolling.lists_of(text.splitlines()[: dialects.SAMPLE_LINES]) if text.lstrip().startswith("{") else ()


def head(path: Path, size: int = CHUNK, name: str = "") -> str:
    """The first lines of a file as text, whole ones unless a line is longer than `size` bytes.

    `name` is what messages call it, if it came under another.
    """
    name = name or path.name
    _check(path, name)
    with opened(path) as stream:
        data = stream.read(size)
        more = bool(stream.read(1))
    if kind := formats.table_kind(data):
        raise EventsError(say("errors.is_table", file=name, kind=kind))
    formats.refuse_unread(data, name)
    encoding = sniffed(data, name, whole=not more)
    text = codecs.getincrementaldecoder(_codec(encoding))("replace").decode(data, final=not more)
    text = _without_marks("\n" + text.replace("\r\n", "\n").replace("\r", "\n"))[1:]
    if objects.are_objects(text):
        text = "".join(f"{line}\n" for line in objects.as_lines(io.StringIO(text), name, whole=False))
    elif more:
        text = text[: text.rfind("\n") + 1] or text
    if lists := _lists(text):
        text = "".join(f"{line}\n" for line in unrolling.as_rows(text.splitlines(), lists))
    return text


def is_table(path: Path) -> bool:
    """Whether the file is a table with types (Parquet, Arrow, ORC), whatever its name."""
    _check(path)
    with opened(path) as stream:
        return bool(formats.table_kind(stream.read(formats.FIRST)))


def _check(path: Path, name: str = "") -> None:
    if not path.exists():
        raise EventsError(say("errors.no_file", path=str(path)))
    if path.is_dir():
        raise EventsError(say("errors.is_folder", path=str(path), expected=EXPECTED))
    if not path.is_file():
        raise EventsError(say("errors.is_device", path=str(path), expected=EXPECTED))
    if path.stat().st_size == 0:
        raise EventsError(say("errors.empty_file", file=name or path.name, expected=EXPECTED))
    most_bytes(path, name)


def _recoded(path: Path, encoding: str, target: Path) -> Path:
    """A UTF-8 copy with unix line ends."""
    before = "\n"
    with target.open("w", encoding="utf-8", newline="") as out:
        for text in _texts(path, encoding):
            out.write(_without_marks(before + text)[1:])
            before = text[-1]
    return target


def _without_marks(text: str) -> str:
    """Text in which no line begins with a byte order mark, as those of files put behind each other do."""
    return text.replace("\n\ufeff", "\n")


def _texts(path: Path, encoding: str) -> Iterator[str]:
    errors = register_latin() if encoding == "cp1252" else "replace"
    with path.open(encoding=_codec(encoding), errors=errors) as stream:
        while text := stream.read(CHUNK):
            yield text


def _codec(encoding: str) -> str:
    """The codec that reads an encoding."""
    return "utf-8" if encoding == "utf-8-broken" else encoding


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
