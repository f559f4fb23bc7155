"""The player as a notebook mounts it: a model in place of a page, and one step that both sides know."""

import base64
import json

from core.player import PlayerPayload, assets
from tests.browser.stage import made_up

PAGE = """<!doctype html><style>{css}</style><body style="background: #111"><div id="cell"></div>
<script type="module">
const data = {data};
const view = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const traits = {{ ...data, _replay: view(data._replay), _backdrop: view(data._backdrop) }};
const heard = {{}};
window.model = {{
  get: (name) => traits[name],
  set: (name, value) => {{ traits[name] = value; }},
  save_changes: () => {{ window.saved = traits.step; }},
  on: (name, hear) => {{ heard[name] = hear; }},
  off: (name) => {{ delete heard[name]; }},
}};
window.fromPython = (step) => {{ traits.step = step; heard["change:step"](); }};
window.heard = heard;
const blob = new Blob([{script}], {{ type: "text/javascript" }});
const {{ default: widget }} = await import(URL.createObjectURL(blob));
window.leave = widget().render({{ model: window.model, el: document.getElementById("cell") }});
</script>"""


def page() -> str:
    """A made-up history as the widget has it."""
    replay, backdrop = made_up(40, 300)
    payload = PlayerPayload(replay, backdrop, {"light": {}, "dark": {}}, assets.words("en"))
    data = {
        "step": 5, "_palette": dict(payload.palette), "_texts": dict(payload.texts), "_notes": payload.marked(),
        "_replay": base64.b64encode(replay.content).decode(), "_story": payload.told(),
        "_backdrop": base64.b64encode(backdrop.content).decode(),
    }  # fmt: skip
    told = {"data": data, "script": assets.assemble("widget")}
    told = {name: json.dumps(value).replace("<", "\\u003c") for name, value in told.items()}
    return PAGE.format(css=assets.css(notebook=True), **told)


def test_widget(browser, tmp_path):
    """It opens at its step, dark on a dark page, tells where it rests, goes where Python says, and leaves whole."""
    file = tmp_path / "notebook.html"
    file.write_text(page(), encoding="utf-8")
    shown = browser.new_page()
    errors = []
    shown.on("pageerror", lambda error: errors.append(error))
    try:
        shown.goto(file.as_uri())
        shown.wait_for_selector("[data-testid=player][data-step='5']")
        assert shown.locator(".meander-notebook.mn-dark").count() == 1
        shown.get_by_test_id("player").focus()
        shown.keyboard.press("ArrowRight")
        shown.wait_for_function("window.saved === 6")
        shown.evaluate("fromPython(20)")
        shown.wait_for_selector("[data-testid=player][data-step='20']")
        shown.wait_for_timeout(400)
        assert shown.evaluate("window.saved") == 6, "a step that Python set is not told back"
        shown.evaluate("leave()")
        assert shown.get_by_test_id("player").count() == 0
        assert shown.evaluate("Object.keys(heard).length") == 0
        assert not errors
    finally:
        shown.close()
