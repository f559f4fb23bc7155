"""What lies around the map: its regions with their names, the crowd, flows, histograms; computed once."""

from typing import TYPE_CHECKING, Any

from core import pipeline
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _guards as guards
from pages import _marks as marks
from pages import _session as session
from pages import _words as words
from pages.explore import _map as maps

if TYPE_CHECKING:
    import pandas as pd

    from core.atlas import Terrain
    from core.player import Around

say = session.say
COLUMNS = ("category", "time", "popularity", "drifted", "named", "not_named", "items")
"""Words of the side panel, `atlas.column_<name>`."""
Cohort = tuple[frozenset[str], str] | None
"""Users whom the atlas is about, and the name of their cohort; None for everybody."""


@session.cached(32)
def result(selection: session.Selection, settings: AtlasSettings) -> "pipeline.Result[Terrain]":
    """As it is kept, or not yet."""
    return pipeline.terrain(session.workspace(), str(selection.data_set), settings, selection.run)


def found(selection: session.Selection, settings: AtlasSettings) -> "Terrain | None":
    """What lies around a map; of a small log made at once, of a large one None while no job has made it."""
    result_ = result(selection, settings)
    small = result_.in_passing and len(computed.sequences(selection)) <= maps.AT_ONCE
    return terrain(selection, settings) if result_.ready or small else None


def wait(selection: session.Selection, settings: AtlasSettings) -> None:
    """At the end of a page: have it made in a job, and the page drawn anew then, unless it is there."""
    if found(selection, settings) is None:
        guards.wait_for(result(selection, settings), selection, say("atlas.looking_around"))


@session.cached(4)
def terrain(selection: session.Selection, settings: AtlasSettings) -> "Terrain":
    """What lies around a map, once it is `found`; never change it."""
    return result(selection, settings).get()


@session.cached(8)
def names(selection: session.Selection, settings: AtlasSettings) -> list[str]:
    """Names of the regions, most points first."""
    from core.atlas import region_names

    log = computed.interests(selection.whole)
    region = terrain(selection, settings).region[: log.n_items]
    return region_names(region, log.catalogue, log.census.popularity)


@session.cached(8)
def flows(selection: session.Selection, settings: AtlasSettings) -> "pd.DataFrame":
    """Net flows between regions for the eye; never change it."""
    from core.atlas import readable

    around_ = terrain(selection, settings)
    return readable(around_.flows, around_.crowd.steps, names(selection, settings))


def around(
    selection: session.Selection, settings: AtlasSettings, points: "pd.DataFrame", cohort: Cohort, only: bool
) -> "Around":
    """What the browser draws around some points; of a cohort `only` its crowd, or a histogram of who is in it."""
    from core.player import Around, columns

    log, told = computed.interests(selection), {name: say(f"atlas.column_{name}") for name in COLUMNS}
    named = None
    if computed.drift_result(selection).ready:
        table = computed.drift(selection)
        named = dict(zip(table["user_id"], table["named"], strict=True))
    shown = columns.columns(points, log, named, told)
    if cohort is not None and not only:
        shown.append(columns.membership(points, cohort[0], (cohort[1], say("atlas.column_others"))))
    members = cohort[0] if cohort is not None and only else None
    return Around(terrain(selection, settings), names(selection, settings), shown, _markers(selection), members)


def _markers(selection: session.Selection) -> list[dict[str, Any]]:
    """Markers as the browser draws them, moments in milliseconds."""
    return [
        {"name": words.unmarked(marks.name(one)), "from": one.start // 1000, "to": one.end // 1000}
        for one in marks.found(selection)
    ]
