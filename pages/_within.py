"""The named cohort that a page is narrowed to: chosen with its count said, saved from what is filtered, and deleted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from core import pipeline
from core.drift import Cohort
from core.settings import EDITOR
from core.workspace import SavedCohort
from pages import _doing as doing
from pages import _selection as selections
from pages import _session as session
from pages import _words as words

say = session.say
PROBLEM = "cohort_problem"
RULE, IDS = "rule", "ids"


def asked(selection: session.Selection) -> session.Selection:
    """The selection narrowed to the cohort that the link names, without a control; as it is where there is none."""
    return _narrowed(selection, pipeline.cohorts(session.workspace(), str(selection.data_set)))


def chosen(selection: session.Selection) -> session.Selection:
    """Draw the choice of a cohort where there are any; return the selection narrowed to it."""
    found = pipeline.cohorts(session.workspace(), str(selection.data_set))
    shown = _narrowed(selection, found)
    wished = session.asked(session.COHORT)
    if wished and shown.cohort is None:
        st.warning(say("within.unknown", cohort=words.plain(wished, 80)))
        session.choose(session.COHORT, None)
    if found:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _picker(found, shown)
            if shown.cohort is not None and session.may(EDITOR):
                _delete(selection, shown.cohort.name)
    doing.failed(PROBLEM)
    return shown


def count(shown: session.Selection, users: int, everyone: int) -> None:
    """How many are in the cohort that a page is narrowed to; ends the page where nobody is."""
    if shown.cohort is None:
        return
    st.caption(say("within.count", cohort=words.plain(shown.cohort.name, 80), users=users, all=everyone))
    if not users:
        st.info(say("within.nobody"))
        st.stop()


def offer_saving(
    selection: session.Selection, cohort: Cohort, users: Any, then: Callable[[], None], key: str = "cohort"
) -> None:
    """A button that keeps whom the filters leave under a name, and does something `then`; nothing for who may not.

    `key` tells several such buttons of a page apart.
    """
    if not session.may(EDITOR) or cohort == Cohort():
        return
    label = say("within.save_users", users=len(users))
    with st.popover(label, icon=":material/group_add:", on_change="rerun", key=f"{key}_box") as box:
        if box.open:
            _form(selection, cohort, tuple(users), then, key)


def _narrowed(selection: session.Selection, found: list[SavedCohort]) -> session.Selection:
    wished = session.asked(session.COHORT)
    picked = next((cohort for cohort in found if cohort.name == wished), None)
    return replace(selection, cohort=selections.Within(picked.name, picked.changed) if picked else None)


def _picker(found: list[SavedCohort], shown: session.Selection) -> None:
    by = {cohort.name: _told(cohort) for cohort in found}
    key = session.led("picked_cohort", shown.cohort.name if shown.cohort else None)
    st.selectbox(
        say("within.cohort"), list(by), index=None, key=key, on_change=_picked, args=(key,),
        format_func=lambda name: by[name], placeholder=say("within.everybody"), help=say("within.help"), width=320,
    )  # fmt: skip


def _told(cohort: SavedCohort) -> str:
    if cohort.rule is not None:
        return say("within.by_rule", cohort=cohort.name)
    return say("within.by_ids", cohort=cohort.name, users=cohort.users)


def _picked(key: str) -> None:
    session.choose(session.COHORT, session.widget(key))


def _delete(selection: session.Selection, cohort: str) -> None:
    with st.popover(say("within.delete"), icon=":material/delete:", type="tertiary"):
        st.markdown(say("within.delete_sure", cohort=words.plain(cohort, 80)))
        st.button(say("within.delete_yes"), key="cohort_delete", on_click=_deleted, args=(selection, cohort))


def _form(
    selection: session.Selection, cohort: Cohort, users: tuple[str, ...], then: Callable[[], None], key: str
) -> None:
    """Name and kind of a new cohort. What was picked by hand, or inside another cohort, is no rule."""
    st.text_input(say("within.name"), key=f"{key}_name", placeholder=say("within.name_example"), max_chars=80)
    kinds = [RULE, IDS] if cohort.users is None and selection.cohort is None else [IDS]
    st.radio(
        say("within.kind"), kinds, key=f"{key}_kind", format_func=lambda kind: say(f"within.kind_{kind}"),
        captions=[say(f"within.kind_{kind}_help") for kind in kinds],
    )  # fmt: skip
    st.button(
        say("within.save"),
        key=f"{key}_save",
        type="primary",
        on_click=_saved,
        args=(selection, cohort, users, then, key),
    )


def _saved(
    selection: session.Selection, cohort: Cohort, users: tuple[str, ...], then: Callable[[], None], key: str
) -> None:
    name = " ".join((session.widget(f"{key}_name") or "").split())
    rule = cohort if session.widget(f"{key}_kind") == RULE else None
    if doing.done(PROBLEM, pipeline.save_cohort, selection, name, rule, () if rule else users):
        session.choose(session.COHORT, name)
        session.follow(f"{key}_name", "")
        then()


def _deleted(selection: session.Selection, cohort: str) -> None:
    if doing.done(PROBLEM, pipeline.remove_cohort, selection, cohort):
        session.choose(session.COHORT, None)
