"""A closer look at quality: cold users and items, what lists are like, after a change, reasons."""

import streamlit as st

from core import jobs as queue
from core import pipeline
from core.charts import effects
from core.errors import MeanderError, UnknownRunError
from core.settings import EDITOR
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _jobs as jobs
from pages import _session as session
from pages import _words as words
from pages.model import _chances as chances
from pages.model import _kept as kept

say = session.say
TABLES = ("cold", "lists", "chances", "lag", "aging", "faithfulness")


def draw(selection: session.Selection) -> None:
    """One table of choice: computed in a job the first time, read afterwards."""
    st.subheader(say("closely.title"))
    table = st.segmented_control(
        say("closely.which"), TABLES, default=TABLES[0], required=True, format_func=lambda name: say(f"closely.{name}")
    )
    if measured(selection, table):
        st.caption(say(f"closely.{table}_read"))
        if table == "faithfulness" and selection.run:
            _curves(selection)
        if table == "chances":
            chances.draw(kept.reliability(selection), "last")
        _table(selection, table)


def measured(selection: session.Selection, table: str) -> bool:
    """Whether a table is there to be read; else its job is followed, or offered."""
    try:
        result = computed.measured(selection, table)
    except UnknownRunError as error:
        st.info(words.told(error))
        return False
    job = jobs.latest_for(result)
    if job and job.active:
        jobs.follow(lambda: [found for found in jobs.active() if found.id == job.id], _bar)
        return False
    if result.ready:
        return True
    if job:
        jobs.outcome(job)
    st.caption(say(f"closely.{table}_read"))
    if st.button(say("quality.measure"), key=f"measure_{table}", **session.only(EDITOR)):
        jobs.make(result)
        st.rerun()
    return False


def _bar(found: list[queue.Job]) -> None:
    for job in found:
        jobs.bar(job, "closely")


def _curves(selection: session.Selection) -> None:
    """What happens to lists when the events that a method names are taken away, and when only they are kept."""
    found = kept.faithfulness(selection)
    for column, measure in zip(st.columns(2, gap="large"), ("comprehensiveness", "sufficiency"), strict=True):
        with column:
            st.markdown(f"**{say(f'closely.{measure}')}**")
            figure = effects.deletion_curves(found.curves, measure, session.look())
            drawing.chart(figure, f"closely.{measure}")
    believed = computed.believable(selection)
    names = ", ".join(name for name, holds in believed.items() if holds)
    st.markdown(say("closely.believed", names=words.plain(names, 200)) if names else say("closely.none_believed"))


def _table(selection: session.Selection, table: str) -> None:
    try:
        frame = pipeline.quality_table(session.workspace(), str(selection.data_set), "all", table, run=selection.run)
    except MeanderError as error:
        st.error(words.told(error))
        return
    numbers = {name: st.column_config.NumberColumn(format="%.4f") for name in frame.select_dtypes("float").columns}
    drawing.table(frame, column_config=numbers)
