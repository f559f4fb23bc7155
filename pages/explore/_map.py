"""The map of items and states that is shown: one that is at hand, or one that is being drawn."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from core import pipeline
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session

if TYPE_CHECKING:
    import pandas as pd

    from core.atlas import Atlas

say = session.say
KIND = "atlas_kind"
"""Key of the reader's choice."""
AUTO, PCA, UMAP = (AtlasSettings(method=method) for method in ("auto", "pca", "umap"))
KINDS = {settings.method: settings for settings in (AUTO, PCA, UMAP)}
AT_ONCE = 300_000
"""Most events of a log whose straight map is made while the reader waits."""


def best(selection: session.Selection) -> AtlasSettings:
    """The better of both maps; while they are not both drawn, the better of what is.

    Where there is none yet, the straight one, drawn now or (of a large log) in a job.
    """
    if atlas_result(selection, AUTO).ready:
        return AUTO
    drawn = [settings for settings in (UMAP, PCA) if atlas_result(selection, settings).ready]
    if not drawn:
        need(selection, PCA)
        return PCA
    return max(drawn, key=lambda settings: atlas(selection, settings).trustworthiness)


def shown(selection: session.Selection) -> AtlasSettings:
    """The map of all pages: the one that the reader has chosen on the atlas, else the best."""
    picked = KINDS.get(session.widget(KIND), AUTO)
    if picked != AUTO and atlas_result(selection, picked).ready:
        return picked
    return best(selection)


def told(found: "Atlas") -> str:
    """Which map it is, how far it can be trusted, and how far the other one that was tried."""
    text = say("atlas.trustworthiness", share=found.trustworthiness, method=say(f"atlas.{found.method}"))
    others = [(method, share) for method, share in found.tried.items() if method != found.method]
    more = [say("atlas.beside", method=say(f"atlas.{method}"), share=share) for method, share in others]
    return " ".join([text, *more])


def need(selection: session.Selection, settings: AtlasSettings) -> None:
    """Stop the page with the progress of the job that draws this map, unless it is at hand or quick."""
    quick = settings == PCA and len(computed.sequences(selection)) <= AT_ONCE
    if not quick:
        guards.wait_for(atlas_result(selection, settings), selection, say("atlas.under_way"))


def choose(selection: session.Selection) -> AtlasSettings:
    """Let the reader choose the kind of map; while the better of both is being drawn, the best of what there is."""
    chosen = st.segmented_control(
        say("atlas.kind"), list(KINDS), default=AUTO.method, key=KIND, required=True,
        format_func=lambda kind: say(f"atlas.{kind}"), help=say("atlas.kind_help"), persist_state="session",
    )  # fmt: skip
    settings = KINDS[chosen or AUTO.method]
    if settings == AUTO:
        return best(selection)
    if atlas_result(selection, AUTO).ready and atlas(selection, AUTO).method == settings.method:
        return AUTO  # it is the same map
    need(selection, settings)
    return settings


def await_better(selection: session.Selection) -> None:
    """At the end of a page: draw both maps in a job, and the page anew with the better, unless one was chosen."""
    if KINDS.get(session.widget(KIND), AUTO) == AUTO:
        guards.wait_for(atlas_result(selection, AUTO), selection, say("atlas.comparing"))


@session.cached(32)
def atlas_result(selection: session.Selection, settings: AtlasSettings) -> "pipeline.Result[Atlas]":
    """The map of the selected run as it is kept, or not yet; raises `UnknownRunError` without a run."""
    return pipeline.atlas(session.workspace(), str(selection.data_set), settings, selection.run)


@session.cached(8)
def atlas(selection: session.Selection, settings: AtlasSettings) -> "Atlas":
    """The map of items and states of the selected run, coloured by `interests`; never change it."""
    from core.drift import on_points

    plain, log = computed.sequences(selection), computed.interests(selection)
    found = atlas_result(selection, settings).get()
    if log.catalogue.categories == plain.catalogue.categories:
        return found
    return replace(found, points=on_points(found.points, log))


@session.cached(8)
def atlas_points(selection: session.Selection, settings: AtlasSettings) -> "pd.DataFrame":
    """Points of the map with what is known of their users; never change it."""
    from core.drift import population as populations

    table = computed.drift_result(selection).get() if computed.drift_result(selection).ready else None
    return populations.on_map(atlas(selection, settings).points, computed.sequences(selection), table)


@session.cached(8)
def points_shown(
    selection: session.Selection, settings: AtlasSettings, kinds: tuple[str, ...], only: frozenset[str] | None = None
) -> "pd.DataFrame":
    """Points of the map of some kinds, states of some users `only`, as many as are drawn; never change it."""
    from core.player import points as scatter

    points = atlas_points(selection, settings)
    points = points[points["kind"].isin(kinds)]
    if only is not None:
        points = points[points["user_id"].isna() | points["user_id"].isin(only)]
    return scatter.sampled(points)
