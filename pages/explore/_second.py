"""The model's view of drift beside that of the categories: of one user, and of all whom the two disagree on."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.charts import Look
from core.charts import trails as charts
from core.drift import INSUFFICIENT, NAMED
from core.settings import EDITOR
from pages import _drawing as drawing
from pages import _jobs as queue
from pages import _session as session
from pages import _viewed as viewed
from pages import _words as words
from pages.explore import _cohort as cohort
from pages.explore._verdict import Verdict

say = session.say
SIDES = ("model", "categories")


def ready(selection: session.Selection) -> bool:
    """Whether the model's view is at hand; else the page says that it comes, or offers to ask for it."""
    result = viewed.view_result(selection.whole)
    if result.ready:
        return True
    if queue.making(result):
        st.caption(say("view.coming"))
    else:
        st.button(say("view.ask"), key="ask_view", on_click=queue.make, args=(result,),
                  **session.only(EDITOR, say("view.help")))  # fmt: skip
    return False


def objection(selection: session.Selection, user: str, verdict: Verdict) -> None:
    """One line where the model contradicts the verdict on a user, and what that can mean."""
    row = _row(selection, user, verdict)
    named = verdict.result == NAMED
    if row is not None and bool(row[NAMED]) != named:
        st.markdown(_sentence(row, named=named), help=say("view.help"))


def opinion(selection: session.Selection, user: str, verdict: Verdict, look: Look) -> None:
    """What the model says of a user whom the drift test can judge, if that agrees, and how far states moved."""
    if verdict.result == INSUFFICIENT or not ready(selection):
        return
    row = _row(selection, user, verdict)
    if row is None:
        return
    named = verdict.result == NAMED
    if bool(row[NAMED]) == named:
        st.markdown(_sentence(row, named=named), help=say("view.help"))
    with st.expander(say("view.trail"), on_change="rerun", key="view_trail") as box:
        if box.open:
            _trail(selection, user, {"categories": verdict.marks.changes, "model": _events(row)}, look)


def _row(selection: session.Selection, user: str, verdict: Verdict) -> Mapping[str, Any] | None:
    """What the model says of a user; None of whom it cannot be asked."""
    rows = viewed.model_view(selection)
    if rows is None or verdict.result == INSUFFICIENT:
        return None
    row: dict[Any, Any] | None = next(iter(rows[rows["user_id"] == user].to_dict("records")), None)
    return None if row is None or row["status"] == INSUFFICIENT else row


def disagreements(selection: session.Selection) -> None:
    """How many users the two views contradict each other on, and the way to them."""
    if selection.run is None or not ready(selection):
        return
    found = viewed.contradictions(selection)
    st.markdown(say("view.differ", **{side: len(found[side]) for side in SIDES}), help=say("view.differ_help"))
    with st.container(horizontal=True):
        for side in SIDES:
            if found[side]:
                st.button(
                    say(f"view.only_{side}", users=len(found[side])), key=f"show_only_{side}", type="tertiary",
                    icon=":material/group:", on_click=cohort.only, args=(found[side],),
                )  # fmt: skip


def _sentence(row: Mapping[str, Any], *, named: bool) -> str:
    """Both verdicts in a word, and what it can mean where they differ."""
    if not row[NAMED]:
        return say("view.categories_only" if named else "view.neither")
    return say(
        "view.both" if named else "view.model_only",
        events=", ".join(f"{event + 1:,}" for event in _events(row)),
        left=_items(row["from_groups"]),
        found=_items(row["to_groups"]),
        q=row["q_value"],
    )


def _trail(selection: session.Selection, user: str, changes: dict[str, tuple[int, ...]], look: Look) -> None:
    with st.spinner(say("view.shuffling")):
        trail = viewed.trail(selection, user)
    if len(trail) == 0:
        st.info(say("view.no_trail"))
        return
    drawing.chart(charts.apart(trail, changes, look), "view.trail")


def _events(row: Mapping[str, Any]) -> tuple[int, ...]:
    return row["change_events"] if row[NAMED] else ()


def _items(names: tuple[str, ...]) -> str:
    """The first group of items, by two of its titles."""
    return f"“{words.plain(names[0])}”" if names else "–"
