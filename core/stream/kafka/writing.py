"""Changes written to a topic, each once: one transaction holds the messages and the number of the last of them."""

from collections.abc import Sequence
from typing import Any

from core.errors import InputError
from core.phrases import say
from core.stream.kafka.link import Link
from core.stream.kafka.reach import Reach, kafka, why
from core.stream.publishing import Unsent, numbered

ANSWER = 10.0
"""Seconds in which a broker answers."""
OPEN_MS = 10_000
"""Milliseconds that a transaction may stay open, and that the broker is waited for in one."""


class TopicSink:
    """Writes as one producer, which an earlier one of the same stream can disturb no more.

    The number of the last message lies with the broker as the place of a group that nobody reads by. It is written in
    the transaction of the messages: whoever reads committed messages alone has each once, also over a kill.
    """

    def __init__(self, link: Link, stream: str, reach: Reach) -> None:
        """`stream` names who numbers the changes; raises `InputError` where the topic is not there."""
        self.link, self.stream, self._reach, self._kafka = link, stream, reach, kafka()
        self._writer = f"meander-{stream}"
        self._place = (link.topic, 0)
        heard: list[Any] = []
        own = {"group.id": self._writer, "enable.auto.commit": False, "error_cb": heard.append}
        self._reader = reach.client("Consumer", link.servers, **own)
        self._producer: Any = None
        try:
            self._find(heard)
        except BaseException:
            self.close()
            raise

    def _find(self, heard: Sequence[Any]) -> None:
        """Look for the topic; raises `InputError` where it is not there, with what was `heard` of the library."""
        link = self.link
        try:
            found = self._reader.list_topics(link.topic, ANSWER).topics[link.topic]
        except self._kafka.KafkaException as error:
            self._reader.poll(0)  # now it tells what it tried in vain
            told = why(heard[-1] if heard else error)
            raise InputError(say("errors.kafka_silent", servers=link.servers, why=told)) from None
        if found.error is not None:
            raise InputError(say("errors.kafka_topic", servers=link.servers, topic=link.topic))

    @property
    def name(self) -> str:
        """What it is called."""
        return self.link.name

    def delivered(self, _noted: str) -> int:
        """Number of the last change that is in the topic, 0 without; ends what an earlier writer left half-done."""
        try:
            self._begin()
            (found,) = self._reader.committed([self._kafka.TopicPartition(*self._place)], ANSWER)
            if found.error:
                raise self._kafka.KafkaException(found.error)
        except self._kafka.KafkaException as error:
            raise self._unsent(error) from None
        return max(0, int(found.offset) - 1)

    def send(self, rows: Sequence[tuple[int, str, str]]) -> str:
        """Write changes (number, user, text), all or none; raises `Unsent`."""
        try:
            self._producer.begin_transaction()
            for number, user, line in rows:
                self._producer.produce(self.link.topic, numbered(self.stream, number, line).encode(), user.encode())
            last = self._kafka.TopicPartition(*self._place, rows[-1][0] + 1)
            self._producer.send_offsets_to_transaction([last], self._reader.consumer_group_metadata(), ANSWER)
            self._producer.commit_transaction(ANSWER)
        except self._kafka.KafkaException as error:
            raise self._unsent(error) from None
        return ""

    def close(self) -> None:
        """Let go of it."""
        self._reader.close()

    def _begin(self) -> None:
        """A new producer, which ends what an earlier one of this name has begun."""
        own = {"transactional.id": self._writer, "transaction.timeout.ms": OPEN_MS}
        self._producer = self._reach.client("Producer", self.link.servers, **own)
        self._producer.init_transactions(ANSWER)

    def _unsent(self, error: Any) -> Exception:
        """What to do about an error: another one writes as this stream, or later again with a look at what is there."""
        inner = error.args[0]
        if inner.fatal():
            return InputError(say("errors.unpublished", sink=self.name, why=why(error)))
        return Unsent(why(error))
