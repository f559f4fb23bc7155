"""Rights and certificates: what the environment says reaches the library, and a door that stays shut is one line."""

from pathlib import Path

import pytest

from core.errors import InputError
from core.stream.kafka import topic as topics
from core.stream.kafka import writing
from core.stream.kafka.link import Link
from core.stream.kafka.payloads import Payloads
from core.stream.kafka.reach import Reach
from core.stream.kafka.topic import Topic
from core.stream.kafka.writing import TopicSink
from tests.stream.guarded import certificate, guarded

HIDDEN = "not-to-be-said"


def told(**settings: str | Path) -> Reach:
    """As the environment of a process has them."""
    return Reach.of(environment={f"MEANDER_KAFKA_{name.upper()}": str(text) for name, text in settings.items()})


def texts(servers: str, topic: str, reach: Reach) -> list[str | None]:
    """All messages of a topic."""
    source, found = Topic(Link.of(f"kafka://{servers}/{topic}"), {}, reach, Payloads()), []
    while source.behind:
        found += source.read(100).texts
    source.close()
    return found


def test_a_broker_behind_tls(broker, tmp_path, monkeypatch):
    """Read with the certificate that vouches for it; with another or without any one line says why nothing is."""
    monkeypatch.setattr(topics, "ANSWER", 2.0)
    topic = broker.topic(2)
    broker.send(topic, [b"%d" % number for number in range(200)], [str(number) for number in range(200)])
    own, other = certificate(tmp_path, "own"), certificate(tmp_path, "other")
    servers = guarded(broker.servers, own)
    found = texts(servers, topic, told(security_protocol="SSL", ssl_ca_location=own))
    assert sorted(found, key=int) == [str(number) for number in range(200)]
    with pytest.raises(InputError, match=r"refuses: .*certificate verify failed.*Check the settings"):
        texts(servers, topic, told(security_protocol="SSL", ssl_ca_location=other))
    with pytest.raises(InputError, match=r"No broker of Kafka answers at .*Check the address and security.protocol"):
        texts(servers, topic, told())


def test_a_login_that_is_refused(broker, monkeypatch):
    """One line for a source and for a sink, which names the reason of the broker and never the password."""
    monkeypatch.setattr(writing, "ANSWER", 2.0)
    topic = broker.topic()
    servers = guarded(broker.servers, None, refuses=True)
    reach = told(security_protocol="SASL_PLAINTEXT", sasl_mechanism="PLAIN", sasl_username="ann",
                 sasl_password=HIDDEN)  # fmt: skip
    link = Link.of(f"kafka://{servers}/{topic}")
    for ask in (lambda: texts(servers, topic, reach), lambda: TopicSink(link, "s", reach)):
        with pytest.raises(InputError, match=r"(refuses|answers).*SASL authentication error: unknown") as refused:
            ask()
        assert HIDDEN not in str(refused.value)
