"""Quality after a date: which protocol is read, and what the temporal one found."""

from typing import Any

import streamlit as st

from core import jobs as queue
from core import pipeline
from core.charts import quality as charts
from core.settings import EDITOR
from pages import _drawing as drawing
from pages import _jobs as jobs
from pages import _marks as marks
from pages import _session as session
from pages.model import _by_cohort as by_cohort
from pages.model import _chances as chances
from pages.model import _kept as kept
from pages.model import _measured as measured

say = session.say
TEMPORAL, LAST = "temporal", "last"
FEW = 30
"""Users below which a mean of them is said to tell little."""


def chosen(selection: session.Selection) -> bool:
    """Whether the reader looks at quality after a date; a line says what is answered, and what leaks."""
    ordinal = bool(session.workspace().data_set(str(selection.data_set)).summary.get("ordinal"))
    found = LAST
    if not ordinal:
        first = TEMPORAL if kept.temporal_result(selection).ready else LAST
        found = st.segmented_control(
            say("quality.protocol"), (TEMPORAL, LAST), default=first, required=True, key="protocol",
            format_func=lambda name: say(f"quality.protocol_{name}"),
        )  # fmt: skip
    last = f"{say('quality.lead')} {say('quality.leakage')}"
    if found == LAST and pipeline.learned_validation(session.workspace(), str(selection.data_set), run=selection.run):
        last = f"{last} {say('quality.learned')}"
    st.caption(say("quality.lead_temporal") if found == TEMPORAL else last)
    return found == TEMPORAL


def draw(selection: session.Selection) -> None:
    """What was found, or how far it is, or the button that begins."""
    result = kept.temporal_result(selection)
    job = jobs.latest_for(result)
    if job and job.active:
        jobs.follow(lambda: [found for found in jobs.active() if found.id == job.id], _bar)
        return
    if not result.ready:
        if job:
            jobs.outcome(job)
        st.write(say("quality.offer_temporal"))
        if st.button(say("quality.measure"), type="primary", key="measure_temporal", **session.only(EDITOR)):
            jobs.make(result)
            st.rerun()
        return
    _shown(selection, kept.after_date(selection))


def _bar(found: list[queue.Job]) -> None:
    for job in found:
        jobs.bar(job, "temporal")


def _shown(selection: session.Selection, found: pipeline.Temporal) -> None:
    quality, metric = found.quality, measured.metric()
    learned = bool(found.about["learned_validation"].iloc[0])
    st.caption(" ".join([say("quality.cut", **_cut(found)), *([say("quality.learned")] if learned else [])]))
    _marked(selection, found)
    measured.meaning(quality.models, metric)
    measured.verdict(quality, metric)
    figure = charts.models(quality.models, metric, measured.OURS, session.look())
    st.plotly_chart(figure, key="models_temporal", theme=None, config=measured.PLAIN)
    st.caption(say("quality.read_models"))
    _after_change(found)
    measured.groups(quality, metric)
    by_cohort.draw(selection, found.ranks, metric)
    if not found.reliability.empty:
        st.subheader(say("closely.chances"), help=say("closely.chances_read"))
        chances.draw(found.reliability[found.reliability["model"] == pipeline.BLEND], TEMPORAL)
    with st.expander(say("quality.kinds")):
        st.caption(say("quality.kinds_read"))
        drawing.table(found.kinds)
    measured.table(quality.models)


def _marked(selection: session.Selection, found: pipeline.Temporal) -> None:
    """What happened on the owner's side since the date that models know nothing after."""
    opens = found.about["opens"].iloc[0]
    later = [marks.name(marker) for marker in marks.found(selection) if marks.moment(marker.end) >= opens]
    if later:
        st.caption(say("quality.markers", names="; ".join(later)))


def _cut(found: pipeline.Temporal) -> dict[str, Any]:
    """Days and counts of the cut, and its fingerprint."""
    (cut,) = found.about.to_dict("records")
    return {str(name): f"{value:%Y-%m-%d}" if name in ("opens", "tests") else value for name, value in cut.items()}


def _after_change(found: pipeline.Temporal) -> None:
    """How good our lists are right after named changes."""
    rows = found.after_change[found.after_change["model"] == pipeline.BLEND].set_index("when")
    st.subheader(say("quality.after_change"), help=say("quality.after_change_help"))
    if "after" not in rows.index:
        st.info(say("quality.after_change_none"))
        return
    after = rows.loc["after"]
    before = f"{rows.loc['before', 'ndcg@10']:.3f}" if "before" in rows.index else "–"
    values = {"value": after["ndcg@10"], "low": after["ndcg@10_low"], "high": after["ndcg@10_high"]}
    st.markdown(say("quality.after_change_told", users=int(after["users"]), before=before, **values))
    if after["users"] < FEW:
        st.caption(say("quality.after_change_few"))
