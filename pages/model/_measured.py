"""Quality that was measured: read, measured in a job, told in words, and as a table."""

from typing import Any

import streamlit as st

from core import jobs as queue
from core import pipeline
from core.charts import quality as charts
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _jobs as jobs
from pages import _session as session
from pages import _words as words

say = session.say
OURS = (pipeline.BLEND, pipeline.ATTENTION)
"""The trained models, first the one that lists come from unless said otherwise."""
PLAIN = {"displayModeBar": False}
METRICS = ("ndcg@10", "hr@10", "mrr")


def under_way(data_set: str) -> list[queue.Job]:
    """Evaluations of a data set that wait or run, without those of a closer look."""
    mine = [job for job in jobs.active() if (job.step, job.data_set) == ("evaluate", data_set)]
    return [job for job in mine if "table" not in job.arguments]


def live(found: list[queue.Job]) -> None:
    """How far measuring is."""
    for job in found:
        with st.container(border=True):
            jobs.bar(job, "quality")


def offer(selection: session.Selection) -> None:
    """Why the last try failed, and a button to measure."""
    result = computed.measured(selection, "models")
    job = jobs.latest_for(result)
    if job:
        jobs.outcome(job)
    st.write(say("quality.offer"))
    if st.button(say("quality.measure"), type="primary"):
        jobs.make(result)
        st.rerun()


def metric() -> str:
    """The measure to show."""
    return st.segmented_control(
        say("quality.metric"),
        METRICS,
        default="ndcg@10",
        format_func=str.upper,
        required=True,
        help=say("quality.metric_help"),
    )


def verdict(models: Any, metric: str) -> None:
    """One sentence: does the model beat the best baseline, beyond chance?"""
    ours = models[models["model"].isin(OURS)]
    others = models[~models["model"].isin(OURS)]
    if ours.empty or others.empty:
        return
    ours = ours.sort_values("model", key=lambda names: names.map(OURS.index))
    model, best = ours.iloc[0], others.loc[others[metric].idxmax()]
    values = {"best": words.plain(best["model"]), "metric": metric.upper(), "model": f"{model[metric]:.4f}",
              "other": f"{best[metric]:.4f}"}  # fmt: skip
    if model[f"{metric}_low"] > best[f"{metric}_high"]:
        st.success(say("quality.better", **values))
    elif model[f"{metric}_high"] < best[f"{metric}_low"]:
        st.warning(say("quality.worse", **values))
    else:
        st.info(say("quality.same", **values))


def shown(models: Any) -> list[str]:
    """Which models to compare by class: the model, the two best baselines and popularity, unless chosen otherwise."""
    names = list(models["model"])
    others = [name for name in names if name not in OURS]
    first = {*OURS, *others[:2], "popularity"}
    default = [name for name in names if name in first]
    return st.pills(say("quality.models"), names, selection_mode="multi", default=default, key="shown_models")


def groups(quality: pipeline.Quality, metric: str) -> None:
    """Quality by class of users and items, side by side."""
    names, look = shown(quality.models), session.look()
    for column, part in zip(st.columns(2), ("by_length", "by_popularity"), strict=True):
        with column:
            st.subheader(say(f"quality.{part}"), help=say(f"quality.{part}_help"))
            frame = getattr(quality, part)
            figure = charts.groups(frame[frame["model"].isin(names)], metric, OURS, look)
            st.plotly_chart(figure, key=part, theme=None, config=PLAIN)
    st.caption(say("quality.read_groups"))


def table(models: Any) -> None:
    """All figures, to read off and to save."""
    with st.expander(say("quality.table")):
        numbers = {name: st.column_config.NumberColumn(format="%.4f") for name in models.columns[2:]}
        drawing.table(models, column_config=numbers)
