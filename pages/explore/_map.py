"""Which map of items and states is shown: one that is at hand, or one that is being drawn."""

import streamlit as st

from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session

say = session.say
UMAP, PCA = AtlasSettings(), AtlasSettings(method="pca")
AT_ONCE = 300_000
"""Most events of a log whose straight map is made while the reader waits."""


def best(selection: session.Selection) -> AtlasSettings:
    """The curved map if it has been drawn, else the straight one, drawn now or (of a large log) in a job."""
    if computed.atlas_result(selection, UMAP).ready:
        return UMAP
    need(selection, PCA)
    return PCA


def need(selection: session.Selection, settings: AtlasSettings) -> None:
    """Stop the page with the progress of the job that draws this map, unless it is at hand or quick."""
    quick = settings == PCA and len(computed.sequences(selection)) <= AT_ONCE
    if not quick:
        guards.wait_for(computed.atlas_result(selection, settings), selection, say("atlas.under_way"))


def choose(selection: session.Selection) -> AtlasSettings:
    """Let the reader choose the kind of map."""
    kinds = {settings.method: settings for settings in (PCA, UMAP)}
    chosen = st.segmented_control(
        say("atlas.kind"), list(kinds), default=best(selection).method, key="atlas_kind", required=True,
        format_func=lambda kind: say(f"atlas.{kind}"), help=say("atlas.kind_help"), persist_state="session",
    )  # fmt: skip
    settings = kinds[chosen or PCA.method]
    need(selection, settings)
    return settings
