"""A topic read to its end and on, from the places that the journal holds; Kafka itself keeps none.

What was read and is known again is proved: the last message that was taken in is read once more and compared. So a
topic that was made anew, a log that was cut, or messages that went before they were read are errors, never a silent
start from somewhere else.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import InputError
from core.phrases import say
from core.stream.journal import PART
from core.stream.kafka.link import Link
from core.stream.kafka.payloads import Payloads, needs_registry
from core.stream.kafka.reach import Reach, kafka, why
from core.stream.source import Dead, Records

ADDED = "partitions added"
WAIT = 0.05
"""Seconds that a read waits for messages."""
ANSWER = 10.0
"""Seconds in which a broker answers a question."""
PATIENCE = 60.0
"""Seconds without any broker until that is an error; until then it is waited for."""
LOOK_EVERY = 10.0
"""Seconds between two looks at the partitions of the topic."""
GONE = ("UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION", "UNKNOWN_TOPIC_ID")
REFUSED = ("_AUTHENTICATION", "_SSL", "SASL_AUTHENTICATION_FAILED", "TOPIC_AUTHORIZATION_FAILED",
           "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED")  # fmt: skip


@dataclass(frozen=True)
class Offset:
    """A place in a partition: everything before it was given out."""

    offset: int
    last: int = -1
    """Number of the last message that was given out, -1: none."""
    mark: str = ""
    """What that message is known again by."""
    end: int = 0
    """Number behind the newest message that was heard of."""


Offsets = Mapping[int, Offset]


class Topic:
    """Follows all partitions of a topic, new ones too, or some."""

    def __init__(self, link: Link, kept: Offsets, reach: Reach, payloads: Payloads, only: Sequence[int] = ()) -> None:
        """Goes on at the places that were kept, else at the start; raises `InputError` where that cannot be."""
        self.link, self.payloads, self.happened = link, payloads, Counter[str]()
        self._only, self._kept, self._reached, self._trouble = tuple(only), dict(kept), set[int](), ("", 0.0)
        self._at: dict[int, Offset] = {}
        self._told: dict[int, Offset] = {}
        self._proofs: dict[int, Offset] = {}
        self._looked = time.monotonic()
        self._kafka = kafka()
        self._consumer = reach.client(
            "Consumer",
            link.servers,
            error_cb=self._hear,
            **{
                "group.id": link.group or "meander",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "error",
                "isolation.level": "read_committed",
                "allow.auto.create.topics": False,
            },
        )
        self._begun = bool(kept)
        try:
            self._take_on(self._partitions())
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """What it is called in errors."""
        return self.link.name

    @property
    def behind(self) -> bool:
        """Whether there is a partition whose end was not met yet."""
        return len(self._reached) < len(self._at)

    def places(self, position: Offsets) -> Mapping[str, Offset]:
        """How far it was read, by partition."""
        return {f"{self.link.name}{PART}{partition}": offset for partition, offset in position.items()}

    def close(self) -> None:
        """Let go of it."""
        self._consumer.close()
        if self.payloads.registry:
            self.payloads.registry.close()

    def read(self, at_most: int, is_open: Callable[[str], bool] = lambda _: False) -> Records[Offsets]:
        """Records of the next messages; `position` has those partitions whose place is another one since."""
        self._look()
        texts: list[str | None] = []
        where: list[str] = []
        dead: list[Dead] = []
        last: dict[int, Any] = {}
        for message in self._consumer.consume(at_most, WAIT):
            if message.error():
                self._failed(message)
            elif not self._is_proof(message):
                last[message.partition()] = message
                place = f"{message.partition()}:{message.offset()}"
                try:
                    found = self.payloads.texts(message.value(), is_open)
                except ValueError as reason:
                    self._told_apart(message)
                    dead.append(Dead(place, str(reason), message.value() or b""))
                    continue
                texts += found
                where += [place] * len(found)
        self._advanced(last)
        begins, self._begun = bool(texts) and not self._begun, self._begun or bool(texts)
        moved = {part: offset for part, offset in self._at.items() if self._told.get(part) != offset}
        self._told.update(moved)
        return Records(tuple(texts), moved, begins, tuple(where), tuple(dead), bool(moved))

    def _told_apart(self, message: Any) -> None:
        """Nothing of a topic can be read without a registry: that is said at once, before anything is passed over."""
        if not self._begun and self.payloads.registry is None and needs_registry(message.value()):
            raise InputError(say("errors.no_registry", link=self.name))

    def _advanced(self, last: Mapping[int, Any]) -> None:
        for partition, message in last.items():
            number, at = message.offset(), self._at[partition]
            beyond = max(number + 1, at.offset)  # its end, met in the same read, lies behind marks of transactions
            self._at[partition] = replace(at, offset=beyond, last=number, mark=_mark(message))
        for partition, at in self._at.items():
            end = self._consumer.get_watermark_offsets(self._part(partition), cached=True)[1]
            end = at.offset if partition in self._reached and end <= at.end else max(end, at.offset, at.end)
            self._at[partition] = replace(at, end=end)
        if last:
            self._trouble = ("", 0.0)

    def _is_proof(self, message: Any) -> bool:
        """Whether a message was taken in before, and is read again to be compared; raises if it is another one."""
        proof = self._proofs.pop(message.partition(), None)
        if proof is None or message.offset() != proof.last:
            return False
        if _mark(message) != proof.mark:
            raise self._anew(message.partition(), proof.offset)
        return True

    def _failed(self, message: Any) -> None:
        """The end of a partition, or an error in place of a message."""
        error, partition = message.error(), message.partition()
        name = error.name()
        if name == "_PARTITION_EOF":
            at = self._at[partition]
            self._at[partition] = replace(at, offset=max(at.offset, message.offset()), end=message.offset())
            self._reached.add(partition)
            self._trouble = ("", 0.0)
        elif name in ("_AUTO_OFFSET_RESET", "OFFSET_OUT_OF_RANGE"):
            low, high = self._ends(partition)
            raise self._lost(partition, self._at[partition].offset, low, high)
        elif name in GONE:
            raise self._no_topic()
        elif error.fatal() or name in REFUSED:
            raise InputError(say("errors.kafka_refused", servers=self.link.servers, why=why(error)))

    def _hear(self, error: Any) -> None:
        """Told by the library, in `consume`."""
        if error.name() in REFUSED or error.fatal():
            self._trouble = (why(error), -1.0)
        elif error.name() in ("_ALL_BROKERS_DOWN", "_RESOLVE", "_TRANSPORT") and not self._trouble[0]:
            self._trouble = (why(error), time.monotonic())

    def _look(self) -> None:
        """Now and then: is there trouble, is the topic there still, has it more partitions?"""
        reason, since = self._check_trouble()
        if reason and time.monotonic() - since > PATIENCE:
            raise self._silent(reason)
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        try:
            there = self._partitions()
        except self._kafka.KafkaException as error:  # the library itself tells of a silent broker after minutes
            self._trouble = self._trouble if self._trouble[0] else (why(error), time.monotonic())
            return
        self._trouble = ("", 0.0)
        if new := set(there) - self._at.keys():
            self.happened[ADDED] += len(new)
            self._take_on(sorted(new))

    def _check_trouble(self) -> tuple[str, float]:
        """What the library told of and since when; raises `InputError` where the broker refuses."""
        reason, since = self._trouble
        if since < 0:
            raise InputError(say("errors.kafka_refused", servers=self.link.servers, why=reason))
        return reason, since

    def _partitions(self) -> list[int]:
        """The partitions that are followed; raises `InputError` where the topic is not there."""
        first = not self._at
        found = self._found() if first else self._consumer.list_topics(self.link.topic, 1.0).topics[self.link.topic]
        if found.error is not None:
            if found.error.name() in GONE:
                raise self._no_topic()
            if first or found.error.name() in REFUSED:
                raise InputError(say("errors.kafka_refused", servers=self.link.servers, why=why(found.error)))
            return list(self._at)  # no leader in this moment
        there = sorted(found.partitions)
        if wrong := set(self._only) - set(there):
            raise InputError(say("errors.kafka_partition", link=self.name, found=min(wrong), last=len(there) - 1))
        return list(self._only) or there

    def _found(self) -> Any:
        """What is known of the topic before anything was read of it; raises `InputError` with the library's reason."""
        patience = time.monotonic() + ANSWER
        while True:
            try:
                return self._consumer.list_topics(self.link.topic, min(1.0, ANSWER)).topics[self.link.topic]
            except self._kafka.KafkaException as error:
                self._consumer.poll(0)  # now it tells what it tried in vain
                self._check_trouble()
                if time.monotonic() > patience:
                    raise self._silent(self._trouble[0] or why(error)) from None

    def _take_on(self, partitions: Sequence[int]) -> None:
        """Read these as well, from where they were left."""
        parts = []
        for partition in partitions:
            low, high = self._ends(partition)
            kept = self._kept.get(partition)
            if kept is None:
                self._at[partition] = Offset(low, end=high)
                parts.append(self._part(partition, low))
                continue
            if not low <= kept.offset <= high:
                raise self._lost(partition, kept.offset, low, high)
            self._at[partition] = replace(kept, end=high)
            self._told[partition] = kept
            if kept.mark and kept.last >= low:
                self._proofs[partition] = kept
            parts.append(self._part(partition, kept.last if partition in self._proofs else kept.offset))
        self._consumer.incremental_assign(parts)

    def _ends(self, partition: int) -> tuple[int, int]:
        """Numbers of the oldest message and behind the newest."""
        try:
            low, high = self._consumer.get_watermark_offsets(self._part(partition), ANSWER)
        except self._kafka.KafkaException as error:
            raise self._silent(why(error)) from None
        return int(low), int(high)

    def _part(self, partition: int, offset: int = -1) -> Any:
        return self._kafka.TopicPartition(self.link.topic, partition, offset)

    def _silent(self, reason: str) -> InputError:
        return InputError(say("errors.kafka_silent", servers=self.link.servers, why=reason))

    def _no_topic(self) -> InputError:
        return InputError(say("errors.kafka_topic", servers=self.link.servers, topic=self.link.topic))

    def _anew(self, partition: int, upto: int) -> InputError:
        return InputError(say("errors.kafka_anew", link=self.name, partition=partition, next=upto))

    def _lost(self, partition: int, upto: int, low: int, high: int) -> InputError:
        if upto < low:
            return InputError(
                say("errors.kafka_truncated", link=self.name, partition=partition, missing=low - upto, oldest=low)
            )
        return self._anew(partition, upto) if upto > high else self._silent("offset out of range")


def _mark(message: Any) -> str:
    """What a message is known again by."""
    parts = (str(message.timestamp()[1]).encode(), message.key() or b"", message.value() or b"")
    return hashlib.blake2b(b"\x1f".join(parts), digest_size=8).hexdigest()
