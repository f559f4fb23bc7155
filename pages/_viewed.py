"""The model's view of drift as pages show it, computed once, by what is selected."""

from typing import TYPE_CHECKING

from core import pipeline
from pages import _computed as computed
from pages import _session as session

if TYPE_CHECKING:
    import pandas as pd

    from core.settings import NamingSettings


@session.cached(32)
def view_result(selection: session.Selection) -> "pipeline.Result[pd.DataFrame]":
    """The view of drift of the selected run as it is kept, or not yet; raises `UnknownRunError` without a run."""
    return pipeline.model_view(session.workspace(), str(selection.data_set), run=selection.run)


def model_view(selection: session.Selection) -> "pd.DataFrame | None":
    """Who is named in the eyes of the selected run, if there is one that was asked before; never change it."""
    return _model_view(selection, session.naming()) if selection.run and view_result(selection).ready else None


@session.cached(8)
def _model_view(selection: session.Selection, naming: "NamingSettings") -> "pd.DataFrame":
    from core.drift import sureness

    rows = sureness.judged(view_result(selection.whole).get(), naming)
    return rows if selection.cohort is None else rows[rows["user_id"].isin(computed.drift(selection)["user_id"])]


def contradictions(selection: session.Selection) -> dict[str, frozenset[str]]:
    """Users whom only the categories, or only the model, name; there must be a `model_view`."""
    return _contradictions(selection, session.naming())


@session.cached(8)
def _contradictions(selection: session.Selection, naming: "NamingSettings") -> dict[str, frozenset[str]]:
    from core.drift import model_view as views

    return views.contradictions(computed.drift(selection), _model_view(selection, naming))


@session.cached(32)
def trail(selection: session.Selection, user: str) -> "pd.DataFrame":
    """How far the states of a user moved, beside the same sessions shuffled."""
    return pipeline.trail(computed.sequences(selection), user, computed.model(selection))
