"""Changes on their way out: each once, also over a kill at any moment."""

import contextlib
import gc
import json
import os
import signal
import time

import pytest

from core.errors import InputError
from core.stream import publishing
from core.stream.journal import Journal
from core.stream.kafka import writing
from core.stream.kafka.link import Link
from core.stream.kafka.reach import Reach
from core.stream.kafka.writing import TopicSink
from core.stream.publishing import FileSink, Publisher
from core.stream.rows import Taken

CHANGES, KILLS = 400, 3


def noticed(journal, count: int) -> None:
    """Some more changes, in one step."""
    journal.write(Taken(changes=[("ann", json.dumps({"user_id": "ann"})) for _ in range(count)]))


def reached(path) -> int:
    """How many changes were noticed."""
    with contextlib.closing(Journal(path)) as journal:
        return int(journal.fact("noticed") or 0)


def notices_until_killed(path, sink_of) -> None:
    """What a stream does: writes changes down, and sends them."""
    with contextlib.closing(Journal(path)) as journal, contextlib.closing(Publisher(journal, sink_of())) as publisher:
        while (count := int(journal.fact("noticed") or 0)) < CHANGES:
            with journal.turn():
                noticed(journal, 4)
                journal.keep_fact("noticed", str(count + 4))
            publisher.send()
        publisher.send(last=True)


def killed_and_again(path, sink_of) -> None:
    """The same in processes that are killed, and then to the end."""
    for kill in range(KILLS):
        wanted, child = min(CHANGES, reached(path) + 60 + kill), os.fork()
        if not child:
            gc.disable()  # what belongs to the parent is not for this process to close
            try:
                notices_until_killed(path, sink_of)
            finally:
                os._exit(0)
        patience = time.monotonic() + 60
        while reached(path) < wanted and time.monotonic() < patience:
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    notices_until_killed(path, sink_of)


def test_in_a_topic_each_change_is_once(broker, tmp_path):
    """As whoever reads committed messages sees it; keyed by user, numbered without a gap."""
    name = broker.topic()
    killed_and_again(tmp_path / "stream.db", lambda: TopicSink(Link.of(broker.link(name)), "log", Reach({})))
    messages = broker.read(name)
    assert [json.loads(each.value())["sequence"] for each in messages] == list(range(1, CHANGES + 1))
    assert {each.key() for each in messages} == {b"ann"}


def test_in_a_file_each_change_is_once(tmp_path):
    """A line that broke off is cut, and its change written whole."""
    out = tmp_path / "changes.jsonl"
    killed_and_again(tmp_path / "stream.db", lambda: FileSink(out, "log"))
    assert [json.loads(line)["sequence"] for line in out.read_text().splitlines()] == list(range(1, CHANGES + 1))


@pytest.mark.parametrize("kind", ["file", "topic"])
def test_what_was_sent_and_not_noted_is_not_sent_again(broker, tmp_path, monkeypatch, kind):
    """Killed between the two, with what others wrote there meanwhile; another data set's changes are others."""
    name, out = broker.topic(), tmp_path / "changes.jsonl"

    def sink(stream: str = "log"):
        return TopicSink(Link.of(broker.link(name)), stream, Reach({})) if kind == "topic" else FileSink(out, stream)

    def found() -> list[tuple[str, int]]:
        texts = [m.value() for m in broker.read(name)] if kind == "topic" else out.read_bytes().splitlines()
        return [(told["stream"], told["sequence"]) for text in texts if (told := json.loads(text))]

    journal = Journal(tmp_path / "stream.db")
    noticed(journal, 3)
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "published", lambda _self, until, *_: 1 / (1 - bool(until)))
        with pytest.raises(ZeroDivisionError):
            Publisher(journal, sink()).send()
    if kind == "file":
        with out.open("a") as stream:
            stream.write('{"stream": "other", "sequence": 90}\n{"stream": "log", "sequence": 4, "us')
    else:
        broker.send(name, [b'{"stream": "other", "sequence": 90}'])
    noticed(journal, 2)
    assert Publisher(journal, sink()).send() == 2
    own = [("log", number) for number in range(1, 6)]
    assert found() == [*own[:3], ("other", 90), *own[3:]]
    second = Journal(tmp_path / "second.db")
    noticed(second, 1)
    assert Publisher(second, sink("second")).send() == 1
    assert found()[-1] == ("second", 1)


def test_what_cannot_be_sent_waits(broker, tmp_path, monkeypatch):
    """A broker that is away holds nothing up; at the end of a stream it is said."""
    monkeypatch.setattr(publishing, "PAUSE", 0.0)
    monkeypatch.setattr(writing, "ANSWER", 1.0)
    monkeypatch.setattr(writing, "OPEN_MS", 1000)
    name, journal = broker.topic(), Journal(tmp_path / "stream.db")
    publisher = Publisher(journal, TopicSink(Link.of(broker.link(name)), "log", Reach({})))
    noticed(journal, 1)
    assert publisher.send() == 1
    broker.process.kill()
    broker.process.wait()
    noticed(journal, 1)
    assert publisher.send() == 0
    with pytest.raises(InputError, match="Changes cannot be published to kafka://"):
        publisher.send(last=True)
    broker.restart()
    monkeypatch.setattr(writing, "ANSWER", 10.0)
    assert publisher.send(last=True) == 1
    assert [json.loads(each.value())["sequence"] for each in broker.read(name)][-1] == 2
    with pytest.raises(InputError, match="has no topic 'nowhere'"):
        TopicSink(Link.of(broker.link("nowhere")), "log", Reach({}))
    with pytest.raises(InputError, match="No such file or directory"):
        FileSink(tmp_path / "nowhere" / "changes.jsonl", "log")
