"""Whether the chances that lists say can be believed: what was said beside what came."""

from typing import TYPE_CHECKING

import streamlit as st

from core.charts import quality as charts
from pages import _session as session

if TYPE_CHECKING:
    import pandas as pd

say = session.say
PLAIN = {"displayModeBar": False}


def draw(reliability: "pd.DataFrame", key: str) -> None:
    """The reliability of single items and of whole lists, side by side."""
    from core.model import chances

    if reliability.empty:
        st.info(say("closely.chances_none"))
        return
    errors = chances.calibration_error(reliability).set_index("of")
    for column, of in zip(st.columns(2, gap="large"), ("item", "list"), strict=True):
        with column:
            st.markdown(f"**{say(f'closely.chances_{of}')}**")
            figure = charts.reliability(reliability[reliability["of"] == of], session.look())
            st.plotly_chart(figure, key=f"reliability_{of}_{key}", theme=None, config=PLAIN)
            found = errors.loc[of]
            st.caption(say(f"closely.chances_{of}_read", error=found["error"], chance=found["by_chance"]))
