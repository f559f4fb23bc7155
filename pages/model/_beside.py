"""Several runs beside each other: their curves, the settings that differ, and quality on the same users."""

from typing import Any

import streamlit as st

from core import pipeline
from core.charts import learning_curves
from core.settings import EDITOR
from core.workspace import Run
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _jobs as jobs
from pages import _session as session
from pages import _within as within
from pages import _words as words

say = session.say


def draw(selection: session.Selection, ticked: list[Run]) -> None:
    """Two runs or more, the first of them is what the others are held against; nothing for fewer."""
    if len(ticked) < 2:
        return
    name, runs = str(selection.data_set), [run.id for run in ticked]
    names = {run.id: f"{words.moment(run.created)} · {run.id[-6:]}" for run in ticked}
    st.subheader(say("runs.title"), anchor=False)
    curves = pipeline.run_curves(session.workspace(), name, runs)
    drawing.chart(learning_curves(curves, names, session.look()), "runs.curves")
    _settings(pipeline.run_settings(session.workspace(), name, runs), names)
    _quality(selection, runs, names)


def _settings(table: Any, names: dict[str, str]) -> None:
    st.markdown(f"**{say('runs.settings')}**")
    if table.empty:
        st.caption(say("runs.settings_same"))
        return
    heads = {run: st.column_config.TextColumn(name) for run, name in names.items()}
    drawing.table(table, column_config={"setting": st.column_config.TextColumn(say("runs.setting")), **heads})


def _quality(selection: session.Selection, runs: list[str], names: dict[str, str]) -> None:
    """By how much each run is ahead of the first, on the same users, of everybody or of a cohort."""
    st.markdown(f"**{say('runs.quality')}**")
    name, alike = str(selection.data_set), pipeline.comparable_runs(session.workspace(), str(selection.data_set), runs)
    if len(alike) < 2:
        st.caption(say("runs.other_data"))
        return
    results = {run: pipeline.ranks(session.workspace(), name, run=run) for run in alike}
    waiting = [result for result in results.values() if not result.ready]
    if any(jobs.making(result) for result in waiting):
        st.caption(say("runs.measuring"))
    elif waiting and st.button(say("runs.measure", runs=len(waiting)), **session.only(EDITOR)):
        for result in waiting:
            jobs.make(result)
        st.rerun()
    shown = within.chosen(selection) if computed.drift_result(selection).ready else selection
    users = None
    if shown.cohort is not None:
        users = computed.drift(shown)["user_id"]
        within.count(shown, len(users), len(computed.drift(selection)))
    found = pipeline.runs_apart(session.workspace(), name, alike, users)
    if len(found) > 1:
        _apart(found, names)


def _apart(found: Any, names: dict[str, str]) -> None:
    first, *others = found.to_dict("records")
    for row in others:
        verdict = "better" if row["low"] > 0 else "worse" if row["high"] < 0 else "same"
        values = {key: row[key] for key in ("ahead", "low", "high", "users", "value")}
        st.markdown(
            say(f"runs.{verdict}", run=names[row["run"]], other=names[first["run"]], mine=first["value"], **values)
        )
    st.caption(say("runs.quality_read"))
