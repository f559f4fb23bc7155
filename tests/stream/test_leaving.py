"""One person taken out of what was streamed: also what held no event, and what waits to be published."""

import contextlib

import numpy as np

from core.stream import leaving
from core.stream.journal import Journal
from core.stream.kafka.topic import Offset
from core.stream.rows import Flag, Logged, Taken
from core.stream.source import Dead
from core.workspace import Person


def test_nothing_of_a_person_stays(tmp_path):
    """What is told of them is what goes; what is of others stays, and so does how far the topic was read."""
    letters = [Dead("0:7", "timestamp is missing", b'{"who": "%s"}' % who) for who in (b"ann-1", b"bob-2")]
    people = ("ann-1", "bob-2")
    with contextlib.closing(Journal(tmp_path / "stream.db")) as journal:
        journal.write(
            Taken(
                [Logged(who, "tea", 5) for who in people],
                states={who: (1, np.ones(2, np.float32)) for who in people},
                read={"kafka://h:1/t#0": Offset(8, 7, "ab", 9)},
                flags=[Flag(who, 5, 4, 3.0) for who in people],
                dead=letters,
                changes=[(who, "{}") for who in people],
            )
        )
    person = Person("ann-1")
    told = leaving.told(tmp_path / "stream.db", person)
    assert {name: len(rows) for name, rows in told.items()} == dict.fromkeys(
        ("events", "states", "flags", "outbox", "dead"), 1
    )
    assert leaving.without(tmp_path / "stream.db", tmp_path / "after.db", person) == (1, 5)
    assert b"ann-1" not in (tmp_path / "after.db").read_bytes()
    with contextlib.closing(Journal(tmp_path / "after.db")) as after:
        assert after.read("kafka://h:1/t") == {
            "kafka://h:1/t#0": ({"offset": 8, "last": 7, "mark": "ab", "end": 9}, "")
        }
        assert after.lag() == {"kafka://h:1/t#0": 1}
        assert [each[3] for each in after.dead()] == [b'{"who": "bob-2"}']
        assert [user for _, user, _ in after.waiting(9)] == ["bob-2"]
    assert leaving.told(tmp_path / "after.db", person) == {}
