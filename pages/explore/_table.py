"""Tables of users; a chosen row leads on."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.drift import cohorts, sureness
from pages import _drawing as drawing
from pages import _exports as exports
from pages import _session as session
from pages.explore._cohort import Picked

say = session.say
ORDER = (
    "sure", "user_id", "magnitude", "from_categories", "to_categories", "change_times", "kind", "direction",
    "n_events", "q_value", "p_value", "score", "status",
)  # fmt: skip
CODES = (*cohorts.STATUSES, *cohorts.KINDS, *cohorts.DIRECTIONS)


def users(selection: session.Selection, picked: Picked, key: str) -> None:
    """Drift table of some users; choosing a row opens its user."""
    table = picked.users
    shown = session.once(
        "readable", selection, session.naming(), session.language(), picked.of,
        _make=lambda: cohorts.readable(table, _words()),
    )  # fmt: skip
    st.caption(say("table.open", users=len(table)))
    event = drawing.table(
        shown, key=key, column_order=ORDER, column_config=_config(), height=_height(len(table)),
        on_select="rerun", selection_mode="single-row", lazy=len(table) > 5000 or None, alt=say("table.users_alt"),
    )  # fmt: skip
    columns = [name for name in ORDER if name in table]
    st.download_button(
        say("table.save"), exports.told(selection.data_set, "users", lambda: exports.csv(table[columns])),
        "users.csv", "text/csv", key=f"save_{key}", help=say("table.save_help"), on_click="ignore", type="tertiary",
    )  # fmt: skip
    chosen = event["selection"]["rows"]
    if chosen:
        open_user(str(table["user_id"].iloc[chosen[0]]))


def _words() -> dict[str, str]:
    """Words for the codes of the drift table; those of `sure` come last, for two of them are also results."""
    codes = {code: say(f"cohort.{code}") for code in CODES}
    return codes | {grade: say(f"sure.{grade.replace(' ', '_')}") for grade in sureness.GRADES}


def open_user(user: str, step: int | None = None) -> None:
    """Go to the page of a user, at a step counted from 0; links and pages count events from 1."""
    event = None if step is None else step + 1
    session.choose(session.EVENT, event)
    st.switch_page("pages/explore/user.py", query_params=session.link(user=user, event=event))


def turns(frame: Any, key: str, act: Callable[[dict[str, Any]], None]) -> None:
    """From, to, number of users and, where it is there, the period; choosing a row acts on it."""

    def chosen() -> None:
        rows = session.widget(key)["selection"]["rows"]
        if rows:
            act(frame.iloc[rows[0]].to_dict())

    most = int(frame["users"].max())
    config = {
        "timestamp": st.column_config.DateColumn(say("table.period"), format="YYYY-MM-DD"),
        "from_category": st.column_config.TextColumn(say("table.from_categories")),
        "to_category": st.column_config.TextColumn(say("table.to_categories")),
        "users": st.column_config.ProgressColumn(say("table.users"), format="%d", min_value=0, max_value=most),
    }
    order = [name for name in config if name in frame]
    drawing.table(
        frame, key=key, column_order=order, column_config=config, on_select=chosen,
        height=_height(min(len(frame), 5)), selection_mode="single-row", alt=say("table.flows_alt"),
    )  # fmt: skip


def _config() -> dict[str, Any]:
    texts, lists = (
        ("sure", "user_id", "kind", "direction", "status"),
        ("from_categories", "to_categories", "change_times"),
    )
    columns = dict.fromkeys(texts, st.column_config.TextColumn) | dict.fromkeys(lists, st.column_config.ListColumn)
    config: dict[str, Any] = {
        name: column(say(f"table.{name}"), help=say(f"table.{name}_help")) for name, column in columns.items()
    }
    for name, form in (("p_value", "%.4f"), ("q_value", "%.4f"), ("score", "%.2f"), ("n_events", "localized")):
        config[name] = st.column_config.NumberColumn(say(f"table.{name}"), help=say(f"table.{name}_help"), format=form)
    config["magnitude"] = st.column_config.ProgressColumn(
        say("table.magnitude"), help=say("table.magnitude_help"), format="percent", min_value=0, max_value=1
    )
    return config


def _height(rows: int) -> int:
    return 38 + 35 * min(max(rows, 1), 10)
