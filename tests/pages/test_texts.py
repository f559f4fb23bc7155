"""Nothing on any page is left untranslated."""

import ast
import re
import string
from pathlib import Path

import pytest

from core.charts.theme import OTHER
from core.data import phrases
from pages import _texts as texts

ROOT = Path(__file__).parents[2]
SAME = {"P", "q", "p", "#", "–", "NDCG@10", "HR@10", "MRR"}
"""Texts that are the same in every language."""
BY_NAME = {
    "left",
    "sessions",
    "min",
    "h",
    "d",
    "found",
    "score",
    "magnitude",
    "progress",
    OTHER,
    "popularity",
    "newness",
    "own history",
    "last events",
    "category",
    "random",
    "recency",
    "oracle",
}
"""Words of charts that reach `look.say` through a variable."""


def said(folder: str) -> set[str]:
    """Literal texts inside calls of `say(...)` below a folder."""
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "func", None)
            if isinstance(node, ast.Call) and getattr(name, "attr", getattr(name, "id", "")) == "say":
                first = node.args[0] if node.args else None
                if first is not None and not isinstance(first, ast.JoinedStr):
                    inner = ast.walk(first)
                    found |= {
                        part.value for part in inner if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    }
    return found


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [code for code in texts.LANGUAGES if code != "en"])
def test_catalogues_hold_the_same_texts(language):
    """Every text is there in every language, with the same values filled in."""
    english = {key: text for key, text in texts.catalogue("en").items() if not key.startswith("charts.")}
    other = {key: text for key, text in texts.catalogue(language).items() if not key.startswith("charts.")}
    assert set(english) == set(other)
    for key, text in english.items():
        assert values_of(other[key]) == values_of(text), key


def test_chinese_is_chinese():
    """No text was left in English."""
    english = texts.catalogue("en")
    for key, text in texts.catalogue("zh").items():
        chinese = re.search(r"[\u4e00-\u9fff]", text)
        words = re.search(r"[A-Za-z]{3,}", english.get(key, ""))
        assert chinese or not words or text != english[key] or text in SAME, f"{key} is not translated: {text}"


def test_every_text_that_is_said_is_there():
    """A page never asks for a text that no catalogue holds."""
    keys = set(texts.catalogue("en"))
    asked = {text for text in said("pages") if re.fullmatch(r"[a-z_]+\.[A-Za-z_0-9@]+", text)}
    assert len(asked) > 50
    assert asked <= keys


def test_words_of_charts_are_translated():
    """Every word inside a chart has its translation, and no translation is without its word."""
    words = said("core/charts") | BY_NAME
    assert words == set(texts.chart_words("zh"))


def test_what_is_said_of_a_log_is_in_the_catalogues():
    """Each reason, note on times and caution of the core has its texts, in English to the letter."""
    english, chinese = texts.catalogue("en"), texts.catalogue("zh")
    sections = {code.partition(".")[0] for code in phrases.TEXTS}
    assert {key for key in english if key.partition(".")[0] in sections} == set(phrases.TEXTS)
    for code, text in phrases.TEXTS.items():
        assert english[code] == text
        assert re.search(r"[\u4e00-\u9fff]", chinese[code]), code
        assert values_of(chinese[code]) == values_of(text), code


def test_written_reasons_are_known_again():
    """What an import writes down leads back to its code and numbers; other texts to none."""
    for code, text in phrases.TEXTS.items():
        if not code.startswith("cautions."):
            values = dict.fromkeys(values_of(text), 12345)
            assert phrases.read(phrases.text(code, **values)) == phrases.Phrase(code, values)
    assert phrases.read("impossible time") is None
