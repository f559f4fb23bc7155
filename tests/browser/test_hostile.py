"""Hostile texts in the player, in a real browser: nothing runs, nobody is asked for anything, all is read as text."""

from dataclasses import replace

import numpy as np

from bench.hostile_texts import corpus
from core.player import PlayerPayload, assets
from core.player.page.standalone import standalone
from tests.browser import stage
from tests.browser.conftest import PATIENCE, watch

EVENTS = 30
TEXTS = [each.text[:300].encode("utf-8", "replace").decode() for each in corpus(5, 220)]
ODD = (
    "() => [...document.querySelectorAll('iframe,object,embed,base,link,img,video,form,a[href]')].map(e => e.outerHTML)"
)
STEP = "step => document.querySelector('[data-testid=player]').dataset.step === String(step)"


def test_a_player_of_hostile_texts_runs_nothing(browser, tmp_path, monkeypatch):
    """Titles, categories, ids, notes and the title of the page, of every kind: each step is shown, and nothing runs."""

    def hostile(categories, nasty, random):
        known = made(categories, nasty, random)
        titles = np.array([TEXTS[place % len(TEXTS)] for place in range(len(known.titles))], dtype=object)
        return replace(
            known, titles=titles, items=titles + known.items, categories=tuple(TEXTS[: len(known.categories)])
        )

    made = stage.catalogue
    monkeypatch.setattr(stage, "catalogue", hostile)
    history, behind = stage.made_up(EVENTS, 200)
    notes = tuple((step, TEXTS[-step - 1]) for step in range(EVENTS))
    payload = PlayerPayload(history, behind, {"light": {}, "dark": {}}, assets.words("en"), notes)
    path = tmp_path / "player.html"
    path.write_text(standalone(payload, step=3, title="".join(TEXTS[:20])), encoding="utf-8")
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    try:
        watched = watch(context.new_page(), path.as_uri())
        page = watched.page
        page.goto(path.as_uri())
        page.get_by_test_id("presentation").wait_for()
        page.keyboard.press("f")
        page.get_by_test_id("presentation").wait_for(state="hidden")
        for step, key in enumerate(["Home", *["ArrowRight"] * (EVENTS - 1)]):
            page.keyboard.press(key)
            page.wait_for_function(STEP, arg=step)
            note = page.get_by_test_id("note").inner_text()
            assert "".join(note.split())[:20] == "".join(notes[step][1].split())[:20], step
        assert page.evaluate("() => window.ran") is None
        assert page.evaluate(ODD) == []
        assert not watched.errors
        assert not watched.strangers
    finally:
        context.close()
