"""What rules said of data sets that are watched: the newest first, until somebody has seen them."""

import streamlit as st

from core import pipeline
from core.workspace import DataSet, watches
from pages import _session as session
from pages import _words as words

say = session.say
SHOWN = 20
"""Alerts that are listed."""
ICONS = {"late": "schedule", "stopped": "do_not_disturb_on", "named": "alt_route", "fell": "trending_down",
         "served": "format_list_bulleted", "failed": "error"}  # fmt: skip


def draw() -> None:
    """Alerts that nobody has seen, with a button that says they were; those before, folded away."""
    found = pipeline.alerts(session.workspace())
    if not found:
        return
    fresh = [alert for alert in found if not alert.seen]
    if fresh:
        st.subheader(say("alerts_page.title"), anchor=False)
        for alert in fresh[:SHOWN]:
            st.warning(_line(alert), icon=f":material/{ICONS.get(alert.rule, 'notifications')}:")
        st.button(say("alerts_page.seen"), key="alerts_seen", on_click=_see)
    if len(found) > len(fresh):
        with st.expander(say("alerts_page.before", count=len(found) - len(fresh))):
            for alert in [each for each in found if each.seen][:SHOWN]:
                st.markdown(_line(alert))


def of(data_set: DataSet) -> str:
    """How a data set is watched, in one line; empty where it is not."""
    watch = pipeline.watched(session.workspace(), data_set.name)
    if watch is None:
        return ""
    looked = words.moment(watch.state.get("looked")) or "–"
    days, rest = divmod(int(watch.plan["every"]), 86_400)
    every = words.span(float(watch.plan["every"])) if rest else say("alerts_page.days", days=days)
    return say(f"alerts_page.watched_{watch.plan['way']}", every=every, looked=looked)


def _line(alert: watches.Alert) -> str:
    return f"**{words.plain(alert.data_set)}** · {words.moment(alert.time)}  \n{words.told(alert.said, 400)}"


def _see() -> None:
    pipeline.see_alerts(session.workspace())
