"""The player in a real browser, on made-up users: every control, every key, and what must not go wrong."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.player import PlayerPayload, assets
from core.player.page.standalone import standalone
from tests.browser.conftest import PATIENCE, ROOT, Watched, lent, watch
from tests.browser.stage import made_up

STAGE = Path(__file__).with_name("stage.py")
CHANGES = (30, 60)  # of a made-up user with 90 events


class Shown:
    """A page with a player, and what went wrong on it."""

    def __init__(self, watched: Watched) -> None:
        self.page, self.watched = watched.page, watched
        self.root = self.page.get_by_test_id("player")

    def data(self, name: str) -> str:
        """An attribute of the player's root."""
        return self.root.get_attribute(f"data-{name}") or ""

    @property
    def step(self) -> int:
        """The step shown."""
        return int(self.data("step"))

    def wait(self, condition: str) -> None:
        """Wait until something holds of the player's data, such as `data.step === '3'`."""
        script = f"() => {{ const data = document.querySelector('[data-testid=player]').dataset; return {condition}; }}"
        self.page.wait_for_function(script, timeout=PATIENCE)

    def press(self, key: str) -> int:
        """Press a key; the step that is shown at once."""
        self.page.keyboard.press(key)
        return self.step

    def click(self, testid: str) -> int:
        """Click a control; the step that is shown at once."""
        self.page.get_by_test_id(testid).click()
        return self.step


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """A server with nothing but the stage."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("stage") / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", str(STAGE), "--server.port", str(port)]
    with log.open("wb") as output:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def wait_for(link: str, log: Path) -> None:
    """Wait until a server answers."""
    for _ in range(PATIENCE // 200):
        try:
            with urllib.request.urlopen(link, timeout=2):  # noqa: S310, our own address
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"The stage did not open: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
def show(window, address) -> Iterator[object]:
    """Open the stage in the common window: `show("events=90&step=3", width=390, dark=True)`."""
    with lent(window, address) as visit:
        yield lambda query="events=90", **how: opened(Shown(visit(**how)), query)


@pytest.fixture
def touched(browser, address) -> Iterator[Shown]:
    """The stage on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    yield opened(Shown(watch(context.new_page(), address)), "events=90")
    context.close()


def opened(shown: Shown, query: str) -> Shown:
    """Open the stage and wait for its player."""
    shown.page.goto(f"{shown.watched.address}/?{query}")
    shown.page.wait_for_selector("[data-testid=player][data-step]", timeout=PATIENCE)
    return shown


def test_keys(show):
    """Arrows, shift, Home, End, brackets and space do what the help says, and the step keeps inside the history."""
    player = show("events=90&step=3")
    assert player.data("steps") == "90"
    assert [player.press(key) for key in ("ArrowRight", "ArrowLeft", "Shift+ArrowRight", "Shift+ArrowLeft")] == [
        4,
        3,
        13,
        3,
    ]
    assert [player.press(key) for key in ("End", "ArrowRight", "Home", "ArrowLeft")] == [89, 89, 0, 0]
    assert [player.press(key) for key in ("]", "]", "]", "[")] == [*CHANGES, CHANGES[1], CHANGES[0]]
    player.press("Space")
    assert player.data("playing") == "true"
    player.wait(f"Number(data.step) > {CHANGES[0] + 1}")
    player.press("Space")
    assert player.data("playing") == "false"
    assert not player.watched.errors


def test_slider_and_player_lead_each_other(show):
    """An arrow on Streamlit's slider moves the player with it, and only once; then the player leads, also back."""
    player = show("events=90&step=3")
    slider = player.page.get_by_role("slider", name="Slider")
    player.press("ArrowRight")
    player.page.get_by_text("heard 4").wait_for()
    slider.press("ArrowRight")
    player.wait("data.step === '5'")
    player.root.focus()
    player.press("ArrowLeft")
    expect(slider).to_have_value("4", timeout=15_000)
    player.page.wait_for_url("**step=4**")
    assert player.step == 4


def test_buttons_and_scrub(show):
    """Every button moves as it says; the scrub and the timeline go where they are pulled."""
    player = show("events=90&step=3")
    steps = [
        player.click(name) for name in ("step-forward", "step-back", "next-change", "next-change", "previous-change")
    ]
    assert steps == [4, 3, *CHANGES, CHANGES[0]]
    player.page.get_by_test_id("scrub").fill("71")
    assert player.step == 71
    box = player.page.get_by_test_id("timeline").bounding_box()
    player.page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 80)
    player.page.mouse.down()
    assert player.step > 80
    player.page.mouse.move(box["x"] + 130, box["y"] + 80)
    assert player.step < 5
    player.page.mouse.up()


