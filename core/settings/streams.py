"""How a growing log is followed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StreamSettings:
    """How a growing log is followed."""

    once: bool = False
    """Stop at the end of the file instead of waiting for more."""
    from_start: bool = False
    """Read the file from its start again; what was taken in before is known again and counted as a repeat."""
    followed: tuple[str, ...] = ()
    """Users whose lists are told whenever they change."""
    watch: bool = False
    """Tell of users whose interests change as their events come, each once."""
    partitions: tuple[int, ...] = ()
    """Partitions of a topic that are followed, others being left to other processes; none: all."""
    sink: str = ""
    """Where changes of users' interests are published as they are noticed: a file, or a topic of Kafka."""
    at_once: int = 8000
    """Rows that are taken in and written in one step at most."""
    rest: float = 0.02
    """Seconds between two looks at a file that has not grown."""
