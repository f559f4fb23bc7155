"""A topic of a real broker followed into states: each event once, whatever happens; nothing lost in silence."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from core import pipeline
from core.cli import main
from core.errors import InputError
from core.pipeline import Feed
from core.stream.kafka import topic as topics
from core.stream.sharing import Others
from tests.stream.conftest import ONCE, as_json, check


def test_counts_and_states_are_those_of_a_batch(log, broker):
    """With repeats, messages without an event, a broker that is killed amid; then nothing is left, and nothing new."""
    workspace, new = log
    topic, rows = broker.topic(3), pd.concat([new, new[::20]], ignore_index=True)
    feed = Feed(broker.link(topic))
    half = len(rows) // 2
    broker.send(topic, as_json(rows[:half]), rows["user_id"].tolist())
    pipeline.stream(workspace, "log", feed, ONCE)
    broker.restart()
    broker.send(topic, as_json(rows[half:]), rows["user_id"][half:].tolist())
    broker.send(topic, [b"{", b'{"user_id": "u"}', b"\xff\xfe", None])
    counts = pipeline.stream(workspace, "log", feed, ONCE)
    assert (counts["events"], counts["repeats"], counts["malformed"]) == (len(new), len(new[::20]), 4)
    assert (counts["rows"], counts["lag"]) == (len(rows) + 4, 0)
    check(workspace, new)
    assert pipeline.stream(workspace, "log", feed, ONCE) == counts
    dead = pipeline.dead_letters(workspace, "log")
    assert dict(zip(dead["value"], dead["reason"], strict=True)) == {
        "{": "not a JSON object",
        '{"user_id": "u"}': "item_id is missing",
        "": "message is empty",
        "\\xff\\xfe": "row is not UTF-8",
    }


@pytest.mark.parametrize("keyed", [True, False])
def test_partitions_split_over_processes(log, broker, keyed, monkeypatch):
    """Two at once, each a partition: exact where each has its own users, and where the users of one are the other's."""
    workspace, new = log
    rows = new[~new.duplicated(["user_id", "timestamp"], keep=False)]
    topic = broker.topic(2)
    broker.send(topic, as_json(rows), rows["user_id"].tolist() if keyed else rows["item_id"].tolist())
    feed, done, turns = Feed(broker.link(topic)), [], []
    heard = Others.brought
    monkeypatch.setattr(Others, "brought", lambda self, journal: turns.append(self.turns) or heard(self, journal))

    def other(_step) -> None:
        if not done:
            done.append(1)
            pipeline.stream(workspace, "log", feed, replace(ONCE, partitions=(1,), at_once=100))
            with pytest.raises(InputError, match="is running already"):
                pipeline.stream(workspace, "log", feed, replace(ONCE, partitions=(0,)))
            with pytest.raises(InputError, match="is running already"):
                pipeline.stream(workspace, "log", feed, ONCE)

    counts = pipeline.stream(workspace, "log", feed, replace(ONCE, partitions=(0,), at_once=100), other)
    assert (counts["events"], counts["lag"]) == (len(rows), 0)
    assert any(turns) != keyed
    check(workspace, rows)


def test_from_the_command_line(log, broker, capsys, monkeypatch):
    """A link stays a string, `--json` tells of the lag, and whatever is wrong is one line."""
    monkeypatch.setattr(topics, "ANSWER", 1.0)
    workspace, new = log
    topic = broker.topic()
    broker.send(topic, as_json(new[:50]))
    own = ["stream", "log", "--workspace", str(workspace.root), "--json"]
    follow = [*own, "--once", "--model", "popularity", "--source"]
    assert main([*follow, broker.link(topic)]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["events"], counts["lag"]) == (50, 0)
    assert main(own) == 0
    assert json.loads(capsys.readouterr().out) == counts
    for link, said in (
        (broker.link("nowhere"), "has no topic 'nowhere'"),
        ("kafka://127.0.0.1:1/topic", "No broker of Kafka answers at 127.0.0.1:1"),
        (f"kafka://ann:secret@{broker.servers}/{topic}", "must hold no user and no password"),
    ):
        assert main([*follow, link]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert "secret@" not in told
    assert main([*follow, broker.link(topic), "--partitions", "7"]) == 2
    assert "has no partition 7. Choose from 0 to 0" in capsys.readouterr().err
