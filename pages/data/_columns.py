"""Which column of a log is which: the guess, and dropdowns to overrule it."""

import contextlib
from typing import Any

import streamlit as st

from core.data import as_read, schema
from core.errors import MeanderError
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.data._files import Received

say = session.say
SURE = 0.9
"""Below this the guess asks to be checked."""
ONE_PERSON = f"{schema.CONSTANT}me"
"""The user of a log that is one person's."""
BESIDES = {schema.USER: ONE_PERSON, schema.TIME: schema.ROW_ORDER}
"""What can stand for a column that a file lacks."""
MORE = (*schema.OPTIONAL, schema.TITLE, schema.CATEGORY)


def draw(preview: Any, key: str) -> dict[str, str] | None:
    """Dropdowns for all columns; returns canonical name -> name in the file, None while it cannot be used."""
    guess = preview.guess
    st.markdown(f"**{say('upload.columns')}**", help=say("upload.columns_help"))
    chosen = _row(schema.REQUIRED, preview, key)
    if not guess.missing():
        share = min(guess.confidence.get(column, 0.0) for column in schema.REQUIRED)
        st.caption(say("upload.confidence" if share >= SURE else "upload.unsure", share=share))
    found = ", ".join(say(f"columns.{column}") for column in MORE if column in guess.columns)
    with st.expander(say("upload.optional") + (f": {found}" if found else "")):
        chosen |= _row(MORE[:3], preview, key) | _row(MORE[3:], preview, key)
    columns = {column: name for column, name in chosen.items() if name is not None}
    problem = _problem(columns)
    if problem:
        st.error(problem)
        return None
    return columns


def more(preview: Any, chosen: dict[str, str] | None, others: tuple[Received, ...]) -> list[str]:
    """Attribute columns, which may be left out, behind those that the guess had found and the reader took away."""
    taken_away = [column for column in preview.guess.columns if column not in (chosen or {})]
    names = [*preview.guess.item_attributes, *preview.guess.user_attributes]
    for file in others:
        with contextlib.suppress(MeanderError):
            names += list(computed.preview(str(file.path)).frame.columns)
    keys = set(schema.REQUIRED) | set((chosen or {}).values())
    options = [name for name in dict.fromkeys(names) if name not in keys]
    if not options:
        return taken_away
    label, about = say("upload.leave_out"), say("upload.leave_out_help")
    return taken_away + st.multiselect(label, options, placeholder=say("upload.leave_out_none"), help=about)


def _row(columns: tuple[str, ...], preview: Any, key: str) -> dict[str, str | None]:
    """A dropdown for each column, the guess filled in."""
    names: list[str | None] = list(preview.frame.columns)
    chosen: dict[str, str | None] = {}
    for place, column in zip(st.columns(3), columns, strict=False):
        guessed = preview.guess.columns.get(column)
        options = names if column in schema.REQUIRED else [None, *names]
        options = [*options, BESIDES[column]] if column in BESIDES else options
        if guessed is not None and guessed not in options:
            options = [*options, guessed]  # two columns together
        with place:
            chosen[column] = st.selectbox(
                say(f"columns.{column}"),
                options,
                index=options.index(guessed) if guessed in options else None,
                format_func=_shown,
                placeholder=say("upload.none"),
                help=say(f"columns.{column}_help"),
                key=f"column_{column}_{key}",
            )
    return chosen


def _shown(name: str | None) -> str:
    said = {None: "upload.none", schema.ROW_ORDER: "upload.row_order", ONE_PERSON: "upload.one_person"}
    return say(said[name]) if name in said else str(name)


def _problem(columns: dict[str, str]) -> str:
    missing = [say(f"columns.{column}") for column in schema.REQUIRED if column not in columns]
    if missing:
        return say("upload.missing", names=", ".join(missing))
    names = list(columns.values())
    twice = [name for name in names if names.count(name) > 1]
    return say("upload.twice", name=words.plain(twice[0])) if twice else ""


def table(preview: Any, columns: dict[str, str] | None, summary: dict[str, Any] | None = None) -> None:
    """The first rows, each column under its name and what it is taken for; times that are numbers also as read.

    `summary` is what an import would come to, if that is known.
    """
    meaning = {name: say(f"columns.{column}") for column, name in (columns or {}).items()}
    labels = {name: f"{name} → {meaning[name]}" if name in meaning else name for name in preview.frame.columns}
    frame, name = preview.frame, (columns or {}).get(schema.TIME, "")
    if summary and not summary.get("ordinal") and name in frame and frame[name].str.isdecimal().any():
        read = say("upload.as_read", column=meaning[name])
        frame = frame.copy()
        frame.insert(list(frame).index(name) + 1, read, as_read(summary, frame[name]))
    drawing.table(frame, height=220, column_config=labels)
