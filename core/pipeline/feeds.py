"""Where a stream comes from and where what it notices goes to: a file that grows, or a topic of Kafka."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.phrases import say
from core.pipeline.rankers import BLEND
from core.settings import StreamSettings

if TYPE_CHECKING:
    from core.stream import Journal, Layout, Link, Reach, Source


@dataclass(frozen=True)
class Feed:
    """Where events come from, and which model follows them."""

    source: str | Path
    """A file, or `kafka://HOST:PORT/TOPIC`."""
    columns: dict[str, str] | None = None
    """Canonical name -> name or number in the file, where header and recipe do not say."""
    model: str = BLEND
    run: str | None = None
    registry: str = ""
    """Address of a schema registry, where messages name their schemas by numbers."""
    kafka: Path | None = None
    """File with settings of Kafka: rights and certificates."""

    @property
    def link(self) -> "Link | None":
        """The topic; None where it is a file. Raises `InputError` for a link that is none."""
        from core.stream import Link

        return Link.of(str(self.source)) if Link.is_one(self.source) else None

    @property
    def name(self) -> str:
        """What the source is called where it is written down."""
        link = self.link
        return link.name if link else str(Path(self.source).absolute())

    @property
    def reach(self) -> "Reach":
        """How brokers are reached."""
        from core.stream import Reach

        return Reach.of(self.kafka)


def parts_of(feed: Feed, settings: StreamSettings) -> tuple[str, ...]:
    """Names of the parts of a topic that are followed where it is not the whole; raises `InputError` for a file."""
    from core.stream import PART

    if not settings.partitions:
        return ()
    if not feed.link:
        raise InputError(say("errors.no_partitions", path=str(feed.source)))
    return tuple(f"{feed.name}{PART}{partition}" for partition in sorted(set(settings.partitions)))


def kept_layout(journal: "Journal", feed: Feed, settings: StreamSettings) -> "Layout | None":
    """The layout of the source as it was found before; of a part that is followed, else of any."""
    from core.stream import Layout

    found = journal.read(feed.name)
    own = [found[part] for part in parts_of(feed, settings) if part in found]
    return next((Layout.from_text(text) for _, text in [*own, *found.values()] if text), None)


def opened(journal: "Journal", feed: Feed, settings: StreamSettings, encoding: str) -> "Source":
    """The source at the place that was kept of it, to be closed by the caller; raises `InputError` without one."""
    from core.stream import Position, Tail

    kept: Mapping[str, tuple[dict[str, object], str]] = {} if settings.from_start else journal.read(feed.name)
    link = feed.link
    if link:
        return _topic(link, {part: at for part, (at, _) in kept.items()}, feed, settings, encoding)
    path = Path(feed.source).absolute()
    if not path.is_file():
        raise InputError(say("errors.no_log", path=str(feed.source)))
    position = Position(**kept[str(path)][0]) if str(path) in kept else None  # type: ignore[arg-type]
    return Tail(path, position, encoding)


def _topic(
    link: "Link", kept: Mapping[str, dict[str, object]], feed: Feed, settings: StreamSettings, encoding: str
) -> "Source":
    from core.stream import PART, Offset, Payloads, Registry, Topic

    reach = feed.reach
    places = {int(part.rpartition(PART)[2]): Offset(**at) for part, at in kept.items()}  # type: ignore[arg-type]
    registry = Registry(feed.registry, reach.settings) if feed.registry else None
    return Topic(link, places, reach, Payloads(encoding, registry), settings.partitions)
