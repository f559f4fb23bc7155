"""The atlas in a real browser: points are picked, told, and lead to a cohort."""

from playwright.sync_api import expect

from bench.atlas_points import html, made_up
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


def test_whatever_filters_filters_all(browser):
    """A brush, a bar, a search and the legend filter together; counts and Python follow; keys do as a pointer."""
    page = browser.new_page(viewport={"width": 700, "height": 900})
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_content(html(made_up(2000, users=50, periods=4)))
    count = page.get_by_test_id("atlas-count")
    expect(page.locator("[data-testid=atlas]:not([data-frames='0'])")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    bars = page.locator("[data-testid=hist-column_5] .mp-hist-box")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=3)
    page.mouse.up()
    brushed = shown(count)
    assert 0 < brushed < 1000
    page.get_by_test_id("hist-column_5").get_by_test_id("hist-end-1").press("ArrowRight")
    assert shown(count) > brushed
    yes = page.get_by_test_id("hist-column_3").get_by_role("button", name="yes")
    among = int(yes.locator(".mp-bar-count").inner_text())
    yes.press("Enter")
    assert shown(count) == among
    search = page.get_by_test_id("atlas-search")
    search.fill("ÍTEM 1")
    assert page.get_by_test_id("atlas-hits").inner_text() == "1,111 found"
    search.press("ArrowDown")
    search.press("Enter")
    found = shown(count)
    assert 0 < found < among
    page.get_by_test_id("legend").get_by_role("button", name="Category A").click()
    last = shown(count)
    page.wait_for_function("last => window.told.picked?.rows.length === last", arg=last)
    page.get_by_test_id("atlas-clear").click()
    page.wait_for_function("() => window.told.picked.rows.length === 0")
    assert (page.get_by_test_id("atlas-clear").is_visible(), wrong) == (False, [])
    page.close()


def test_time_moves_the_crowd_and_a_point_tells_of_itself(browser):
    """Time steps and plays to its end; a point tells its title, and lists its nearest until Esc."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.set_content(html(made_up(2000, users=50, periods=4), dark=True))
    expect(page.get_by_test_id("time-told")).to_have_text("all time")
    page.get_by_test_id("time").press("ArrowRight")
    expect(page.get_by_test_id("time-told")).to_have_text("Jan 1, 2025 to Jan 31, 2025")
    expect(page.get_by_test_id("atlas-crowd")).to_be_visible()
    page.get_by_test_id("time-play").click()
    expect(page.get_by_test_id("time-told")).to_have_text("Apr 1, 2025 to May 1, 2025")
    page.get_by_test_id("time-all").click()
    expect(page.get_by_test_id("atlas-crowd")).to_be_hidden()
    _press_a_point(page)
    expect(page.locator(".mp-tip")).to_contain_text("Item 77")
    expect(page.get_by_test_id("atlas-near").get_by_role("listitem")).to_have_count(8)
    page.wait_for_function("() => window.told.asked?.row >= 0")
    page.get_by_test_id("atlas-map").press("Escape")
    expect(page.get_by_test_id("atlas-near")).to_be_hidden()
    page.close()


def shown(count):
    """How many points pass, as it is told."""
    expect(count).to_contain_text("points picked")
    count.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return int(count.inner_text().split()[0].replace(",", ""))


def _press_a_point(page):
    """Search for one, and press it where the search has brought it: in the middle."""
    page.get_by_test_id("atlas-search").fill("item 77")
    page.get_by_test_id("atlas-search").press("ArrowDown")
    page.get_by_test_id("atlas-map").click()
    page.get_by_test_id("atlas-map").hover()


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
