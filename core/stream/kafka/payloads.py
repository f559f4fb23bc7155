"""The value of a message as records of a file: lines of CSV or JSON, or Avro as JSON with the same names."""

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from core.data import line_of, objects
from core.errors import EventsError
from core.phrases import Said, say
from core.stream.kafka.bounded import is_bounded
from core.stream.kafka.registry import AVRO, JSON, Registry
from core.stream.layout import ENCODING
from core.stream.source import records_of, text_of

CONTAINER, BY_NUMBER, HEAD = b"Obj\x01", 0, 5
"""How a file of Avro begins; the first byte before the number of a schema, and the bytes up to its end."""


@dataclass
class Payloads:
    """Reads values."""

    encoding: str = "utf-8"
    """Of texts that are not UTF-8."""
    registry: Registry | None = None

    def texts(self, value: bytes | None, is_open: Callable[[str], bool]) -> list[str]:
        """The records of a value; raises `ValueError` with a reason.

        Raises `InputError` where the registry gives no answer.
        """
        if not value:
            raise ValueError(say("reasons.no_message"))
        if value.startswith(CONTAINER):
            return list(_of_container(value))
        if value[0] == BY_NUMBER and len(value) >= HEAD:
            return self._by_number(value, is_open)
        return self._of_text(value, is_open)

    def _of_text(self, value: bytes, is_open: Callable[[str], bool]) -> list[str]:
        lines = b"\n" in value
        if (lines or value.lstrip()[:1] == b"[") and (text := line_of(value, self.encoding)) is not None:
            with contextlib.suppress(EventsError):
                if objects.are_objects(text):
                    return list(objects.as_lines(io.StringIO(text), ""))
        if not lines and (text := text_of(value, self.encoding)) is not None and not ('"' in text and is_open(text)):
            return [text] if text.strip() else []  # one line, as nearly all are
        texts, size = records_of(value, sys.maxsize, is_open, (False, self.encoding))
        if size < len(value):  # a quote that is never closed
            texts.append(line_of(value[size:], self.encoding))
        if None in texts:
            raise ValueError(ENCODING)
        return [text for text in texts if text and text.strip()]

    def _by_number(self, value: bytes, is_open: Callable[[str], bool]) -> list[str]:
        """A value behind the number of its schema."""
        if self.registry is None:
            raise ValueError(say("reasons.no_registry"))
        schema = self.registry.schema(int.from_bytes(value[1:HEAD], "big"))
        if schema is None:
            raise ValueError(say("reasons.no_schema"))
        if schema.kind == JSON:
            return self._of_text(value[HEAD:], is_open)
        if schema.kind != AVRO:
            raise ValueError(say("reasons.other_schema", kind=schema.kind[:40]))
        import fastavro

        with _avro():
            stream = io.BytesIO(value[HEAD:])
            found = fastavro.schemaless_reader(stream, schema.parsed, None)
            if stream.tell() != len(value) - HEAD:
                raise ValueError
        return [_written(found)]


def needs_registry(value: bytes | None) -> bool:
    """Whether a value names its schema by a number."""
    return value is not None and value[:1] == bytes([BY_NUMBER]) and len(value) >= HEAD


def _of_container(value: bytes) -> Iterator[str]:
    """Records of a file of Avro, which brings its schema."""
    import fastavro

    with _avro():
        found = fastavro.reader(io.BytesIO(value))
        if found.codec != "null":  # nothing bounds what it unpacks to; Kafka packs by itself
            raise ValueError(say("reasons.packed_avro"))
        named: dict[str, Any] = {}
        if not is_bounded(fastavro.parse_schema(found.writer_schema, named), named):
            raise ValueError(say("reasons.unbounded_avro"))
        yield from map(_written, found)


@contextlib.contextmanager
def _avro() -> Iterator[None]:
    """Whatever is wrong with a value becomes one reason."""
    try:
        yield
    except Exception as error:
        own = error.args[0] if error.args and isinstance(error.args[0], Said) else None
        raise ValueError(own or say("reasons.not_avro")) from None


def _written(row: Any) -> str:
    """A record as a line of JSON."""
    return json.dumps(row, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