def test_speed_pace_loop_and_idle(show):
    """Sixteen times is faster than once; by time the end is reached too; with loop it starts again; idle refolds."""
    player = show("events=90")
    player.page.get_by_test_id("speed").select_option("16")
    player.click("play")
    player.wait("data.step === '89' && data.playing === 'false'")
    player.click("loop")
    player.click("play")
    player.wait("Number(data.step) > 20")
    player.wait("Number(data.step) < 20")
    assert player.data("playing") == "true"
    player.click("loop")
    player.page.get_by_test_id("pace").select_option("time")
    player.page.keyboard.press("Escape")
    player.wait("data.step === '89' && data.playing === 'false'")
    pressed = player.page.get_by_test_id("idle")
    assert pressed.get_attribute("aria-pressed") == "true"
    player.click("idle")
    assert pressed.get_attribute("aria-pressed") == "false"


def test_help(show):
    """The question mark opens the keys, again or Escape closes them; keys rest while it is open."""
    player = show("events=90&step=3")
    dialog = player.page.get_by_test_id("help-dialog")
    player.press("?")
    assert dialog.is_visible()
    assert player.press("ArrowRight") == 3
    player.press("?")
    assert not dialog.is_visible()
    player.click("help")
    player.page.get_by_test_id("close-help").click()
    assert not dialog.is_visible()
    assert player.press("ArrowRight") == 4


def test_list_tells_items_ranks_and_truth(show):
    """Ten items with ranks 1 to 10, different from step to step; what came next is told."""
    player = show("events=90&step=3")
    rows = player.page.get_by_test_id("recommendations").locator("[data-item]")
    script = "rows => rows.map(row => [Number(row.dataset.rank), row.dataset.item]).sort((a, b) => a[0] - b[0])"
    first = rows.evaluate_all(script)
    assert [rank for rank, _ in first] == list(range(1, 11))
    assert len({item for _, item in first}) == 10
    player.press("End")
    assert rows.evaluate_all(script) != first
    assert player.page.get_by_test_id("next-event").inner_text() == "This is the last event in the log."
    player.press("Home")
    assert player.page.get_by_test_id("next-event").inner_text().startswith("What came next: Item")


def test_attention_views(show):
    """The list of what the model looks back on changes with the head that is chosen."""
    player = show("events=90&step=60")
    looks, picker = player.page.get_by_test_id("attention"), player.page.get_by_test_id("attention-view")
    mean = looks.inner_text()
    assert picker.locator("option").all_inner_texts()[:2] == ["all parts", "part 1 of layer 1"]
    picker.select_option("3")
    assert looks.inner_text() != mean


def test_the_knob_stands_above_the_playhead(show):
    """Whatever the axis, the scrub leads to the event that the timeline below has at the same place."""
    player = show("events=300&step=3")
    for pace in ("event", "time"):
        player.page.get_by_test_id("pace").select_option(pace)
        timeline = player.page.get_by_test_id("timeline").bounding_box()
        scrub = player.page.get_by_test_id("scrub").bounding_box()
        for place in (0.3, 0.55, 0.9):
            x = scrub["x"] + place * scrub["width"]
            player.page.mouse.click(x, timeline["y"] + timeline["height"] / 2)
            there = player.step
            player.press("Home")
            player.page.mouse.click(x, scrub["y"] + scrub["height"] / 2)
            assert player.step == there
            knob = float(
                player.page.locator(".mp-rail").evaluate("rail => parseFloat(rail.style.getPropertyValue('--mp-done'))")
            )
            assert abs(knob / 100 - place) < 0.12


def test_before_and_after(show):
    """A change point compares the events around it; two marks do too, whichever comes first."""
    player = show("events=90&step=3")
    verdict, panel = player.page.get_by_test_id("verdict"), player.page.get_by_test_id("before-after")
    player.page.get_by_test_id("choose-change").select_option("0")
    assert "of the interest" in verdict.inner_text()
    assert "List before, event 30" in panel.inner_text()
    assert "List after, event 60" in panel.inner_text()
    player.click("clear-marks")
    player.press("End")
    player.click("mark-a")
    assert verdict.inner_text() == "Now go to another event and mark it too."
    player.press("Home")
    player.click("mark-b")
    assert "List before, event 1\n" in panel.inner_text()
    assert "entered" in panel.inner_text()


