"""The dashboard: which pages there are, what they share, and the page that was asked for."""

from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from core.errors import MeanderError
from core.settings import VIEWER
from core.workspace import Workspace, actors
from pages import _door as door
from pages import _gate as gate
from pages import _serving as serving
from pages import _session as session
from pages import _sidebar as sidebar
from pages import _words as words

PAGES = {
    "explore": ("overview", "user", "atlas", "compare", "believe"),
    "data": ("upload", "library", "people"),
    "model": ("training", "quality"),
}
"""Pages by section: `pages/<section>/<page>.py`, titled `pages.<page>` in the catalogue."""
FIRST = "overview"
"""The page at the dashboard's own address."""


def pages() -> dict[str, list[st.Page]]:
    """All pages that are there for this visitor, with their titles; whoever is kept out keeps the address in sight."""
    visitor = session.visitor()
    return {
        session.say(f"pages.{section}"): [
            _page(section, name) for name in names if visitor.why or visitor.actor.may(session.NEEDS.get(name, VIEWER))
        ]
        for section, names in PAGES.items()
    }


def _page(section: str, name: str, **address: Any) -> st.Page:
    # Streamlit keeps the name of the first page from being an address: it gets another name, which nobody asks for.
    address = address or ({"default": True, "url_path": "start"} if name == FIRST else {})
    return st.Page(f"pages/{section}/{name}.py", title=session.say(f"pages.{name}"), **address)


def main() -> None:
    """Draw what every page has, then the page."""
    icon = session.ICON.read_text("utf-8")  # a part of the page: files are only for those who are logged in
    st.set_page_config(page_title="Meander", page_icon=icon, layout="wide")
    st.logo(icon, size="large")
    st.html(session.ICON.with_name("buttons.css"))
    if session.look().dark:
        st.html(session.ICON.with_name("dark.css"))
    visitor, listed = session.visitor(), pages()
    # Whoever asks for the first page by its name gets it too.
    by_name = _page("explore", FIRST, url_path=FIRST, visibility="hidden")
    page = st.navigation({**listed, "": [by_name]}, position="hidden")
    if visitor.why:
        gate.draw(visitor)
        return
    serving.attend(session.workspace())
    sidebar.draw(listed, "" if page.url_path == FIRST else page.url_path)
    if session.in_link(session.DEMO) and page.url_path != "user":
        asked = {name: session.in_link(name) for name in (session.DEMO, session.WHO)}
        st.switch_page("pages/explore/user.py", query_params=session.link(**asked))
    try:
        page.run()
    except MeanderError as error:
        st.error(words.plain(str(error), 600))
    finally:
        serving.settle()


if __name__ == "__main__":
    with serving.turn():
        main()
else:
    # What `streamlit run` serves. It would take `pages/` for its own old kind of page list until the first visitor
    # has been here, and tell a visitor who comes by a deep link that there is no such page.
    PagesManager.uses_pages_directory = False
    door.check()
    serving.SERVED.set()
    with actors.acting(actors.by_system()):
        serving.attend(Workspace())  # also while nobody visits
    app = st.App(__file__, middleware=[Middleware(door.Door)])
