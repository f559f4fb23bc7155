"""The player as one HTML file that plays without a server and asks no other host for anything."""

import base64
import html
import json

from core.player.block import Block
from core.player.page import assets
from core.player.page.payload import PlayerPayload

PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{css}</style>
</head>
<body>
<main><h1>{title}</h1><div id="meander"></div></main>
<script type="application/json" id="meander-data">{data}</script>
<script type="module">{js}module_standalone.open();</script>
</body>
</html>
"""


def standalone(payload: PlayerPayload, *others: PlayerPayload, step: int, title: str) -> str:
    """The whole page, opened as a presentation of one history after the other; `title` is the user's words, escaped.

    Map, colours and words are those of the first; `step` is where its playhead stands once the presentation is left.
    """
    cast = (payload, *others)
    data = {
        "cast": [
            {
                "replay": _text(each.replay),
                "notes": each.marked(),
                "markers": each.happened(),
                "story": each.told(),
                "step": 0 if at else step,
            }
            for at, each in enumerate(cast)
        ],
        "backdrop": _text(payload.backdrop) if payload.backdrop else None,
        "palette": {mode: dict(colours) for mode, colours in payload.palette.items()},
        "texts": dict(payload.texts),
    }
    return PAGE.format(
        lang=html.escape(payload.texts["lang"]),
        title=html.escape(title),
        css=(assets.FOLDER / "standalone.css").read_text("utf-8") + assets.css(),
        data=json.dumps(data).replace("<", "\\u003c"),  # no text can close the script element
        js=assets.assemble("standalone"),
    )


def _text(block: Block) -> str:
    return base64.b64encode(block.content).decode()
