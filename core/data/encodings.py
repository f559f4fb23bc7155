"""Which encoding a text is in, told from its bytes alone."""

import codecs
import contextlib
import re
from pathlib import Path

from core.errors import EventsError
from core.phrases import say

CHUNK = 1 << 20
CONTROLS = bytes(set(range(32)) - {1, 9, 10, 12, 13, 26, 27, 28, 29, 30, 31}) + b"\x7f"
EXPECTED = say("errors.expected")
MOST_ZEROS = 0.1
"""Share of zero bytes that a text may hold, as padding or ends of its cells; they are left out."""
WORDS = 0.9
"""Share of the bytes and letters beyond ASCII that must fit an encoding of another script."""
INSIDE = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]{2}(?=[A-Za-z])")
"""Two letters beyond ASCII inside of a word of others, as in Portuguese."""
OTHERS = {
    "shift_jis": re.compile("[\u3040-\u30ff\u4e00-\u9fff\u3000-\u303f\uff00-\uff60]"),
    "gb18030": re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uff60]"),
    "cp1251": re.compile("[\u0410-\u044f\u0401\u0451]"),
}
"""Encodings of other scripts, and the letters that text in them has."""


def encoding_of(path: Path, name: str) -> str:
    """Encoding of the whole file: the first chunk tells most, later bytes may say Latin-1 or be a mark again."""
    with path.open("rb") as stream:
        data = stream.read(CHUNK)
        encoding = sniffed(data, name, whole=len(data) < CHUNK)
        if encoding != "utf-8":
            return encoding
        decoder, end = codecs.getincrementaldecoder("utf-8")(), b""
        try:
            while data:
                if decoder.getstate()[0] or not data.isascii():
                    decoder.decode(data)
                    encoding = "utf-8-sig" if b"\n" + codecs.BOM_UTF8 in end + data else encoding
                end, data = data[-3:], stream.read(CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return _eight_bit(error.object)
    return encoding


def sniffed(data: bytes, name: str, *, whole: bool) -> str:
    """Encoding by byte order mark, zero bytes or validity; raises `EventsError` for bytes that are no text."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = [data[start : 1 << 16 : 2].count(0) for start in (0, 1)]
    half = max(1, min(len(data), 1 << 16) // 2)
    if max(zeros) > 0.5 * half and min(zeros) < 0.1 * half:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    data = data.rstrip(b"\0")
    written = data if data.count(0) > MOST_ZEROS * len(data) else data.replace(b"\0", b"")
    if len(written) - len(written.translate(None, CONTROLS)) > 0.01 * len(written):
        raise EventsError(say("errors.binary_file", file=name, expected=EXPECTED))
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        return _eight_bit(data)
    return "utf-8"


def register_latin() -> str:
    """The name of an error handler that takes bytes which cp1252 leaves undefined as Latin-1 has them: none is lost."""
    codecs.register_error("latin", lambda error: (error.object[error.start : error.end].decode("latin-1"), error.end))  # type: ignore[attr-defined]
    return "latin"


def line_of(line: bytes, encoding: str) -> str | None:
    """The text of one line of a log that was in some encoding; None where it is in none that is known.

    What is UTF-8 is read so: whoever wrote the log may write otherwise now.
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    if encoding == "cp1252":
        return line.decode(encoding, register_latin())
    with contextlib.suppress(UnicodeDecodeError):
        return line.decode(encoding) if encoding in OTHERS else None
    return None


def _eight_bit(data: bytes) -> str:
    """Latin-1 (as Windows writes it), unless the bytes are broken UTF-8, or Chinese, Japanese or Cyrillic."""
    data = data[:CHUNK]
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    valid = sum(1 for letter in text if letter > "\x7f") - broken
    if valid > 4 * broken:
        return "utf-8-broken"
    order = sorted(OTHERS, key=lambda name: name == "cp1251", reverse=_is_cyrillic(data))
    return next((name for name in order if _written_in(data, name, OTHERS[name])), "cp1252")


def _is_cyrillic(data: bytes) -> bool:
    """Whether the bytes are rather letters of Cyrillic words, mostly small ones, than halves of Chinese characters."""
    found = [byte for byte in data if byte > 127]
    letters = sum(byte >= 0xC0 or byte in (0xA8, 0xB8) for byte in found)
    return letters > WORDS * len(found) and sum(byte >= 0xE0 for byte in found) > 0.7 * len(found)


def _written_in(data: bytes, encoding: str, letters: re.Pattern[str]) -> bool:
    """Whether nearly all that is not ASCII becomes words in those letters, which Latin-1 has one or two of in a row."""
    runs = re.findall(rb"[\x80-\xff][\x40-\xff]*[\x80-\xff]+", INSIDE.sub(b"", data))
    if sum(map(len, runs)) < WORDS * sum(byte > 127 for byte in data):
        return False
    found = "".join(letter for letter in data.decode(encoding, "replace") if letter > "\x7f")
    return len(letters.findall(found)) > WORDS * len(found)
