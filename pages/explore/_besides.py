"""A named cohort beside the rest: how many of each are named, what they are after, over time and in all."""

from typing import Any

import streamlit as st

from core import pipeline
from core.charts import Look
from core.charts import besides as charts
from core.drift import besides
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _within as within
from pages import _words as words
from pages.explore import _compare as compare

say = session.say


def draw(shown: session.Selection, table: Any, look: Look) -> None:
    """Both sides in figures and in charts."""
    inside, name = computed.drift(shown)["user_id"], shown.cohort.name if shown.cohort else ""
    within.count(shown, len(inside), len(table))
    if len(inside) == len(table):
        st.info(say("besides.nobody"))
        return
    st.subheader(say("besides.title"), anchor=False)
    _figures(shown, table, inside, name)
    log = computed.interests(shown.whole)
    if look.categories:
        mixes = session.once("mixes beside", shown, session.naming(), _make=lambda: besides.mixes(log, inside))
        st.subheader(say("besides.categories"), anchor=False)
        drawing.chart(charts.mixes(mixes, look), "besides.categories")
    rest = table.loc[~table["user_id"].isin(inside), "user_id"]
    pair = (compare.Side(name, tuple(inside)), compare.Side(say("besides.rest_name"), tuple(rest)))
    compare.charts(shown.whole, pair, table, look)
    if shown.run and session.opens("model/quality"):
        st.page_link("pages/model/quality.py", label=say("besides.quality"), query_params=session.link())


def _figures(shown: session.Selection, table: Any, inside: Any, name: str) -> None:
    """A row for each side, and by how much they are apart where that means something."""
    found = besides.sides(table, inside)
    names = [words.plain(name, 80), say("besides.rest_name")]
    said = {"share": found["share"], "named": found["named"], "tested": found["tested"], "users": found["users"]}
    spans = [f"{row.share:.1%} ({row.low:.1%}–{row.high:.1%})" if row.tested else "–" for row in found.itertuples()]
    rows = found.assign(side=names, **said).assign(share=spans)
    columns = {
        "side": st.column_config.TextColumn(say("besides.side")),
        **{name: st.column_config.NumberColumn(say(f"besides.{name}")) for name in ("users", "tested", "named")},
        "share": st.column_config.TextColumn(say("besides.share"), help=say("besides.share_help")),
        "events": st.column_config.NumberColumn(say("besides.events"), format="%.0f"),
        "magnitude": st.column_config.NumberColumn(
            say("besides.magnitude"), help=say("besides.magnitude_help"), format="percent"
        ),
    }
    drawing.table(rows, column_order=list(columns), column_config=columns)
    if pipeline.cohort(session.workspace(), str(shown.data_set), name).by_verdict:
        st.info(say("besides.by_verdict"))
    elif found["tested"].all():
        by, low, high = besides.apart(found)
        shares = {"share": float(found["share"].iloc[0]), "rest": float(found["share"].iloc[1])}
        st.markdown(say("besides.apart", difference=100 * by, low=100 * low, high=100 * high, **shares))