@pytest.mark.parametrize("pace", ["", "&slow=1"])
def test_cold_link_rest_and_echo(show, pace):
    """A link opens at its step; where the playhead rests is told once and written to the link; a rerun keeps it.

    So does one that is asked for while the slider still says where the playhead was.
    """
    player = show(f"events=90&step=44{pace}")
    slider = player.page.get_by_role("slider", name="Slider")
    expect(slider).to_have_value("44")
    for _ in range(5):
        player.press("ArrowRight")
    player.page.wait_for_url("**step=49**")
    player.page.get_by_text("heard 49").wait_for()
    player.page.get_by_role("button", name="Rerun").click()
    player.page.get_by_text("Run again").wait_for()
    expect(slider).to_have_value("49")
    assert player.step == 49


@pytest.mark.parametrize(("asked", "shown"), [("900", 89), ("-5", 0)])
def test_step_outside_the_history(show, asked, shown):
    """A link beyond the history opens at its end, one before it at its start."""
    assert show(f"events=90&step={asked}").step == shown


def _quiet(page, *messages: list[int]) -> None:
    """Wait until a second has gone by without a message."""
    before = None
    while before != (before := [len(each) for each in messages]):
        page.wait_for_timeout(1000)


def test_nothing_is_sent_while_playing(show):
    """Playing sends no message and receives none; at rest one step is told; the data never travel again."""
    player = show("events=90")
    sent, received = [], []

    def hear(socket) -> None:
        socket.on("framesent", lambda payload: sent.append(len(payload)))
        socket.on("framereceived", lambda payload: received.append(len(payload)))

    player.page.on("websocket", hear)
    player.page.reload()
    player.page.wait_for_selector("[data-testid=player][data-step]", timeout=PATIENCE)
    _quiet(player.page, sent, received)
    sent.clear()
    received.clear()
    player.click("play")
    player.wait("Number(data.step) > 4")
    assert (sent, received) == ([], [])
    player.click("play")
    player.page.get_by_text("heard ").wait_for()
    player.page.wait_for_timeout(500)
    assert len(sent) == 1
    player.page.get_by_role("button", name="Rerun").click()
    player.page.wait_for_timeout(800)
    component = assets.assemble("main") + assets.css()
    assert max(received) < len(component) + 20_000


def test_one_event(show):
    """A user with a single event is shown, and playing does nothing."""
    player = show("events=1")
    assert (player.data("steps"), player.step) == ("1", 0)
    assert player.page.get_by_test_id("play").is_disabled()
    assert player.press("Space") == 0
    assert player.data("playing") == "false"
    assert not player.watched.errors


@pytest.mark.parametrize(
    "query", ["events=2500", "events=60&categories=0", "events=60&ordinal=1", "events=60&points=0"]
)
def test_odd_users(show, query):
    """Many events, no categories, no clock, no other items on the map: all play without an error."""
    player = show(query)
    frames = int(player.data("frames"))
    player.click("play")
    player.wait(f"Number(data.step) > 2 && Number(data.frames) > {frames} + 10")
    player.press("End")
    assert player.step == int(player.data("steps")) - 1
    assert not player.watched.errors


