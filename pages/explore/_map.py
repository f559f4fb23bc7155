"""Which map of items and states is shown: one that is at hand, or one that is being drawn."""

from typing import Any

import streamlit as st

from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session

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
    drawn = [settings for settings in (UMAP, PCA) if computed.atlas_result(selection, settings).ready]
    if not drawn:
        need(selection, PCA)
        return PCA
    return max(drawn, key=lambda settings: computed.atlas(selection, settings).trustworthiness)


def shown(selection: session.Selection) -> AtlasSettings:
    """The map of all pages: the one that the reader has chosen on the atlas, else the best."""
    chosen = session.widget(KIND)
    picked = [settings for settings in (UMAP, PCA) if settings.method == chosen]
    return next((each for each in picked if computed.atlas_result(selection, each).ready), None) or best(selection)


def told(atlas: Any) -> str:
    """Which map it is, and how far it can be trusted."""
    return say("atlas.trustworthiness", share=atlas.trustworthiness, method=say(f"atlas.{atlas.method}"))


def need(selection: session.Selection, settings: AtlasSettings) -> None:
    """Stop the page with the progress of the job that draws this map, unless it is at hand or quick."""
    quick = settings == PCA and len(computed.sequences(selection)) <= AT_ONCE
    if not quick:
        guards.wait_for(computed.atlas_result(selection, settings), selection, say("atlas.under_way"))


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
