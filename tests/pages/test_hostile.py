"""Whatever a log calls its users, items and categories: pages show it as text, and nothing of it runs or is fetched."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from bench import hostile_logs
from bench.hostile_markup import HOST, RAN
from bench.hostile_texts import KINDS, corpus
from core import pipeline
from core.data import LogFiles
from core.settings import ImportSettings
from core.workspace import Workspace

from .conftest import use

TEXTS = [each.text for each in corpus(7, 60) if each.kind != "endless"]
MARKDOWN = {"body", "label", "help", "caption", "captions", "text", "delta", "message"}
"""Fields that Streamlit draws as Markdown, whatever the element."""
SIGNS = re.compile(
    rf"(?<!\\){re.escape(HOST)}|{re.escape(RAN)}|(?<!\\)!\[|(?<!\\):(red|rainbow|small|blue-background|green-badge|material)"
)
"""What a hostile text looks like where no backslash stands before its signs."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with a log of hostile texts and its drift table, made once; never change it."""
    folder = tmp_path_factory.mktemp("hostile")
    workspace = Workspace(folder / "workspace")
    pipeline.import_log(
        workspace, "log", LogFiles(hostile_logs.written(folder, TEXTS, 7)), ImportSettings(min_events=1)
    )
    pipeline.drift(workspace, "log").get()
    return workspace


def strings(message, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts in a message to the browser, each with the names of the fields that it lies in."""
    for field, value in message.ListFields():
        place = f"{path}.{field.name}"
        many = value if not isinstance(value, str | bytes) and hasattr(value, "__iter__") else [value]
        for part in many:
            if isinstance(part, str):
                yield place, part
            elif hasattr(part, "ListFields"):
                yield from strings(part, place)


FETCHING = ("src", "href", "style", "srcset", "action", "data", "poster", "background")


class Html(HTMLParser):
    """Whether a text is markup that runs or fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.odd: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note what no element of ours has."""
        if tag in ("iframe", "object", "embed", "base", "meta", "link", "img", "video") or any(
            name.startswith("on") or (name in FETCHING and HOST in (value or "")) for name, value in attrs
        ):
            self.odd.append(tag)


def elements(app) -> Iterator:
    """Every element of a page, as it is sent."""
    for block in (app.main, app.sidebar):
        yield from (element.proto for element in block if element.proto is not None)


@pytest.mark.parametrize("page", ["explore/overview.py", "explore/user.py", "data/library.py"])
def test_texts_of_a_log_are_texts(made, open_page, monkeypatch, page):
    """In Markdown each sign has a backslash before it; what is HTML, and labels of charts, hold nothing of the log."""
    use(made.root, monkeypatch)
    user = str(pipeline.load(made, "log").users[3])
    app = open_page(page, dataset="log", user=user)
    seen = 0
    for proto in elements(app):
        for place, text in strings(proto):
            name = place.rsplit(".", 1)[-1]
            seen += 1
            if name == "spec":
                drawn = [label for label in labels(*figure(text)) if re.search(r"<(a|span|img)\b|<script", label)]
                assert not drawn, drawn[:3]
            elif proto.DESCRIPTOR.name == "Html" or getattr(proto, "allow_html", False):
                assert not Html(text).odd, text[:300]
            elif name in MARKDOWN:
                assert not SIGNS.search(text), f"{place}: {text[:300]}"
    assert seen > 10


def figure(text: str) -> tuple[dict, set[str]]:
    """A figure, and the names of what it does not draw: places on an axis that has words of its own for them."""
    spec = json.loads(text)
    named = {axis for axis in "xy" if "ticktext" in spec["layout"].get(f"{axis}axis", {})}
    return spec, {"ids", "meta", *named, *({"tickvals", "categoryarray", "range"} if named else ())}


def labels(value, hidden: set[str], name: str = "") -> Iterator[str]:
    """All texts that a figure draws; what a point stands for is given back when it is clicked, and is drawn nowhere."""
    if isinstance(value, str):
        yield f"{name}: {value}"
    if isinstance(value, dict):
        given = () if "customdata" in str(value.get("hovertemplate", "")) else ("customdata",)
        for key, part in value.items():
            if key not in (*hidden, *given):
                yield from labels(part, hidden, f"{name}.{key}")
    for part in value if isinstance(value, list) else ():
        yield from labels(part, hidden, name)


def test_links_that_want_out_lead_nowhere(made, open_page, monkeypatch):
    """Hostile texts as data set, user and event of a link: a page that says so, drawn without an exception."""
    use(made.root, monkeypatch)
    for kind in ("path", "sql", "script", "twin"):
        text = next(each.text for each in corpus(3, 100) if each.kind == kind)
        app = open_page("data/library.py", dataset=text, user=text, event=text, lang=text, q=text)
        assert not [place for proto in elements(app) for place, text in strings(proto)
                    if place.rsplit(".", 1)[-1] in MARKDOWN and SIGNS.search(text)]  # fmt: skip


def test_the_corpus_is_of_many_kinds():
    """Two hundred texts are of more than twenty kinds, the same for the same seed, no two alike."""
    texts = corpus(1, 220)
    assert texts == corpus(1, 220)
    assert len({each.text for each in texts}) == 220
    assert {each.kind for each in texts} == set(KINDS)
    assert len(KINDS) > 20
