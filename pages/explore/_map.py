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
UMAP, PCA = AtlasSettings(), AtlasSettings(method="pca")
AT_ONCE = 300_000
"""Most events of a log whose straight map is made while the reader waits."""


def best(selection: session.Selection) -> AtlasSettings:
    """Of the maps that have been drawn the one with the better trustworthiness.

    Where there is none yet, the straight one, drawn now or (of a large log) in a job.
    """
    drawn = [settings for settings in (UMAP, PCA) if atlas_result(selection, settings).ready]
    if not drawn:
        need(selection, PCA)
        return PCA
    return max(drawn, key=lambda settings: atlas(selection, settings).trustworthiness)


def shown(selection: session.Selection) -> AtlasSettings:
    """The map of all pages: the one that the reader has chosen on the atlas, else the best."""
    chosen = session.widget(KIND)
    picked = [settings for settings in (UMAP, PCA) if settings.method == chosen]
    return next((each for each in picked if atlas_result(selection, each).ready), None) or best(selection)


def told(found: "Atlas") -> str:
    """Which map it is, and how far it can be trusted."""
    return say("atlas.trustworthiness", share=found.trustworthiness, method=say(f"atlas.{found.method}"))


def need(selection: session.Selection, settings: AtlasSettings) -> None:
    """Stop the page with the progress of the job that draws this map, unless it is at hand or quick."""
    quick = settings == PCA and len(computed.sequences(selection)) <= AT_ONCE
    if not quick:
        guards.wait_for(atlas_result(selection, settings), selection, say("atlas.under_way"))


def choose(selection: session.Selection) -> AtlasSettings:
    """Let the reader choose the kind of map."""
    kinds = {settings.method: settings for settings in (PCA, UMAP)}
    chosen = st.segmented_control(
        say("atlas.kind"), list(kinds), default=best(selection).method, key=KIND, required=True,
        format_func=lambda kind: say(f"atlas.{kind}"), help=say("atlas.kind_help"), persist_state="session",
    )  # fmt: skip
    settings = kinds[chosen or PCA.method]
    need(selection, settings)
    return settings


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
def points_shown(selection: session.Selection, settings: AtlasSettings, kinds: tuple[str, ...]) -> "pd.DataFrame":
    """Points of the map of some kinds, as many as are drawn; never change it."""
    from core.player import points as scatter

    points = atlas_points(selection, settings)
    return scatter.sampled(points[points["kind"].isin(kinds)])
