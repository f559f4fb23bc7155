"""A topic as a log that grows: on from any place that was kept, and no loss that is not told of."""

import time
from collections import deque

import pytest

from core.errors import InputError
from core.stream.kafka import topic as topics
from core.stream.kafka.link import Link
from core.stream.kafka.payloads import Payloads
from core.stream.kafka.reach import Reach
from core.stream.kafka.topic import Topic
from tests.stream.guarded import Door


def read(broker, name, kept=None, only=()):
    """Texts of a topic up to its end, and the places behind them."""
    source = Topic(Link.of(broker.link(name)), kept or {}, Reach({}), Payloads(), only)
    texts, places = [], dict(kept or {})
    while source.behind:
        found = source.read(7)
        texts += found.texts
        places |= found.position
    again = source.read(7)  # one more look finds nothing
    source.close()
    return texts + list(again.texts), places | dict(again.position)


def test_goes_on_where_it_was(broker):
    """From places that were kept, each message once; partitions one by one; a group is only a name."""
    name = broker.topic(3)
    broker.send(name, [b"%d" % number for number in range(60)], [str(number) for number in range(60)])
    parts = [read(broker, name, only=(part,))[0] for part in range(3)]
    first, places = read(broker, f"{name}?group=readers")
    assert (
        sorted(first, key=int)
        == sorted((text for part in parts for text in part), key=int)
        == [str(number) for number in range(60)]
    )
    assert {at.end - at.offset for at in places.values()} == {0}
    broker.send(name, [b"60"])
    assert read(broker, name, places)[0] == ["60"]


def test_new_partitions_are_followed(broker, monkeypatch):
    """As soon as they are seen, from their start."""
    from confluent_kafka.admin import NewPartitions

    monkeypatch.setattr(topics, "LOOK_EVERY", 0.0)
    name = broker.topic()
    broker.send(name, [b"a"])
    source = Topic(Link.of(broker.link(name)), {}, Reach({}), Payloads())
    texts = [text for _ in range(10) for text in source.read(9).texts]
    admin = broker.admin()
    for done in admin.create_partitions([NewPartitions(name, 2)]).values():
        done.result()
    broker.send(name, [b"%d" % number for number in range(20)], [str(number) for number in range(20)])
    for _ in range(100):
        texts += source.read(9).texts
        if len(texts) == 21:
            break
    assert sorted(texts) == sorted(["a", *map(str, range(20))])
    assert source.happened == {topics.ADDED: 1}
    source.close()


def test_what_was_lost_is_an_error(broker):
    """Messages that went before they were read, a log that was cut or made anew, a topic that is gone."""
    from confluent_kafka import TopicPartition

    name = broker.topic()
    broker.send(name, [b"%d" % number for number in range(30)])
    _, places = read(broker, name)
    broker.send(name, [b"%d" % number for number in range(30, 60)])
    admin = broker.admin()
    for done in admin.delete_records([TopicPartition(name, 0, 40)]).values():
        done.result()
    with pytest.raises(InputError, match="10 messages that were not read are gone; the oldest there is number 40"):
        read(broker, name, places)
    assert read(broker, name)[0] == [str(number) for number in range(40, 60)]
    for done in admin.delete_topics([name]).values():
        done.result()
    with pytest.raises(InputError, match=f"has no topic '{name}'"):
        read(broker, name, places)


@pytest.mark.parametrize("messages", [10, 30, 50])
def test_a_topic_that_was_made_anew_is_an_error(broker, messages):
    """Also where it has as many messages as before, or more."""
    from confluent_kafka.admin import NewTopic

    name, admin = broker.topic(), broker.admin()
    broker.send(name, [b"%d" % number for number in range(30)])
    _, places = read(broker, name)
    for done in admin.delete_topics([name]).values():
        done.result()
    for done in admin.create_topics([NewTopic(name, 1, 1)]).values():
        done.result()
    broker.send(name, [b"%d" % number for number in range(messages)])
    with pytest.raises(InputError, match="is not the log that was read up to number 30"):
        read(broker, name, places)


def test_only_what_was_committed_is_read(broker):
    """A transaction that was given up brings nothing, and its marks do not count as lag, then or later."""
    from confluent_kafka import Producer

    name = broker.topic()
    producer = Producer({"bootstrap.servers": broker.servers, "transactional.id": "tests"})
    producer.init_transactions(10)
    for value, ends in ((b"yes", producer.commit_transaction), (b"no", producer.abort_transaction)):
        producer.begin_transaction()
        producer.produce(name, value)
        producer.flush(10)
        ends(10)
    texts, places = read(broker, name)
    assert texts == ["yes"]
    assert {at.end - at.offset for at in places.values()} == {0}
    assert read(broker, name, places, ())[0] == []


def test_a_broker_that_is_away_is_waited_for(broker, monkeypatch):
    """For a while: back, it is read on; then it is an error that says that nothing was lost."""
    name, texts = broker.topic(), []
    broker.send(name, [b"a"])
    source = Topic(Link.of(broker.link(name)), {}, Reach({}), Payloads())
    while not texts:
        texts += source.read(9).texts
    time.sleep(1)  # this broker is not safe to be killed right after a write
    broker.restart()
    broker.send(name, [b"b"])
    patience = time.monotonic() + 60
    while len(texts) < 2 and time.monotonic() < patience:
        texts += source.read(9).texts
    assert texts == ["a", "b"]
    monkeypatch.setattr(topics, "PATIENCE", 0.2)
    broker.process.kill()
    broker.process.wait()
    with pytest.raises(InputError, match=r"No broker of Kafka answers at .*nothing was lost"):
        deque((source.read(9) for _ in range(1000)), maxlen=0)
    source.close()
    broker.restart()


def test_a_cable_that_is_pulled(broker, monkeypatch):
    """Plugged in again in time nothing is missing; a broker that stays silent is one line, not waited for for ever."""
    monkeypatch.setattr(topics, "LOOK_EVERY", 0.0)
    name = broker.topic()
    broker.send(name, [b"%d" % number for number in range(30)])
    with Door(broker.servers) as door:
        source = Topic(Link.of(f"kafka://{door.server}/{name}"), {}, Reach({}), Payloads())
        texts = [*source.read(10).texts]
        door.pull()
        broker.send(name, [b"%d" % number for number in range(30, 60)])
        texts += source.read(100).texts
        assert len(texts) < 60
        door.plug()
        while len(texts) < 60:
            texts += source.read(100).texts
        assert sorted(texts, key=int) == [str(number) for number in range(60)]
        door.pull()
        monkeypatch.setattr(topics, "PATIENCE", 0.5)
        with pytest.raises(InputError, match=r"No broker of Kafka answers at .*nothing was lost"):
            drained(source)
        source.close()


def drained(source):
    """Read on and on."""
    for _ in range(5):
        source.read(100)
