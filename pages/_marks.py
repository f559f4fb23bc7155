"""Markers of the data set that is looked at, as charts draw them and sentences name them."""

from datetime import UTC, datetime, timedelta

from core import pipeline
from core.charts import Marked
from core.workspace import Marker
from pages import _session as session
from pages import _words as words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def found(selection: session.Selection) -> list[Marker]:
    """Markers of the data set, the earliest first."""
    return pipeline.markers(session.workspace(), str(selection.data_set)) if selection.marks else []


def drawn(markers: list[Marker]) -> tuple[Marked, ...]:
    """Markers as charts draw them."""
    return tuple(
        Marked(number, moment(one.start), moment(one.end), words.unmarked(name(one)))
        for number, one in enumerate(markers, 1)
    )


def moment(micro: int) -> datetime:
    """A moment of a marker, UTC, without a zone."""
    return EPOCH + timedelta(microseconds=micro)


def name(marker: Marker) -> str:
    """What a marker was and when, for Markdown."""
    days = [f"{moment(end):%Y-%m-%d}" for end in (marker.start, marker.end)]
    kind, span = session.say(f"markers.{marker.kind}"), " – ".join(dict.fromkeys(days))
    return f"{kind} {span}" + (f": {words.plain(marker.note, 80)}" if marker.note else "")
