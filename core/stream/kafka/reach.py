"""How brokers are reached: rights and certificates from the environment or a file, never from a link."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from core.errors import InputError
from core.phrases import say

PREFIX = "MEANDER_KAFKA_"
SECURITY = (
    "security.protocol", "sasl.mechanism", "sasl.username", "sasl.password", "sasl.oauthbearer.method",
    "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.token.endpoint.url",
    "sasl.oauthbearer.scope", "ssl.ca.location", "ssl.certificate.location", "ssl.key.location", "ssl.key.password",
    "ssl.endpoint.identification.algorithm", "client.id", "client.rack",
)  # fmt: skip
"""Settings of librdkafka that may be given: none that names code to load or a command to run, none that would
change what is promised."""
REGISTRY = ("registry.username", "registry.password", "registry.ca.location")
QUIET = {"log_level": 0}
"""What goes wrong is told by errors."""


@dataclass(frozen=True)
class Reach:
    """Settings by name."""

    settings: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Self:
        """From `MEANDER_KAFKA_SASL_PASSWORD=..` and the like, and lines `sasl.password=..` of a file, which goes first.

        Raises `InputError` for a name that is none; values are never repeated.
        """
        told = {
            variable.removeprefix(PREFIX).lower().replace("_", "."): text
            for variable, text in environment.items()
            if variable.startswith(PREFIX)
        }
        told |= _in_file(file) if file else {}
        for name in told:
            if name not in (*SECURITY, *REGISTRY):
                raise InputError(say("errors.kafka_setting", name=name[:80], known=", ".join((*SECURITY, *REGISTRY))))
        return cls(told)

    def client(self, kind: str, servers: str, **more: Any) -> Any:
        """A `Consumer` or `Producer` of the library; raises `InputError` where the settings cannot be."""
        library = kafka()
        own = {name: text for name, text in self.settings.items() if name in SECURITY}
        try:
            return getattr(library, kind)(own | QUIET | {"bootstrap.servers": servers} | more)
        except library.KafkaException as error:
            raise InputError(say("errors.kafka_refused", servers=servers, why=why(error))) from None


def kafka() -> ModuleType:
    """The library; raises `InputError` that says what to install where it is missing."""
    try:
        import confluent_kafka
    except ModuleNotFoundError:
        raise InputError(say("errors.no_kafka")) from None
    return confluent_kafka


def why(error: Any) -> str:
    """What an error of the library says, in one line."""
    inner = error.args[0] if isinstance(error, Exception) and error.args else error
    text = inner.str() if hasattr(inner, "str") else str(inner)
    return re.sub(r" \(after \d+ms in state.*$", "", " ".join(text.split()))[:300].rstrip(".")


def _in_file(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(say("errors.no_log", path=str(file))) from None
    pairs = [line.partition("=") for line in map(str.strip, lines) if line and not line.startswith(("#", "!"))]
    return {name.strip(): text.strip() for name, _, text in pairs}
