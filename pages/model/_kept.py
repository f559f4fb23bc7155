"""What was measured of models, read once; a selection holds the id of its version and the run, so it stays true."""

from typing import TYPE_CHECKING

from core import pipeline
from pages import _computed as computed
from pages import _session as session

if TYPE_CHECKING:
    import pandas as pd

    from core.explain import Faithfulness


@session.cached(8)
def faithfulness(selection: session.Selection) -> "Faithfulness":
    """How far explanations by the selected run can be believed; it must have been measured; never change it."""
    return pipeline.faithfulness(session.workspace(), str(selection.data_set), selection.run).get()


@session.cached(32)
def temporal_result(selection: session.Selection) -> "pipeline.Result[pipeline.Temporal]":
    """Quality after a date, by models of the settings of the selected run, as it is kept, or not yet."""
    return pipeline.temporal(session.workspace(), str(selection.data_set), run=selection.run)


@session.cached(8)
def after_date(selection: session.Selection) -> pipeline.Temporal:
    """Quality after a date; it must have been measured; never change it."""
    return temporal_result(selection).get()


@session.cached(8)
def reliability(selection: session.Selection) -> "pd.DataFrame":
    """What chances of lists said beside what came, on last events; it must have been measured; never change it."""
    return computed.chances(selection).get().reliability


@session.cached(8)
def ranks(selection: session.Selection) -> "pd.DataFrame":
    """Where each user's hidden event stood with each model; it must have been measured; never change it."""
    return pipeline.ranks(session.workspace(), str(selection.data_set), run=selection.run).get()


@session.cached(8)
def quality(selection: session.Selection) -> pipeline.Quality:
    """How good models are at finding held-out events; never change it."""
    return pipeline.Quality.of(ranks(selection))
