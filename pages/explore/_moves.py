"""Two lists as one table: the new one with its moves, and what left."""

from typing import Any

import streamlit as st

from core.lists import why_empty
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words

say = session.say
ARROWS = {"up": "▲", "down": "▼", "same": "–"}


def draw(lists: Any, key: str, read: str) -> None:
    """A sentence on what came and left, and the table; `read` says in words what the table holds."""
    if lists.empty:
        st.info(words.told(why_empty(hide_seen=True)))
        return
    came, left = (int((lists["change"] == change).sum()) for change in ("new", "left"))
    same = bool((lists["change"] == "same").all())
    st.markdown(say("whatif.unchanged") if same else say("whatif.changed", came=came, left=left))
    config = {
        "rank": st.column_config.NumberColumn(say("whatif.now"), width=50),
        "rank_before": st.column_config.NumberColumn(say("whatif.was"), width=50, help=say("whatif.was_help")),
        "move": st.column_config.TextColumn("±", width=70),
        "title": st.column_config.TextColumn(say("user.item")),
        "category": st.column_config.TextColumn(say("user.category")),
    }
    rows = lists.assign(move=[_move(row) for row in lists.to_dict("records")])
    height = 35 * (len(rows) + 1) + 3
    drawing.table(rows, column_order=list(config), column_config=config, height=height, key=key, alt=read)


def _move(row: dict[str, Any]) -> str:
    if row["change"] in ("new", "left"):
        return say(f"whatif.{row['change']}")
    places = abs(row["rank_before"] - row["rank"])
    return f"{ARROWS[row['change']]} {places}" if places else ARROWS["same"]
