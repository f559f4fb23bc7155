"""Quality that was measured: read, measured in a job, told in words, and as a table."""

from typing import Any

import streamlit as st

from core import jobs as queue
from core import pipeline
from core.charts import quality as charts
from core.settings import EDITOR
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _jobs as jobs
from pages import _session as session

say = session.say
OURS = (pipeline.BLEND, pipeline.ATTENTION)
"""The trained models, first the one that lists come from unless said otherwise."""
PLAIN = {"displayModeBar": False}
METRICS = ("ndcg@10", "hr@10", "mrr")


def under_way(data_set: str) -> list[queue.Job]:
    """Evaluations of a data set that wait or run, without those of a closer look."""
    mine = [job for job in jobs.active() if (job.step, job.data_set) == ("evaluate", data_set)]
    return [job for job in mine if not {"table", "protocol"} & set(job.arguments)]


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
    if st.button(say("quality.measure"), type="primary", **session.only(EDITOR)):
        jobs.make(result)
        st.rerun()


def metric() -> str:
    """The measure to show."""
    return st.segmented_control(
        say("quality.metric"),
        METRICS,
        default="ndcg@10",
        format_func=lambda name: say(f"quality.metric_{_plain(name)}"),
        required=True,
        help=say("quality.metric_help"),
    )


def meaning(models: Any, metric: str) -> None:
    """What a number of the measure says, by that of the lists that are shown, or of the best where there are none."""
    means = models.set_index("model")[metric]
    name = OURS[0] if OURS[0] in means.index else str(means.idxmax())
    model, value = session.model_name(name), float(means[name])
    told = {"model": model[:1].upper() + model[1:], "value": value, "hundred": 100 * value}
    st.caption(say(f"quality.means_{_plain(metric)}", **told))


def _plain(metric: str) -> str:
    return metric.partition("@")[0]


def verdict(quality: pipeline.Quality, metric: str) -> None:
    """A sentence for each trained model: is it ahead of the best baseline, beyond chance, on the same users?"""
    means = quality.models.set_index("model")[metric]
    ahead, best = quality.ahead[quality.ahead["metric"] == metric], best_simple(means)
    if best is None:
        return
    for name in OURS:
        found = ahead[(ahead["model"] == name) & (ahead["other"] == best)]
        for row in found.to_dict("records"):
            _told(row, means, metric.upper())


def best_simple(means: Any) -> str | None:
    """The best of the simple methods, of means by model; None without any."""
    others = means[~means.index.isin(OURS)].dropna()
    return None if others.empty else str(others.idxmax())


def _told(row: dict[Any, Any], means: Any, metric: str) -> None:
    ours = session.model_name(row["model"])
    values = {name: f"{row[name]:+.3f}" for name in ("ahead", "low", "high")}
    values |= {
        "model": ours[:1].upper() + ours[1:],
        "best": session.model_name(row["other"]),
        "metric": metric,
        "users": row["users"],
    }
    values |= {"mine": f"{means[row['model']]:.3f}", "other": f"{means[row['other']]:.3f}"}
    if row["low"] > 0:
        st.success(say("quality.better", **values))
    elif row["high"] < 0:
        st.warning(say("quality.worse", **values))
    else:
        st.info(say("quality.same", **values))


def shown(models: Any) -> list[str]:
    """Which models to compare by class: the model, the two best baselines and popularity, unless chosen otherwise."""
    names = list(models["model"])
    others = [name for name in names if name not in OURS]
    first = {*OURS, *others[:2], "popularity"}
    default = [name for name in names if name in first]
    return st.pills(
        say("quality.models"), names, selection_mode="multi", default=default, key="shown_models",
        format_func=session.model_name,
    )  # fmt: skip


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
