"""A chart with the words that belong under it."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import _session as session

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from core.charts import Finished

BAR = {"displaylogo": False, "modeBarButtonsToRemove": ["autoScale2d", "zoomIn2d", "zoomOut2d"], "scrollZoom": False}


def chart(figure: "go.Figure | Finished", name: str, **options: Any) -> Any:
    """Draw a figure and, under it, how to read it and when not to trust it: texts `<name>_read`, `<name>_trust`.

    `options` go to `st.plotly_chart`; with `on_select` the selection is returned.
    """
    key = options.pop("key", name)
    picture = {"filename": f"meander-{name.replace('.', '-')}", "scale": 2}
    config = BAR | {"toImageButtonOptions": picture}
    drawn = st.plotly_chart(figure, key=key, theme=None, config=config, alt=session.say(f"{name}_read"), **options)
    words(name)
    return drawn


def table(frame: Any, **options: Any) -> Any:
    """Draw a table without its index; cells without a value hold a dash. `options` go to `st.dataframe`."""
    return st.dataframe(frame, hide_index=True, placeholder="–", **options)


def words(name: str) -> None:
    """How to read what stands above, and when not to trust it."""
    read, trust = session.say(f"{name}_read"), session.say(f"{name}_trust")
    st.caption(f"{read} **{session.say('drawing.careful')}** {trust}")
