"""Every page in a real browser: cold by deep link, light and dark, wide and narrow, and with a file that is no log."""

import pytest

from pages._texts import catalogue
from tests.browser.conftest import DATA_SET, ROOT

FILES = sorted(path for path in (ROOT / "pages").glob("*/*.py") if not path.parent.name.startswith("_"))
PAGES = [path.stem for path in FILES if not path.stem.startswith("_")]
TITLES = catalogue("en")


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_cold(visit, page):
    """A bookmark opens the page itself, light and dark, with no error, no other host, nothing to scroll sideways.

    Nor does axe find a barrier of serious or critical impact, in either theme or on a phone; no rule is left out.
    """
    tab = visit()
    tab.open(f"/{page}?dataset={DATA_SET}")
    assert tab.current() == TITLES[f"pages.{page}"]
    assert tab.page.get_by_role("dialog").count() == 0
    light = tab.background()
    assert tab.barriers() == []
    tab.darken()
    assert tab.background() != light
    assert tab.barriers() == []
    tab.page.set_viewport_size({"width": 390, "height": 800})
    assert tab.overflow() <= 0
    assert tab.barriers() == []
    assert tab.page.get_by_test_id("stException").count() == 0
    assert tab.errors == []
    assert tab.strangers == []


def test_a_bad_file_gets_one_clear_line(visit, tmp_path):
    """A binary file named .csv is refused in words, with no traceback, and another file can be taken."""
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    tab = visit()
    tab.open("/upload")
    tab.drop(tmp_path / "picture.csv")
    tab.sees("looks like a binary file")
    assert "Traceback" not in tab.page.inner_text("body")
    tab.page.get_by_role("button", name="Use another file").click()
    tab.page.locator("[class*=st-key-drop_files] input[type=file]").wait_for(state="attached")
    assert tab.errors == []
