"""A chart with the words that belong under it."""

from html import escape, unescape
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


def legend(figure: "go.Figure | Finished") -> None:
    """What colours of lines and bands stand for; in a narrow column the legend of plotly takes half of it."""
    traces = figure.to_dict()["data"]
    entries = "".join(
        f'<span style="white-space:nowrap"><span style="color:{trace["line"]["color"]}" aria-hidden="true">■</span> '
        f"{escape(unescape(trace['name']))}</span>"
        for trace in traces
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:2px 14px;font-size:.8rem">{entries}</div>')


def table(frame: Any, **options: Any) -> Any:
    """Draw a table without its index; cells without a value hold a dash. `options` go to `st.dataframe`."""
    return st.dataframe(frame, hide_index=True, placeholder="–", **options)


def words(name: str) -> None:
    """How to read what stands above, and when not to trust it."""
    read, trust = session.say(f"{name}_read"), session.say(f"{name}_trust")
    st.caption(f"{read} **{session.say('drawing.careful')}** {trust}")
