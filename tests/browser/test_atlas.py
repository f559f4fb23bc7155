"""The atlas in a real browser: points are picked, told, and lead to a cohort."""

from playwright.sync_api import expect

from pages._texts import catalogue
from tests.browser.conftest import DATA_SET, PATIENCE

expect.set_options(timeout=PATIENCE)


def test_points_are_picked_and_become_a_cohort(visit):
    """A line around all points lists them; their users go to the overview as a filter; zoom and keys move the map."""
    tab = visit()
    tab.open(f"/atlas?dataset={DATA_SET}")
    tab.page.wait_for_selector("[data-testid=atlas][data-frames]:not([data-frames='0'])", timeout=PATIENCE)
    _around(tab, 0.02, 0.98)
    expect(tab.page.get_by_test_id("atlas-count")).to_contain_text("points picked")
    expect(tab.page.get_by_role("heading", name="20 items and states of 12 users")).to_be_visible()
    frames = "() => Number(document.querySelector('[data-testid=atlas]').dataset.frames)"
    before = tab.page.evaluate(frames)
    tab.page.get_by_test_id("atlas-in").click()
    tab.page.get_by_test_id("atlas-map").press("ArrowLeft")
    tab.page.wait_for_function(f"({frames})() > {before}")
    tab.page.get_by_role("button", name="Look at these 12 users in the overview").click()
    expect(tab.page.get_by_role("heading", name=catalogue("en")["overview.title"])).to_be_visible()
    assert (tab.errors, tab.strangers) == ([], [])


def test_a_point_tells_its_title(visit):
    """Under the pointer stands the title of an item."""
    tab = visit()
    tab.open(f"/atlas?dataset={DATA_SET}")
    tab.page.wait_for_selector("[data-testid=atlas][data-frames]:not([data-frames='0'])", timeout=PATIENCE)
    box = tab.page.get_by_test_id("atlas-map").bounding_box()
    tip = tab.page.locator(".mp-tip:not([hidden])")
    for step in range(1, 400):
        x, y = box["x"] + box["width"] * (step * 37 % 100) / 100, box["y"] + box["height"] * (step * 61 % 97) / 97
        tab.page.mouse.move(x, y)
        if tip.count():
            break
    assert "Item " in tip.inner_text()


def _around(tab, low, high):
    """Draw a line around a part of the map, in shares of its sides."""
    box = tab.page.get_by_test_id("atlas-map").bounding_box()
    corners = [(low, low), (high, low), (high, high), (low, high), (low, low + 0.01)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    tab.page.mouse.move(*places[0])
    tab.page.mouse.down()
    for place in places[1:]:
        tab.page.mouse.move(*place, steps=4)
    tab.page.mouse.up()