def test_markup_is_drawn_as_text(show):
    """Titles and ids with markup and emoji are text: nothing of them becomes an element or runs."""
    player = show("events=60&nasty=1&step=20")
    row = player.page.get_by_test_id("recommendations").locator("[data-item]").first
    assert "<b>bold</b> <img src=x onerror=alert(1)> \U0001f600 </script>" in row.inner_text()
    player.page.get_by_test_id("choose-change").select_option("0")
    assert player.root.locator("img, b, i, script").count() == 0
    assert player.root.get_attribute("aria-label") == "Replay of user Zoë <zoe@example.org>"
    assert not player.watched.errors


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme(show, scheme):
    """The player stands on the theme's ground, and follows when it changes."""
    player = show("events=60", dark=scheme == "dark")
    other = "dark" if scheme == "light" else "light"
    dark = "document.querySelector('.meander-player').classList.contains('mp-dark')"
    assert player.page.evaluate(dark) is (scheme == "dark")
    player.page.emulate_media(color_scheme=other)
    player.page.wait_for_function(f"{dark} === {str(other == 'dark').lower()}", timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(show, scheme):
    """Axe finds nothing of serious or critical impact: not at a noted step, nor compared, in the help, or presented."""
    player = show("events=90&notes=1&markers=1&step=20", dark=scheme == "dark")
    player.page.get_by_test_id("choose-change").select_option("0")
    assert player.watched.barriers() == []
    player.press("?")
    assert player.watched.barriers() == []
    player.press("?")
    player.press("f")
    player.press(" ")
    for _ in range(4):
        player.press("ArrowRight")
    assert player.page.get_by_test_id("card-verdict").is_visible()
    assert player.watched.barriers() == []


@pytest.mark.parametrize("width", [360, 1280, 3840])
def test_no_sideways_scroll(show, width):
    """Nothing is wider than the window, from a phone to 4K, nor leaves this machine."""
    player = show("events=90&nasty=1&markers=1&step=40", width=width, height=800)
    player.page.get_by_test_id("choose-change").select_option("0")
    assert player.watched.overflow() <= 0
    assert not player.watched.strangers
    assert not player.watched.errors


def test_reduced_motion(show):
    """With reduced motion rows do not slide; playing still works."""
    player = show("events=90", still=True)
    player.click("play")
    player.wait("Number(data.step) > 1")
    list_ = player.page.get_by_test_id("recommendations")
    assert "mp-glide" not in list_.get_attribute("class")


def test_markers(show):
    """Those that lie in the history are named in its text and in a row of their own, which a button takes away."""
    player = show("events=90&markers=1")
    timeline = player.page.get_by_test_id("timeline")
    told = timeline.get_attribute("aria-label").partition("Markers ")[2]
    assert told.startswith("(3): 1 Release Feb 9, 2008: New start page <b>; 2 Campaign Feb 17, 2008 – Mar 3, 2008")
    tall = timeline.bounding_box()["height"]
    player.page.mouse.move(timeline.bounding_box()["x"] + 700, timeline.bounding_box()["y"] + tall - 25)
    player.page.wait_for_selector(".mp-tip:visible", timeout=PATIENCE)
    player.page.get_by_test_id("markers").click()
    assert player.page.get_by_test_id("markers").get_attribute("aria-pressed") == "false"
    assert timeline.bounding_box()["height"] == tall - 18


def test_notes(show):
    """Notes stand as text at their event, and buttons lead from one to the next; without any there is no line."""
    player = show("events=90&notes=1&step=5")
    note = player.page.get_by_test_id("note")
    assert note.inner_text() == "<b>Here</b>\nit turns"
    assert player.page.get_by_test_id("previous-note").is_disabled()
    assert player.click("next-note") == 20
    assert note.inner_text() == "later"
    player.press("ArrowRight")
    assert note.inner_text() == "No note on this event; 2 on others."
    assert player.click("previous-note") == 20
    assert not player.watched.errors
    assert not show("events=90").page.get_by_test_id("note").is_visible()


FONTS = """
const fill = CanvasRenderingContext2D.prototype.fillText;
globalThis.drawn = [];
CanvasRenderingContext2D.prototype.fillText = function (...of) {
  drawn.push(parseFloat(/([0-9.]+)px/.exec(this.font)[1]) * this.getTransform().a / devicePixelRatio);
  return fill.apply(this, of);
};
null;
"""
"""Notes the size of every text on a canvas, in pixels of the window."""
LEAST = """() => {
  const dialog = document.querySelector("[data-testid=presentation]");
  const written = (part) => [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const texts = [...dialog.querySelectorAll("*")].filter((part) => part.checkVisibility() && written(part));
  const sizes = [...texts.map((part) => parseFloat(getComputedStyle(part).fontSize)), ...drawn];
  const boxes = [dialog, ...dialog.querySelectorAll(".mp-stage-side, .mp-card, .mp-card-lists, .mp-stage-main")];
  const over = (box) => Math.max(box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth);
  return [Math.min(...sizes) / innerHeight, Math.max(...boxes.map(over))];
}"""
"""The smallest text as a share of the height of the window, and pixels that do not fit."""
OPEN = """async () => {
  const start = performance.now();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "f", bubbles: true }));
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (3840, 2160)])
def test_a_presentation_fills_the_screen(show, width, height):
    """Every chapter is one screen without scrolling, its smallest text 1.4 % of the height; it is there in a second."""
    player = show("events=90&notes=1", width=width, height=height)
    stage = player.page.get_by_test_id("presentation")
    player.page.evaluate(FONTS)
    assert player.page.evaluate(OPEN) < 1000
    player.press(" ")  # hold
    covering = "() => document.elementFromPoint(20, 200).closest('[data-testid=presentation]') !== null"
    assert player.page.evaluate(covering), "the sidebar is covered"
    kinds = []
    for _ in range(6):
        kinds.append(stage.get_attribute("data-kind"))
        least, over = player.page.evaluate(LEAST)
        assert least >= 0.014, f"{kinds[-1]}: {least:.4f}"
        assert over <= 1, kinds[-1]
        player.press("ArrowRight")
    assert kinds == ["begin", "note", "note", "change", "change", "end"]
    assert not player.watched.errors


def test_keys_turn_chapters(show):
    """Arrows turn chapters, a point leads to its own, `f` leaves; the player stands where the presentation was left."""
    player = show("events=90")
    player.click("present")
    stage, card = player.page.get_by_test_id("presentation"), player.page.get_by_test_id("card")
    assert "Ninety events of one person." in card.inner_text()
    player.press("ArrowRight")
    assert "Change 1 of 2, at event 31" in card.inner_text()
    assert card.locator(".mp-card-parts").count() == card.locator(".mp-side").count() == 2
    assert "of the interest" in player.page.get_by_test_id("card-verdict").inner_text()
    player.press("PageDown")
    assert "They turn <i>again</i>." in card.inner_text(), "markup stays text"
    player.press("ArrowLeft")
    assert stage.get_attribute("data-chapter") == "2"
    stage.get_by_role("button", name="What was seen").click()
    for told in ("The interests changed.", "q = 0.004", "It does not show why."):
        assert told in card.inner_text()
    player.press("ArrowLeft")
    player.press("f")
    player.wait("data.step === '60'")
    assert not stage.is_visible()
    player.press("ArrowRight")
    assert player.step == 61, "keys are the player's again"
    assert not player.watched.errors


def test_a_presentation_tells_itself(show):
    """From a link it begins by itself, its rows rest while it plays, and it says that it is through."""
    player = show("events=30&chapter=1")
    at = "document.querySelector('[data-testid=presentation]').dataset"
    player.wait(f"{at}.resting === 'false' && Number({at}.step) > 1")
    assert player.page.get_by_test_id("presentation").get_attribute("data-listed") == "0", "the list rests"
    player.press("End")
    assert "Next: user u2" in player.page.get_by_test_id("presentation").inner_text()
    player.page.get_by_text("ended True").wait_for(state="attached")
    assert not player.watched.errors


def test_touch(touched):
    """A tap on the timeline goes there."""
    box = touched.page.get_by_test_id("timeline").bounding_box()
    touched.page.touchscreen.tap(box["x"] + box["width"] - 16, box["y"] + 90)
    assert touched.step > 80


def test_step_shows_within_50_ms(show):
    """From a key to the next frame, with the list already at the new step: the median of 15 presses."""
    player = show("events=500")
    script = """async () => {
        const times = [];
        for (let press = 0; press < 15; press += 1) {
            const start = performance.now();
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - start);
            await new Promise((resolve) => setTimeout(resolve, 60));
        }
        return times.sort((a, b) => a - b)[7];
    }"""
    assert player.page.evaluate(script) < 50
    assert player.step == 15


def test_file_plays_without_a_server(browser, tmp_path):
    """The exported page opens from disk at its step, plays, and asks nobody for anything."""
    replay, behind = made_up(60, 500, nasty=True)
    page = standalone(
        PlayerPayload(replay, behind, {"light": {}, "dark": {}}, assets.words("en"), ((7, "</script> noted"),)),
        step=7,
        title="A <b>title</b> </script>",
    )
    file = tmp_path / "player.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context()
    try:
        player = Shown(watch(context.new_page(), "file:"))
        player.page.goto(file.as_uri())
        stage = player.page.get_by_test_id("presentation")
        player.press("ArrowRight")
        assert player.page.get_by_test_id("card").inner_text().splitlines()[-1] == "</script> noted"
        assert stage.get_attribute("data-chapters") == "5"
        player.press("f")
        player.wait("data.step === '7'")
        assert player.page.locator("h1").inner_text() == "A <b>title</b> </script>"
        assert player.page.get_by_test_id("note").inner_text() == "</script> noted"
        player.click("play")
        player.wait("Number(data.step) > 8")
        assert not player.watched.errors
        assert not player.watched.strangers
    finally:
        context.close()
