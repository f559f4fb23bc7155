"""What widgets of Streamlit show, where others than the reader move them too."""

from typing import Any

import streamlit as st


def follow(widget_key: str, value: Any) -> None:
    """Make a widget show a value; call it before the widget is drawn."""
    st.session_state[widget_key] = value


def led(name: str, value: Any) -> str:
    """Key of a widget that shows `value` and is led by others than the reader too; another one whenever they moved it.

    A browser that has not drawn the move yet sends the value from before along with any other click. Under the key
    of before it counts for nothing; under the same key it would be taken for the reader's wish, and undo the move.
    """
    count = st.session_state.get(f"led_{name}", 0)
    key = f"{name}_{count}" if count else name
    if st.session_state.get(key, value) != value:
        st.session_state[f"led_{name}"] = count = count + 1
        key = f"{name}_{count}"
    follow(key, value)
    return key


def widget(widget_key: str) -> Any:
    """The value of a widget, for its `on_change`."""
    return st.session_state.get(widget_key)


def forget_all(prefix: str) -> None:
    """Let all widgets with such keys start anew."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        st.session_state[key] = None


def count(prefix: str) -> int:
    """Widgets with such keys that have a value."""
    return sum(1 for key, value in st.session_state.items() if str(key).startswith(prefix) and value)
