"""What is said where a history is presented: what was seen, how sure that is, and what it does not show."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from core.drift import INSUFFICIENT, RECURRING
from core.player import PlayerPayload, Story
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _session as session
from pages import _words as words
from pages.explore import _map as maps
from pages.explore import _verdict as verdicts
from pages.explore._verdict import Verdict

say = session.say
CHAPTER = "chapter"
"""In the link: the chapter that a presentation opens at, from 1."""
SUREST = "surest"
"""In the link, under `who`: those who are named with the least doubt."""


def of(selection: session.Selection, settings: AtlasSettings | None, verdict: Verdict) -> Story:
    """The words of a user's presentation; without a map none is told of."""
    doubts = [words.unmarked(words.told(doubt, 300)) for doubt in computed.drift_doubts(selection)]
    cautions = [
        say(f"verdict.{verdict.result}_trust"),
        *doubts[:1],
        say("story.made_of_log" if settings else "story.not_why"),
    ]
    return Story(
        facts=(
            say("story.data_set", name=selection.data_set, version=selection.version),
            say("story.made", day=f"{datetime.now(UTC):%Y-%m-%d}"),
        ),
        begin=_begin(verdict),
        turns=_turns(verdict),
        verdict=words.unmarked(verdicts.told(verdict, selection)),
        sure=_sure(verdict),
        cautions=tuple(cautions),
        map=maps.told(maps.atlas(selection, settings)) if settings else "",
    )


def asked(payload: PlayerPayload, changes: int) -> dict[str, Any] | None:
    """The presentation that the link asks for, with a word where it names no chapter; None where it asks for none."""
    link, last = session.in_link(CHAPTER), 2 + changes + len({step for step, _ in payload.notes})
    if link is None:
        return None
    known = link.isdecimal() and 1 <= int(link) <= last
    if not known:
        st.warning(say("story.unknown", chapter=words.plain(link, 20), last=last))
    return {"chapter": int(link) if known else 1, "then": ""}


def _begin(verdict: Verdict) -> str:
    events, found = verdict.row["n_events"], verdict.changes
    return say("demo.begin", events=events, left=_names(found[0].left)) if found else say("story.begin", events=events)


def _turns(verdict: Verdict) -> tuple[str, ...]:
    """What is said at each change, in numbers that the bars show too."""
    told = []
    for number, change in enumerate(verdict.changes):
        values: dict[str, Any] = {"left": _names(change.left[:1]), "found": _names(change.found[:1])}
        values |= {"event": change.event + 1, "magnitude": change.magnitude}
        said = say("demo.again" if number else "demo.change", **values)
        last = number == len(verdict.changes) - 1 and verdict.row["kind"] == RECURRING
        told.append(say("demo.back", said=said) if last else said)
    return tuple(told)


def _sure(verdict: Verdict) -> str:
    """The grade, the numbers behind it, and what the reader accepts."""
    if verdict.result == INSUFFICIENT:
        return ""
    grade = say(f"sure.{verdict.row['sure'].replace(' ', '_')}")
    accepted = say("story.accepted", share=session.naming().accept)
    return f"{grade[:1].upper()}{grade[1:]}. {words.unmarked(verdicts.sureness(verdict))} {accepted}"


def _names(categories: tuple[str, ...]) -> str:
    return ", ".join(categories) or "–"
