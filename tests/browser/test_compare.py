"""The comparison in a real browser: one playhead over both sides."""

import pytest

from tests.browser.conftest import DATA_SET, PATIENCE


def test_pair_is_played(visit):
    """Both play with one playhead; keys, scrub and change points move it; the panel follows; nothing goes wrong."""
    tab = visit()
    tab.open(f"/compare?dataset={DATA_SET}&user=u1&other=u2")
    tab.page.wait_for_selector("[data-testid=duet][data-step]", timeout=PATIENCE)
    root = tab.page.get_by_test_id("duet")
    tab.page.keyboard.press("Home")
    assert root.get_attribute("data-step") == "0"
    tab.page.keyboard.press("ArrowRight")
    assert root.get_attribute("data-step") == "5"
    tab.page.keyboard.press("Space")
    tab.page.wait_for_function("Number(document.querySelector('[data-testid=duet]').dataset.step) > 20")
    assert root.get_attribute("data-playing") == "true"
    tab.page.keyboard.press("Space")
    now = tab.page.get_by_test_id("duet-now")
    tab.page.get_by_test_id("scrub").fill("100")
    early = now.inner_text()
    tab.page.get_by_test_id("scrub").fill("900")
    assert now.inner_text() != early
    tab.page.keyboard.press("?")
    assert tab.page.get_by_test_id("help-dialog").is_visible()
    tab.page.keyboard.press("?")
    assert (tab.errors, tab.strangers) == ([], [])


@pytest.mark.parametrize("width", [390, 3840])
def test_pair_fits_every_window(visit, width):
    """From a phone to a wall nothing has to be scrolled sideways."""
    tab = visit(width=width, height=900)
    tab.open(f"/compare?dataset={DATA_SET}&user=u1&other=u2")
    tab.page.wait_for_selector("[data-testid=duet][data-step]", timeout=PATIENCE)
    assert tab.overflow() <= 0
