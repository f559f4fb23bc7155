"""The dashboard: which pages there are, what they share, and the page that was asked for."""

import streamlit as st

from pages import _session as session
from pages import _sidebar as sidebar

PAGES = {
    "Explore": {
        "pages/explore/overview.py": "Overview",
        "pages/explore/user.py": "One user",
        "pages/explore/atlas.py": "Atlas",
        "pages/explore/compare.py": "Compare",
    },
    "Data": {"pages/data/upload.py": "Add a log", "pages/data/library.py": "Library"},
    "Model": {"pages/model/training.py": "Training", "pages/model/quality.py": "Quality"},
}


def main() -> None:
    """Draw what every page has, then the page."""
    st.set_page_config(page_title="Meander", page_icon=str(session.ICON), layout="wide")
    st.logo(str(session.ICON), size="large")
    page = st.navigation(session.pages(PAGES))
    sidebar.draw()
    page.run()


main()
