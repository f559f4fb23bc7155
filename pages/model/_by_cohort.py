"""Quality for the users of a named cohort beside the rest, and beside the best simple method on the same users."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from core import pipeline
from core.charts import quality as charts
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _guards as guards
from pages import _session as session
from pages import _within as within
from pages import _words as words
from pages.model import _measured as measured

if TYPE_CHECKING:
    import pandas as pd

say = session.say
SIDES = ("cohort", "rest", "difference")


def draw(selection: session.Selection, ranks: "pd.DataFrame", metric: str) -> None:
    """The choice of a cohort, and what quality is for it; nothing where no cohort was saved."""
    if not pipeline.cohorts(session.workspace(), str(selection.data_set)):
        return
    st.subheader(say("bycohort.title"), help=say("bycohort.help"))
    shown = within.chosen(selection)
    if shown.cohort is None:
        st.caption(say("bycohort.choose"))
        return
    guards.drift(selection)
    users = computed.drift(shown)["user_id"]
    within.count(shown, len(users), len(computed.drift(selection)))
    found = session.once(
        "quality of cohort", shown, session.naming(), metric, len(ranks),
        _make=lambda: pipeline.quality_of(ranks, users, metric),
    )  # fmt: skip
    _told(found, metric, str(shown.cohort.name))
    figure = charts.sides(found.beside[found.beside["who"] != "difference"], measured.OURS, metric, session.look())
    drawing.chart(figure, "bycohort.sides")
    _table(found.beside)


def _told(found: pipeline.CohortQuality, metric: str, cohort: str) -> None:
    """A sentence on the lists that are shown: beside the rest, and beside the best simple method."""
    rows = {row["who"]: row for row in found.beside[found.beside["model"] == _ours(found)].to_dict("records")}
    values = {f"{side}_{name}": rows[side][name] for side in SIDES for name in ("users", "value", "low", "high")}
    if not values["cohort_users"] or not values["rest_users"]:
        st.info(say("bycohort.nobody"))
        return
    apart = _verdict(values["difference_low"], values["difference_high"])
    model = words.plain(session.model_name(_ours(found)))
    values |= {"model": model[:1].upper() + model[1:], "metric": metric.upper(), "cohort": words.plain(cohort, 80)}
    st.markdown(say(f"bycohort.{apart}", **values))
    best = measured.best_simple(found.beside[found.beside["who"] == "cohort"].set_index("model")["value"])
    pair = found.ahead[(found.ahead["model"] == _ours(found)) & (found.ahead["other"] == best)]
    for row in pair.to_dict("records"):
        told = {name: row[name] for name in ("ahead", "low", "high", "users")}
        ahead = _verdict(row["low"], row["high"])
        st.markdown(say(f"bycohort.best_{ahead}", best=words.plain(session.model_name(str(best))), **told))


def _ours(found: pipeline.CohortQuality) -> str:
    """The model whose lists are shown, else the first one."""
    models = list(dict.fromkeys(found.beside["model"]))
    return next((name for name in measured.OURS if name in models), str(models[0]))


def _verdict(low: float, high: float) -> str:
    return "better" if low > 0 else "worse" if high < 0 else "same"


def _table(beside: Any) -> None:
    with st.expander(say("quality.table")):
        shown = beside.assign(
            model=beside["model"].map(session.model_name), who=beside["who"].map(lambda who: say(f"bycohort.{who}"))
        )
        numbers = {name: st.column_config.NumberColumn(format="%.4f") for name in ("value", "low", "high")}
        heads = {name: st.column_config.TextColumn(say(f"bycohort.head_{name}")) for name in ("model", "who")}
        drawing.table(shown, column_config=numbers | heads)
