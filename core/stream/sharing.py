"""Several processes that stream into one data set, each some partitions of a topic.

Each goes its own way as long as nobody else has events of its users: so it is where the key of a message is the user.
What a process found is written only if that still holds, by a look in the transaction that writes it. Where it does
not hold, nothing was written; the process begins anew from the journal, and takes turns from then on: each step waits
for those of the others and hears what they brought first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.stream.journal import Journal
from core.stream.rows import Logged


class Overtaken(Exception):  # noqa: N818, not an error: the stream begins anew from the journal
    """Another process brought what this one should have known of; nothing of the step was written."""


@dataclass
class Others:
    """What other processes have written, as far as this one looked."""

    turns: bool = False
    """Whether steps wait for each other."""
    until: int = 0
    """Number of the last event that was looked at."""
    users: set[str] = field(default_factory=set)
    """Users of whom others brought events that this process does not hold."""

    def brought(self, journal: Journal) -> list[Logged]:
        """Events that others wrote since the last look, oldest first."""
        found = journal.since(self.until)
        self.until = journal.last()
        return found

    def check(self, journal: Journal, users: Iterable[str], ids: Sequence[bytes]) -> None:
        """Raise `Overtaken` where others have events of these users, or these events; inside of a transaction."""
        brought = self.brought(journal)
        self.users.update(event.user for event in brought)
        if not self.users.isdisjoint(users) or (brought and journal.known(ids)):
            raise Overtaken
