"""Links to topics: `kafka://HOST:PORT/TOPIC?group=NAME`; a link never holds a secret."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from core.errors import InputError
from core.phrases import say

SCHEME, PORT = "kafka://", "9092"
SERVER = re.compile(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?")
TOPIC = re.compile(r"[\w.-]{1,249}", re.ASCII)


@dataclass(frozen=True)
class Link:
    """A topic, and where it is asked for."""

    servers: str
    """Hosts and ports, separated by commas."""
    topic: str
    group: str = ""
    """The name under which rights and quotas are looked up; no place is kept there."""

    @staticmethod
    def is_one(text: object) -> bool:
        """Whether a text means a topic and no file."""
        return str(text).lower().startswith("kafka:")

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a link; raises `InputError` without repeating what may be a secret.

        >>> Link.of("kafka://a,b:9093/clicks?group=g")
        Link(servers='a:9092,b:9093', topic='clicks', group='g')
        """
        if "@" in text:
            raise InputError(say("errors.kafka_secret"))
        wrong = InputError(say("errors.kafka_link", link=text[:200]))
        if not text.lower().startswith(SCHEME):
            raise wrong
        try:
            parts = urlsplit(text)
        except ValueError:
            raise wrong from None
        servers = [SERVER.fullmatch(server) for server in parts.netloc.split(",")]
        topic, asked = unquote(parts.path.removeprefix("/")), parse_qsl(parts.query, keep_blank_values=True)
        if not all(servers) or not TOPIC.fullmatch(topic) or {name for name, _ in asked} - {"group"} or parts.fragment:
            raise wrong
        hosts = ",".join(f"{server[1]}:{server[2] or PORT}" for server in servers if server)
        return cls(hosts, topic, dict(asked).get("group", ""))

    @property
    def name(self) -> str:
        """The topic as it is written down: without a group, which says nothing of what is in it."""
        return f"{SCHEME}{self.servers}/{self.topic}"
