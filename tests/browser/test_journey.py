"""One walk through the product in a real browser, from a cold deep link to a new data set in the library."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import DATA_SET, PATIENCE, catalogue, log

expect.set_options(timeout=PATIENCE)
LINK = f"/user?dataset={DATA_SET}&user=u3&event=13"


def test_journey(first_visit, tmp_path):
    """Open cold by deep link, pick a user, step, upload a small CSV, see it in the library."""
    tab = first_visit()
    tab.open(LINK)
    _the_link_is_followed(tab)
    _pick_another_user(tab, "u5")
    _step(tab)
    _upload(tab, tmp_path)
    _see_it_in_the_library(tab)
    assert tab.errors == []
    assert tab.strangers == []


def _the_link_is_followed(tab):
    """The user of the link is shown, at the step of the link, and no message stands before the page."""
    expect(_picker(tab)).to_have_value("u3")
    assert tab.current() == "One user"
    assert "user=u3&event=13" in tab.page.url
    expect(tab.page.get_by_role("dialog")).to_have_count(0)


def _pick_another_user(tab, user):
    _picker(tab).fill(user)
    _picker(tab).press("Enter")
    expect(tab.page).to_have_url(re.compile(f"user={user}"))
    expect(_picker(tab)).to_have_value(user)
    tab.settle()


def _picker(tab):
    return tab.page.get_by_role("combobox", name=re.compile(r"User \("))


def _step(tab):
    """One event back in the player; the link follows."""
    place = tab.page.get_by_test_id("place")
    before = place.inner_text()
    tab.page.get_by_test_id("step-back").click()
    expect(place).not_to_have_text(before)
    expect(tab.page).to_have_url(re.compile(r"event=\d+"))


def _upload(tab, folder):
    """A log and its items into one zone at once, with everything as guessed."""
    (folder / "my log (2).csv").write_text(log(users=6), encoding="utf-8")
    (folder / "items.csv").write_text(catalogue(), encoding="utf-8")
    page = tab.page
    page.get_by_role("link", name="Add a log").click()
    tab.drop(folder / "my log (2).csv", folder / "items.csv")
    tab.sees("180 would be kept")
    tab.sees("it has one row for each item_id")
    tab.sees("Every item of the log has its row")
    page.get_by_role("button", name="Import", exact=True).click()
    tab.sees("my-log-2 is ready.")
    tab.sees("This follows by itself")
    expect(page.get_by_text("180").first).to_be_visible()


def _see_it_in_the_library(tab):
    tab.page.get_by_role("link", name="Open the library").click()
    expect(tab.page.get_by_role("heading", name="my-log-2")).to_be_visible()
    expect(tab.page.get_by_role("heading", name=DATA_SET, exact=True)).to_be_visible()
