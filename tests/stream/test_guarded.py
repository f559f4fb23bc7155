"""Rights and certificates: what the environment says reaches the library, and a door that stays shut is one line."""

import contextlib
import json
from collections.abc import Callable, Iterator
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
from tests.stream.conftest import Broker
from tests.stream.guarded import Door, certificate

HIDDEN = "not-to-be-said"


@pytest.fixture
def door(broker: Broker) -> Iterator[Callable[..., str]]:
    """Host and port of a door before the broker, by what it asks for."""
    with contextlib.ExitStack() as opened:
        yield lambda *asks, **more: opened.enter_context(Door(broker.servers, *asks, **more)).server


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


def test_a_broker_behind_tls(broker, door, tmp_path, monkeypatch):
    """Read with the certificate that vouches for it; with another or without any one line says why nothing is."""
    monkeypatch.setattr(topics, "ANSWER", 2.0)
    topic = broker.topic(2)
    broker.send(topic, [b"%d" % number for number in range(200)], [str(number) for number in range(200)])
    own, other = certificate(tmp_path, "own"), certificate(tmp_path, "other")
    servers = door(own)
    found = texts(servers, topic, told(security_protocol="SSL", ssl_ca_location=own))
    assert sorted(found, key=int) == [str(number) for number in range(200)]
    with pytest.raises(InputError, match=r"refuses: .*certificate verify failed.*Check the settings"):
        texts(servers, topic, told(security_protocol="SSL", ssl_ca_location=other))
    with pytest.raises(InputError, match=r"No broker of Kafka answers at .*Check the address and security.protocol"):
        texts(servers, topic, told())


def login(protocol: str, password: str, **more: str | Path) -> Reach:
    """By name and password."""
    return told(security_protocol=protocol, sasl_mechanism="PLAIN", sasl_username="ann", sasl_password=password, **more)


def test_a_login_that_is_refused(broker, door, monkeypatch):
    """One line for a source and for a sink, which names the reason of the broker and never the password."""
    monkeypatch.setattr(writing, "ANSWER", 2.0)
    topic = broker.topic()
    servers = door(login=("ann", "another"))
    reach, link = login("SASL_PLAINTEXT", HIDDEN), Link.of(f"kafka://{servers}/{topic}")
    for ask in (lambda: texts(servers, topic, reach), lambda: TopicSink(link, "s", reach)):
        with pytest.raises(InputError, match=r"(refuses|answers).*SASL authentication error: unknown") as refused:
            ask()
        assert HIDDEN not in str(refused.value)


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_a_login_that_succeeds(broker, door, tmp_path, protocol):
    """What a sink writes through a door that asks for a password, with TLS or without, is read through it."""
    own = certificate(tmp_path, "own") if protocol == "SASL_SSL" else None
    servers, topic = door(own, ("ann", HIDDEN)), broker.topic()
    reach = login(protocol, HIDDEN, **({"ssl_ca_location": own} if own else {}))
    sink = TopicSink(Link.of(f"kafka://{servers}/{topic}"), "s", reach)
    assert sink.delivered("") == 0
    sink.send([(1, "ann", '{"user_id": "ann"}')])
    sink.close()
    (found,) = texts(servers, topic, reach)
    assert json.loads(found or "")["user_id"] == "ann"
