"""Links to topics."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.stream.kafka.link import Link

NAMES = st.text("aZ09._-", min_size=1, max_size=20)


@settings(max_examples=30)
@given(hosts=st.lists(st.tuples(NAMES, st.integers(0, 65535)), min_size=1, max_size=3), topic=NAMES, group=NAMES)
def test_what_a_link_says_is_read(hosts, topic, group):
    """Several brokers, a topic, a group; it is called by all but the group."""
    servers = ",".join(f"{host}:{port}" for host, port in hosts)
    link = Link.of(f"kafka://{servers}/{topic}?group={group}")
    assert (link.servers, link.topic, link.group, link.name) == (servers, topic, group, f"kafka://{servers}/{topic}")
    assert Link.of(link.name) == Link(servers, topic)


@pytest.mark.parametrize(
    "text",
    ["kafka:/h/t", "kafka://h", "kafka://h/", "kafka://h/a/b", "kafka:///t", "kafka://h:x/t", "kafka://h/t?offset=3",
     "kafka://[::1/t", "kafka://h/t#1", "kafka://h,/t"],
)  # fmt: skip
def test_what_is_no_link_is_refused(text):
    """With what was expected."""
    assert Link.is_one(text)
    with pytest.raises(InputError, match=r"is no link to a topic of Kafka. Expected kafka://HOST:PORT/TOPIC"):
        Link.of(text)


def test_a_link_with_a_password_is_refused_unsaid():
    """The line does not repeat it."""
    with pytest.raises(InputError, match="must hold no user and no password") as refused:
        Link.of("kafka://ann:secret@h/t")
    assert "secret@" not in str(refused.value)
    assert Link.of("kafka://[::1]:9/t").servers == "[::1]:9"
    assert not Link.is_one("kafka.csv")
