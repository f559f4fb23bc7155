"""A schema registry, as Confluent, Apicurio, Karapace and Redpanda have it: which schema a number stands for."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from core.errors import InputError
from core.phrases import say
from core.stream.kafka.bounded import is_bounded

AVRO, JSON, UNBOUNDED = "AVRO", "JSON", "RECURSIVE"
TRIES, PAUSE, PATIENCE = 3, 0.5, 10.0
"""How often it is asked, seconds between, and seconds until an answer."""
DEPTH = 20
"""References of schemas to others, one behind the other."""
LARGEST = 4 << 20
"""Bytes of an answer."""


@dataclass(frozen=True)
class Schema:
    """What a number stands for."""

    kind: str
    parsed: Any = None
    """Of a schema of Avro, as fastavro takes it."""


class Registry:
    """Asks for each schema once."""

    def __init__(self, url: str, settings: Mapping[str, str] | None = None) -> None:
        """`settings` may hold `registry.username`, `.password`, `.ca.location`; raises `InputError` for a wrong URL."""
        parts, settings = urlsplit(url), settings or {}
        if "@" in parts.netloc:
            raise InputError(say("errors.kafka_secret"))
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise InputError(say("errors.registry_link", url=url[:200]))
        self.url, self._known = url.rstrip("/"), dict[int, Schema | None]()
        import httpx

        user = settings.get("registry.username")
        self._client = httpx.Client(
            auth=(user, settings.get("registry.password", "")) if user else None,
            verify=_trusted(settings["registry.ca.location"]) if "registry.ca.location" in settings else True,
            timeout=PATIENCE,
        )

    def schema(self, number: int) -> Schema | None:
        """The schema of a number, None where there is none; raises `InputError` where the registry gives no answer."""
        if number not in self._known:
            found = self._asked(f"/schemas/ids/{number}")
            self._known[number] = self._read(found) if found is not None else None
        return self._known[number]

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _read(self, found: Mapping[str, Any]) -> Schema | None:
        kind = str(found.get("schemaType", AVRO))
        if kind != AVRO:
            return Schema(kind)
        import fastavro

        named: dict[str, Any] = {}
        try:
            self._refer(found, named, DEPTH)
            parsed = fastavro.parse_schema(json.loads(found["schema"]), named)
            return Schema(kind, parsed) if is_bounded(parsed, named) else Schema(UNBOUNDED)
        except (KeyError, TypeError, ValueError, fastavro.schema.SchemaParseException, RecursionError):
            return None

    def _refer(self, found: Mapping[str, Any], named: dict[str, Any], depth: int) -> None:
        """Parse what a schema refers to first."""
        import fastavro

        for each in found.get("references", ()):
            where = f"/subjects/{quote(str(each['subject']), safe='')}/versions/{int(each['version'])}"
            inner = self._asked(where) if depth else None
            if inner is None:
                raise ValueError(where)
            self._refer(inner, named, depth - 1)
            fastavro.parse_schema(json.loads(inner["schema"]), named)

    def _asked(self, path: str) -> Mapping[str, Any] | None:
        """An answer; None where it says that there is none."""
        import httpx

        reason = ""
        for attempt in range(TRIES):
            time.sleep(PAUSE if attempt else 0)
            try:
                answer = self._client.get(f"{self.url}{path}")
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                answer.raise_for_status()
                found = answer.json() if len(answer.content) <= LARGEST else None
            except (httpx.HTTPError, ValueError) as error:
                reason = str(error).partition("\n")[0]
                continue
            if isinstance(found, dict):
                return found
            reason = "no JSON object"
        raise InputError(say("errors.registry_silent", url=self.url, why=reason[:200]))


def _trusted(file: str) -> Any:
    import ssl

    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError):
        raise InputError(say("errors.no_log", path=file)) from None
